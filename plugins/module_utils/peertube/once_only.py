# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What PeerTube creates with each request again, such as comments and reports: it is found again instead of resent.

Private to the collection.
"""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, is_whole_number
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response


def created_in(response: Response | None, name: str = "", *texts: str) -> Item | None:
    """Return what was created, as the response shows it; None if it must be looked up.

    Args:
        response: the response, None if the thing was found instead.
        name: the property with the thing, which must have an ``id``; empty if it is the whole response.
        texts: more properties that it must have, all of them texts.
    """
    data = response.data_or_none() if response else None
    created = data.get(name) if name and isinstance(data, dict) else data
    if not isinstance(created, dict) or not is_whole_number(created.get("id")):
        return None
    return created if all(isinstance(created.get(text), str) for text in texts) else None


def found_again(title: str, find: Callable[[], Item | Absence]) -> Item:
    """Return what another run created, or what was created although its response was lost or can't be read.

    Args:
        title: the thing, as messages name it.
        find: looks it up.

    Raises:
        ToolkitError: ``not_found`` if it was removed in the meantime.
    """
    found = find()
    if isinstance(found, Absence):
        beginning = title[:1].upper() + title[1:]
        raise ToolkitError("not_found", f"{beginning} was removed in the meantime.", hint="Run the task again.")
    return found
