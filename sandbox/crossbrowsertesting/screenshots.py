# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Screenshot tests: take one, list them, read one."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Annotated, Any
from urllib.parse import parse_qs

from fastapi import APIRouter, Query, Request, Response

from sandbox import unusual
from sandbox.allowed_pages import Refused
from sandbox.context import Context, CurrentContext
from sandbox.crossbrowsertesting.engine import window_of
from sandbox.crossbrowsertesting.responses import Format, shown
from sandbox.crossbrowsertesting.tables import COMPLETE, FAILED, RUNNING, add_test, find_test, results_of
from sandbox.crossbrowsertesting.taking import taker_of
from sandbox.errors import ApiError

router = APIRouter()

KNOWN = frozenset(["url", "browsers", "delay", "check_url", "hide_fixed_elements", "send_email"])
"""The parameters of a new screenshot test that the sandbox knows, in the query, in a form or in JSON."""
LONGEST_DELAY = 300
MOST_BROWSERS = 30


@router.get("/screenshots")
async def list_tests(
    request: Request,
    context: CurrentContext,
    form: Format,
    num: Annotated[int, Query(ge=1, le=1000)] = 10,
    start: Annotated[int, Query(ge=0)] = 0,
    url: str = "",
    start_date: str = "",
    end_date: str = "",
    archived: bool = False,
) -> Response:
    """Return the screenshot tests, the newest first."""
    where = "instr(url, ?) > 0 AND created_date >= ? AND (? = '' OR created_date <= ?)"
    values = (url, start_date, end_date, end_date)
    total = 0 if archived else context.store.value(f"SELECT count(*) FROM screenshot_tests WHERE {where}", *values)
    order = f"{where} ORDER BY screenshot_test_id DESC LIMIT ? OFFSET ?"
    rows = [] if archived else context.store.all(f"SELECT * FROM screenshot_tests WHERE {order}", *values, num, start)
    listed = [test_shown(context, row, str(request.base_url)) for row in rows]
    return shown(form, {"screenshots": listed, "meta": {"record_count": total}})


@router.post("/screenshots")
async def take_test(
    request: Request,
    context: CurrentContext,
    form: Format,
    url: str | None = None,
    browsers: Annotated[list[str] | None, Query()] = None,
    delay: str | None = None,
    check_url: str | None = None,
    hide_fixed_elements: str | None = None,
    send_email: str | None = None,
) -> Response:
    """Begin a screenshot test."""
    given = await _given(request)
    page = given.get("url")
    if not isinstance(page, str) or not page:
        raise ApiError(400, "invalid", "url is required.")
    try:
        context.options.allowed_pages.address_of(page)
    except Refused as error:
        raise ApiError(400, "invalid", f"url can't be used: {error}.") from error
    taker = taker_of(context)
    names = given.get("browsers")
    wanted = [names] if isinstance(names, str) else names
    if not isinstance(wanted, list) or not 1 <= len(wanted) <= MOST_BROWSERS:
        raise ApiError(400, "invalid", f"browsers is required: 1 to {MOST_BROWSERS} of them.")
    windows = [window_of(str(name), taker.engine.browsers) for name in wanted]
    unknown = [str(name) for name, window in zip(wanted, windows, strict=True) if window is None]
    if unknown:
        there = ", ".join(f"Linux|{browser}|1366x768" for browser in taker.engine.browsers)
        raise ApiError(400, "invalid", f"Unknown browsers: {', '.join(unknown)}. There are {there}, of any size.")
    found = [window for window in windows if window]
    wait = _seconds(given.get("delay", 0))
    versions = {window.browser: await taker.engine.version(window.browser) for window in found}
    test_id = add_test(context, page, found, versions, wait)
    row = find_test(context, test_id)
    version = context.store.one("SELECT * FROM screenshot_versions WHERE screenshot_test_id = ?", test_id)
    assert version is not None
    taker.begin(context, version["version_id"], page, wait)
    return shown(form, test_shown(context, row, str(request.base_url)))


@router.get("/screenshots/{screenshot_test_id}")
async def get_test(request: Request, context: CurrentContext, screenshot_test_id: int, form: Format) -> Response:
    """Return one screenshot test."""
    return shown(form, test_shown(context, find_test(context, screenshot_test_id), str(request.base_url)))


async def _given(request: Request) -> dict[str, Any]:
    """Return the parameters of a request: of its query, and of its body, a form or JSON."""
    body = await request.body()
    given = _of_form(request.url.query)
    if request.headers.get("content-type", "").startswith("application/json"):
        try:
            parsed = json.loads(body or b"{}")
        except ValueError as error:
            raise ApiError(400, "invalid", "The request body is not valid JSON.") from error
        if not isinstance(parsed, dict):
            raise ApiError(400, "invalid", "The request body is not an object.")
        given |= parsed
    else:
        given |= _of_form(body.decode("utf-8", "replace"))
    for name in given.keys() - KNOWN - {"format"}:
        unusual.note(f"unknown parameter {name}")
    return given


def _of_form(text: str) -> dict[str, Any]:
    values = parse_qs(text)
    return {name: found if name == "browsers" else found[-1] for name, found in values.items()}


def _seconds(value: Any) -> float:
    try:
        seconds = float(value)
    except (TypeError, ValueError):
        seconds = -1.0
    if isinstance(value, bool) or not 0 <= seconds <= LONGEST_DELAY:
        raise ApiError(400, "invalid", f"delay is a number of seconds from 0 to {LONGEST_DELAY}.")
    return seconds


def test_shown(context: Context, row: Row, address: str) -> dict[str, Any]:
    """Return a screenshot test as it is shown.

    :param address: the address of the sandbox, with a final slash.
    """
    rows = context.store.all(
        "SELECT * FROM screenshot_versions WHERE screenshot_test_id = ? ORDER BY version_id DESC",
        row["screenshot_test_id"],
    )
    return {
        "screenshot_test_id": row["screenshot_test_id"],
        "url": row["url"],
        "created_date": row["created_date"],
        "archived": False,
        "version_count": len(rows),
        "versions": [_version_shown(context, version, address) for version in rows],
    }


def _version_shown(context: Context, row: Row, address: str) -> dict[str, Any]:
    results = results_of(context, row["version_id"])
    states = [result["state"] for result in results]
    page = f"{address}results/{row['version_hash']}"
    return {
        "version_id": row["version_id"],
        "version_hash": row["version_hash"],
        "start_date": row["start_date"],
        "description": None,
        "tags": [],
        "active": RUNNING in states,
        "result_count": {
            "total": len(states),
            "running": states.count(RUNNING),
            "successful": states.count(COMPLETE),
            "failed": states.count(FAILED),
            "cancelled": 0,
        },
        **{f"show_{part}_{kind}_url": page for part in ("results", "comparisons") for kind in ("web", "public")},
        "results": [_result_shown(result, row, address) for result in results],
    }


def _result_shown(row: Row, version: Row, address: str) -> dict[str, Any]:
    requested_os, requested_browser = row["requested"].split("|")[:2]
    pictures, page = f"{address}results/{row['result_hash']}/", f"{address}results/{version['version_hash']}"
    is_taken = row["state"] == COMPLETE
    return {
        "result_id": row["result_id"],
        "result_hash": row["result_hash"],
        "state": row["state"],
        "successful": is_taken,
        "description": row["message"],
        "tags": [],
        "initialized_date": version["start_date"],
        "start_date": version["start_date"],
        "finish_date": row["finish_date"],
        "os": {
            "name": row["os"],
            "type": row["os"],
            "version": "",
            "api_name": row["os"],
            "device": "desktop",
            "requested_api_name": requested_os,
        },
        "browser": {
            "name": f"{row['browser']} {row['browser_version'].partition('.')[0]}",
            "type": row["browser"],
            "version": row["browser_version"],
            "api_name": row["browser"],
            "requested_api_name": requested_browser,
        },
        "resolution": {"name": f"{row['width']}x{row['height']}", "width": row["width"], "height": row["height"]},
        "images": {
            "windowed": f"{pictures}window.png" if is_taken else None,
            "fullpage": f"{pictures}page.png" if is_taken else None,
            "chromeless": f"{pictures}window.png" if is_taken else None,
        },
        "thumbs": dict.fromkeys(
            ("windowed", "fullpage", "chromeless"), f"{pictures}thumbnail.png" if is_taken else None
        ),
        "show_result_web_url": page,
        "show_result_public_url": page,
    }
