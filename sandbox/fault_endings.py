# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that end an exchange: with another response, a broken one, or none."""

from __future__ import annotations

import asyncio

from starlette.types import Receive, Send

from sandbox import server
from sandbox.call import Call, Response
from sandbox.context import Context
from sandbox.errors import too_many_requests
from sandbox.fault_alterations import alter
from sandbox.faults import FaultRule
from sandbox.rate_limit import Meter
from sandbox.service import Service

_NOT_ACTED = ("refuse", "reset_before", "rate_limit")
_UNANSWERED = ("refuse", "reset_before", "reset_after", "timeout_after")
_SECONDS_TO_CLOSE = 5.0


def acts(rule: FaultRule) -> bool:
    """Return whether the request is executed although this fault ends it."""
    return bool(rule.parameters.get("acted", rule.fault not in _NOT_ACTED))


async def end(
    service: Service, context: Context, call: Call, response: Response, rule: FaultRule, receive: Receive, send: Send
) -> None:
    """End the exchange according to the fault; ``response`` is the response without the fault."""
    if rule.fault in _UNANSWERED:
        context.log.write(call, None, fault=rule.fault)
        await _cut_off(context, call, rule, receive)
        return
    response = _too_many(service, context, call, rule) if rule.fault == "rate_limit" else _spoilt(response, rule)
    context.log.write(call, response, fault=rule.fault)
    if rule.fault == "truncate":
        server.send_cut(call.client, response)
        await _disconnected(receive, _SECONDS_TO_CLOSE)
    elif rule.fault == "drip":
        await _drip(send, response, rule.parameters["seconds"])
    else:
        await send_response(send, response)


async def _cut_off(context: Context, call: Call, rule: FaultRule, receive: Receive) -> None:
    if rule.fault == "timeout_after":
        await _disconnected(receive, rule.parameters["seconds"])
    server.reset(call.client)
    if rule.fault == "refuse":
        context.refuse_connections(rule.parameters["seconds"])
    # The server would send a 500 if this returned before it notices the closed connection.
    await _disconnected(receive, _SECONDS_TO_CLOSE)


def _spoilt(response: Response, rule: FaultRule) -> Response:
    wanted = rule.parameters
    if rule.fault == "truncate":
        keep = wanted["keep"]
        response.body = response.body[: len(response.body) // 2 if keep is None else keep]
        response.set_header("Connection", "close")
    if rule.fault == "not_json":
        response.set_body(wanted["body"].encode(), "text/html; charset=utf-8")
    if rule.fault == "status":
        # An error independent of the executed request: nothing of the true response is left.
        for name in ("Location", "Content-Type", "Content-Disposition", "Allow", *_PAGING):
            response.set_header(name, None)
        response.body = b""
        response.set_header("Content-Length", "0")
        alter(response, [rule])
    return response


_PAGING = ("X-Paging-Skipped", "X-Paging-Take", "X-Paging-TotalResults")


def _too_many(service: Service, context: Context, call: Call, rule: FaultRule) -> Response:
    """Return a 429 whose headers report no remaining requests."""
    retry_after = rule.parameters["retry_after"]
    meter = context.limiter.meter(context.options.api_key)
    seconds = retry_after if isinstance(retry_after, int) else meter.seconds
    if rule.parameters["reset"] is not None:
        seconds = rule.parameters["reset"]
    response = service.refuse(too_many_requests(retry_after))
    return service.complete(context, call, response, Meter(meter.limit, meter.limit, seconds))


async def send_response(send: Send, response: Response) -> None:
    """Send a response without a fault."""
    await _send_head(send, response)
    await send({"type": "http.response.body", "body": response.body, "more_body": False})


async def _drip(send: Send, response: Response, seconds_per_byte: float) -> None:
    await _send_head(send, response)
    for byte in response.body:
        await send({"type": "http.response.body", "body": bytes([byte]), "more_body": True})
        await asyncio.sleep(seconds_per_byte)
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _send_head(send: Send, response: Response) -> None:
    headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in response.headers]
    await send({"type": "http.response.start", "status": response.status, "headers": headers})


async def _disconnected(receive: Receive, seconds: float) -> None:
    """Wait until the client has disconnected, but not longer than this."""
    try:
        async with asyncio.timeout(seconds):
            while (await receive())["type"] != "http.disconnect":
                pass
    except TimeoutError:
        pass
