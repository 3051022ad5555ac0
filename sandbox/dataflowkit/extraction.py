# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Take data out of pages: by CSS selectors, over several pages, with the pages that links lead to."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from itertools import zip_longest
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from soupsieve import SelectorSyntaxError

from sandbox.dataflowkit.base_fetcher import Loaded
from sandbox.dataflowkit.requests import Extract, Fetch, Filter, Parse
from sandbox.errors import Invalid

Record = dict[str, Any]
Load = Callable[[Fetch], Awaitable[Loaded]]

MOST_DETAILS = 100
"""The largest number of pages that the links of one field lead to."""
_CHANGES: dict[str, Callable[[str], str]] = {
    "trim": str.strip,
    "normal": str,
    "uppercase": str.upper,
    "lowercase": str.lower,
    "capitalize": str.title,
    "concatinate": lambda text: " ".join(text.split()),
}


async def extract(load: Load, wanted: Parse, first: Fetch, pages: int = 1) -> list[Record]:
    """Return the records of a page and of those after it.

    :param load: loads a page.
    :param first: how to load the first page; the others are loaded in the same way.
    :param pages: the largest number of pages.
    """
    if not wanted.fields:
        raise Invalid("no_fields", "No fields to scrape")
    found: list[Record] = []
    selector = wanted.paginator.next_page_selector if wanted.paginator else ""
    url, read = first.url, set[str]()
    while url and url not in read and len(read) < pages:
        read.add(url)
        loaded = await load(first.model_copy(update={"url": url}))
        page = BeautifulSoup(loaded.html, "html.parser")
        found += await _records(load, wanted, first, page, loaded.url)
        link = _select(page, selector)[:1] if selector else []
        url = urljoin(loaded.url, str(link[0]["href"])) if link and link[0].has_attr("href") else ""
    return found


def _select(place: Tag, selector: str) -> list[Tag]:
    try:
        return list(place.select(selector))
    except (SelectorSyntaxError, ValueError, NotImplementedError) as error:
        raise Invalid("selector_invalid", f"{selector}: not a CSS selector") from error


async def _records(load: Load, wanted: Parse, first: Fetch, page: Tag, url: str) -> list[Record]:
    """Return the records of one page."""
    if wanted.path:
        return await _behind_links(load, wanted, first, page, url)
    records: list[Record] = []
    for block in _select(page, wanted.common_parent) if wanted.common_parent else [page]:
        columns = [await _column(load, field, first, block, url) for field in wanted.fields]
        rows = [
            {name: value for part in row for name, value in part.items()} for row in zip_longest(*columns, fillvalue={})
        ]
        records += rows[:1] if wanted.common_parent else rows
    return records


async def _behind_links(load: Load, wanted: Parse, first: Fetch, page: Tag, url: str) -> list[Record]:
    """Return the records of the pages that links lead to, and none of the page itself."""
    records: list[Record] = []
    for field in wanted.fields:
        for element in _select(page, field.selector)[:MOST_DETAILS] if field.details else []:
            records += await _details(load, field, first, element, url)
    return records


async def _column(load: Load, field: Extract, first: Fetch, block: Tag, url: str) -> list[Record]:
    """Return what a field takes of each element, under names such as ``Name_text``."""
    column: list[Record] = []
    for element in _select(block, field.selector):
        part: Record = {f"{field.name}_{attr}": _value(element, attr, field.filters, url) for attr in field.attrs}
        if field.details and len(column) < MOST_DETAILS:
            part[f"{field.name}_details"] = await _details(load, field, first, element, url)
        column.append(part)
    return column


async def _details(load: Load, field: Extract, first: Fetch, element: Tag, url: str) -> list[Record]:
    """Return the records of the page that a link leads to."""
    if field.details is None or not element.has_attr("href"):
        return []
    target = first.model_copy(update={"url": urljoin(url, str(element["href"]))})
    pages = field.details.paginator.page_num if field.details.paginator else 1
    return await extract(load, field.details, target, pages)


def _value(element: Tag, attr: str, filters: list[Filter], url: str) -> str:
    if attr == "text":
        text = element.get_text()
    elif attr in ("href", "src"):
        return urljoin(url, str(element[attr])) if element.has_attr(attr) else ""
    else:
        text = str(element.get(attr) or "")
    for one in filters:
        text = _matches(one.param, text) if one.name == "regex" else _CHANGES[one.name](text)
    return text


def _matches(pattern: str, text: str) -> str:
    """Return all matches of a regular expression, joined."""
    try:
        return "".join(match.group(0) for match in re.finditer(pattern, text))
    except re.error as error:
        raise Invalid("regex_invalid", f"{pattern}: not a regular expression") from error
