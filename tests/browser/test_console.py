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
import requests
import yaml
from playwright.sync_api import Locator, Page, expect

from sandbox.launcher import SandboxProcess
from tests.support.configcat import (
    Shop,
    in_segment,
    of_flag,
    of_segment,
    of_user,
    options,
    percent,
    read,
    rule,
    targeting,
)
from tests.support.playing import Player, Task
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


def test_an_empty_page_says_how_to_connect(page: Page, sandbox: SandboxProcess, tmp_path: Path) -> None:
    expect(page).to_have_title("ConfigCat · sandbox")
    guide = page.locator("#groups")
    expect(guide.get_by_role("heading")).to_have_text("Nothing yet. New objects appear here.")
    for word in ("api_url", "api_user", "api_password"):
        expect(guide.locator("p").nth(1)).to_contain_text(word)
    shell, options, first = guide.locator("pre").all_text_contents()
    assert f"export CONFIGCAT_API_URL={sandbox.url}\n" in shell and "CONFIGCAT_API_PASSWORD" in shell
    (defaults,) = yaml.safe_load(options)["module_defaults"].values()
    assert (defaults["api_url"], defaults["api_user"]) == (sandbox.url, "sandbox-key")
    assert sandbox.api_secret not in shell + options + first
    expect(page.locator("#user")).to_have_text("sandbox-key")
    expect(page.locator("#left")).to_have_text("1000 of 1000")
    expect(page.get_by_text("No requests yet.")).to_be_visible()
    player = Player(sandbox, tmp_path)
    made, again = player.playbook(yaml.safe_load(first)), player.playbook(yaml.safe_load(first))
    assert made.code == again.code == 0, made.output + again.output
    assert [result.changed for result in again] == [False] * 4
    expect(cell(page, "new_checkout", 0)).to_have_text("off")
    expect(page.get_by_text("No requests yet.")).to_be_hidden()


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
        "2 rules",
        "else on for 10 %",
        "in segment Testers → on",
        "Country is one of BE, NL → on",
        "10 % on, 90 % off",
        "without a user → off",
    ]
    expect(cell(page, "checkout", 0).locator("> span:not([aria-hidden])")).to_have_text(shown)
    expect(cell(page, "checkout", 1)).to_have_text("off")
    expect(cell(page, "banner", 0)).to_have_text('"Free delivery"')
    expect(cell(page, "limit", 0)).to_have_text("2.5")
    expect(page.get_by_role("heading", level=2)).to_have_text(["Bakery", "Last requests"])
    expect(page.get_by_role("table", name="Back office")).to_be_visible()
    expect(page.get_by_text("No flags yet.")).to_be_visible()


def test_a_split_is_never_shown_as_one_of_its_values(page: Page, shop: Shop) -> None:
    let_in = [rule("Country", "isOneOf", "BE", True)]
    text = [rule("Country", "isOneOf", "BE", "Free")]
    served: list[tuple[str, str, dict[str, Any], str, str]] = [
        ("tenth", "boolean", {"rolloutPercentageItems": percent(p10=True, p90=False)}, "on for 10 %", "part"),
        ("most", "boolean", {"rolloutPercentageItems": percent(p1=False, p99=True)}, "on for 99 %", "part"),
        ("nobody", "boolean", {"rolloutPercentageItems": percent(p0=True, p100=False)}, "off", "off"),
        ("all", "boolean", {"rolloutPercentageItems": percent(p100=True, p0=False)}, "on", "on"),
        ("some", "boolean", {"rolloutRules": let_in}, "else off", "part"),
        ("words", "string", {"rolloutPercentageItems": percent(p30="a", p20="b", p50="c")}, "3 values", "part"),
        ("rules", "string", {"rolloutRules": text}, 'else ""', "value"),
    ]
    for key, kind, more, _text, _tone in served:
        shop.serve(shop.flag(key, kind), "" if kind == "string" else False, **more)
    for key, _kind, more, text_shown, tone in served:
        found = cell(page, key, 0)
        pill = found.locator("> span:not(.lines, .badge, .bar)")
        expect(pill).to_have_text(text_shown)
        expect(pill).to_have_class(tone)
        expect(found.locator(".badge")).to_have_text(["1 rule"] if "rolloutRules" in more else [])
    # The bar shows the shares as they are: 30, 20 and 50 percent of its width, but for the gaps.
    widths = [part.bounding_box() or {"width": 0} for part in cell(page, "words", 0).locator(".bar span").all()]
    whole = sum(box["width"] for box in widths)
    assert [round(100 * box["width"] / whole) for box in widths] == [30, 20, 50]


def test_flags_of_a_v2_config(page: Page, shop: Shop) -> None:
    made = shop.api.make(f"/products/{shop.product}/configs", name="Campaigns", evaluationVersion="v2")
    new = Shop(shop.api, shop.organization, shop.product, made["configId"], shop.environment)
    base, text = new.flag("base"), new.flag("text", "string")
    new.serve_formula(base, True)
    conditions = [of_segment(shop.segment()), of_user("Country", "isOneOf", ["BE", "NL"]), of_flag(base, True)]
    new.serve_formula(
        new.flag("checkout"),
        False,
        targeting(*conditions, served=options(p20=True, p80=False)),
        targeting(of_user("Ordered", "dateTimeAfter", 1798675200.0), served=True),
        targeting(of_user("Age", "numberGreaterOrEquals", 17.5), served=False),
        targeting(served=options(p10=True, p90=False)),
        percentageEvaluationAttribute="Company",
    )
    starts = targeting(of_user("Email", "textStartsWithAnyOf", ["ada@", "grace@"]), served="Hello")
    new.serve_formula(text, "", starts)
    only = targeting(of_user("Name", "textDoesNotEqual", "Ada"), served=options(p50=True, p50_=False))
    new.serve_formula(new.flag("hidden_split"), False, only)
    expect(page.get_by_role("table", name="Campaigns")).to_contain_text("evaluation version v2")
    expect(page.get_by_role("table", name="Main")).to_contain_text("evaluation version v1")
    shown = {
        "checkout": [
            "3 rules",
            "else on for 10 %",
            "in segment Testers and Country is one of BE, NL and flag base = on → 20 % on, 80 % off",
            "Ordered after 2026-12-31 00:00:00+00:00 → on",
            "Age ≥ 17.5 → off",
            "by Company: 10 % on, 90 % off",
            "without Company → off",
        ],
        "base": ["on"],
        "text": ["1 rule", 'else ""', 'Email starts with ada@, grace@ → "Hello"'],
        "hidden_split": ["1 rule", "else off", "Name ≠ Ada → 50 % on, 50 % off"],
    }
    for key, lines in shown.items():
        expect(cell(page, key, 0).locator("> span:not([aria-hidden])")).to_have_text(lines)
        expect(cell(page, key, 1)).to_have_text('""' if key == "text" else "off")
    expect(cell(page, "hidden_split", 0).locator("> .part")).to_have_text("else off")


def test_it_updates_while_flags_are_switched(page: Page, shop: Shop) -> None:
    setting_id = shop.flag("checkout")
    expect(cell(page, "checkout", 0)).to_have_text("off")
    expect(cell(page, "checkout", 0)).not_to_have_class(re.compile("changed"))
    steps = [
        ({"value": False, "rolloutPercentageItems": percent(p10=True, p90=False)}, "on for 10 %"),
        ({"value": False, "rolloutPercentageItems": percent(p50=True, p50_=False)}, "on for 50 %"),
        ({"value": True}, "on"),
        ({"value": False}, "off"),
    ]
    for served, text in steps:
        read(shop.api.call("PUT", shop.value_path(setting_id), served))
        expect(cell(page, "checkout", 0).locator("span").first).to_have_text(text)
        expect(cell(page, "checkout", 0)).to_have_class(re.compile("changed"))
        expect(page.get_by_role("log")).to_contain_text("Bakery, Main, checkout, Production")
    expect(cell(page, "checkout", 1)).not_to_have_class(re.compile("changed"))


def test_it_updates_while_a_play_switches_a_flag(page: Page, sandbox: SandboxProcess, tmp_path: Path) -> None:
    shop = make_shop(sandbox, tmp_path, "Bakery")
    steps = [
        ({"value": False}, "off"),
        ({"value": False, "percentages": [share(10, True), share(90, False)]}, "on for 10 %"),
        ({"value": False, "percentages": [share(50, True), share(50, False)]}, "on for 50 %"),
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
                expect(cell(page, "checkout", 1).locator("span").first).to_have_text(text)
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


def status(row: Locator) -> Locator:
    """Return the cell that says how a request ended."""
    return row.get_by_role("cell").nth(3)


def test_the_last_requests(page: Page, shop: Shop) -> None:
    assert shop.api.call("POST", f"/products/{shop.product}/configs", {}).status_code == 400
    rows = page.locator("#requests tbody tr")
    refused, latest_but_one = rows.nth(0), rows.nth(1)
    expect(refused.get_by_role("cell").nth(1)).to_have_text("POST")
    expect(refused.get_by_role("cell").nth(2)).to_have_text(f"/v1/products/{shop.product}/configs")
    # A sign and words say it: color alone does not.
    expect(status(refused)).to_have_text("✗400 Bad Request")
    expect(status(refused).locator(".bad")).to_have_text("400 Bad Request")
    expect(status(latest_but_one)).to_have_text("✓201 Created")
    faults: list[dict[str, Any]] = [
        {"fault": "status", "status": 503, "match": {"path": "/me"}},
        {"fault": "reset_after", "match": {"path": "/organizations"}},
    ]
    shop.api.sandbox.set_faults(faults)
    shop.api.call("GET", "/me")
    expect(status(rows.nth(0))).to_have_text("✗503 Service Unavailable (fault: status)")
    with pytest.raises(requests.ConnectionError):
        shop.api.call("GET", "/organizations")
    expect(status(rows.nth(0))).to_have_text("✗no response (fault: reset_after)")


def test_names_are_text_and_never_html(page: Page, shop: Shop) -> None:
    trap = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    assert shop.api.call("PUT", f"/products/{shop.product}", {"name": trap, "description": trap}).status_code == 200
    for path in (f"/configs/{shop.config}", f"/environments/{shop.environment}"):
        assert shop.api.call("PUT", path, {"name": trap}).status_code == 200
    shop.serve(shop.flag("checkout", "string", hint=trap), trap, rolloutRules=[rule(trap, "contains", trap, trap)])
    expect(page.get_by_role("heading", name=trap)).to_be_visible()
    expect(page.get_by_role("columnheader", name=trap)).to_be_visible()
    expect(cell(page, "checkout", 0).locator("span.value")).to_have_text(f'else "{trap}"')
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


NAMES = [f"Environment {number}" for number in range(3, 13)]


def is_within(page: Page, found: Locator) -> bool:
    """Return whether an element is completely within the width of the screen and of its frame."""
    script = """element => {
        const box = element.getBoundingClientRect();
        const frame = (element.closest(".scroll") ?? document.body).getBoundingClientRect();
        return box.width > 0 && box.left >= Math.max(0, frame.left) - 1
            && box.right <= Math.min(document.documentElement.clientWidth, frame.right) + 1;
    }"""
    return bool(found.evaluate(script))


@pytest.fixture
def wide(shop: Shop) -> Shop:
    """A product with twelve environments, and a long text."""
    for name in NAMES:
        shop.api.make(f"/products/{shop.product}/environments", name=name)
    shop.serve(shop.flag("checkout", "string"), "x" * 300, rolloutPercentageItems=percent(p10="y" * 80, p90="z"))
    return shop


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_on_a_narrow_screen_everything_is_below_each_other(page: Page, wide: Shop, scheme: Any) -> None:
    page.emulate_media(color_scheme=scheme)
    page.set_viewport_size({"width": 360, "height": 800})
    row = page.get_by_role("row").filter(has=page.get_by_role("rowheader", name="checkout"))
    cells = row.get_by_role("cell")
    expect(cells).to_have_count(12)
    for found, name in zip(cells.all(), ["Production", "Test", *NAMES], strict=True):
        assert is_within(page, found), name
        assert found.evaluate("cell => getComputedStyle(cell, '::before').content") == f'"{name}"'
    # It still is a table for a screen reader.
    table = page.get_by_role("table", name="Main")
    expect(table.get_by_role("columnheader")).to_have_text(["Flag", "Production", "Test", *NAMES])
    for found in page.locator("#requests tbody tr").all():
        assert all(is_within(page, part) for part in found.get_by_role("cell").all())
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    expect(page.locator("[tabindex='0']")).to_have_count(0)


@pytest.mark.parametrize("width", [700, 1280])
def test_the_keyboard_scrolls_a_wide_table_in_its_frame(page: Page, wide: Shop, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    last = page.get_by_role("columnheader", name=NAMES[-1])
    expect(last).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert not is_within(page, last)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    frame = page.get_by_role("region", name="Bakery, Main")
    expect(frame).to_be_focused()
    for _press in range(60):
        page.keyboard.press("ArrowRight")
    end = "frame.scrollLeft >= frame.scrollWidth - frame.clientWidth - 1"
    page.wait_for_function(f"() => {{ const frame = document.querySelector('.scroll'); return {end}; }}")
    assert is_within(page, last)
    # An update keeps the focus and the position.
    wide.serve(wide.flag("later"), True)
    expect(cell(page, "later", 0)).to_have_text("on")
    expect(frame).to_be_focused()
    assert is_within(page, last)
