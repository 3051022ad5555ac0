# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check what a user gives before any request is sent, and bring it into the one form that is compared and sent.

Private to the collection. Source of the rules: the vendor's description of the API; where it is silent, what is
accepted is what DNS (RFC 1123, RFC 2181, RFC 5891) accepts.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of

#: The longest name of a domain in characters, without a final dot (RFC 1035, 2.3.4).
LONGEST_DOMAIN_NAME = 253
#: What parts the labels of a name: the dot, and what keyboards for other scripts make of it (RFC 3490, 3.1).
SEPARATORS = re.compile("[.\u3002\uff0e\uff61]")


def ascii_labels(option: str, name: str) -> str:
    """Return a name with each label in the form that is compared and sent; the syntax is left to the place.

    A label of ASCII alone is lower-cased, whatever else it holds. Only others are converted, by IDNA 2008 after the
    mapping of Unicode Technical Standard 46, so that ``fußball`` and ``fussball`` stay two names.

    Args:
        option: the option's name, for the message.
        name: as the user wrote it.

    Raises:
        ToolkitError: ``invalid_option``, for a label that IDNA refuses; ``missing_library``, for one that needs `idna`
            where it is missing.
    """
    return ".".join(_ascii_label(option, label, name) for label in SEPARATORS.split(name))


def _ascii_label(option: str, label: str, name: str) -> str:
    if label.isascii():
        return label.lower()
    # Imported lazily: most names are in ASCII, and an ordinary module saves 1 ms.
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.international_names import idna_label_of

    return idna_label_of(option, label, name)


def shown_name(text: Any) -> str:
    """Return a name that the API shows in the form that is compared; none is refused.

    It may be in Unicode or ASCII, with a final dot or without. What IDNA refuses, such as an emoji, is encoded without
    its rules (RFC 3492).
    """
    return ".".join(map(_shown_label, SEPARATORS.split(str(text or "").strip().rstrip("."))))


def _shown_label(label: str) -> str:
    if label.isascii():
        return label.lower()
    # Imported lazily, as in `_ascii_label`.
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.international_names import encoded_label

    return encoded_label(label)


def readable_name(text: Any) -> str:
    """Return a name that the API shows in Unicode, as people read it."""
    return ".".join(map(_readable_label, shown_name(text).split(".")))


def _readable_label(label: str) -> str:
    try:
        return label[4:].encode("ascii").decode("punycode") if label.startswith("xn--") else label
    except UnicodeError:
        return label


def same_name(left: Any, right: Any) -> bool:
    """Return whether two names are the same, each in Unicode or in ASCII."""
    return shown_name(left) == shown_name(right)


def ascii_domain(option: str, name: str, *, wildcard: bool = False) -> str:
    """A domain name in the one form that is compared and sent: lower case, `ascii_labels`, no trailing dot.

    Underscores are allowed, as what exists may have them; `check_host` refuses them in what is new.

    Args:
        option: the option's name, for the message.
        name: as the user wrote it; internationalised names are welcome.
        wildcard: allow a leading ``*.``.

    Raises:
        ToolkitError: ``invalid_option``; ``missing_library``.
    """
    text = _without_final_dot(line_of(option, name))
    prefix, rest = ("*.", text[2:]) if wildcard and text.startswith("*.") else ("", text)
    encoded = ascii_labels(option, rest)
    labels = encoded.split(".")
    if len(encoded) > LONGEST_DOMAIN_NAME or len(labels) < 2:
        raise invalid(option, f"{name!r} is not a domain name such as example.com.")
    good = all(re.fullmatch(r"[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?", label) for label in labels)
    # What ends in a number is taken for an address (RFC 3696, 2).
    if not good or labels[-1].isdigit():
        raise invalid(option, f"{name!r} is not a domain name.")
    return prefix + encoded


def check_host(option: str, name: str) -> None:
    """Refuse a domain name, in its canonical form, that no new host or domain can have (RFC 1123, 2.1).

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if "_" in name:
        raise invalid(option, f"{name!r} is not the name of a host: it has letters, digits and hyphens only.")


def _without_final_dot(name: str) -> str:
    return name[:-1] if SEPARATORS.fullmatch(name[-1:]) else name


def account_identifier(option: str, identifier: str) -> str:
    """An account's identifier: a domain name for hosting, any short text otherwise.

    Raises:
        ToolkitError: ``invalid_option``; ``missing_library``.
    """
    text = line_of(option, identifier)
    if not text or len(text) > LONGEST_DOMAIN_NAME:
        raise invalid(option, "an identifier is a domain name, or another short text.")
    return ascii_domain(option, text) if is_domain(text) else text


def is_domain(identifier: str) -> bool:
    """Whether an account's identifier is a domain name: only then can it be the name of a hosting."""
    return SEPARATORS.search(identifier) is not None and " " not in identifier


def same_identifier(left: str, right: str) -> bool:
    """Return whether two identifiers of accounts are the same."""
    return same_name(left, right) if is_domain(left) else same_text(left, right)


def same_text(left: Any, right: Any) -> bool:
    """Whether two values are the same but for case, as the API writes its enums in different cases."""
    return str(left).casefold() == str(right).casefold()
