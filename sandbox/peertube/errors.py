# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors as PeerTube returns them: problem documents (RFC 9457), and the forms of other parts of the server."""

from __future__ import annotations

from typing import Any

from sandbox import call
from sandbox.errors import ApiError, Invalid

DOCS = "https://docs.joinpeertube.org/api-rest-reference.html"
_TITLES = {
    400: "Bad Request",
    401: "Unauthorized",
    403: "Forbidden",
    404: "Not Found",
    409: "Conflict",
    413: "Payload Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Entity",
    429: "Too Many Requests",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
UNKNOWN_PATH = "unknown_path"
"""The code of a path or method that does not exist."""
PLAIN = "plain"
"""The code of an error whose body is a text."""
TOO_MANY = "Too many requests, please try again later."


class PeerTubeError(ApiError):
    """An error with its own body.

    :param body: what is returned, without what depends on the request; see `routing.Routes`.
    """

    def __init__(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        super().__init__(status, str(body.get("code", "")), str(body.get("detail", "")), headers)
        self.body = body
        self.keeps_changes = False


def problem(status: int, detail: str, code: str = "", **more: Any) -> PeerTubeError:
    """Return an error in the usual form; one with a code has no title."""
    named: dict[str, Any] = (
        {"type": f"{DOCS}#section/Errors/{code}", "code": code}
        if code
        else {"type": "about:blank", "title": _TITLES[status]}
    )
    return PeerTubeError(status, {**named, "detail": detail, "status": status, **more, "error": detail})


def not_found(what: str) -> PeerTubeError:
    """Return the 404 of something that does not exist."""
    return problem(404, f"{what} not found")


def plain(status: int, text: str) -> ApiError:
    """Return an error whose body is a text."""
    return ApiError(status, PLAIN, text)


def plain_not_found() -> ApiError:
    """Return the 404 whose body is a text."""
    return plain(404, "Not Found")


def crash(detail: str, code: str = "TypeError") -> PeerTubeError:
    """Return the 500 of a request that the real server does not handle."""
    return problem(500, detail, code)


def uploads(status: int, code: str, message: str, **more: str) -> PeerTubeError:
    """Return an error of a resumable upload."""
    return PeerTubeError(status, {"error": {**more, "code": code, "message": message}})


def too_many_requests(retry_after: int, headers: dict[str, str]) -> ApiError:
    """Return the 429, whose body is a text."""
    return ApiError(429, "rate_limit_exceeded", TOO_MANY, {"Retry-After": str(retry_after), **headers})


def unknown_path() -> ApiError:
    """Return the 400 without a body of a path or method that does not exist."""
    return ApiError(400, UNKNOWN_PATH, "")


def refuse(error: ApiError) -> call.Response:
    """Return the response of an error."""
    if error.status == 429:
        response = call.Response(429, list(error.headers.items()))
        response.set_body(TOO_MANY.encode(), "text/html; charset=utf-8")
        return response
    if error.code == PLAIN:
        response = call.Response(error.status, [])
        response.set_body(str(error).encode(), "text/plain; charset=utf-8")
        return response
    if isinstance(error, PeerTubeError):
        body = error.body
    elif error.status in (404, 405) or error.code == UNKNOWN_PATH:
        return call.Response(400, [])
    elif isinstance(error, Invalid):
        # Only control endpoints check their bodies in the common way.
        body = {"code": error.code, "detail": "; ".join(found.text for found in error.problems)}
    else:
        body = problem(error.status if error.status in _TITLES else 500, str(error)).body
    response = call.Response.of(error.status, body, error.headers)
    if "status" in body:
        response.set_header("Content-Type", "application/problem+json; charset=utf-8")
    return response
