# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of the corpus, compared with the standard library and `idna`."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import (
    mail_address,
    shown_address,
)
from tests.support import judges
from tests.support.corpus import Input, check_read, inputs, name_of

MAIL = inputs("mail")


@pytest.mark.parametrize("one", MAIL, ids=name_of)
def test_address(one: Input) -> None:
    check_read(one, lambda: mail_address("address", one.text))


@pytest.mark.parametrize("one", [one for one in MAIL if one.is_taken], ids=name_of)
def test_each_form_that_a_server_shows_is_the_same_address(one: Input) -> None:
    for shown in (one.text, one.expected["taken"], one.expected["taken"].upper()):
        assert shown_address(shown) == one.expected["taken"]


@pytest.mark.parametrize("one", MAIL, ids=name_of)
def test_standard_library_agrees(one: Input) -> None:
    assert (judges.mail_address(one.text) == one.expected.get("taken")) is ("judge" not in one.expected)
