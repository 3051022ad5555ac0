# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application: all routers behind the gate."""

from __future__ import annotations

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from starlette.exceptions import HTTPException

from sandbox import certificates, control, jobs, later
from sandbox.api import (
    accounts,
    dns,
    domains,
    linuxhostings,
    linuxsettings,
    linuxsites,
    mail,
    mailboxes,
    mysqldatabases,
    provisioningjobs,
    scheduledtasks,
    sshkeys,
    sslcertificaterequests,
    sslcertificates,
    windowshostings,
)
from sandbox.endpoint import refuse_unknown_query
from sandbox.errors import ApiError, from_request_check
from sandbox.gate import Gate
from sandbox.options import Options
from sandbox.world import World

_FAMILIES = (
    accounts,
    provisioningjobs,
    mysqldatabases,
    dns,
    domains,
    linuxhostings,
    linuxsettings,
    linuxsites,
    scheduledtasks,
    sshkeys,
    windowshostings,
    mail,
    mailboxes,
    sslcertificaterequests,
    sslcertificates,
)
_SCHEMAS = [module.SCHEMA for module in (jobs, later, certificates, *_FAMILIES) if hasattr(module, "SCHEMA")]


def build(options: Options) -> tuple[Gate, World]:
    """Open the state and build the application that serves it."""
    world = World.open(options, _SCHEMAS)
    if options.seed_accounts:
        control.seed_accounts(world, options.seed_accounts)
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.world = world
    for family in _FAMILIES:
        app.include_router(family.router, prefix="/v2", dependencies=[Depends(refuse_unknown_query)])
    app.include_router(control.router, prefix="/_sandbox")
    app.add_exception_handler(ApiError, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _unroutable)
    return Gate(app, world), world


def _answer(error: ApiError) -> Response:
    body = error.body()
    if body is None:
        return Response(status_code=error.status, headers=error.headers)
    return JSONResponse(body, error.status, error.headers)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return _answer(error)


async def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _answer(from_request_check(error))


async def _unroutable(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {404: "resource_not_found", 405: "method_not_allowed"}
    return _answer(
        ApiError(
            error.status_code, codes.get(error.status_code, "bad_request"), error.detail, dict(error.headers or {})
        )
    )
