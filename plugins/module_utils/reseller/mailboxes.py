# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mailboxes: read, find, create, change and remove them.

Private to the collection. Aliases and the rest of a mail zone are in ``mail_zones.py``.
"""

from __future__ import annotations

from functools import partial
from typing import Any, TypeVar

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import holds_control, invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_addresses import (
    domain_of,
    is_address,
    listed_addresses,
    mail_addresses,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.mail_zones import get_mail_zone
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    number_in,
    objects_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Contradiction, Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step

T = TypeVar("T")

MAILBOXES = "/mailboxes"
#: An automatic reply and a forwarding that nobody has set.
NO_REPLY: dict[str, Any] = {"enabled": False, "subject": "", "message": ""}
NO_FORWARD: dict[str, Any] = {"enabled": False, "email_addresses": [], "copy_to_myself": False}


def mailbox_path(address: str) -> str:
    """Return the path of a mailbox."""
    return f"{MAILBOXES}/{segment(address)}"


def list_mailboxes(client: ResellerClient, domain_name: str) -> list[dict[str, Any]] | None:
    """Return the mailboxes of a domain, without their settings; None when the API does not know that domain.

    The API lists them of one domain only.
    """
    return client.items(MAILBOXES, domain_name=domain_name)


def get_mailbox(client: ResellerClient, address: str) -> dict[str, Any] | None:
    """Return one mailbox with its settings."""
    return client.get(mailbox_path(address))


def shown_mailbox(mailbox: Item) -> Item:
    """Return a mailbox with its automatic reply and its forwarding in the form that is compared.

    If the API does not report one of them, the mailbox has none.

    Raises:
        Unreadable: a setting is of another type than documented.
    """
    reply, forward = _setting(mailbox, "auto_reply"), _setting(mailbox, "auto_forward")
    return {
        **mailbox,
        "auto_reply": {
            "enabled": _told(reply, "enabled", bool, False),
            "subject": _told(reply, "subject", str, "").strip(),
            "message": _lines(_told(reply, "message", str, "")),
        },
        "auto_forward": {
            "enabled": _told(forward, "enabled", bool, False),
            "email_addresses": listed_addresses({"email_addresses": [], **_without_null(forward)}, "email_addresses"),
            "copy_to_myself": _told(forward, "copy_to_myself", bool, False),
        },
    }


def _setting(mailbox: Item, name: str) -> Item:
    return _told(mailbox, name, dict, {})


def _told(item: Item, name: str, kind: type[T], usual: T) -> T:
    """Return a setting; the usual value if the API does not report it because nobody has set it."""
    return usual if item.get(name) is None else value_in(item, name, kind)


def _without_null(item: Item) -> Item:
    return {name: value for name, value in item.items() if value is not None}


def find_mailbox(client: ResellerClient, address: str) -> Item | Absence:
    """Return the detail of a mailbox, or the proof that the mailbox does not exist.

    A missing detail proves nothing: the list of the domain's mailboxes decides. If it has the mailbox, the two
    contradict each other.

    Raises:
        Unproven: the list can't be read, or they still contradict each other after a while.
    """
    title, domain = _mailbox_title(address), domain_of(address)

    def ask() -> Item | Absence:
        found = get_mailbox(client, address)
        if found is not None:
            text_in(found, "name")
            return found
        mailboxes = list_mailboxes(client, domain)
        if mailboxes is None:
            if get_mail_zone(client, domain) is None:
                return client.evidence.absent(title)
            raise Unproven(title, f"the mail zone {domain} exists, and the API does not list its mailboxes")
        if isinstance(listed_mailbox(client, address, mailboxes), Absence):
            return client.evidence.absent(title)
        raise Contradiction(title, f"{domain} lists it, and the API does not know its detail", item_id=address)

    return client.evidence.settled(title, ask)


def listed_mailbox(client: ResellerClient, address: str, mailboxes: list[Item]) -> Item | Absence:
    """Return a mailbox from all of its domain, without its settings, or the proof that it does not exist.

    Raises:
        Unproven: one of them can't be read.
    """
    return client.evidence.find_in(_mailbox_title(address), mailboxes, "name", is_address("name", address))


def _mailbox_title(address: str) -> str:
    return f"mailbox {address}"


def wanted_reply(given: dict[str, Any] | None, current: dict[str, Any]) -> dict[str, Any] | None:
    """Return the desired automatic reply: what is not given stays as it is.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if given is None:
        return None
    wanted = {**current, "enabled": given["enabled"]}
    if given["subject"] is not None:
        wanted["subject"] = line_of("auto_reply", given["subject"])
    if given["text"] is not None:
        wanted["message"] = _lines(given["text"])
        if holds_control(wanted["message"], allowed="\n\t"):
            raise invalid("auto_reply", "text holds a control character.")
    if wanted["enabled"] and not (wanted["subject"] and wanted["message"]):
        raise invalid("auto_reply", "it needs a subject and a text.")
    return wanted


def wanted_forward(given: dict[str, Any] | None, current: dict[str, Any]) -> dict[str, Any] | None:
    """Return the desired forwarding: what is not given stays as it is.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if given is None:
        return None
    wanted = {**current, "enabled": given["enabled"]}
    if given["addresses"] is not None:
        wanted["email_addresses"] = mail_addresses("auto_forward", given["addresses"])
    if given["copy_to_myself"] is not None:
        wanted["copy_to_myself"] = given["copy_to_myself"]
    return wanted


def account_for(zone: dict[str, Any], domain: str, size: int | None) -> int:
    """Return the id of the account for a new mailbox.

    Args:
        zone: the mail zone.
        domain: its name.
        size: the desired size in MB; None if there is only one to choose from.

    Raises:
        ToolkitError: ``no_mailbox_left``, or ``ambiguous`` when the size must be given.
        Unreadable: the zone does not report what it offers.
    """
    offered = [
        {"account_id": number_in(item, "account_id"), "size": number_in(item, "size")}
        for item in objects_in(zone, "available_accounts")
    ]
    sizes = sorted({item["size"] for item in offered})
    told = ", ".join(f"{offer} MB" for offer in sizes) or "none"
    fitting = [item for item in offered if size is None or item["size"] == size]
    if not fitting:
        wanted = "" if size is None else f" of {size} MB"
        raise ToolkitError(
            "no_mailbox_left",
            f"Mail zone {domain} has no room for another mailbox{wanted}. It offers: {told}.",
            hint="Order an account or an add-on with mailboxes." if not sizes else "Name one of these sizes.",
        )
    if len({item["size"] for item in fitting}) > 1:
        raise ToolkitError("ambiguous", f"Mail zone {domain} offers several sizes: {told}.", hint="Set size to one.")
    return min(item["account_id"] for item in fitting)


def mailbox_steps(client: ResellerClient, address: str, changed: dict[str, Any]) -> list[Step]:
    """Return the writes that change a mailbox."""
    path = mailbox_path(address)
    steps = []
    if "password" in changed:
        body = {"password": changed["password"]}
        steps.append(Step("password", partial(client.put, f"{path}/password", body)))
    if "auto_reply" in changed:
        steps.append(Step("auto_reply", partial(client.put, f"{path}/autoreply", changed["auto_reply"])))
    if "auto_forward" in changed:
        steps.append(Step("auto_forward", partial(client.put, f"{path}/autoforward", changed["auto_forward"])))
    return steps


def create_mailbox_step(client: ResellerClient, address: str, account_id: int, password: str, absence: Absence) -> Step:
    """Return the write that creates a mailbox, once."""
    body = {"email_address": address, "account_id": account_id, "password": password}
    find = partial(find_mailbox, client, address)
    return Step("mailbox", partial(client.post_free, MAILBOXES, body, absence, find))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


def delete_mailbox(client: ResellerClient, address: str) -> None:
    """Remove a mailbox with all of its mail."""
    client.delete(mailbox_path(address))
