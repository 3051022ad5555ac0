# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run mutmut in the folder of its settings, without the kinds of changes that are meaningless.

Texts for people (a string with a space in it, a ``hint``), types, and equivalent code are not changed.
mutmut itself leaves out code of modules and classes outside of functions, and decorated functions such as properties.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import libcst
from mutmut.__main__ import _run as run_mutmut
from mutmut.mutation import file_mutation, mutators


def leave_out_texts() -> None:
    """Replace the kinds of changes that would change wording, or nothing at all."""
    table: list[Any] = [
        pair
        for pair in mutators.mutation_operators
        if pair[1] not in {mutators.operator_string, mutators.operator_arg_removal, mutators.operator_assignment}
    ]
    table += [(libcst.SimpleString, other_string), (libcst.Call, other_arguments)]
    table += [(libcst.Assign, other_value), (libcst.AnnAssign, other_value)]
    inside: Any = file_mutation
    inside.mutation_operators = table
    skips = inside.MutationVisitor._skip_node_and_children
    inside.MutationVisitor._skip_node_and_children = lambda visitor, node: is_text(node) or skips(visitor, node)


def is_text(node: libcst.CSTNode) -> bool:
    """Return whether it is text for people: a string with a space, or passed as ``hint``."""
    if isinstance(node, libcst.Arg):
        return (node.keyword is not None and node.keyword.value == "hint") or is_text(node.value)
    if isinstance(node, libcst.ConcatenatedString):
        return is_text(node.left) or is_text(node.right)
    if isinstance(node, libcst.FormattedString):
        return any(isinstance(part, libcst.FormattedStringText) and " " in part.value for part in node.parts)
    return isinstance(node, libcst.SimpleString) and " " in node.value


def other_string(node: libcst.SimpleString) -> Iterable[libcst.BaseExpression]:
    """Yield another word. mutmut would change the case as well, which adds nothing for most words."""
    yield from list(mutators.operator_string(node))[:1]


def other_arguments(node: libcst.Call) -> Iterable[libcst.Call]:
    """Yield the call with one argument None, and without it; the type of a ``cast`` is not an argument."""
    if isinstance(node.func, libcst.Name) and node.func.value == "cast":
        return
    for number, argument in enumerate(node.args):
        if is_text(argument):
            continue
        before, after = node.args[:number], node.args[number + 1 :]
        is_none = isinstance(argument.value, libcst.Name) and argument.value.value == "None"
        if not argument.star and not is_none:
            yield node.with_changes(args=[*before, argument.with_changes(value=libcst.Name("None")), *after])
        if len(node.args) > 1:
            yield node.with_changes(args=[*before, *after])


def other_value(node: libcst.Assign | libcst.AnnAssign) -> Iterable[libcst.CSTNode]:
    """Yield an assignment of None instead of a value, unless it is a text or as falsy as None."""
    value = node.value
    tests_as_none = isinstance(value, libcst.Name) and value.value == "False"
    if value is not None and not tests_as_none and not is_text(value):
        yield from mutators.operator_assignment(node)


if __name__ == "__main__":
    leave_out_texts()
    run_mutmut((), os.cpu_count())
