# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two public keys are equal if their bodies are; an invalid key is refused without showing it."""

from __future__ import annotations

import base64

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.ssh_keys import (
    checked_key,
    listed_keys,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


def body(kind: str = "ssh-ed25519", number: int = 1) -> str:
    content = len(kind).to_bytes(4, "big") + kind.encode() + (32).to_bytes(4, "big") + bytes([number]) * 32
    return base64.b64encode(content).decode()


def test_comment_and_spaces_say_nothing() -> None:
    one = checked_key("public_key", f" ssh-ed25519  {body()} ada at home\n")
    other = checked_key("public_key", f"ssh-ed25519 {body()}")
    assert one.body == other.body and one.line == f"ssh-ed25519 {body()} ada at home"
    assert checked_key("public_key", f"ssh-ed25519 {body(number=2)}").body != one.body


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ssh-ed25519",
        body(),
        "ssh-ed25519 notbase64!",
        f"ssh-rsa {body()}",
        f'command="ls" ssh-ed25519 {body()}',
        f"ssh-ed25519 {body()}\nssh-ed25519 {body(number=2)}",
        "-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----",
    ],
)
def test_invalid_public_key_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(ToolkitError, match="public_key") as caught:
        checked_key("public_key", text)
    assert caught.value.kind == "invalid_option"
    assert not any(word in str(caught.value) for word in text.split() if word not in ("", "ssh-ed25519"))


def test_one_key_has_one_form() -> None:
    spare_bits = body() + "x"
    padded = "ssh-ed25519 " + base64.b64encode(base64.b64decode(body()) + b"y").decode()
    assert padded.endswith("=")
    for text in (f"ssh-ed25519 {spare_bits}", padded):
        with pytest.raises(ToolkitError, match="not"):
            checked_key("public_key", text)


def test_listed_key_that_cannot_be_read_is_kept_by_its_fingerprint() -> None:
    strange, plain = listed_keys(
        [{"fingerprint": "SHA256:x", "public_key": "???"}, {"fingerprint": "b", "public_key": f"ssh-ed25519 {body()}"}]
    )
    assert strange.body is None and "SHA256:x" in strange.title and plain.body == body()
