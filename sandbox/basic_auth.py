# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""HTTP Basic authentication (RFC 7617), for services that use it."""

from __future__ import annotations

import base64
import binascii
import hmac

from sandbox.call import Call
from sandbox.context import Authenticate
from sandbox.errors import ApiError
from sandbox.faults import ActiveFaults
from sandbox.options import Options


def authenticator(options: Options) -> Authenticate:
    """Return the function that checks the user and the password of each request."""
    expected = f"{options.api_key}:{options.api_secret}".encode()

    def authenticate(call: Call, active: ActiveFaults) -> str:
        """Check the credentials."""
        scheme, _space, given = (call.header("authorization") or "").partition(" ")
        try:
            decoded = base64.b64decode(given.strip(), validate=True)
        except binascii.Error:
            decoded = b""
        if scheme.lower() != "basic" or not hmac.compare_digest(decoded, expected):
            raise ApiError(401, "unauthorized", "The credentials are missing or wrong.")
        return options.api_key

    return authenticate
