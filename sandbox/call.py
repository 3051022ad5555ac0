# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request and its response, as plain data."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Call:
    """A request whose body has been read."""

    method: str
    path: str
    """The decoded path."""
    raw_path: str
    """The path as received."""
    query: str
    """The query as received, without ``?``."""
    headers: list[tuple[str, str]]
    body: bytes
    client: tuple[str, int]
    now: float = 0.0
    """The server's time of the response, in seconds since 1970."""
    unusual: list[str] = field(default_factory=list)
    """Accepted parts of the request that no client of the collection should send."""

    @property
    def target(self) -> str:
        """Path and query as received."""
        return f"{self.raw_path}?{self.query}" if self.query else self.raw_path

    def header(self, name: str) -> str | None:
        """Return the first header of this (lower-case) name."""
        return next((value for found, value in self.headers if found == name), None)


@dataclass
class Response:
    """A response. Header names keep their case."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    @classmethod
    def of(cls, status: int, body: Any, headers: dict[str, str] | None = None) -> Response:
        """A response with a JSON body, or with none when ``body`` is None."""
        response = cls(status, list((headers or {}).items()))
        if body is not None:
            response.set_body(json.dumps(body).encode(), "application/json; charset=utf-8")
        return response

    def header(self, name: str) -> str | None:
        """Return the first header of this name, in any case."""
        return next((value for found, value in self.headers if found.lower() == name.lower()), None)

    def set_header(self, name: str, value: str | None) -> None:
        """Replace a header, or remove it with None."""
        self.headers = [pair for pair in self.headers if pair[0].lower() != name.lower()]
        if value is not None:
            self.headers.append((name, value))

    def set_body(self, body: bytes, content_type: str) -> None:
        """Replace the body together with the headers that describe it."""
        self.body = body
        self.set_header("Content-Type", content_type)
        self.set_header("Content-Length", str(len(body)))
