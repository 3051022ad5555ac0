# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys, mailboxes, aliases, addresses, domains and sites are added only if they are proven absent."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hosting_settings import list_php_versions
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_zones import (
    ZonePlanner,
    create_alias,
    find_alias,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mailboxes import find_mailbox
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.sites import (
    SitePlanner,
    WantedSite,
    find_header,
    find_site,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.ssh_keys import (
    absence_of,
    add_step,
    checked_key,
    listed_keys,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import OutcomeUnknown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

ApiOf = Callable[..., tuple[ResellerClient, Any]]
DOMAIN, ADA = "example.com", "ada@example.com"
DETAIL, LIST, ZONE = "/mailboxes/ada%40example.com", "/mailboxes", "/mailzones/example.com"
HOSTING = "/linuxhostings/example.com"
LOST = OutcomeUnknown("POST /v2/x", "lost.")


class Time:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def patient(*accepted: str, warn: Callable[[str], None] = lambda _message: None) -> Evidence:
    time = Time()
    return Evidence(accepted, warn, settle_time=5, clock=time, sleep=time.sleep)


def test_detail_of_a_mailbox_is_enough(api_of: ApiOf) -> None:
    client, api = api_of({DETAIL: {"name": ADA}})
    assert find_mailbox(client, ADA) == {"name": ADA} and api.reads == [DETAIL]


def test_list_decides_that_a_mailbox_is_absent(api_of: ApiOf) -> None:
    client, api = api_of({LIST: [{"name": "bob@example.com"}]})
    assert find_mailbox(client, ADA) == Absence(f"mailbox {ADA}") and api.reads == [DETAIL, LIST]


def test_mailbox_that_is_listed_without_a_detail_is_asked_about_again(
    api_of: ApiOf, turns: Callable[..., Any], not_found: object
) -> None:
    client, api = api_of({DETAIL: turns(not_found, {"name": ADA}), LIST: [{"name": "Ada@Example.com"}]}, patient())
    assert find_mailbox(client, ADA) == {"name": ADA} and api.reads == [DETAIL, LIST, DETAIL]
    client, api = api_of({LIST: turns([{"name": ADA}], [])}, patient())
    assert isinstance(find_mailbox(client, ADA), Absence) and api.reads == [DETAIL, LIST] * 2


def test_mailbox_with_contradicting_responses_is_neither_found_nor_absent(api_of: ApiOf) -> None:
    answers = {LIST: [{"name": ADA}]}
    client, api = api_of(answers, patient())
    with pytest.raises(Unproven, match="does not know its detail") as caught:
        find_mailbox(client, ADA)
    assert caught.value.facts["unproven"]["id"] == ADA and api.reads == [DETAIL, LIST] * 3
    warnings: list[str] = []
    client, _api = api_of(answers, patient(ADA, warn=warnings.append))
    assert isinstance(find_mailbox(client, ADA), Absence) and len(warnings) == 1


def test_domain_whose_mailboxes_are_not_listed(api_of: ApiOf) -> None:
    client, _api = api_of({})
    assert isinstance(find_mailbox(client, ADA), Absence)
    client, _api = api_of({ZONE: {"name": DOMAIN}})
    with pytest.raises(Unproven, match="does not list its mailboxes"):
        find_mailbox(client, ADA)


@pytest.mark.parametrize(
    "answers", [{DETAIL: {}}, {DETAIL: {"name": None}}, {LIST: [{}]}, {LIST: [{"name": 5}]}, {LIST: {}}]
)
def test_mailbox_that_a_response_does_not_name(api_of: ApiOf, answers: dict[str, Any]) -> None:
    client, _api = api_of(answers)
    with pytest.raises(Unproven):
        find_mailbox(client, ADA)


def zone(**changed: Any) -> dict[str, Any]:
    full: dict[str, Any] = {
        "aliases": [{"email_address": ADA, "destinations": ["b@example.com"]}],
        "catch_all": {"email_addresses": [ADA]},
        "smtp_domains": [{"hostname": "one.example", "enabled": True}],
        "anti_spam": {"type": "none", "allowed_types": []},
    }
    return {name: value for name, value in {**full, **changed}.items() if value is not ...}


@pytest.mark.parametrize("aliases", [..., None, {}, "", [None], ["x"], [{}], [{"email_address": None}]])
def test_alias_that_may_exist_is_not_absent(client: ResellerClient, aliases: Any) -> None:
    with pytest.raises(Unproven, match="alias new@example"):
        find_alias(client, zone(aliases=aliases), "new@example.com")


def test_excepted_zone_has_no_aliases(client: ResellerClient) -> None:
    client.evidence = Evidence([DOMAIN])
    assert find_alias(client, zone(aliases=None), "new@example.com") == Absence("alias new@example.com")


@pytest.mark.parametrize("destinations", [..., None, "b@example.com", [None], [5]])
def test_alias_with_unreadable_destinations(client: ResellerClient, destinations: Any) -> None:
    alias = {"email_address": ADA, "destinations": destinations}
    with pytest.raises(Unreadable, match="destinations"):
        find_alias(client, zone(aliases=[{k: v for k, v in alias.items() if v is not ...}]), ADA)


@pytest.mark.parametrize("catch_all", [..., None, [], {}, {"email_addresses": None}, {"email_addresses": [None]}])
def test_catch_all_that_cannot_be_read_is_not_empty(client: ResellerClient, catch_all: Any) -> None:
    planner = ZonePlanner(client, DOMAIN, zone(catch_all=catch_all))
    assert planner.set_catch_all(None) == [] and planner.shown()["catch_all"] is None
    for wanted in ([], ["new@example.com"]):
        with pytest.raises(Unproven, match="catch-all"):
            planner.set_catch_all(wanted)


@pytest.mark.parametrize("domains", [..., None, {}, [None], [{}], [{"hostname": None}], [{"hostname": ""}]])
def test_smtp_domain_that_may_exist_is_not_added(client: ResellerClient, domains: Any) -> None:
    planner = ZonePlanner(client, DOMAIN, zone(smtp_domains=domains))
    assert planner.set_anti_spam("none") == []
    with pytest.raises(Unproven, match="SMTP domain"):
        planner.set_smtp_domains({"new.example": True})


def test_smtp_domains_that_cannot_be_read_are_counted_and_stay(client: ResellerClient) -> None:
    planner = ZonePlanner(
        client, DOMAIN, zone(smtp_domains=[{"hostname": None}, {"hostname": "A.example", "enabled": 1}])
    )
    assert planner.smtp_domains == {"a.example": None} and planner.unread_smtp_domains == 1
    assert [step.title for step in planner.set_smtp_domains({"a.example": True})] == ["enable SMTP domain a.example"]


@pytest.mark.parametrize("spam", [..., None, {}, {"type": None}, {"type": 5}, []])
def test_unreadable_filter_is_reported(client: ResellerClient, spam: Any) -> None:
    planner = ZonePlanner(client, DOMAIN, zone(anti_spam=spam))
    assert planner.shown()["anti_spam"] is None and planner.set_anti_spam(None) == []
    with pytest.raises(Unreadable):
        planner.set_anti_spam("basic")


def test_zone_that_does_not_exist_yet_is_empty(client: ResellerClient) -> None:
    planner = ZonePlanner(client, DOMAIN, None)
    steps = (
        planner.set_anti_spam("basic") + planner.set_catch_all([ADA]) + planner.set_smtp_domains({"a.example": True})
    )
    assert [step.title for step in steps] == ["anti_spam basic", f"add catch-all {ADA}", "add SMTP domain a.example"]


@pytest.mark.parametrize(
    ("now", "posts"),
    [
        (zone(aliases=[], catch_all={"email_addresses": []}, smtp_domains=[]), 2),
        (zone(aliases=[{"email_address": "new@example.com", "destinations": [ADA]}]), 1),
        (zone(catch_all={"email_addresses": ["new@example.com"]}), 1),
        (zone(smtp_domains=[{"hostname": "new.example", "enabled": True}]), 1),
    ],
)
def test_mail_zone_is_searched_after_lost_responses(api_of: ApiOf, now: dict[str, Any], posts: int) -> None:
    client, api = api_of({ZONE: now})
    absence = client.evidence.absent("it")
    planner = ZonePlanner(client, DOMAIN, zone(catch_all={"email_addresses": []}, smtp_domains=[]))
    (catch_all,) = planner.set_catch_all(["new@example.com"])
    (smtp,) = planner.set_smtp_domains({"new.example": True})
    writes: dict[str, Callable[[], object]] = {
        "aliases": lambda: create_alias(client, "new@example.com", [ADA], absence),
        "catchall": catch_all.write,
        "smtpdomains": smtp.write,
    }
    sent = {}
    for name, write in writes.items():
        api.failures, api.writes = [LOST], []
        write()
        assert set(api.writes) == {f"POST {ZONE}/{name}"}
        sent[name] = len(api.writes)
    assert min(sent.values()) == posts


def test_lost_response_is_not_resent_when_the_zone_is_gone(api_of: ApiOf) -> None:
    client, api = api_of({})
    api.failures = [LOST]
    with pytest.raises(OutcomeUnknown, match="does not know mail zone"):
        create_alias(client, "new@example.com", [ADA], client.evidence.absent("it"))
    assert len(api.writes) == 1


KEY = checked_key("key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJxV6xhM2u7Qm8b1M2cZ1yXkqS0q6n0m8r5w0v0m8r5w ada")
KEYS = f"{HOSTING}/ssh/keys"


@pytest.mark.parametrize("text", [..., None, "", 5, "???", ["x"]])
def test_key_that_may_exist_is_not_added(client: ResellerClient, text: Any) -> None:
    items = [{"fingerprint": "aa"} if text is ... else {"fingerprint": "aa", "public_key": text}]
    assert [key.body for key in listed_keys(items)] == [None]
    with pytest.raises(Unproven, match="public_key of the item with fingerprint aa"):
        absence_of(client, DOMAIN, items, KEY)
    client.evidence = Evidence(["aa"])
    assert isinstance(absence_of(client, DOMAIN, items, KEY), Absence)


@pytest.mark.parametrize(("listed", "posts"), [([{"fingerprint": "aa", "public_key": KEY.line}], 1), ([], 2)])
def test_key_is_searched_after_a_lost_response(api_of: ApiOf, listed: list[Any], posts: int) -> None:
    client, api = api_of({KEYS: listed})
    api.failures = [LOST]
    add_step(client, DOMAIN, KEY, client.evidence.absent("it")).write()
    assert api.writes == [f"POST {KEYS}"] * posts


def test_lost_response_of_a_key_is_not_resent_when_the_hosting_is_gone(api_of: ApiOf) -> None:
    client, api = api_of({})
    api.failures = [LOST]
    with pytest.raises(OutcomeUnknown, match="does not know hosting"):
        add_step(client, DOMAIN, KEY, client.evidence.absent("it")).write()
    assert len(api.writes) == 1


def test_unreadable_php_version_is_reported(api_of: ApiOf) -> None:
    versions = f"{HOSTING}/phpsettings/availableversions"
    client, _api = api_of({versions: [{"version": "8.3"}]})
    assert list_php_versions(client, DOMAIN) == ["8.3"]
    client, _api = api_of({versions: [{"version": 8.3}]})
    with pytest.raises(Unreadable, match="version"):
        list_php_versions(client, DOMAIN)


def site(name: str = DOMAIN, **changed: Any) -> dict[str, Any]:
    full = {
        "name": name,
        "path": "/www",
        "host_headers": [{"name": name, "enabled": True}],
        "ssl_enabled": True,
        "https_redirect_enabled": False,
        "http2_enabled": False,
    }
    return {name: value for name, value in {**full, **changed}.items() if value is not ...}


def wish(name: str | None = None, **changed: Any) -> WantedSite:
    nothing: dict[str, Any] = dict.fromkeys(("path", "http2", "letsencrypt", "https_redirect", "hostnames"))
    return WantedSite(**{"domain": DOMAIN, "name": name, "host_headers": [], "force": False, **nothing, **changed})


@pytest.mark.parametrize("sites", [..., None, {}, "", [None], [{}], [{"name": None}], [{"name": 5}]])
def test_site_that_may_exist_is_not_absent(client: ResellerClient, sites: Any) -> None:
    hosting = {} if sites is ... else {"sites": sites}
    with pytest.raises(Unproven, match="shop"):
        find_site(client, hosting, wish("shop.example.com"))


@pytest.mark.parametrize("headers", [..., None, {}, [None], [{}], [{"name": None}]])
def test_host_header_that_may_exist_is_not_added(client: ResellerClient, tmp_path: Path, headers: Any) -> None:
    there = site(host_headers=headers)
    task = Task(params={}, check_mode=False)
    remembered = WriteOnlySettings(FileStorage(str(tmp_path)), "x", task.warn)

    def plan(**wanted: Any) -> list[str]:
        steps = SitePlanner(task, client, wish(**wanted), remembered).present(there).steps
        return [step.title for step in steps]

    with pytest.raises(Unproven, match="host header m"):
        plan(host_headers=["m.example.com"])
    with pytest.raises(Unreadable):
        plan(letsencrypt=True)
    assert plan(http2=True) == ["enable HTTP/2"]
    assert plan(letsencrypt=True, hostnames=[DOMAIN]) == [f"enable Let's Encrypt for {DOMAIN}"]


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        ({"http2_enabled": None}, {"http2": False}),
        ({"https_redirect_enabled": ...}, {"https_redirect": False}),
        ({"ssl_enabled": "yes"}, {"http2": True}),
        ({"path": None}, {"path": "/www"}),
    ],
)
def test_unreadable_setting_is_reported(
    client: ResellerClient, tmp_path: Path, changed: dict[str, Any], wanted: dict[str, Any]
) -> None:
    task = Task(params={}, check_mode=False)
    planner = SitePlanner(task, client, wish(**wanted), WriteOnlySettings(FileStorage(str(tmp_path)), "x", task.warn))
    with pytest.raises(Unreadable, match=next(iter(changed))):
        planner.present(site(**changed))


@pytest.mark.parametrize(("sites", "posts"), [([site(), site("shop.example.com")], 1), ([site()], 2)])
def test_site_is_searched_after_a_lost_response(
    api_of: ApiOf, tmp_path: Path, sites: list[dict[str, Any]], posts: int
) -> None:
    client, api = api_of({HOSTING: {"sites": sites}})
    task, wanted = Task(params={}, check_mode=False), wish("shop.example.com", path="/shop")
    planner = SitePlanner(task, client, wanted, WriteOnlySettings(FileStorage(str(tmp_path)), "x", task.warn))
    (step,) = planner.present(client.evidence.absent("it")).steps
    api.failures = [LOST]
    step.write()
    assert api.writes == [f"POST {HOSTING}/subsites"] * posts
    assert api.bodies[0] == {"domain_name": "shop.example.com", "path": "/shop"}


@pytest.mark.parametrize(("has_header", "posts"), [(True, 0), (False, 1)])
def test_host_header_that_a_new_site_brings_is_not_added(
    api_of: ApiOf, tmp_path: Path, has_header: bool, posts: int
) -> None:
    name = "shop.example.com"
    headers = [{"name": name}, *([{"name": f"m.{name}"}] if has_header else [])]
    client, api = api_of({HOSTING: {"sites": [site(name, host_headers=headers)]}})
    task, wanted = Task(params={}, check_mode=False), wish(name, host_headers=[f"m.{name}"])
    planner = SitePlanner(task, client, wanted, WriteOnlySettings(FileStorage(str(tmp_path)), "x", task.warn))
    _create, add = planner.present(client.evidence.absent("it")).steps
    add.write()
    assert api.writes == [f"POST {HOSTING}/sites/{name}/hostheaders"] * posts


def test_header_is_found_whatever_its_case(client: ResellerClient) -> None:
    found = find_header(client, site(host_headers=[{"name": "M.Example.com"}]), wish(), "m.example.com")
    assert found == {"name": "M.Example.com"}
    assert isinstance(find_header(client, site(), wish(), "m.example.com"), Absence)
