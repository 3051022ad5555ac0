# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an account brings and other things belong to: its hosting, its mail zone, its DNS zone.

Private to the collection. In check mode a parent that is not there yet is only warned of, and looks empty: an earlier
task would have made it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.convergence import missing

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: What to do when one of them is missing.
COMES_WITH_ACCOUNT = "It comes with an account (reseller.toolkit.reseller_account)."


def parent_hosting(task: Task, client: ResellerClient, domain: str, enough: Callable[[Any], bool]) -> dict[str, Any]:
    """The Linux hosting that something is to be done to.

    Args:
        task: check mode is taken from it.
        client: calls the API.
        domain: the hosting.
        enough: whether with it there is nothing to do.

    Raises:
        ToolkitError: ``not_found``.
    """
    return client.linux_hosting(domain, enough) or missing_hosting(task, domain)


def missing_hosting(task: Task, domain: str) -> dict[str, Any]:
    """What stands for a Linux hosting that was looked for in vain.

    Raises:
        ToolkitError: ``not_found``, outside check mode.
    """
    missing(task, f"Linux hosting {domain}", COMES_WITH_ACCOUNT)
    return {}


def parent_mail_zone(
    task: Task, client: ResellerClient, domain: str, enough: Callable[[Any], bool] | None = None
) -> dict[str, Any]:
    """The mail zone that something is to be done to.

    Args:
        task: check mode is taken from it.
        client: calls the API.
        domain: the mail zone.
        enough: whether with it there is nothing to do.

    Raises:
        ToolkitError: ``not_found``.
    """
    zone = client.mail_zone(domain, enough)
    if zone is None:
        missing(task, f"mail zone {domain}", COMES_WITH_ACCOUNT)
    return zone or {}
