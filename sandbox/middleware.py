# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common handling of all requests: admission, faults, headers of responses, the log."""

from __future__ import annotations

import asyncio
import time
import traceback
from ipaddress import IPv6Address, ip_address
from urllib.parse import parse_qsl, urlencode

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import fault_endings, unusual
from sandbox.call import Call, Response
from sandbox.context import Context
from sandbox.errors import ApiError, too_many_requests
from sandbox.fault_alterations import alter
from sandbox.faults import ActiveFaults
from sandbox.service import Service


class SandboxMiddleware:
    """ASGI middleware around the application."""

    def __init__(self, app: ASGIApp, service: Service, context: Context) -> None:
        self._app = app
        self._service = service
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or self._is_beside(scope["path"]):
            await self._app(scope, receive, send)
            return
        # Before the body is read: an order with an incomplete body has reached the server too.
        self._service.arrived(self._context, scope["method"], scope["path"])
        call = await _read(scope, receive)
        if self._service.is_tolerant:
            scope = _without_final_slash(scope, call)
        active = self._context.faults.meet(call.method, call.path)
        await asyncio.sleep(self._context.options.latency_ms / 1000 + active.seconds("delay"))
        call.now = time.time() + active.seconds("clock_skew")
        rule = active.ending
        if rule is None or fault_endings.acts(rule):
            response = await self._act(call, scope, active)
            alter(response, active.alterations)
        else:
            response = self._complete(Response(200), call)
        if rule is None:
            self._context.log.write(call, response, fault=active.alters)
            await fault_endings.send_response(send, response)
        else:
            await fault_endings.end(self._service, self._context, call, response, rule, receive, send)

    def _is_beside(self, path: str) -> bool:
        """Return whether a path belongs to the control endpoints or the console instead of the service."""
        return path.startswith("/_sandbox/") or (path == "/" and self._service.console_groups is not None)

    async def _act(self, call: Call, scope: Scope, active: ActiveFaults) -> Response:
        """Execute the request and complete its response."""
        context, service = self._context, self._service
        try:
            self._admit(call, active)
            service.settle(context)
            service.before(context, call, active)
            with unusual.noted_in(call.unusual if service.is_tolerant else None):
                response = await _execute(self._app, _capped(scope, active.page_cap), call.body)
            service.after(context, call, response, active)
        except ApiError as error:
            response = service.refuse(error)
        except Exception:
            traceback.print_exc()
            response = service.refuse(
                ApiError(500, "internal_server_error", "Internal error of the sandbox; see its standard error.")
            )
        return self._complete(response, call)

    def _admit(self, call: Call, active: ActiveFaults) -> None:
        """Check address, credentials and rate limit."""
        address = ip_address(call.client[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if not any(address in network for network in self._context.options.allow):
            raise ApiError(401, "authorization_ip_address_invalid", f"The address {address} is not on the allow-list.")
        if self._service.is_open(call.path):
            return
        key = self._context.authenticate(call, active)
        if self._service.is_metered(call.path) and not self._context.limiter.take(key):
            raise too_many_requests(self._context.limiter.meter(key).seconds)

    def _complete(self, response: Response, call: Call) -> Response:
        return self._service.complete(
            self._context, call, response, self._context.limiter.meter(self._context.options.api_key)
        )


async def _read(scope: Scope, receive: Receive) -> Call:
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        more = message.get("more_body", False)
    return Call(
        method=scope["method"],
        path=scope["path"],
        raw_path=scope["raw_path"].decode("ascii", "replace"),
        query=scope["query_string"].decode("ascii", "replace"),
        headers=[(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]],
        body=bytes(body),
        client=tuple(scope["client"]),
    )


def _without_final_slash(scope: Scope, call: Call) -> Scope:
    """Return the request without the final slash of its path; the signature still covers the sent path."""
    if not call.raw_path.endswith("/") or call.raw_path == "/":
        return scope
    call.unusual.append("trailing slash")
    call.path = call.path.removesuffix("/")
    return {**scope, "path": call.path, "raw_path": scope["raw_path"].removesuffix(b"/")}


def _capped(scope: Scope, most: int | None) -> Scope:
    """Return the request with its page size limited to this number of items."""
    if most is None:
        return scope
    query = parse_qsl(scope["query_string"].decode("ascii", "replace"), keep_blank_values=True)
    takes = {value: str(min(int(value), most)) for name, value in query if name == "take" and value.isdecimal()}
    capped = [(name, takes.get(value, value) if name == "take" else value) for name, value in query]
    return {**scope, "query_string": urlencode(capped).encode()}


async def _execute(app: ASGIApp, scope: Scope, body: bytes) -> Response:
    """Run the application on a request that has been read, and collect its response."""
    response = Response(500)

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            response.status = message["status"]
            response.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        else:
            response.body += message.get("body", b"")

    await app(scope, receive, send)
    return response
