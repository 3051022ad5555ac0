# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that one running sandbox knows, in one object that each handler gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from sandbox.clock import Clock
from sandbox.exchange_log import ExchangeLog
from sandbox.faults import Faults
from sandbox.options import Options
from sandbox.ratelimit import RateLimiter
from sandbox.signature import SignatureCheck
from sandbox.store import Store


@dataclass
class World:
    """The parts of one sandbox; ``refuse_connections`` is put in by the server that runs it."""

    options: Options
    store: Store
    clock: Clock
    faults: Faults
    limiter: RateLimiter
    signatures: SignatureCheck
    log: ExchangeLog
    refuse_connections: Callable[[float], None] = field(default=lambda seconds: None)

    @classmethod
    def open(cls, options: Options, schemas: list[str]) -> World:
        """Open the state with these tables and build the parts around it."""
        store = Store(options.state, schemas)
        clock = Clock(store)
        return cls(
            options=options,
            store=store,
            clock=clock,
            faults=Faults(options.faults),
            limiter=RateLimiter(options.rate_limit, clock),
            signatures=SignatureCheck(options.api_key, options.api_secret),
            log=ExchangeLog(options.exchange_log),
        )

    def close(self) -> None:
        """Release the files."""
        self.store.close()
        self.log.close()


def _world(request: Request) -> World:
    world: World = request.app.state.world
    return world


Sandbox = Annotated[World, Depends(_world)]
"""What a handler declares to get the world."""
