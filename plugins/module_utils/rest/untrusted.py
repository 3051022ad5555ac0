# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Untrusted input: JSON within limits, and text that is safe to show on a terminal.

Private to the collection.
"""

from __future__ import annotations

import json
import re
from typing import Any

#: The deepest nesting of JSON that is accepted. Services use less than ten levels; Python fails at about a thousand.
DEEPEST = 100
#: Escape sequences of terminals: CSI and OSC, each also as one C1 character (ECMA-48, 5.4 and 8.3.89).
_SEQUENCES = r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b\]|\x9d)[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)?|\x1b[ -/]*[0-~]?"
#: Control characters except tab and newline, what changes the direction or the visibility of text, half characters.
_CONTROLS = (
    "\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\U000e0000-\U000e007f"
)


def parse_json(text: str) -> Any:
    """Return the value of a JSON text.

    Raises:
        ValueError: it is not JSON, or is nested more than `DEEPEST` levels deep.
    """
    try:
        value = json.loads(text)
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    level = [value]
    for _depth in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return value
    raise ValueError("it is nested too deeply")


def _inside(value: Any) -> list[Any]:
    """Return the lists and objects directly inside a value."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [item for item in inner if isinstance(item, (dict, list))]


def printable(text: str) -> str:
    """Return the text without what a terminal would act on; line breaks and tabs are kept.

    Removed are escape sequences, control characters (C0, DEL, C1), marks that change the direction of text or can't be
    seen, and half characters.
    """
    return re.sub(f"[{_CONTROLS}]", "", re.sub(_SEQUENCES, "", text))


def one_line(text: str) -> str:
    """Return the printable text with each run of white space as one space."""
    return " ".join(printable(re.sub(r"[\s\x85]+", " ", text)).split())
