# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dictionary ``hosting`` of the role, converted to the types of its argument specification.

Private to the collection. The specification is read from the role's ``meta/argument_specs.yml``, so the options are
listed once. Ansible converts values only to validate them. The role and its check use the values converted here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ansible.module_utils.common.parameters import DEFAULT_TYPE_VALIDATORS
from ansible.module_utils.common.yaml import yaml_load

from ansible_collections.reseller.toolkit.plugins.module_utils.given import complaint_about
from ansible_collections.reseller.toolkit.plugins.module_utils.task import OMITTED
from ansible_collections.reseller.toolkit.plugins.plugin_utils.mistakes import Doubt, Mistake

ROLE = Path(__file__).resolve().parents[2] / "roles/hosting"
#: The options of ``hosting``, read once for all workers, when the plugin is loaded.
OPTIONS: dict[str, Any] = yaml_load((ROLE / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"][
    "main"
]["options"]["hosting"]["options"]
#: The declarations (`module_utils.given`) of the modules that receive the options, by the options' names.
WHOLE_TEXTS = frozenset({"value", "ssh_keys"})
NUMBERS = frozenset({"servicepack", "subject", "text"})
VERSIONS = frozenset({"php_version"})
#: Options whose empty text is a value: the zone's own name.
EMPTY_IS_A_VALUE = {"prefix"}
#: The Python types that need no conversion, by the name of the option's type.
TYPES: dict[str, type] = {"str": str, "path": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}


def normalized(given: Any, *keys: str) -> tuple[dict[str, Any], list[Mistake]]:
    """Return the dictionary with converted values, without options that are not given, and the mistakes in it.

    Null, omitted values, empty texts and empty dictionaries count as not given. An empty list is a value. A value that
    is a `Doubt` is converted as Ansible converts it. The number of a version stays a number: its module looks it up.

    Args:
        given: the dictionary as the user wrote it.
        keys: the options to convert, to save time; all if there are none.
    """
    mistakes: list[Mistake] = []
    options = {name: OPTIONS[name] for name in keys} if keys else OPTIONS
    if keys and isinstance(given, Mapping):
        given = {name: given[name] for name in keys if name in given}
    return _dictionary("hosting", given, options, mistakes), mistakes


def _dictionary(place: str, given: Any, options: dict[str, Any], mistakes: list[Mistake]) -> dict[str, Any]:
    if not isinstance(given, Mapping):
        try:
            given = DEFAULT_TYPE_VALIDATORS["dict"](given)
        except TypeError:
            mistakes.append(Mistake(place, "it must be a dictionary."))
            return {}
    values = {}
    for name, value in given.items():
        if name not in options:
            known = ", ".join(sorted(options))
            mistakes.append(Mistake(f"{place}.{name}", f"this option does not exist. The options are: {known}."))
        elif _is_given(name, value):
            values[name] = _value(name, f"{place}.{name}", value, options[name], mistakes)
    for name, option in options.items():
        if option.get("required") and name not in values:
            mistakes.append(Mistake(f"{place}.{name}", "it is required."))
    return values


def _value(name: str, place: str, given: Any, option: dict[str, Any], mistakes: list[Mistake]) -> Any:
    wanted = option["type"]
    if wanted == "dict" and "options" in option:
        return _dictionary(place, given, option["options"], mistakes)
    if wanted == "list":
        item: dict[str, Any] = {**option, "type": option["elements"]}
        items = _items(name, place, given, option["elements"], mistakes)
        return [_value(name, f"{place}[{index}]", one, item, mistakes) for index, one in enumerate(items)]
    if wanted in ("str", "path"):
        value = _text(name, place, given, mistakes)
    else:
        value = _converted(place, given, wanted, mistakes)
    if wanted == "dict":
        # A dictionary whose names the user chooses: each value is a text.
        return {key: _text(key, f"{place}.{key}", one, mistakes) for key, one in _plain(value).items()}
    if value not in option.get("choices", [value]):
        mistakes.append(Mistake(place, f"it must be one of {', '.join(option['choices'])}, not {value!r}."))
    return value


def _items(name: str, place: str, given: Any, elements: str, mistakes: list[Mistake]) -> list[Any]:
    """Return the items of a list. Ansible splits a text at commas, and converts a number to a text."""
    is_one = name in WHOLE_TEXTS if isinstance(given, str) else elements == "str" and isinstance(given, (int, float))
    return [given] if is_one else _converted(place, given, "list", mistakes) or []


def _text(name: str, place: str, given: Any, mistakes: list[Mistake]) -> Any:
    """Return a text as Ansible converts it, or a number if the module looks it up."""
    if isinstance(given, str):
        return given
    complaint = complaint_about(given, numbers=name in NUMBERS, versions=name in VERSIONS)
    if complaint and not isinstance(given, (int, float)):
        mistakes.append(Mistake(place, complaint))
        return ""
    if complaint:
        mistakes.append(Doubt(place, complaint))
    # A path means something else on another host, so the module expands it.
    return given if name in VERSIONS and not complaint else str(given)


def _converted(place: str, given: Any, wanted: str, mistakes: list[Mistake]) -> Any:
    """Return the value in the given type. The message of a mistake must not contain the value: it may be a secret."""
    if wanted in ("int", "float") and isinstance(given, bool):
        mistakes.append(Mistake(place, "a number is needed, and this is a boolean."))
        return 0
    if isinstance(given, TYPES[wanted]):
        return given
    try:
        return DEFAULT_TYPE_VALIDATORS[wanted](given)
    except (TypeError, ValueError):
        mistakes.append(Mistake(place, f"it must be a value of type {wanted}."))
        return TYPES[wanted]()


def _is_given(name: str, value: Any) -> bool:
    if isinstance(value, str):
        return not value.startswith(OMITTED) and (bool(value) or name in EMPTY_IS_A_VALUE)
    return value is not None and value != {}


def _plain(value: Any) -> Any:
    """Return containers as plain Python containers: those of a template convert their items on reading."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
