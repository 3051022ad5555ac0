# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Screenshots with Chromium."""

from __future__ import annotations

import asyncio

from sandbox.allowed_pages import Refused
from sandbox.browser import Browser, BrowserMissing
from sandbox.crossbrowsertesting.engine import ELEMENTS, Shot, Unavailable, Window

NAME = "Chromium"


class Chromium:
    """Takes screenshots with Chromium.

    :param browser: the browser of the sandbox.
    """

    browsers = (NAME,)
    notice = ""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser

    async def version(self, browser: str) -> str:
        """Return the version."""
        return await self._browser.version()

    async def shoot(self, url: str, window: Window, delay: float) -> Shot:
        """Take the screenshot of a page."""
        # Only installed where this browser is used.
        from playwright.async_api import Error

        try:
            async with self._browser.page(
                viewport={"width": window.width, "height": window.height}, reduced_motion="reduce"
            ) as page:
                status = await self._browser.visit(page, url)
                if status >= 400:
                    raise Unavailable(f"the page answered with HTTP {status}")
                await asyncio.sleep(delay)
                png = await page.screenshot(full_page=True, animations="disabled")
                return Shot(png, await page.evaluate(ELEMENTS))
        except (BrowserMissing, Refused) as error:
            raise Unavailable(str(error)) from error
        except Error as error:
            raise Unavailable(error.message.splitlines()[0]) from error
