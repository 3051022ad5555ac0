# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sentence with which a user confirms to buy exactly one thing.

Private to the collection.
"""

from __future__ import annotations

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


def check_confirmation(sentence: str, given: str | None, cost: str) -> None:
    """Refuse a purchase that was not confirmed word for word; spaces and case do not count.

    Args:
        sentence: what confirms it.
        given: what the user gave.
        cost: says that it costs money, as the beginning of a sentence that says what to set.

    Raises:
        ToolkitError: ``purchase_not_confirmed``.
    """
    if " ".join((given or "").split()).lower() == sentence:
        return
    said = "confirm_purchase: the sentence names something else. " if given else ""
    raise ToolkitError(
        "purchase_not_confirmed",
        f"{said}{cost}, set confirm_purchase: {sentence!r}.",
        would_purchase=sentence,
    )
