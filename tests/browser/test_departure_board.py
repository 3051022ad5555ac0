# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the role ``departure_board`` in a browser without scripts: what screen readers get, and its size."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from sandbox.launcher import SandboxProcess
from tests.support.departureboard import set_time
from tests.support.playing import Player

pytestmark = pytest.mark.browser

#: The least contrast of text at the highest level (WCAG 2.2, 1.4.6).
CONTRAST = 7.0
#: Returns the colors of each text that can be seen, as its element and the elements around it have them.
COLORS = """() => [...document.querySelectorAll("body *")]
    .filter(one => [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim())
        && !one.classList.contains("for-screen-readers"))
    .map(one => {
        let around = one;
        const clear = "rgba(0, 0, 0, 0)";
        while (around && getComputedStyle(around).backgroundColor === clear) around = around.parentElement;
        return [one.textContent.trim(), getComputedStyle(one).color, getComputedStyle(around).backgroundColor];
    })"""


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the pages of London Kings Cross and Peterborough in the morning, and of one that refreshes."""
    folder = tmp_path_factory.mktemp("board")
    board = {"crs": "KGX", "path": f"{folder}/board.html", "static_path": f"{folder}/static.html"}
    boards: list[dict[str, Any]] = [
        board,
        {"crs": "PBO", "path": f"{folder}/arrivals.html", "board": "arrivals", "refresh": 0, "calling_points": True},
        {"crs": "RYP", "path": f"{folder}/quick.html", "refresh": 1},
    ]
    role = {"name": "reseller.toolkit.departure_board"}
    with SandboxProcess(service="departureboard") as sandbox:
        set_time(sandbox)
        tasks = [{"ansible.builtin.include_role": role, "vars": {"departure_board": one}} for one in boards]
        played = Player(sandbox, folder / "runs").play(tasks)
    assert played.code == 0, played.output
    return folder


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on a large screen, without scripts; it must request nothing but the pages themselves."""
    context = browser.new_context(viewport={"width": 1920, "height": 1080}, java_script_enabled=False)
    page = context.new_page()
    asked: list[str] = []
    complaints: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    yield page
    context.close()
    assert asked and {url.partition(":")[0] for url in asked} == {"file"}
    assert {url.rpartition(".")[2] for url in asked} == {"html"}
    assert complaints == []


def opened(page: Page, path: Path) -> Page:
    page.goto(path.as_uri())
    return page


def test_screen_readers_get_a_named_table(page: Page, files: Path) -> None:
    opened(page, files / "board.html")
    expect(page).to_have_title("Departures from London Kings Cross, 09:01")
    expect(page.get_by_role("heading", level=1)).to_have_text("London Kings Cross")
    table = page.get_by_role("table", name="Departures from London Kings Cross")
    assert table.get_by_role("columnheader").all_text_contents() == ["Time", "Destination", "Platform", "Expected"]
    assert [*map(str.strip, table.get_by_role("rowheader").all_text_contents())][:3] == ["09:06", "09:26", "09:30"]
    cancelled = table.get_by_role("row").filter(has=page.get_by_role("rowheader", name="10:00"))
    expect(cancelled.get_by_role("cell").nth(1)).to_have_text(re.compile("not announced"))
    expect(cancelled.get_by_role("cell").nth(2)).to_have_text("Cancelled")
    tree = page.locator("body").aria_snapshot()
    assert 'cell "not announced"' in tree and "\u2013" not in tree


def test_messages_are_a_named_region(page: Page, files: Path) -> None:
    opened(page, files / "arrivals.html")
    region = page.get_by_role("region", name="Messages")
    expect(region.get_by_role("listitem")).to_have_text(re.compile(r"engineering work\. Allow more time\.$"))
    expect(page.get_by_role("table", name="Arrivals at Peterborough")).to_be_visible()


@pytest.mark.parametrize(("width", "height", "least"), [(1280, 720, 28), (1920, 1080, 42), (3840, 2160, 84)])
def test_text_is_large_on_a_screen_in_a_lobby(page: Page, files: Path, width: int, height: int, least: int) -> None:
    page.set_viewport_size({"width": width, "height": height})
    opened(page, files / "board.html")
    for name in (".place", ".expected", "tbody th"):
        assert float(computed(page, name, "fontSize").removesuffix("px")) >= least, name
    last = page.get_by_role("contentinfo").bounding_box()
    assert last and last["y"] + last["height"] <= height, "nobody can scroll there"


@pytest.mark.parametrize("width", [320, 800, 1920])
def test_nothing_is_beside_the_screen(page: Page, files: Path, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 700})
    for name in ("board", "arrivals", "static"):
        opened(page, files / f"{name}.html")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name


def test_contrast_of_every_text(page: Page, files: Path) -> None:
    for name in ("board", "arrivals"):
        opened(page, files / f"{name}.html")
        found = page.evaluate(COLORS)
        assert len(found) > 30
        assert [one for one in found if contrast(one[1], one[2]) < CONTRAST] == []


def test_page_refreshes_and_the_other_one_does_not(page: Page, files: Path) -> None:
    quick = files / "quick.html"
    opened(page, quick)
    expect(page.get_by_role("heading", level=1)).to_have_text("Ryde Pier Head")
    quick.write_text(quick.read_text(encoding="utf-8").replace("Ryde Pier Head", "Ryde"), encoding="utf-8")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ryde")
    opened(page, files / "board.html").get_by_role("link", name="The same without refreshing").click()
    expect(page).to_have_url((files / "static.html").as_uri())
    assert page.locator("meta[http-equiv=refresh]").count() == 0


def computed(page: Page, selector: str, name: str) -> str:
    """Return a style of the first element that a selector matches."""
    found: str = page.locator(selector).first.evaluate(f"one => getComputedStyle(one).{name}")
    return found


def contrast(first: str, second: str) -> float:
    """Return the contrast of two colors as browsers write them (WCAG 2.2)."""
    lighter, darker = sorted(map(luminance, (first, second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    parts = [int(part) / 255 for part in re.findall(r"\d+", color)[:3]]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
