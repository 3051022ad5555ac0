# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domain names: read, find and order them, set their name servers and their renewal.

Private to the collection. The rules for registrants are in ``registrants.py``, DNS records in ``dns_records.py``.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    ascii_domain,
    same_name,
    same_text,
    shown_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order import Order, Placed
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.purchases import check_confirmation
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.registrants import OPTIONAL, REQUIRED
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Unreadable,
    objects_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Contradiction, Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step, carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

PATH = "/domains"
#: The paths for ordering domain names.
ORDER_PATHS = {"register": f"{PATH}/registrations", "transfer": f"{PATH}/transfers"}


@dataclass(frozen=True)
class Purchase:
    """A domain name to buy.

    Attributes:
        kind: ``register`` or ``transfer``.
        name: the domain name.
        registrant: the future owner, as it is sent; empty leaves that to the vendor.
        auth_code: the code that permits a transfer.
        name_servers: its name servers; if empty, the vendor's.
    """

    kind: str
    name: str
    registrant: dict[str, Any]
    auth_code: str | None
    name_servers: list[str]

    @property
    def sentence(self) -> str:
        """The sentence with which a user confirms to buy exactly this."""
        return f"domain {self.kind} {self.name}"

    def check_confirmation(self, given: str | None) -> None:
        """See `purchases.check_confirmation`."""
        check_confirmation(self.sentence, given, f"It costs money to {self.kind} domain {self.name}. To do so")

    def order(self, client: ResellerClient) -> Order:
        """Return the order."""
        body: dict[str, Any] = {"domain_name": self.name}
        if self.registrant:
            body["registrant"] = self.registrant
        if self.name_servers:
            body["name_servers"] = self.name_servers
        if self.kind == "transfer":
            body["auth_code"] = self.auth_code
        return Order(
            path=ORDER_PATHS[self.kind],
            key=self.name,
            title=f"domain {self.name}",
            body=body,
            find=lambda: find_domain(client, self.name),
            # A transfer's job runs until the change of the name servers has spread, long after the domain is listed.
            shown=(lambda: shown_domain(client, self.name)) if self.kind == "transfer" else None,
        )


def domain_path(name: str) -> str:
    """Return the path of a domain name."""
    return f"{PATH}/{segment(name)}"


def list_domains(client: ResellerClient) -> list[dict[str, Any]]:
    """Return all domain names, without their name servers and registrants."""
    return reading_of_domains(client).items()


def reading_of_domains(client: ResellerClient) -> Reading:
    """Return all domain names, to be read as far as a decision needs it."""
    return client.reading(PATH, "domain_name")


def get_domain(client: ResellerClient, domain_name: str) -> dict[str, Any] | None:
    """Return one domain name with its name servers and its registrant."""
    return client.get(domain_path(domain_name))


def find_domain(client: ResellerClient, name: str) -> dict[str, Any] | Absence:
    """Return the domain name with its details, or the proof that this reseller does not have it.

    A 404 alone proves nothing: the list of all domain names decides, and each domain in it must have details.

    Raises:
        ToolkitError: ``unproven``.
    """
    title = f"domain {name}"

    def ask() -> dict[str, Any] | Absence:
        domain = existing_domain(client, name)
        if domain is not None:
            return domain
        found = client.evidence.find(title, reading_of_domains(client), "domain_name", partial(is_named, name))
        if not isinstance(found, Absence):
            raise Contradiction(
                title, f"the list of domain names has {name}, and its details are missing", item_id=name
            )
        return found

    try:
        with client.evidence.proving(title, name):
            return client.evidence.agreed(ask)
    except Unproven as error:
        client.evidence.except_or_raise(error)
        return client.evidence.absent(title)


def shown_domain(client: ResellerClient, name: str) -> dict[str, Any] | None:
    """Do the same as `existing_domain`, but raise an error that an unreadable response proves nothing.

    Raises:
        ToolkitError: ``unproven``.
    """
    with client.evidence.proving(f"domain {name}", name):
        return existing_domain(client, name)


def existing_domain(client: ResellerClient, name: str) -> dict[str, Any] | None:
    """Return the domain name with its details; None if the API does not know it, which proves nothing.

    Raises:
        Unreadable: the response is about another domain.
    """
    domain = get_domain(client, name)
    if domain is not None and not is_named(name, domain):
        raise Unreadable("domain_name", domain["domain_name"])
    return domain


def is_named(name: str, item: dict[str, Any]) -> bool:
    """Return whether a domain name is this one (ignoring case and a final dot).

    Raises:
        Unreadable: the API does not report it.
    """
    return same_name(text_in(item, "domain_name"), name)


def domain_name(option: str, text: str) -> str:
    """Return a domain name that can be registered, in canonical form.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    name = ascii_domain(option, text)
    if "_" in name or name.startswith("www."):
        raise invalid(option, f"{text!r} is not a domain name that can be registered, such as example.com.")
    return name


def name_servers_in(domain: dict[str, Any]) -> list[str]:
    """Return the names of a domain's name servers, in canonical form.

    Raises:
        Unreadable: the API does not report them.
    """
    return [shown_name(text_in(server, "name")) for server in objects_in(domain, "name_servers")]


def renewals_of(task: Task, client: ResellerClient, name: str) -> WriteOnlySettings:
    """Return the last setting of a domain's renewal, for API keys to which the API does not report it."""
    return WriteOnlySettings(client.storage, f"{client.api_url} domain {name}", task.warn)


def is_known_to_renew(domain: dict[str, Any], remembered: WriteOnlySettings, wanted: bool) -> bool:
    """Return whether a domain's renewal is as desired: by the API's report or, without one, by the last setting.

    Raises:
        Unreadable: the API reports it in an unknown form.
    """
    if domain.get("will_renew") is None:
        return remembered.is_last("will_renew", wanted)
    return value_in(domain, "will_renew", bool) == wanted


def is_renewal_locked(domain: dict[str, Any]) -> bool:
    """Return whether the vendor says that the renewal can't be changed now; if it says nothing, a change is tried."""
    return domain.get("can_toggle_renew") is False


def check_renewal(domain: dict[str, Any], wanted: bool) -> None:
    """Refuse to change the renewal while the vendor does not allow it.

    Raises:
        ToolkitError: ``renewal_locked``.
    """
    if is_renewal_locked(domain):
        present = "not known" if domain.get("will_renew") is None else str(domain["will_renew"]).lower()
        raise ToolkitError(
            "renewal_locked",
            f"Domain {domain['domain_name']}: will_renew is {present}, and can't be set to {str(wanted).lower()} now.",
            hint="The vendor does not allow it while an invoice for the domain is unpaid, nor in the last month before "
            "its renewal.",
        )


def domain_steps(
    client: ResellerClient, name: str, changed: dict[str, Any], remembered: WriteOnlySettings
) -> list[Step]:
    """Return the writes that change a domain."""
    steps = []
    if "name_servers" in changed:
        body = {"domain_name": name, "name_servers": changed["name_servers"]}
        steps.append(Step("name_servers", partial(client.put, f"{domain_path(name)}/nameservers", body)))
    if "will_renew" in changed:
        will_renew = changed["will_renew"]
        write = partial(_set_renewal, client, name, will_renew)
        steps.append(Step("will_renew", partial(remembered.set, "will_renew", will_renew, write)))
    return steps


def finish_new(
    task: Task, client: ResellerClient, placed: Placed, purchase: Purchase, will_renew: bool | None
) -> tuple[dict[str, Any] | None, bool]:
    """Bring a domain that was just ordered, or whose order was recovered, into the desired state.

    An order of an earlier run may have named other name servers and another registrant. The name servers are set. The
    registrant is only compared, because the API can't change it.

    Args:
        task: receives the warnings.
        client: calls the API.
        placed: the outcome of the order.
        purchase: the order of this run.
        will_renew: the desired renewal; None leaves it unchanged.

    Returns:
        the domain, None if the task does not wait for it, and whether something was set.

    Raises:
        ToolkitError: what stopped it, with the outcome of the order.
    """
    domain = placed.item
    if domain is None:
        return None, False
    name = domain["domain_name"]
    changed: dict[str, Any] = {}
    try:
        if not placed.is_own:
            _compare_registrant(task, domain, purchase)
            if purchase.name_servers and sorted(name_servers_in(domain)) != sorted(purchase.name_servers):
                changed["name_servers"] = purchase.name_servers
        if will_renew is not None and domain.get("will_renew") != will_renew:
            if is_renewal_locked(domain):
                task.warn(f"will_renew of {name} can't be changed yet: run the task again later.")
            else:
                changed["will_renew"] = will_renew
        carry_out(domain_steps(client, name, changed, renewals_of(task, client, name)))
    except ToolkitError as error:
        has_changed = placed.changed or bool(error.facts.get("applied"))
        error.facts = {**placed.as_result(), **error.facts, "changed": has_changed}
        raise
    shown = {**domain, **changed}
    if "name_servers" in changed:
        shown["name_servers"] = listed_servers(domain, purchase.name_servers)
    return shown, bool(changed)


def listed_servers(domain: dict[str, Any], names: list[str]) -> list[dict[str, Any]]:
    """Return name servers in the API's form; those that the domain already has keep what the API reports about them."""
    known = dict(zip(name_servers_in(domain), domain["name_servers"]))
    return [known.get(name, {"name": name}) for name in names]


def _compare_registrant(task: Task, domain: dict[str, Any], purchase: Purchase) -> None:
    """Warn if the API reports another registrant; the warning names the fields but not their content."""
    told = domain.get("registrant")
    if not isinstance(told, dict):
        return
    differing = [
        field
        for field in (*REQUIRED, *OPTIONAL)
        if told.get(field) and field in purchase.registrant and not same_text(told[field], purchase.registrant[field])
    ]
    if differing:
        task.warn(
            f"Domain {purchase.name} was ordered before, for a registrant that differs in {', '.join(differing)}. The "
            "API can't change it."
        )


def _set_renewal(client: ResellerClient, name: str, will_renew: bool) -> None:
    try:
        client.put(f"{domain_path(name)}/renew", {"will_renew": will_renew})
    except ApiError as error:
        if error.status == 403:
            error.hint = "Give the user of this API key the finance role in the control panel: renewals need it."
        raise
