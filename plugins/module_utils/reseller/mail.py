# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail: addresses, mailboxes, aliases and mail zones.

Private to the collection.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import holds_control, invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.mail import get_mail_zone, get_mailbox
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import (
    ascii_domain,
    check_host,
    same_text,
    shown_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.steps import Step

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient

#: The longest local part of an address (RFC 5321, 4.5.3.1.1).
LONGEST_LOCAL_PART = 64
#: What an automatic reply and a forwarding are when nobody has set them.
NO_REPLY: dict[str, Any] = {"enabled": False, "subject": "", "message": ""}
NO_FORWARD: dict[str, Any] = {"enabled": False, "email_addresses": [], "copy_to_myself": False}


def mail_address(option: str, text: str) -> str:
    """An e-mail address in the one form that is compared and sent: lower case, its domain by `ascii_domain`.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    local, at, domain = line_of(option, text).rpartition("@")
    # The atoms of RFC 5322, 3.2.3, without the slash, which would part a path in two; quoted local parts are not
    # accepted by providers of mailboxes.
    atoms = r"[A-Za-z0-9!#$%&'*+=?^_`{|}~-]+"
    if not at or not re.fullmatch(rf"{atoms}(\.{atoms})*", local) or len(local) > LONGEST_LOCAL_PART:
        raise invalid(option, f"{text!r} is not an e-mail address.")
    host = ascii_domain(option, domain)
    # Records may have underscores in their names, hosts that take mail may not (RFC 5321, 4.1.2).
    if "_" in host:
        raise invalid(option, f"{text!r} is not an e-mail address: no mail server has an underscore in its name.")
    return f"{local.lower()}@{host}"


def mail_addresses(option: str, texts: list[str]) -> list[str]:
    """E-mail addresses in canonical form, sorted, each once.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return sorted({mail_address(option, text) for text in texts})


def domain_of(address: str) -> str:
    """The domain of an address in canonical form."""
    return address.rpartition("@")[2]


def listed_addresses(texts: list[str] | None) -> list[str]:
    """Addresses as the API lists them, in the form in which they are compared."""
    return sorted(set(map(shown_address, texts or [])))


def shown_address(text: Any) -> str:
    """Return an address that the API shows in the form in which it is compared; none is refused."""
    local, at, domain = str(text or "").strip().rpartition("@")
    return f"{local.lower()}{at}{shown_name(domain)}"


# Mailboxes


def mailbox_path(address: str) -> str:
    """Where a mailbox is."""
    return f"/mailboxes/{segment(address)}"


def shown_mailbox(mailbox: dict[str, Any]) -> dict[str, Any]:
    """A mailbox with its automatic reply and its forwarding in the form in which they are compared."""
    reply, forward = mailbox.get("auto_reply") or {}, mailbox.get("auto_forward") or {}
    return {
        **mailbox,
        "auto_reply": {
            "enabled": bool(reply.get("enabled")),
            "subject": (reply.get("subject") or "").strip(),
            "message": _lines(reply.get("message") or ""),
        },
        "auto_forward": {
            "enabled": bool(forward.get("enabled")),
            "email_addresses": listed_addresses(forward.get("email_addresses")),
            "copy_to_myself": bool(forward.get("copy_to_myself")),
        },
    }


def wanted_reply(given: dict[str, Any] | None, current: dict[str, Any]) -> dict[str, Any] | None:
    """The automatic reply that a user wants: what is not given stays as it is.

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
    """The forwarding that a user wants: what is not given stays as it is.

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
    """The id of the account that a new mailbox is made in.

    Args:
        zone: the mail zone.
        domain: its name.
        size: the wanted size in MB, None if there is only one to choose from.

    Raises:
        ToolkitError: ``no_mailbox_left``, or ``ambiguous`` when the size has to be named.
    """
    offered = zone.get("available_accounts") or []
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
    """The writes that change a mailbox."""
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


def create_mailbox_step(client: ResellerClient, address: str, account_id: int, password: str) -> Step:
    """The write that makes a mailbox, once."""
    body = {"email_address": address, "account_id": account_id, "password": password}
    return Step("mailbox", partial(client.post_free, "/mailboxes", body, lambda: get_mailbox(client, address)))


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").strip()


# Aliases


def find_alias(zone: dict[str, Any], address: str) -> dict[str, Any] | None:
    """The alias of this address in a mail zone, None when there is none."""
    for alias in zone.get("aliases") or []:
        if shown_address(alias.get("email_address")) == address:
            return {"email_address": address, "destinations": listed_addresses(alias.get("destinations"))}
    return None


def create_alias(client: ResellerClient, address: str, destinations: list[str]) -> None:
    """Make an alias, once."""
    domain = domain_of(address)
    client.post_free(
        f"/mailzones/{segment(domain)}/aliases",
        {"email_address": address, "destinations": destinations},
        lambda: find_alias(get_mail_zone(client, domain) or {}, address),
    )


def alias_path(address: str) -> str:
    """Where an alias is."""
    return f"/mailzones/{segment(domain_of(address))}/aliases/{segment(address)}"


# Mail zones


class ZonePlanner:
    """Plans the writes that make a mail zone as wanted.

    Args:
        client: calls the API.
        domain: the zone.
        zone: the zone as the API shows it.
    """

    def __init__(self, client: ResellerClient, domain: str, zone: dict[str, Any]) -> None:
        self._client = client
        self._domain = domain
        self._path = f"/mailzones/{segment(domain)}"
        spam = zone.get("anti_spam") or {}
        self.anti_spam: str | None = spam.get("type")
        self._allowed: list[str] = [str(kind).lower() for kind in spam.get("allowed_types") or []]
        self.catch_all = listed_addresses((zone.get("catch_all") or {}).get("email_addresses"))
        self.smtp_domains = {
            shown_name(item["hostname"]): bool(item.get("enabled")) for item in zone.get("smtp_domains") or []
        }

    def shown(self) -> dict[str, Any]:
        """The zone in a diff and in the result."""
        return {
            "anti_spam": self.anti_spam,
            "catch_all": list(self.catch_all),
            "smtp_domains": [
                {"hostname": name, "enabled": enabled} for name, enabled in sorted(self.smtp_domains.items())
            ],
        }

    def set_anti_spam(self, wanted: str | None) -> list[Step]:
        """The writes for a kind of filter.

        Raises:
            ToolkitError: ``invalid_option``, when the zone can't have it.
        """
        if wanted is None or same_text(self.anti_spam, wanted):
            return []
        if self._allowed and wanted not in self._allowed:
            raise invalid(
                "anti_spam", f"mail zone {self._domain} can't have {wanted!r}. It can have {', '.join(self._allowed)}."
            )
        self.anti_spam = wanted
        return [Step(f"anti_spam {wanted}", partial(self._client.put, f"{self._path}/antispam", {"type": wanted}))]

    def set_catch_all(self, wanted: list[str] | None) -> list[Step]:
        """The writes for exactly these addresses; what is new comes before what is old goes."""
        if wanted is None:
            return []
        path = f"{self._path}/catchall"
        steps = [
            Step(
                f"add catch-all {address}",
                partial(self._client.post_free, path, {"email_address": address}, partial(self._catches, address)),
            )
            for address in wanted
            if address not in self.catch_all
        ]
        steps += [
            Step(f"remove catch-all {address}", partial(self._client.delete, f"{path}/{segment(address)}"))
            for address in self.catch_all
            if address not in wanted
        ]
        self.catch_all = wanted
        return steps

    def _catches(self, address: str) -> bool:
        zone = get_mail_zone(self._client, self._domain) or {}
        return address in ZonePlanner(self._client, self._domain, zone).catch_all

    def set_smtp_domains(self, wanted: dict[str, bool]) -> list[Step]:
        """The writes for these further domains; others are left alone."""
        steps = []
        for name, enabled in wanted.items():
            if name not in self.smtp_domains:
                check_host("smtp_domains", name)
                find = partial(self._serves, name)
                steps.append(
                    Step(
                        f"add SMTP domain {name}",
                        partial(self._client.post_free, f"{self._path}/smtpdomains", {"hostname": name}, find),
                    )
                )
            # A new one is on.
            if self.smtp_domains.get(name, True) != enabled:
                path = f"{self._path}/smtpdomains/{segment(name)}"
                title = f"switch {'on' if enabled else 'off'} SMTP domain {name}"
                steps.append(Step(title, partial(self._client.put, path, {"enabled": enabled})))
        self.smtp_domains.update(wanted)
        return steps

    def _serves(self, name: str) -> bool:
        zone = get_mail_zone(self._client, self._domain) or {}
        return name in ZonePlanner(self._client, self._domain, zone).smtp_domains

    def remove_smtp_domains(self, unwanted: list[str]) -> list[Step]:
        """The writes that remove these further domains."""
        steps = []
        for name in unwanted:
            path = f"{self._path}/smtpdomains/{segment(name)}"
            steps.append(Step(f"remove SMTP domain {name}", partial(self._client.delete, path)))
            del self.smtp_domains[name]
        return steps
