# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dataflow Kit for tests with odd values: good options for its modules, and the canonical form of its requests."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

from sandbox.launcher import SandboxProcess
from tests.faults.odd_service import Run, Service
from tests.faults.options import Option, Options

COOKIE: Options = {
    **{"name": "who", "value": "ada-of-example", "domain": "127.0.0.1", "path": "/", "expiration_date": 2e9, "id": 1},
    **{"host_only": True, "http_only": True, "secure": False, "session": False, "same_site": "lax", "store_id": "0"},
}
FIELD: Options = {
    **{"name": "Link", "selector": ".none", "type": "link", "attrs": ["text"]},
    **{"filters": [{"name": "regex", "param": "[0-9]+"}], "details": {"fields": [{"name": "a", "selector": "b"}]}},
}


class DataflowKit(Service):
    """Dataflow Kit's API."""

    name = "dataflowkit"
    roots = ("/v1/",)
    simplest = "dataflowkit_fetch"
    forms: ClassVar[dict[str, re.Pattern[str]]] = {
        # Capital letters mean the same (RFC 3986, 3.1).
        "url": re.compile(r"(?i:https?)://\S+"),
        "proxy": re.compile("country-(any|[A-Za-z]{2})"),
        "pageRanges": re.compile(r"\d+(-\d*)?(, ?\d+(-\d*)?)*"),
    }
    lines = frozenset({"value", "script"})
    # What only the server can know: pages, and the syntax of selectors and regular expressions.
    of_the_state = frozenset({"Invalid request URL", "not a CSS selector", "not a regular expression"})
    needs_a_read = frozenset()

    @classmethod
    def options(cls, module: str) -> list[Option]:
        """Return all options of a module but ``payload``, which is sent unchanged."""
        return [option for option in super().options(module) if option.path != ("payload",)]

    @classmethod
    def sandbox(cls) -> SandboxProcess:
        words = ("--engine", "stub")
        return SandboxProcess(*words, service="dataflowkit", api_key="Key-geheim-71", rate_limit="10000000/60")

    def __init__(self, server: SandboxProcess, folder: Path, run: Run) -> None:
        self._url = f"{server.url}/pages/search?q=x"
        self._folder = folder

    def bases(self, module: str, number: int) -> list[Options]:
        page: dict[str, Any] = {
            "url": self._url,
            "page_proxy": "country-sk",
            "initial_cookies": [COOKIE],
            "wait_delay": 0.1,
            "ignore_http_status_codes": True,
            "actions": [{"wait_visible": {"selector": "a"}}],
        }
        file = {"dest": str(self._folder / f"{module}-{number}"), "max_age": 0.0, "on_doubt": "fail"}
        fetched = {**page, **file, "fetcher": "base"}
        data = {**fetched, "name": "results", "fields": [FIELD], "common_parent": "div.result", "format": "csv"}
        payload: Options = {"name": "r", "format": "json", "fields": [], "request": {"type": "base", "url": self._url}}
        payload["fields"] = [{"name": "a", "selector": "a", "type": 1, "attrs": ["text"]}]
        search = {"type": "base", "url": self._url, "proxy": "country-any"}
        known: dict[str, list[Options]] = {
            "dataflowkit_fetch": [fetched],
            "dataflowkit_parse": [
                {**data, "paginator": {"next_page_selector": "a.next", "page_num": 1}, "path": False},
                {**file, "payload": payload},
            ],
            "dataflowkit_pdf": [
                {
                    **{**page, **file, "landscape": True, "paper_size": "A5", "page_ranges": "1", "scale": 1.0},
                    **{f"margin_{side}": 0.5 for side in ("top", "bottom", "left", "right")},
                    **{"print_background": True, "print_header_footer": True},
                }
            ],
            "dataflowkit_screenshot": [
                {
                    **{**page, **file, "format": "png", "quality": 80, "full_page": False, "clip_selector": "h1"},
                    **{"width": 20, "height": 10, "offset_x": 1, "offset_y": 1, "scale": 1.0, "print_background": True},
                }
            ],
            "dataflowkit_serp": [{**data, "page_num": 1}, {**file, "payload": {**payload, **search}}],
        }
        return known[module]

    def check_more(self, exchange: Options) -> None:
        assert "api_key=***" in exchange["query"], exchange

    def refusals(self, body: str) -> set[str]:
        known = [text for text in self.of_the_state if body.startswith(text) or body.endswith(text)]
        return {*known} or {body}
