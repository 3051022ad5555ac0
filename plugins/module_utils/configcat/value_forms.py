# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The two forms in which the API reads and writes values: those of V1 and of V2 configs.

Private to the collection. An operation of one form refuses configs of the other kind.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat import values_v1, values_v2
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import PARTS, SettingValue
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


class Form(NamedTuple):
    """How the API has values in one kind of config.

    Attributes:
        prefix: what its paths begin with.
        read: the property of a response that holds the values of all flags.
        written: the property of a request that holds the values of many flags.
        fitted: returns a desired value as such a config holds it; raises ``invalid_option`` for what it can't hold.
        from_api: reads a value; its second argument returns the key of the flag with an id.
        to_api: returns a value in full; its second argument returns the id of the flag with a key.
        places: the properties of such a value, by the options that they hold, each with its JSON pointer (RFC 6901).
    """

    prefix: str
    read: str
    written: str
    fitted: Callable[[str, SettingValue], SettingValue]
    from_api: Callable[[dict[str, Any], Callable[[int], str]], SettingValue]
    to_api: Callable[[SettingValue, Callable[[str], int]], dict[str, Any]]
    places: dict[str, tuple[str, str]]


#: The forms by the evaluation version of configs.
FORMS = {
    "v1": Form(
        "",
        "setting_values",
        "setting_values",
        values_v1.fitted,
        values_v1.from_api,
        values_v1.to_api,
        {
            "value": ("value", "/value"),
            "rules": ("rollout_rules", "/rolloutRules"),
            "percentages": ("rollout_percentage_items", "/rolloutPercentageItems"),
        },
    ),
    "v2": Form(
        "/v2",
        "setting_formulas",
        "update_formulas",
        values_v2.fitted,
        values_v2.from_api,
        values_v2.to_api,
        {
            "value": ("default_value", "/defaultValue"),
            # Percentages are the last rule, so rules and percentages can't be written apart.
            "rules": ("targeting_rules", "/targetingRules"),
            "percentages": ("targeting_rules", "/targetingRules"),
            "percentage_attribute": ("percentage_evaluation_attribute", "/percentageEvaluationAttribute"),
        },
    ),
}
#: The version of a config that does not show it: servers older than V2 configs.
OLDEST = "v1"
#: The version of a new config.
NEWEST = "v2"


def version_of(config: dict[str, Any]) -> str:
    """Return the evaluation version of a config.

    Raises:
        ToolkitError: ``unsupported``, for one that this collection does not know.
    """
    version = config.get("evaluation_version") or OLDEST
    if version not in FORMS:
        raise ToolkitError(
            "unsupported",
            f"The config {config.get('name')} has the evaluation version {version}, which is not known here.",
            hint="Update this collection.",
        )
    return str(version)


def is_full(version: str, given: Iterable[str]) -> bool:
    """Return whether these options, of `PARTS`, describe all that such a config holds."""
    return set(FORMS[version].places) <= set(given)


def patch_to_api(
    version: str, value: SettingValue, given: Iterable[str], flag_id: Callable[[str], int]
) -> list[dict[str, Any]]:
    """Return the JSON Patch (RFC 6902) that replaces these parts of a value, and keeps the others.

    Args:
        version: the evaluation version.
        value: the desired value.
        given: the parts, of `PARTS`.
        flag_id: returns the id of the flag with a key.
    """
    form = FORMS[version]
    sent = form.to_api(value, flag_id)
    places = dict.fromkeys(form.places[part] for part in PARTS if part in given and part in form.places)
    return [{"op": "replace", "path": path, "value": sent[name]} for name, path in places]
