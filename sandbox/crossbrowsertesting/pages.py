# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What people look at: the pages of comparisons and versions, and their pictures. No credentials are needed."""

from __future__ import annotations

import asyncio
from functools import partial
from sqlite3 import Row
from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse, Response

from sandbox.context import Context, CurrentContext
from sandbox.crossbrowsertesting import comparison_page, pictures
from sandbox.crossbrowsertesting.comparison_page import Side
from sandbox.crossbrowsertesting.comparisons import DEFAULT_TOLERANCE, layout_differences
from sandbox.crossbrowsertesting.tables import COMPLETE, find, find_test, find_version, results_of
from sandbox.errors import ApiError

router = APIRouter()

PATHS = ("/comparisons/", "/results/")
"""What the paths of pages and pictures begin with."""
# Pages load their own pictures only, and run no script.
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
}


@router.get("/comparisons/{target_hash}/{base_hash}")
async def show_comparison(
    context: CurrentContext,
    target_hash: str,
    base_hash: str,
    tolerance: Annotated[int, Query(ge=0, le=100)] = DEFAULT_TOLERANCE,
) -> Response:
    """Return the page that shows two screenshots and what differs."""
    target, base = _taken(context, target_hash), _taken(context, base_hash)
    found = layout_differences(target, base, tolerance)
    pixels = await asyncio.to_thread(partial(pictures.difference, target["png"], base["png"]))
    html = comparison_page.written(_side(context, target), _side(context, base), found, tolerance, pixels.share)
    return HTMLResponse(html, headers=_HEADERS)


@router.get("/comparisons/{target_hash}/{base_hash}/pixels.png")
async def show_pixels(context: CurrentContext, target_hash: str, base_hash: str) -> Response:
    """Return the picture of the pixels that differ."""
    target, base = _taken(context, target_hash), _taken(context, base_hash)
    return _png((await asyncio.to_thread(partial(pictures.difference, target["png"], base["png"]))).picture)


@router.get("/results/{version_hash}")
async def show_version(context: CurrentContext, version_hash: str) -> Response:
    """Return the page of the screenshots of a version."""
    version = find(context, "screenshot_versions", "version_hash", version_hash)
    test = find_test(context, version["screenshot_test_id"])
    return HTMLResponse(
        comparison_page.version_written(test, version, results_of(context, version["version_id"])), headers=_HEADERS
    )


@router.get("/results/{result_hash}/page.png")
async def show_page(context: CurrentContext, result_hash: str) -> Response:
    """Return the picture of the whole page."""
    return _png(_taken(context, result_hash)["png"])


@router.get("/results/{result_hash}/window.png")
async def show_window(context: CurrentContext, result_hash: str) -> Response:
    """Return the picture of the window."""
    row = _taken(context, result_hash)
    return _png(await asyncio.to_thread(pictures.window, row["png"], row["height"]))


@router.get("/results/{result_hash}/thumbnail.png")
async def show_thumbnail(context: CurrentContext, result_hash: str) -> Response:
    """Return a small picture of the page."""
    return _png(await asyncio.to_thread(pictures.thumbnail, _taken(context, result_hash)["png"]))


def _taken(context: Context, result_hash: str) -> Row:
    """Return a result whose screenshot is taken, or a 404."""
    row = find(context, "screenshot_results", "result_hash", result_hash)
    if row["state"] != COMPLETE:
        raise ApiError(404, "not_found", f"The screenshot {row['result_id']} is {row['state']}.")
    return row


def _side(context: Context, row: Row) -> Side:
    version = find_version(context, row["version_id"])
    test = find_test(context, version["screenshot_test_id"])
    width, height = pictures.size_of(row["png"])
    return Side(
        row["result_id"],
        row["result_hash"],
        f"{row['os']}, {row['browser']} {row['browser_version'].partition('.')[0]}, {row['width']}x{row['height']}",
        test["url"],
        version["start_date"],
        width,
        height,
    )


def _png(content: bytes) -> Response:
    return Response(content, media_type="image/png")
