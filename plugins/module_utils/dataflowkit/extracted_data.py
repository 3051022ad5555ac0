# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read extracted data in the formats that are JSON.

Private to the collection.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.untrusted import parse_json

#: The formats that `data_in` reads: one text, and one in each line.
JSON_FORMATS = frozenset({"json", "jsonl"})


def data_in(content: bytes, form: str) -> Any:
    """Return extracted data.

    Args:
        content: as the API made it.
        form: one of `JSON_FORMATS`.

    Raises:
        ValueError: it is not JSON, or is nested too deeply.
    """
    text = content.decode("utf-8-sig")
    # Only this ends a line: JSON may hold other separators as they are.
    return parse_json(text) if form == "json" else [parse_json(line) for line in text.split("\n") if line.strip()]
