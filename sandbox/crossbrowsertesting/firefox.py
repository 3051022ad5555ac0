# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Screenshots with Firefox, by WebDriver BiDi: Debian's ``firefox-esr``, driven by puppeteer-core on Node."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import json
import os
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import urlsplit

from sandbox.allowed_pages import AllowedPages, Refused
from sandbox.crossbrowsertesting.engine import ELEMENTS, Shot, Unavailable, Window

NAME = "Firefox"
FIREFOX = "/usr/bin/firefox-esr"
SCRIPT = Path(__file__).with_name("firefox.cjs")
MODULES = Path(__file__).resolve().parents[2] / ".venv/node/node_modules"
"""Where ``make test-browser`` installs puppeteer-core."""
LONGEST = 90.0
"""The longest time that a screenshot may take, in seconds, without its delay."""
LARGEST_LINE = 2**27


def missing() -> str:
    """Return what is missing to drive Firefox, in a few words; an empty text if nothing is."""
    if not Path(FIREFOX).exists():
        return f"{FIREFOX} (package firefox-esr)"
    if shutil.which("node") is None:
        return "node (package nodejs)"
    return "" if (MODULES / "puppeteer-core").exists() else "puppeteer-core (make test-browser installs it)"


class Firefox:
    """Takes screenshots with Firefox, in one process for each.

    Pages on loopback only: other connections go to a proxy that does not exist.

    :param allowed: the pages that may be fetched.
    """

    browsers = (NAME,)
    notice = ""

    def __init__(self, allowed: AllowedPages) -> None:
        self._allowed = allowed

    async def version(self, browser: str) -> str:
        """Return the version."""
        command = [FIREFOX, "--version"]
        done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, check=False)
        return done.stdout.strip().rpartition(" ")[2]

    async def shoot(self, url: str, window: Window, delay: float) -> Shot:
        """Take the screenshot of a page."""
        self._check(url)
        asked = {
            "url": url,
            "executable": FIREFOX,
            "width": window.width,
            "height": window.height,
            "delay": delay * 1000,
            "elements": ELEMENTS,
        }
        process = await asyncio.create_subprocess_exec(
            *("node", str(SCRIPT)),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "NODE_PATH": str(MODULES)},
            limit=LARGEST_LINE,
            # With Firefox in one group, which can be ended as a whole.
            start_new_session=True,
        )
        try:
            output, errors = await asyncio.wait_for(process.communicate(json.dumps(asked).encode()), LONGEST + delay)
        except TimeoutError as error:
            raise Unavailable(f"Firefox has not taken the screenshot within {LONGEST:.0f} s") from error
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        if process.returncode:
            lines = errors.decode(errors="replace").strip().splitlines()
            raise Unavailable(lines[-1] if lines else "Firefox ended without a screenshot")
        found = json.loads(output)
        return Shot(base64.b64decode(found["png"]), found["elements"])

    def _check(self, url: str) -> None:
        try:
            _parts, address, _port = self._allowed.address_of(url)
        except Refused as error:
            raise Unavailable(str(error)) from error
        host = urlsplit(url).hostname or ""
        if host not in (address, "localhost") and not host.endswith(".localhost"):
            raise Unavailable("Firefox reaches only pages on loopback")
