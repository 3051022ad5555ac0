# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real browser for sandboxes: Debian's Chromium without a window, driven by Playwright.

One process serves a sandbox; it starts with the first page. Each page has a separate profile. It reaches only the
`AllowedPages`, whatever it is told to load.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.allowed_pages import AllowedPages

if TYPE_CHECKING:
    from playwright.async_api import Browser as Process
    from playwright.async_api import Page, Playwright

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    # It runs as root in containers.
    "--no-sandbox",
    "--disable-gpu",
    # A proxy of the environment would resolve names instead of the browser.
    "--no-proxy-server",
    "--disable-quic",
    # The same picture on each machine.
    "--font-render-hinting=none",
)
#: WebRTC sends datagrams to addresses that are not resolved as those of other connections are.
WITHOUT_WEBRTC = "delete window.RTCPeerConnection; delete window.webkitRTCPeerConnection;"
LONGEST_STEP = 30_000  # milliseconds


class BrowserMissing(Exception):
    """The browser, or what drives it, is not installed."""


class Browser:
    """A browser process with pages that reach only what is allowed.

    All methods are called on one event loop.

    :param allowed: the pages that may be fetched.
    :param executable: the browser.
    """

    def __init__(self, allowed: AllowedPages, executable: str = CHROMIUM) -> None:
        self._allowed = allowed
        self._executable = executable
        self._starting = asyncio.Lock()
        self._playwright: Playwright | None = None
        self._process: Process | None = None
        self._home: tempfile.TemporaryDirectory[str] | None = None

    @asynccontextmanager
    async def page(self, **options: Any) -> AsyncIterator[Page]:
        """Open an empty page with a separate profile, and close it at the end.

        :param options: of Playwright's ``Browser.new_context``, such as ``viewport``.
        :raises BrowserMissing: there is no browser.
        """
        process = await self._started()
        profile = await process.new_context(accept_downloads=False, service_workers="block", **options)
        try:
            await profile.add_init_script(WITHOUT_WEBRTC)
            page = await profile.new_page()
            page.set_default_timeout(LONGEST_STEP)
            yield page
        finally:
            await profile.close()

    async def visit(self, page: Page, url: str, *, wait_until: Any = "load") -> int:
        """Load a URL in a page, and return the status of the response.

        :raises Refused: it may not be fetched.
        """
        # Pages can't go to other schemes than those of the web, but whoever drives the browser could.
        self._allowed.address_of(url)
        response = await page.goto(url, wait_until=wait_until)
        return response.status if response else 200

    async def version(self) -> str:
        """Return the version of the browser, such as ``140.0.7339.80``."""
        return (await self._started()).version

    async def _started(self) -> Process:
        async with self._starting:
            if self._process is None or not self._process.is_connected():
                await self.close()
                self._process = await self._start()
            return self._process

    async def _start(self) -> Process:
        try:
            from playwright.async_api import async_playwright
        except ImportError as error:
            raise BrowserMissing("Playwright is missing: install it with pip install playwright.") from error
        if not Path(self._executable).exists():
            raise BrowserMissing(f"{self._executable} is missing: install the package chromium.")
        self._home = tempfile.TemporaryDirectory(prefix="sandbox-browser-", ignore_cleanup_errors=True)
        if self._allowed.authority:
            await asyncio.to_thread(trust, self._allowed.authority, Path(self._home.name))
        self._playwright = await async_playwright().start()
        return await self._playwright.chromium.launch(
            executable_path=self._executable,
            args=[*ARGUMENTS, f"--host-resolver-rules={self._allowed.resolver_rules()}"],
            env={**os.environ, "HOME": self._home.name},
            # The sandbox ends it, with its own end at the latest.
            handle_sigint=False,
            handle_sigterm=False,
            handle_sighup=False,
        )

    async def close(self) -> None:
        """End the process; the next page starts another one."""
        if self._process is not None and self._process.is_connected():
            await self._process.close()
        if self._playwright is not None:
            await self._playwright.stop()
        if self._home is not None:
            self._home.cleanup()
        self._process = self._playwright = self._home = None


def trust(authority: Path, home: Path) -> None:
    """Let a browser with this home folder trust the certificates of an authority.

    :param authority: the PEM file of its certificate.
    :param home: the home folder, without a certificate store so far.
    :raises BrowserMissing: Debian's ``certutil`` is not installed.
    """
    if shutil.which("certutil") is None:
        raise BrowserMissing("certutil is missing: install the package libnss3-tools.")
    folder = home / ".pki" / "nssdb"
    folder.mkdir(parents=True)
    store = ["certutil", "-d", f"sql:{folder}"]
    subprocess.run([*store, "-N", "--empty-password"], check=True, capture_output=True)
    add = [*store, "-A", "-n", "sandbox", "-t", "C,,", "-i", str(authority)]
    subprocess.run(add, check=True, capture_output=True)
