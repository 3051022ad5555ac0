# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The flags of a config and their values as the dictionary of the role ``feature_flags``.

Private to the collection. What is returned here can be given to ``configcat_flags`` again: for the same config it
changes nothing, for another one it copies the flags.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environment_values import values_in
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import flags_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import PRODUCT
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.segments import Segments
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import as_result
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


def feature_flags(
    task: Task,
    client: ConfigCatClient,
    product: dict[str, Any],
    config: dict[str, Any],
    environments: list[dict[str, Any]],
) -> dict[str, Any]:
    """Return the flags of a config with their values in these environments.

    It takes one request for each environment, and one for the segments if a rule names one.
    """
    served = {name_in(one, "name"): values_in(client, config, one) for one in environments}
    known = next((one.flags for one in served.values() if one.exists), None)
    flags = known if known is not None else flags_of(client, config)
    segments = Segments(task, client, product.get(PRODUCT.id))
    return {
        "product": product.get("name"),
        "config": config.get("name"),
        "flags": {key: _description(flag) for key, flag in flags.items()},
        "environments": {
            name: {key: _short(as_result(value, segments.name_of)) for key, value in one.values.items()}
            for name, one in served.items()
        },
    }


def _description(flag: dict[str, Any]) -> dict[str, Any]:
    return {"name": flag["name"], "type": flag["setting_type"], "hint": flag["hint"], "tags": flag["tags"]}


def _short(served: dict[str, Any]) -> Any:
    """Return a value without its empty parts, and a plain value if there is no other part."""
    given = {name: part for name, part in served.items() if name == "value" or part}
    return given if len(given) > 1 else given["value"]
