# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of databases in the corpus: which may be ordered, which exist, and which are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_names import (
    AskedName,
    asked_name,
    check_database_name,
    check_length,
    name_key,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from tests.support.corpus import Input, check_read, inputs, name_of
from tests.support.fake_api import FakeApi

NAMES = inputs("databases")
TAKEN = [one for one in NAMES if one.is_taken]


@pytest.mark.parametrize("one", NAMES, ids=name_of)
def test_form(one: Input) -> None:
    def read() -> str:
        check_database_name("name", one.text)
        return name_key(one.text)

    check_read(one, read)


@pytest.mark.parametrize("one", TAKEN, ids=name_of)
def test_order(one: Input) -> None:
    check_length("name", one.text, allow_long=True)
    if "new" not in one.expected:
        check_length("name", one.text, allow_long=False)
        return
    with pytest.raises(ToolkitError, match=one.expected["new"]):
        check_length("name", one.text, allow_long=False)


@pytest.mark.parametrize("one", TAKEN, ids=name_of)
def test_what_exists_is_found_whatever_its_length(one: Input, tmp_path: Path) -> None:
    asked = AskedName(FakeApi(tmp_path).client(), asked_name(one.text))
    assert asked.is_it(f"ID987654_{asked.name}")
    assert asked.is_it(f"ID987654_{asked.name.upper()}")
    assert not asked.is_it("ID987654_other")
