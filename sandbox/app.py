# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application: all routers behind the middleware."""

from __future__ import annotations

from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from sandbox import console, control
from sandbox.context import Context
from sandbox.endpoint import check_query
from sandbox.errors import ApiError, from_request_check
from sandbox.middleware import SandboxMiddleware
from sandbox.options import Options
from sandbox.service import load


def build(options: Options) -> tuple[SandboxMiddleware, Context]:
    """Open the state and build the application that serves it."""
    service = load(options.service)
    context = service.open(options)
    app = FastAPI(openapi_url=None, redirect_slashes=False)
    app.state.context = context
    app.state.service = service
    for family in service.families:
        app.include_router(family.router, prefix=service.prefix, dependencies=[Depends(check_query)])
    for version, routers in service.versions.items():
        for router in routers:
            app.include_router(router, prefix=version, dependencies=[Depends(check_query)])
    for router in service.outside:
        app.include_router(router)
    app.include_router(control.router, prefix="/_sandbox")
    local = [Depends(control.loopback_only)]
    for router in (control.guarded, service.control):
        app.include_router(router, prefix="/_sandbox", dependencies=local)
    if service.console_groups:
        app.include_router(console.page, dependencies=local)
        app.include_router(console.data, prefix="/_sandbox", dependencies=local)
    app.add_exception_handler(ApiError, _refused)
    app.add_exception_handler(RequestValidationError, _unreadable)
    app.add_exception_handler(HTTPException, _unroutable)
    return SandboxMiddleware(app, service, context), context


def _response(request: Request, error: ApiError) -> Response:
    response = request.app.state.service.refuse(error)
    return Response(response.body, response.status, dict(response.headers))


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, ApiError)
    return _response(request, error)


async def _unreadable(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    return _response(request, from_request_check(error))


async def _unroutable(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    codes = {404: "resource_not_found", 405: "method_not_allowed"}
    code = codes.get(error.status_code, "bad_request")
    return _response(request, ApiError(error.status_code, code, error.detail, dict(error.headers or {})))
