# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures in the documentation show the pages as they are; ``make pictures`` takes them again."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.test_departure_board import files
from tests.support.launched import FILES, check_report, launch_report
from tests.support.pictures import FOLDER, check_picture
from tests.support.playing import ROOT
from tests.tools.demo_launch import HOME_PAGE

pytestmark = pytest.mark.browser

__all__ = ["files"]

MOVED = HOME_PAGE.replace('id="order"', 'id="order" style="margin-left: 80px"')
OUTLINE = "one => { one.style.outline = '4px solid #b3005c'; one.style.outlineOffset = '2px'; }"
DIFFERENCE = {
    "os": "Linux",
    "browser": "Chromium 140",
    "resolution": "1366x768",
    "differences": 1,
    "message": None,
    "elements": [
        {
            "short_path": "button#order",
            "full_path": "html > body > header > button#order",
            "difference": "moved 80px to the right",
            "show_difference_public_url": "https://app.example/compare#difference-1",
            "show_difference_web_url": None,
        }
    ],
}
#: The pictures, and where each is shown.
PICTURES = {
    "departure_board": "roles/departure_board/README.md",
    "site_check": "roles/site_check/README.md",
    "launch": "README.md",
}
LARGEST = 150_000
"""The most bytes of a picture: each is part of every installation."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    page = browser.new_page(viewport={"width": 1100, "height": 700})
    yield page
    page.close()


@pytest.fixture
def launched(page: Page, tmp_path: Path) -> Path:
    """A folder with the pictures of the launched site, before and after a button moved."""
    accepted = tmp_path / "check/accepted"
    accepted.mkdir(parents=True)
    page.set_content(HOME_PAGE)
    for folder in (accepted, accepted.parent):
        page.screenshot(path=folder / "page.png")
    page.set_content(MOVED)
    page.locator("#order").evaluate(OUTLINE)
    page.screenshot(path=accepted.parent / "differences.png")
    return tmp_path


def taken(page: Page, file: Path, *, whole: bool = True) -> bytes:
    """Return a screenshot of a page whose pictures have loaded."""
    page.goto(file.as_uri())
    assert page.evaluate("[...document.images].every((one) => one.naturalWidth > 0)")
    return page.screenshot(full_page=whole)


def test_departure_board(page: Page, files: Path) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    check_picture("departure_board", taken(page, files / "board.html", whole=False))


def test_report_of_the_check(page: Page, launched: Path) -> None:
    report = launched / "check/report.html"
    changed = {**FILES, "page.html": "d4", "page.png": "e5", "page.pdf": "f6"}
    report.write_text(check_report(DIFFERENCE, now=changed, title="The Bakery"), encoding="utf-8")
    check_picture("site_check", taken(page, report))


def test_report_of_the_launch(page: Page, launched: Path) -> None:
    report = launched / "launch.html"
    report.write_text(launch_report(), encoding="utf-8")
    check_picture("launch", taken(page, report))


@pytest.mark.parametrize(("name", "shown_in"), PICTURES.items())
def test_pictures_are_small_and_shown(name: str, shown_in: str) -> None:
    assert (FOLDER / f"{name}.png").stat().st_size < LARGEST
    assert f"pictures/{name}.png)" in (ROOT / shown_in).read_text(encoding="utf-8")


def test_every_picture_is_taken() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == {*PICTURES}
