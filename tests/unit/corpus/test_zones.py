# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The zone files of the corpus, compared with dnspython."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.dns_records import (
    from_api,
    to_api,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import (
    TYPES,
    wanted_set,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.zone_plan import (
    check_wildcards,
    plan_zone,
    record_sets,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from tests.support.corpus import Input, inputs, name_of
from tests.support.zone_files import ORIGIN, described, read_zone, sets_of, sets_of_api

ZONES = inputs("zones")
TAKEN = [one for one in ZONES if one.is_taken]


def left_out(one: Input) -> list[str]:
    left: list[str] = one.expected.get("left_out", [])
    return left


@pytest.mark.parametrize("one", TAKEN, ids=name_of)
def test_zone_file_comes_back_as_it_was(one: Input) -> None:
    zone = read_zone(one.text)
    given = described(zone)
    assert sorted({item["type"] for item in given if item["type"] not in TYPES}) == left_out(one)
    wanted = [wanted_set("record_sets", ORIGIN, item) for item in given if item["type"] in TYPES]
    assert len(wanted) == one.expected["taken"]
    lines = "".join(f"{line}\n" for item in wanted for line in item.lines(ORIGIN))
    original = {item for item in sets_of(zone) if item[1] in TYPES}
    assert sets_of(read_zone(lines)) == original
    # And after the conversion to and from the API.
    sent = [to_api(item.key, item.ttl, value) for item in wanted for value in item.values]
    names = [{"record_name": f"{r['service']}._{r['protocol'].lower()}" if r["type"] == "SRV" else ""} for r in sent]
    shown = [{"id": f"1-{n}", **names[n], "content": "", **record} for n, record in enumerate(sent)]
    assert sets_of_api(shown) == original
    records = [record for record in map(from_api, shown) if record]
    assert record_sets(records) == sorted(wanted, key=lambda item: item.key)
    assert plan_zone(records, wanted).writes == []


@pytest.mark.parametrize("one", [one for one in ZONES if not one.is_taken], ids=name_of)
def test_zone_file_that_the_api_cannot_hold(one: Input) -> None:
    given = described(read_zone(one.text))
    with pytest.raises(ToolkitError) as caught:
        check_wildcards(plan_zone([], [wanted_set("record_sets", ORIGIN, item) for item in given]))
    assert one.expected["refused"] in f"{caught.value.kind}: {caught.value}"
