# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail zones: aliases, the catch-all, further domains, the spam filter."""

from __future__ import annotations

import json
import re
from sqlite3 import Row
from typing import Any, Literal

from fastapi import APIRouter, Response

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Body, created, shown
from sandbox.errors import Invalid, not_found
from sandbox.reseller import delayed_effects
from sandbox.reseller.names_and_passwords import is_host_name
from sandbox.reseller.servicepacks import PACKS

SCHEMA = """
CREATE TABLE IF NOT EXISTS mail_zones (
    domain_name TEXT PRIMARY KEY COLLATE NOCASE,
    account_id INTEGER NOT NULL,
    anti_spam TEXT NOT NULL DEFAULT 'basic'
);
CREATE TABLE IF NOT EXISTS mail_add_ons (     -- further accounts of a zone, whose mailboxes have another size
    account_id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES mail_zones (domain_name),
    size INTEGER NOT NULL,
    mailboxes INTEGER NOT NULL
);
INSERT INTO sqlite_sequence
    SELECT 'mail_add_ons', 8000000 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'mail_add_ons');
CREATE TABLE IF NOT EXISTS mail_aliases (
    email_address TEXT PRIMARY KEY COLLATE NOCASE,
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES mail_zones (domain_name),
    destinations TEXT NOT NULL      -- addresses, as JSON
);
CREATE TABLE IF NOT EXISTS catch_alls (
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES mail_zones (domain_name),
    email_address TEXT NOT NULL COLLATE NOCASE,
    PRIMARY KEY (domain_name, email_address)
);
CREATE TABLE IF NOT EXISTS smtp_domains (
    hostname TEXT PRIMARY KEY COLLATE NOCASE,
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES mail_zones (domain_name),
    enabled INTEGER NOT NULL DEFAULT 1
);
"""

_ALIAS_CHANGE = "mail_alias"
_SMTP_DOMAIN_CHANGE = "smtp_domain"
_ADDRESS = re.compile(r"[^@\s]{1,64}@([a-z0-9-]+\.)+[a-z0-9-]{2,63}", re.IGNORECASE)

router = APIRouter(prefix="/mailzones/{domain_name}")


class CreateAlias(Body):
    """An address that forwards its mail."""

    email_address: str
    destinations: list[str]


class UpdateAlias(Body):
    """The destinations of an alias."""

    destinations: list[str]


class UpdateAntiSpam(Body):
    """The spam filter."""

    type: Literal["none", "basic", "advanced"]


class CreateCatchAll(Body):
    """A catch-all address."""

    email_address: str


class CreateSmtpDomain(Body):
    """A further domain whose mail is delivered to this zone's mailboxes."""

    hostname: str


class UpdateSmtpDomain(Body):
    """Whether mail of a further domain is accepted."""

    enabled: bool


def create_mail_zone(context: Context, account_id: int, domain_name: str) -> None:
    """Create the mail zone of an account."""
    context.store.insert("mail_zones", domain_name=domain_name, account_id=account_id)


@router.get("")
async def get_mail_zone(context: CurrentContext, domain_name: str) -> dict[str, Any]:
    """Return one mail zone with everything in it."""
    zone = find(context, domain_name)
    name = zone["domain_name"]
    aliases = context.store.all("SELECT * FROM mail_aliases WHERE domain_name = ? ORDER BY rowid", name)
    catch_alls = context.store.all("SELECT * FROM catch_alls WHERE domain_name = ? ORDER BY rowid", name)
    smtp_domains = context.store.all("SELECT * FROM smtp_domains WHERE domain_name = ? ORDER BY rowid", name)
    return {
        "name": name,
        "enabled": True,
        "available_accounts": [shown(row, "account_id", "size") for row in available_accounts(context, zone)],
        "aliases": [_alias(row) for row in aliases],
        "anti_spam": {"type": zone["anti_spam"], "allowed_types": ["none", "basic", "advanced"]},
        "catch_all": {"email_addresses": [row["email_address"] for row in catch_alls]},
        "smtp_domains": [{"hostname": row["hostname"], "enabled": bool(row["enabled"])} for row in smtp_domains],
    }


@router.put("/antispam", status_code=204)
async def set_anti_spam(context: CurrentContext, domain_name: str, anti_spam: UpdateAntiSpam) -> Response:
    """Set the spam filter."""
    sql = "UPDATE mail_zones SET anti_spam = ? WHERE domain_name = ?"
    context.store.run(sql, anti_spam.type, find(context, domain_name)["domain_name"])
    return Response(status_code=204)


@router.post("/aliases", status_code=201)
async def add_alias(context: CurrentContext, domain_name: str, alias: CreateAlias) -> Response:
    """Add an alias."""
    zone = find(context, domain_name)["domain_name"]
    address = check_address("email_address", alias.email_address, zone)
    refuse_taken(context, address)
    destinations = _destinations(alias.destinations)
    context.store.insert("mail_aliases", email_address=address, domain_name=zone, destinations=destinations)
    return created(f"/v2/mailzones/{zone}/aliases/{address}")


@router.put("/aliases/{email_address}", status_code=202)
async def change_alias(context: CurrentContext, domain_name: str, email_address: str, alias: UpdateAlias) -> Response:
    """Replace the destinations of an alias; visible after the delay."""
    sql = "SELECT 1 FROM mail_aliases WHERE domain_name = ? AND email_address = ?"
    if not context.store.one(sql, find(context, domain_name)["domain_name"], email_address):
        raise not_found("mail_alias", email_address)
    delayed_effects.accept(
        context, _ALIAS_CHANGE, address=email_address, destinations=_destinations(alias.destinations)
    )
    return Response(status_code=202)


@delayed_effects.effect(_ALIAS_CHANGE)
def replace_destinations(context: Context, change: dict[str, Any]) -> None:
    """Apply the new destinations of an alias."""
    sql = "UPDATE mail_aliases SET destinations = ? WHERE email_address = ?"
    context.store.run(sql, change["destinations"], change["address"])


@router.delete("/aliases/{email_address}", status_code=204)
async def delete_alias(context: CurrentContext, domain_name: str, email_address: str) -> Response:
    """Delete an alias."""
    return _delete(context, "mail_aliases", "email_address", domain_name, email_address)


@router.post("/catchall", status_code=201)
async def add_catch_all(context: CurrentContext, domain_name: str, catch_all: CreateCatchAll) -> Response:
    """Add a catch-all address."""
    zone = find(context, domain_name)["domain_name"]
    address = check_address("email_address", catch_all.email_address)
    if context.store.one("SELECT 1 FROM catch_alls WHERE domain_name = ? AND email_address = ?", zone, address):
        raise Invalid("email_address_already_exists", "email_address: the zone has it as a catch-all.")
    context.store.insert("catch_alls", domain_name=zone, email_address=address)
    return created(f"/v2/mailzones/{zone}/catchall/{address}")


@router.delete("/catchall/{email_address}", status_code=204)
async def delete_catch_all(context: CurrentContext, domain_name: str, email_address: str) -> Response:
    """Remove a catch-all address."""
    return _delete(context, "catch_alls", "email_address", domain_name, email_address)


@router.post("/smtpdomains", status_code=201)
async def add_smtp_domain(context: CurrentContext, domain_name: str, smtp_domain: CreateSmtpDomain) -> Response:
    """Add a further domain."""
    zone = find(context, domain_name)["domain_name"]
    hostname = smtp_domain.hostname.strip().lower()
    if not is_host_name(hostname):
        raise Invalid("hostname_invalid", "hostname: not a domain name.")
    if context.store.one("SELECT 1 FROM smtp_domains WHERE hostname = ?", hostname):
        raise Invalid("hostname_already_exists", "hostname: a mail zone has it.")
    context.store.insert("smtp_domains", hostname=hostname, domain_name=zone)
    return created(f"/v2/mailzones/{zone}/smtpdomains/{hostname}")


@router.put("/smtpdomains/{hostname}", status_code=202)
async def change_smtp_domain(
    context: CurrentContext, domain_name: str, hostname: str, new: UpdateSmtpDomain
) -> Response:
    """Enable or disable the mail of a further domain; visible after the delay."""
    sql = "SELECT 1 FROM smtp_domains WHERE domain_name = ? AND hostname = ?"
    if not context.store.one(sql, find(context, domain_name)["domain_name"], hostname):
        raise not_found("smtp_domain", hostname)
    delayed_effects.accept(context, _SMTP_DOMAIN_CHANGE, hostname=hostname, enabled=new.enabled)
    return Response(status_code=202)


@delayed_effects.effect(_SMTP_DOMAIN_CHANGE)
def switch_smtp_domain(context: Context, change: dict[str, Any]) -> None:
    """Apply the change of a further domain."""
    context.store.run("UPDATE smtp_domains SET enabled = ? WHERE hostname = ?", change["enabled"], change["hostname"])


@router.delete("/smtpdomains/{hostname}", status_code=204)
async def delete_smtp_domain(context: CurrentContext, domain_name: str, hostname: str) -> Response:
    """Remove a further domain."""
    return _delete(context, "smtp_domains", "hostname", domain_name, hostname)


def find(context: Context, domain_name: str) -> Row:
    """Return the mail zone with its account, or a 404."""
    sql = "SELECT * FROM mail_zones JOIN accounts ON accounts.id = account_id WHERE domain_name = ?"
    zone = context.store.one(sql, domain_name)
    if zone is None:
        raise not_found("mail_zone", domain_name)
    return zone


def available_accounts(context: Context, zone: Row) -> list[Row]:
    """Return the accounts for mailboxes of a zone: id, size, maximum number."""
    pack = PACKS[zone["servicepack_id"]]
    sql = """SELECT ? AS account_id, ? AS size, ? AS mailboxes
             UNION ALL SELECT account_id, size, mailboxes FROM mail_add_ons WHERE domain_name = ? ORDER BY account_id"""
    return context.store.all(sql, zone["account_id"], pack.mailbox_size, pack.mailboxes, zone["domain_name"])


def add_account(context: Context, domain_name: str, size: int, mailboxes: int) -> int:
    """Add an account to a zone, as an add-on does; return its id."""
    zone = find(context, domain_name)["domain_name"]
    return context.store.insert("mail_add_ons", domain_name=zone, size=size, mailboxes=mailboxes)


def check_address(field: str, text: str, zone: str | None = None) -> str:
    """Return the e-mail address in lower case, or raise a 400; with a zone it must belong to it."""
    address = text.strip().lower()
    if not _ADDRESS.fullmatch(address) or (zone and address.partition("@")[2] != zone.lower()):
        raise Invalid(f"{field}_invalid", f"{field}: not an e-mail address that fits.")
    return address


def refuse_taken(context: Context, address: str) -> None:
    """Raise a 400 if a mailbox or an alias has this address."""
    for table, column in (("mailboxes", "name"), ("mail_aliases", "email_address")):
        if context.store.one(f"SELECT 1 FROM {table} WHERE {column} = ?", address):
            raise Invalid("email_address_already_exists", "email_address: it is taken.")


def _destinations(addresses: list[str]) -> str:
    if not addresses:
        raise Invalid("destinations_required", "destinations: at least one.")
    return json.dumps([check_address("destinations", address) for address in addresses])


def _alias(row: Row) -> dict[str, Any]:
    return {"email_address": row["email_address"], "destinations": json.loads(row["destinations"])}


def _delete(context: Context, table: str, column: str, domain_name: str, value: str) -> Response:
    zone = find(context, domain_name)["domain_name"]
    if not context.store.run(f"DELETE FROM {table} WHERE domain_name = ? AND {column} = ?", zone, value):
        raise not_found(column, value)
    return Response(status_code=204)
