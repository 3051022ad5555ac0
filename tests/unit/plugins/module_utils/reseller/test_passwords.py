# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Passwords that the API accepts, and those that it would refuse."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.passwords import check_password
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

ALLOWED = string.ascii_letters + string.digits + "!#%()-./:;<=>?@[]^_`|~,"


@given(st.text(ALLOWED, min_size=6, max_size=18))
def test_password_by_the_rules_is_accepted(text: str) -> None:
    check_password("password", f"a{text}1")


@given(st.text(ALLOWED, min_size=6, max_size=18), st.sampled_from(" \t*€$&+}{'\"\\"), st.integers(0, 19))
def test_password_with_a_forbidden_character_is_refused(text: str, bad: str, position: int) -> None:
    password = f"a{text}1"
    password = password[:position] + bad + password[position + 1 :]
    with pytest.raises(ToolkitError) as caught:
        check_password("password", password)
    assert password not in str(caught.value)


@pytest.mark.parametrize("password", ["", "abc1567", "a" * 20 + "1", "abcdefgh", "12345678", "ééééééé1"])
def test_password_against_the_rules_is_refused(password: str) -> None:
    with pytest.raises(ToolkitError, match="ftp_password"):
        check_password("ftp_password", password)


def test_no_password_is_fine() -> None:
    check_password("password", None)
