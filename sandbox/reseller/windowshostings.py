# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Windows hostings, which can only be read."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Paging, paged, shown
from sandbox.errors import not_found
from sandbox.reseller.names_and_passwords import login_of
from sandbox.reseller.provider import HOSTING_DOMAIN, WEB_ADDRESS
from sandbox.reseller.servicepacks import PACKS

SCHEMA = """
CREATE TABLE IF NOT EXISTS windows_hostings (
    domain_name TEXT PRIMARY KEY COLLATE NOCASE,
    account_id INTEGER NOT NULL,
    servicepack_id INTEGER NOT NULL
);
"""

router = APIRouter(prefix="/windowshostings")


def create_hosting(context: Context, account_id: int, domain_name: str) -> None:
    """Create the hosting of an account."""
    pack_id = context.store.value("SELECT servicepack_id FROM accounts WHERE id = ?", account_id)
    context.store.insert("windows_hostings", domain_name=domain_name, account_id=account_id, servicepack_id=pack_id)


@router.get("")
async def list_hostings(context: CurrentContext, page: Paging, response: Response) -> list[dict[str, Any]]:
    """Return all Windows hostings."""
    rows = paged(context, page, response, "windows_hostings", "domain_name")
    return [shown(row, "domain_name", "servicepack_id") for row in rows]


@router.get("/{domain_name}")
async def get_hosting(context: CurrentContext, domain_name: str) -> dict[str, Any]:
    """Return one hosting with its sites and bindings."""
    hosting = context.store.one("SELECT * FROM windows_hostings WHERE domain_name = ?", domain_name)
    if hosting is None:
        raise not_found("windows_hosting", domain_name)
    name = hosting["domain_name"]
    bindings = [
        {
            "protocol": "http",
            "host_name": host,
            "ip_address": WEB_ADDRESS,
            "port": 80,
            "cert_thumbprint": None,
            "ssl_enabled": False,
        }
        for host in (name, f"www.{name}")
    ]
    login = login_of(name)
    own_name = f"{login}.{HOSTING_DOMAIN}"
    thumbprint = ":".join(["01", "23", "45", "67", "89", "AB", "CD", "EF"])
    secure = {"protocol": "https", "host_name": own_name, "port": 443, "cert_thumbprint": thumbprint}
    bindings.append({**bindings[0], **secure, "ssl_enabled": True})
    runtimes = ["8.0.11", "9.0.0"]
    return {
        **shown(hosting, "domain_name", "servicepack_id"),
        "max_size": PACKS[hosting["servicepack_id"]].webspace_size,
        "actual_size": 12,
        "ip": WEB_ADDRESS,
        "ip_type": "shared",
        "ftp_username": f"{login}@{login}",
        "application_pool": {"runtime": "v4.0", "pipeline_mode": "integrated", "installed_net_core_runtimes": runtimes},
        "sites": [{"name": name, "path": "/httpdocs", "bindings": bindings}],
        "mssql_database_names": [],
    }
