# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of stale flags, whose values have not changed for some time.

Private to the collection. Source: the vendor's description of the request, and its generated clients for the response.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import PRODUCT, object_path
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import checked_name
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in

#: The fewest and the most days without a change after which a flag can be called stale.
AGES = (7, 90)


def stale_flag_options() -> dict[str, dict[str, Any]]:
    """Return the options that narrow the report."""
    return {
        "stale_flag_age_days": {"type": "int"},
        "stale_flag_scope": {"type": "str", "choices": ["all", "watchedByMe"]},
        "stale_in_environments": {"type": "str", "choices": ["staleInAnyEnvironments", "staleInAllEnvironments"]},
        "ignored_environments": {"type": "list", "elements": "str"},
        "ignored_tags": {"type": "list", "elements": "str"},
    }


def checked_stale_flag_options(params: dict[str, Any]) -> dict[str, Any]:
    """Return these options in the form that is compared and sent.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["stale_flag_age_days"] is not None:
        check_number("stale_flag_age_days", params["stale_flag_age_days"], *AGES)
    given = [name for name in ("ignored_environments", "ignored_tags") if params[name] is not None]
    return params | {name: [checked_name(name, item) for item in params[name]] for name in given}


def stale_flags(
    client: ConfigCatClient,
    product: dict[str, Any],
    params: dict[str, Any],
    ignored_environments: list[str],
    ignored_tags: list[int],
) -> list[dict[str, Any]]:
    """Return the stale flags of a product, each with its config.

    Args:
        client: reads the report.
        product: the product.
        params: the options from `checked_stale_flag_options`.
        ignored_environments: the ids of environments that do not count.
        ignored_tags: the ids of tags whose flags are left out.

    Raises:
        Unreadable: the response lacks one of its lists.
    """
    query = {
        "scope": params["stale_flag_scope"],
        "staleFlagAgeDays": params["stale_flag_age_days"],
        "staleFlagStaleInEnvironmentsType": params["stale_in_environments"],
        "ignoredEnvironmentIds": ignored_environments or None,
        "ignoredTagIds": ignored_tags or None,
    }
    report = client.one(f"{object_path(PRODUCT, product)}/staleflags", query=query)
    names = {item.get("environment_id"): item.get("name") for item in collection_in(report, "environments")}
    return [
        _flag(config, setting, names)
        for config in collection_in(report, "configs")
        for setting in collection_in(config, "settings")
    ]


def _flag(config: dict[str, Any], setting: dict[str, Any], names: dict[Any, Any]) -> dict[str, Any]:
    values = [
        {**value, "environment_name": names.get(value.get("environment_id"))}
        for value in collection_in(setting, "setting_values")
    ]
    return {
        "config_id": config.get("config_id"),
        "config_name": config.get("name"),
        "evaluation_version": config.get("evaluation_version"),
        **setting,
        "setting_values": values,
    }
