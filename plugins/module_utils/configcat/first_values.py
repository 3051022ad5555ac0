# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a new setting serves at first: given values, or those of another setting with its rules and tags.

Private to the collection. Source: the vendor's descriptions of the API.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import ENVIRONMENT
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import checked_key, checked_name
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import parents_in_product
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.plain_values import PlainValue, checked_value
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in, number_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


class FirstValues(NamedTuple):
    """The options that decide it; at most one of them is given.

    Attributes:
        copy_from: the key of the other setting; None without one.
        values: the values by the names or ids of environments.
    """

    copy_from: str | None
    values: dict[str, PlainValue]

    def with_type(self, wanted: dict[str, Any], flags: dict[str, dict[str, Any]]) -> dict[str, Any]:
        """Return the desired properties of a new setting, with the type of the setting that it begins as.

        Args:
            wanted: the desired properties (`wanted_flag`).
            flags: the settings of the config by their keys.

        Raises:
            ToolkitError: ``invalid_option`` for another type.
        """
        source = flags.get(self.copy_from or "")
        if not source:
            return wanted
        kind = source["setting_type"]
        if wanted["setting_type"] not in (None, kind):
            raise invalid("copy_from", f"setting {self.copy_from} has the type {kind}, not {wanted['setting_type']}.")
        return {**wanted, "setting_type": kind}

    def to_send(
        self,
        task: Task,
        client: ConfigCatClient,
        product: dict[str, Any],
        flags: dict[str, dict[str, Any]],
        kind: str,
    ) -> dict[str, Any]:
        """Return the properties of the request that adds a setting.

        Args:
            task: knows whether this is check mode.
            client: reads the environments, if any is named.
            product: the product.
            flags: the settings of the config by their keys.
            kind: the type of the new setting.

        Raises:
            ToolkitError: ``not_found`` outside check mode, ``ambiguous``, or ``invalid_option``.
        """
        if self.copy_from is not None:
            source = flags.get(self.copy_from)
            if source:
                return {"setting_id_to_init_from": number_in(source, "setting_id")}
            missing(task, f"setting {self.copy_from}", "Create it first, or correct copy_from.")
        found: dict[str, dict[str, Any]] = {}
        for given, environment in parents_in_product(task, client, ENVIRONMENT, product, list(self.values)).items():
            value = checked_value(f"initial_values.{given}", self.values[given], kind)
            number = name_in(environment, ENVIRONMENT.id) if environment else given
            if number in found:
                raise _given_twice(given)
            found[number] = {"environment_id": number, "value": value}
        return {"initial_values": list(found.values())} if found else {}


def checked_first_values(params: dict[str, Any]) -> FirstValues:
    """Return the options ``copy_from`` and ``initial_values``, checked as far as possible without a request.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    given = params["copy_from"]
    values: dict[str, PlainValue] = {}
    for environment, value in (params["initial_values"] or {}).items():
        name = checked_name("initial_values", str(environment))
        if name in values:
            raise _given_twice(name)
        values[name] = checked_value(f"initial_values.{name}", value, params["type"])
    return FirstValues(None if given is None else checked_key("copy_from", given), values)


def _given_twice(environment: str) -> ToolkitError:
    return invalid("initial_values", f"{environment} is given twice.")
