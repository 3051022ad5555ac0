# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How long to wait by a header that names a time: the start of the next window, or ``Retry-After``.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import http_date, iso_time


def seconds_to_time(text: str, headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds until a time, never less than 0; None for a text that is no time.

    Args:
        text: unix time in seconds, ISO 8601 or an HTTP date.
        headers: the response's.
        now: unix time, for a response without ``Date``.
    """
    unix_time = float(text) if re.fullmatch(r"\d{1,12}(\.\d{1,9})?", text, re.ASCII) else None
    known = [moment for moment in (unix_time, iso_time(text), http_date(text)) if moment is not None]
    return max(0.0, known[0] - _server_time(headers, now)) if known else None


def seconds_to_wait(headers: Mapping[str, str], now: float) -> float | None:
    """Return the seconds that ``Retry-After`` states, as a number or an HTTP date (RFC 9110, 10.2.3); None if neither.

    Args:
        headers: the response's.
        now: unix time, for a response without ``Date``.
    """
    text = headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), 1e9)
    moment = http_date(text)
    return None if moment is None else max(0.0, moment - _server_time(headers, now))


def _server_time(headers: Mapping[str, str], now: float) -> float:
    date = http_date(headers.get("Date"))
    return now if date is None else date
