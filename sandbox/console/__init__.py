# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The console: a web page on the sandbox's port that shows the state of the sandbox and updates itself.

The frame is the same for all services: the rate limit, the last requests, and groups of tables. Each service returns
the content of its tables as plain data (`Service.console_groups`), and the guide of an empty page
(`Service.console_guide`), so the page contains no code of a service. The script writes that data as text, never as
HTML.
"""

from __future__ import annotations

from dataclasses import asdict
from html import escape
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import HTMLResponse, Response

from sandbox.context import CurrentContext
from sandbox.errors import not_found
from sandbox.service import CurrentService

_FILES = Path(__file__).parent
_TYPES = {"console.css": "text/css; charset=utf-8", "console.js": "text/javascript; charset=utf-8"}
_SAFE = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
}

_REASONS = {status.value: status.phrase for status in HTTPStatus}

page = APIRouter()
data = APIRouter(prefix="/console")


@page.get("/")
async def show_page(service: CurrentService) -> HTMLResponse:
    """Return the page; its content comes from :func:`read_data`."""
    text = (_FILES / "console.html").read_text(encoding="utf-8")
    return HTMLResponse(text.replace("{{title}}", escape(service.title)), headers=_SAFE)


@data.get("/data")
async def read_data(service: CurrentService, context: CurrentContext) -> dict[str, Any]:
    """Return everything that the page shows."""
    service.settle(context)
    meter = context.limiter.meter(context.options.api_key)
    groups = service.console_groups(context) if service.console_groups else []
    return {
        "user": context.options.api_key,
        "meter": {"limit": meter.limit, "remaining": meter.remaining},
        "groups": [asdict(group) for group in groups],
        "guide": asdict(service.console_guide(context)) if service.console_guide else None,
        "requests": [{**request, **_outcome(request)} for request in context.log.recent],
    }


def _outcome(request: dict[str, Any]) -> dict[str, Any]:
    """Return how a request ended, in words, and whether it succeeded."""
    status, fault = request["status"], request["fault"]
    words = "no response" if status is None else f"{status} {_REASONS.get(status, '')}".strip()
    return {
        "outcome": f"{words} (fault: {fault})" if fault else words,
        "succeeded": status is not None and status < HTTPStatus.BAD_REQUEST,
    }


@data.get("/{name}")
async def read_file(name: str) -> Response:
    """Return the style sheet or the script of the page."""
    if name not in _TYPES:
        raise not_found("file", name)
    return Response((_FILES / name).read_bytes(), headers={**_SAFE, "Content-Type": _TYPES[name]})
