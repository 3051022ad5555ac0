# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Accounts and the service packs that define them."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Body, Int32, Paging, accepted, paged, shown
from sandbox.errors import Invalid, not_found
from sandbox.reseller import dns, domains, duplicates, jobs, linuxhostings, mail, windowshostings
from sandbox.reseller.names_and_passwords import check_password, hash_password, is_domain_name
from sandbox.reseller.servicepacks import PACKS, AssetType, Pack

SCHEMA = """
CREATE TABLE IF NOT EXISTS accounts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    identifier TEXT NOT NULL COLLATE NOCASE,
    servicepack_id INTEGER NOT NULL,
    ftp_password_hash TEXT
);
CREATE INDEX IF NOT EXISTS accounts_identifier ON accounts (identifier);
INSERT INTO sqlite_sequence
    SELECT 'accounts', 1000000 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'accounts');
"""

_JOB = "account"
_PACKS_OF_IDENTIFIER = "SELECT servicepack_id FROM accounts WHERE identifier = ?"

router = APIRouter()


class CreateAccount(Body):
    """Order of an account."""

    servicepack_id: Int32
    identifier: str
    ftp_password: str | None = None


@router.get("/servicepacks")
async def list_servicepacks() -> list[dict[str, Any]]:
    """Return all packs; not paged."""
    return [{"id": pack.id, "name": pack.name} for pack in PACKS.values()]


@router.get("/accounts")
async def list_accounts(
    context: CurrentContext,
    page: Paging,
    response: Response,
    asset_type: AssetType | None = None,
    identifier: str | None = None,
) -> list[dict[str, Any]]:
    """Accounts, by asset type and by a part of their identifier."""
    packs = [pack.id for pack in PACKS.values() if asset_type is None or asset_type in pack.assets]
    source = f"accounts WHERE servicepack_id IN ({', '.join(map(str, packs))})"
    values: tuple[Any, ...] = ()
    if identifier:
        # Inexact on purpose: clients must compare the results themselves.
        source += " AND instr(identifier, ?) > 0"
        values = (identifier.lower(),)
    rows = paged(context, page, response, source, "id", values)
    return [shown(row, "id", "identifier", "servicepack_id") for row in rows]


@router.get("/accounts/{account_id}")
async def get_account(context: CurrentContext, account_id: str) -> dict[str, Any]:
    """Return one account with its pack."""
    account = find(context, account_id)
    pack = PACKS[account["servicepack_id"]]
    servicepack = {"id": pack.id, "name": pack.name}
    return {**shown(account, "id", "identifier"), "servicepack": servicepack, "addons": []}


@router.post("/accounts", status_code=202)
async def order_account(context: CurrentContext, order: CreateAccount) -> Response:
    """Order an account; it exists when its job is done."""
    identifier = order.identifier.strip().lower()
    pack = _check_order(context, order, identifier)
    password_hash = hash_password(order.ftp_password) if order.ftp_password else None
    payload = {"identifier": identifier, "servicepack_id": pack.id, "ftp_password_hash": password_hash}
    return accepted(jobs.start(context, _JOB, identifier, payload))


def _check_order(context: Context, order: CreateAccount, identifier: str) -> Pack:
    pack = PACKS.get(order.servicepack_id)
    if pack is None:
        raise Invalid("servicepack_id_invalid", "servicepack_id: there is no such service pack.")
    if not identifier or ("domain" in pack.assets and not is_domain_name(identifier)):
        raise Invalid("identifier_invalid", "identifier: a domain name is needed for this service pack.")
    if pack.has_hosting:
        if order.ftp_password is None:
            raise Invalid("ftp_password_required", "ftp_password: needed, since the service pack has hosting.")
        check_password(order.ftp_password, "ftp_password")
    elif order.ftp_password is not None:
        raise Invalid("ftp_password_not_allowed", "ftp_password: not allowed, since the service pack has no hosting.")
    exists = context.store.one("SELECT 1 FROM accounts WHERE identifier = ?", identifier)
    if duplicates.refused(context, bool(exists) or jobs.under_way(context, _JOB, identifier)):
        raise Invalid("identifier_already_exists", "identifier: there is an account with this identifier.")
    return pack


@jobs.effect(_JOB)
def create_account(context: Context, order: dict[str, Any]) -> list[str]:
    """Create the account and what its pack includes.

    A second account of the same identifier gets its own id; hosting, zones and the domain stay with the first,
    since a domain name is hosted once. This is a guess: the API's behavior is not recorded.
    """
    pack = PACKS[order["servicepack_id"]]
    identifier = order["identifier"]
    owned = {row["servicepack_id"] for row in context.store.all(_PACKS_OF_IDENTIFIER, identifier)}
    if duplicates.refused(context, bool(owned)):
        raise jobs.Overtaken
    hosted = {asset for pack_id in owned for asset in PACKS[pack_id].assets}
    if pack.has_hosting and not hosted and dns.add_host(context, identifier):
        # Below an existing zone, a hosting has neither its own domain nor its own zone.
        hosted = {"domain", "dns"}
    account_id = context.store.insert("accounts", **order)
    makers = {
        "domain": domains.create_domain,
        "dns": dns.create_zone,
        "mailbox": mail.create_mail_zone,
        "linux_hosting": linuxhostings.create_hosting,
        "windows_hosting": windowshostings.create_hosting,
    }
    for asset in pack.assets:
        if asset in makers and asset not in hosted:
            makers[asset](context, account_id, identifier)
    return [f"/v2/accounts/{account_id}"]


def find(context: Context, account_id: str | int) -> Row:
    """Return the account, or a 404."""
    account = context.store.one("SELECT * FROM accounts WHERE id = ?", account_id)
    if account is None:
        raise not_found("account", account_id)
    return account
