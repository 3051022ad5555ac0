# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan for many flags and their values in many environments: from the current to the desired state.

Private to the collection. The options are checked as far as possible before anything is read, and completely before
anything is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.change_descriptions import change_line
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flags import (
    check_kind,
    flag_options,
    new_flag,
    wanted_flag,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import (
    can_be_named,
    checked_key,
    checked_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.prerequisites import (
    check_no_circle,
    check_not_needed,
    with_typed_prerequisites,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.value_forms import FORMS
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.values import (
    BLANK,
    SettingValue,
    value_options,
    wanted_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes
from ansible_collections.reseller.toolkit.plugins.module_utils.suboptions import checked_suboptions

SegmentName = Callable[[str], str]


@dataclass(frozen=True)
class WantedFlag:
    """A flag as the task describes it.

    Attributes:
        key: its key.
        what: its desired properties (`wanted_flag`).
        values: its desired values, as options of `value_options`, by the environments' names.
    """

    key: str
    what: dict[str, Any]
    values: dict[str, dict[str, Any]]

    def value_in(self, environment: str, kind: str | None = None, version: str | None = None) -> SettingValue:
        """Return its complete desired value in an environment. Segments keep the names that the user gave.

        Args:
            environment: the environment's name.
            kind: the flag's type; None if it is not known yet.
            version: the config's evaluation version; None if it is not known yet.

        Raises:
            ToolkitError: ``invalid_option``, also for what such a config can't hold.
        """
        option = self.option_in(environment)
        found = wanted_value(option, self.values[environment], kind, BLANK, version)
        return found if version is None else FORMS[version].fitted(option, found)

    def option_in(self, environment: str) -> str:
        """Return what messages call the options of its value in an environment, with a dot at its end."""
        return f"environments.{environment}.{self.key}."


def named_environments(environments: dict[str, Any]) -> dict[str, Any]:
    """Return the descriptions of environments, by the environments' names or ids in the form that is compared.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    found: dict[str, Any] = {}
    for given, items in environments.items():
        name = checked_name("environments", str(given))
        if name in found:
            raise invalid("environments", f"{name} is given twice.")
        found[name] = items
    return found


def wanted_flags(flags: dict[str, Any], environments: dict[str, Any]) -> list[WantedFlag]:
    """Return the flags that the task describes, checked as far as possible without a request.

    Args:
        flags: for each flag's key the options of `flag_options`, or nothing.
        environments: for each environment (`named_environments`) and each flag's key a plain value or the options of
            `value_options`.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    values: dict[str, dict[str, dict[str, Any]]] = {}
    for environment, items in environments.items():
        for key, given in _dictionary(f"environments.{environment}", items).items():
            if key not in flags:
                raise invalid(f"environments.{environment}.{key}", f"flags does not name {key}.")
            values.setdefault(key, {})[environment] = _given_value(f"environments.{environment}.{key}", given)
    wanted = []
    for key, given in flags.items():
        name = checked_key("flags", str(key))
        option = f"flags.{name}"
        found = checked_suboptions(option, flag_options(), _dictionary(option, given), numbers=("hint",))
        what = wanted_flag(f"{option}.", found)
        flag = WantedFlag(name, what, values.get(key, {}))
        for environment in flag.values:
            flag.value_in(environment, what["setting_type"])
        wanted.append(flag)
    return wanted


def _given_value(option: str, given: Any) -> dict[str, Any]:
    """Return the options of a value. A plain value is short for all of them.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    suboptions = value_options()
    suboptions["value"]["required"] = True
    found = checked_suboptions(option, suboptions, given if isinstance(given, dict) else {"value": given})
    if found["value"] is None:
        raise invalid(option, "it has no value.")
    empty = {"rules": [], "percentages": [], "percentage_attribute": ""}
    return {**found, **{name: found[name] or nothing for name, nothing in empty.items()}}


def _dictionary(option: str, given: Any) -> dict[str, Any]:
    if given is None:
        return {}
    if not isinstance(given, dict):
        raise invalid(option, "it must be a dictionary.")
    return given


@dataclass(frozen=True)
class ValueChange:
    """The change of a flag's value in one environment.

    Attributes:
        key: the flag's key.
        before: its current value; None for a new flag.
        after: its desired value, with the ids of segments.
    """

    key: str
    before: SettingValue | None
    after: SettingValue


@dataclass
class FlagPlan:
    """The writes from the current to the desired state.

    Attributes:
        added: the desired properties of new flags (`new_flag`).
        changed: existing flags whose properties change, each with the new properties.
        removed: the flags to remove.
        values: the values that change, by the environments' names.
    """

    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[tuple[dict[str, Any], dict[str, Any]]] = field(default_factory=list)
    removed: list[dict[str, Any]] = field(default_factory=list)
    values: dict[str, list[ValueChange]] = field(default_factory=dict)

    def sections(self, segment_name: SegmentName) -> dict[str, list[str]]:
        """Return the plan in words: the changes in each environment, and under an empty name those of flags."""
        found = {"": [f"{flag['key']}: added ({flag['setting_type']})" for flag in self.added]}
        for flag, changed in self.changed:
            found[""] += [
                f"{flag['key']}: {name} {_spoken(flag[name])} → {_spoken(value)}" for name, value in changed.items()
            ]
        found[""] += [f"{flag['key']}: removed" for flag in self.removed]
        for environment, items in self.values.items():
            found[environment] = [change_line(item.key, item.before, item.after, segment_name) for item in items]
        return {name: lines for name, lines in found.items() if lines}


def _spoken(value: Any) -> str:
    return ", ".join(value) or "none" if isinstance(value, list) else f'"{value}"'


def plan_flags(
    wanted: list[WantedFlag],
    flags: dict[str, dict[str, Any]],
    values: dict[str, dict[str, SettingValue]],
    resolved: Callable[[SettingValue], SettingValue],
    unwanted: list[dict[str, Any]],
    version: str | None,
    unknown: Callable[[str], None],
) -> FlagPlan:
    """Plan the writes.

    Args:
        wanted: the desired flags with their values.
        flags: the existing flags by their keys.
        values: the existing values by the flags' keys, by the environments' names.
        resolved: replaces the names of segments in rules by their ids.
        unwanted: the flags to remove.
        version: the config's evaluation version; None if it does not exist yet (check mode).
        unknown: is called with the key of a prerequisite that does not exist.

    Raises:
        ToolkitError: ``type_differs``, ``invalid_option``, or ``conflict`` if a flag that stays needs one to remove.
    """
    plan = FlagPlan(removed=unwanted, values={environment: [] for environment in values})
    for flag in wanted:
        current = flags.get(flag.key)
        if current is None:
            plan.added.append(new_flag("flags", flag.key, flag.what))
        else:
            check_kind(f"flags.{flag.key}.type", current, flag.what["setting_type"])
            changed = changes(current, flag.what)
            if changed:
                plan.changed.append((current, changed))
    kinds = {flag["key"]: flag["setting_type"] for flag in (*flags.values(), *plan.added)}
    for flag in wanted:
        for environment in flag.values:
            before = values[environment].get(flag.key)
            after = flag.value_in(environment, kinds[flag.key], version)
            if version is not None:
                after = with_typed_prerequisites(flag.option_in(environment), after, kinds, unknown)
            after = resolved(after)
            if after != before:
                plan.values[environment].append(ValueChange(flag.key, before, after))
    removed = {flag["key"] for flag in unwanted}
    for environment, items in plan.values.items():
        served = {**values[environment], **{item.key: item.after for item in items}}
        check_no_circle(environment, served)
        check_not_needed(environment, served, removed)
    return plan


def unwanted_flags(
    flags: dict[str, dict[str, Any]], named: Collection[str], tags: list[str] | None
) -> list[dict[str, Any]]:
    """Return the flags that a purge removes. A flag that no task could name to keep it is never removed.

    Args:
        flags: the existing flags by their keys.
        named: the keys of the flags to keep.
        tags: remove only flags that have one of these tags; None for all.
    """
    return [
        flag
        for key, flag in flags.items()
        if key not in named and can_be_named(key) and (tags is None or not set(tags).isdisjoint(flag["tags"]))
    ]
