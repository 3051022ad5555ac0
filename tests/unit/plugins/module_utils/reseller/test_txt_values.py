# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Texts of TXT records, compared with dnspython's parsing of the zone file form."""

from __future__ import annotations

import dns.rdata
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.txt_values import (
    ZONE_FILE_FORM,
    quoted_text,
    shown_text,
    text_of,
    written_text,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from tests.support.zone_files import judged

#: The characters of zone files.
PARTS = ['"', "\\", "(", ")", ";", " ", "\t", "\n", "a", "b1", "\\;", '\\"', "\\065", "\\256", "\\2", '"x y"', "é"]
forms = st.lists(st.sampled_from(PARTS), max_size=8).map("".join)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


def taken(value: str) -> str | None:
    try:
        return text_of("value", value)
    except ToolkitError as error:
        assert error.kind == "invalid_option" and error.message.startswith("value: ")
        assert error.message.isascii()
        return None


@given(forms.map('"{}'.format) | forms.map('({}"'.format) | forms.map('"a" {}'.format) | forms.map('( "a"{})'.format))
def test_value_in_zone_file_form_is_read_as_by_dnspython(value: str) -> None:
    text = taken(value)
    if text is not None and ZONE_FILE_FORM.match(value):
        assert text == judged(value)


@given(st.lists(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=40), min_size=1, max_size=4))
def test_what_dnspython_writes_is_taken(pieces: list[str]) -> None:
    read = dns.rdata.from_text("IN", "TXT", " ".join(quoted_text(piece) for piece in pieces))
    if any(pieces):
        assert text_of("value", read.to_text()) == "".join(pieces)


@given(texts)
def test_any_text_survives_being_shown_and_given(text: str) -> None:
    written = written_text(text)
    assert text_of("value", f" {written}\n") == text
    assert shown_text(written) == text
    assert judged(quoted_text(text)) == text


@given(texts | forms)
def test_no_text_that_the_api_shows_is_refused(content: str) -> None:
    text = shown_text(content)
    if text:
        assert text_of("value", written_text(text)) == text


@pytest.mark.parametrize("value", ["", '""', '"" ""', "()", "( )", '"a" b', "\"a\" 'b'", '("a") b', '(("a"))', '"a")'])
def test_value_that_is_not_text(value: str) -> None:
    assert taken(value) is None


def test_characters_that_cannot_be_seen_are_named() -> None:
    for character in "\u200b\u00a0\ufeff\u00ad\u2028\u0007\t":
        with pytest.raises(ToolkitError, match=f"U\\+{ord(character):04X}"):
            text_of("value", f"v=spf1{character}-all")
        assert text_of("value", quoted_text(f"v=spf1{character}-all")) == f"v=spf1{character}-all"
