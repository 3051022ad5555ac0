# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What whoever uses a `Storage` needs besides it: JSON in entries, and names of entries.

Private to the collection. `storage_interface` declares the methods of a `Storage`.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.untrusted import parse_json

#: Seconds between two attempts to get a lock that another process holds for long, as during an order.
LOCK_INTERVAL = 0.2


class LockTimeout(Exception):
    """Another process held the lock for the whole time."""


def fingerprint(text: str) -> str:
    """Return a short name for a text that must not be readable, or can't be the name of an entry."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def json_in(content: bytes | None) -> Any:
    """Return the value of an entry that holds JSON; None when it does not exist.

    Raises:
        ValueError: it holds no JSON.
    """
    if content is None:
        return None
    value = parse_json(content.decode())
    if value is None:
        raise ValueError("it holds nothing")
    return value


def json_content(value: Any) -> bytes:
    """Return a value in the form in which an entry holds it."""
    return json.dumps(value, indent=1, sort_keys=True).encode()
