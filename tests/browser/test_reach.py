# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The browser of sandboxes reaches the allowed pages and nothing else. The judges are servers that count requests."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import ssl
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import trustme
from playwright.async_api import Error

from sandbox.allowed_pages import AllowedPages, Place, Refused
from sandbox.browser import Browser
from tests.support.judges import own_address

pytestmark = pytest.mark.browser


class Site:
    """A web server that notes what arrives. ``/to?URL`` redirects."""

    def __init__(self, host: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.paths: list[str] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.paths.append(self.path)
                path, _mark, target = self.path.partition("?")
                body = f"<title>site</title><img src='{target}'><p>{self.headers['Host']}</p>".encode()
                self.send_response(302 if path == "/to" else 200)
                if path == "/to":
                    self.send_header("Location", target)
                self.send_header("Content-Type", "text/html")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer((host, 0), Handler)
        self.port = self._server.server_address[1]
        if tls:
            self._server.socket = tls.wrap_socket(self._server.socket, server_side=True)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()
    yield site
    site.close()


@pytest.fixture
def elsewhere() -> Iterator[Site]:
    """A server that must not be reached."""
    site = Site(own_address())
    yield site
    site.close()


def run(allowed: AllowedPages, work: Callable[[Browser], Coroutine[Any, Any, Any]]) -> Any:
    async def whole() -> Any:
        browser = Browser(allowed)
        try:
            return await work(browser)
        finally:
            await browser.close()

    # The browser of other tests may have an event loop in this thread.
    with ThreadPoolExecutor(1) as other_thread:
        return other_thread.submit(asyncio.run, whole()).result()


async def fails(browser: Browser, url: str, how: str) -> None:
    """Check that a URL can't be loaded, in a separate page: one that failed shows another one about the error."""
    async with browser.page() as page:
        with pytest.raises(Error, match=how):
            await browser.visit(page, url)


def test_nothing_else_is_reached(site: Site, elsewhere: Site) -> None:
    other = f"{own_address()}:{elsewhere.port}"
    here = f"http://127.0.0.1:{site.port}"

    async def work(browser: Browser) -> list[Any]:
        async with browser.page() as page:
            assert await browser.visit(page, f"{here}/?http://{other}/picture") == 200
            for url in (f"http://{other}/", "file:///etc/passwd", "chrome://version"):
                with pytest.raises(Refused):
                    await browser.visit(page, url)
            await fails(browser, f"{here}/to?http://{other}/redirected", "ERR_NAME_NOT_RESOLVED")
            await fails(browser, f"{here}/to?file:///etc/passwd", "ERR_UNSAFE_REDIRECT")
            script = """async ([other, own]) => {
                const loads = (url) => fetch(url, {mode: "no-cors"}).then(() => "loaded", () => "failed");
                const opens = (url) => new Promise((done) => {
                    const socket = new WebSocket(url);
                    socket.onopen = () => done("opened");
                    socket.onerror = () => done("failed");
                });
                return [
                    await loads(`http://${other}/fetched`), await loads(`${own}/fetched`),
                    await opens(`ws://${other}/socket`), await loads("http://localtest.me/"),
                    typeof RTCPeerConnection,
                ];
            }"""
            found: list[Any] = await page.evaluate(script, [other, here])
            return found

    assert run(AllowedPages(), work) == ["failed", "loaded", "failed", "failed", "undefined"]
    assert elsewhere.paths == []
    assert "/fetched" in site.paths


def test_other_names_and_a_private_authority(tmp_path: Path) -> None:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    authority.issue_cert("shop.example").configure_cert(tls)
    site = Site(tls=tls)
    place = Place.parse(f"shop.example:443=127.0.0.1:{site.port}")

    async def shown(browser: Browser) -> str:
        async with browser.page() as page:
            await fails(browser, f"https://127.0.0.1:{site.port}/", "ERR_CERT_COMMON_NAME_INVALID")
            await browser.visit(page, "https://shop.example/")
            return await page.inner_text("p")

    async def refused(browser: Browser) -> None:
        await fails(browser, "https://shop.example/", "ERR_CERT_AUTHORITY_INVALID")

    try:
        assert run(AllowedPages((place,), tmp_path / "ca.pem"), shown) == "shop.example"
        run(AllowedPages((place,)), refused)
    finally:
        site.close()


@pytest.fixture
def short_folder() -> Iterator[Path]:
    """A folder whose path leaves room for the path of a socket."""
    with tempfile.TemporaryDirectory(prefix="b-", ignore_cleanup_errors=True) as folder:
        yield Path(folder)


ENDLESS = """
import asyncio, sys
from sandbox.allowed_pages import AllowedPages
from sandbox.browser import Browser
from tests.support.judges import own_address
async def main():
    async with Browser(AllowedPages()).page() as page:
        print("open", flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


@pytest.mark.parametrize("signal_number", [signal.SIGTERM, signal.SIGKILL])
def test_it_ends_with_the_process_that_started_it(signal_number: int, short_folder: Path) -> None:
    environment = {**os.environ, "TMPDIR": str(short_folder)}
    root = Path(__file__).parents[2]
    process = subprocess.Popen([sys.executable, "-c", ENDLESS], cwd=root, env=environment, stdout=subprocess.PIPE)
    with process:
        assert process.stdout is not None and process.stdout.readline() == b"open\n"
        # Its processes name their temporary folder.
        assert processes_of(short_folder)
        process.send_signal(signal_number)
    deadline = time.monotonic() + 15
    while processes_of(short_folder) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert processes_of(short_folder) == []


def processes_of(folder: Path) -> list[str]:
    """Return the command lines that name a folder."""
    found = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            line = file.read_bytes().decode(errors="replace").replace("\0", " ")
            found += [line] if f"{folder}/" in line else []
    return found
