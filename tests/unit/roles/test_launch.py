# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of the playbook ``launch``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.html_page import Page
from tests.support.launched import CHECKED_AT, LAUNCHED, launch_report


def shown(flag: dict[str, Any]) -> str:
    """Return what the report says about a flag in the only environment."""
    environments = {"Production": {"ordering": flag}}
    flags = {"flags": {"ordering": {"name": "Ordering"}}, "environments": environments}
    text = Page(launch_report(feature_flags_result=flags, video_platform=None, departure_board_result=None)).text
    return text.partition("Feature Production Ordering ")[2]


def test_every_service_has_its_part() -> None:
    found = Page(launch_report())
    assert found.text.count("bakery.example is online") == 1
    assert "The site was provisioned, and looks as accepted." in found.text
    assert "checked on 2026-11-27 08:47 UTC" in found.text and "valid until 2027-11-27" in found.text
    assert "Greeting Bread from Ghent This is a test Ordering off on" in found.text
    assert "Films of the bakery (bakery_films)" in found.text
    assert {one["id"] for one in found.attributes("h2")} == {"hosting", "flags", "videos", "board"}
    assert {"href": "board.html"} in found.attributes("a")
    assert [one["src"] for one in found.attributes("img")] == ["check/page.png"]


def test_landmark_holds_everything() -> None:
    """Screen readers jump to it: the verdict and the picture are not beside it."""
    assert [
        name for name, _attributes in Page(launch_report()).elements if name in ("body", "main", "h1", "figure")
    ] == [
        "body",
        "main",
        "h1",
        "figure",
    ]


def test_only_the_hosting_is_required() -> None:
    only = {name: None for name in LAUNCHED if name not in ("hosting_result", "launch_folder")}
    found = Page(launch_report(**only))
    assert [one["id"] for one in found.attributes("h2")] == ["hosting"]
    assert "The site was provisioned." in found.text and found.attributes("img") == []


def test_failed_check_is_the_verdict() -> None:
    text = Page(launch_report(launch_failure="button#buy moved")).text
    assert "bakery.example: the check failed button#buy moved" in text and "is online" not in text


def test_check_that_ended_early_shows_no_picture() -> None:
    found = Page(launch_report(launch_failure="The service is gone.", site_check_result=None))
    assert "The service is gone." in found.text and found.attributes("img") == []
    assert not [one for one in found.attributes("a") if str(one["href"]).startswith("check/")]


@pytest.mark.parametrize(
    ("result", "text"),
    [
        ({"accepted": True, "comparisons": []}, "and its first version was accepted."),
        ({"accepted": True, "comparisons": [{"differences": 1}]}, "and its new look was accepted."),
        ({"accepted": False, "comparisons": [{"differences": 0}]}, "and looks as accepted."),
    ],
)
def test_verdict_says_what_was_compared(result: dict[str, Any], text: str) -> None:
    found = Page(launch_report(site_check_result={"checked_at": CHECKED_AT, **result}))
    assert f"The site was provisioned, {text}" in found.text


@pytest.mark.parametrize(
    ("flag", "text"),
    [
        ({"value": True}, "on"),
        ({"value": False}, "off"),
        ({"value": "True"}, "True"),
        ({"value": "<b>"}, "<b>"),
        ({"value": 0}, "0"),
        ({"value": True, "rules": [{"value": False}]}, "on, with rules"),
        ({"value": True, "rules": [], "percentages": [{"percentage": 10, "value": True}]}, "on, with percentages"),
    ],
)
def test_value_of_a_flag(flag: dict[str, Any], text: str) -> None:
    assert shown(flag) == text


def test_flag_that_an_environment_does_not_name_is_blank() -> None:
    flags = {"flags": {"a": {"name": "A"}}, "environments": {"Test": {}}}
    assert "Feature Test A Video channels" in Page(launch_report(feature_flags_result=flags)).text
