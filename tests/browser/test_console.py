# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The console of the ConfigCat sandbox."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from sandbox.launcher import SandboxProcess
from tests.support.configcat import Shop, in_segment, percent, read, rule
from tests.support.playing import Task
from tests.support.shop import Shop as PlayedShop
from tests.support.shop import make_shop

pytestmark = pytest.mark.browser


def cell(page: Page, flag: str, environment: int) -> Locator:
    """Return the cell of a flag and an environment, both counted from 0."""
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name=re.compile(rf"^{flag}")))
    return row.get_by_role("cell").nth(environment)


def share(percentage: int, value: bool) -> dict[str, Any]:
    """Return a percentage and the value served to it, as the role writes them."""
    return {"percentage": percentage, "value": value}


def wait_for(gate: Path) -> Task:
    """Return a task that waits for a file."""
    return {"ansible.builtin.wait_for": {"path": str(gate), "timeout": 60}}


def release(shop: PlayedShop, environments: dict[str, Any]) -> Task:
    """Return a task in which the role manages a flag and its values."""
    wanted = {"product": shop.product, "config": shop.config, "flags": {"checkout": {}}, "environments": environments}
    role = {"name": "reseller.toolkit.feature_flags"}
    return {"ansible.builtin.include_role": role, "vars": {"feature_flags": wanted}}


def test_a_fresh_account_is_empty(page: Page) -> None:
    expect(page).to_have_title("ConfigCat · sandbox")
    expect(page.locator("#groups")).to_have_text("Nothing yet. New objects appear here.")
    expect(page.locator("#user")).to_have_text("sandbox-key")
    expect(page.locator("#left")).to_have_text("1000 of 1000")


def test_flags_and_what_they_serve_in_each_environment(page: Page, shop: Shop) -> None:
    tag = shop.api.make(f"/products/{shop.product}/tags", name="release-7")["tagId"]
    rules = [in_segment(shop.segment(), "isIn", True), rule("Country", "isOneOf", "BE, NL", True)]
    checkout = shop.flag("checkout", tags=[tag])
    shop.serve(checkout, False, rolloutRules=rules, rolloutPercentageItems=percent(p10=True, p90=False))
    shop.serve(shop.flag("banner", "string"), "Free delivery")
    shop.serve(shop.flag("limit", "double"), 2.5)
    shop.api.make(f"/products/{shop.product}/configs", name="Back office")
    table = page.get_by_role("table", name="Main")
    expect(table.get_by_role("columnheader")).to_have_text(["Flag", "Production", "Test"])
    expect(table.get_by_role("rowheader")).to_have_text([re.compile(name) for name in ("checkout", "banner", "limit")])
    expect(table.get_by_role("rowheader").first).to_contain_text("boolean #release-7")
    shown = [
        "off",
        "in segment Testers → on",
        "Country is one of BE, NL → on",
        "10 % → on, 90 % → off",
    ]
    expect(cell(page, "checkout", 0).locator("span")).to_have_text(shown)
    expect(cell(page, "checkout", 1)).to_have_text("off")
    expect(cell(page, "banner", 0)).to_have_text('"Free delivery"')
    expect(cell(page, "limit", 0)).to_have_text("2.5")
    expect(page.get_by_role("heading", level=2)).to_have_text(["Bakery", "Last requests"])
    expect(page.get_by_role("table", name="Back office")).to_be_visible()
    expect(page.get_by_text("No flags yet.")).to_be_visible()


def test_it_updates_while_flags_are_switched(page: Page, shop: Shop) -> None:
    setting_id = shop.flag("checkout")
    expect(cell(page, "checkout", 0)).to_have_text("off")
    expect(cell(page, "checkout", 0)).not_to_have_class(re.compile("changed"))
    steps = [
        ({"value": False, "rolloutPercentageItems": percent(p10=True, p90=False)}, "10 % → on, 90 % → off"),
        ({"value": False, "rolloutPercentageItems": percent(p50=True, p50_=False)}, "50 % → on, 50 % → off"),
        ({"value": True}, "on"),
        ({"value": False}, "off"),
    ]
    for served, text in steps:
        read(shop.api.call("PUT", shop.value_path(setting_id), served))
        expect(cell(page, "checkout", 0).locator("span").last).to_have_text(text)
        expect(cell(page, "checkout", 0)).to_have_class(re.compile("changed"))
        expect(page.get_by_role("log")).to_contain_text("Bakery, Main, checkout, Production")
    expect(cell(page, "checkout", 1)).not_to_have_class(re.compile("changed"))


def test_it_updates_while_a_play_switches_a_flag(page: Page, sandbox: SandboxProcess, tmp_path: Path) -> None:
    shop = make_shop(sandbox, tmp_path, "Bakery")
    steps = [
        ({"value": False}, "off"),
        ({"value": False, "percentages": [share(10, True), share(90, False)]}, "10 % → on, 90 % → off"),
        ({"value": False, "percentages": [share(50, True), share(50, False)]}, "50 % → on, 50 % → off"),
        ({"value": True}, "on"),
    ]
    gates = [tmp_path / f"gate{number}" for number in range(len(steps))]
    tasks = [
        step
        for gate, (served, _text) in zip(gates, steps, strict=True)
        for step in (wait_for(gate), release(shop, {"production": {"checkout": served}}))
    ]
    page.evaluate("window.neverReloaded = true")
    with ThreadPoolExecutor() as pool:
        playing = pool.submit(shop.play, tasks)
        try:
            for gate, (_served, text) in zip(gates, steps, strict=True):
                assert not playing.done(), playing.result()
                gate.touch()
                expect(cell(page, "checkout", 1).locator("span").last).to_have_text(text)
                expect(cell(page, "checkout", 0)).to_have_text("off")
        finally:
            # The play must end, whatever the page shows.
            for gate in gates:
                gate.touch()
        played = playing.result()
    assert played.code == 0, played.output
    assert [changed for result in played for changed in result.data.get("changes", ())] == [
        "checkout: added (boolean)",
        "production: checkout: (new) → off",
        "production: checkout: off → on for 10 %",
        "production: checkout: on for 10 % → on for 50 %",
        "production: checkout: on for 50 % → on",
    ]
    expect(page.get_by_role("log")).to_contain_text("Bakery, Web site, checkout, production")
    assert page.evaluate("window.neverReloaded")


def test_the_last_requests(page: Page, shop: Shop) -> None:
    assert shop.api.call("POST", f"/products/{shop.product}/configs", {}).status_code == 400
    rows = page.locator("#requests tbody tr")
    refused, latest_but_one = rows.nth(0), rows.nth(1)
    expect(refused.get_by_role("cell").nth(1)).to_have_text("POST")
    expect(refused.get_by_role("cell").nth(2)).to_have_text(f"/v1/products/{shop.product}/configs")
    expect(refused.get_by_role("cell").nth(3)).to_have_text("400")
    expect(refused.get_by_role("cell").nth(3)).to_have_class("bad")
    expect(latest_but_one.get_by_role("cell").nth(3)).to_have_text("201")
    shop.api.sandbox.set_faults([{"fault": "status", "status": 503, "match": {"path": "/me"}}])
    shop.api.call("GET", "/me")
    expect(rows.nth(0).get_by_role("cell").nth(3)).to_have_text("503")


def test_names_are_text_and_never_html(page: Page, shop: Shop) -> None:
    trap = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    assert shop.api.call("PUT", f"/products/{shop.product}", {"name": trap, "description": trap}).status_code == 200
    for path in (f"/configs/{shop.config}", f"/environments/{shop.environment}"):
        assert shop.api.call("PUT", path, {"name": trap}).status_code == 200
    shop.serve(shop.flag("checkout", "string", hint=trap), trap, rolloutRules=[rule(trap, "contains", trap, trap)])
    expect(page.get_by_role("heading", name=trap)).to_be_visible()
    expect(page.get_by_role("columnheader", name=trap)).to_be_visible()
    expect(cell(page, "checkout", 0).locator("span").first).to_have_text(f'"{trap}"')
    assert page.locator("main img, main script").count() == 0


def test_it_says_when_the_sandbox_is_gone_and_comes_back(page: Page, shop: Shop, sandbox: SandboxProcess) -> None:
    shop.flag("checkout")
    expect(cell(page, "checkout", 0)).to_have_text("off")
    sandbox.stop()
    expect(page.get_by_role("status")).to_have_text("no connection")
    sandbox.start()
    expect(page.get_by_role("status")).to_have_text("live")
    expect(cell(page, "checkout", 0)).to_have_text("off")


def test_it_can_be_used_with_the_keyboard_and_read_aloud(page: Page, shop: Shop) -> None:
    shop.flag("checkout")
    expect(page.get_by_role("table", name="Main")).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "en"
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    expect(page.get_by_role("banner")).to_have_count(1)
    expect(page.get_by_role("main")).to_have_count(1)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#requests").locator("xpath=..")).to_be_focused()


@pytest.mark.parametrize("width", [360, 1200])
def test_wide_tables_scroll_inside_their_frame(page: Page, shop: Shop, width: int) -> None:
    shop.serve(shop.flag("checkout", "string"), "x" * 300)
    page.set_viewport_size({"width": width, "height": 800})
    expect(cell(page, "checkout", 0)).to_contain_text("xxx")
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
