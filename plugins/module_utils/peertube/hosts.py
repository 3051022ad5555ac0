# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names of other servers, and of the accounts and channels there.

Private to the collection. A handle is ``name@host``; without a host it names something of the instance itself.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.address_checks import is_host
from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import checked_handle
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, text_in, value_in

#: The host in a handle of something of the instance itself.
OWN = ""


class Handle(NamedTuple):
    """The name of an account or a channel, and its host; `OWN` for one of the instance itself."""

    name: str
    host: str

    def __str__(self) -> str:
        return f"{self.name}@{self.host}" if self.host else self.name


def checked_host(option: str, text: str) -> str:
    """Return the name of a server in lower case, with its port if it has one.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    host = line_of(option, text).lower()
    name = host.partition(":")[0]
    if not (host.isascii() and is_host(name)) or not re.fullmatch(r"(:[0-9]{1,5})?", host[len(name) :]):
        raise invalid(
            option, f"{text!r} is not the name of a server, such as video.example.org or video.example.org:9000."
        )
    return host


def checked_handle_of(option: str, text: str) -> Handle:
    """Return the handle of an account or a channel, with the host in lower case.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    name, _at, host = checked_handle(option, text).partition("@")
    return Handle(name, checked_host(option, host) if host else OWN)


def handle_in(item: Item, name: str) -> Handle:
    """Return the handle of an account or a channel that the API shows as this property.

    Raises:
        Unreadable: it is not shown.
    """
    actor: dict[str, Any] = value_in(item, name, dict)
    return Handle(text_in(actor, "name"), text_in(actor, "host"))


def is_handle(shown: Handle, wanted: Handle, own_host: str) -> bool:
    """Return whether a handle that the API shows is the one that is looked for, in any case of letters."""
    host = wanted.host or own_host
    return shown.name.lower() == wanted.name.lower() and shown.host.lower() == host.lower()
