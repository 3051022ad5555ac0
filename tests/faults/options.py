# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All options of a module, and their values in a set of options."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.support.children import COLLECTION

Options = dict[str, Any]


@dataclass(frozen=True)
class Option:
    """One option of a module.

    Attributes:
        module: the module's short name.
        path: the names on the path to the option.
        spec: its argument specification.
        is_shared: whether every module of the service has it.
    """

    module: str
    path: tuple[str, ...]
    spec: Options = field(compare=False, repr=False)
    is_shared: bool = field(compare=False, repr=False)

    def __str__(self) -> str:
        return f"{self.module}.{'.'.join(self.path)}"


def options_of(module: str, inside: Mapping[str, Options]) -> list[Option]:
    """Return all options of a module, including suboptions.

    Args:
        module: its short name.
        inside: the contents of dictionaries that Ansible does not check, by option.
    """
    service = module.partition("_")[0]
    shared = importlib.import_module(f"{COLLECTION}.plugins.module_utils.{service}.options").connection_options()

    def found(spec: Options, above: tuple[str, ...]) -> Iterator[Option]:
        for name, option in spec.items():
            path = (*above, name)
            yield Option(module, path, option, path[0] in shared)
            yield from found(option.get("options") or (inside.get(name, {}) if not above else {}), path)

    code = importlib.import_module(f"{COLLECTION}.plugins.modules.{module}")
    return list(found(code.SPEC["argument_spec"], ()))


def holds(options: Any, path: tuple[str, ...]) -> bool:
    """Return whether options have a value at a path; in a list of dictionaries the first one counts."""
    inner = options[0] if isinstance(options, list) else options
    return not path or (path[0] in inner and holds(inner[path[0]], path[1:]))


def replaced(options: Any, path: tuple[str, ...], value: Any) -> Any:
    """Return a copy of the options with another value at a path."""
    if not path:
        return value
    if isinstance(options, list):
        return [replaced(options[0], path, value), *options[1:]]
    return {**options, path[0]: replaced(options[path[0]], path[1:], value)}


def value_at(options: Any, path: tuple[str, ...]) -> Any:
    """Return the value at a path."""
    inner = options[0] if isinstance(options, list) else options
    return value_at(inner[path[0]], path[1:]) if path else options
