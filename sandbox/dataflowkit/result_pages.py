# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Result pages of a search engine, which the sandbox serves itself: ``/pages/search?q=WORDS``.

They have the element names of DuckDuckGo's, as in the example of the description.
"""

from __future__ import annotations

from html import escape
from typing import Annotated
from urllib.parse import quote_plus

from fastapi import APIRouter, Query
from fastapi.responses import HTMLResponse

from sandbox.dataflowkit.requests import Extract, Paginator

PATH = "/pages/"
RESULTS = 10
"""The results of a page."""
PAGES = 3
FIELDS = [
    Extract.model_validate({"name": "link", "selector": ".result__a", "type": 2, "attrs": ["href", "text"]}),
    Extract.model_validate({"name": "description", "selector": ".js-result-snippet", "type": 1, "attrs": ["text"]}),
]
COMMON_PARENT = "div[id].result"
NEXT = Paginator.model_validate({"nextPageSelector": "a.next"})

router = APIRouter()


@router.get(f"{PATH}search")
async def search(q: str = "", page: Annotated[int, Query(ge=1, le=PAGES)] = 1) -> HTMLResponse:
    """Return one page of results."""
    first = (page - 1) * RESULTS + 1
    results = "".join(_result(q, number) for number in range(first, first + RESULTS))
    more = f'<a class="next" href="search?q={quote_plus(q)}&amp;page={page + 1}">More</a>' if page < PAGES else ""
    title = f"<title>{escape(q)}</title>"
    return HTMLResponse(f"<!doctype html><meta charset=utf-8>{title}<h1>{escape(q)}</h1>{results}{more}")


def _result(words: str, number: int) -> str:
    text = escape(f"{words} {number}")
    return (
        f'<div id="r{number}" class="result"><a class="result__a" href="https://result{number}.example/">{text}</a>'
        f'<div class="js-result-snippet">All about {text}.</div></div>'
    )
