# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the flags that rules name as their prerequisites, before anything is written.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.conditions import Condition
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.plain_values import checked_value
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import SettingValue
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


def missing_flag(task: Task, key: str) -> None:
    """Report a prerequisite that does not exist; in check mode only warn, as an earlier task would have created it.

    Raises:
        ToolkitError: ``not_found``, outside check mode.
    """
    thing = f"setting {key}, which a rule names as its prerequisite"
    missing(task, thing, "Create it with reseller.toolkit.configcat_flag.")


def with_typed_prerequisites(
    option: str, value: SettingValue, kinds: Mapping[str, str], unknown: Callable[[str], None]
) -> SettingValue:
    """Return a value whose prerequisites are compared with values of their flags' types.

    Args:
        option: the name of the enclosing option, with a dot at its end; empty for options of the task itself.
        value: the desired value.
        kinds: the types of all flags of the config by their keys.
        unknown: is called with the key of a flag that does not exist (`missing_flag`).

    Raises:
        ToolkitError: ``invalid_option``.
    """

    def typed(rule_option: str, condition: Condition) -> Condition:
        key = condition.prerequisite
        if key and key not in kinds:
            unknown(key)
        if key not in kinds:
            return condition
        wanted = checked_value(f"{rule_option}.prerequisite_value", condition.prerequisite_value, kinds[key])
        return replace(condition, prerequisite_value=wanted)

    rules = [
        replace(rule, conditions=tuple(typed(f"{option}rules[{number}]", condition) for condition in rule.conditions))
        for number, rule in enumerate(value.rules)
    ]
    return replace(value, rules=tuple(rules))


def check_no_circle(environment: str, values: Mapping[str, SettingValue]) -> None:
    """Refuse flags that are, over others, prerequisites of themselves: their value could not be decided.

    Args:
        environment: its name.
        values: what all flags serve there after the task, by their keys.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    needed = {key: prerequisites_of(value) & values.keys() for key, value in values.items()}
    # Those that need no other one are in no circle, and neither are those that no other one needs.
    while free := [
        key
        for key, others in needed.items()
        if not others & needed.keys() or not any(key in each for each in needed.values())
    ]:
        for key in free:
            del needed[key]
    if needed:
        raise invalid("rules", f"flags are prerequisites of each other in {environment}: {', '.join(sorted(needed))}.")


def check_not_needed(environment: str, values: Mapping[str, SettingValue], removed: Collection[str]) -> None:
    """Refuse to remove flags that are prerequisites of flags that stay.

    Args:
        environment: its name.
        values: what all flags serve there after the task, by their keys.
        removed: the keys of the flags to remove.

    Raises:
        ToolkitError: ``conflict``.
    """
    for key, value in values.items():
        needed = prerequisites_of(value) & set(removed)
        if key not in removed and needed:
            names = ", ".join(sorted(needed))
            raise ToolkitError("conflict", f"{names}: it is a prerequisite of {key} in {environment}.")


def prerequisites_of(value: SettingValue) -> set[str]:
    """Return the keys of the flags that the rules name."""
    return {condition.prerequisite for condition in value.conditions if condition.prerequisite}
