# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface of a service for tests with odd values."""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

from sandbox.launcher import SandboxProcess
from tests.faults.options import Option, Options, options_of
from tests.support.playing import ROOT

Run = Callable[[str, Options], Options]


class Service(ABC):
    """One service.

    Attributes:
        name: the prefix of the names of its modules.
        roots: what the paths of its operations begin with.
        simplest: the module that represents all others for options that every module has.
        inside: the contents of dictionaries that Ansible does not check, by module and option.
        forms: the properties and parameters whose values have a canonical form.
        lines: properties that are properties that are texts of several lines.
        of_the_state: refusals that depend on the state of the API instead of the form of the input.
        without_option: kinds of errors before any request that need not name an option.
        login: the path of requests that log in, which change nothing.
        needs_a_read: options that can be refused only after reading the current state.
    """

    name: ClassVar[str]
    roots: ClassVar[tuple[str, ...]]
    simplest: ClassVar[str]
    inside: ClassVar[dict[str, dict[str, Options]]] = {}
    forms: ClassVar[dict[str, re.Pattern[str]]]
    lines: ClassVar[frozenset[str]]
    of_the_state: ClassVar[frozenset[str]]
    without_option: ClassVar[frozenset[str]] = frozenset({"connection", "proxy", "tls", "file", "rate_limited"})
    login: ClassVar[str] = ""
    needs_a_read: ClassVar[frozenset[str]]

    @classmethod
    def modules(cls) -> list[str]:
        """Return the short names of all its modules, without those that only document an action."""
        paths = (ROOT / "plugins/modules").glob(f"{cls.name}_*.py")
        return sorted(path.stem for path in paths if "\nSPEC" in path.read_text(encoding="utf-8"))

    @classmethod
    def options(cls, module: str) -> list[Option]:
        """Return all options of a module."""
        return options_of(module, cls.inside.get(module, {}))

    @classmethod
    @abstractmethod
    def sandbox(cls) -> SandboxProcess:
        """Return a sandbox of the service that is not started yet."""

    @abstractmethod
    def __init__(self, server: SandboxProcess, folder: Path, run: Run) -> None:
        """Create the prerequisites of `bases`.

        Args:
            server: the running sandbox.
            folder: where files can be.
            run: runs a module.
        """

    @abstractmethod
    def bases(self, module: str, number: int) -> list[Options]:
        """Return valid sets of options for a module: every option is in at least one of them, and a task with any set
        succeeds.

        Args:
            module: its short name.
            number: a different number for each run, for objects that must not exist yet.
        """

    def more_that_is_shared(self) -> Options:
        """Return valid values for the connection options that not every service has."""
        return {}

    def texts(self, exchange: Options) -> Iterator[tuple[str, str]]:
        """Return all texts of a request, each with its property or parameter."""
        yield from texts_of("", json.loads(exchange["request_body"] or "{}"))
        yield from parse_qsl(exchange["query"])

    @abstractmethod
    def check_more(self, exchange: Options) -> None:
        """Check that a request is canonical where `forms` is not enough."""

    @abstractmethod
    def refusals(self, body: str) -> set[str]:
        """Return the refusals in the body of a 400, as listed in `of_the_state`."""


def texts_of(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Return all texts in a body, each with its property."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(name, item)
    elif isinstance(value, dict):
        for inner, item in value.items():
            yield from texts_of(inner, item)
