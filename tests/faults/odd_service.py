# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tests with odd values have to know of a service."""

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
        name: what the names of its modules begin with.
        prefix: what the paths of its operations begin with.
        simplest: the module that stands for all others, where an option is one that every module has.
        inside: what is in dictionaries that Ansible does not look into, by their options, by the modules.
        forms: the properties and parameters whose values have one form.
        lines: texts of several lines.
        of_the_world: refusals that depend on what the API has, and not on the form of what was given.
        told_otherwise: kinds of errors before any request that say enough without being about one option.
        needs_a_look: options that can only be refused after a look at what there is.
    """

    name: ClassVar[str]
    prefix: ClassVar[str]
    simplest: ClassVar[str]
    inside: ClassVar[dict[str, dict[str, Options]]] = {}
    forms: ClassVar[dict[str, re.Pattern[str]]]
    lines: ClassVar[frozenset[str]]
    of_the_world: ClassVar[frozenset[str]]
    told_otherwise: ClassVar[frozenset[str]] = frozenset({"connection", "proxy", "tls", "file", "rate_limited"})
    needs_a_look: ClassVar[frozenset[str]]

    @classmethod
    def modules(cls) -> list[str]:
        """The short names of all its modules, without those that are documentation of an action only."""
        paths = (ROOT / "plugins/modules").glob(f"{cls.name}_*.py")
        return sorted(path.stem for path in paths if "\nSPEC" in path.read_text(encoding="utf-8"))

    @classmethod
    def options(cls, module: str) -> list[Option]:
        """All options of one of them."""
        return options_of(module, cls.inside.get(module, {}))

    @classmethod
    @abstractmethod
    def sandbox(cls) -> SandboxProcess:
        """A sandbox that is the service, not started yet."""

    @abstractmethod
    def __init__(self, server: SandboxProcess, folder: Path, run: Run) -> None:
        """Make what `bases` builds on.

        Args:
            server: the running sandbox.
            folder: where files can be.
            run: runs a module.
        """

    @abstractmethod
    def bases(self, module: str, number: int) -> list[Options]:
        """Good options for a module: every option is in at least one of these sets, and a task with any set succeeds.

        Args:
            module: its short name.
            number: another one for each run, for what must not be there yet.
        """

    def more_that_is_shared(self) -> Options:
        """Good values for the connection options that not every service has."""
        return {}

    def texts(self, exchange: Options) -> Iterator[tuple[str, str]]:
        """All texts of a request, each with the property or the parameter that it belongs to."""
        yield from texts_of("", json.loads(exchange["request_body"] or "{}"))
        yield from parse_qsl(exchange["query"])

    @abstractmethod
    def check_more(self, exchange: Options) -> None:
        """See that a request is canonical where `forms` can't tell."""

    @abstractmethod
    def refusals(self, complaints: Options) -> set[str]:
        """What the body of a 400 complains about, in the words of `of_the_world`."""


def texts_of(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """All texts in a body, each with the property that it belongs to."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(name, item)
    elif isinstance(value, dict):
        for inner, item in value.items():
            yield from texts_of(inner, item)
