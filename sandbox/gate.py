# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What happens to every request, whatever it asks for: admission, faults, the headers of each answer, the log."""

from __future__ import annotations

import asyncio
import time
import traceback
from email.utils import formatdate
from ipaddress import IPv6Address, ip_address

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sandbox import certificates, jobs, later, sabotage
from sandbox.call import Answer, Call
from sandbox.errors import ApiError, too_many_requests
from sandbox.faults import Active
from sandbox.world import World

PAYING_POSTS = {
    "/v2/accounts": "POST /accounts",
    "/v2/mysqldatabases": "POST /mysqldatabases",
    "/v2/mysqldatabases/*/users": "POST /mysqldatabases/{databaseName}/users",
    "/v2/domains/registrations": "POST /domains/registrations",
    "/v2/domains/transfers": "POST /domains/transfers",
    "/v2/sslcertificaterequests": "POST /sslcertificaterequests",
}
"""The POSTs that cost money or provision, by their path, with the names under which they are counted."""

_JOB_PATH = "/v2/provisioningjobs/"
_JOB_FAULTS = {"job_fail": "failed", "job_cancel": "cancelled", "job_stall": "ongoing"}


class Gate:
    """ASGI middleware around the application."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http" or scope["path"].startswith("/_sandbox/"):
            await self._app(scope, receive, send)
            return
        call = await _read(scope, receive)
        active = self._world.faults.meet(call.method, call.path)
        await asyncio.sleep(self._world.options.latency_ms / 1000 + active.seconds("delay"))
        rule = active.ending
        if rule is None or sabotage.acts(rule):
            answer = await self._act(call, scope, active)
        else:
            answer = self._complete(Answer(200), call, active)
        if rule is None:
            self._world.log.write(call, answer)
            await sabotage.send_answer(send, answer)
        else:
            await sabotage.end(self._world, call, answer, rule, receive, send)

    async def _act(self, call: Call, scope: Scope, active: Active) -> Answer:
        """Execute the request and complete its answer."""
        try:
            self._admit(call, active)
            jobs.settle(self._world)
            later.settle(self._world)
            certificates.settle(self._world)
            if call.method == "GET":
                self._doom_job(call.path, active, at_once=True)
            answer = await _execute(self._app, scope, call.body)
            if call.method == "POST":
                self._count_order(call, answer)
                self._doom_job(answer.header("Location") or "", active, at_once=False)
        except ApiError as error:
            answer = Answer.of(error.status, error.body(), error.headers)
        except Exception:
            traceback.print_exc()
            refusal = ApiError(
                500, "internal_server_error", "The sandbox made a mistake; its standard error tells more."
            )
            answer = Answer.of(refusal.status, refusal.body())
        return self._complete(answer, call, active)

    def _admit(self, call: Call, active: Active) -> None:
        """Check address, signature and rate limit."""
        address = ip_address(call.client[0])
        if isinstance(address, IPv6Address) and address.ipv4_mapped:
            address = address.ipv4_mapped
        if not any(address in network for network in self._world.options.allow):
            raise ApiError(401, "authorization_ip_address_invalid", f"The address {address} is not on the allow-list.")
        now = time.time() + active.seconds("clock_skew")
        signed = call.header("authorization")
        key = self._world.signatures.check(signed, call.method, call.target, call.body, now=now, cases=active.cases)
        if not self._world.limiter.take(key):
            raise too_many_requests(self._world.limiter.seconds_to_reset(key))

    def _complete(self, answer: Answer, call: Call, active: Active) -> Answer:
        """Add what each answer has: the date and the four headers of the rate limit."""
        date = formatdate(time.time() + active.seconds("clock_skew"), usegmt=True)
        meter = self._world.limiter.headers(self._world.options.api_key)
        for name, value in {"Date": date, **meter}.items():
            answer.set_header(name, value)
        if answer.header("Content-Length") is None and answer.status != 204:
            answer.set_header("Content-Length", str(len(answer.body)))
        return answer

    def _count_order(self, call: Call, answer: Answer) -> None:
        name = paying_post(call.path)
        if name:
            self._world.store.count_up(f"{'orders' if answer.status < 400 else 'refused_orders'}:{name}")

    def _doom_job(self, job_path: str, active: Active, *, at_once: bool) -> None:
        """Let a fault decide how the job at this path ends: when it is due, or before its poll is answered."""
        if not job_path.startswith(_JOB_PATH):
            return
        for fault, outcome in _JOB_FAULTS.items():
            rule = active.conditions.get(fault)
            if rule:
                polls = rule.parameters.get("until_polls")
                job_id = job_path.removeprefix(_JOB_PATH)
                jobs.doom(self._world, job_id, outcome, at_once=at_once, until_polls=polls)
        if at_once:
            jobs.settle(self._world)


def paying_post(path: str) -> str | None:
    """The name under which a POST to this path is counted, if it is one that costs money or provisions."""
    parts = path.split("/")
    for pattern, name in PAYING_POSTS.items():
        wanted = pattern.split("/")
        if len(parts) == len(wanted) and all(want in ("*", part) for want, part in zip(wanted, parts, strict=True)):
            return name
    return None


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


async def _execute(app: ASGIApp, scope: Scope, body: bytes) -> Answer:
    """Run the application on a request that has been read, and collect its answer."""
    answer = Answer(500)

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            answer.status = message["status"]
            answer.headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in message["headers"]]
        else:
            answer.body += message.get("body", b"")

    await app(scope, receive, send)
    return answer
