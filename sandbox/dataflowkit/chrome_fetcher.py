# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The chrome fetcher: a page as the browser shows it, after scripts and actions."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sandbox.allowed_pages import Refused
from sandbox.browser import Browser, BrowserMissing
from sandbox.dataflowkit import actions
from sandbox.dataflowkit.base_fetcher import Loaded
from sandbox.dataflowkit.errors import fetch_failed, invalid_url, no_process
from sandbox.dataflowkit.requests import Cookie, Page

if TYPE_CHECKING:
    from playwright.async_api import Page as Tab

_SAME_SITE = {"strict": "Strict", "lax": "Lax", "no_restriction": "None"}


@asynccontextmanager
async def opened(browser: Browser, wanted: Page, **options: Any) -> AsyncIterator[tuple[Tab, list[str]]]:
    """Yield a loaded page after its actions, with the contents that ``getcontent`` took.

    :param options: of `Browser.page`.
    """
    try:
        async with browser.page(**options) as page:
            # Imported here: without it, this point is not reached.
            from playwright.async_api import Error

            try:
                await page.context.add_cookies([_cookie(one, wanted.url) for one in wanted.initial_cookies])
                status = await browser.visit(page, wanted.url)
                if status >= 400 and not wanted.ignore_http_status_err_codes:
                    raise fetch_failed(f"{wanted.url}: HTTP {status}")
                await asyncio.sleep(wanted.wait_delay or 0)
                contents: list[str] = []
                await actions.run(page, wanted.actions, contents)
                yield page, contents
            except Error as error:
                raise fetch_failed(str(error).splitlines()[0]) from error
    except Refused as error:
        raise invalid_url(error) from error
    except BrowserMissing as error:
        raise no_process(error) from error


async def load(browser: Browser, wanted: Page) -> Loaded:
    """Return a page as the browser shows it; several contents if ``getcontent`` took them."""
    async with opened(browser, wanted) as (page, contents):
        return Loaded(page.url, "\n".join(contents) or await page.content())


def _cookie(cookie: Cookie, url: str) -> Any:
    place: dict[str, Any] = {"domain": cookie.domain or urlsplit(url).hostname, "path": cookie.path}
    expires = {} if cookie.session or cookie.expiration_date is None else {"expires": cookie.expiration_date}
    same_site = {"sameSite": _SAME_SITE[cookie.same_site]} if cookie.same_site in _SAME_SITE else {}
    flags = {"httpOnly": cookie.http_only, "secure": cookie.secure}
    return {"name": cookie.name, "value": cookie.value, **place, **expires, **flags, **same_site}
