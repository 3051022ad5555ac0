# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Properties that the API requires in a request although null is one of their values.

Private to the collection. The vendor's newest description requires them, older ones allow to leave them out; null means
the same as leaving them out. Source: the vendor's description of requests as of June 2026.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import PERMISSIONS, camel

#: The properties by method and path; below the version, as the API names them.
REQUIRED: dict[str, tuple[str, ...]] = {
    "POST /configs/[^/]+/settings": ("hint", "order", "tags"),
    "POST /products/[^/]+/preferences": (
        "keyGenerationMode",
        "mandatorySettingHint",
        "reasonRequired",
        "reasonRequiredEnvironments",
        "showVariationId",
    ),
    "PATCH /settings/[^/]+": ("from",),
    "PUT /(products|configs)/[^/]+": ("description", "name", "order"),
    "PUT /permissions/[^/]+": (
        "accessType",
        "environmentAccesses",
        "name",
        "newEnvironmentAccessType",
        *camel(dict.fromkeys(PERMISSIONS)),
    ),
    "PUT /segments/[^/]+": ("comparator",),
}
#: The properties of each rule of a value, by method and path.
REQUIRED_OF_RULES: dict[str, tuple[str, ...]] = {
    "PUT /environments/[^/]+/settings/[^/]+/value": (
        "comparator",
        "comparisonAttribute",
        "comparisonValue",
        "segmentComparator",
        "segmentId",
    ),
}


def completed(method: str, path: str, body: Any) -> Any:
    """Return a body to send, with null for each required property that it does not have.

    Args:
        method: the HTTP method.
        path: below the version.
        body: JSON with the API's names.
    """
    call = f"{method} {path}"
    body = _with(_found(REQUIRED, call), body)
    names = _found(REQUIRED_OF_RULES, call)
    return {**body, "rolloutRules": _with(names, body["rolloutRules"])} if names and "rolloutRules" in body else body


def _found(table: dict[str, tuple[str, ...]], call: str) -> tuple[str, ...]:
    return next((names for pattern, names in table.items() if re.fullmatch(pattern, call)), ())


def _with(names: tuple[str, ...], data: Any) -> Any:
    if isinstance(data, list):
        return [_with(names, item) for item in data]
    return {**dict.fromkeys(names), **data} if names and isinstance(data, dict) else data
