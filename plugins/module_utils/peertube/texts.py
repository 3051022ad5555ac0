# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names and texts in options: check them before any request, and write an empty text as the null that the API takes.

Private to the collection. Source of lengths and patterns: recorded responses of PeerTube 6.3.0 and of a server derived
from 8.2.1.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import holds_control, invalid, line_of

#: Names of channels and users, which are in one namespace, and the most characters that they have.
ACTOR_NAME = re.compile(r"[a-z0-9_]+([a-z0-9_.-]*[a-z0-9_])?")
LONGEST_ACTOR_NAME = 50
#: Codes of languages, such as en, zh-Hans and _unknown, and the most characters that they have.
LANGUAGE = re.compile(r"[A-Za-z0-9_]+(-[A-Za-z0-9_]+)*")
LONGEST_LANGUAGE = 10
#: The longest display names, in characters.
LONGEST_DISPLAY_NAME = 120
#: The fewest and the most characters of descriptions and support texts.
LONG_TEXT = (3, 1000)


def checked_actor_name(option: str, text: str, kind: str = "name") -> str:
    """Return the name of a channel or a user that exists or may be created.

    Args:
        option: where it was given.
        text: the name.
        kind: what it is, for the message.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    name = line_of(option, text)
    if len(name) > LONGEST_ACTOR_NAME or not ACTOR_NAME.fullmatch(name):
        raise invalid(
            option,
            f"{text!r} is not a {kind}: it must have 1 to {LONGEST_ACTOR_NAME} characters, which are lower case "
            "letters, digits, underscores, and inside the name also periods and hyphens.",
        )
    return name


def checked_line(option: str, text: str | None, least: int = 1, most: int = LONGEST_DISPLAY_NAME) -> str | None:
    """Return a text of one line; None if it is not given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return None if text is None else _of_length(option, line_of(option, text), least, most)


def checked_language(option: str, text: str | None) -> str:
    """Return the code of a language, which the server may not know.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    code = line_of(option, text)
    if len(code) > LONGEST_LANGUAGE or not LANGUAGE.fullmatch(code):
        raise invalid(option, f"{text!r} is not the code of a language such as en.")
    return code


def checked_text(option: str, text: str | None, least: int = LONG_TEXT[0], most: int = LONG_TEXT[1]) -> str | None:
    """Return a text that may have several lines, or be empty to remove it; None if it is not given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not text:
        return text
    if holds_control(text, "\n\r\t"):
        raise invalid(option, "it contains a control character.")
    return _of_length(option, text, least, most)


def _of_length(option: str, text: str, least: int, most: int) -> str:
    if not least <= len(text) <= most:
        raise invalid(option, f"it has {len(text)} characters, but must have {least} to {most}.")
    return text


def with_empty_texts(item: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return an object of the API with an empty text for each of these properties that is null."""
    return {**item, **{name: "" for name in names if name in item and item[name] is None}}


def null_for_empty(properties: dict[str, Any], *names: str) -> dict[str, Any]:
    """Return properties to send with null for each of these that is an empty text, which the API refuses."""
    return {**properties, **{name: None for name in names if properties.get(name) == ""}}
