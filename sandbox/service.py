# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the services that the sandbox can serve: one description each in ``sandbox/<name>/service.py``.

Everything else (middleware, faults, state, clock, exchange log, control endpoints) is the same for all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.utils import formatdate
from importlib import import_module
from types import ModuleType
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request

from sandbox.browser import Browser
from sandbox.call import Call, Response
from sandbox.clock import Clock
from sandbox.console.tables import Group, Guide
from sandbox.context import Authenticate, Context
from sandbox.errors import ApiError
from sandbox.exchange_log import ExchangeLog
from sandbox.faults import ActiveFaults, Faults
from sandbox.options import Options
from sandbox.rate_limit import Meter, RateLimiter
from sandbox.store import Store


def _do_nothing(context: Context) -> None:
    pass


def _no_counts(context: Context) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Service:
    """The description of one service.

    :param title: its name in the console.
    :param prefix: the first part of the paths of its operations, such as ``/v2``.
    :param families: modules with a ``router`` of operations below the prefix and, optionally, a ``SCHEMA`` of tables.
    :param versions: the routers of operations of other versions, by the first part of their paths.
    :param parts: further modules with a ``SCHEMA``.
    :param authenticator: returns the function that checks the credentials of each request.
    :param meter: returns the rate limit headers for a time in seconds since 1970.
    :param refuse: turns an error into a response.
    :param control: control endpoints of this service only, below ``/_sandbox``.
    :param counted: tables whose rows ``/_sandbox/state`` counts; ``counts`` returns its further entries.
    :param outside: routers outside the prefix, whose paths begin with one of ``open_paths``: requests for these need
        no credentials and do not count towards the rate limit.
    :param unmetered_paths: further paths that do not count.
    :param begin: fills a state that was just opened.
    :param settle: applies everything that is due.
    :param arrived: called with the method and the decoded path of each request once its headers are complete.
    :param before: called with each admitted request and its faults before it is executed.
    :param console_groups: returns what the console shows; without it the service has no console.
    :param console_guide: returns what it shows while there are no groups: how to connect.
    :param after: called with the request, its response and its faults after it was executed.
    :param is_tolerant: whether the service ignores unknown parts of a request; the exchange log names them.
    """

    title: str
    prefix: str
    families: Sequence[ModuleType]
    authenticator: Callable[[Options], Authenticate]
    meter: Callable[[Context, Meter, float], dict[str, str]]
    refuse: Callable[[ApiError], Response]
    control: APIRouter
    counted: Sequence[str]
    versions: Mapping[str, Sequence[APIRouter]] = field(default_factory=dict)
    parts: Sequence[ModuleType] = ()
    counts: Callable[[Context], dict[str, Any]] = _no_counts
    outside: Sequence[APIRouter] = ()
    open_paths: tuple[str, ...] = ()
    unmetered_paths: frozenset[str] = field(default_factory=frozenset)
    begin: Callable[[Context], None] = _do_nothing
    settle: Callable[[Context], None] = _do_nothing
    console_groups: Callable[[Context], list[Group]] | None = None
    console_guide: Callable[[Context], Guide] | None = None
    arrived: Callable[[Context, str, str], None] = lambda context, method, path: None
    before: Callable[[Context, Call, ActiveFaults], None] = lambda context, call, active: None
    after: Callable[[Context, Call, Response, ActiveFaults], None] = lambda context, call, response, active: None
    is_tolerant: bool = False

    @property
    def schemas(self) -> list[str]:
        """The tables of all parts and families."""
        return [module.SCHEMA for module in (*self.parts, *self.families) if hasattr(module, "SCHEMA")]

    def is_open(self, path: str) -> bool:
        """Return whether this path needs no credentials."""
        return path.startswith(self.open_paths)

    def is_metered(self, path: str) -> bool:
        """Return whether requests for this path count towards the rate limit and their responses have its headers."""
        return not self.is_open(path) and path not in self.unmetered_paths

    def open(self, options: Options) -> Context:
        """Open the state of this service and build the parts around it."""
        store = Store(options.state, self.schemas)
        clock = Clock(store)
        context = Context(
            options=options,
            store=store,
            clock=clock,
            faults=Faults(options.faults, self.prefix),
            limiter=RateLimiter(options.rate_limit, clock),
            authenticate=self.authenticator(options),
            log=ExchangeLog(options.exchange_log),
            duplicates=options.duplicates,
            browser=Browser(options.allowed_pages),
            longest_database_name=options.longest_database_name,
        )
        self.begin(context)
        return context

    def complete(self, context: Context, call: Call, response: Response, meter: Meter) -> Response:
        """Add the headers that every response has: the date, the length and the state of the rate limit."""
        headers = {"Date": formatdate(call.now, usegmt=True)}
        if self.is_metered(call.path):
            headers |= self.meter(context, meter, call.now)
        for name, value in headers.items():
            response.set_header(name, value)
        if response.header("Content-Length") is None and response.status not in (204, 304):
            response.set_header("Content-Length", str(len(response.body)))
        return response


def load(name: str) -> Service:
    """Return the description of the service of this name."""
    service: Service = import_module(f"sandbox.{name}.service").SERVICE
    return service


def _service(request: Request) -> Service:
    service: Service = request.app.state.service
    return service


CurrentService = Annotated[Service, Depends(_service)]
"""What a handler declares to get the `Service`."""
