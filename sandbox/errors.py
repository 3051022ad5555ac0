# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of requests: the exceptions and their JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from fastapi.exceptions import RequestValidationError


class ApiError(Exception):
    """An error with a status, a stable code and a text for people."""

    def __init__(self, status: int, code: str, text: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(text)
        self.status = status
        self.code = code
        self.headers = headers or {}


class Problem(NamedTuple):
    """One mistake in a request."""

    code: str
    text: str
    place: str = ""
    """The property or parameter, with its parents."""


class Invalid(ApiError):
    """A 400 with a list of problems; a single problem may be given as code and text."""

    def __init__(self, code: str = "", text: str = "", problems: Sequence[Problem] = ()) -> None:
        self.problems = list(problems) or [Problem(code, text)]
        super().__init__(400, self.problems[0].code, self.problems[0].text)


class Gone(ApiError):
    """A 410: the object no longer exists."""

    def __init__(self) -> None:
        super().__init__(410, "gone", "gone")


def too_many_requests(retry_after: object) -> ApiError:
    """Return the 429 with its Retry-After, usually seconds (None: without)."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return ApiError(429, "rate_limit_exceeded", "Too many requests, retry later.", headers)


def not_found(what: str, name: object) -> ApiError:
    """Return a 404 for one object."""
    return ApiError(404, f"{what}_not_found", f"There is no {what.replace('_', ' ')} {name}.")


def from_request_check(error: RequestValidationError) -> ApiError:
    """Convert the framework's validation errors; the result never repeats the sent values."""
    if any(found["type"] == "json_invalid" for found in error.errors()):
        return ApiError(400, "request_body_malformed", "The request body is not valid JSON.")
    return Invalid(problems=[_problem(found) for found in error.errors()])


_KINDS = {"missing": "required", "extra_forbidden": "unknown"}


def _problem(found: dict[str, Any]) -> Problem:
    place = [str(part) for part in found["loc"][1:]]
    name = ".".join(place) or "request_body"
    kind = _KINDS.get(found["type"], "invalid")
    return Problem(f"{place[-1] if place else name}_{kind}", f"{name}: {found['msg']}", name)
