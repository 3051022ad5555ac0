# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mail zones and mailboxes."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter

from sandbox.endpoint import shown
from sandbox.errors import Invalid, not_found
from sandbox.packs import PACKS
from sandbox.world import Sandbox, World

SCHEMA = """
CREATE TABLE IF NOT EXISTS mail_zones (
    domain_name TEXT PRIMARY KEY COLLATE NOCASE,
    account_id INTEGER NOT NULL,
    anti_spam TEXT NOT NULL DEFAULT 'basic'
);
CREATE TABLE IF NOT EXISTS mailboxes (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES mail_zones (domain_name),
    max_size INTEGER NOT NULL,
    actual_size INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX IF NOT EXISTS mailboxes_domain ON mailboxes (domain_name);
"""

router = APIRouter()


def create_mail_zone(world: World, account_id: int, domain_name: str) -> None:
    """Make the mail zone that comes with an account."""
    world.store.insert("mail_zones", domain_name=domain_name, account_id=account_id)


@router.get("/mailzones/{domain_name}")
async def get_mail_zone(world: Sandbox, domain_name: str) -> dict[str, Any]:
    """One mail zone with everything in it."""
    sql = "SELECT * FROM mail_zones JOIN accounts ON accounts.id = account_id WHERE domain_name = ?"
    zone = world.store.one(sql, domain_name)
    if zone is None:
        raise not_found("mail_zone", domain_name)
    size = PACKS[zone["servicepack_id"]].mailbox_size
    return {
        "name": zone["domain_name"],
        "enabled": True,
        "available_accounts": [{"account_id": zone["account_id"], "size": size}],
        "aliases": [],
        "anti_spam": {"type": zone["anti_spam"], "allowed_types": ["none", "basic", "advanced"]},
        "catch_all": {"email_addresses": []},
        "smtp_domains": [],
    }


@router.get("/mailboxes")
async def list_mailboxes(world: Sandbox, domain_name: str | None = None) -> list[dict[str, Any]]:
    """The mailboxes of one domain; not paged."""
    if not domain_name:
        raise Invalid("domain_name_required", "domain_name: needed to list mailboxes.")
    sql = "SELECT * FROM mailboxes WHERE domain_name = ? ORDER BY name"
    return [shown(row, "name", "max_size", "actual_size") for row in world.store.all(sql, domain_name)]
