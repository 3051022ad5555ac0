# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/_sandbox``: control endpoints for tests; only from this machine, neither counted nor logged."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from fastapi import APIRouter, Request

from sandbox.context import CurrentContext
from sandbox.endpoint import Body
from sandbox.errors import ApiError, Invalid
from sandbox.service import CurrentService

_DEFAULT_PORTS = (80, 443)


def loopback_only(request: Request) -> None:
    """Refuse callers from other machines, and web pages of other origins in a browser on this machine.

    A page whose name resolves to 127.0.0.1 (DNS rebinding) reaches the sandbox from this machine, but its browser sends
    that name as ``Host``; any other page sends its own address as ``Origin``.
    """
    if request.client is None or not ip_address(request.client.host).is_loopback:
        raise ApiError(403, "loopback_only", "Allowed only from this machine.")
    port = request.scope["server"][1]
    if not _is_own(f"//{request.headers.get('host', '')}", port):
        raise ApiError(403, "host_not_allowed", f"Host must be localhost or a loopback address, with port {port}.")
    origin = request.headers.get("origin")
    if origin is not None and not _is_own(origin, port):
        raise ApiError(403, "origin_not_allowed", "Allowed only for pages of the sandbox.")


def _is_own(address: str, port: int) -> bool:
    """Return whether an address is a loopback address with the port of the sandbox."""
    try:
        parts = urlsplit(address)
        named = parts.port
        host = parts.hostname or ""
        is_local = host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
    return is_local and (named == port or (named is None and port in _DEFAULT_PORTS))


router = APIRouter()
guarded = APIRouter()
"""Endpoints for callers on this machine only; those of services are guarded in the same way."""


class Advance(Body):
    """How far to advance the virtual clock, in seconds, negative to set it back; and whether it then stands still."""

    advance: float
    hold: bool = False


@router.get("/health")
async def health() -> dict[str, str]:
    """Respond as soon as the sandbox is ready; needs no credentials."""
    return {"status": "ok"}


@guarded.get("/state")
async def state(service: CurrentService, context: CurrentContext) -> dict[str, Any]:
    """Return the numbers of existing objects, and the further counts of the service."""
    service.settle(context)
    counts: dict[str, Any] = {table: context.store.value(f"SELECT count(*) FROM {table}") for table in service.counted}
    return {**counts, **service.counts(context)}


@guarded.get("/clock")
async def read_clock(context: CurrentContext) -> dict[str, float]:
    """Return the virtual time, in seconds since 1970."""
    return {"now": context.clock.now()}


@guarded.put("/clock")
async def advance_clock(service: CurrentService, context: CurrentContext, change: Advance) -> dict[str, float]:
    """Move the virtual clock."""
    if change.hold:
        context.clock.hold()
    context.clock.advance(change.advance)
    service.settle(context)
    return {"now": context.clock.now()}


@guarded.get("/faults")
async def read_faults(context: CurrentContext) -> list[dict[str, Any]]:
    """Return the fault rules with their counts."""
    return context.faults.shown()


@guarded.put("/faults")
async def replace_faults(context: CurrentContext, rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Replace the fault rules."""
    try:
        context.faults.replace(rules)
    except ValueError as error:
        raise Invalid("fault_invalid", str(error)) from error
    for rule in context.faults.rules:
        if rule.at_once:
            rule.fired += 1
            # A moment later, so that this response still gets through.
            asyncio.get_running_loop().call_later(0.05, context.refuse_connections, rule.parameters["seconds"])
    return context.faults.shown()
