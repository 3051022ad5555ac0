# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to do on a page before it is used: each action is an object with its name as the only key."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from sandbox.errors import Invalid

if TYPE_CHECKING:
    from playwright.async_api import Page

MOST_ROUNDS = 100
WAIT = 10_000  # milliseconds

Given = dict[str, Any]


async def run(page: Page, wanted: list[Given], contents: list[str], *, is_last: bool = False) -> None:
    """Carry out actions in their order.

    :param contents: where ``getcontent`` puts what it took.
    :param is_last: whether this is the last round of a loop, which some actions skip.
    """
    for action in wanted:
        if not isinstance(action, dict) or len(action) != 1 or not isinstance(next(iter(action.values())), dict):
            raise Invalid("action_invalid", "an action is an object with its name as the only key")
        [(name, given)] = action.items()
        if given.get("skipLastIteration") and is_last:
            continue
        try:
            await _run_one(page, name, given, contents)
        except KeyError as error:
            raise Invalid("action_invalid", f"{name}: {error.args[0]} is missing") from error
        except (TypeError, ValueError, AttributeError) as error:
            raise Invalid("action_invalid", f"{name}: a property has an unexpected type") from error


async def _run_one(page: Page, name: str, given: Given, contents: list[str]) -> None:
    if name == "loop":
        times = min(int(given.get("times", 1)), MOST_ROUNDS)
        for number in range(times):
            await run(page, given.get("actions", []), contents, is_last=number == times - 1)
    elif name == "getcontent":
        contents.append(await page.content())
    elif name not in _ACTIONS:
        raise Invalid("action_invalid", f"unknown action {name}")
    elif not given.get("ignoreIfNotPresent") or await page.locator(given.get("selector", "")).count():
        await _ACTIONS[name](page, given)


async def _input(page: Page, given: Given) -> None:
    element = page.locator(given["selector"]).first
    kind = await element.evaluate("element => element.tagName + ' ' + element.type")
    if kind.startswith("SELECT"):
        await element.select_option(given["value"], timeout=WAIT)
    elif kind.endswith((" checkbox", " radio")):
        await element.set_checked(given["value"] not in ("", "false"), timeout=WAIT)
    else:
        await element.fill(given["value"], timeout=WAIT)


async def _send_keys(page: Page, given: Given) -> None:
    element = page.locator(given["selector"]).first
    keys = {"ENTER": "Enter", "BACKSPACE": "Backspace", "TAB": "Tab", "ESCAPE": "Escape"}
    if given["value"] in keys:
        await element.press(keys[given["value"]], timeout=WAIT)
    elif given["value"].startswith(("ALT+", "CTRL+", "SHIFT+")):
        modifier, _plus, key = given["value"].partition("+")
        names = {"ALT": "Alt", "CTRL": "Control", "SHIFT": "Shift"}
        await element.press(f"{names[modifier]}+{key}", timeout=WAIT)
    else:
        await element.press_sequentially(given["value"], timeout=WAIT)


async def _click(page: Page, given: Given) -> None:
    await page.locator(given["selector"]).first.click(timeout=WAIT)


async def _double_click(page: Page, given: Given) -> None:
    await page.locator(given["selector"]).first.dblclick(timeout=WAIT)


async def _js_click(page: Page, given: Given) -> None:
    await page.locator(given["selector"]).first.evaluate("element => element.click()", timeout=WAIT)


async def _submit(page: Page, given: Given) -> None:
    await page.locator(given["selector"]).first.evaluate("element => element.closest('form').requestSubmit()")
    await page.wait_for_load_state()


async def _wait_visible(page: Page, given: Given) -> None:
    await page.locator(given["selector"]).first.wait_for(state="visible", timeout=WAIT)


async def _wait_not_visible(page: Page, given: Given) -> None:
    await page.locator(given["selector"]).first.wait_for(state="hidden", timeout=WAIT)


async def _wait_for(page: Page, given: Given) -> None:
    """Wait for an element: the action is only in an example of the description."""
    await page.locator(given["waitForSelector"]).first.wait_for(state="attached", timeout=WAIT)


async def _pause(page: Page, given: Given) -> None:
    """Wait for some milliseconds, which are a text."""
    await asyncio.sleep(min(float(given["waitDelay"]), WAIT) / 1000)


async def _execute(page: Page, given: Given) -> None:
    await page.evaluate("script => { window.eval(script); }", given["script"])


async def _scroll(page: Page, given: Given) -> None:
    script = "([selector, by]) => (selector ? document.querySelector(selector) : window).scrollBy(0, by)"
    for _time in range(min(int(given.get("times", 1)), MOST_ROUNDS)):
        element, by = given.get("scrollingElementSelector"), given.get("scrollByPixels", 10_000)
        await page.evaluate(script, [element, by])
        if given.get("selector") and await page.locator(given["selector"]).count():
            await _click(page, given)
        await asyncio.sleep(0.1)


_ACTIONS: dict[str, Callable[[Page, Given], Awaitable[None]]] = {
    "input": _input,
    "sendKeys": _send_keys,
    "click": _click,
    "doubleClick": _double_click,
    "jsclick": _js_click,
    "submit": _submit,
    "waitVisible": _wait_visible,
    "waitNotVisible": _wait_not_visible,
    "waitFor": _wait_for,
    "pause": _pause,
    "execute": _execute,
    "scroll": _scroll,
}
