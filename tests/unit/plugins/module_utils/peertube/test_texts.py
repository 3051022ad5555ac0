# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and texts in the options of PeerTube modules."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import (
    checked_actor_name,
    checked_line,
    checked_text,
    null_for_empty,
    with_empty_texts,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


@pytest.mark.parametrize("name", ["a", "with.dot_and-dash", "bob2", "_x", "zoe-two", "x" * 50])
def test_names_that_a_server_took_are_accepted(name: str) -> None:
    assert checked_actor_name("name", f" {name} ") == name


@pytest.mark.parametrize(
    "name", ["", "Upper", "übung", "a b", "films@other.example", ".", "..", "-a", "a-", "a.", "x" * 51, "a/b"]
)
def test_other_names_are_refused(name: str) -> None:
    with pytest.raises(ToolkitError, match=r"^name: "):
        checked_actor_name("name", name)


def test_lengths_count_characters() -> None:
    assert checked_text("description", "🎬🎬🎬") == "🎬🎬🎬"
    assert checked_text("description", "a\n\tb") == "a\n\tb"
    assert checked_text("description", "") == "" and checked_text("description", None) is None
    assert checked_line("display_name", "Ü 漢字 ") == "Ü 漢字"
    for text in ("ab", "x" * 1001, "abc\x1b"):
        with pytest.raises(ToolkitError, match=r"^description: "):
            checked_text("description", text)
    for text in ("", " ", "x" * 121, "a\nb"):
        with pytest.raises(ToolkitError, match=r"^display_name: "):
            checked_line("display_name", text)


def test_null_is_an_empty_text() -> None:
    shown = {"description": None, "support": "a", "name": None}
    assert with_empty_texts(shown, "description", "support", "other") == {**shown, "description": ""}
    assert null_for_empty({"description": "", "name": ""}, "description") == {"description": None, "name": ""}
