# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each path of the API is spelled in one place: the file of its family of resources."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.operations import TEMPLATES

PLUGINS = Path(__file__).resolve().parents[5] / "plugins"
RESELLER = PLUGINS / "module_utils/reseller"
#: What a collection's path begins with, such as ``/accounts``.
COLLECTIONS = sorted({"/" + template.split("/")[1] for paths in TEMPLATES.values() for template in paths})
#: Tables of facts about all operations or all resources, and an example in a message.
TABLES = {
    "module_utils/reseller/client.py": ("UNPAGED",),
    "module_utils/reseller/natural_keys.py": ("KEYS",),
    "module_utils/reseller/operations.py": ("TEMPLATES", "ORDERED_BY"),
    "module_utils/reseller/raw.py": ("example",),
    "module_utils/reseller/shown_properties.py": ("RESOURCES",),
}
DOCUMENTATION = ("DOCUMENTATION", "EXAMPLES", "RETURN")


def assigned(node: ast.stmt) -> set[str]:
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return {target.id for target in targets if isinstance(target, ast.Name)}


def texts(node: ast.AST, left_out: set[str]) -> Iterator[str]:
    """Yield how the texts of code begin, without those that are assigned to some names, and without docstrings."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt) and assigned(child) & left_out:
            continue
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Constant):
            continue
        if isinstance(child, ast.Constant) and isinstance(child.value, str) and not is_continued(node, child):
            yield child.value
        yield from texts(child, left_out)


def is_continued(node: ast.AST, text: ast.Constant) -> bool:
    """Return whether a text is a later part of an f-string, such as the end of a path."""
    return isinstance(node, ast.JoinedStr) and node.values[0] is not text


def spelled(path: Path) -> Counter[str]:
    """Return how often a file spells the path of each collection."""
    left_out = {*DOCUMENTATION, *TABLES.get(str(path.relative_to(PLUGINS)), ())}
    found = list(texts(ast.parse(path.read_text(encoding="utf-8")), left_out))
    return Counter(name for name in COLLECTIONS for text in found if re.match(rf"(/v2)?{name}(?!\w)", text))


def test_each_path_is_spelled_once() -> None:
    others = ("configcat", "peertube")
    files = [path for path in PLUGINS.rglob("*.py") if not any(service in str(path) for service in others)]
    total: Counter[str] = sum((spelled(path) for path in files), Counter())
    assert total == Counter(COLLECTIONS)
