# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The part of JSONPath (RFC 9535) that fault rules need to select values of a document.

``$`` is the document, ``.name`` or ``['name']`` a property, ``[0]`` or ``[-1]`` an item, ``[*]`` every item or
property, and ``[?@.name=='text']`` the items whose property has this value (text in single quotes, a number, true,
false, null).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

_ROOT = "$"
_STEP = re.compile(
    r"""\.(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |\['(?P<quoted>[^']+)'\]
    |\[(?P<index>-?[0-9]+)\]
    |(?P<all>\[\*\]|\.\*)
    |\[\?@\.(?P<key>[A-Za-z_][A-Za-z0-9_]*)\s*==\s*(?:'(?P<text>[^']*)'|(?P<literal>-?[0-9.]+|true|false|null))\]""",
    re.VERBOSE,
)

Step = Callable[[Any], Iterator[Any]]
"""Yields the keys or indexes in a value that the next part of a path selects."""


class Node(NamedTuple):
    """A value in a document, as ``parent[key]``."""

    parent: Any
    key: Any

    @property
    def value(self) -> Any:
        """The value itself."""
        return self.parent[self.key]


def parse(path: str) -> list[Step]:
    """Parse a path into steps; raise ``ValueError`` with the unreadable part."""
    if not path.startswith(_ROOT):
        raise ValueError(f"a path begins with {_ROOT}: {path!r}")
    steps, position = [], len(_ROOT)
    while position < len(path):
        match = _STEP.match(path, position)
        if match is None:
            raise ValueError(f"the path can't be read from {path[position:]!r} on: {path!r}")
        steps.append(_step(match))
        position = match.end()
    return steps


def _step(match: re.Match[str]) -> Step:
    name = match["name"] or match["quoted"]
    if name:
        return lambda value: iter([name] if isinstance(value, dict) and name in value else [])
    if match["index"]:
        index = int(match["index"])
        return lambda value: iter([index] if isinstance(value, list) and -len(value) <= index < len(value) else [])
    if match["all"]:
        return _keys
    key = match["key"]
    wanted = json.loads(match["literal"]) if match["literal"] else match["text"]
    return lambda value: (index for index in _keys(value) if _has(value[index], key, wanted))


def _keys(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        return iter([*value])
    return iter(range(len(value)) if isinstance(value, list) else ())


def _has(value: Any, key: str, wanted: Any) -> bool:
    return isinstance(value, dict) and key in value and value[key] == wanted


def find(document: list[Any], steps: list[Step]) -> list[Node]:
    """Return the nodes that a path selects in a document, which is the only item of a list."""
    nodes = [Node(document, 0)]
    for step in steps:
        nodes = [Node(node.value, key) for node in nodes for key in step(node.value)]
    return nodes
