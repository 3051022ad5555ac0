# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of the role ``site_check``."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.html_page import Page
from tests.support.launched import FILES, check_report

ELEMENT = {
    "short_path": "button#buy",
    "full_path": "html > body > main > button#buy",
    "difference": "moved 80px to the right",
    "show_difference_web_url": "https://app.example/compare",
    "show_difference_public_url": "https://app.example/public/compare#difference-1",
}
BROWSER = {"os": "Linux", "browser": "Chromium 140", "resolution": "1366x768"}


def comparison(*elements: dict[str, Any], message: str | None = None) -> dict[str, Any]:
    differences = None if message else len(elements)
    return {**BROWSER, "differences": differences, "elements": list(elements), "message": message}


def report(*comparisons: dict[str, Any], **how: Any) -> Page:
    """Return the rendered page."""
    return Page(check_report(*comparisons, **how))


def pictures(page: Page) -> list[str | None]:
    return [one["src"] for one in page.attributes("img")]


def test_moved_element_is_named_and_shown_on_both_sides() -> None:
    found = report(comparison(ELEMENT), now={**FILES, "page.html": "d4"})
    assert "The layout has changed. 1 element differs." in found.text
    assert "button#buy moved 80px to the right Linux, Chromium 140, 1366x768" in found.text
    assert {"href": ELEMENT["show_difference_public_url"]} in found.attributes("a")
    assert pictures(found) == ["accepted/page.png", "differences.png"]
    assert all(one["alt"] for one in found.attributes("img"))
    assert found.attributes("body") == [{"class": "differs"}]
    assert "HTML after scripts page.html accepted/page.html different" in found.text
    assert "checked on 2026-11-27 08:47 UTC" in found.text and "accepted on 2026-11-26 09:00 UTC" in found.text


def test_same_and_first_version() -> None:
    same, first = report(comparison(), title="Shop"), report(is_first=True)
    assert "Shop" in same.text and "The layout is the accepted one." in same.text
    assert "This is the first version. It was accepted." in first.text and "accepted on" not in first.text
    for found in (same, first):
        assert pictures(found) == ["page.png"] and "Differences" not in found.text and "different" not in found.text


def test_acceptance() -> None:
    found = report(comparison(ELEMENT, ELEMENT), accept=True, now={**FILES, "page.png": "d4"})
    assert "The layout has changed, and was accepted. 2 elements differ." in found.text
    assert pictures(found) == ["differences.png", "page.png"]
    assert "different before it was accepted" in found.text


def test_what_could_not_be_compared() -> None:
    found = report(comparison(message="No such browser in the base version"))
    assert "The page No such browser in the base version Linux, Chromium 140" in found.text
    assert pictures(found) == ["accepted/page.png", "page.png"]
    assert "The layout could not be compared with the accepted one." in found.text and "changed" not in found.text
    found = report(comparison(message="No such browser"), accept=True)
    assert "The layout was accepted without a comparison." in found.text and "changed" not in found.text
    found = report(comparison(message="No such browser"), comparison(ELEMENT))
    assert "The layout has changed. 1 element differs." in found.text


@pytest.mark.parametrize("place", ["short_path", "full_path", "difference", "show_difference_public_url"])
def test_markup_of_others_stays_text(place: str) -> None:
    mean = '"><img src="http://elsewhere.example/x.png"><script>alert(1)</script>'
    found = report(comparison({**ELEMENT, place: mean}), comparison(message=mean), title=mean)
    assert pictures(found) == ["accepted/page.png", "differences.png"]
    assert not {name for name, _attributes in found.elements} & {"script", "iframe", "link"}
    assert "alert(1)" in found.text


def test_links_of_others_are_links_of_the_web() -> None:
    found = report(comparison({**ELEMENT, "show_difference_public_url": "javascript:alert(1)"}))
    hrefs = [str(one["href"]) for one in found.attributes("a")]
    assert not [href for href in hrefs if href.startswith("javascript")]
