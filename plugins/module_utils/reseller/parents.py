# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Report that a part of an account is missing: its hosting, its mail zone, its DNS zone.

Private to the collection. What the families of resources call `parent_…` returns such a part. In check mode, it returns
None for a missing one, as an earlier task would have created it, and not an empty dict, which a response that says
nothing may be.
"""

from __future__ import annotations

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


def missing_parent(task: Task, part: str) -> None:
    """Report that a part of an account is missing; in check mode only warn.

    Args:
        task: check mode is taken from it.
        part: the part, to follow "There is no".

    Raises:
        ToolkitError: ``not_found``, unless in check mode.
    """
    missing(task, part, "It comes with an account (reseller.toolkit.reseller_account).")
