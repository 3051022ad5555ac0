# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The doubts whether something exists: why it can't be proven, and which item a person may exclude from the decision.

Private to the collection; names no service. `proof` imports it when something is in doubt.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, Unreadable, told


class Unproven(ToolkitError):
    """It can't be determined whether something exists (kind ``unproven``), so nothing that depends on it is sent."""

    def __init__(self, title: str, why: str, *, item_id: str | None = None, **facts: Any) -> None:
        hint = "Nothing was sent. Look into the control panel, and run the task again."
        if item_id is not None:
            hint += f" If that is certainly not {title}, leave it out of the decision: accept_unproven: [{item_id!r}]."
        super().__init__(
            "unproven",
            f"Whether {title} exists can't be proven: {why}.",
            hint=hint,
            unproven={"id": item_id, **facts},
        )


class Contradiction(Unproven):
    """Two responses contradict each other. That may be temporary: see `Evidence.agreed`."""


def unreadable_item(title: str, item: Item, id_name: str, error: Unreadable) -> Unproven:
    """Return the doubt that an item leaves whose readable properties do not decide.

    Args:
        title: the thing, as messages name it.
        item: the item.
        id_name: the property that names an item to a person.
        error: names the property that can't be read.
    """
    why = f"{error.name} of {named(item, id_name)} is {error.told}"
    return Unproven(title, why, item_id=_id(item, id_name), property=error.name, value=error.told)


def doubt_after(error: ToolkitError, title: str, item_id: str | None) -> ToolkitError:
    """Return the doubt that an inconclusive response leaves; the error itself if the API reported it.

    Args:
        error: was raised while the response was read.
        title: the thing, as messages name it.
        item_id: the object of the response, by the id with which a person can exclude it.
    """
    if isinstance(error, Unreadable):
        about = f" of {item_id}" if item_id else ""
        why = f"{error.name}{about} is {error.told}"
        return Unproven(title, why, item_id=item_id, property=error.name, value=error.told)
    if error.kind not in {"protocol", "paging"}:
        return error
    status = error.status if isinstance(error, ApiError) else None
    return Unproven(title, error.message.rstrip("."), item_id=item_id, status=status)


def _id(item: Item, id_name: str) -> str | None:
    """Return the id by which a person names the item; None when it has no readable one."""
    value = item.get(id_name)
    return str(value) if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value) else None


def named(item: Item, id_name: str) -> str:
    """Return how messages name an item."""
    item_id = _id(item, id_name)
    return f"the item with {id_name} {item_id}" if item_id else f"an item without {id_name} ({told(item)})"
