# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts that an option names by their id or their identifier.

Private to the collection.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.accounts import get_account, known_account
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import account_identifier
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable, number_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The most digits that an id of an account has; a longer text of digits is an identifier.
LONGEST_ID = 10


class NamedAccount:
    """An account by its id (digits) or its identifier; read only when needed, and only once.

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
    """Return the account to create something in.

    In check mode, a missing account only causes a warning, as an earlier task would have created it; it has no id then.

    Raises:
        ToolkitError: ``not_found``.
    """
    if named.found is not None:
        return named.found
    missing(task, f"account {named.title}", "Order it first (reseller.toolkit.reseller_account).")
    return {"id": None, "identifier": named.title}
