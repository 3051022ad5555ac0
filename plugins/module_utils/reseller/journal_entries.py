# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Parse the entries of the journal, and refuse what no journal wrote.

Private to the collection.
"""

from __future__ import annotations

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order_ids import entry_name
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import json_in

#: The version of the entries' format.
FORMAT = 1
#: A unix time that no clock reaches: the first year with five digits.
LAST_MOMENT = 253_402_300_800.0


def intent_in(content: bytes | None, name: str) -> Intent | None:
    """Return the intent that an entry holds; None when the entry does not exist.

    Args:
        content: the entry's content.
        name: its name.

    Raises:
        ValueError: no journal wrote it, or one with another format.
    """
    stored = json_in(content)
    if stored is None:
        return None
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        raise ValueError("it has a format that this version does not know")
    try:
        intent = Intent(**{name: value for name, value in stored.items() if name in Intent._fields})
    except TypeError as error:
        raise ValueError("something is missing in it") from error
    _check_types(intent)
    if name != entry_name(intent.id):
        raise ValueError(f"its name is not that of what it holds, {intent.endpoint} for {intent.key}")
    return intent


def _check_types(intent: Intent) -> None:
    """Refuse values that no journal writes.

    Raises:
        ValueError: the intent has one.
    """
    texts = [intent.api_url, intent.endpoint, intent.key, intent.key_fingerprint]
    texts += [] if intent.location is None else [intent.location]
    times = [intent.opened_at] + ([] if intent.closed_at is None else [intent.closed_at])
    flags = [intent.answered, intent.verified, intent.gone, intent.resend]
    if not all(isinstance(text, str) and _is_unicode(text) for text in texts):
        raise ValueError("there is something else in it where a text belongs")
    if not all(type(moment) in (int, float) and 0 <= moment < LAST_MOMENT for moment in times):
        raise ValueError("there is something else in it where a time belongs")
    if not all(isinstance(flag, bool) for flag in flags):
        raise ValueError("there is something else in it where a yes or no belongs")


def _is_unicode(text: str) -> bool:
    """Return whether a text can be encoded: JSON can hold halves of characters."""
    return not any("\ud800" <= character <= "\udfff" for character in text)
