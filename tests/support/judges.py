# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Independent readers of the inputs of the corpus: ssh-keygen, OpenSSL, `idna`, dnspython and the standard library."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
import socket
import subprocess
import tempfile
from email.errors import HeaderParseError
from email.headerregistry import Address
from pathlib import Path

import dns.name
import idna
import pytest

needs_openssl = pytest.mark.skipif(not shutil.which("openssl"), reason="needs openssl")
needs_ssh_keygen = pytest.mark.skipif(not shutil.which("ssh-keygen"), reason="needs ssh-keygen")


def key_fingerprint(text: str, digest: str = "sha256") -> str | None:
    """Return the fingerprint that ssh-keygen reports, such as ``SHA256:…`` or ``MD5:…``; None if it finds no key."""
    with tempfile.NamedTemporaryFile(suffix=".pub") as file:
        Path(file.name).write_bytes(text.encode())
        words = ["ssh-keygen", "-l", "-E", digest, "-f", file.name]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.stdout.split()[1] if done.returncode == 0 else None


def openssl_request(text: str, *options: str) -> subprocess.CompletedProcess[str]:
    """Let OpenSSL read a signing request."""
    return subprocess.run(
        ["openssl", "req", "-noout", *options], input=text, capture_output=True, text=True, check=False
    )


def is_verified_request(text: str) -> bool:
    """Return whether OpenSSL finds a signing request that is signed by its own key."""
    done = openssl_request(text, "-verify")
    return done.returncode == 0 and "verify OK" in done.stdout + done.stderr


def mail_address(text: str) -> str | None:
    """Return the address that the standard library reads, in ASCII and lower case; None if it refuses it."""
    try:
        address = Address(addr_spec=text.strip())
        domain = address.domain if address.domain.isascii() else idna.encode(address.domain, uts46=True).decode()
    except (HeaderParseError, ValueError, IndexError):
        return None
    return f"{address.username}@{domain}".lower()


def host_name(text: str) -> str | None:
    """Return the form of a host name in `idna`; None if it refuses it, or if it is an address."""
    try:
        name = idna.encode(text.rstrip("."), uts46=True, std3_rules=True).decode()
    except idna.IDNAError:
        return None
    return None if name.rpartition(".")[2].isdigit() else name


def owner_name(text: str) -> str:
    """Return the name of a record as dnspython reads it, with each label in ASCII.

    Raises:
        dns.exception.DNSException: it is not a name.
    """
    codec = dns.name.IDNA_2008 if "_" not in text else dns.name.IDNA_2008_Practical
    return dns.name.from_text(text, origin=None, idna_codec=codec).to_text()


def is_password(text: str, kept: str) -> bool:
    """Return whether a hash of the sandbox, ``SALT:PBKDF2``, belongs to a password."""
    salt, _colon, found = kept.partition(":")
    return hashlib.pbkdf2_hmac("sha256", text.encode(), salt.encode(), 1000).hex() == found


def own_address() -> str:
    """Return an address of this machine that is not on loopback, if it has one; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe, contextlib.suppress(OSError):
        probe.connect(("203.0.113.1", 9))
        return str(probe.getsockname()[0])
    return "127.0.0.2"
