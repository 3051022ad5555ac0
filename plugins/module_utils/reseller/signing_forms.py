# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remember between tasks which form of a signed target an API accepts (`SigningForm`).

Private to the collection.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.auth import SigningForm
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint, json_content, json_in

if TYPE_CHECKING:
    # An annotation only.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: Where the forms are stored.
NAMESPACE = "signing"


def read_signing_form(storage: Storage, api_url: str) -> SigningForm:
    """Return the form of a signed target that this API is known to accept; the usual one if unknown."""
    try:
        noted = json_in(storage.get(NAMESPACE, _name(api_url))) or {}
        return SigningForm(**{name: noted[name] for name in SigningForm._fields if isinstance(noted.get(name), bool)})
    except (OSError, ValueError, AttributeError):
        return SigningForm()


def store_signing_form(storage: Storage, api_url: str, form: SigningForm) -> None:
    """Store what was learned for later tasks. This only saves requests, so a failure to write does not matter."""
    with suppress(OSError):
        storage.put(NAMESPACE, _name(api_url), json_content({"api_url": api_url, **form._asdict()}))


def _name(api_url: str) -> str:
    return fingerprint(api_url) + ".json"
