# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small client of Dataflow Kit's API, and pages to fetch."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from sandbox.launcher import SandboxProcess
from tests.support.site import Site

#: A payload in the form of the vendor's point-and-click tool, as in the example of the description.
PERSONS: dict[str, Any] = {
    "name": "test.dataflowkit.com",
    "request": {"type": "base", "url": "http://127.0.0.1/persons/1"},
    "fields": [
        {"name": "Number", "selector": ".badge-primary", "type": 1, "attrs": ["text"], "filters": [{"name": "trim"}]},
        {
            "name": "Name",
            "selector": "#cards a",
            "type": 2,
            "attrs": ["href", "text"],
            "filters": [{"name": "trim"}, {"name": "uppercase"}],
        },
        {"name": "Picture", "selector": ".card-img-top", "type": 0, "attrs": ["src", "alt"], "filters": []},
    ],
    "paginator": {"nextPageSelector": ".next", "pageNum": 2},
    "format": "json",
    "path": False,
}


def persons_page(number: int) -> str:
    """Return a page with two persons and a link to the next page."""
    cards = "".join(
        f"<div><span class=badge-primary> {one} </span><a href=/person/{one}> Person {one} </a>"
        f"<img class=card-img-top src=/p{one}.svg alt='P {one}'></div>"
        for one in (2 * number - 1, 2 * number)
    )
    return (
        f"<title>Persons {number}</title><div id=cards>{cards}</div><a class=next href=/persons/{number + 1}>next</a>"
    )


@contextmanager
def persons_site() -> Iterator[Site]:
    """A web site with three pages of persons, and a page about each of them."""
    with Site() as site:
        site.pages |= {f"/persons/{number}": persons_page(number) for number in (1, 2, 3)}
        site.pages |= {f"/person/{one}": f"<h1>Person {one}</h1><p class=age>{20 + one}</p>" for one in range(1, 7)}
        yield site


class Client:
    """Calls one sandbox."""

    def __init__(self, sandbox: SandboxProcess) -> None:
        self.sandbox = sandbox

    def post(self, path: str, body: Any, *, key: str = "sandbox-key") -> requests.Response:
        """Send a request."""
        url = f"{self.sandbox.url}/v1/{path}"
        return requests.post(url, params={"api_key": key} if key else {}, json=body, timeout=60)

    def parsed(self, site: Site, **changed: Any) -> Any:
        """Return what the persons' payload gives, with changes."""
        request = {"type": "base", "url": f"{site.url}/persons/1"}
        answer = self.post("parse", {**PERSONS, "request": request, **changed})
        assert answer.status_code == 200, answer.text
        return answer
