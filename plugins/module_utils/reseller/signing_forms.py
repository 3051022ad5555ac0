# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The forms in which a target is signed, and which one an API accepts, remembered between tasks.

Private to the collection.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, quote_plus, unquote, unquote_plus

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint, json_content, json_in

if TYPE_CHECKING:
    # An annotation only.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: Where the forms are stored.
NAMESPACE = "signing"


class SigningForm(NamedTuple):
    """The form of a target in the signature; for most targets all forms are the same.

    Attributes:
        keep_case: keep its case, as clients in production do. The documentation requires lower case.
        rfc3986: encode a space as ``%20`` and keep ``~`` (RFC 3986). The vendor's client writes ``+`` and ``%7E``, and
            reads a ``+`` as a space, as in forms.
    """

    keep_case: bool = True
    rfc3986: bool = False


#: The form of clients in production.
USUAL_FORM = SigningForm()


def signed_target(path_url: str, form: SigningForm) -> str:
    """Return the path and query in the form that is signed: decoded, then encoded once as a whole, with all slashes."""
    decoded = unquote(path_url) if form.rfc3986 else unquote_plus(path_url)
    if not form.keep_case:
        decoded = decoded.lower()
    return quote(decoded, safe="") if form.rfc3986 else quote_plus(decoded, safe="").replace("~", "%7E")


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
