# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSH keys of Linux hostings."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from sandbox.context import CurrentContext
from sandbox.endpoint import Body, Paging, created, paged, shown
from sandbox.errors import Invalid, not_found
from sandbox.reseller import ssh_format
from sandbox.reseller.linuxhostings import find

SCHEMA = """
CREATE TABLE IF NOT EXISTS ssh_keys (
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES linux_hostings (domain_name),
    fingerprint TEXT NOT NULL,
    public_key TEXT NOT NULL,
    PRIMARY KEY (domain_name, fingerprint)
);
"""

router = APIRouter()


class AddSshKey(Body):
    """A public key, as in authorized_keys."""

    public_key: str


@router.get("/ssh")
async def list_all_keys(context: CurrentContext, page: Paging, response: Response) -> list[dict[str, Any]]:
    """Return all keys, each with its hostings."""
    source = "(SELECT fingerprint, min(public_key) AS public_key FROM ssh_keys GROUP BY fingerprint)"
    keys = paged(context, page, response, source, "fingerprint")
    sql = "SELECT domain_name FROM ssh_keys WHERE fingerprint = ? ORDER BY domain_name"
    return [
        {
            **shown(key, "fingerprint", "public_key"),
            "linux_hostings": [row["domain_name"] for row in context.store.all(sql, key["fingerprint"])],
        }
        for key in keys
    ]


@router.get("/linuxhostings/{domain_name}/ssh/keys")
async def list_keys(context: CurrentContext, domain_name: str) -> list[dict[str, Any]]:
    """Return the keys of one hosting; not paged."""
    sql = "SELECT * FROM ssh_keys WHERE domain_name = ? ORDER BY rowid"
    keys = context.store.all(sql, find(context, domain_name)["domain_name"])
    return [shown(key, "fingerprint", "public_key") for key in keys]


@router.post("/linuxhostings/{domain_name}/ssh/keys", status_code=201)
async def add_key(context: CurrentContext, domain_name: str, key: AddSshKey) -> Response:
    """Install a key on a hosting."""
    hosting = find(context, domain_name)["domain_name"]
    fingerprint = ssh_format.fingerprint(key.public_key)
    if context.store.one("SELECT 1 FROM ssh_keys WHERE domain_name = ? AND fingerprint = ?", hosting, fingerprint):
        raise Invalid("ssh_key_already_exists", "public_key: the hosting has it.")
    context.store.insert("ssh_keys", domain_name=hosting, fingerprint=fingerprint, public_key=key.public_key.strip())
    return created(f"/v2/linuxhostings/{hosting}/ssh/keys/{fingerprint}")


@router.delete("/linuxhostings/{domain_name}/ssh/keys/{fingerprint}", status_code=204)
async def delete_key(context: CurrentContext, domain_name: str, fingerprint: str) -> Response:
    """Remove a key from a hosting."""
    hosting = find(context, domain_name)["domain_name"]
    if not context.store.run("DELETE FROM ssh_keys WHERE domain_name = ? AND fingerprint = ?", hosting, fingerprint):
        raise not_found("ssh_key", fingerprint)
    return Response(status_code=204)
