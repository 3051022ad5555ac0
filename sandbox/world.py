# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that one running sandbox knows, in one object that each handler gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import Annotated

from fastapi import Depends, Request

from sandbox.call import Answer, Call
from sandbox.clock import Clock
from sandbox.exchange_log import ExchangeLog
from sandbox.faults import Faults
from sandbox.options import Options
from sandbox.ratelimit import Meter, RateLimiter
from sandbox.service import Authenticate, Service, load
from sandbox.store import Store


@dataclass
class World:
    """The parts of one sandbox; ``refuse_connections`` is put in by the server that runs it."""

    service: Service
    options: Options
    store: Store
    clock: Clock
    faults: Faults
    limiter: RateLimiter
    authenticate: Authenticate
    log: ExchangeLog
    duplicates: str
    """Whether a second paying order of the same natural key is accepted (``accept``) or refused (``refuse``)."""
    longest_database_name: int | None = None
    """Longer names of new databases are cut to so many characters, their prefix not counted."""
    refuse_connections: Callable[[float], None] = field(default=lambda seconds: None)

    @classmethod
    def open(cls, options: Options) -> World:
        """Open the state of the service that is wanted and build the parts around it."""
        service = load(options.service)
        store = Store(options.state, service.schemas)
        clock = Clock(store)
        world = cls(
            service=service,
            options=options,
            store=store,
            clock=clock,
            faults=Faults(options.faults, service.prefix),
            limiter=RateLimiter(options.rate_limit, clock),
            authenticate=service.authenticator(options),
            log=ExchangeLog(options.exchange_log),
            duplicates=options.duplicates,
            longest_database_name=options.longest_database_name,
        )
        service.begin(world)
        return world

    def complete(self, call: Call, answer: Answer, meter: Meter) -> Answer:
        """Add what each answer has: the date, and what it tells about the rate limit."""
        headers = {"Date": formatdate(call.now, usegmt=True)}
        if self.service.is_metered(call.path):
            headers |= self.service.meter(self, meter, call.now)
        for name, value in headers.items():
            answer.set_header(name, value)
        if answer.header("Content-Length") is None and answer.status not in (204, 304):
            answer.set_header("Content-Length", str(len(answer.body)))
        return answer

    def close(self) -> None:
        """Release the files."""
        self.store.close()
        self.log.close()


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


Sandbox = Annotated[World, Depends(_world)]
"""What a handler declares to get the `World`."""
