# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The console: a web page on the sandbox's own port that shows what the sandbox holds, and moves when it changes.

The frame is the same for all services: the rate limit, the last requests, and groups of tables. What is in the tables
is told by each service as plain data (`Service.panel`), so that the page needs no code of a service; it is written by
the script as text, never as HTML.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from html import escape
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from sandbox.errors import not_found
from sandbox.world import Sandbox

_FILES = Path(__file__).parent
_TYPES = {"console.css": "text/css; charset=utf-8", "console.js": "text/javascript; charset=utf-8"}
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

page = APIRouter()
data = APIRouter(prefix="/console")


@dataclass
class Cell:
    """One cell of a table.

    :param tone: ``on``, ``off``, ``value`` or ``name``: how it looks.
    :param notes: lines below the text.
    """

    text: str
    tone: str = "value"
    notes: list[str] = field(default_factory=list)


@dataclass
class Table:
    """One table; the first cell of each row is its name."""

    title: str
    columns: list[str]
    rows: list[list[Cell]]
    empty: str = "Nothing yet."


@dataclass
class Group:
    """Tables that belong together."""

    title: str
    note: str
    tables: list[Table]


@page.get("/")
async def show_page(world: Sandbox) -> HTMLResponse:
    """The page itself; what it shows comes from :func:`read_data`."""
    text = (_FILES / "console.html").read_text(encoding="utf-8")
    return HTMLResponse(text.replace("{{title}}", escape(world.service.title)), headers=_SAFE)


@data.get("/data")
async def read_data(world: Sandbox) -> dict[str, Any]:
    """All that the page shows."""
    world.service.settle(world)
    meter = world.limiter.meter(world.options.api_key)
    groups = world.service.panel(world) if world.service.panel else []
    return {
        "user": world.options.api_key,
        "meter": {"limit": meter.limit, "remaining": meter.remaining},
        "groups": [asdict(group) for group in groups],
        "requests": list(world.log.recent),
    }


@data.get("/{name}")
async def read_file(name: str) -> Response:
    """The style and the script of the page."""
    if name not in _TYPES:
        raise not_found("file", name)
    return Response((_FILES / name).read_bytes(), headers={**_SAFE, "Content-Type": _TYPES[name]})
