# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The description of the Dataflow Kit sandbox."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qs

from fastapi import APIRouter

from sandbox.call import Call
from sandbox.context import Authenticate, Context
from sandbox.dataflowkit import files, operations, result_pages
from sandbox.dataflowkit.errors import refuse
from sandbox.errors import ApiError
from sandbox.faults import ActiveFaults
from sandbox.options import Options
from sandbox.rate_limit import Meter
from sandbox.service import Service

PREFIX = "/v1"


def _authenticator(options: Options) -> Authenticate:
    def authenticate(call: Call, active: ActiveFaults) -> str:
        """Check the key in the query."""
        given = parse_qs(call.query).get("api_key", [""])[0]
        if not given:
            raise ApiError(401, "no_key", "No API Key provided")
        if not hmac.compare_digest(given.encode(), options.api_key.encode()):
            raise ApiError(401, "key_invalid", "Invalid API key")
        return options.api_key

    return authenticate


def _no_headers(context: Context, meter: Meter, now: float) -> dict[str, str]:
    """No headers of the rate limit are documented."""
    return {}


SERVICE = Service(
    title="Dataflow Kit",
    prefix=PREFIX,
    families=(operations,),
    parts=(files,),
    authenticator=_authenticator,
    meter=_no_headers,
    refuse=refuse,
    control=APIRouter(),
    counted=("calls", "files"),
    counts=operations.counts,
    outside=(files.router, result_pages.router),
    open_paths=(files.PATH, result_pages.PATH),
    is_tolerant=True,
)
