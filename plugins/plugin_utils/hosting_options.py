# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dictionary ``hosting`` of the role, in the types that its argument specification names.

Private to the collection. The specification is read from the role's ``meta/argument_specs.yml``, so there is one list
of options. Ansible converts values only to validate them; what the role and its check work with is converted here.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from ansible.module_utils.common.parameters import DEFAULT_TYPE_VALIDATORS
from ansible.module_utils.common.yaml import yaml_load

ROLE = Path(__file__).resolve().parents[2] / "roles/hosting"
#: The options of ``hosting``, read when the plugin is loaded, and so once for all workers.
OPTIONS: dict[str, Any] = yaml_load((ROLE / "meta/argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"][
    "main"
]["options"]["hosting"]["options"]
#: What ``default(omit)`` leaves inside a dictionary before ansible-core 2.19.
OMITTED = "__omit_place_holder__"
#: Options whose empty text is a value: the zone's own name.
EMPTY_IS_A_VALUE = {"prefix"}
#: The Python types that need no conversion, by the name of the option's type.
TYPES: dict[str, type] = {"str": str, "path": str, "int": int, "float": float, "bool": bool, "list": list, "dict": dict}


class Mistake(NamedTuple):
    """One thing that is wrong with a customer's dictionary.

    Attributes:
        place: where, such as ``hosting.databases[1].name``.
        message: what is wrong.
    """

    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.place}: {self.message}"


def normalized(given: Any, *keys: str) -> tuple[dict[str, Any], list[Mistake]]:
    """Return the dictionary with converted values and without what is not given, and what could not be converted.

    Not given is what is null, omitted, an empty text or an empty dictionary. An empty list is a value.

    Args:
        given: the dictionary as the user wrote it.
        keys: convert these options only, to save time; all without any.
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
            mistakes.append(Mistake(place, "it is not a dictionary."))
            return {}
    values = {}
    for name, value in given.items():
        if name not in options:
            known = ", ".join(sorted(options))
            mistakes.append(Mistake(f"{place}.{name}", f"there is no such option. The options are: {known}."))
        elif _is_given(name, value):
            values[name] = _value(f"{place}.{name}", value, options[name], mistakes)
    for name, option in options.items():
        if option.get("required") and name not in values:
            mistakes.append(Mistake(f"{place}.{name}", "it is required."))
    return values


def _value(place: str, given: Any, option: dict[str, Any], mistakes: list[Mistake]) -> Any:
    wanted = option["type"]
    if wanted == "dict" and "options" in option:
        return _dictionary(place, given, option["options"], mistakes)
    value = _converted(place, given, wanted, mistakes)
    if wanted == "dict":
        return _plain(value)
    if wanted == "list":
        item: dict[str, Any] = {**option, "type": option["elements"]}
        return [_value(f"{place}[{index}]", one, item, mistakes) for index, one in enumerate(value or [])]
    if value not in option.get("choices", [value]):
        mistakes.append(Mistake(place, f"it is one of {', '.join(option['choices'])}, and not {value!r}."))
    return value


def _converted(place: str, given: Any, wanted: str, mistakes: list[Mistake]) -> Any:
    """Return the value in the wanted type; a mistake must not show the value, which may be a secret."""
    is_text = wanted in ("str", "path")
    if wanted in ("int", "float") and isinstance(given, bool):
        mistakes.append(Mistake(place, "a number is needed, and this is a boolean."))
        return 0
    if isinstance(given, TYPES[wanted]):
        return given
    if given is None or (is_text and isinstance(given, (bool, float, Mapping, list))):
        mistakes.append(Mistake(place, f"a text is needed, and this is a {_kind(given)}. Quote a text that looks so."))
        return ""
    try:
        # On another host the path means something else: the module expands it.
        return DEFAULT_TYPE_VALIDATORS["str" if is_text else wanted](given)
    except (TypeError, ValueError):
        mistakes.append(Mistake(place, f"it is not a value of type {wanted}."))
        return TYPES[wanted]()


def _kind(value: Any) -> str:
    names = {bool: "boolean", float: "number with a fraction", list: "list"}
    return "null" if value is None else names.get(type(value), "dictionary")


def _is_given(name: str, value: Any) -> bool:
    if isinstance(value, str):
        return not value.startswith(OMITTED) and (bool(value) or name in EMPTY_IS_A_VALUE)
    return value is not None and value != {}


def _plain(value: Any) -> Any:
    """Return containers as Python's own: those of a template convert when they are read."""
    if isinstance(value, Mapping):
        return {name: _plain(item) for name, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value
