# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mailboxes and mail zones."""

from __future__ import annotations

import pytest

from tests.sandbox.conftest import LINUX_START, MAIL_ONLY, PASSWORD, codes


@pytest.fixture
def domain(api):
    """Return the name of a new mail zone."""
    name = api.new_name()
    api.account(name, MAIL_ONLY)
    return name


def zone(api, domain):
    return api.get(f"/v2/mailzones/{domain}").json()


def add_mailbox(api, address, account_id=None, password=PASSWORD):
    offered = zone(api, address.rpartition("@")[2])["available_accounts"]
    body = {"email_address": address, "account_id": account_id or offered[0]["account_id"], "password": password}
    return api.post("/v2/mailboxes", body)


def test_the_life_of_a_mailbox(sandbox, api, domain):
    ada = f"ada@{domain}"
    before = sandbox.state()["mailboxes"]
    made = add_mailbox(api, ada.upper().replace(domain.upper(), domain))
    assert (made.status_code, made.headers["Location"]) == (201, f"/v2/mailboxes/{ada}")
    link = f"/v2/mailboxes/{ada.replace('@', '%40')}"
    none = {"enabled": False}
    assert api.get(link).json() == {
        "name": ada,
        "login": ada,
        "max_size": 10240,
        "actual_size": 0,
        "auto_reply": {**none, "subject": "", "message": ""},
        "auto_forward": {**none, "email_addresses": [], "copy_to_myself": False},
    }
    listed = api.get(f"/v2/mailboxes?domain_name={domain}").json()
    assert listed == [{"name": ada, "max_size": 10240, "actual_size": 0}]
    assert sandbox.state()["mailboxes"] == before + 1

    reply = {"enabled": True, "subject": "Away", "message": "Back soon."}
    forward = {"enabled": True, "email_addresses": ["alan@mail.example"], "copy_to_myself": True}
    assert api.put(f"{link}/autoreply", reply).status_code == 204
    assert api.put(f"{link}/autoforward", forward).status_code == 204
    assert (api.get(link).json()["auto_reply"], api.get(link).json()["auto_forward"]) == (reply, forward)
    assert codes(api.put(f"{link}/autoreply", {"enabled": True, "subject": "Away"})) == ["message_required"]
    assert codes(api.put(f"{link}/autoforward", {"enabled": True})) == ["email_addresses_required"]
    wrong = {"enabled": True, "email_addresses": ["nobody"]}
    assert codes(api.put(f"{link}/autoforward", wrong)) == ["email_addresses_invalid"]
    assert codes(api.put(f"{link}/autoreply", {})) == ["enabled_required"]

    assert api.put(f"{link}/password", {"password": "other1word"}).status_code == 204
    assert codes(api.put(f"{link}/password", {"password": "short"})) == ["password_invalid"]
    assert api.delete(link).status_code == 204
    gone = api.get(link), api.delete(link), api.put(f"{link}/autoreply", reply)
    assert [answer.status_code for answer in gone] == [404] * 3


def test_orders_of_mailboxes_are_checked(api, domain):
    ada = f"ada@{domain}"
    assert codes(add_mailbox(api, ada, account_id=7)) == ["account_id_invalid"]
    assert codes(add_mailbox(api, ada, password="onlyletters")) == ["password_invalid"]
    assert codes(add_mailbox(api, f"a b@{domain}")) == ["email_address_invalid"]
    assert codes(api.post("/v2/mailboxes", {})) == [
        "email_address_required",
        "password_required",
        "account_id_required",
    ]
    assert add_mailbox(api, ada).status_code == 201
    assert codes(add_mailbox(api, ada)) == ["email_address_already_exists"]
    alias = {"email_address": ada, "destinations": ["alan@mail.example"]}
    assert codes(api.post(f"/v2/mailzones/{domain}/aliases", alias)) == ["email_address_already_exists"]


def test_the_service_pack_limits_the_mailboxes(api):
    domain = api.new_name()
    api.account(domain, LINUX_START)
    for number in range(5):
        assert add_mailbox(api, f"user{number}@{domain}").status_code == 201
    assert codes(add_mailbox(api, f"user5@{domain}")) == ["mailbox_limit_reached"]
    api.delete(f"/v2/mailboxes/user0@{domain}")
    assert add_mailbox(api, f"user5@{domain}").status_code == 201


def test_a_zone_can_offer_several_sizes(sandbox, api, domain):
    large = sandbox.control("POST", "mailaccounts", {"domain": domain, "size": 51200, "mailboxes": 1})["account_id"]
    offered = zone(api, domain)["available_accounts"]
    assert [account["size"] for account in offered] == [10240, 51200]
    assert offered[1]["account_id"] == large != offered[0]["account_id"]
    assert add_mailbox(api, f"ada@{domain}", large).status_code == 201
    assert api.get(f"/v2/mailboxes/ada@{domain}").json()["max_size"] == 51200
    assert codes(add_mailbox(api, f"alan@{domain}", large)) == ["mailbox_limit_reached"]
    assert add_mailbox(api, f"alan@{domain}").status_code == 201


def test_aliases(sandbox, api, domain):
    path, office = f"/v2/mailzones/{domain}/aliases", f"office@{domain}"
    made = api.post(path, {"email_address": office, "destinations": ["Ada@mail.example", f"alan@{domain}"]})
    assert (made.status_code, made.headers["Location"]) == (201, f"{path}/{office}")
    shown = {"email_address": office, "destinations": ["ada@mail.example", f"alan@{domain}"]}
    assert zone(api, domain)["aliases"] == [shown]
    assert codes(api.post(path, shown)) == ["email_address_already_exists"]
    assert codes(api.post(path, {**shown, "email_address": "office@mail.example"})) == ["email_address_invalid"]
    assert codes(api.post(path, {"email_address": f"b@{domain}", "destinations": []})) == ["destinations_required"]
    changed = api.put(f"{path}/office%40{domain}", {"destinations": ["grace@mail.example"]})
    assert (changed.status_code, changed.content) == (202, b"")
    assert zone(api, domain)["aliases"] == [{**shown, "destinations": ["grace@mail.example"]}]
    assert codes(api.put(f"{path}/{office}", {"destinations": ["nobody"]})) == ["destinations_invalid"]
    assert api.delete(f"{path}/{office}").status_code == 204
    assert api.delete(f"{path}/{office}").status_code == 404
    assert api.put(f"{path}/{office}", {"destinations": ["a@mail.example"]}).status_code == 404
    assert zone(api, domain)["aliases"] == []


def test_accepted_changes_can_take_a_moment(sandbox, api, domain):
    path, office = f"/v2/mailzones/{domain}", f"office@{domain}"
    api.post(f"{path}/aliases", {"email_address": office, "destinations": ["one@mail.example"]})
    api.post(f"{path}/smtpdomains", {"hostname": f"extra-{domain}"})
    sandbox.control("PUT", "moment", {"seconds": 30})
    try:
        for target in ("two", "three"):
            changed = api.put(f"{path}/aliases/{office}", {"destinations": [f"{target}@mail.example"]})
            assert changed.status_code == 202
        assert api.put(f"{path}/smtpdomains/extra-{domain}", {"enabled": False}).status_code == 202
        seen = zone(api, domain)
        assert seen["aliases"][0]["destinations"] == ["one@mail.example"] and seen["smtp_domains"][0]["enabled"]
        sandbox.advance(31)
        seen = zone(api, domain)
        assert seen["aliases"][0]["destinations"] == ["three@mail.example"]
        assert seen["smtp_domains"][0]["enabled"] is False
    finally:
        sandbox.control("PUT", "moment", {"seconds": 0})


def test_anti_spam(api, domain):
    path = f"/v2/mailzones/{domain}/antispam"
    for kind in zone(api, domain)["anti_spam"]["allowed_types"]:
        assert api.put(path, {"type": kind}).status_code == 204
        assert zone(api, domain)["anti_spam"]["type"] == kind
    assert codes(api.put(path, {"type": "strict"})) == ["type_invalid"]
    assert codes(api.put(path, {})) == ["type_required"]


def test_catch_all(sandbox, api, domain):
    path = f"/v2/mailzones/{domain}/catchall"
    before = sandbox.state()["catch_alls"]
    made = api.post(path, {"email_address": f"ada@{domain}"})
    assert (made.status_code, made.headers["Location"]) == (201, f"{path}/ada@{domain}")
    assert api.post(path, {"email_address": "alan@mail.example"}).status_code == 201
    assert zone(api, domain)["catch_all"] == {"email_addresses": [f"ada@{domain}", "alan@mail.example"]}
    assert sandbox.state()["catch_alls"] == before + 2
    assert codes(api.post(path, {"email_address": f"ada@{domain}"})) == ["email_address_already_exists"]
    assert codes(api.post(path, {"email_address": "nobody"})) == ["email_address_invalid"]
    assert api.delete(f"{path}/ada%40{domain}").status_code == 204
    assert api.delete(f"{path}/ada%40{domain}").status_code == 404


def test_smtp_domains(api, domain):
    path, extra = f"/v2/mailzones/{domain}/smtpdomains", f"extra-{domain}"
    made = api.post(path, {"hostname": extra})
    assert (made.status_code, made.headers["Location"]) == (201, f"{path}/{extra}")
    assert zone(api, domain)["smtp_domains"] == [{"hostname": extra, "enabled": True}]
    assert codes(api.post(path, {"hostname": extra})) == ["hostname_already_exists"]
    assert codes(api.post(path, {"hostname": "no name"})) == ["hostname_invalid"]
    for enabled in (False, True):
        assert api.put(f"{path}/{extra}", {"enabled": enabled}).status_code == 202
        assert zone(api, domain)["smtp_domains"] == [{"hostname": extra, "enabled": enabled}]
    assert api.delete(f"{path}/{extra}").status_code == 204
    assert api.delete(f"{path}/{extra}").status_code == 404
    assert api.put(f"{path}/{extra}", {"enabled": True}).status_code == 404


@pytest.mark.parametrize("path", ["antispam", "aliases/a@b.example", "smtpdomains/b.example"])
def test_a_zone_that_does_not_exist(api, path):
    body = {
        "antispam": {"type": "none"},
        "aliases": {"destinations": ["a@b.example"]},
        "smtpdomains": {"enabled": True},
    }
    answer = api.put(f"/v2/mailzones/nobody.example/{path}", body[path.partition("/")[0]])
    assert answer.status_code == 404
