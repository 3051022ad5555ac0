# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values as YAML reads them without quotes, and texts where a list is expected, in both ways to run."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.playing import BOTH_WAYS, NewName, Player, Result, account_task, task
from tests.support.samples import REGISTRANT, SSH_KEY
from tests.support.shop import Shop

DMARC = "v=DMARC1; p=none; rua=mailto:a@example.com,mailto:b@example.net"
LATER = "Version 2.2.0 will refuse it."
BOTH = pytest.mark.parametrize("in_process", [True, False], ids=["here", "apart"])
MOSTLY_HERE = pytest.mark.parametrize("in_process", BOTH_WAYS, ids=["here", "apart"])


def check_refused(results: list[Result], words: list[str]) -> None:
    """Check that each task was refused with this message, and nothing was written."""
    for result, word in zip(results, words, strict=True):
        assert result.error["kind"] == "invalid_option", result.data
        assert result.msg.startswith(word) and "Quote it" in result.msg, result.msg
        assert result.writes == [], result.requests


def order_of(name: str) -> dict[str, Any]:
    """Return the options that buy a domain name, without its registrant."""
    return {"name": name, "registration": "register", "confirm_purchase": f"domain register {name}"}


@MOSTLY_HERE
def test_a_text_with_commas_is_one_value(player: Player, new_name: NewName, in_process: bool) -> None:
    zone = new_name()
    record: dict[str, Any] = {"zone": zone, "record": "_dmarc", "type": "TXT"}
    key = f"{SSH_KEY} ada, on her laptop"
    _owner, made, again, in_zone, key_added, key_again = player.play(
        [
            account_task(zone),
            task("reseller_dns_record", **record, value=DMARC),
            task("reseller_dns_record", **record, value=[DMARC]),
            task("reseller_dns_zone", zone=zone, record_sets=[{"record": "_dmarc", "type": "TXT", "value": DMARC}]),
            task("reseller_ssh_key", domain=zone, keys=key),
            task("reseller_ssh_key", domain=zone, keys=[key]),
        ],
        in_process=in_process,
    )
    assert made.changed and len(made.writes) == 1
    assert [write["value"] for write in made["applied"]] == [DMARC]
    assert not again.changed and not in_zone.changed
    assert key_added.changed and len(key_added.writes) == 1 and not key_again.changed


@MOSTLY_HERE
def test_an_empty_list_removes_nothing(player: Player, new_name: NewName, in_process: bool) -> None:
    zone = new_name()
    record: dict[str, Any] = {"zone": zone, "record": "shop", "type": "A"}
    purge: dict[str, Any] = {"zone": zone, "record_sets": [], "purge": True, "max_delete_percent": 100}
    played = player.play(
        [
            account_task(zone),
            task("reseller_dns_record", **record, value=["192.0.2.1"]),
            task("reseller_dns_record", **record, value=[], state="absent"),
            task("reseller_dns_zone", **purge, purge_types=[]),
            task("reseller_dns_zone", **purge, purge_names=[]),
            task("reseller_dns_record", **record, state="absent"),
        ],
        in_process=in_process,
    )
    for kept in played.results[2:5]:
        assert kept.outcome == "ok" and not kept.changed and kept.writes == []
    assert played[5].changed and len(played[5].writes) == 1


@BOTH
def test_what_was_not_quoted_is_refused(player: Player, new_name: NewName, in_process: bool) -> None:
    zone = new_name()
    record: dict[str, Any] = {"zone": zone, "type": "A", "value": ["192.0.2.1"]}
    bought = order_of(f"new-{zone}")
    played = player.play(
        [
            account_task(zone),
            task("reseller_dns_record", **record, record=False),
            task("reseller_dns_record", **record, record=False, state="absent"),
            task("reseller_dns_record", **{**record, "type": "TXT", "value": [1.10]}, record="x"),
            task("reseller_dns_record", **{**record, "type": "TXT", "value": 1067}, record="x"),
            task("reseller_domain", **bought, registrant={**REGISTRANT, "postal_code": 567}),
            task("reseller_domain", **bought, registrant={**REGISTRANT, "country_code": False}, check=True),
            task("reseller_mysql", account=zone, name="shop", password=12345678),
            task("reseller_account_info", identifier=20240101),
        ],
        in_process=in_process,
    )
    check_refused(
        played.results[1:],
        [
            *("record: ", "record: ", "value[0]: ", "value: "),
            *("registrant.postal_code: ", "registrant.country_code: ", "password: ", "identifier: "),
        ],
    )


@MOSTLY_HERE
def test_what_stays_as_it_is_only_warns(player: Player, new_name: NewName, in_process: bool) -> None:
    zone = new_name()
    text: dict[str, Any] = {"zone": zone, "record": "note", "type": "TXT"}
    bought = order_of(f"new-{zone}")
    number: dict[str, Any] = {**REGISTRANT, "postal_code": int(REGISTRANT["postal_code"])}
    _owner, made, kept, registered, listed, renewed = player.play(
        [
            account_task(zone),
            task("reseller_dns_record", **text, value=["1067"]),
            task("reseller_dns_record", **text, value=[1067]),
            task("reseller_domain", **bought, registrant=REGISTRANT),
            task("reseller_domain", **bought, registrant=number),
            task("reseller_domain", **bought, registrant=number, will_renew=False),
        ],
        in_process=in_process,
    )
    assert made.changed and registered.changed
    for result, option in ((kept, "value[0]"), (listed, "registrant.postal_code")):
        assert result.outcome == "ok" and not result.changed and result.writes == []
        (warning,) = result["warnings"]
        assert warning.startswith(f"{option}: a text is needed") and warning.endswith(LATER)
    check_refused([renewed], ["registrant.postal_code: "])


def test_a_number_for_a_version_is_looked_up(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    domain = new_name()
    versions = {"path": f"/v2/linuxhostings/{domain}/phpsettings/availableversions"}
    set_it = task("reseller_linux_hosting", domain=domain, php_version=8.1)
    _owner, found, again = player.play(
        [account_task(domain), task("reseller_linux_hosting", domain=domain, php_version=8.2), set_it]
    )
    assert found.changed and found["hosting"]["php_version"] == "8.2"
    offered = [{"version": version} for version in ("8.1", "8.10", "8.3")]
    server.set_faults([{"match": versions, "fault": "status", "status": 200, "body": offered}])
    versions_given = (8.1, "8.1", 8.4, 10**400)
    ambiguous, quoted, unknown, enormous = player.play(
        [task("reseller_linux_hosting", domain=domain, php_version=version) for version in versions_given]
    )
    assert again.outcome == "ok"
    check_refused(
        [ambiguous, unknown, enormous],
        [
            "php_version: the number 8.1 can mean 8.1 or 8.10",
            "php_version: the number 8.4 can mean none",
            "php_version: this number can mean none",
        ],
    )
    assert quoted.outcome == "ok"


@MOSTLY_HERE
def test_flags(shop: Shop, in_process: bool) -> None:
    played = shop.player.play(
        [
            shop.flags(flags={True: {}, "fine": {}}),
            shop.flags(flags={"fine": {}}, environments={"test": {False: True}}),
            shop.flags(flags={"fine": {"name": True}}),
            shop.flags(flags={"fine": {"hint": 2024, "tags": [1.5]}}),
            shop.flags(flags={"fine": {"hint": 2024}}),
            shop.flags(flags={}, purge=True, purge_tags=[], max_delete_percent=100),
        ],
        in_process=in_process,
    )
    check_refused(
        played.results[:4], ["flags: the key", "environments.test: the key", "flags.fine.name: ", "flags.fine.tags[0]"]
    )
    assert all(result.requests == [] for result in played.results[:4])
    assert played[4]["flags"]["fine"]["hint"] == "2024"
    assert not played[5].changed and played[5].writes == []
