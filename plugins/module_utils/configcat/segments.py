# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The segments that targeting rules name: users give their names, the API takes their ids.

Private to the collection.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.conditions import Condition
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import SEGMENT, only_named
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import is_uuid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import SettingValue
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


class Segments:
    """The segments of a product, read once, and only if a rule needs the name or the id of one.

    Args:
        task: knows whether this is check mode.
        client: reads them.
        product_id: the product's id; None if the product does not exist.
    """

    def __init__(self, task: Task, client: ConfigCatClient, product_id: str | None) -> None:
        self._task = task
        self._client = client
        self._product_id = product_id
        self._items: list[dict[str, Any]] | None = None

    def resolved(self, value: SettingValue) -> SettingValue:
        """Return the value with the ids of the segments that its rules name.

        Raises:
            ToolkitError: ``not_found`` outside check mode, or ``ambiguous``.
        """
        return replace(
            value,
            rules=tuple(
                replace(rule, conditions=tuple(self._with_id(condition) for condition in rule.conditions))
                for rule in value.rules
            ),
        )

    def name_of(self, segment_id: str) -> str:
        """Return the name of a segment; its id if it does not exist."""
        return next((str(item["name"]) for item in self._read() if item[SEGMENT.id] == segment_id), segment_id)

    def _with_id(self, condition: Condition) -> Condition:
        return replace(condition, segment=self._id_of(condition.segment)) if condition.segment else condition

    def _id_of(self, given: str) -> str:
        if is_uuid(given):
            return given
        found = only_named(SEGMENT, self._read(), given)
        if found is None:
            missing(self._task, f"segment {given}", "Create it with reseller.toolkit.configcat_segment.")
        return found[SEGMENT.id] if found else given

    def _read(self) -> list[dict[str, Any]]:
        if self._items is None:
            self._items = self._client.of_product(SEGMENT, self._product_id) if self._product_id else []
        return self._items
