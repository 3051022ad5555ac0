# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Unusual parts of a request that a service accepts nevertheless.

A tolerant service ignores unknown parts, so other clients send them. The exchange log names them, so that tests can
refuse them in requests of the collection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_found: ContextVar[list[str] | None] = ContextVar("unusual", default=None)


@contextmanager
def noted_in(found: list[str] | None) -> Iterator[None]:
    """Collect unusual parts of the request that is executed inside in this list; None: they are refused."""
    token = _found.set(found)
    try:
        yield
    finally:
        _found.reset(token)


def is_taken() -> bool:
    """Return whether the request is to a tolerant service; control requests must be exact."""
    return _found.get() is not None


def note(text: str) -> None:
    """Note something unusual about the current request, once."""
    found = _found.get()
    if found is not None and text not in found:
        found.append(text)
