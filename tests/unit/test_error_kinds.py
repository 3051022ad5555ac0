# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page on errors lists every kind of error that the code can raise, and no other."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.failures import KINDS

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/errors.md"
#: The callables with a kind as the first argument.
RAISED = {"ToolkitError", "ApiError", "ConnectionFailed", "_Reason", "failure"}


def kinds_in(source: str) -> set[str]:
    """Return the kinds of errors in a Python file."""
    return {kind for node in ast.walk(ast.parse(source)) for kind in named_by(node)}


def named_by(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        named = {keyword.arg: keyword.value for keyword in node.keywords}
        if called(node) in RAISED and node.args:
            yield from texts(node.args[0])
        if called(node) == "__init__" and node.args and called_on_super(node):
            # A subclass that fixes its kind, and the usual form of one.
            yield from (text for text in texts(node.args[0]) if re.fullmatch("[a-z_]+", text))
        if "kind" in named:
            yield from texts(named["kind"])
    elif isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "kind":
                yield from texts(value)
    elif isinstance(node, ast.FunctionDef):
        # The default of an argument with this name.
        arguments = dict(zip([each.arg for each in node.args.kwonlyargs], node.args.kw_defaults, strict=True))
        if isinstance(default := arguments.get("kind"), ast.expr):
            yield from texts(default)


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def called_on_super(node: ast.Call) -> bool:
    return (
        isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Call)
        and called(node.func.value) == "super"
    )


def texts(node: ast.expr) -> Iterator[str]:
    """Return the possible texts of an expression."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from texts(node.body)
        yield from texts(node.orelse)
    elif isinstance(node, ast.Call) and called(node) == "get":
        yield from texts(node.args[-1])


def raised() -> set[str]:
    found = set(KINDS.values())
    for path in (ROOT / "plugins").rglob("*.py"):
        found |= kinds_in(path.read_text())
    return found


def listed() -> list[str]:
    rows = re.findall(r"^\| (`[^|]+`) \|", PAGE.read_text(), re.MULTILINE)
    return [kind for row in rows for kind in re.findall("`([a-z_]+)`", row)]


def test_page_lists_each_kind_once() -> None:
    assert sorted(listed()) == sorted(raised())


@pytest.mark.parametrize(
    "source",
    [
        'raise ToolkitError("a", "text")',
        'raise ApiError("a" if x else "a", call, "text")',
        'class E(ApiError):\n    def __init__(self):\n        super().__init__("a", "Text.")',
        'NoResponse(call, "text", kind="a")',
        'ApiError(KINDS.get(status, "a"), call, "text")',
        'result = {"error": {"kind": "a"}}',
        'def f(*, kind: str = "a"): ...',
        'result = failure("a", where, mistakes)',
    ],
)
def test_kind_is_found_wherever_it_is_named(source: str) -> None:
    assert kinds_in(source) == {"a"}
