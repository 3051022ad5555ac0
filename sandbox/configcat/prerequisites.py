# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which settings of V2 configs are prerequisites of others."""

from __future__ import annotations

from sandbox.configcat.responses import refused
from sandbox.context import Context

_SQL = """
SELECT flags.setting_id, flags.key, json_extract(part.value, '$.prerequisiteSettingId') AS needed
FROM flags JOIN flag_values USING (setting_id)
     LEFT JOIN json_tree(rollout_rules) AS part ON part.key = 'prerequisiteFlagCondition' AND part.type = 'object'
WHERE deleted_at IS NULL AND config_id = ? AND environment_id = ?
ORDER BY position, setting_id, part.id
"""


def check_no_circle(context: Context, config_id: str, environment_id: str) -> None:
    """Refuse settings that are, over others, prerequisites of themselves in an environment."""
    rows = context.store.all(_SQL, config_id, environment_id)
    left = {row["setting_id"]: {other["needed"] for other in rows if other["key"] == row["key"]} for row in rows}
    while free := {number for number, needed in left.items() if not needed & left.keys()}:
        left = {number: needed for number, needed in left.items() if number not in free}
    if left:
        keys = dict.fromkeys(row["key"] for row in rows if row["setting_id"] in left)
        raise refused(f"Circular dependency between prerequisite flags: {', '.join(keys)}.")


def dependents(context: Context, config_id: str, environment_id: str) -> dict[int, list[int]]:
    """Return the prerequisites of a config in an environment, each with the settings whose rules name it."""
    found: dict[int, list[int]] = {}
    for row in context.store.all(_SQL, config_id, environment_id):
        if row["needed"] is not None and row["setting_id"] not in found.setdefault(row["needed"], []):
            found[row["needed"]].append(row["setting_id"])
    return found


def check_not_needed(context: Context, config_id: str, setting_id: int) -> None:
    """Refuse to delete a setting that is a prerequisite of another one in any environment."""
    for row in context.store.all("SELECT environment_id FROM sdk_keys WHERE config_id = ?", config_id):
        if setting_id in dependents(context, config_id, row["environment_id"]):
            raise refused("The setting is a prerequisite of other settings.")
