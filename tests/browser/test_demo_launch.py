# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``make demo-launch``: all services in one play, twice, and the report page as a browser shows it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.support.playing import ROOT

pytestmark = [pytest.mark.browser, pytest.mark.nightly]

DEMO = ROOT / "tests/tools/demo_launch.py"


def test_second_launch_changes_only_what_shows_the_time(browser: Browser, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(DEMO), str(tmp_path)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr
    assert "All as expected: the second run changed only what shows the time." in done.stdout
    assert f"The report is {tmp_path}/launch.html" in done.stdout

    page = browser.new_page(viewport={"width": 1200, "height": 900})
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((tmp_path / "launch.html").as_uri())
    check_launch(page)
    page.get_by_role("link", name="report of the check").click()
    expect(page.get_by_role("status")).to_have_text("The layout is the accepted one.")
    assert [width > 0 for width in widths(page)] == [True]
    assert {url.split(":")[0] for url in asked} == {"file"}
    page.close()


def check_launch(page: Page) -> None:
    """Check that the page of the launch shows each service."""
    expect(page.get_by_role("heading", level=1)).to_have_text("bakery.example is online")
    expect(page.get_by_role("region", name="Hosting")).to_contain_text("valid until")
    rows = [
        text.split("\t") for text in page.get_by_role("region", name="Features").get_by_role("row").all_inner_texts()
    ]
    served = {
        row[0].strip(): {name.strip(): value.strip() for name, value in zip(rows[0], row, strict=True)} for row in rows
    }
    assert served["Ordering"] == {"Feature": "Ordering", "Test": "on", "Production": "off"}
    assert served["Greeting"]["Production"] == "Bread from Ghent"
    expect(page.get_by_role("region", name="Video channels")).to_contain_text("Films of the bakery")
    expect(page.get_by_role("link", name="Trains at London Kings Cross")).to_be_visible()
    assert [width > 0 for width in widths(page)] == [True]


def widths(page: Page) -> list[int]:
    """Return the widths of the loaded pictures, 0 for those that could not be loaded."""
    found: list[int] = page.evaluate("[...document.images].map((one) => one.naturalWidth)")
    return found
