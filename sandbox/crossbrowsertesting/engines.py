# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which engines take the screenshots of a sandbox: the browsers of this machine, or a drawing without a browser."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from sandbox.allowed_pages import AllowedPages
from sandbox.browser import CHROMIUM, Browser
from sandbox.crossbrowsertesting import firefox
from sandbox.crossbrowsertesting.chromium import Chromium
from sandbox.crossbrowsertesting.engine import Engine, Shot, Window
from sandbox.crossbrowsertesting.firefox import Firefox
from sandbox.crossbrowsertesting.stub import Stub


class Browsers:
    """Takes screenshots with several browsers.

    :param engines: one for each browser.
    :param notice: what is missing on this machine.
    """

    def __init__(self, engines: list[Engine], notice: str = "") -> None:
        self.notice = notice
        self._engines = {name: engine for engine in engines for name in engine.browsers}

    @property
    def browsers(self) -> tuple[str, ...]:
        """The names of the browsers."""
        return tuple(self._engines)

    async def version(self, browser: str) -> str:
        """Return the version of a browser."""
        return await self._engines[browser].version(browser)

    async def shoot(self, url: str, window: Window, delay: float) -> Shot:
        """Take the screenshot of a page."""
        return await self._engines[window.browser].shoot(url, window, delay)


def engine_of(name: str, chromium: Browser, allowed: AllowedPages) -> Engine:
    """Return the engine of this name.

    :param name: one of the engines on the command line.
    :param chromium: the browser of the sandbox.
    :param allowed: the pages that may be fetched.
    """
    if name == "stub":
        return Stub(allowed)
    lacking = _missing_of_chromium()
    if lacking:
        return Stub(allowed, f"Screenshots are drawings: {lacking} is missing")
    lacking = firefox.missing()
    if lacking:
        return Browsers([Chromium(chromium)], f"Screenshots with Chromium only: {lacking} is missing")
    return Browsers([Chromium(chromium), Firefox(allowed)])


def _missing_of_chromium() -> str:
    if find_spec("playwright") is None:
        return "playwright (pip install playwright)"
    return "" if Path(CHROMIUM).exists() else f"{CHROMIUM} (package chromium)"
