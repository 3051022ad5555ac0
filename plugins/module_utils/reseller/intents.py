# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One entry of the journal of orders, and the form in which it is stored.

Private to the collection.
"""

from __future__ import annotations

import os
from datetime import datetime, timezone
from typing import NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.memory import order_id
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import read_json

#: The version of the files' format.
FORMAT = 1
#: Unix time that no clock shows, with years of five digits.
LAST_MOMENT = 253_402_300_800.0


class Intent(NamedTuple):
    """One thing that someone wants to have once.

    The first three attributes are its identity; the API key is not part of it, since keys are replaced.

    Attributes:
        api_url: which API.
        endpoint: the order's method and path, ``POST /accounts``.
        key: the natural key of the thing, such as the account's identifier.
        opened_at: unix time when the order was about to be sent.
        key_fingerprint: stands for the API key that it was sent with; information only.
        location: the path that the answer named, of a job or of the thing itself; None while no answer is known.
        answered: whether a complete answer accepted the order.
        verified: whether the certificate's validation was asked for.
        gone: whether the order ended without its thing, in a way that does not allow to order again unasked.
        closed_at: unix time when the thing was seen, or certainly nothing had been ordered; None while open.
        resend: whether a person wants the next run to order again what it does not find.
    """

    api_url: str
    endpoint: str
    key: str
    opened_at: float
    key_fingerprint: str
    location: str | None = None
    answered: bool = False
    verified: bool = False
    gone: bool = False
    closed_at: float | None = None
    resend: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is not known to have come to an end."""
        return self.closed_at is None

    def age(self, now: float) -> float:
        """The seconds since the order was about to be sent; 0 if that lies in the future, by a clock that was off.

        Args:
            now: unix time.
        """
        return max(0.0, now - self.opened_at)

    @property
    def opened(self) -> str:
        """When the order was about to be sent, in UTC (ISO 8601)."""
        return _iso(self.opened_at)

    @property
    def closed(self) -> str | None:
        """When it came to its end, in UTC (ISO 8601); None while open."""
        return None if self.closed_at is None else _iso(self.closed_at)

    @property
    def id(self) -> str:
        """The name of its file."""
        return order_id(self.api_url, self.endpoint, self.key)


def stored_intent(path: str) -> Intent | None:
    """The intent in a file, None when there is no file.

    Raises:
        OSError: it can't be read.
        ValueError: it was not written by a journal, or by one of another format.
    """
    stored = read_json(path)
    if stored is None:
        return None
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        raise ValueError("it has a format that this version does not know")
    try:
        intent = Intent(**{name: value for name, value in stored.items() if name in Intent._fields})
    except TypeError as error:
        raise ValueError("something is missing in it") from error
    _check_types(intent)
    if os.path.basename(path) != intent.id + ".json":
        raise ValueError(f"its name is not that of what it holds, {intent.endpoint} for {intent.key}")
    return intent


def _check_types(intent: Intent) -> None:
    """Refuse values that no journal has written.

    Raises:
        ValueError: there is one.
    """
    texts = [intent.api_url, intent.endpoint, intent.key, intent.key_fingerprint]
    texts += [] if intent.location is None else [intent.location]
    times = [intent.opened_at] + ([] if intent.closed_at is None else [intent.closed_at])
    flags = [intent.answered, intent.verified, intent.gone, intent.resend]
    if not all(isinstance(text, str) and _is_unicode(text) for text in texts):
        raise ValueError("there is something else in it where a text belongs")
    if not all(type(moment) in (int, float) and 0 <= moment < LAST_MOMENT for moment in times):
        raise ValueError("there is something else in it where a time belongs")
    if not all(isinstance(flag, bool) for flag in flags):
        raise ValueError("there is something else in it where a yes or no belongs")


def _is_unicode(text: str) -> bool:
    """Whether it can be written anywhere: JSON can spell halves of characters."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
