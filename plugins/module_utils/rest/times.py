# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the times that servers write, in unix time.

Private to the collection. A text that is not a time gives None and never an error, because it comes from outside.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from email.utils import parsedate_to_datetime
from typing import Any


def iso_time(text: Any) -> float | None:
    """Return a time in ISO 8601 as unix time; without a zone it is UTC. Fractions of a second are dropped.

    Not left to the standard library, because Python 3.9 reads neither ``Z`` nor ``+0100`` nor seven fractional digits.
    """
    found = re.fullmatch(
        r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?",
        text if isinstance(text, str) else "",
        re.ASCII,
    )
    if not found:
        return None
    zone = found.group(2) or "Z"
    try:
        offset = "+00:00" if zone == "Z" else f"{zone[:3]}:{zone[-2:]}"
        moment = datetime.fromisoformat(found.group(1) + offset)
        # In UTC, so that a time without a date there is rejected as well.
        return moment.astimezone(timezone.utc).timestamp()
    except (ValueError, OverflowError):
        return None


def http_date(text: str | None) -> float | None:
    """Return a date of an HTTP header as unix time (RFC 9110, 5.6.7)."""
    try:
        return parsedate_to_datetime(text or "").timestamp()
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
