# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of databases and their users: as requested, and as the API provisions them.

Private to the collection. The API puts a prefix before a database's name, and may put it before a user's: for ``shop``
it creates ``ID123456_shop``, with a number that can't be known before. It may truncate a long name: a client in
production cuts names to 14 characters before it orders, and the API's treatment of longer ones is unknown.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings

PREFIX = re.compile(r"^ID[0-9]+_")
#: The longest name of a database that is certainly not truncated, in characters, without the prefix.
LONGEST_REQUESTED_NAME = 14


class AskedName:
    """A requested name, and which provisioned names stand for it.

    Args:
        client: provides the API's address, and the folder that remembers the names of databases.
        name: as requested.
    """

    def __init__(self, client: ResellerClient, name: str) -> None:
        self._client = client
        self.name = name

    def means(self, full_name: str) -> bool:
        """Return whether a provisioned name stands for this one, by `name_key` or by the job of its order."""
        return is_asked(self.name, full_name) or self._named_by_jobs.is_last(full_name, name_key(self.name))

    def is_it(self, full_name: str) -> bool:
        """Do the same as `means`, for a decision about an order.

        Raises:
            Unreadable: the provisioned name may be this one, truncated by the API.
        """
        if self.means(full_name):
            return True
        if is_cut(self.name, full_name):
            doubt = Unreadable("name", full_name)
            doubt.told += f", which may be {self.name} cut by the API (if it is, use that name)"
            raise doubt
        return False

    def best_of(self, full_names: list[str]) -> list[str]:
        """Return the provisioned names that stand for this one; only the best ones if some fit better than others."""
        asked = [full_name for full_name in full_names if is_asked(self.name, full_name)]
        exact = [full_name for full_name in asked if asked_name(full_name) == self.name]
        return exact or asked or list(filter(self.means, full_names))

    def remember(self, full_name: str, warn: Callable[[str], None]) -> None:
        """Remember the name that a finished job reported, unless it obviously stands for the requested one.

        Args:
            full_name: the name that the job reported.
            warn: shows a warning to the user that the name differs.
        """
        if self.means(full_name):
            return
        warn(f"The API named database {self.name} {full_name}. Use that name where this state_dir is not known.")
        memory = WriteOnlySettings(*self._place, warn, durable=True)
        memory.set(full_name, name_key(self.name), lambda: None)

    @cached_property
    def _named_by_jobs(self) -> WriteOnlySettings:
        # A task that can't read this file does not find the database by this name, and fails before it orders anything.
        return WriteOnlySettings(*self._place, lambda _message: None)

    @property
    def _place(self) -> tuple[Storage, str]:
        return self._client.storage, f"{self._client.api_url} database names"


def is_provisioned_name(name: str) -> bool:
    """Return whether a name is a provisioned one, including the prefix."""
    return PREFIX.match(name) is not None


def asked_name(name: str) -> str:
    """Return the name as it was requested: without the prefix."""
    return PREFIX.sub("", name, count=1)


def name_key(name: str) -> str:
    """Return what distinguishes a requested or provisioned name from all others of an account, regardless of case.

    It is unknown whether the API allows ``ShopDB`` beside ``shopdb``, and a surplus order costs more than a message.
    """
    return asked_name(name).casefold()


def is_asked(name: str, full_name: str) -> bool:
    """Return whether a provisioned name stands for a requested one, by `name_key`.

    Args:
        name: as requested, of a database or of a user.
        full_name: as provisioned.
    """
    return name_key(full_name) == name.casefold()


def is_cut(name: str, full_name: str) -> bool:
    """Return whether a provisioned name may be a requested one that the API truncated.

    Args:
        name: as requested.
        full_name: as provisioned.
    """
    listed = name_key(full_name)
    return LONGEST_REQUESTED_NAME <= len(listed) < len(name) and name.casefold().startswith(listed)


def check_length(option: str, name: str, *, allow_long: bool) -> None:
    """Refuse to order a database by a name that the API may truncate: the next run might not find it, and order again.

    Args:
        option: the option with the name.
        name: as requested, or as provisioned.
        allow_long: whether a person allows it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    asked = asked_name(name)
    if len(asked) > LONGEST_REQUESTED_NAME and not allow_long:
        raise invalid(
            option,
            f"{asked!r} has {len(asked)} characters, and the API may cut the name of a new database after "
            f"{LONGEST_REQUESTED_NAME}. Use a shorter name, or set allow_long_name: true.",
        )


def check_database_name(option: str, name: str) -> None:
    """Refuse a name for a database that MySQL would need quoted: the API gives no rule, so this one is strict.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not re.fullmatch(r"[A-Za-z0-9_]{1,50}", name):
        raise invalid(option, f"{name!r} is not a name of 1 to 50 letters, digits and underscores.")


def check_user_name(option: str, name: str) -> None:
    """Refuse a name for an added database user that the API would refuse.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not re.fullmatch(r"[a-z0-9]{2,14}", name):
        raise invalid(option, f"{name!r} is not a name of 2 to 14 lower-case letters and digits.")
