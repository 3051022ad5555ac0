# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The format of responses: JSON, or JSON with HAL if the request accepts it; and of errors."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.responses import JSONResponse, Response

from sandbox import call
from sandbox.errors import ApiError, Invalid, Problem

HAL = "application/hal+json"


@dataclass
class Resource:
    """A resource as shown: its properties, its links, and its embedded resources."""

    properties: dict[str, Any]
    links: dict[str, str] = field(default_factory=dict)
    embedded: dict[str, Any] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """Return the JSON, with embedded resources among the properties."""
        return {**self.properties, **{name: _plain(inner) for name, inner in self.embedded.items()}}

    def hal(self) -> dict[str, Any]:
        """Return the JSON with HAL."""
        shown = {**self.properties, "_links": {name: {"href": path} for name, path in self.links.items()}}
        if self.embedded:
            shown["_embedded"] = {name: _hal(inner) for name, inner in self.embedded.items()}
        return shown


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value.plain() if isinstance(value, Resource) else value


def _hal(value: Any) -> Any:
    if isinstance(value, list):
        return [_hal(item) for item in value]
    return value.hal() if isinstance(value, Resource) else value


Show = Callable[..., Response]


def _show(request: Request) -> Show:
    wants_hal = HAL in request.headers.get("accept", "")

    def show(value: Any, status: int = 200) -> Response:
        if wants_hal:
            return JSONResponse(_hal(value), status, media_type=HAL)
        return JSONResponse(_plain(value), status)

    return show


Shown = Annotated[Show, Depends(_show)]
"""What a handler declares to respond with resources, lists of them, or plain data, in the accepted form."""


def nothing() -> Response:
    """204."""
    return Response(status_code=204)


def done() -> Response:
    """200 without a body."""
    return Response(status_code=200)


def wrong(place: str, text: str) -> Invalid:
    """Return a 400 for one property or parameter."""
    return Invalid(problems=[Problem("invalid", text, place)])


class _Refused(ApiError):
    """A 400 with a plain text."""


class _WrongFormula(ApiError):
    """A 400 with texts by property, and nothing else."""


def refused(text: str) -> ApiError:
    """Return a 400 for what the request as a whole would lead to."""
    return _Refused(400, "refused", text)


def wrong_formula(place: str, text: str) -> ApiError:
    """Return a 400 for one property of what a setting of a V2 config is to serve."""
    return _WrongFormula(400, place, text)


def refuse(error: ApiError) -> call.Response:
    """Return the response of a refusal."""
    if error.status == 401:
        return call.Response(401, [("WWW-Authenticate", 'Basic realm="configcat"')])
    if isinstance(error, _Refused):
        return call.Response(400, [("Content-Type", "text/plain; charset=utf-8")], str(error).encode())
    if isinstance(error, _WrongFormula):
        return call.Response.of(400, {error.code: [str(error)]}, error.headers)
    body: dict[str, Any] = {"title": str(error), "status": error.status}
    if isinstance(error, Invalid):
        found: dict[str, list[str]] = {}
        for problem in error.problems:
            found.setdefault(problem.place, []).append(problem.text)
        body |= {"title": "The request is not valid.", "errors": found}
    response = call.Response.of(error.status, body, error.headers)
    response.set_header("Content-Type", "application/problem+json; charset=utf-8")
    return response
