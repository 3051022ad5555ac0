# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One entry of the journal of orders, and the form in which it is stored.

Private to the collection.
"""

from __future__ import annotations

from datetime import datetime, timezone
from typing import NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order_ids import order_id


class Intent(NamedTuple):
    """The intent to order one thing once.

    The first three attributes are its identity. The API key is not part of it, because keys are replaced.

    Attributes:
        api_url: the API's address.
        endpoint: the order's method and path, ``POST /accounts``.
        key: the natural key of the thing, such as the account's identifier.
        opened_at: unix time when the order was about to be sent.
        key_fingerprint: stands for the API key that it was sent with; information only.
        location: the path that the response named, of a job or of the thing itself; None while no response is known.
        answered: whether a complete response accepted the order.
        verified: whether the certificate's validation was requested.
        gone: whether the order ended without its thing, in a way that does not permit another order by itself.
        closed_at: unix time when the thing was seen, or when it was certain that nothing was ordered; None while open.
        resend: whether a person wants the next run to order again if it does not find the thing.
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
        """Whether it is not known to have ended."""
        return self.closed_at is None

    def age(self, now: float) -> float:
        """Return the seconds since the order was about to be sent; 0 if that is in the future, because a clock was off.

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
        """When it ended, in UTC (ISO 8601); None while open."""
        return None if self.closed_at is None else _iso(self.closed_at)

    @property
    def id(self) -> str:
        """Its id, from which the name of its entry is made."""
        return order_id(self.api_url, self.endpoint, self.key)


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
