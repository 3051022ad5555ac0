# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Input from others: endless JSON, and texts with terminal control sequences."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import json_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.untrusted import (
    DEEPEST,
    one_line,
    parse_json,
    printable,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, result_of


@pytest.mark.parametrize("depth", [DEEPEST + 1, 5_000, 200_000])
@pytest.mark.parametrize(("opened", "closed"), [("[", "]"), ('{"a":', "}")])
@pytest.mark.parametrize("ended", [True, False])
def test_endless_json_is_rejected(depth: int, opened: str, closed: str, ended: bool) -> None:
    text = opened * depth + ("1" + closed * depth if ended else "")
    with pytest.raises(ValueError):
        parse_json(text)
    with pytest.raises(ValueError):
        json_in(text.encode())


def test_json_as_deep_as_allowed() -> None:
    assert parse_json("[" * DEEPEST + "]" * DEEPEST)
    assert parse_json('{"a": [1, {"b": null}]}') == {"a": [1, {"b": None}]}
    assert parse_json("7") == 7
    # Many siblings are not deep.
    assert len(parse_json("[" + ",".join(["[]"] * 1000) + "]")) == 1000


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain, é, 漢字, 👍\n\tnext", "plain, é, 漢字, 👍\n\tnext"),
        ("a\x1b[31;1mred\x1b[0m", "ared"),
        ("a\x9b31mred", "ared"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link", "link"),
        ("\x9d0;title\x9ctext", "text"),
        ("\x1b(Bcharset\x1bc", "charset"),
        ("end\x1b", "end"),
        ("a\x00b\x07c\x08d\x7fe\x85f\x9fg", "abcdefg"),
        ("user\u202egnp.exe\u2066x\u2069\u200b\ufeff\u061c", "usergnp.exex"),
        ("half \ud800 character", "half  character"),
        ("line\rover", "lineover"),
    ],
)
def test_printable(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters(codec=None)))
def test_nothing_that_acts_is_left(text: str) -> None:
    """Compared with Unicode's classes: Cc are controls, Cs half characters, the bidi classes change direction."""
    for left in printable(text):
        assert left in "\n\t" or unicodedata.category(left) not in {"Cc", "Cs", "Zl", "Zp"}
        assert unicodedata.bidirectional(left) not in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    assert "\n" not in one_line(text) and "\t" not in one_line(text)


def test_one_line() -> None:
    assert one_line("  a\r\n b\t\u2028c\x85d\x1b[1m e ") == "a b c d e"


def test_errors_and_warnings_are_printable() -> None:
    error = ApiError("kind", "GET /a", "said \x1b[2Jthis\x07.", hint="Do \u202ethat.")
    assert str(error) == error.as_result()["msg"] == "GET /a: said this. Do that."
    assert error.args == ("GET /a: said this.",)

    def run(task: Task) -> dict[str, object]:
        task.warn("odd \x9b1m name")
        task.warn("odd \x9b1m name")
        raise RuntimeError("in\x1bside")

    task = Task({}, check_mode=False)
    result = result_of(run, task)
    assert result["msg"] == "RuntimeError: inide (This is a bug in reseller.toolkit; please report it.)"
    assert task.warnings == ["odd  name"]
    assert str(ToolkitError("kind", "one\ntwo")) == "one\ntwo"
