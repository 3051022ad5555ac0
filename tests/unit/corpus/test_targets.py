# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The targets of the corpus, as the vendor's client signs them."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.signing_forms import SigningForm, signed_target
from tests.support.corpus import Input, inputs, name_of


@pytest.mark.parametrize("one", inputs("targets"), ids=name_of)
def test_target(one: Input) -> None:
    assert signed_target(one.text.rstrip("\n"), SigningForm()) == one.expected["taken"]
