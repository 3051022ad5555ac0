# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of one running sandbox, in one object that each handler gets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request

from sandbox.browser import Browser
from sandbox.call import Call
from sandbox.clock import Clock
from sandbox.exchange_log import ExchangeLog
from sandbox.faults import ActiveFaults, Faults
from sandbox.options import Options
from sandbox.rate_limit import RateLimiter
from sandbox.store import Store

Authenticate = Callable[[Call, ActiveFaults], str]
"""Checks the credentials of a request and returns the name under which it is counted; raises a 401."""


@dataclass
class Context:
    """The parts of one sandbox. The server that runs it sets ``refuse_connections``."""

    options: Options
    store: Store
    clock: Clock
    faults: Faults
    limiter: RateLimiter
    authenticate: Authenticate
    log: ExchangeLog
    duplicates: str
    """What happens to a second paying order of the same natural key: ``accept`` or ``refuse``."""
    browser: Browser
    """The browser of services that render pages; its process starts with the first page."""
    longest_database_name: int | None = None
    """The number of characters to which the names of new databases are cut, without their prefix; None keeps them."""
    parts: dict[str, Any] = field(default_factory=dict)
    """What a service keeps while it runs, by names that the service chooses."""
    refuse_connections: Callable[[float], None] = field(default=lambda seconds: None)

    def close(self) -> None:
        """Close the files."""
        self.store.close()
        self.log.close()


def _context(request: Request) -> Context:
    context: Context = request.app.state.context
    return context


CurrentContext = Annotated[Context, Depends(_context)]
"""What a handler declares to get the `Context`."""
