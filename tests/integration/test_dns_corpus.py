# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Zone files, texts and addresses of the corpus against the sandbox, judged by dnspython and by the server's log."""

from __future__ import annotations

import json
from typing import Any

import dns.rdata
import dns.rdatatype

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import TYPES
from tests.support.corpus import Input, inputs
from tests.support.playing import NewName, Player, PlayResult, Result, Task, account_task, task
from tests.support.zone_files import described, in_quotes, read_zone, sets_of, sets_of_api, text_in

AS_MODULE = {"vars": {"reseller_toolkit_in_process": False}}


def taken(kind: str) -> list[Input]:
    return [one for one in inputs(kind) if one.is_taken]


def refused(kind: str) -> list[Input]:
    return [one for one in inputs(kind) if not one.is_taken]


def zone_task(zone: str, sets: list[dict[str, Any]], **options: Any) -> Task:
    return task("reseller_dns_zone", zone=zone, record_sets=sets, max_delete_percent=100, **options)


def managed(one: Input) -> list[dict[str, Any]]:
    return [item for item in described(read_zone(one.text)) if item["type"] in TYPES]


def check_life(results: list[Result]) -> None:
    """Check six results: create in check mode, create, repeat, change in check mode, change, remove."""
    checked, made, again, change_checked, changed, removed = results
    assert checked.changed and checked.writes == [] and checked["diff"] == made.ok["diff"]
    assert not again.changed and again.writes == [] and "warnings" not in again.data
    assert change_checked.changed and change_checked.writes == [] and change_checked["diff"] == changed.ok["diff"]
    assert changed.changed and {write.split()[0] for write in changed.writes} == {"PUT"}
    assert removed.changed and {write.split()[0] for write in removed.writes} == {"DELETE"}


def with_ttl(sets: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**item, "ttl": 777} for item in sets]


def life_of(zone: str, sets: list[dict[str, Any]]) -> list[Task]:
    """Return the tasks that `check_life` checks, with a read of the records after the first and the second change."""
    info = task("reseller_dns_zone_info", zone=zone)
    return [
        account_task(zone),
        zone_task(zone, sets, purge=True, check=True),
        zone_task(zone, sets, purge=True),
        zone_task(zone, sets, purge=True),
        info,
        zone_task(zone, with_ttl(sets), check=True),
        zone_task(zone, with_ttl(sets)),
        info,
        zone_task(zone, [], purge=True),
    ]


def test_zone_files(player: Player, new_name: NewName) -> None:
    names = {one.path.name: new_name() for one in taken("zones")}
    tasks = [life_of(names[one.path.name], managed(one)) for one in taken("zones")]
    results = player.play([each for life in tasks for each in life]).results
    for number, one in enumerate(taken("zones")):
        _account, checked, made, again, info, change_checked, changed, info_again, removed = results[
            9 * number : 9 * number + 9
        ]
        check_life([checked, made, again, change_checked, changed, removed])
        original = {item for item in sets_of(read_zone(one.text)) if item[1] in TYPES}
        assert sets_of_api(info.ok["records"]) == original, one.path.name
        assert sets_of_api(info_again.ok["records"]) == {
            (name, kind, 777, values) for name, kind, _ttl, values in original
        }
        # The diff is a zone file that another parser reads in the same way.
        lines = made["diff"]["after"].replace(f"{names[one.path.name]}.", "shop.example.")
        assert sets_of(read_zone(lines)) == original
        # The name of a record is not changed together with its values.
        ids = {record["id"]: record["record_name"] for record in info["records"]}
        assert {record["id"]: record["record_name"] for record in info_again["records"]} == ids


def bodies(result: Result, method: str) -> list[dict[str, Any]]:
    return [json.loads(one["request_body"]) for one in result.exchanges if one["method"] == method]


def test_texts(player: Player, new_name: NewName) -> None:
    zone = new_name()
    entries = {one.path.stem: one for one in taken("txt")}
    sets = [{"prefix": name, "type": "TXT", "ttl": 300, "value": [one.text]} for name, one in entries.items()]
    tasks = life_of(zone, sets)
    # Each way to run finds the changes of the other.
    tasks[3:4] = [tasks[3], tasks[3] | AS_MODULE]
    played = player.play(tasks)
    _account, checked, made, again, as_module, _info, change_checked, changed, info, removed = played.results
    check_life([checked, made, again, change_checked, changed, removed])
    assert not as_module.changed and as_module["record_sets"] == again["record_sets"]
    for sent in (
        bodies(made, "POST"),
        bodies(changed, "PUT"),
        [one for one in info["records"] if one["type"] == "TXT"],
    ):
        read = {one["record_name"]: dns.rdata.from_text("IN", "TXT", in_quotes(one["content"])) for one in sent}
        assert {name: text_in(rdata) for name, rdata in read.items()} == {
            name: one.expected["taken"] for name, one in entries.items()
        }


def test_refusals(player: Player, new_name: NewName) -> None:
    """Before any request, in both ways to run; mistakes that only the zone reveals, before the first write."""
    zone = new_name()
    texts = [{"prefix": "a", "type": "TXT", "value": [one.text]} for one in refused("txt")]
    tasks = [zone_task(zone, [item]) for item in texts]
    tasks += [zone_task(zone, managed(one)) for one in refused("zones")]
    tasks += [task("reseller_mail_alias", address=one.text, destinations=["a@example.com"]) for one in refused("mail")]
    entries = refused("txt") + refused("zones") + refused("mail")
    played: PlayResult = player.play([account_task(zone), *tasks, *(each | AS_MODULE for each in tasks[:2])])
    results = played.results[1:]
    for one, result in zip([*entries, *entries[:2]], results, strict=True):
        assert result.error["kind"] in {"invalid_option", "wildcard_refused"}, one.path.name
        assert result.writes == [] and (result.requests == [] or one.path.name == "wildcards.zone"), one.path.name


def test_addresses(player: Player, new_name: NewName) -> None:
    """As aliases of a zone, with their domain where the entry tests the form of domains."""
    zone = new_name()
    local_parts = [one for one in taken("mail") if one.expected["taken"].endswith("@example.com")]
    given = {one.text.strip().rpartition("@")[0]: one.expected["taken"].rpartition("@")[0] for one in local_parts}
    destinations = [one.text for one in taken("mail")]
    aliases = [{"address": f"{local}@{zone}", "destinations": destinations} for local in given]
    fewer = [{**item, "destinations": destinations[:2]} for item in aliases]
    many = {name: task("reseller_mail_alias", aliases=items) for name, items in (("all", aliases), ("fewer", fewer))}
    check = {"check_mode": True}
    _account, checked, made, again, as_module, change_checked, changed, removed = player.play(
        [
            account_task(zone),
            many["all"] | check,
            *[many["all"]] * 2,
            many["all"] | AS_MODULE,
            many["fewer"] | check,
            many["fewer"],
            task("reseller_mail_alias", aliases=[{"address": item["address"]} for item in aliases], state="absent"),
        ]
    )
    assert checked.changed and change_checked.changed and checked.writes == change_checked.writes == []
    assert made.changed and changed.changed and removed.changed and not again.changed and not as_module.changed
    addresses = sorted({one.expected["taken"] for one in taken("mail")})
    sent = bodies(made, "POST")
    assert {body["email_address"] for body in sent} == {f"{local}@{zone}" for local in given.values()}
    assert all(body["destinations"] == addresses for body in sent)
    assert len(removed.writes) == len(given)
