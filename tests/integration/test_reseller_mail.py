# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reseller_mailbox``, ``reseller_mail_alias``, ``reseller_mail_zone`` and their ``_info`` against the sandbox."""

from __future__ import annotations

from typing import Any

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, Task, account_task, check_refusals, task

NEW_VALUE = "(new value)"
AWAY = {"enabled": True, "subject": "Away", "text": "Back in September."}


def encoded(address: str) -> str:
    """Return an address as it is written in a path."""
    return address.replace("@", "%40")


def mailbox_task(address: str, **options: Any) -> Task:
    """Return the task that manages a mailbox."""
    return task("reseller_mailbox", **{"address": address, "password": "{{ password }}", **options})


def alias_task(address: str, *destinations: str, **options: Any) -> Task:
    """Return the task that manages an alias."""
    return task("reseller_mail_alias", address=address, destinations=list(destinations) or None, **options)


def zone_task(domain: str, **options: Any) -> Task:
    """Return the task that manages a mail zone."""
    return task("reseller_mail_zone", domain=domain, **options)


def test_life_of_a_mailbox(player: Player, new_name: NewName) -> None:
    domain = new_name()
    ada = f"ada@{domain}"
    forward = {"enabled": True, "addresses": ["Grace@example.net", "alan@example.net"], "copy_to_myself": True}
    played = player.play(
        [
            account_task(domain),
            mailbox_task(ada, check=True),
            mailbox_task(ada.upper()),
            mailbox_task(ada, password=None),
            mailbox_task(ada, auto_reply=AWAY, auto_forward=forward, check=True),
            mailbox_task(ada, auto_reply=AWAY, auto_forward=forward),
            mailbox_task(ada, auto_reply=AWAY, auto_forward=forward),
            mailbox_task(ada, auto_reply={"enabled": False}),
            mailbox_task(ada, password="{{ new_password }}", update_password="always"),
            task("reseller_mailbox_info", address=ada),
            task("reseller_mailbox_info", domain=domain),
            task("reseller_mailbox_info", domain=domain, details=True),
            mailbox_task(ada, state="absent", check=True),
            mailbox_task(ada, state="absent"),
            mailbox_task(ada, state="absent"),
        ],
    )
    predicted, made, again, set_checked, was_set, set_again, off, password = played.results[1:9]
    one, listed, detailed, gone_checked, gone, gone_again = played.results[9:]
    path = f"/mailboxes/{encoded(ada)}"
    assert predicted.changed and predicted.writes == []
    assert made.changed and made.writes == ["POST /mailboxes"] and made["diff"] == predicted["diff"]
    assert made["diff"]["after"]["password"] == NEW_VALUE and made["mailbox"] == predicted["mailbox"]
    assert not again.changed and again.requests == [f"GET {path}"]
    assert set_checked.changed and set_checked.writes == []
    assert was_set.changed and was_set.writes == [f"PUT {path}/autoreply", f"PUT {path}/autoforward"]
    assert was_set["diff"] == set_checked["diff"]
    assert not set_again.changed and set_again["mailbox"] == was_set["mailbox"]
    assert off.changed and off.writes == [f"PUT {path}/autoreply"]
    assert off["mailbox"]["auto_reply"] == {
        "enabled": False,
        "subject": "Away",
        "message": "Back in September.",
    }
    assert password.changed and password.writes == [f"PUT {path}/password"]
    assert one.ok["mailboxes"] == detailed.ok["mailboxes"]
    assert [item["name"] for item in listed.ok["mailboxes"]] == [ada]
    assert gone_checked.changed and gone_checked.writes == [] and gone["diff"] == gone_checked["diff"]
    assert gone.changed and gone.writes == [f"DELETE {path}"] and gone["mailbox"] is None
    assert not gone_again.changed and gone_again.writes == []


def test_new_mailbox_with_settings_and_a_lost_response(
    player: Player, server: SandboxProcess, new_name: NewName
) -> None:
    domain = new_name()
    server.set_faults([{"match": {"method": "POST", "path": "*/mailboxes", "nth": 1}, "fault": "reset_after"}])
    _owner, made, again, wrong_size = player.play(
        [
            account_task(domain),
            mailbox_task(f"ada@{domain}", auto_reply=AWAY),
            mailbox_task(f"ada@{domain}", auto_reply=AWAY),
            mailbox_task(f"alan@{domain}", size=7),
        ]
    )
    assert made.changed and made.writes == ["POST /mailboxes", f"PUT /mailboxes/ada%40{domain}/autoreply"]
    assert not again.changed
    assert wrong_size.error["kind"] == "no_mailbox_left" and "7 MB" in wrong_size.msg and wrong_size.writes == []


def test_zone_that_offers_several_sizes(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    domain = new_name()
    player.play([account_task(domain)])
    server.control("POST", "mailaccounts", {"domain": domain, "size": 5000, "mailboxes": 1})
    unclear, predicted, made, again, full, info = player.play(
        [
            mailbox_task(f"ada@{domain}"),
            mailbox_task(f"ada@{domain}", size=5000, check=True),
            mailbox_task(f"ada@{domain}", size=5000),
            mailbox_task(f"ada@{domain}"),
            mailbox_task(f"grace@{domain}", size=5000),
            task("reseller_mailbox_info", address=f"ada@{domain}"),
        ]
    )
    assert unclear.error["kind"] == "ambiguous" and "5000 MB" in unclear.msg and unclear.writes == []
    assert predicted.changed and predicted.writes == []
    assert made.changed and made.writes == ["POST /mailboxes"]
    assert not again.changed and again.writes == []
    assert full.error["status"] == 400 and full.writes == ["POST /mailboxes"]
    assert info["mailboxes"][0]["max_size"] == 5000


def test_life_of_an_alias(player: Player, new_name: NewName) -> None:
    domain = new_name()
    office = f"office@{domain}"
    played = player.play(
        [
            account_task(domain),
            alias_task(office, "b@example.net", "A@example.net", check=True),
            alias_task(office, "b@example.net", "A@example.net"),
            alias_task(office, "a@example.net", "b@example.net", "b@example.net"),
            alias_task(office, "a@example.net", check=True),
            alias_task(office, "a@example.net"),
            task("reseller_mail_zone_info", domain=domain, alias=office),
            alias_task(office, state="absent", check=True),
            alias_task(office, state="absent"),
            alias_task(office, state="absent"),
        ],
    )
    path = f"/mailzones/{domain}"
    predicted, made, again, less_checked, less, info, gone_checked, gone, gone_again = played.results[1:]
    assert predicted.changed and predicted.requests == [f"GET {path}"]
    assert made.changed and made.writes == [f"POST {path}/aliases"] and made["diff"] == predicted["diff"]
    assert made["alias"] == {"email_address": office, "destinations": ["a@example.net", "b@example.net"]}
    assert not again.changed and again.requests == [f"GET {path}"]
    assert less_checked.changed and less_checked.writes == []
    assert (
        less.changed
        and less.writes == [f"PUT {path}/aliases/{encoded(office)}"]
        and less["diff"] == less_checked["diff"]
    )
    assert [item["destinations"] for item in info["mail_zone"]["aliases"]] == [["a@example.net"]]
    assert gone_checked.changed and gone_checked.writes == [] and gone["diff"] == gone_checked["diff"]
    assert gone.changed and gone.writes == [f"DELETE {path}/aliases/{encoded(office)}"] and gone["alias"] is None
    assert not gone_again.changed and gone_again.writes == []


def test_life_of_a_mail_zone(player: Player, new_name: NewName) -> None:
    domain, extra, other = new_name(), new_name(), new_name()
    wanted: dict[str, Any] = {
        "anti_spam": "advanced",
        "catch_all": ["office@example.net"],
        "smtp_domains": [{"hostname": extra}, {"hostname": other, "enabled": False}],
    }
    played = player.play(
        [
            account_task(domain),
            zone_task(domain, **wanted, check=True),
            zone_task(domain, **wanted),
            zone_task(domain, **wanted),
            zone_task(domain, smtp_domains=[{"hostname": extra, "enabled": False}]),
            zone_task(domain, catch_all=["new@example.net"], check=True),
            zone_task(domain, catch_all=["new@example.net"]),
            zone_task(domain, catch_all=[]),
            zone_task(domain, smtp_domains=[{"hostname": other}], purge_smtp_domains=True),
            zone_task(domain, smtp_domains=[], purge_smtp_domains=True, max_delete_percent=100),
        ],
    )
    path = f"/mailzones/{domain}"
    predicted, made, again, off, moved_checked, moved, emptied, too_many, purged = played.results[1:]
    assert predicted.changed and predicted.requests == [f"GET {path}"]
    assert made.changed and made["diff"] == predicted["diff"] and made["applied"] == predicted["applied"]
    assert made.writes == [
        f"PUT {path}/antispam",
        f"POST {path}/catchall",
        f"POST {path}/smtpdomains",
        f"POST {path}/smtpdomains",
        f"PUT {path}/smtpdomains/{other}",
    ]
    assert not again.changed and again.requests == [f"GET {path}"] and again["mail_zone"] == made["mail_zone"]
    assert off.changed and off.writes == [f"PUT {path}/smtpdomains/{extra}"]
    assert moved_checked.changed and moved_checked.writes == [] and moved["diff"] == moved_checked["diff"]
    assert moved.writes == [f"POST {path}/catchall", f"DELETE {path}/catchall/office%40example.net"]
    assert emptied.changed and emptied["mail_zone"]["catch_all"] == []
    assert too_many.error["kind"] == "too_many_deletions" and too_many["would_remove"] == [extra]
    assert too_many.writes == []
    assert purged.changed and len(purged.writes) == 2 and purged["mail_zone"]["smtp_domains"] == []


def test_refusals(player: Player, new_name: NewName) -> None:
    player.secret("bad", "ohneziffernzq")
    nobody = new_name()
    played = player.play(
        [
            mailbox_task("ada"),
            mailbox_task("ada@fine.example", password="{{ bad }}"),
            mailbox_task("ada@fine.example", auto_reply={"enabled": True}),
            mailbox_task("ada@fine.example", auto_forward={"enabled": True, "addresses": []}),
            mailbox_task("ada@fine.example", auto_forward={"enabled": True, "addresses": ["x"]}),
            alias_task("a@fine.example"),
            alias_task("a@fine.example", "no address"),
            zone_task("fine.example", catch_all=["x"]),
            zone_task("fine.example", smtp_domains=[{"hostname": "a.example"}, {"hostname": "A.example"}]),
            zone_task("fine.example", purge_smtp_domains=True),
            task("reseller_mailbox_info"),
            mailbox_task(f"a@{nobody}"),
            alias_task(f"a@{nobody}", "b@example.net"),
            zone_task(nobody, anti_spam="basic"),
            mailbox_task(f"a@{nobody}", check=True),
            alias_task(f"a@{nobody}", "b@example.net", check=True),
            zone_task(nobody, anti_spam="basic", check=True),
            mailbox_task(f"a@{nobody}", state="absent"),
            alias_task(f"a@{nobody}", state="absent"),
            mailbox_task(f"a@{nobody}", password=None),
        ]
    )
    words = ["address", "password", "subject", "auto_forward", "auto_forward", "destinations", "destinations"]
    check_refusals(played.results[:11], [*words, "catch_all", "smtp_domains", "smtp_domains", "address"])
    for result in played.results[11:14]:
        assert result.error["kind"] == "not_found" and result.writes == []
    for result in played.results[14:17]:
        assert result.changed and "no mail zone" in result["warnings"][0] and result.writes == []
    for result in played.results[17:19]:
        assert not result.changed and result.writes == []
    assert "password" in played[19].msg and played[19].writes == []
