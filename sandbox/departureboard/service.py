# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The description of the departureboard.io sandbox."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import parse_qs

from fastapi import APIRouter

from sandbox.call import Call
from sandbox.context import Authenticate, Context
from sandbox.departureboard import boards, destinations, service_details, stations
from sandbox.departureboard.network import LINES, STATIONS
from sandbox.departureboard.responses import refuse
from sandbox.errors import ApiError
from sandbox.faults import ActiveFaults
from sandbox.options import Options
from sandbox.rate_limit import Meter
from sandbox.service import Service

PREFIX = "/api/v2.0"


def _authenticator(options: Options) -> Authenticate:
    def authenticate(call: Call, active: ActiveFaults) -> str:
        """Check the key in the query."""
        given = parse_qs(call.query).get("apiKey", [""])[0]
        if not hmac.compare_digest(given.encode(), options.api_key.encode()):
            raise ApiError(401, "unauthorized", "The National Rail API key is missing or wrong.")
        return options.api_key

    return authenticate


def _no_headers(context: Context, meter: Meter, now: float) -> dict[str, str]:
    """No headers of the rate limit are documented."""
    return {}


def _counts(context: Context) -> dict[str, Any]:
    return {"stations": len(STATIONS), "lines": len(LINES)}


SERVICE = Service(
    title="departureboard.io",
    prefix=PREFIX,
    families=(boards, destinations, service_details, stations),
    authenticator=_authenticator,
    meter=_no_headers,
    refuse=refuse,
    control=APIRouter(),
    counted=(),
    counts=_counts,
    # The vendor's documentation ends paths with a slash, its description does not.
    is_tolerant=True,
    open_paths=(f"{PREFIX}/getStationBasicInfo", f"{PREFIX}/getStationDetailsByCRS/"),
)
