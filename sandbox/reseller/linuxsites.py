# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sites of Linux hostings: subsites, host headers, HTTP/2, Let's Encrypt, the redirection to https."""

from __future__ import annotations

from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Body, created
from sandbox.errors import Invalid, not_found
from sandbox.reseller import delayed_effects
from sandbox.reseller.linuxhostings import find
from sandbox.reseller.linuxsettings import Switch, hide
from sandbox.reseller.names_and_passwords import is_domain_name

SCHEMA = """
CREATE TABLE IF NOT EXISTS linux_folders (  -- what customers made on the server: the API never makes a folder
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES linux_hostings (domain_name),
    path TEXT NOT NULL,
    PRIMARY KEY (domain_name, path)
);
"""

_LETSENCRYPT = "letsencrypt"

router = APIRouter(prefix="/linuxhostings/{domain_name}")


class AddSubsite(Body):
    """A further site; without a path its folder is named after it."""

    domain_name: str
    path: str | None = None


class AddHostHeader(Body):
    """A further host name of a site."""

    domain_name: str


@router.post("/subsites", status_code=201)
async def add_subsite(context: CurrentContext, domain_name: str, subsite: AddSubsite) -> Response:
    """Add a site in a folder that exists."""
    hosting = find(context, domain_name)["domain_name"]
    name = _free_name(context, hosting, subsite.domain_name)
    path = subsite.path or f"/subsites/{name}"
    if not context.store.one("SELECT 1 FROM linux_folders WHERE domain_name = ? AND path = ?", hosting, path):
        raise Invalid("path_not_found", "path: there is no such folder on the server.")
    with context.store.transaction():
        site_id = context.store.insert("linux_sites", domain_name=hosting, name=name, path=path)
        context.store.insert("linux_host_headers", site_id=site_id, name=name)
    return created(f"/v2/linuxhostings/{hosting}/subsites/{name}")


@router.delete("/subsites/{site_name}", status_code=204)
async def delete_subsite(context: CurrentContext, domain_name: str, site_name: str) -> Response:
    """Delete a site, except the main site of the hosting."""
    site = _find_site(context, domain_name, site_name)
    if site["name"].lower() == site["domain_name"].lower():
        raise Invalid("site_name_invalid", "The hosting's own site can't be deleted.")
    with context.store.transaction():
        context.store.run("DELETE FROM linux_host_headers WHERE site_id = ?", site["id"])
        context.store.run("DELETE FROM linux_sites WHERE id = ?", site["id"])
    return Response(status_code=204)


@router.post("/sites/{site_name}/hostheaders", status_code=201)
async def add_host_header(context: CurrentContext, domain_name: str, site_name: str, header: AddHostHeader) -> Response:
    """Add a host name to a site."""
    site = _find_site(context, domain_name, site_name)
    name = _free_name(context, site["domain_name"], header.domain_name)
    context.store.insert("linux_host_headers", site_id=site["id"], name=name)
    return created(f"/v2/linuxhostings/{site['domain_name']}/sites/{site['name']}/hostheaders/{name}")


@router.put("/sites/{site_name}/http2/configuration", status_code=204)
async def set_http2(context: CurrentContext, domain_name: str, site_name: str, http2: Switch) -> Response:
    """Enable or disable HTTP/2 of a site; it requires ssl."""
    site = _find_site(context, domain_name, site_name)
    if http2.enabled and not site["ssl_enabled"]:
        raise Invalid("ssl_required", "HTTP/2 needs ssl.")
    context.store.run("UPDATE linux_sites SET http2_enabled = ? WHERE id = ?", http2.enabled, site["id"])
    return Response(status_code=204)


@router.put("/sslsettings/{hostname}/autoredirect", status_code=204)
async def set_redirect(context: CurrentContext, domain_name: str, hostname: str, redirect: Switch) -> Response:
    """Enable or disable the redirection to https of the site with this host header."""
    site = _find_site_of_host(context, domain_name, hostname)
    context.store.run("UPDATE linux_sites SET https_redirect_enabled = ? WHERE id = ?", redirect.enabled, site["id"])
    return Response(status_code=204)


@router.put("/sslsettings/{hostname}/letsencrypt", status_code=204)
async def set_letsencrypt(context: CurrentContext, domain_name: str, hostname: str, letsencrypt: Switch) -> Response:
    """Enable or disable Let's Encrypt for a host name; the API never shows this setting."""
    site = _find_site_of_host(context, domain_name, hostname)
    response = hide(context, domain_name, f"letsencrypt {hostname.lower()}", letsencrypt.enabled)
    delayed_effects.accept(context, _LETSENCRYPT, site_id=site["id"], name=hostname, enabled=letsencrypt.enabled)
    return response


@delayed_effects.effect(_LETSENCRYPT)
def switch_letsencrypt(context: Context, change: dict[str, Any]) -> None:
    """Apply the change of a Let's Encrypt certificate."""
    sql = "UPDATE linux_host_headers SET letsencrypt = ? WHERE site_id = ? AND name = ?"
    context.store.run(sql, change["enabled"], change["site_id"], change["name"])
    _look_at_ssl(context, change["site_id"])


def add_folder(context: Context, domain_name: str, path: str) -> None:
    """Create a folder, as a customer does over FTP or SSH."""
    sql = "INSERT INTO linux_folders VALUES (?, ?) ON CONFLICT DO NOTHING"
    context.store.run(sql, find(context, domain_name)["domain_name"], path)


def enable_ssl(context: Context, host_names: list[str]) -> None:
    """Enable https for the sites with the names of an issued certificate."""
    for name in host_names:
        condition, value = "name = ?", name
        if name.startswith("*."):
            # One label only: the rest of the name is the wildcard's domain.
            condition, value = "substr(name, instr(name, '.') + 1) = ?", name.removeprefix("*.")
        sites = context.store.all(f"SELECT DISTINCT site_id FROM linux_host_headers WHERE {condition}", value)
        context.store.run(f"UPDATE linux_host_headers SET certificate = 1 WHERE {condition}", value)
        for site in sites:
            _look_at_ssl(context, site["site_id"])


def _look_at_ssl(context: Context, site_id: int) -> None:
    """A site has ssl while any of its names has a certificate; without ssl there is no HTTP/2."""
    sql = "SELECT 1 FROM linux_host_headers WHERE site_id = ? AND (certificate OR letsencrypt)"
    has_ssl = context.store.one(sql, site_id) is not None
    sql = "UPDATE linux_sites SET ssl_enabled = ?, http2_enabled = http2_enabled AND ? WHERE id = ?"
    context.store.run(sql, has_ssl, has_ssl, site_id)


def _free_name(context: Context, hosting: str, text: str) -> str:
    name = text.strip().lower()
    if not is_domain_name(name):
        raise Invalid("domain_name_invalid", "domain_name: not a domain name.")
    sql = """SELECT 1 FROM linux_host_headers JOIN linux_sites ON linux_sites.id = site_id
             WHERE domain_name = ? AND linux_host_headers.name = ?"""
    if context.store.one(sql, hosting, name):
        raise Invalid("domain_name_already_exists", "domain_name: a site of this hosting has it.")
    return name


def _find_site(context: Context, domain_name: str, site_name: str) -> Row:
    sql = "SELECT * FROM linux_sites WHERE domain_name = ? AND name = ?"
    site = context.store.one(sql, find(context, domain_name)["domain_name"], site_name)
    if site is None:
        raise not_found("site", site_name)
    return site


def _find_site_of_host(context: Context, domain_name: str, hostname: str) -> Row:
    sql = """SELECT linux_sites.* FROM linux_sites JOIN linux_host_headers ON site_id = linux_sites.id
             WHERE domain_name = ? AND linux_host_headers.name = ?"""
    site = context.store.one(sql, find(context, domain_name)["domain_name"], hostname)
    if site is None:
        raise not_found("host_header", hostname)
    return site
