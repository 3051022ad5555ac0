# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of the corpus, compared with ssh-keygen."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.ssh_keys import checked_key
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from tests.support.corpus import Input, inputs, name_of
from tests.support.judges import key_fingerprint, needs_ssh_keygen

KEYS = inputs("keys")


@pytest.mark.parametrize("one", KEYS, ids=name_of)
def test_key(one: Input) -> None:
    if one.is_taken:
        key = checked_key("public_key", one.text)
        assert (key.type, key.line.split()[:2]) == (one.expected["taken"], one.text.split()[:2])
        return
    with pytest.raises(ToolkitError, match=one.expected["refused"]) as caught:
        checked_key("public_key", one.text)
    assert caught.value.kind == "invalid_option"
    assert not any(word in str(caught.value) for word in one.text.split() if len(word) > 40)


@needs_ssh_keygen
@pytest.mark.parametrize("one", KEYS, ids=name_of)
def test_ssh_keygen_agrees(one: Input) -> None:
    fingerprint = key_fingerprint(one.text)
    assert (fingerprint is not None) is (one.is_taken != ("judge" in one.expected))
    if one.is_taken:
        assert key_fingerprint(checked_key("public_key", one.text).line + "\n") == fingerprint
