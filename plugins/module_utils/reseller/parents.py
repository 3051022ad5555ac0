# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What other things belong to: an account, and what it brings: its hosting, its mail zone, its DNS zone.

Private to the collection. In check mode a parent that is not there yet is only warned of, as an earlier task would have
made it. It is None then, and not an empty dict, which an answer that says nothing may be.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.accounts import known_account
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.accounts import get_account
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.hostings import get_linux_hosting
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.mail import get_mail_zone
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import account_identifier
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import (
    Absence,
    Unreadable,
    number_in,
    text_in,
)

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: What to do when one of them is missing.
COMES_WITH_ACCOUNT = "It comes with an account (reseller.toolkit.reseller_account)."
#: The most digits that an id of an account has; a longer text of digits is an identifier.
LONGEST_ID = 10


class NamedAccount:
    """The account that a user names by its id (digits) or its identifier; read when it is needed, and only once.

    Args:
        client: calls the API.
        id_or_identifier: as the user wrote it.

    Raises:
        ToolkitError: ``invalid_option``, for what is neither.
    """

    def __init__(self, client: ResellerClient, id_or_identifier: str) -> None:
        self._client = client
        text = id_or_identifier.strip()
        self._id = int(text) if text.isascii() and text.isdigit() and len(text) <= LONGEST_ID else None
        if self._id is not None:
            check_number("account", self._id, 1)
        self.title = text if self._id is not None else account_identifier("account", text)

    @cached_property
    def found(self) -> dict[str, Any] | None:
        """The account with its ``id`` and ``identifier``, None when there is none.

        Raises:
            Unreadable: the answer lacks one of them, or is about another account.
        """
        found = known_account(self._client, self.title) if self._id is None else get_account(self._client, self._id)
        if found is None or isinstance(found, Absence):
            return None
        text_in(found, "identifier")
        if self._id not in {None, number_in(found, "id")}:
            raise Unreadable("id", found["id"])
        return found

    @property
    def identifier(self) -> str | None:
        """Its identifier, for which it is read only if it was named by its id; None when there is no such account."""
        if self._id is None:
            return self.title
        return self.found["identifier"] if self.found else None


def parent_account(task: Task, named: NamedAccount) -> dict[str, Any]:
    """The account that something is to be made in.

    In check mode an account that does not exist yet is only warned of, as an earlier task would have made it; it has
    no id then.

    Raises:
        ToolkitError: ``not_found``.
    """
    if named.found is not None:
        return named.found
    missing(task, f"account {named.title}", "Order it first (reseller.toolkit.reseller_account).")
    return {"id": None, "identifier": named.title}


def parent_hosting(
    task: Task, client: ResellerClient, domain: str, enough: Callable[[Any], bool]
) -> dict[str, Any] | None:
    """The Linux hosting that something is to be done to; in check mode None if there is no such hosting yet.

    Args:
        task: check mode is taken from it.
        client: calls the API.
        domain: the hosting.
        enough: whether with it there is nothing to do.

    Raises:
        ToolkitError: ``not_found``.
    """
    hosting = get_linux_hosting(client, domain, enough)
    if hosting is None:
        missing_hosting(task, domain)
    return hosting


def missing_hosting(task: Task, domain: str) -> None:
    """Say that a Linux hosting was looked for in vain.

    Raises:
        ToolkitError: ``not_found``, outside check mode.
    """
    missing(task, f"Linux hosting {domain}", COMES_WITH_ACCOUNT)


def parent_mail_zone(
    task: Task, client: ResellerClient, domain: str, enough: Callable[[Any], bool] | None = None
) -> dict[str, Any] | None:
    """The mail zone that something is to be done to; in check mode None if there is no such zone yet.

    Args:
        task: check mode is taken from it.
        client: calls the API.
        domain: the mail zone.
        enough: whether with it there is nothing to do.

    Raises:
        ToolkitError: ``not_found``.
    """
    zone = get_mail_zone(client, domain, enough)
    if zone is None:
        missing(task, f"mail zone {domain}", COMES_WITH_ACCOUNT)
    return zone
