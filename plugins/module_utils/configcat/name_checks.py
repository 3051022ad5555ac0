# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of names, ids, keys and texts in options, before any request is sent.

Private to the collection. Source of lengths and patterns: the vendor's description of the API.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid, line_of, path_name
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: SDK keys as ConfigCat generates them: older ones have two parts, newer ones also a prefix.
SDK_KEY = re.compile(r"(configcat-sdk-1/)?[A-Za-z0-9_-]{22}/[A-Za-z0-9_-]{22}")
#: The key of a new setting. The vendor's first description (v1) has a pattern without hyphens, periods and colons, the
#: later ones have none, and a product can have its keys generated with hyphens (``kebabCase``).
NEW_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.:-]*")
#: The longest names, in characters.
LONGEST_NAME = 255
#: The longest descriptions, hints, reasons and names of products and organizations, in characters.
LONGEST_DESCRIPTION = 1000


def is_uuid(text: str) -> bool:
    """Return whether this is an id of a product, config, environment, segment or organization, and not a name."""
    return UUID.fullmatch(text) is not None


def checked_id(option: str, text: str) -> str:
    """Return an id in the form in which the API writes it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    number = line_of(option, text)
    if not is_uuid(number):
        raise invalid(option, f"{text!r} is not an id such as 08d86d63-2721-4da6-8c06-584521d516bc.")
    return number.lower()


def checked_name(option: str, text: str, *, longest: int = LONGEST_NAME) -> str:
    """Return a name, or an id where both are accepted, in the form that is compared: one line that is not empty.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    name = line_of(option, text)
    if not 1 <= len(name) <= longest:
        raise invalid(option, f"it has {len(name)} characters, but must have 1 to {longest}.")
    return name.lower() if is_uuid(name) else name


def checked_card(option: str, text: str) -> str:
    """Return the key of a card in another service, which becomes a segment of a path.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    key = path_name(option, text)
    check_length(option, key, LONGEST_NAME)
    return key


def checked_key(option: str, text: str) -> str:
    """Return the key of a setting that may exist: one line, not empty, with any characters except slashes.

    Keys that were created on the dashboard hold hyphens, periods and colons too. A slash, however it is encoded, could
    lead a proxy to another path. `check_new_key` checks the key of a new setting.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    key = line_of(option, text)
    if not 1 <= len(key) <= LONGEST_NAME or key in {".", ".."} or {"/", "\\"} & set(key):
        raise invalid(option, f"{key!r} is not a key: it must have 1 to {LONGEST_NAME} characters and no slash.")
    return key


def can_be_named(key: str) -> bool:
    """Return whether a task can name the setting with this key, exactly as the API shows it."""
    try:
        return checked_key("key", key) == key
    except ToolkitError:
        return False


def check_new_key(option: str, key: str) -> None:
    """Refuse a key that is probably a mistake, before a setting is added with it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not NEW_KEY.fullmatch(key):
        raise invalid(
            option,
            f"setting {key!r} does not exist, and a new key must begin with a letter, followed by letters, digits, "
            "underscores, hyphens, periods and colons.",
        )


def checked_line(option: str, text: str | None, longest: int) -> str | None:
    """Return a text of one line, which may be empty; None if it is not given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    line = None if text is None else line_of(option, text)
    check_length(option, line, longest)
    return line


def check_length(option: str, text: str | None, longest: int = LONGEST_DESCRIPTION) -> None:
    """Refuse a text that is too long.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if len(text or "") > longest:
        raise invalid(option, f"it has {len(text or '')} characters, but may have at most {longest}.")


def check_order(option: str, order: int | None) -> None:
    """Refuse a place in a list that is negative or too large.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if order is not None:
        check_number(option, order, 0)


def with_checked_names(params: dict[str, Any], **longest: int) -> dict[str, Any]:
    """Return a task's options, with the given names among them as `checked_name` returns them.

    Args:
        params: the options.
        longest: the options that are names, each with its maximum length.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    given = {option: params[option] for option in longest if params[option] is not None}
    return params | {option: checked_name(option, text, longest=longest[option]) for option, text in given.items()}


def check_sdk_key(option: str, key: str | None) -> None:
    """Refuse a text that is not an SDK key, without showing it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if key is not None and not SDK_KEY.fullmatch(key):
        raise invalid(option, "it is not an SDK key, which has two parts of 22 characters with a slash between them.")
