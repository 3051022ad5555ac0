# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The rate limits: calls by address, log-ins, sign-ups, e-mails, logs of clients."""

from __future__ import annotations

import math
import re
from typing import NamedTuple

from sandbox.call import Call, Response
from sandbox.context import Context
from sandbox.faults import ActiveFaults
from sandbox.peertube.ask import MODERATOR
from sandbox.peertube.errors import too_many_requests
from sandbox.peertube.routing import find_token, is_newer
from sandbox.peertube.tables import Row, Tables


class Limit(NamedTuple):
    """A number of calls of one address in a window of seconds."""

    name: str
    calls: int
    seconds: int


_API = Limit("api", 50, 10)
_OF_OPERATIONS = {
    ("POST", "/api/v1/users/token"): Limit("login", 15, 300),
    ("POST", "/api/v1/users/register"): Limit("signup", 2, 300),
    ("POST", "/api/v1/users/registrations/request"): Limit("signup", 2, 300),
    ("POST", "/api/v1/users/ask-send-verify-email"): Limit("email", 3, 300),
    ("POST", "/api/v1/users/registrations/ask-send-verify-email"): Limit("email", 3, 300),
    ("POST", "/api/v1/server/logs/client"): Limit("logs", 30, 60),
}
_ONLY_SUCCESS = ("signup",)
"""Limits to which failed calls do not count."""


def _limits(call: Call, *, newer: bool) -> list[Limit]:
    if not call.path.startswith("/api/v1/"):
        return []
    own = _OF_OPERATIONS.get((call.method, call.path))
    if newer and call.path == "/api/v1/users/ask-reset-password":
        own = Limit("reset", 3, 300)
    return [_API, *([own] if own else [])]


def _window(tables: Tables, call: Call, limit: Limit, now: float) -> Row:
    """Return the current window of an address."""
    forwarded = (call.header("x-forwarded-for") or "").split(",")[-1].strip()
    key = f"{limit.name} {forwarded or call.client[0]}"
    row = tables.windows.one(key=key) or tables.windows.insert(key=key, began=now, used=0)
    if not row["began"] <= now < row["began"] + limit.seconds:
        row |= {"began": now, "used": 0}
    return row


def _headers(limit: Limit, window: Row, ahead: float) -> dict[str, str]:
    """Return the headers of a limit.

    Args:
        limit: the limit.
        window: the current window, in virtual time.
        ahead: seconds that virtual time is ahead of the time in the Date header, by which clients read the reset time.
    """
    return {
        "X-RateLimit-Limit": str(limit.calls),
        "X-RateLimit-Remaining": str(max(0, limit.calls - window["used"])),
        "X-RateLimit-Reset": str(math.ceil(window["began"] + limit.seconds - ahead)),
    }


def _passes(tables: Tables, call: Call, now: float) -> bool:
    """Return whether the caller is exempt from the limit of all calls."""
    header = call.header("authorization") or ""
    token = find_token(tables, header, now) if header else None
    user = tables.users.get(token["user_id"]) if token else None
    return user is not None and user["role"] <= MODERATOR


def before(context: Context, call: Call, active: ActiveFaults) -> None:
    """Count a call, or refuse it."""
    tables, now = Tables(context.store), context.clock.now()
    for limit in _limits(call, newer=is_newer(context)):
        window = _window(tables, call, limit, now)
        is_exempt = limit is _API and _passes(tables, call, now)
        if window["used"] >= limit.calls and not is_exempt:
            rest = math.ceil(window["began"] + limit.seconds - now)
            raise too_many_requests(
                max(1, rest), {"X-Powered-By": "PeerTube", **_headers(limit, window, now - call.now)}
            )
        window["used"] += 1
        tables.windows.save(window)


def after(context: Context, call: Call, response: Response, active: ActiveFaults) -> None:
    """Add the headers of the limit, and take back what does not count."""
    tables, now = Tables(context.store), context.clock.now()
    for limit in _limits(call, newer=is_newer(context)):
        window = _window(tables, call, limit, now)
        if limit.name in _ONLY_SUCCESS and response.status >= 400:
            window["used"] = max(0, window["used"] - 1)
            tables.windows.save(window)
        for name, value in _headers(limit, window, now - call.now).items():
            response.set_header(name, value)
        if window["used"] > limit.calls:
            # An administrator: refused to others, and asked to wait nevertheless.
            response.set_header("Retry-After", str(math.ceil(window["began"] + limit.seconds - now)))
    response.set_header("X-Powered-By", "PeerTube")
    if re.match(r"application/(problem\+)?json", response.header("Content-Type") or ""):
        response.set_header("ETag", f'W/"{len(response.body):x}-{hash(response.body) & 0xFFFFFFFFFFFF:012x}"')
