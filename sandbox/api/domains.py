# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domain names."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.clock import iso
from sandbox.endpoint import Paging, paged
from sandbox.errors import not_found
from sandbox.provider import NAME_SERVERS
from sandbox.world import Sandbox, World

SCHEMA = """
CREATE TABLE IF NOT EXISTS domains (
    domain_name TEXT PRIMARY KEY COLLATE NOCASE,
    account_id INTEGER NOT NULL,
    expires_at REAL NOT NULL,
    will_renew INTEGER NOT NULL DEFAULT 1
);
"""

_ONE_YEAR = 365 * 86400
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

router = APIRouter(prefix="/domains")


def create_domain(world: World, account_id: int, domain_name: str) -> None:
    """Register the domain that comes with an account, for a year."""
    expires_at = world.clock.now() + _ONE_YEAR
    world.store.insert("domains", domain_name=domain_name, account_id=account_id, expires_at=expires_at)


@router.get("")
async def list_domains(world: Sandbox, page: Paging, response: Response) -> list[dict[str, Any]]:
    """All domains."""
    return [_shown(row) for row in paged(world, page, response, "domains", "domain_name")]


@router.get("/{domain_name}")
async def get_domain(world: Sandbox, domain_name: str) -> dict[str, Any]:
    """One domain with its name servers and registrant."""
    domain = world.store.one("SELECT * FROM domains WHERE domain_name = ?", domain_name)
    if domain is None:
        raise not_found("domain", domain_name)
    name_servers = [{"name": name, "ip": ip} for name, ip in NAME_SERVERS.items()]
    return {**_shown(domain), "name_servers": name_servers, "registrant": _REGISTRANT, "can_toggle_renew": True}


def _shown(domain: Row) -> dict[str, Any]:
    return {
        "domain_name": domain["domain_name"],
        "expiration_date": iso(domain["expires_at"]),
        "will_renew": bool(domain["will_renew"]),
    }
