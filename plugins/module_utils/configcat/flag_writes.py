# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The writes that carry out a plan for many flags and their values.

Private to the collection. All values in an environment take one write, whatever the number of flags.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.environment_values import (
    EnvironmentValues,
    write_values,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flag_plan import FlagPlan, ValueChange
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import (
    Tags,
    absent_flag,
    add_flag,
    change_flag,
    remove_flag,
    tags_to_send,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step


@dataclass
class FlagWriter:
    """Writes to one config.

    Attributes:
        client: sends the writes.
        config: the config; an empty dict if it does not exist.
        flags: its flags by their keys. Added flags are inserted here.
        served: their values by the environments' names.
        reason: the reason for the audit log.
    """

    client: ConfigCatClient
    config: dict[str, Any]
    flags: dict[str, dict[str, Any]]
    served: dict[str, EnvironmentValues]
    reason: str | None

    def steps(self, plan: FlagPlan, tags: Tags) -> list[Step]:
        """Return the writes in order. Removals come last, so that an interrupted task removes nothing.

        Raises:
            ToolkitError: ``not_found`` for a tag, before anything is written.
        """
        steps = []
        for flag in plan.added:
            steps.append(Step(f"add {flag['key']}", partial(self._add, flag, tags.ids(flag["tags"] or []))))
        for current, changed in plan.changed:
            tag_ids = tags.ids(tags_to_send(current, changed))
            steps.append(Step(f"change {current['key']}", partial(change_flag, self.client, current, changed, tag_ids)))
        for name, items in plan.values.items():
            if items:
                title = f"set {len(items)} {'value' if len(items) == 1 else 'values'} in {name}"
                steps.append(Step(title, partial(self._set, name, items)))
        for flag in plan.removed:
            steps.append(Step(f"remove {flag['key']}", partial(remove_flag, self.client, flag)))
        return steps

    def _add(self, wanted: dict[str, Any], tag_ids: list[int]) -> None:
        absence = absent_flag(self.client, wanted["key"])
        self.flags[wanted["key"]] = add_flag(self.client, self.config, wanted, tag_ids, absence)

    def _set(self, environment: str, items: list[ValueChange]) -> None:
        # The ids of flags that this task adds are known only now.
        values = {item.key: item.after for item in items}
        write_values(self.client, self.served[environment], self.flags, values, self.reason)
