# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check what a user gives before any request is sent, and bring it into the one form that is compared and sent.

Private to the collection. Source of the rules: the vendor's description of the API; where it is silent, what is
accepted is what MySQL (for databases) and DNS (RFC 1123, RFC 5890) accept.
"""

from __future__ import annotations

import ipaddress
import os
import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

#: Characters that no password of the API may hold.
FORBIDDEN_IN_PASSWORDS = "*€$&+}{'\"\\"
#: The largest number that the API takes (32 bits).
LARGEST_NUMBER = 2**31 - 1
#: The largest number of days that is looked back or ahead: a hundred years.
LONGEST_DAYS = 36525
#: The longest time that something may take, in seconds: a year.
LONGEST_TIME = 366 * 86400


def invalid(option: str, message: str) -> ToolkitError:
    """The error for a bad option, found before any request was sent."""
    return ToolkitError("invalid_option", f"{option}: {message}")


def line_of(option: str, text: str | None) -> str:
    """A text of one line, without the spaces around it.

    Raises:
        ToolkitError: ``invalid_option``, also for nothing, which Ansible allows as an item of a list.
    """
    if text is None:
        raise invalid(option, "there is nothing where a text is needed.")
    line = str(text).strip()
    if not line.isprintable():
        raise invalid(option, "it holds a line break or another control character.")
    return line


def absolute(option: str, path: str) -> str:
    """The path, if it means the same file wherever the task runs.

    Raises:
        ToolkitError: ``invalid_option``, for a relative path.
    """
    if not os.path.isabs(path) or not path.isprintable():
        raise invalid(option, f"{path!r} must be absolute, or begin with ~, and hold no control characters.")
    return path


def path_name(option: str, text: str) -> str:
    """An id that the API gave, which is to be a part of a path: none that leads elsewhere.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    name = line_of(option, text)
    if not re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9._:-]*", name):
        raise invalid(option, f"{text!r} is not an id such as the API gives.")
    return name


def check_number(option: str, number: int, smallest: int, largest: int = LARGEST_NUMBER) -> None:
    """Refuse a whole number that is out of range, and a truth value, which Ansible takes for one.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if isinstance(number, bool) or not smallest <= number <= largest:
        raise invalid(option, f"it is a number from {smallest} to {largest}.")


def check_percent(option: str, percent: float) -> None:
    """Refuse a share that is none.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if isinstance(percent, bool) or not 0 <= percent <= 100:
        raise invalid(option, f"it is 0 to 100, and not {percent:g}.")


def check_seconds(params: dict[str, Any], *options: str) -> None:
    """Refuse times that make no sense.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    for option in options:
        seconds = params[option]
        if isinstance(seconds, bool) or not 0 < seconds <= LONGEST_TIME:
            raise invalid(option, f"it must be more than 0 s and at most {LONGEST_TIME} s, and is {seconds:g}.")


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


def is_host(name: str) -> bool:
    """Whether this is an address, or a name that is not only a number to those who look it up."""
    try:
        ipaddress.ip_address(name)
    except ValueError:
        labels = name.split(".")
        return not labels[-1][:1].isdigit() and all(re.fullmatch(r"[A-Za-z0-9_-]{1,63}", label) for label in labels)
    return True


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
