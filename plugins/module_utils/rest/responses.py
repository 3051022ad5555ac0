# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A response of the server, and what can be told from it.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.untrusted import parse_json

#: The damage of a body that is a web page.
WEB_PAGE = "it is a web page and not JSON"
#: Headers in which servers send an id by which their support can find the request.
CORRELATION_HEADERS = ("X-Correlation-Id", "X-Request-Id", "Request-Id")


class Response(NamedTuple):
    """A response of the server.

    Attributes:
        status: the HTTP status.
        reason: its phrase.
        headers: looked up without case.
        content: the body, as far as it was read.
        broken: why it was not read completely; an empty text if it was.
        sent_at: unix time when the request was sent.
        got_at: unix time when the response's headers arrived.
    """

    status: int
    reason: str
    headers: Mapping[str, str]
    content: bytes
    broken: str = ""
    sent_at: float = 0.0
    got_at: float = 0.0

    @property
    def data(self) -> Any:
        """The body's JSON; None for an empty body.

        Raises:
            ValueError: the body is not JSON, or is nested too deeply.
        """
        return parse_json(self.content.decode("utf-8-sig")) if self.content else None

    def data_or_none(self) -> Any:
        """Return the body's JSON; None if it has none."""
        try:
            return self.data
        except ValueError:
            return None

    def damage(self) -> str:
        """Return what is wrong with the body; an empty text if nothing is.

        A body whose type says that it is not JSON is accepted as it is, unless it is a web page: those come from
        proxies and maintenance pages.
        """
        kind = self.headers.get("Content-Type", "application/json").partition(";")[0].strip().lower()
        if self.broken:
            return self.broken
        if kind == "text/html":
            return WEB_PAGE
        if kind == "application/json":
            if not self.content and self.status == 200:
                return "it is empty"
            try:
                self.data  # noqa: B018
            except ValueError:
                return "it is not JSON"
        return ""

    def is_json(self) -> bool:
        """Return whether its content type is JSON (RFC 8259, RFC 6839); without one it counts as JSON."""
        kind = self.headers.get("Content-Type", "application/json").partition(";")[0].strip().lower()
        return kind in {"application/json", "text/json"} or kind.endswith("+json")

    def is_sound(self) -> bool:
        """Return whether the body is complete and readable."""
        return not self.damage()

    def clock_offset(self) -> float | None:
        """Return the seconds by which the server's clock is ahead of ours; None when the response does not show it.

        Measured against the middle between sending and receiving. A response from a cache (with ``Age``) shows
        nothing.
        """
        # Imported lazily: only a refused signature asks, and an ordinary module saves 1 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import http_date

        date = http_date(self.headers.get("Date"))
        return None if date is None or "Age" in self.headers else date - (self.sent_at + self.got_at) / 2

    def correlation_id(self) -> str | None:
        """Return the id by which the service's support finds this request, if it sent one."""
        return next((self.headers[name] for name in CORRELATION_HEADERS if name in self.headers), None)
