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
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item


def found_again(title: str, find: Callable[[], Item | Absence]) -> Item:
    """Return what another run added, or what was added although the response was lost.

    Args:
        title: the thing, as the beginning of a sentence.
        find: looks it up.

    Raises:
        ToolkitError: ``not_found`` if it was removed in the meantime.
    """
    found = find()
    if isinstance(found, Absence):
        raise ToolkitError("not_found", f"{title} was removed in the meantime.", hint="Run the task again.")
    return found
