# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the codes of stations and of the ids of services."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.codes import (
    checked_crs,
    checked_destinations,
    checked_service_id,
    checked_station_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


@pytest.mark.parametrize("text", ["KGX", "kgx", " Kgx "])
def test_code_is_sent_in_upper_case(text: str) -> None:
    assert checked_crs("crs", text) == "KGX"


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "KG",
        "KGXX",
        "K9X",
        "Ä\u00df",
        "KG/",
        "..",
        "London",
        "K\nGX",
        "\uff2bGX",
        "a\u00df",
        "\u0131ps",
        "\u017fno",
    ],
)
def test_what_is_no_code_is_refused(text: str) -> None:
    with pytest.raises(ToolkitError, match=r"^crs: ") as caught:
        checked_crs("crs", text)
    assert caught.value.kind == "invalid_option"


def test_destinations_are_different_and_few() -> None:
    assert checked_destinations("filter_list", ["pbo", "PBO", "YRK"]) == ["PBO", "YRK"]
    twenty = [f"AA{chr(65 + number)}" for number in range(20)]
    assert checked_destinations("filter_list", [*twenty, "AAA"]) == twenty
    for wrong in ([], [*twenty, "ZZZ"], ["PBO", "York"]):
        with pytest.raises(ToolkitError, match=r"^filter_list: "):
            checked_destinations("filter_list", wrong)


def test_id_as_national_rail_writes_it_is_converted() -> None:
    # The example of the vendor's documentation.
    assert checked_service_id("service_id", "qsec4O8LW7k8ITcOt/ir4Q==") == "qsec4O8LW7k8ITcOt_ir4Q--"
    assert checked_service_id("service_id", "j+meN1h8C66roUaXvm+iXg==") == "j!meN1h8C66roUaXvm!iXg--"
    assert checked_service_id("service_id", "qsec4O8LW7k8ITcOt_ir4Q--") == "qsec4O8LW7k8ITcOt_ir4Q--"


@pytest.mark.parametrize("text", ["", "a b", "a?b", "a%2Fb", "..", "x" * 101, "ä"])
def test_what_is_no_id_is_refused(text: str) -> None:
    with pytest.raises(ToolkitError, match=r"^service_id: "):
        checked_service_id("service_id", text)


def test_an_empty_name_does_not_stand_for_all_stations() -> None:
    assert checked_station_name("station_name", " Hayes & Harlington ") == "Hayes & Harlington"
    for wrong in ("", " ", "x" * 101):
        with pytest.raises(ToolkitError, match=r"^station_name: "):
            checked_station_name("station_name", wrong)
