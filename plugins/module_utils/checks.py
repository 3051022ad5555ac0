# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check what a user gives before any request is sent: what is the same for all services.

Private to the collection.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Callable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

#: The largest number that an API takes unless it says otherwise (32 bits).
LARGEST_NUMBER = 2**31 - 1
#: The longest time that something may take, in seconds: a year.
LONGEST_TIME = 366 * 86400
#: Marks that reorder the text after them (Unicode Standard Annex #9, 2): what is read is not what is there.
REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: What ends a line besides control characters.
LINE_SEPARATORS = frozenset("\u2028\u2029")


def invalid(option: str, message: str) -> ToolkitError:
    """The error for a bad option, found before any request was sent."""
    return ToolkitError("invalid_option", f"{option}: {message}")


class Mistakes(ToolkitError):
    """Several mistakes in the options of one task.

    Args:
        found: each mistake.
    """

    def __init__(self, found: list[ToolkitError]) -> None:
        facts = {name: value for one in found for name, value in one.facts.items()}
        super().__init__("invalid_option", " ".join(map(str, found)), **facts)
        self.found = found


def mistakes_in(error: ToolkitError) -> list[ToolkitError]:
    """Return each mistake in an error."""
    return error.found if isinstance(error, Mistakes) else [error]


def all_of(*checks: Callable[[], Any]) -> list[Any]:
    """Return what each check returns; all are tried, so that a user sees every mistake at once.

    Raises:
        ToolkitError: the one mistake that was found, or `Mistakes`. What is no mistake in an option stops at once.
    """
    results, found = [], []
    for check in checks:
        try:
            results.append(check())
        except ToolkitError as error:
            if error.kind not in {"invalid_option", "purchase_not_confirmed"}:
                raise
            found += mistakes_in(error)
    raise_found(found)
    return results


def raise_found(found: list[ToolkitError]) -> None:
    """Raise what was found, if anything.

    Raises:
        ToolkitError: the one mistake that was found, or `Mistakes`.
    """
    if len(found) == 1:
        raise found[0]
    if found:
        raise Mistakes(found)


def if_given(value: Any, check: Callable[[Any], Any]) -> Any:
    """Return what a check makes of a value, None for an option that is not given."""
    return None if value is None else check(value)


def holds_control(text: str, allowed: str = "") -> bool:
    """Return whether a text holds a control character, a mark that reorders text, or half a character.

    Control characters are Unicode's category Cc and nothing else: no-break spaces, soft hyphens and joiners are part of
    how people write. Half characters (surrogates) can't be sent at all.

    Args:
        text: the text.
        allowed: control characters that are welcome here.
    """
    return any(
        character in REORDERING or (unicodedata.category(character) in {"Cc", "Cs"} and character not in allowed)
        for character in text
    )


def holds_line_break_or_control(text: str) -> bool:
    """Return whether a text is no single line, or `holds_control`."""
    return holds_control(text) or not LINE_SEPARATORS.isdisjoint(text)


def line_of(option: str, text: str | None) -> str:
    """A text of one line, without the spaces around it.

    Raises:
        ToolkitError: ``invalid_option``, also for nothing, which Ansible allows as an item of a list.
    """
    if text is None:
        raise invalid(option, "there is nothing where a text is needed.")
    line = str(text).strip()
    if holds_line_break_or_control(line):
        raise invalid(option, "it holds a line break or another control character.")
    return line


def absolute(option: str, path: str) -> str:
    """The path, if it means the same file wherever the task runs.

    Raises:
        ToolkitError: ``invalid_option``, for a relative path.
    """
    if not os.path.isabs(path) or holds_line_break_or_control(path):
        raise invalid(option, f"{path!r} must be absolute, or begin with ~, and hold no control characters.")
    return path


def path_name(option: str, text: str) -> str:
    """Return an id from the API for use in a path; refuse one that would change the path.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    name = line_of(option, text)
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._:-]*", name):
        raise invalid(option, f"{text!r} is not an id such as the API gives.")
    return name


def check_number(option: str, number: int, smallest: int, largest: int = LARGEST_NUMBER) -> None:
    """Refuse a whole number that is out of range, and a truth value, which Ansible takes for one.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if isinstance(number, bool) or not smallest <= number <= largest:
        raise invalid(option, f"it is a number from {smallest} to {largest}.")


def check_percent(option: str, percent: float) -> None:
    """Refuse a share that is none.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if isinstance(percent, bool) or not 0 <= percent <= 100:
        raise invalid(option, f"it is 0 to 100, and not {percent:g}.")


def check_seconds(params: dict[str, Any], *options: str) -> None:
    """Refuse times that make no sense.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    for option in options:
        seconds = params[option]
        if isinstance(seconds, bool) or not 0 < seconds <= LONGEST_TIME:
            raise invalid(option, f"it must be more than 0 s and at most {LONGEST_TIME} s, and is {seconds:g}.")
