# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real browser: Debian's Chromium, driven by Playwright."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from sandbox.launcher import SandboxProcess
from tests.support.configcat import Client, Shop

CHROMIUM = "/usr/bin/chromium"
#: It runs as root in containers, and connects only to the sandbox.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 20_000  # milliseconds

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, headless=True, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A ConfigCat sandbox with a fresh account."""
    with SandboxProcess(service="configcat", state=tmp_path / "state") as running:
        yield running


@pytest.fixture
def shop(sandbox: SandboxProcess) -> Shop:
    """A product, with a second environment."""
    shop = Shop.open(Client(sandbox), "Bakery")
    shop.api.make(f"/products/{shop.product}/environments", name="Test")
    return shop


@pytest.fixture
def page(browser: Browser, sandbox: SandboxProcess) -> Iterator[Page]:
    """The console page; it must request nothing from other servers, and log no error."""
    page = browser.new_page(viewport={"width": 1200, "height": 1000})
    page.set_default_timeout(PATIENCE)
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.on("dialog", lambda dialog: wrong.append(dialog.message))
    page.goto(sandbox.url)
    expect(page.get_by_role("status")).to_have_text("live")
    yield page
    page.close()
    # The icon is a data URL in the page, which a browser counts as a request.
    elsewhere = [url for url in asked if not url.startswith((f"{sandbox.url}/", "data:"))]
    assert asked and elsewhere == []
    assert wrong == []
