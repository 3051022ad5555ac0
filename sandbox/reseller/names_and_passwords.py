# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules about values that several resources share."""

from __future__ import annotations

import hashlib
import re
import secrets

import idna

from sandbox.errors import Invalid

_LABEL = r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST_NAME = re.compile(rf"(?=.{{1,253}}$)({_LABEL}\.)+{_LABEL}", re.IGNORECASE)
_DOMAIN_NAME = re.compile(
    r"(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+([a-z]{2,63}|xn--[a-z0-9-]{1,59})", re.IGNORECASE
)
_FORBIDDEN_IN_PASSWORDS = frozenset("*€$&+}{'\"\\ ")


def is_host_name(text: str) -> bool:
    """Return whether this is a host name of at least two labels (underscores allowed, no final dot)."""
    return _HOST_NAME.fullmatch(text) is not None


def is_domain_name(text: str) -> bool:
    """Return whether this can be registered as a domain name or be a name below one; IDN only as punycode."""
    return _DOMAIN_NAME.fullmatch(text) is not None


def in_ascii(name: str) -> str:
    """Return a name as stored: lower case, Unicode labels converted by IDNA 2008, or unchanged if it refuses them."""
    labels = []
    for label in name.split("."):
        try:
            labels.append(label.lower() if label.isascii() else idna.alabel(idna.uts46_remap(label)).decode())
        except idna.IDNAError:
            labels.append(label)
    return ".".join(labels)


def in_unicode(name: str) -> str:
    """Return a stored name as shown: labels of IDN in Unicode, except those that IDNA 2008 refuses."""
    labels = []
    for label in name.split("."):
        try:
            labels.append(idna.ulabel(label) if label.startswith("xn--") else label)
        except idna.IDNAError:
            labels.append(label)
    return ".".join(labels)


def login_of(domain_name: str) -> str:
    """Return the name of a hosting's user: its domain name without dots."""
    return domain_name.replace(".", "")


def check_password(password: str, field: str = "password") -> None:
    """Refuse a password that breaks the rules: 8 to 20 characters, a letter, a digit, none of the forbidden ones."""
    good = (
        8 <= len(password) <= 20
        and re.search(r"[A-Za-z]", password)
        and re.search(r"[0-9]", password)
        and not any(char in _FORBIDDEN_IN_PASSWORDS or char.isspace() for char in password)
    )
    if not good:
        raise Invalid(f"{field}_invalid", f"{field}: the password does not follow the rules.")


def hash_password(password: str) -> str:
    """Return a salted hash; the sandbox stores no password. Few rounds, as tests create many."""
    salt = secrets.token_hex(8)
    return f"{salt}:{hashlib.pbkdf2_hmac('sha256', password.encode(), salt.encode(), 1000).hex()}"
