# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Screenshots end, whatever an engine does."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any

from sandbox.allowed_pages import AllowedPages
from sandbox.crossbrowsertesting.engine import Window
from sandbox.crossbrowsertesting.stub import Stub
from sandbox.crossbrowsertesting.taking import Taker
from tests.support.site import Site

WINDOW = {"os": "Linux", "browser": "Chromium", "width": 800, "height": 600, "requested": "Linux|Chromium"}


class Odd:
    """An engine with a bug."""

    browsers = ("Chromium",)
    notice = ""

    async def version(self, browser: str) -> str:
        return "0"

    async def shoot(self, url: str, window: Window, delay: float) -> Any:
        raise ValueError("no number")


def test_engine_with_a_bug_leaves_nothing_running() -> None:
    written: list[tuple[int, dict[str, Any]]] = []
    rows = [{**WINDOW, "result_id": number} for number in (1, 2)]
    store = SimpleNamespace(
        all=lambda *_query: rows, update=lambda _table, _key, number, **values: written.append((number, values))
    )
    context: Any = SimpleNamespace(store=store, clock=SimpleNamespace(now=lambda: 0.0))

    async def take() -> None:
        taker = Taker(Odd())
        taker.begin(context, 1, "http://127.0.0.1/", 0)
        await asyncio.gather(*asyncio.all_tasks() - {asyncio.current_task()}, return_exceptions=True)

    asyncio.run(take())
    assert [(number, values["state"]) for number, values in written] == [(1, "failed"), (2, "failed")]
    assert written[0][1]["message"] == "ValueError: no number"


def test_style_that_is_no_number_has_no_box() -> None:
    style = "left:1.2.3px;top:1px;width:9px;height:9px"
    with Site() as site:
        site.pages["/"] = f'<p id="odd" style="{style}"></p><p id="good" style="{style.replace("1.2.3", "1.5")}"></p>'
        shot = asyncio.run(Stub(AllowedPages()).shoot(site.url, Window("Linux", "Any", 800, 600, "Linux|Any"), 0))
    assert [element["short_path"] for element in shot.elements] == ["body", "p#good"]
