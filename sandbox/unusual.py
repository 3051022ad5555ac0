# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is unusual about a request that a service takes all the same.

A tolerant service ignores what it does not know, so clients of others send it. The exchange log names it, so that
tests can refuse it in requests of the collection.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_found: ContextVar[list[str] | None] = ContextVar("unusual", default=None)


@contextmanager
def noted_in(found: list[str] | None) -> Iterator[None]:
    """Collect in this list what is unusual about the request that is executed inside; None: nothing is taken."""
    token = _found.set(found)
    try:
        yield
    finally:
        _found.reset(token)


def is_taken() -> bool:
    """Return whether the request is to a tolerant service; those that steer the sandbox must be exact."""
    return _found.get() is not None


def note(text: str) -> None:
    """Note something unusual about the request that is being executed, once."""
    found = _found.get()
    if found is not None and text not in found:
        found.append(text)
