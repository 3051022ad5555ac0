# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of databases and their users: as asked for, and as the API provisions them.

Private to the collection. The API puts a prefix before a database's name, and may put it before a user's: asked for
``shop``, it makes ``ID123456_shop``, with a number that can't be known before. A long name may come back cut: a client
in production cuts names to 14 characters before it orders, and nobody has seen what the API does with longer ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.remembered import Remembered

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient

PREFIX = re.compile(r"^ID[0-9]+_")
#: The longest name of a database that is certainly kept, in characters, without the prefix.
LONGEST_NAME = 14


class AskedName:
    """A name that was asked for, and which provisioned names stand for it.

    Args:
        client: names the API, and the folder with what a job once named.
        name: as asked for.
    """

    def __init__(self, client: ResellerClient, name: str) -> None:
        self._client = client
        self.name = name

    def means(self, full_name: str) -> bool:
        """Return whether a provisioned name is this one, by `name_key`, or because the job of its order said so."""
        return is_asked(self.name, full_name) or self._named_by_jobs.is_last(full_name, name_key(self.name))

    def is_it(self, full_name: str) -> bool:
        """`means`, where the answer decides about an order.

        Raises:
            Unreadable: the provisioned name may be this one, cut by the API.
        """
        if self.means(full_name):
            return True
        if is_cut(self.name, full_name):
            doubt = Unreadable("name", full_name)
            doubt.told += f", which may be {self.name} cut by the API (if it is, use that name)"
            raise doubt
        return False

    def best_of(self, full_names: list[str]) -> list[str]:
        """Return the provisioned names that stand for this one; those that fit best if some fit better than others."""
        asked = [full_name for full_name in full_names if is_asked(self.name, full_name)]
        exact = [full_name for full_name in asked if asked_name(full_name) == self.name]
        return exact or asked or list(filter(self.means, full_names))

    def remember(self, full_name: str, warn: Callable[[str], None]) -> None:
        """Remember that a finished job named what was asked for, unless that shows.

        Args:
            full_name: what it named.
            warn: tells the user that another name was asked for.
        """
        if self.means(full_name):
            return
        warn(f"The API named database {self.name} {full_name}. Use that name where this state_dir is not known.")
        memory = Remembered(*self._place, warn, durable=True)
        memory.set(full_name, name_key(self.name), lambda: None)

    @cached_property
    def _named_by_jobs(self) -> Remembered:
        # Who can't read it does not find the database by this name, and is told so before anything is ordered.
        return Remembered(*self._place, lambda _message: None)

    @property
    def _place(self) -> tuple[str, str]:
        return self._client.state_dir, f"{self._client.api_url} database names"


def is_provisioned_name(name: str) -> bool:
    """Whether a name is one that the API gave, prefix included."""
    return PREFIX.match(name) is not None


def asked_name(name: str) -> str:
    """The name as it was asked for: without the prefix."""
    return PREFIX.sub("", name, count=1)


def name_key(name: str) -> str:
    """Return what tells a name, as asked for or as provisioned, from all others of an account: its case does not count.

    Nobody has seen what the API makes of ``ShopDB`` beside ``shopdb``, and an order too many costs more than a message.
    """
    return asked_name(name).casefold()


def is_asked(name: str, full_name: str) -> bool:
    """Return whether a provisioned name is one that was asked for, by `name_key`.

    Args:
        name: as asked for, of a database or of a user.
        full_name: as provisioned.
    """
    return name_key(full_name) == name.casefold()


def is_cut(name: str, full_name: str) -> bool:
    """Return whether a provisioned name may be what the API left of one that was asked for.

    Args:
        name: as asked for.
        full_name: as provisioned.
    """
    listed = name_key(full_name)
    return LONGEST_NAME <= len(listed) < len(name) and name.casefold().startswith(listed)


def check_length(option: str, name: str, *, allow_long: bool) -> None:
    """Refuse to order a database by a name that the API may cut: the next run might not find it, and order another one.

    Args:
        option: which option names it.
        name: as asked for, or as provisioned.
        allow_long: whether a person allows it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    asked = asked_name(name)
    if len(asked) > LONGEST_NAME and not allow_long:
        raise invalid(
            option,
            f"{asked!r} has {len(asked)} characters, and the API may cut the name of a new database after "
            f"{LONGEST_NAME}. Use a shorter name, or set allow_long_name: true.",
        )
