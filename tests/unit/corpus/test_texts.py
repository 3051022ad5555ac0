# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of the corpus, compared with Unicode's list of control characters."""

from __future__ import annotations

import unicodedata

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mailboxes import NO_REPLY, wanted_reply
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.registrants import wanted_registrant
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from tests.support.corpus import Input, inputs, name_of
from tests.support.samples import REGISTRANT

TEXTS = inputs("texts")


def reply(text: str) -> str:
    """Return the message of an automatic reply."""
    given = {"enabled": True, "subject": "Away", "text": text}
    message: str = (wanted_reply(given, NO_REPLY) or {})["message"]
    return message


@pytest.mark.parametrize("one", TEXTS, ids=name_of)
def test_line(one: Input) -> None:
    if one.expected.get("taken") == "line":
        assert line_of("comment", one.text) == one.text
        assert wanted_registrant("example.com", {**REGISTRANT, "city": one.text})["city"] == one.text
    else:
        with pytest.raises(ToolkitError, match=one.expected.get("refused", "line break")):
            line_of("comment", one.text)


@pytest.mark.parametrize("one", TEXTS, ids=name_of)
def test_several_lines(one: Input) -> None:
    if one.is_taken:
        assert reply(one.text) == one.text.strip()
    else:
        with pytest.raises(ToolkitError, match=one.expected["refused"]):
            reply(one.text)


@pytest.mark.parametrize("one", TEXTS, ids=name_of)
def test_unicode_agrees(one: Input) -> None:
    """Exactly the refused texts contain a control character or a direction mark according to Unicode's data."""
    allowed = set("\t\n") if one.expected.get("taken") == "lines" else set()
    odd = {
        letter
        for letter in set(one.text) - allowed
        if unicodedata.category(letter) == "Cc"
        or unicodedata.bidirectional(letter) in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    }
    assert bool(odd) is not one.is_taken
