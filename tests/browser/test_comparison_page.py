# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real screenshots, and the pages that compare them, in real browsers."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import requests
from playwright.sync_api import Browser, Page, expect

from sandbox.crossbrowsertesting import firefox
from sandbox.launcher import SandboxProcess
from tests.contract import coverage
from tests.support.screenshots import Screenshots
from tests.support.site import LEFT, Site, page

pytestmark = pytest.mark.browser

CHROMIUM = "Linux|Chromium|800x600"
FIREFOX = "Linux|Firefox|800x600"
#: What follows the button: a footer at this position, with a name that is no HTML.
FOOTER = (
    '<p id="a&lt;b&gt;c" style="position: absolute; left: 40px; top: {}px; width: 200px; height: 40px; margin: 0">'
    '<a href="/">Imprint</a></p>'
)
needs_firefox = pytest.mark.skipif(bool(firefox.missing()), reason=f"{firefox.missing()} is missing")


@pytest.fixture(scope="module")
def screens() -> Iterator[Screenshots]:
    """The sandbox with the browsers of this machine; its answers are held against the contract at the end."""
    with SandboxProcess(service="crossbrowsertesting") as sandbox:
        yield Screenshots(sandbox)
        assert coverage.violations(sandbox.exchanges()) == []


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with Site() as site:
        site.pages.update(
            {
                "/before": page(more=FOOTER.format(300)),
                "/after": page(LEFT + 80, more=FOOTER.format(400)),
                "/long": page(more='<p style="margin-top: 5000px">End</p>'),
            }
        )
        yield site


@pytest.fixture
def reader(browser: Browser) -> Iterator[Page]:
    """A browser page without scripts; it must request nothing from other servers."""
    context = browser.new_context(viewport={"width": 1300, "height": 900}, java_script_enabled=False)
    reader = context.new_page()
    asked: list[str] = []
    reader.on("request", lambda request: asked.append(request.url))
    yield reader
    context.close()
    assert asked and len({url.split("/")[2] for url in asked}) == 1


def test_moved_elements_are_shown_on_both_sides(screens: Screenshots, site: Site, reader: Page) -> None:
    before, after = (screens.take(f"{site.url}{path}", CHROMIUM) for path in ("/before", "/after"))
    [compared] = screens.compare(after, before)
    elements = compared["target"]["comparison"]["elements"]
    assert [(one["short_path"], one["difference"]) for one in elements] == [
        ("button#buy", "moved 80px to the right"),
        ("p#a\\<b\\>c", "moved 100px down"),
    ]
    reader.goto(elements[0]["show_difference_public_url"])
    expect(reader.get_by_role("status")).to_have_text("2 differences of the layout")
    rows = reader.get_by_role("row").filter(has=reader.get_by_role("rowheader"))
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("button#buy")
    expect(rows.first).to_contain_text("moved 80px to the right")
    expect(rows.last.get_by_role("rowheader")).to_have_text("p#a\\<b\\>c")
    expect(reader.locator("tr:target")).to_have_attribute("id", "difference-1")
    for name, left in (("Base", LEFT), ("Target", LEFT + 80)):
        figure = reader.get_by_role("figure").filter(has_text=name).first
        expect(figure).to_contain_text("Chromium")
        expect(figure.get_by_role("img", name=name)).to_be_visible()
        frame = figure.locator("rect[data-difference='1']")
        expect(frame).to_have_attribute("x", str(left))
        expect(frame).to_be_visible()
    pictures = reader.locator("img")
    expect(pictures).to_have_count(3)
    for number in range(3):
        response = reader.request.get(
            reader.url.split("/comparisons")[0] + str(pictures.nth(number).get_attribute("src"))
        )
        assert response.ok and response.headers["content-type"] == "image/png" and response.body()[:4] == b"\x89PNG"


def test_same_layouts_and_pages_of_results(screens: Screenshots, site: Site, reader: Page) -> None:
    first, second = (screens.take(f"{site.url}/before", CHROMIUM) for _number in range(2))
    [compared] = screens.compare(second, first, tolerance=0)
    assert compared["target"]["comparison"]["differences"] == 0
    reader.goto(compared["target"]["comparison"]["show_comparisons_public_url"])
    expect(reader.get_by_role("status")).to_have_text("The layouts are the same")
    expect(reader.get_by_text("0.00% of the pixels differ")).to_be_visible()
    expect(reader.get_by_role("table")).to_have_count(0)
    reader.goto(first["versions"][0]["show_results_public_url"])
    expect(reader.get_by_role("figure")).to_have_count(1)
    expect(reader.get_by_role("img")).to_be_visible()


def test_screenshot_is_of_the_whole_page_and_of_the_size(screens: Screenshots, site: Site) -> None:
    taken = screens.take(f"{site.url}/long", CHROMIUM, "Linux|Chromium|400x700")
    sizes = []
    for result in taken["versions"][0]["results"]:
        for kind in ("fullpage", "windowed"):
            picture = requests.get(result["images"][kind], timeout=60).content
            sizes.append((int.from_bytes(picture[16:20], "big"), int.from_bytes(picture[20:24], "big")))
    (wide, tall), window, (narrow, _tall), small = sizes
    assert (wide, narrow) == (800, 400) and tall > 5000
    assert (window, small) == ((800, 600), (400, 700))


@needs_firefox
def test_firefox_takes_them_too(screens: Screenshots, site: Site) -> None:
    with Site(address="127.0.0.2") as elsewhere:
        elsewhere.pages["/picture"] = "x"
        more = f'<img src="{elsewhere.url}/picture" alt=""><img src="{site.url}/picture" alt="">'
        site.pages["/pictures"] = page(LEFT + 80, more)
        before, after = (screens.take(f"{site.url}{path}", FIREFOX, CHROMIUM) for path in ("/before", "/pictures"))
    results = before["versions"][0]["results"]
    assert [result["browser"]["type"] for result in results] == ["Firefox", "Chromium"]
    assert {result["state"] for test in (before, after) for result in test["versions"][0]["results"]} == {"complete"}
    for compared in screens.compare(after, before):
        elements = compared["target"]["comparison"]["elements"]
        assert ("button#buy", "moved 80px to the right") in [(one["short_path"], one["difference"]) for one in elements]
    # Both browsers loaded what is on this address, and nothing of another one.
    assert site.requested.count("/picture") >= 2 and elsewhere.requested == []
