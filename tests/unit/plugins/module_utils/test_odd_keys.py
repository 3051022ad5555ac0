# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Keys that are no texts are found wherever they are."""

from __future__ import annotations

from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.odd_keys import odd_keys


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"flags": {True: {}}}, "flags"),
        ({"flags": {False: None, "b": {}}}, "flags"),
        ({"environments": {"test": {10: True}}}, "environments.test"),
        ({"body": [{"a": {1.5: 1}}]}, "body[0].a"),
        ({"body": {None: 1}}, "body"),
    ],
)
def test_keys_that_are_no_texts(given: dict[str, Any], place: str) -> None:
    (error,) = odd_keys(given)
    assert error.message.startswith(f"{place}: the key ")


def test_keys_that_are_texts() -> None:
    assert list(odd_keys({"flags": {"yes": {"a": [1, {"b": True}]}}, "on": None})) == []
