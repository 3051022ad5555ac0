# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a person can do about an error of the reseller API.

Private to the collection.
"""

from __future__ import annotations

import re

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.auth import TOLERATED_OFFSET
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import DEFAULT_URL
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError

#: The read of a collection that exists at every address of the API.
COLLECTION = re.compile(r"GET \S*/v2/[a-z]+")


def hint(secret: str, error: ApiError, clock_offset: float | None) -> str:
    """Return what a person can do about an error.

    Args:
        secret: the API secret.
        error: the error.
        clock_offset: by how many seconds the server's clock is ahead of ours, None when unknown.
    """
    if error.status == 401:
        if abs(clock_offset or 0.0) > TOLERATED_OFFSET:
            return f"Set the clock of this machine: it differs from the server's by {clock_offset:.0f} s."
        if "ip" in f"{error.code} {error.text}".lower().replace("_", " ").split():
            return (
                "Add the address that this request came from to the API's allow-list in the control panel, or "
                "delegate the task to a host that is on it."
            )
        if secret != secret.strip():
            return "Remove the space at the beginning or the end of api_secret (RESELLER_API_SECRET)."
        return (
            "Check api_key and api_secret (RESELLER_API_KEY and RESELLER_API_SECRET), and that the address that this "
            "request came from is on the API's allow-list in the control panel (an empty list allows nobody)."
        )
    if error.status == 403:
        return "Grant the role to the user of this API key, and add the caller's address to the API's allow-list."
    if error.status == 404 and COLLECTION.fullmatch(error.call):
        return f"Check the path in api_url (RESELLER_API_URL). The API's own address is {DEFAULT_URL}."
    if (error.status or 0) >= 500:
        return "Try again later, and contact the vendor if the error persists. The vendor is notified of such errors."
    return ""
