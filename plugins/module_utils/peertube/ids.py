# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What options name things by: ids of videos and playlists, and handles of accounts and channels.

Private to the collection. An id is a number, a UUID, or the short form of a UUID that addresses of pages have, which is
22 digits in base 58. A handle is a name, with ``@`` and the host if it is from another instance.
"""

from __future__ import annotations

import re
import uuid

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import LARGEST_NUMBER, invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, number_in, text_in

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: The digits of short UUIDs: those of base 58, small letters first.
DIGITS = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
SHORT_UUID = re.compile(f"[{DIGITS}]{{22}}")
HANDLE = re.compile(r"(?!\.+(@|$))[^/\\?#@\s]+(@[^/\\?#@\s]+)?")


def checked_id(option: str, text: str) -> str:
    """Return the number or the UUID of a video or a playlist; a short UUID becomes a UUID.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    given = line_of(option, text)
    if UUID.fullmatch(given):
        return given.lower()
    if SHORT_UUID.fullmatch(given):
        number = 0
        for digit in given:
            number = number * len(DIGITS) + DIGITS.index(digit)
        if number < 2**128:
            return str(uuid.UUID(int=number))
    if given.isascii() and given.isdigit() and 0 < int(given[:20]) <= LARGEST_NUMBER:
        return str(int(given))
    raise invalid(option, f"{text!r} is not a number, a UUID or a short UUID.")


def checked_handle(option: str, text: str) -> str:
    """Return the handle of an account or a channel.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    handle = line_of(option, text)
    if not HANDLE.fullmatch(handle):
        raise invalid(option, f"{text!r} is not a name, with @ and the host if it is from another instance.")
    return handle


def has_id(item: Item, given: str) -> bool:
    """Return whether a video or a playlist has an id of `checked_id`.

    Raises:
        Unreadable: it does not show its id.
    """
    return str(number_in(item, "id")) == given if given.isdigit() else text_in(item, "uuid") == given
