# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A purchase needs its sentence, and the message says whether none or another one was given."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.purchases import check_confirmation
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

SENTENCE = "domain register shop.example"
COST = "This order costs money. To place it"
ASKED = f"{COST}, set confirm_purchase: '{SENTENCE}'."


@pytest.mark.parametrize("given", [SENTENCE, "  Domain\tregister  SHOP.example\n"])
def test_sentence_confirms_regardless_of_spaces_and_case(given: str) -> None:
    check_confirmation(SENTENCE, given, COST)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (None, ASKED),
        ("", ASKED),
        ("domain register shop.example.com", f"confirm_purchase: the sentence names something else. {ASKED}"),
    ],
)
def test_anything_else_is_refused_with_the_sentence(given: str | None, message: str) -> None:
    with pytest.raises(ToolkitError) as caught:
        check_confirmation(SENTENCE, given, COST)
    assert (caught.value.kind, caught.value.message) == ("purchase_not_confirmed", message)
    assert caught.value.facts == {"would_purchase": SENTENCE}
