# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Linux hostings."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Paging, paged, shown
from sandbox.errors import not_found
from sandbox.reseller.names_and_passwords import login_of
from sandbox.reseller.provider import HOSTING_DOMAIN, SSH_HOST, WEB_ADDRESS
from sandbox.reseller.servicepacks import PACKS

SCHEMA = """
CREATE TABLE IF NOT EXISTS linux_hostings (
    domain_name TEXT PRIMARY KEY COLLATE NOCASE,
    account_id INTEGER NOT NULL,
    servicepack_id INTEGER NOT NULL,
    php_version TEXT NOT NULL DEFAULT '8.3',
    ftp_enabled INTEGER NOT NULL DEFAULT 1,
    actual_size INTEGER NOT NULL DEFAULT 12
);
CREATE TABLE IF NOT EXISTS linux_sites (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES linux_hostings (domain_name),
    name TEXT NOT NULL COLLATE NOCASE,
    path TEXT NOT NULL,
    ssl_enabled INTEGER NOT NULL DEFAULT 0,
    https_redirect_enabled INTEGER NOT NULL DEFAULT 0,
    http2_enabled INTEGER NOT NULL DEFAULT 0,
    UNIQUE (domain_name, name)
);
CREATE TABLE IF NOT EXISTS linux_host_headers (
    site_id INTEGER NOT NULL REFERENCES linux_sites (id),
    name TEXT NOT NULL COLLATE NOCASE,
    enabled INTEGER NOT NULL DEFAULT 1,
    certificate INTEGER NOT NULL DEFAULT 0,     -- a bought certificate holds this name
    letsencrypt INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (site_id, name)
);
"""

router = APIRouter(prefix="/linuxhostings")


def create_hosting(context: Context, account_id: int, domain_name: str) -> None:
    """Create the hosting of an account, with one site."""
    pack_id = context.store.value("SELECT servicepack_id FROM accounts WHERE id = ?", account_id)
    context.store.insert("linux_hostings", domain_name=domain_name, account_id=account_id, servicepack_id=pack_id)
    site_id = context.store.insert("linux_sites", domain_name=domain_name, name=domain_name, path="/www")
    # The last one is the provider's, which shows a site before its domain points to it.
    for host in (domain_name, f"www.{domain_name}", f"{login_of(domain_name)}.{HOSTING_DOMAIN}"):
        context.store.insert("linux_host_headers", site_id=site_id, name=host)


@router.get("")
async def list_hostings(context: CurrentContext, page: Paging, response: Response) -> list[dict[str, Any]]:
    """Return all Linux hostings."""
    rows = paged(context, page, response, "linux_hostings", "domain_name")
    return [shown(row, "domain_name", "servicepack_id") for row in rows]


@router.get("/{domain_name}")
async def get_hosting(context: CurrentContext, domain_name: str) -> dict[str, Any]:
    """Return one hosting with its sites and the names of its databases."""
    hosting = find(context, domain_name)
    max_size = PACKS[hosting["servicepack_id"]].webspace_size
    databases = context.store.all(
        "SELECT name FROM mysql_databases WHERE account_id = ? ORDER BY id", hosting["account_id"]
    )
    login = login_of(hosting["domain_name"])
    return {
        **shown(hosting, "domain_name", "servicepack_id", "actual_size", "php_version"),
        "max_size": max_size,
        "max_webspace_size": max_size,
        "webspace_usage": hosting["actual_size"],
        "ip": WEB_ADDRESS,
        "ip_type": "shared",
        "ftp_enabled": bool(hosting["ftp_enabled"]),
        "ftp_username": f"{login}@{login}",
        "ssh_host": SSH_HOST,
        "ssh_username": login,
        "sites": _sites(context, hosting["domain_name"]),
        "mysql_database_names": [row["name"] for row in databases],
    }


def _sites(context: Context, domain_name: str) -> list[dict[str, Any]]:
    sites = context.store.all("SELECT * FROM linux_sites WHERE domain_name = ? ORDER BY id", domain_name)
    return [
        {
            "name": site["name"],
            "path": site["path"],
            "host_headers": [
                {"name": header["name"], "enabled": bool(header["enabled"])}
                for header in context.store.all(
                    "SELECT * FROM linux_host_headers WHERE site_id = ? ORDER BY rowid", site["id"]
                )
            ],
            "ssl_enabled": bool(site["ssl_enabled"]),
            "https_redirect_enabled": bool(site["https_redirect_enabled"]),
            "http2_enabled": bool(site["http2_enabled"]),
        }
        for site in sites
    ]


def find(context: Context, domain_name: str) -> Row:
    """Return the hosting, or a 404."""
    hosting = context.store.one("SELECT * FROM linux_hostings WHERE domain_name = ?", domain_name)
    if hosting is None:
        raise not_found("linux_hosting", domain_name)
    return hosting
