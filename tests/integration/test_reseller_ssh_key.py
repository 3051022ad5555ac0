# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reseller_ssh_key`` and ``reseller_ssh_key_info`` against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, Task, account_task, check_refusals, task


def new_key(comment: str = "") -> str:
    """Return a public key whose private key was discarded."""
    key = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    return f"{key.decode()} {comment}".strip()


def key_task(domain: str, *keys: str, **options: Any) -> Task:
    """Return the task that manages SSH keys: one, or a list."""
    if len(keys) == 1:
        options["public_key"] = keys[0]
    else:
        options["keys"] = list(keys)
    return task("reseller_ssh_key", domain=domain, **options)


def test_life_of_a_key(player: Player, new_name: NewName) -> None:
    domain = new_name()
    key = new_key("ada at home")
    bare = " ".join(key.split()[:2])
    played = player.play(
        [
            account_task(domain),
            key_task(domain, key, check=True),
            key_task(domain, key),
            key_task(domain, bare),
            task("reseller_ssh_key_info", domain=domain),
            task("reseller_ssh_key_info"),
            key_task(domain, bare, state="absent", check=True),
            key_task(domain, bare, state="absent"),
            key_task(domain, bare, state="absent"),
        ],
    )
    path = f"/linuxhostings/{domain}/ssh/keys"
    predicted, made, again, listed, everywhere, gone_checked, gone, gone_again = played.results[1:]
    assert predicted.changed and predicted.requests == [f"GET {path}"]
    assert made.changed and made.writes == [f"POST {path}"] and made["diff"] == predicted["diff"]
    assert made["ssh_keys"] == predicted["ssh_keys"] and len(made["ssh_keys"]) == 1
    assert not again.changed and again.requests == [f"GET {path}"]
    (found,) = listed.ok["ssh_keys"]
    assert bare in found["public_key"]
    hostings = {item["fingerprint"]: item["linux_hostings"] for item in everywhere.ok["ssh_keys"]}
    assert domain in hostings[found["fingerprint"]]
    assert gone_checked.changed and gone_checked.writes == [] and gone["diff"] == gone_checked["diff"]
    assert gone.changed and len(gone.writes) == 1 and gone.writes[0].startswith(f"DELETE {path}/")
    assert gone["ssh_keys"] == [] and not gone_again.changed


def test_exclusive_keys(player: Player, new_name: NewName) -> None:
    domain = new_name()
    one, two, three, four = (new_key(str(number)) for number in range(4))
    played = player.play(
        [
            account_task(domain),
            key_task(domain, one, two, three),
            key_task(domain, two, four),
            key_task(domain, two, four, exclusive=True),
            key_task(domain, two, four, exclusive=True, max_delete_percent=50, check=True),
            key_task(domain, two, four, exclusive=True, max_delete_percent=50),
            key_task(domain, two, four, exclusive=True),
            key_task(domain, exclusive=True, max_delete_percent=100),
        ]
    )
    made, more, too_many, predicted, fewer, fewer_again, none = played.results[1:]
    assert made.changed and len(made.writes) == 3
    assert more.changed and len(more.writes) == 1 and len(more["ssh_keys"]) == 4
    assert too_many.error["kind"] == "too_many_deletions" and too_many.writes == []
    assert len(too_many["would_remove"]) == 2
    assert predicted.changed and predicted.writes == []
    assert fewer.changed and [word.split()[0] for word in fewer.writes] == ["DELETE", "DELETE"]
    assert fewer["diff"] == predicted["diff"] and len(fewer["ssh_keys"]) == 2
    assert not fewer_again.changed and none.changed and none["ssh_keys"] == []


@pytest.mark.row(2, "free post")
def test_lost_response_of_a_new_key(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    domain = new_name()
    server.set_faults([{"match": {"method": "POST", "path": "*/ssh/keys", "nth": 1}, "fault": "reset_after"}])
    _owner, made, listed = player.play(
        [account_task(domain), key_task(domain, new_key()), task("reseller_ssh_key_info", domain=domain)]
    )
    assert made.changed and len(made.writes) == 1 and len(listed["ssh_keys"]) == 1


def test_refusals(player: Player, new_name: NewName) -> None:
    nobody, key = new_name(), new_key()
    # Its length field says 32 bytes, and the end was not copied.
    cut_off = key[:-16]
    played = player.play(
        [
            key_task("not a domain", key),
            key_task("fine.example", "ssh-ed25519 no-key"),
            key_task("fine.example", key, "ssh-rsa AAAA"),
            key_task("fine.example"),
            key_task("fine.example", key, exclusive=True, state="absent"),
            key_task("fine.example", cut_off, exclusive=True, max_delete_percent=100),
            key_task("fine.example", cut_off, exclusive=True, max_delete_percent=100, check=True),
            task("reseller_ssh_key", domain="fine.example"),
            key_task(nobody, key),
            key_task(nobody, key, check=True),
            key_task(nobody, key, state="absent"),
        ]
    )
    named = ["domain", "public_key", "keys", "keys", "exclusive", "public_key", "public_key", "public_key"]
    check_refusals(played.results[:8], named)
    missing, missing_checked, absent = played.results[8:]
    assert missing.error["kind"] == "not_found" and missing.writes == []
    assert missing_checked.changed and "no Linux hosting" in missing_checked["warnings"][0]
    assert not absent.changed and absent.writes == []
