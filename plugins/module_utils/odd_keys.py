# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find keys of dictionaries that are no texts.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


def odd_keys(value: Any, place: str = "") -> Iterator[ToolkitError]:
    """Yield an error for each key of a dictionary that is no text; JSON would make one of it."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                complaint = f"the key {key!r} is not a text; {_kind_of_key(key)} Quote it."
                yield invalid(place.rstrip(".") or "options", complaint)
            else:
                yield from odd_keys(item, f"{place}{key}.")
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from odd_keys(item, f"{place.rstrip('.')}[{index}].")


def _kind_of_key(key: Any) -> str:
    if isinstance(key, bool):
        return "YAML reads yes, no, on, off, true and false as a boolean."
    return "YAML reads it as a number, without its zeros." if isinstance(key, (int, float)) else "it is something else."
