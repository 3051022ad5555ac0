# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check what a user gives before any request is sent, and bring it into the one form that is compared and sent.

Private to the collection. Source of the rules: the vendor's description of the API; where it is silent, what is
accepted is what MySQL (for databases) and DNS (RFC 1123, RFC 5890) accept.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of

#: Characters that no password of the API may hold.
FORBIDDEN_IN_PASSWORDS = "*€$&+}{'\"\\"
#: The largest number of days that is looked back or ahead: a hundred years.
LONGEST_DAYS = 36525


def check_password(option: str, password: str | None) -> None:
    """Refuse a password that the API would refuse, without showing it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if password is None:
        return
    if not 8 <= len(password) <= 20:
        raise invalid(option, f"a password has 8 to 20 characters, and this one has {len(password)}.")
    if not re.search("[A-Za-z]", password) or not re.search("[0-9]", password):
        raise invalid(option, "a password has at least one letter and one digit.")
    if re.search(r"\s", password) or not password.isprintable():
        raise invalid(option, "a password has no spaces and no control characters.")
    if set(password) & set(FORBIDDEN_IN_PASSWORDS):
        raise invalid(option, f"a password has none of {' '.join(FORBIDDEN_IN_PASSWORDS)}")


def check_new_password(params: dict[str, Any]) -> None:
    """Refuse a password that can't be one, and none where it is to be set each time.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    check_password("password", params["password"])
    if params["update_password"] == "always" and params["password"] is None:
        raise invalid("password", "it is needed with update_password: always.")


def ascii_domain(option: str, name: str, *, wildcard: bool = False) -> str:
    """A domain name in the one form that is compared and sent: lower case, punycode, no trailing dot.

    Args:
        option: the option's name, for the message.
        name: as the user wrote it; internationalised names are welcome.
        wildcard: allow a leading ``*.``.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    text = line_of(option, name).rstrip(".").lower()
    prefix, rest = ("*.", text[2:]) if wildcard and text.startswith("*.") else ("", text)
    try:
        # IDNA 2003, as Python brings it; an installed `idna` is not required of a target host.
        encoded = rest.encode("idna").decode("ascii") if not rest.isascii() else rest
    except UnicodeError as error:
        raise invalid(option, f"{name!r} is not a domain name.") from error
    labels = encoded.split(".")
    if len(encoded) > 253 or len(labels) < 2:
        raise invalid(option, f"{name!r} is not a domain name such as example.com.")
    good = all(re.fullmatch(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", label) for label in labels)
    # What ends in a number is taken for an address (RFC 3696, 2).
    if not good or labels[-1].isdigit():
        raise invalid(option, f"{name!r} is not a domain name.")
    return prefix + encoded


def account_identifier(option: str, identifier: str) -> str:
    """An account's identifier: a domain name for hosting, any short text otherwise.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    text = line_of(option, identifier)
    if not text or len(text) > 253:
        raise invalid(option, "an identifier is a domain name, or another short text.")
    return ascii_domain(option, text) if is_domain(text) else text


def is_domain(identifier: str) -> bool:
    """Whether an account's identifier is a domain name: only then can it be the name of a hosting."""
    return "." in identifier and " " not in identifier


def check_database_name(option: str, name: str) -> None:
    """Refuse a name for a database that MySQL would need quoted: the API gives no rule, so this one is strict.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not re.fullmatch(r"[A-Za-z0-9_]{1,50}", name):
        raise invalid(option, f"{name!r} is not a name of 1 to 50 letters, digits and underscores.")


def check_user_name(option: str, name: str) -> None:
    """Refuse a name for an added database user that the API would refuse.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not re.fullmatch(r"[a-z0-9]{2,14}", name):
        raise invalid(option, f"{name!r} is not a name of 2 to 14 lower-case letters and digits.")


def same_text(left: Any, right: Any) -> bool:
    """Whether two values are the same but for case, as the API writes its enums in different cases."""
    return str(left).casefold() == str(right).casefold()
