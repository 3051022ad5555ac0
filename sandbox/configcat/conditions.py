# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparisons of a user's attribute: validation, and the form that SDKs read."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Any, get_args

from sandbox.configcat.bodies import Comparator
from sandbox.configcat.responses import wrong

_NUMBERS = {name: number for number, name in enumerate(get_args(Comparator))}
_NUMBER = re.compile(r"[+-]?\d+([.,]\d+)?([eE][+-]?\d+)?")
_CORE = r"(0|[1-9]\d*)"
_VERSION = re.compile(rf"{_CORE}\.{_CORE}\.{_CORE}(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?")


def check_condition(comparator: str, value: str, place: str) -> None:
    """Refuse invalid numbers and versions; other comparators accept any text."""
    if comparator.startswith("number") and not _NUMBER.fullmatch(value.strip()):
        raise wrong(place, "Not a number.")
    if comparator.startswith("semVer"):
        versions = _listed(value) if comparator.endswith("OneOf") else [value.strip()]
        if not all(is_version(version) for version in versions):
            raise wrong(place, "Not a semantic version.")


def is_version(text: str) -> bool:
    """Return whether this is a semantic version."""
    return bool(_VERSION.fullmatch(text.strip()))


def condition_of(attribute: str, comparator: str, value: str, salt: str, context: str) -> dict[str, Any]:
    """Return a comparison as SDKs read it.

    :param salt: the salt of the config.
    :param context: further input of hashes: the setting's key or the segment's name.
    """
    condition: dict[str, Any] = {"a": attribute, "c": _NUMBERS[comparator]}
    if comparator.startswith("number"):
        condition["d"] = float(value.strip().replace(",", "."))
    elif comparator.startswith("sensitive"):
        condition["l"] = [sha256(f"{text}{salt}{context}".encode()).hexdigest() for text in _listed(value)]
    elif comparator.endswith("OneOf"):
        condition["l"] = _listed(value)
    elif comparator in ("contains", "doesNotContain"):
        condition["l"] = [value]
    else:
        condition["s"] = value.strip()
    return condition


def _listed(value: str) -> list[str]:
    return [text.strip() for text in value.split(",") if text.strip()]
