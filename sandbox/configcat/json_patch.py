# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON Patch (RFC 6902): a document changed by an array of operations."""

from __future__ import annotations

import copy
import json
import re
from typing import Any, Literal

from pydantic import Field

from sandbox.configcat.bodies import Model
from sandbox.configcat.responses import wrong

_INDEX = re.compile(r"0|[1-9][0-9]*")


class Operation(Model):
    """One step."""

    op: Literal["add", "remove", "replace", "move", "copy", "test"]
    path: str
    origin: str | None = Field(None, alias="from")
    value: Any = None


def patched(document: Any, operations: list[Operation]) -> Any:
    """Return a changed copy of a document; an impossible step raises a 400 and changes nothing."""
    document = {"": copy.deepcopy(document)}
    for number, step in enumerate(operations):
        try:
            _apply(document, step)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            raise wrong(f"{number}.path", f"{step.op} {step.path} is not possible.") from error
    return document[""]


def _apply(document: Any, step: Operation) -> None:
    path = _parts(step.path)
    if step.op in ("add", "replace", "test") and "value" not in step.model_fields_set:
        raise ValueError("no value")
    if step.op == "test":
        if _canonical(_read(document, path)) != _canonical(step.value):
            raise ValueError("another value")
    elif step.op == "remove":
        _remove(document, path)
    elif step.op == "replace":
        _read(document, path)
        container, key = _target(document, path)
        container[key] = step.value
    else:
        _add(document, path, _moved(document, step, path))


def _moved(document: Any, step: Operation, path: list[str]) -> Any:
    """Return what the step adds: its value, or the value at its ``from``."""
    if step.op == "add":
        return step.value
    if step.origin is None:
        raise ValueError("no origin")
    origin = _parts(step.origin)
    value = copy.deepcopy(_read(document, origin))
    if step.op == "move":
        if path[: len(origin)] == origin and path != origin:
            raise ValueError("into itself")
        _remove(document, origin)
    return value


def _parts(pointer: str) -> list[str]:
    """Return the parts of a JSON pointer (RFC 6901), of which the first names the whole document."""
    if pointer and not pointer.startswith("/"):
        raise ValueError("not a pointer")
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")]


def _target(document: Any, path: list[str]) -> tuple[Any, Any]:
    """Return the container of the target of a path, and its key or index."""
    container = document
    for part in path[:-1]:
        container = container[_key(container, part)]
    return container, _key(container, path[-1])


def _key(container: Any, part: str) -> Any:
    if isinstance(container, dict):
        return part
    if not isinstance(container, list) or not (part == "-" or _INDEX.fullmatch(part)):
        raise ValueError("not a place")
    return len(container) if part == "-" else int(part)


def _read(document: Any, path: list[str]) -> Any:
    container, key = _target(document, path)
    return container[key]


def _add(document: Any, path: list[str], value: Any) -> None:
    container, key = _target(document, path)
    if isinstance(container, dict):
        container[key] = value
    elif key > len(container):
        raise IndexError
    else:
        container.insert(key, value)


def _remove(document: Any, path: list[str]) -> None:
    container, key = _target(document, path)
    del container[key]


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True)
