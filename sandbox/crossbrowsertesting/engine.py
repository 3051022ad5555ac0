# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Engines that take screenshots, each with the browsers that it drives."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

ELEMENTS = Path(__file__).with_name("elements.js").read_text(encoding="utf-8")
"""The function that returns the elements of a page in a browser."""
SIZE = re.compile(r"([0-9]{3,4})x([0-9]{3,4})")
DEFAULT_SIZE = (1366, 768)
SMALLEST, LARGEST = 240, 4096
"""The limits of the width and the height of a window, in pixels."""
OS = "Linux"


class Unavailable(Exception):
    """A screenshot that can't be taken; its text says why."""


class Shot(NamedTuple):
    """A taken screenshot.

    :param png: the whole page.
    :param elements: the elements of the page, as ``elements.js`` returns them.
    """

    png: bytes
    elements: list[dict[str, Any]]


@dataclass(frozen=True)
class Window:
    """A browser with the size of its window.

    :param os: the name of the operating system.
    :param browser: the name of the browser.
    :param requested: how it was requested, in three parts.
    """

    os: str
    browser: str
    width: int
    height: int
    requested: str


class Engine(Protocol):
    """Takes screenshots."""

    @property
    def browsers(self) -> tuple[str, ...]:
        """The names of its browsers; none if it stands for any."""

    @property
    def notice(self) -> str:
        """What is missing on this machine, in a line; an empty text if nothing is."""

    async def version(self, browser: str) -> str:
        """Return the version of a browser."""

    async def shoot(self, url: str, window: Window, delay: float) -> Shot:
        """Take the screenshot of a page, some seconds after it was loaded; Unavailable if that fails."""


def window_of(requested: str, browsers: tuple[str, ...]) -> Window | None:
    """Return the window that ``OS|BROWSER|WIDTHxHEIGHT`` describes; None for an unknown one.

    A browser may have ``-latest`` behind its name.

    :param browsers: the names of the browsers; none if there is any.
    """
    parts = requested.split("|")
    if len(parts) not in (2, 3) or not all(parts):
        return None
    size = _size_of(parts[2]) if len(parts) == 3 else DEFAULT_SIZE
    if not browsers:
        return Window(parts[0], parts[1], *size, requested) if size else None
    name = parts[1].lower().removesuffix("-latest")
    found = next((browser for browser in browsers if browser.lower() == name), None)
    return Window(OS, found, *size, requested) if found and size and parts[0].lower() == OS.lower() else None


def _size_of(text: str) -> tuple[int, int] | None:
    found = SIZE.fullmatch(text)
    if not found:
        return None
    width, height = int(found[1]), int(found[2])
    return (width, height) if all(SMALLEST <= side <= LARGEST for side in (width, height)) else None


def elements_in(text: str) -> list[dict[str, Any]]:
    """Return stored elements."""
    found: list[dict[str, Any]] = json.loads(text)
    return found
