# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between the services that the sandbox can be: one description each, in ``sandbox/<name>/service.py``.

Everything else (the gate, faults, the state, the clock, the exchange log, the control endpoints) is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

from sandbox.call import Answer, Call
from sandbox.errors import ApiError
from sandbox.faults import Active
from sandbox.options import Options
from sandbox.ratelimit import Meter

if TYPE_CHECKING:
    from sandbox.console import Group
    from sandbox.world import World

Authenticate = Callable[[Call, Active], str]
"""Finds out whose request this is, under which name it is counted, or raises a 401."""


def _nothing(world: World) -> None:
    pass


def _no_counts(world: World) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Service:
    """One service.

    :param title: what people call it.
    :param prefix: what the paths of its operations begin with, such as ``/v2``.
    :param families: modules with a ``router`` of operations below the prefix and maybe a ``SCHEMA`` of tables.
    :param parts: further modules that have a ``SCHEMA``.
    :param authenticator: makes what checks the credentials of each request.
    :param meter: the headers that tell about the rate limit, at a time in seconds since 1970.
    :param refuse: turns a refusal into an answer.
    :param steering: what tests can do to this service alone, below ``/_sandbox``.
    :param counted: tables whose rows ``/_sandbox/state`` counts; ``counts`` is what else it tells.
    :param outside: routers outside of the prefix, whose paths begin with one of ``open_paths``: these need no
        credentials and do not count.
    :param unmetered_paths: paths that do not count either.
    :param begin: fills a state that was just opened.
    :param settle: brings about what has become due.
    :param arrived: sees method and decoded path of each request as soon as its headers are complete.
    :param before: sees each admitted request, with its faults, before it is executed.
    :param panel: what the console shows of it; without one there is no console.
    :param after: sees it and its answer afterwards.
    :param is_tolerant: whether it ignores what it does not know in a request; the exchange log names that.
    """

    title: str
    prefix: str
    families: Sequence[ModuleType]
    authenticator: Callable[[Options], Authenticate]
    meter: Callable[[World, Meter, float], dict[str, str]]
    refuse: Callable[[ApiError], Answer]
    steering: APIRouter
    counted: Sequence[str]
    parts: Sequence[ModuleType] = ()
    counts: Callable[[World], dict[str, Any]] = _no_counts
    outside: Sequence[APIRouter] = ()
    open_paths: tuple[str, ...] = ()
    unmetered_paths: frozenset[str] = field(default_factory=frozenset)
    begin: Callable[[World], None] = _nothing
    settle: Callable[[World], None] = _nothing
    panel: Callable[[World], list[Group]] | None = None
    arrived: Callable[[World, str, str], None] = lambda world, method, path: None
    before: Callable[[World, Call, Active], None] = lambda world, call, active: None
    after: Callable[[World, Call, Answer, Active], None] = lambda world, call, answer, active: None
    is_tolerant: bool = False

    @property
    def schemas(self) -> list[str]:
        """The tables of all its parts."""
        return [module.SCHEMA for module in (*self.parts, *self.families) if hasattr(module, "SCHEMA")]

    def is_open(self, path: str) -> bool:
        """Whether everybody may read this path."""
        return path.startswith(self.open_paths)

    def is_metered(self, path: str) -> bool:
        """Whether requests for this path count, and their answers tell about the rate limit."""
        return not self.is_open(path) and path not in self.unmetered_paths


def load(name: str) -> Service:
    """The description of the service of this name."""
    service: Service = import_module(f"sandbox.{name}.service").SERVICE
    return service
