# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check what a user wrote before Ansible converts it to the types of the options.

Private to the collection. Ansible converts to a text whatever YAML read, and YAML 1.1 reads an unquoted ``no`` as
false, ``8.10`` as 8.1 and ``01067`` as 567: afterwards nobody can tell. Ansible also splits a text at each comma where
a list is wanted. Both runners call this first. A module's ``SPEC`` may declare besides the arguments of
`AnsibleModule`:

- ``whole_texts``: lists whose items may hold a comma, such as values of records. A text for such a list is one item.
- ``numbers``: texts for which a whole number stands for its digits, such as descriptions, and ids that are numbers.
- ``versions``: texts for which any number is accepted, because the module compares it with what is available.

Each names an option, or an option inside of one, such as ``record_sets.value``.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ansible.module_utils.common.validation import check_type_dict

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, raise_found
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

if TYPE_CHECKING:
    # Annotations only.
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Run, Task

#: What follows the complaint about a value that YAML did not read as a text.
QUOTE = "Quote it; in a template, add the filter string."
#: What follows the complaint about a value that was not quoted, as long as it does no harm.
STILL_ACCEPTED = "Nothing would change, so it is accepted for now. Version 2.2.0 will refuse it."


def with_whole_texts(spec: dict[str, Any], args: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments of a task, with one text for a list of ``whole_texts`` as a list of one item."""
    for path in spec.get("whole_texts", ()):
        args = _with_whole_text(args, path)
    return args


def _with_whole_text(args: dict[str, Any], path: str) -> dict[str, Any]:
    name, _dot, below = path.partition(".")
    value = args.get(name)
    if not below:
        return {**args, name: [value]} if isinstance(value, str) else args
    if isinstance(value, list):
        items = [(item, dictionary_of(item)) for item in value]
        return {**args, name: [item if found is None else _with_whole_text(found, below) for item, found in items]}
    found = dictionary_of(value)
    return args if found is None else {**args, name: _with_whole_text(found, below)}


def doubts_in(spec: dict[str, Any], args: dict[str, Any], place: str = "") -> list[ToolkitError]:
    """Return an error for each value that is no text where one is wanted.

    Args:
        spec: a module's ``SPEC``.
        args: what the user wrote; never shown, since it may be a secret.
        place: where it was written, with a dot at its end; an empty text for the options of a task.
    """
    numbers, versions = (frozenset(spec.get(name, ())) for name in ("numbers", "versions"))
    texts = _texts_in(spec["argument_spec"], args, place, "")
    return [
        invalid(found, complaint)
        for found, path, value in texts
        if (complaint := complaint_about(value, numbers=path in numbers, versions=path in versions))
    ]


def without_doubts(run: Run) -> Run:
    """Return a module's work that refuses the doubts of its task first, but only warns of them if nothing would change.

    What would change is what the module predicts in check mode. Invalid names with state absent are refused in any
    case: that it is not found may be because of the value.

    Raises:
        ToolkitError: ``invalid_option``, by the work that is returned.
    """

    def checked(task: Task) -> dict[str, Any]:
        if task.doubts and (task.params.get("state") == "absent" or not _is_unchanged(run, task)):
            raise_found(task.doubts)
        for doubt in task.doubts:
            task.warn(f"{doubt.message} {STILL_ACCEPTED}")
        return run(task)

    return checked


def _is_unchanged(run: Run, task: Task) -> bool:
    """Return whether a module finds its object as desired. One that only reads has no such object."""
    if task.name.endswith("_info"):
        return False
    try:
        return run(replace(task, check_mode=True, warnings=[])).get("changed") is False
    except ToolkitError:
        return False


def complaint_about(value: Any, *, numbers: bool = False, versions: bool = False) -> str | None:
    """Return what is wrong with a value where a text is wanted, None if nothing is.

    Args:
        value: as YAML, JSON or a template gave it.
        numbers: whole numbers are welcome.
        versions: all numbers are welcome.
    """
    if isinstance(value, str):
        return None
    if value is None:
        return "there is nothing where a text is needed."
    if isinstance(value, bool):
        return f"a text is needed, and this is a boolean, as YAML reads yes, no, on, off, true and false. {QUOTE}"
    if isinstance(value, (int, float)):
        welcome = versions or (numbers and isinstance(value, int))
        return None if welcome else f"a text is needed, and this is a number, whose zeros YAML drops. {QUOTE}"
    return f"a text is needed, and this is a {'list' if isinstance(value, list) else 'dictionary'}."


def _texts_in(options: dict[str, Any], given: dict[str, Any], place: str, path: str) -> Iterator[tuple[str, str, Any]]:
    """Yield what is given for each text: where it is, the option's path, and the value."""
    for name, option in options.items():
        value = given.get(name)
        if value is None and not option.get("required"):
            continue
        here, kind = f"{place}{name}", option.get("type", "str")
        if kind != "list":
            if name in given:
                yield from _texts_of(option, kind, value, here, f"{path}{name}")
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from _texts_of(option, option.get("elements"), item, f"{here}[{index}]", f"{path}{name}")
        elif not isinstance(value, str) and value is not None:
            yield from _texts_of(option, option.get("elements"), value, here, f"{path}{name}")


def _texts_of(option: dict[str, Any], kind: Any, value: Any, place: str, path: str) -> Iterator[tuple[str, str, Any]]:
    """Yield the text itself, or those in a dictionary."""
    if kind in ("str", "path"):
        yield place, path, value
    elif kind == "dict" and "options" in option:
        yield from _texts_in(option["options"], dictionary_of(value) or {}, f"{place}.", f"{path}.")


def dictionary_of(value: Any) -> dict[str, Any] | None:
    """Return a value as Ansible takes it for a dictionary; None for what it refuses."""
    try:
        found: dict[str, Any] = check_type_dict(value)
    except TypeError:
        return None
    return found
