# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domain names: registered or transferred, with their name servers and their renewal."""

from __future__ import annotations

import json
import re
from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response
from pydantic import Field

from sandbox.clock import iso
from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Body, Paging, accepted, paged
from sandbox.errors import ApiError, Invalid, Problem, not_found
from sandbox.reseller import delayed_effects, duplicates, jobs
from sandbox.reseller.names_and_passwords import is_domain_name, is_host_name
from sandbox.reseller.provider import NAME_SERVERS

SCHEMA = """
CREATE TABLE IF NOT EXISTS domains (
    domain_name TEXT PRIMARY KEY COLLATE NOCASE,
    account_id INTEGER,             -- NULL: bought by itself
    expires_at REAL NOT NULL,
    will_renew INTEGER DEFAULT 1,   -- NULL: could not be determined
    can_toggle_renew INTEGER NOT NULL DEFAULT 1,
    name_servers TEXT NOT NULL DEFAULT '[]',    -- as JSON; empty: the provider's
    registrant TEXT NOT NULL DEFAULT '{}'       -- as JSON; empty: the reseller
);
"""

_FOREIGN_ADDRESS = "192.0.2.1"
_ONE_YEAR = 365 * 86400
_ONE_MONTH = 30 * 86400
#: How many times longer than other jobs a transfer's takes: until the change of the name servers has spread. The domain
#: is listed long before.
_TRANSFER_FACTOR = 50
#: Names with this prefix are registered elsewhere: they can only be transferred.
_TAKEN_ELSEWHERE = "taken-"
_ONE_MORE_YEAR = "UPDATE domains SET expires_at = expires_at + ? WHERE domain_name = ?"
_REGISTRATION_JOB = "domain_registration"
_TRANSFER_JOB = "domain_transfer"
_TRANSFERRED = "domain_transferred"
_REGISTRANT = {
    "first_name": "Sam",
    "last_name": "Sandbox",
    "address": "Teststraat 1",
    "postal_code": "9000",
    "city": "Gent",
    "country_code": "BE",
    "email": "sam@sandbox.example",
    "fax": "",
    "phone": "+32.91234567",
    "language_code": "nl",
    "company_name": "",
    "enterprise_number": "",
}
_REQUIRED_OF_REGISTRANTS = (
    "first_name",
    "last_name",
    "address",
    "postal_code",
    "city",
    "country_code",
    "email",
    "phone",
    "language_code",
)
_PHONE = re.compile(r"\+[0-9]{1,3}\.[0-9]{4,14}")
_FORMS = {
    "country_code": re.compile("[A-Z]{2}"),
    "language_code": re.compile("[a-z]{2}"),
    "email": re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+"),
    "phone": _PHONE,
    "fax": _PHONE,
    "enterprise_number": re.compile("[A-Z]{2}[0-9A-Z]{2,13}"),
}
_EXTRA_FIELDS = frozenset({"CompanyNumber", "PassportNumber", "CodiceFiscal"})

router = APIRouter(prefix="/domains")


class ExtraField(Body):
    """Further data that some registries require."""

    name: str
    value: str


class Registrant(Body):
    """The holder of a domain."""

    first_name: str | None = None
    last_name: str | None = None
    address: str | None = None
    postal_code: str | None = None
    city: str | None = None
    country_code: str | None = None
    email: str | None = None
    fax: str | None = None
    phone: str | None = None
    language_code: str | None = None
    company_name: str | None = None
    enterprise_number: str | None = None
    extra_fields: list[ExtraField] = Field(default_factory=list)


class RegisterDomain(Body):
    """Order of an available domain."""

    domain_name: str
    name_servers: list[str] = Field(default_factory=list)
    registrant: Registrant | None = None


class TransferDomain(RegisterDomain):
    """Order of the transfer of a domain from another registrar."""

    auth_code: str | None = None


class EditNameServers(Body):
    """The name servers of a domain."""

    domain_name: str
    name_servers: list[str]


class EditWillRenew(Body):
    """Whether a domain is renewed automatically."""

    will_renew: bool


def create_domain(context: Context, account_id: int, domain_name: str) -> None:
    """Ensure the domain of an account: the one that was bought before, or else a new one."""
    if not context.store.run("UPDATE domains SET account_id = ? WHERE domain_name = ?", account_id, domain_name):
        _insert(context, domain_name, account_id=account_id)


def _insert(context: Context, domain_name: str, **columns: Any) -> None:
    """Add a domain for a year."""
    context.store.insert("domains", domain_name=domain_name, expires_at=context.clock.now() + _ONE_YEAR, **columns)


@router.get("")
async def list_domains(context: CurrentContext, page: Paging, response: Response) -> list[dict[str, Any]]:
    """Return all domains."""
    return [_shown(row) for row in paged(context, page, response, "domains", "domain_name")]


@router.get("/{domain_name}")
async def get_domain(context: CurrentContext, domain_name: str) -> dict[str, Any]:
    """Return one domain with its name servers and registrant."""
    domain = find(context, domain_name)
    own = {name: NAME_SERVERS.get(name, _FOREIGN_ADDRESS) for name in json.loads(domain["name_servers"])}
    return {
        **_shown(domain),
        # In upper case: clients must compare without case.
        "name_servers": [{"name": name.upper(), "ip": ip} for name, ip in (own or NAME_SERVERS).items()],
        "registrant": {**_REGISTRANT, **json.loads(domain["registrant"])},
        "can_toggle_renew": _can_toggle_renew(context, domain),
    }


@router.post("/registrations", status_code=202)
async def register(context: CurrentContext, order: RegisterDomain) -> Response:
    """Order an available domain."""
    subject, payload = _checked(context, order)
    if subject.startswith(_TAKEN_ELSEWHERE):
        raise Invalid("domain_name_not_available", "domain_name: registered by someone else.")
    return accepted(jobs.start(context, _REGISTRATION_JOB, subject, payload), retry_after=jobs.first_check(context))


@router.post("/transfers", status_code=202)
async def transfer(context: CurrentContext, order: TransferDomain) -> Response:
    """Order the transfer of a domain from another registrar; takes long."""
    if not (order.auth_code or "").strip():
        raise Invalid("domain_transfer_authorization_code_empty", "auth_code: needed to transfer a domain.")
    job = jobs.start(context, _TRANSFER_JOB, *_checked(context, order), factor=_TRANSFER_FACTOR)
    job_id = job.rpartition("/")[2]
    delayed_effects.accept_in(context, jobs.duration(context, job_id), _TRANSFERRED, job_id=job_id)
    return accepted(job)


@delayed_effects.effect(_TRANSFERRED)
def list_transferred(context: Context, transfer: dict[str, Any]) -> None:
    """List the domain of a transfer whose job is ongoing."""
    job = jobs.find(context, transfer["job_id"])
    order = json.loads(job["payload"])
    taken = context.store.one("SELECT 1 FROM domains WHERE domain_name = ?", order["domain_name"]) is not None
    if (job["status"], job["outcome"]) == ("ongoing", "finished") and not duplicates.refused(context, taken):
        add_domain(context, order)
        payload = json.dumps({**order, "is_listed": True})
        context.store.run("UPDATE jobs SET payload = ? WHERE id = ?", payload, job["id"])


@jobs.effect(_TRANSFER_JOB)
def finish_transfer(context: Context, order: dict[str, Any]) -> list[str]:
    """Create the domain unless it is listed already."""
    return [f"/v2/domains/{order['domain_name']}"] if order.get("is_listed") else add_domain(context, order)


@jobs.effect(_REGISTRATION_JOB)
def add_domain(context: Context, order: dict[str, Any]) -> list[str]:
    """Create the domain that was ordered.

    A registry holds a name once. If the domain exists by now, the order buys one more year for it; if duplicate orders
    are refused, its job is cancelled. This is a guess: the API's behavior is not recorded.
    """
    if context.duplicates == "accept" and context.store.run(_ONE_MORE_YEAR, _ONE_YEAR, order["domain_name"]):
        return [f"/v2/domains/{order['domain_name']}"]
    columns = {name: json.dumps(order[name]) for name in ("name_servers", "registrant")}
    _insert(context, order["domain_name"], **columns)
    return [f"/v2/domains/{order['domain_name']}"]


@router.put("/{domain_name}/nameservers", status_code=204)
async def set_name_servers(context: CurrentContext, domain_name: str, edit: EditNameServers) -> Response:
    """Change the name servers of a domain."""
    domain = find(context, domain_name)["domain_name"]
    if edit.domain_name.lower() != domain.lower():
        raise Invalid("domain_name_invalid", "domain_name: not the domain of the path.")
    servers = json.dumps(_name_servers(edit.name_servers))
    context.store.run("UPDATE domains SET name_servers = ? WHERE domain_name = ?", servers, domain)
    return Response(status_code=204)


@router.put("/{domain_name}/renew", status_code=204)
async def set_renewal(context: CurrentContext, domain_name: str, edit: EditWillRenew) -> Response:
    """Enable or disable the automatic renewal of a domain."""
    domain = find(context, domain_name)
    if not _can_toggle_renew(context, domain):
        raise ApiError(403, "domain_renew_not_allowed", "The renewal of this domain can't be changed now.")
    sql = "UPDATE domains SET will_renew = ? WHERE domain_name = ?"
    context.store.run(sql, edit.will_renew, domain["domain_name"])
    return Response(status_code=204)


def find(context: Context, domain_name: str) -> Row:
    """Return the domain, or a 404."""
    domain = context.store.one("SELECT * FROM domains WHERE domain_name = ?", domain_name)
    if domain is None:
        raise not_found("domain", domain_name)
    return domain


def _checked(context: Context, order: RegisterDomain) -> tuple[str, dict[str, Any]]:
    """Return the subject and the payload of the order's job, or raise a 400."""
    name = order.domain_name.strip().lower()
    if not is_domain_name(name) or name.startswith("www."):
        raise Invalid("domain_name_invalid", "domain_name: not a name and an extension.")
    taken = context.store.one("SELECT 1 FROM domains WHERE domain_name = ?", name) is not None
    pending = any(jobs.under_way(context, kind, name) for kind in (_REGISTRATION_JOB, _TRANSFER_JOB))
    if duplicates.refused(context, taken or pending):
        raise Invalid("domain_name_already_exists", "domain_name: exists or is being ordered.")
    servers = _name_servers(order.name_servers) if order.name_servers else []
    return name, {"domain_name": name, "name_servers": servers, "registrant": _checked_registrant(order, name)}


def _checked_registrant(order: RegisterDomain, name: str) -> dict[str, Any]:
    """Return the stored data of the registrant (without the extra fields, which are never shown), or raise a 400."""
    if order.registrant is None:
        return {}
    registrant = order.registrant.model_dump(exclude_none=True)
    extra = {field["name"] for field in registrant.pop("extra_fields") if field["value"].strip()}
    lacking = [field for field in _REQUIRED_OF_REGISTRANTS if not registrant.get(field)]
    needed = _extra_field(name.rpartition(".")[2], registrant)
    if needed and needed not in extra:
        lacking.append(f"extra_fields.{needed}")
    if lacking:
        raise Invalid(
            problems=[Problem(f"{field}_required", f"registrant.{field}: needed for this name.") for field in lacking]
        )
    wrong = [field for field, form in _FORMS.items() if registrant.get(field) and not form.fullmatch(registrant[field])]
    wrong += [f"extra_fields.{field}" for field in sorted(extra - _EXTRA_FIELDS)]
    if wrong:
        problems = [Problem(f"{field}_invalid", f"registrant.{field}: not in its form.") for field in wrong]
        raise Invalid(problems=problems)
    if name.endswith(".ca") and registrant["country_code"] != "CA":
        raise Invalid("country_code_invalid", "registrant.country_code: .ca is for registrants in CA.")
    return registrant


def _can_toggle_renew(context: Context, domain: Row) -> bool:
    """Return whether the renewal may be changed: not in the last month, nor while it is locked."""
    return bool(domain["can_toggle_renew"]) and domain["expires_at"] - context.clock.now() > _ONE_MONTH


def _extra_field(extension: str, registrant: dict[str, Any]) -> str | None:
    """Check the further data that the registry of an extension requires."""
    company = bool(registrant.get("company_name"))
    if extension == "it" and not company:
        return "CodiceFiscal" if registrant.get("country_code") == "IT" else "PassportNumber"
    if company:
        return "CompanyNumber" if extension in {"dk", "es", "fr", "nu", "se"} else None
    return "PassportNumber" if extension in {"es", "nu", "se"} else None


def _name_servers(names: list[str]) -> list[str]:
    servers = [name.strip().lower().rstrip(".") for name in names]
    if len(servers) < 2 or not all(is_host_name(name) for name in servers):
        raise Invalid("name_servers_invalid", "name_servers: at least two host names.")
    return servers


def _shown(domain: Row) -> dict[str, Any]:
    return {
        "domain_name": domain["domain_name"],
        "expiration_date": iso(domain["expires_at"]),
        "will_renew": None if domain["will_renew"] is None else bool(domain["will_renew"]),
    }
