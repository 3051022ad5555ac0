# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The other forms in which a target can be signed, after a signature was refused.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Collection

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.signing_forms import SigningForm, signed_target


def next_form(target: str, known: SigningForm, tried: Collection[SigningForm]) -> SigningForm | None:
    """Return a form in which this target differs from all forms that were refused; None when there is none left.

    Args:
        target: the path and query.
        known: the form that was tried first.
        tried: the forms that were tried after it.
    """
    refused = {signed_target(target, form) for form in (known, *tried)}
    other_case, other_encoding = not known.keep_case, not known.rfc3986
    for form in (
        known._replace(keep_case=other_case),
        known._replace(rfc3986=other_encoding),
        SigningForm(other_case, other_encoding),
    ):
        if signed_target(target, form) not in refused:
            return form
    return None
