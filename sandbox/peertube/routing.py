# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How handlers are registered: with the login and role that they require."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse, Response

from sandbox.context import Context
from sandbox.peertube.ask import HOST, USER, Ask, parse_query, read_body
from sandbox.peertube.errors import DOCS, PeerTubeError, problem, unknown_path
from sandbox.peertube.tables import Row, Tables

Handler = Callable[[Ask], Any]
"""Returns a response, or what becomes JSON; None becomes a 204."""


class Routes:
    """The operations of a family: ``router`` has them."""

    def __init__(self) -> None:
        self.router = APIRouter()

    def add(
        self,
        method: str,
        path: str,
        *,
        login: bool | None = True,
        role: int = USER,
        right: int = 1,
        docs: str = "",
        only: str = "",
        reads: bool = True,
        late_docs: bool = False,
    ) -> Callable[[Handler], Handler]:
        """Return a decorator that registers a handler.

        :param login: whether a login is required; None: it is not, and a token is not looked at.
        :param role: the least role that may call it.
        :param right: the number that the 403 names.
        :param docs: the operation that error responses refer to.
        :param only: the version that has it; empty: both.
        :param late_docs: whether the error of a missing login refers to no operation.
        :param reads: whether the body is read as its type says.
        """

        def decorate(handler: Handler) -> Handler:
            async def endpoint(request: Request) -> Response:
                ask = _ask(request, await request.body())
                if only and only != ("8.2" if ask.newer else "6.3"):
                    raise unknown_path()
                try:
                    if reads:
                        read_body(ask)
                    if login is not None:
                        authenticate(ask, needed=login)
                    if role < USER and not ask.has_role(role):
                        shown = f"/{'/'.join(ask.path.split('/')[4:])}"
                        who = ask.me["username"]
                        raise problem(403, f"User {who} does not have right {right} to access to {shown}.")
                    return _respond(ask, handler)
                except PeerTubeError as error:
                    _complete(ask, error, "" if late_docs and ask.user is None else docs)
                    raise

            self.router.add_api_route(path, endpoint, methods=[method], name=f"{method} {path}")
            return handler

        return decorate


def _respond(ask: Ask, handler: Handler) -> Response:
    """Return the response of a handler; an error takes back what was written, unless it says otherwise."""
    kept: PeerTubeError | None = None
    with ask.context.store.transaction():
        try:
            return _response(handler(ask))
        except PeerTubeError as error:
            if not error.keeps_changes:
                raise
            kept = error
    raise kept


def _complete(ask: Ask, error: PeerTubeError, docs: str) -> None:
    """Add to an error what depends on its request."""
    if "detail" not in error.body:
        return
    if docs:
        error.body["docs"] = f"{DOCS}#operation/{docs}"
    if ask.newer:
        error.body.pop("error", None)


def _ask(request: Request, body: bytes) -> Ask:
    context: Context = request.app.state.context
    return Ask(
        context=context,
        method=request.method,
        path=request.url.path,
        params=dict(request.path_params),
        headers={name.lower(): value for name, value in request.headers.items()},
        raw=body,
        newer=is_newer(context),
        now=context.clock.now(),
        own_host=HOST.read(context.store) or request.headers.get("host", ""),
        query=parse_query(request.url.query),
    )


def is_newer(context: Context) -> bool:
    """Return whether the sandbox serves 8.2."""
    return context.options.peertube_version == "8.2"


def _response(value: Any) -> Response:
    if isinstance(value, Response):
        return value
    if value is None:
        return Response(status_code=204)
    return JSONResponse(value, media_type="application/json; charset=utf-8")


def find_token(tables: Tables, header: str, now: float) -> Row | None:
    """Return the valid access token of an ``Authorization`` header, or None."""
    scheme, _space, given = header.partition(" ")
    row = tables.tokens.one(access=given.strip()) if scheme.lower() == "bearer" else None
    return row if row is not None and row["access_until"] > now else None


def authenticate(ask: Ask, *, needed: bool) -> None:
    """Find out who calls.

    :raises PeerTubeError: the token is missing or invalid.
    """
    header = ask.headers.get("authorization")
    if not header:
        if needed:
            raise problem(401, "Token is invalid", "unauthorized_request")
        return
    if not header.lower().startswith("bearer "):
        raise problem(400, "Token is invalid", "invalid_request")
    ask.token = find_token(ask.tables, header, ask.now)
    ask.user = ask.tables.users.get(ask.token["user_id"]) if ask.token else None
    if ask.user is None:
        raise problem(401, "Token is invalid", "invalid_token")
