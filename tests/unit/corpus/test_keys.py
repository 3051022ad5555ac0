# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The keys of the corpus, judged by ssh-keygen."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.ssh_keys import checked_key
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from tests.support.corpus import Input, inputs, name_of

KEYS = inputs("keys")


def judged(text: str, folder: pytest.TempPathFactory) -> str | None:
    """Return the fingerprint that ssh-keygen tells, None when it finds no key."""
    path = folder.mktemp("key") / "id.pub"
    path.write_bytes(text.encode())
    done = subprocess.run(["ssh-keygen", "-l", "-f", path], capture_output=True, text=True, check=False)
    return done.stdout.split()[1] if done.returncode == 0 else None


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


@pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")
@pytest.mark.parametrize("one", KEYS, ids=name_of)
def test_ssh_keygen_agrees(one: Input, tmp_path_factory: pytest.TempPathFactory) -> None:
    fingerprint = judged(one.text, tmp_path_factory)
    assert (fingerprint is not None) is (one.is_taken != ("judge" in one.expected))
    if one.is_taken:
        assert judged(checked_key("public_key", one.text).line + "\n", tmp_path_factory) == fingerprint
