# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check what a user gives before any request is sent.

Private to the collection. Source of lengths and patterns: the vendor's description of the API.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
#: The longest names, but for those of products, and the longest descriptions and hints, in characters.
LONGEST_NAME = 255
LONGEST_TEXT = 1000


def is_uuid(text: str) -> bool:
    """Whether this is an id of a product, config, environment, segment or organization, and not a name."""
    return UUID.fullmatch(text) is not None


def check_id(params: dict[str, Any], option: str) -> None:
    """Bring an id into the form in which the API writes it; nothing to do if none is given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params[option] is None:
        return
    text = line_of(option, params[option])
    if not is_uuid(text):
        raise invalid(option, f"{text!r} is not an id such as 08d86d63-2721-4da6-8c06-584521d516bc.")
    params[option] = text.lower()


def check_name(params: dict[str, Any], option: str, *, longest: int = LONGEST_NAME) -> None:
    """Bring a name, or an id in its place, into the form that is compared; nothing to do if none is given.

    Raises:
        ToolkitError: ``invalid_option``, unless it is one line that is not empty.
    """
    if params[option] is None:
        return
    name = line_of(option, params[option])
    if not 1 <= len(name) <= longest:
        raise invalid(option, f"it has 1 to {longest} characters, and this one has {len(name)}.")
    params[option] = name.lower() if is_uuid(name) else name


def check_length(params: dict[str, Any], option: str, *, longest: int = LONGEST_TEXT) -> None:
    """Refuse a text that is too long.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if len(params[option] or "") > longest:
        raise invalid(option, f"it has at most {longest} characters, and this one has {len(params[option])}.")
