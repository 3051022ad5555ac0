# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The texts of TXT records in the corpus, compared with dnspython."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.record_sets import (
    RecordSet,
    SetKey,
    written_value,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.txt_values import shown_text, text_of
from tests.support.corpus import Input, check_read, inputs, name_of
from tests.support.zone_files import in_quotes, judged, read_zone, text_in

TXT = inputs("txt")


@pytest.mark.parametrize("one", TXT, ids=name_of)
def test_text(one: Input) -> None:
    refusal = check_read(one, lambda: text_of("value", one.text))
    assert refusal is None or str(refusal).isascii()


@pytest.mark.parametrize("one", [one for one in TXT if "form" in one.expected or "judge" in one.expected], ids=name_of)
def test_dnspython_reads_the_form_of_a_zone_file_alike(one: Input) -> None:
    assert (judged(one.text) == one.expected.get("taken")) is ("judge" not in one.expected)


@pytest.mark.parametrize("one", [one for one in TXT if one.is_taken], ids=name_of)
def test_sent_and_shown_values_mean_the_same(one: Input) -> None:
    text = one.expected["taken"]
    sent = written_value("TXT", text)
    assert judged(in_quotes(sent)) == text
    (line,) = RecordSet(SetKey("a", "TXT"), 60, (text,)).lines("shop.example")
    assert [text_in(rdata) for _name, _ttl, rdata in read_zone(line).iterate_rdatas("TXT")] == [text]
    # It is found again, whether a server stores a text unchanged or splits it into quoted pieces.
    assert shown_text(sent) == text == shown_text(in_quotes(sent))
