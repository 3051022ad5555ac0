# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH keys of Linux hostings: check a public key, and compare two keys.

Private to the collection. A public key is a line as OpenSSH writes it: its type, the key itself in base64, and a
comment that says nothing (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"; RFC 4253, 6.6).
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import holds_line_break_or_control, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import Enough, ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import hosting_path
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.ssh_wire import Malformed, check_fields
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Criterion
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    Unreadable,
    name_in,
    text_in,
    texts_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step

#: How the types of certificates end, which OpenSSH writes into files beside the keys that they were issued for.
CERTIFICATE = "-cert-v01@openssh.com"
#: The path of the keys of all hostings.
ALL_KEYS = "/ssh"


def keys_path(domain: str) -> str:
    """Return the path of a Linux hosting's SSH keys."""
    return f"{hosting_path(domain)}/ssh/keys"


def list_ssh_keys(
    client: ResellerClient, domain_name: str, enough: Enough | None = None
) -> list[dict[str, Any]] | None:
    """Return the SSH keys of a Linux hosting; None when there is no such hosting."""
    if enough is not None:
        listed = client.read_cache.listed(ALL_KEYS, hosting_path(domain_name), partial(list_all_ssh_keys, client))
        found = _keys_of(domain_name, listed or [])
        # A hosting without keys is not in the list, and may not exist.
        if found and enough(found):
            return found
    return client.items(keys_path(domain_name))


def _keys_of(domain_name: str, keys: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return a hosting's keys out of all keys; none if one that can't be read may be its."""
    try:
        return [
            {"fingerprint": key.get("fingerprint"), "public_key": key.get("public_key")}
            for key in keys
            if domain_name in texts_in(key, "linux_hostings")
        ]
    except Unreadable:
        return []


def list_all_ssh_keys(client: ResellerClient) -> list[dict[str, Any]]:
    """Return all SSH keys, each with the Linux hostings that it is for."""
    return client.collection(ALL_KEYS, "fingerprint")


@dataclass(frozen=True)
class PublicKey:
    """One public key.

    Attributes:
        type: its type, ``ssh-ed25519``.
        body: the key itself in base64, which tells it from all others.
        comment: whose it is.
    """

    type: str
    body: str
    comment: str

    @property
    def line(self) -> str:
        """The key as it is sent."""
        return " ".join(filter(None, (self.type, self.body, self.comment)))

    @property
    def title(self) -> str:
        """The key in messages and diffs: long enough to tell it from others, and its comment."""
        return " ".join(filter(None, (self.type, "…" + self.body[-12:], self.comment)))


def parsed(text: str) -> PublicKey | None:
    """Return the public key in a line that the API shows, None when it holds none. Its fields are not looked at."""
    parts = text.split(None, 2)
    if len(parts) < 2:
        return None
    try:
        content = base64.b64decode(parts[1], validate=True)
    except (binascii.Error, ValueError):
        return None
    # The same bytes may be written in several ways.
    return PublicKey(parts[0], base64.b64encode(content).decode(), " ".join(parts[2:]).replace("\t", " "))


def checked_key(option: str, text: str | None) -> PublicKey:
    """Return the public key that a user gives.

    Raises:
        ToolkitError: ``invalid_option``, without showing what was given: it could be a private key.
    """
    line = (text or "").strip()
    if "PRIVATE KEY" in line:
        raise invalid(option, "this is a private key, which belongs to nobody else. Give the content of the .pub file.")
    if line.startswith("---- BEGIN SSH2"):
        raise invalid(option, "this is a key in the form of RFC 4716. Convert it with 'ssh-keygen -i -f FILE'.")
    kind = line.partition(" ")[0]
    # A tab may part them, or be in the comment.
    key = None if holds_line_break_or_control(line.replace("\t", " ")) else parsed(line)
    if kind.endswith(CERTIFICATE) and key is not None:
        raise invalid(option, "this is a certificate. Give the key that it was issued for, the content of a .pub file.")
    if key is None:
        raise invalid(option, "it is not one line such as 'ssh-ed25519 AAAAC3… name', the content of a .pub file.")
    try:
        check_fields(key.type, base64.b64decode(key.body))
    except Malformed as error:
        raise invalid(option, f"this is not a public key: {error}.") from error
    return key


@dataclass(frozen=True)
class ListedKey:
    """A key of a hosting as the API lists it.

    Attributes:
        body: what tells it from others; None if it can't be read, so that it may be any key.
        title: the key in messages and diffs.
        raw: all that the API tells.
    """

    body: str | None
    title: str
    raw: Item


def listed_keys(items: list[Item]) -> list[ListedKey]:
    """The keys that the API lists."""
    return [_listed_key(item) for item in items]


def _listed_key(item: Item) -> ListedKey:
    try:
        key = key_of(item)
        return ListedKey(key.body, key.title, item)
    except Unreadable:
        return ListedKey(None, f"(can't be read: fingerprint {item.get('fingerprint')})", item)


def key_of(item: Item) -> PublicKey:
    """Return the public key that the API lists.

    Raises:
        Unreadable: it does not tell.
    """
    text = text_in(item, "public_key")
    key = parsed(text)
    if key is None:
        raise Unreadable("public_key", text)
    return key


def absence_of(client: ResellerClient, domain: str, items: list[Item], key: PublicKey) -> Absence:
    """Return the proof that a hosting lacks a key.

    Raises:
        Unproven: a key that can't be read may be this one.
    """
    return client.evidence.absent_in(_title(domain, key), items, "fingerprint", _is_key(key))


def _is_key(key: PublicKey) -> Criterion:
    return lambda item: key_of(item).body == key.body


def _title(domain: str, key: PublicKey) -> str:
    return f"key {key.title} of hosting {domain}"


def add_step(client: ResellerClient, domain: str, key: PublicKey, absence: Absence) -> Step:
    """The write that adds a key to a hosting, once."""

    def find() -> Item | Absence:
        items = list_ssh_keys(client, domain)
        if items is None:
            raise Unproven(_title(domain, key), f"the API does not know hosting {domain} any more")
        return client.evidence.find_in(_title(domain, key), items, "fingerprint", _is_key(key))

    path = keys_path(domain)
    return Step(f"add {key.title}", partial(client.post_free, path, {"public_key": key.line}, absence, find))


def remove_step(client: ResellerClient, domain: str, key: ListedKey) -> Step:
    """The write that removes a key from a hosting.

    Raises:
        Unreadable: the API does not tell its fingerprint, by which it is removed.
    """
    path = f"{keys_path(domain)}/{segment(name_in(key.raw, 'fingerprint'))}"
    return Step(f"remove {key.title}", partial(client.delete, path))
