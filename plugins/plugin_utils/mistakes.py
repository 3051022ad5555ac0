# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The mistakes in a role's dictionary: their places, the failure that lists them, and the secrets to hide in it.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


class Mistake(NamedTuple):
    """One mistake in a dictionary.

    Attributes:
        place: its place, such as ``hosting.databases[1].name``.
        message: the description.
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


class Doubt(Mistake):
    """A value that YAML did not read as a text although a text is expected: only a warning if nothing would change."""


def failure(kind: str, where: str, mistakes: Sequence[Mistake]) -> dict[str, Any]:
    """Return the result for a dictionary with mistakes.

    Args:
        kind: the kind of the error.
        where: what has the mistakes, and what was not done: ``hosting; nothing was ordered``.
        mistakes: at least one.
    """
    number = f"{len(mistakes)} mistake{'s' if len(mistakes) > 1 else ''}"
    message = "\n".join([f"{number} in {where}:", *map(str, mistakes)])
    found = [mistake._asdict() for mistake in mistakes]
    return {"failed": True, "changed": False, **ToolkitError(kind, message, mistakes=found).as_result()}


def secret_options(options: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of the options of a module that hold a secret, at any depth."""
    for name, option in options.items():
        if option.get("no_log"):
            yield name
        yield from secret_options(option.get("options", {}))


def secrets_in(value: Any, names: Collection[str]) -> Iterator[str]:
    """Yield the secrets of a dictionary that is not validated yet. They must not appear in messages about it.

    Args:
        value: the dictionary, or a part of it.
        names: the options that hold a secret, from `secret_options`.
    """
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _texts_in(item) if name in names else secrets_in(item, names)
    elif isinstance(value, list):
        for item in value:
            yield from secrets_in(item, names)


def _texts_in(secret: Any) -> Iterator[str]:
    """Yield each text and number of a secret, which can also be a list or a dictionary."""
    if isinstance(secret, (Mapping, list)):
        for item in secret.values() if isinstance(secret, Mapping) else secret:
            yield from _texts_in(item)
    elif isinstance(secret, (str, int, float)) and secret != "":
        yield str(secret)
