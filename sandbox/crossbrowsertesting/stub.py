# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Screenshots without a browser, for machines that have none and for tests: a drawing of absolutely placed elements.

It reads the page once, follows no redirection, runs no script and loads nothing else. An element whose ``style`` says
``left``, ``top``, ``width`` and ``height`` in pixels has a box, from the corner of the page; others are not shown. It
stands for any browser.
"""

from __future__ import annotations

import asyncio
import http.client
import io
import re
import socket
import ssl
from html.parser import HTMLParser
from typing import Any

from PIL import Image, ImageDraw

from sandbox.allowed_pages import AllowedPages, Refused
from sandbox.crossbrowsertesting.engine import Shot, Unavailable, Window
from sandbox.crossbrowsertesting.layout import SEPARATOR

LONGEST = 10.0
"""The longest time for a page, in seconds."""
LARGEST = 2**20
VOID = frozenset(["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"])
SIDES = ("left", "top", "width", "height")


class Stub:
    """Draws pages.

    :param allowed: the pages that may be fetched.
    """

    browsers = ()

    def __init__(self, allowed: AllowedPages, notice: str = "") -> None:
        self.notice = notice
        self._allowed = allowed

    async def version(self, browser: str) -> str:
        """Return the version."""
        return "0"

    async def shoot(self, url: str, window: Window, delay: float) -> Shot:
        """Draw a page."""
        html = await asyncio.to_thread(self._fetch, url)
        await asyncio.sleep(delay)
        page = _Page()
        page.feed(html)
        body = {"full_path": f"html{SEPARATOR}body", "short_path": "body", "x": 0.0, "y": 0.0}
        elements = [{**body, "width": float(window.width), "height": float(window.height)}, *page.elements]
        return Shot(_drawn(window, page.elements), elements)

    def _fetch(self, url: str) -> str:
        try:
            parts, address, port = self._allowed.address_of(url)
            connection = http.client.HTTPConnection(parts.netloc, timeout=LONGEST)
            try:
                connection.sock = socket.create_connection((address, port), timeout=LONGEST)
                if parts.scheme == "https":
                    trust = ssl.create_default_context(cafile=self._allowed.authority)
                    connection.sock = trust.wrap_socket(connection.sock, server_hostname=parts.hostname)
                target = f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}"
                connection.request("GET", target)
                response = connection.getresponse()
                text = response.read(LARGEST).decode("utf-8", "replace")
            finally:
                connection.close()
        except (Refused, OSError, http.client.HTTPException) as error:
            raise Unavailable(str(error) or type(error).__name__) from error
        if response.status != 200:
            raise Unavailable(f"the page answered with HTTP {response.status}")
        return text


class _Page(HTMLParser):
    """Collects the elements with a box."""

    def __init__(self) -> None:
        super().__init__()
        self.elements: list[dict[str, Any]] = []
        self._path: list[str] = []
        self._children: list[dict[str, int]] = [{}]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        alike = self._children[-1]
        alike[tag] = alike.get(tag, 0) + 1
        number = f":nth-of-type({alike[tag]})" if alike[tag] > 1 else ""
        step = f"{tag}#{given['id']}" if given.get("id") else tag + number
        sides = [re.search(rf"(?:^|[;\s]){side}:\s*(-?[0-9]*\.?[0-9]+)px", given.get("style", "")) for side in SIDES]
        found = [float(side[1]) for side in sides if side]
        if len(found) == len(SIDES):
            path = SEPARATOR.join([*self._path, step])
            names = {"full_path": path, "short_path": step}
            self.elements.append({**names, **dict(zip(("x", "y", "width", "height"), found, strict=True))})
        if tag not in VOID:
            self._path.append(step)
            self._children.append({})

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID and self._path:
            self._path.pop()
            self._children.pop()


def _drawn(window: Window, elements: list[dict[str, Any]]) -> bytes:
    height = max([window.height, *(int(element["y"] + element["height"]) for element in elements)])
    picture = Image.new("RGB", (window.width, min(height, 20_000)), (255, 255, 255))
    draw = ImageDraw.Draw(picture)
    for element in elements:
        corner = (element["x"] + element["width"] - 1, element["y"] + element["height"] - 1)
        if corner[0] > element["x"] and corner[1] > element["y"]:
            draw.rectangle(((element["x"], element["y"]), corner), fill=(210, 222, 240), outline=(40, 60, 100))
            draw.text((element["x"] + 4, element["y"] + 4), element["short_path"], fill=(20, 30, 60))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
