# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The five operations."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from sandbox.context import Context, CurrentContext
from sandbox.dataflowkit import base_fetcher, chrome_fetcher, files, result_pages, stub
from sandbox.dataflowkit.base_fetcher import Loaded
from sandbox.dataflowkit.errors import invalid_url
from sandbox.dataflowkit.extraction import extract
from sandbox.dataflowkit.formats import TYPES, encoded
from sandbox.dataflowkit.requests import Fetch, Parse, Pdf, Screenshot, Serp

SCHEMA = """
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY,
    operation TEXT NOT NULL,
    url TEXT NOT NULL,
    credits INTEGER NOT NULL
);
"""
#: Their file names in links to files.
PDF, PICTURE = "url_pdf.pdf", "url_screenshot"


router = APIRouter()
Key = Annotated[str, Query()]
"""The key, which the middleware has checked."""


def _count(context: Context, operation: str, url: str, pages: int = 1) -> None:
    context.store.insert("calls", operation=operation, url=url, credits=pages)


def counts(context: Context) -> dict[str, Any]:
    """Return what was spent."""
    return {"credits_spent": context.store.value("SELECT coalesce(sum(credits), 0) FROM calls")}


async def _load(context: Context, wanted: Fetch) -> Loaded:
    if wanted.type == "chrome" and not _is_stub(context):
        return await chrome_fetcher.load(context.browser, wanted)
    return await base_fetcher.load(context.options.allowed_pages, wanted)


def _is_stub(context: Context) -> bool:
    return context.options.engine == "stub"


@router.post("/fetch")
async def fetch(context: CurrentContext, request: Request, wanted: Fetch, api_key: Key = "") -> Response:
    """Return the content of a page."""
    loaded = await _load(context, wanted)
    _count(context, "fetch", wanted.url)
    return files.answer(context, request, wanted.output, loaded.html.encode(), "text/html; charset=utf-8", "page.html")


@router.post("/parse")
async def parse(context: CurrentContext, wanted: Parse, api_key: Key = "") -> Response:
    """Return data of pages."""
    pages = wanted.paginator.page_num if wanted.paginator else 1
    return await _data(context, "parse", wanted, pages)


@router.post("/serp")
async def serp(context: CurrentContext, wanted: Serp, api_key: Key = "") -> Response:
    """Return data of the result pages of a search engine."""
    if not wanted.fields:
        wanted.fields, wanted.common_parent = result_pages.FIELDS, result_pages.COMMON_PARENT
    wanted.paginator = wanted.paginator or result_pages.NEXT
    return await _data(context, "serp", wanted, max(wanted.page_num, wanted.paginator.page_num))


async def _data(context: Context, operation: str, wanted: Parse, pages: int) -> Response:
    first = wanted.page()
    if first is None:
        raise invalid_url("it is missing")
    loads = 0

    async def load(page: Fetch) -> Loaded:
        nonlocal loads
        loads += 1
        return await _load(context, page)

    records = await extract(load, wanted, first, pages)
    _count(context, operation, first.url, loads)
    return Response(encoded(records, wanted.format), media_type=TYPES[wanted.format])


async def _printed(context: Context, wanted: Pdf) -> bytes:
    async with chrome_fetcher.opened(context.browser, wanted) as (page, _contents):
        margins = {side: f"{getattr(wanted, f'margin_{side}')}in" for side in ("top", "bottom", "left", "right")}
        return await page.pdf(
            format=wanted.paper_size,
            landscape=wanted.landscape,
            margin=margins,  # type: ignore[arg-type]
            page_ranges=wanted.page_ranges,
            print_background=wanted.print_background,
            display_header_footer=wanted.print_header_footer,
            # Chromium prints at most twice the size.
            scale=min(wanted.scale, 2),
        )


@router.post("/convert/url/pdf")
async def pdf(context: CurrentContext, request: Request, wanted: Pdf, api_key: Key = "") -> Response:
    """Return a page as PDF."""
    if _is_stub(context):
        content = stub.pdf(await base_fetcher.load(context.options.allowed_pages, wanted))
    else:
        content = await _printed(context, wanted)
    _count(context, "pdf", wanted.url)
    return files.answer(context, request, wanted.output, content, "application/pdf", PDF)


async def _taken(context: Context, wanted: Screenshot) -> bytes:
    size = {"width": wanted.width + wanted.offsetx, "height": wanted.height + wanted.offsety}
    options: dict[str, Any] = {"type": wanted.format}
    if wanted.format == "jpeg":
        options["quality"] = wanted.quality
    how = {"viewport": size, "device_scale_factor": wanted.scale}
    async with chrome_fetcher.opened(context.browser, wanted, **how) as (page, _contents):
        if wanted.clip_selector:
            return await page.locator(wanted.clip_selector).first.screenshot(**options)
        if wanted.full_page:
            return await page.screenshot(full_page=True, **options)
        clip: Any = {"x": wanted.offsetx, "y": wanted.offsety, "width": wanted.width, "height": wanted.height}
        return await page.screenshot(clip=clip, **options)


@router.post("/convert/url/screenshot")
async def screenshot(context: CurrentContext, request: Request, wanted: Screenshot, api_key: Key = "") -> Response:
    """Return a picture of a page."""
    if _is_stub(context):
        loaded = await base_fetcher.load(context.options.allowed_pages, wanted)
        content = stub.picture(loaded, wanted.width, wanted.height, wanted.format)
    else:
        content = await _taken(context, wanted)
    _count(context, "screenshot", wanted.url)
    return files.answer(
        context, request, wanted.output, content, f"image/{wanted.format}", f"{PICTURE}.{wanted.format}"
    )
