# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of Linux hostings: FTP, PHP, compression, SSH. Some are write-only."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Response

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Body, Int32
from sandbox.errors import Invalid
from sandbox.reseller.linuxhostings import find

SCHEMA = """
CREATE TABLE IF NOT EXISTS linux_hidden_settings (  -- what the API takes and never shows
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES linux_hostings (domain_name),
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    writes INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (domain_name, name)
);
"""

PHP_VERSIONS = ("7.4", "8.1", "8.2", "8.3", "8.4")
# Guesses: no limits are documented or recorded.
_MEMORY_LIMITS = range(32, 2049)
_APCU_SIZES = range(1, 1025)

router = APIRouter(prefix="/linuxhostings/{domain_name}")


class Switch(Body):
    """Something that is on or off."""

    enabled: bool


class Apcu(Body):
    """PHP's cache for data, with its size in MB."""

    enabled: bool
    apcu_size: Int32


class MemoryLimit(Body):
    """PHP's memory limit in MB."""

    memory_limit: Int32


class PhpVersion(Body):
    """A version of PHP."""

    version: str


@router.put("/ftp/configuration", status_code=204)
async def set_ftp(context: CurrentContext, domain_name: str, ftp: Switch) -> Response:
    """Enable or disable FTP."""
    return _set_column(context, domain_name, "ftp_enabled", ftp.enabled)


@router.get("/phpsettings/availableversions")
async def list_php_versions(context: CurrentContext, domain_name: str) -> list[dict[str, str]]:
    """Return the versions of PHP that this hosting can use; not paged."""
    find(context, domain_name)
    return [{"version": version} for version in PHP_VERSIONS]


@router.put("/phpsettings/version", status_code=204)
async def set_php_version(context: CurrentContext, domain_name: str, php: PhpVersion) -> Response:
    """Use another version of PHP."""
    if php.version not in PHP_VERSIONS:
        raise Invalid("version_invalid", "version: this hosting does not offer it.")
    return _set_column(context, domain_name, "php_version", php.version)


@router.put("/phpsettings/memorylimit", status_code=204)
async def set_memory_limit(context: CurrentContext, domain_name: str, limit: MemoryLimit) -> Response:
    """Set PHP's memory limit."""
    if limit.memory_limit not in _MEMORY_LIMITS:
        raise Invalid("memory_limit_invalid", "memory_limit: out of range.")
    return hide(context, domain_name, "memory_limit", limit.memory_limit)


@router.put("/phpsettings/apcu", status_code=204)
async def set_apcu(context: CurrentContext, domain_name: str, apcu: Apcu) -> Response:
    """Set PHP's cache for data."""
    if apcu.apcu_size not in _APCU_SIZES and (apcu.enabled or apcu.apcu_size):
        raise Invalid("apcu_size_invalid", "apcu_size: out of range.")
    return hide(context, domain_name, "apcu", f"{apcu.enabled} {apcu.apcu_size}")


@router.put("/settings/gzipcompression", status_code=204)
async def set_gzip(context: CurrentContext, domain_name: str, gzip: Switch) -> Response:
    """Enable or disable compression of responses."""
    return hide(context, domain_name, "gzip", gzip.enabled)


@router.put("/ssh/configuration", status_code=204)
async def set_ssh(context: CurrentContext, domain_name: str, ssh: Switch) -> Response:
    """Enable or disable SSH."""
    return hide(context, domain_name, "ssh", ssh.enabled)


def hide(context: Context, domain_name: str, name: str, value: object) -> Response:
    """Store a write-only setting."""
    sql = """INSERT INTO linux_hidden_settings (domain_name, name, value) VALUES (?, ?, ?)
             ON CONFLICT DO UPDATE SET value = excluded.value, writes = writes + 1"""
    context.store.run(sql, find(context, domain_name)["domain_name"], name, str(value))
    return Response(status_code=204)


def hidden_settings(context: Context, domain_name: str) -> dict[str, Any]:
    """Return the write-only settings, with the number of writes of each, for tests."""
    sql = "SELECT name, value, writes FROM linux_hidden_settings WHERE domain_name = ? ORDER BY name"
    rows = context.store.all(sql, find(context, domain_name)["domain_name"])
    return {row["name"]: {"value": row["value"], "writes": row["writes"]} for row in rows}


def _set_column(context: Context, domain_name: str, column: str, value: object) -> Response:
    found = find(context, domain_name)["domain_name"]
    context.store.run(f"UPDATE linux_hostings SET {column} = ? WHERE domain_name = ?", value, found)
    return Response(status_code=204)
