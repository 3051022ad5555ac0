# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finds the orders in an exchange log, and those of them that may have been executed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

_PAYING = re.compile(
    r"/v2/(accounts|mysqldatabases|mysqldatabases/[^/]+/users|domains/(registrations|transfers)|sslcertificaterequests)"
)


def orders_in(exchanges: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the POSTs to the six paths that cost money or provision."""
    return [one for one in exchanges if one["method"] == "POST" and _PAYING.fullmatch(one["path"])]


def may_have_been_carried_out(order: dict[str, Any]) -> bool:
    """Return whether the order may have been executed: only a complete 4xx answer rules it out."""
    return order["status"] is None or order["status"] // 100 != 4 or order["status"] == 408
