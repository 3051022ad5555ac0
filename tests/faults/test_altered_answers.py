# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each property of each response that an order depends on, damaged in each way, while the thing exists: 0 orders.

The properties come from the contract, so none is missing. The test counts the POSTs that reached the server.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.faults.standing import FREE, PAID, Standing, Thing, properties_of

pytestmark = pytest.mark.faults

DAMAGE = ("drop", "null", "wrong_type")
CHANGES = (*DAMAGE, "empty", "other")
#: The error kinds of unreadable answers, and those that a wrong value of the right type may cause instead.
UNREADABLE = {"unproven", "protocol"}
ANOTHER = {"servicepack_mismatch", "not_found"}
#: Where another value says that the thing is another one, and no other response of the API could contradict: of these
#: nobody can tell. What is damaged in any other way is told.
SAYS_ANOTHER_THING = {
    ("database user", "GET /mysqldatabases/{databaseName}/users", "name"),
    ("certificate", "GET /sslcertificates", "common_name"),
    ("certificate request", "GET /sslcertificaterequests", "common_name"),
}


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    with SandboxProcess(job_seconds=0, rate_limit="1000000/60") as server:
        yield Standing(server, tmp_path_factory.mktemp("standing"))


def cases(things: Sequence[Thing]) -> list[Any]:
    """Return each thing with each operation that its module reads, and each property of its response and the whole
    item.
    """
    found = []
    for thing in things:
        kind = "paying post" if thing.pays else "free post"
        for name, item in thing.reads.items():
            for at in (item, *properties_of(name, item)):
                told = f"{thing}-{name.removeprefix('GET ')}-{at.removeprefix(item) or 'all'}"
                found.append(pytest.param(thing, name, item, at, marks=pytest.mark.row(41, kind), id=told))
    return found


@pytest.mark.parametrize(("thing", "name", "item", "at"), cases(PAID))
def test_what_exists_is_not_ordered_again(standing: Standing, thing: Thing, name: str, item: str, at: str) -> None:
    for change in CHANGES:
        is_whole = at == item
        if (is_whole and change == "drop") or (
            change == "other" and (thing.name, name, at.rpartition(".")[2]) in SAYS_ANOTHER_THING
        ):
            continue
        fault = {"match": standing.match(name), "fault": "property", "at": at, "change": change}
        result, counted = standing.run_altered(thing, [fault])
        assert counted.posts == [], (change, counted.posts)
        assert counted.reads <= set(thing.reads), "a read whose properties are not tried"
        if not result.get("failed"):
            assert result["changed"] is False, (change, result)
            continue
        assert result["error"]["kind"] in (UNREADABLE | ANOTHER if change == "other" else UNREADABLE), (change, result)
        unproven = result.get("unproven") or {}
        if unproven.get("property"):
            assert unproven["property"] in result["msg"] and str(unproven["value"]) in result["msg"], result


@pytest.mark.parametrize(("thing", "name", "item", "at"), cases(FREE))
def test_what_exists_is_not_added_again(standing: Standing, thing: Thing, name: str, item: str, at: str) -> None:
    """For things that cost nothing. An empty list of aliases or another name is a valid answer: no alias exists."""
    for change in DAMAGE:
        if at == item and change == "drop":
            continue
        fault = {"match": standing.match(name), "fault": "property", "at": at, "change": change}
        result, counted = standing.run_altered(thing, [fault])
        assert counted.posts == [], (change, counted.posts)
        if result.get("failed"):
            assert result["error"]["kind"] in UNREADABLE, (change, result)
        else:
            assert result["changed"] is False, (change, result)


@pytest.mark.parametrize("thing", [*PAID, *FREE], ids=str)
def test_every_response_was_tried(standing: Standing, thing: Thing) -> None:
    """Without damage nothing is sent, and the other tests damage everything that is read."""
    result, counted = standing.run_altered(thing, [])
    assert not result.get("failed") and result["changed"] is False, result
    assert counted.posts == [] and counted.reads and counted.reads <= set(thing.reads)
