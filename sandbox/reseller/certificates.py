# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Certificate requests: names, validation, issue."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from sqlite3 import Row
from typing import Any, Literal

from sandbox.context import Context
from sandbox.errors import Invalid
from sandbox.reseller import dns, linuxsites
from sandbox.store import Setting

SCHEMA = """
CREATE TABLE IF NOT EXISTS ssl_requests (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    common_name TEXT NOT NULL,
    certificate_type TEXT NOT NULL,
    validation_level TEXT NOT NULL,
    names TEXT NOT NULL,                        -- JSON list, the names that the vendor adds included
    csr TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'ongoing',     -- ongoing, issued or withdrawn
    verify_called INTEGER NOT NULL DEFAULT 0,
    validated INTEGER NOT NULL DEFAULT 0,       -- set from outside: validations count as passed
    issue_at REAL,                              -- virtual time
    sha1_fingerprint TEXT
);
CREATE INDEX IF NOT EXISTS ssl_requests_due ON ssl_requests (issue_at) WHERE status = 'ongoing';
CREATE TABLE IF NOT EXISTS ssl_certificates (
    sha1_fingerprint TEXT PRIMARY KEY COLLATE NOCASE,
    common_name TEXT NOT NULL,
    certificate_type TEXT NOT NULL,
    validation_level TEXT NOT NULL,
    names TEXT NOT NULL,
    expires_at REAL NOT NULL,
    pem TEXT NOT NULL
);
INSERT INTO sqlite_sequence
    SELECT 'ssl_requests', 50000 WHERE NOT EXISTS (SELECT 1 FROM sqlite_sequence WHERE name = 'ssl_requests');
"""

VALIDATION_NAMES = Setting("validation_names", "host")
"""Whether names of validation records are shown without (``host``) or with (``whole``) the domain.

The API's description says the former, and no response was recorded.
"""

CertificateType = Literal["standard", "multi_domain", "wildcard"]

_OTHER_VALIDATIONS = {"file.example": "file", "email.example": "email", "auto.example": "auto"}
"""Domains whose names (and those below) are not validated by DNS records that the client places."""


def twin(name: str) -> str:
    """Return the name that a vendor adds for free: the apex of a wildcard or of a ``www.``, else the ``www.``."""
    for prefix in ("*.", "www."):
        if name.startswith(prefix):
            return name.removeprefix(prefix)
    return f"www.{name}"


def covered_names(kind: CertificateType, names: list[str]) -> list[str]:
    """Return the names of the certificate for the names in a CSR; refuse names that its type does not support."""
    if kind == "multi_domain":
        return names
    common_name = names[0]
    if (kind == "wildcard") != common_name.startswith("*."):
        raise Invalid("certificate_type_invalid", f"certificate_type: {kind} does not fit {common_name}.")
    allowed = [common_name, twin(common_name)]
    if not set(names) <= set(allowed):
        raise Invalid("certificate_type_invalid", f"certificate_type: {kind} can't hold {', '.join(names)}.")
    return allowed


def validations(request: Row) -> list[dict[str, Any]]:
    """Return the required validation of each name of a request."""
    return [_validation(request, name) for name in json.loads(request["names"])]


def validations_shown(context: Context, request: Row) -> list[dict[str, Any]]:
    """Return the validations as the API shows them: with names of records without or with the domain."""
    shown = validations(request)
    if VALIDATION_NAMES.read(context.store) == "host":
        for validation in shown:
            if "cname_validation_name" in validation:
                validation["cname_validation_name"] = _host_part(context, validation["cname_validation_name"])
    return shown


def _host_part(context: Context, name: str) -> str:
    zone = dns.zone_of(context, name) or ".".join(name.split(".")[-2:])
    return name.removesuffix(f".{zone}")


def _validation(request: Row, name: str) -> dict[str, Any]:
    base = name.removeprefix("*.")
    secret = hashlib.sha256(f"{request['id']}:{base}:{request['csr']}".encode()).hexdigest()
    kind = next((kind for end, kind in _OTHER_VALIDATIONS.items() if f".{base}".endswith(f".{end}")), "dns")
    if kind == "file":
        path = f"{base}/.well-known/pki-validation/{secret[:32].upper()}.txt"
        return {
            "dns_name": name,
            "type": "file",
            "auto_validated": False,
            "file_validation_url_http": f"http://{path}",
            "file_validation_url_https": f"https://{path}",
            "file_validation_content": [secret, "sandbox-ca.example", str(request["id"])],
        }
    if kind == "email":
        addresses = [f"{user}@{base}" for user in ("admin", "administrator", "hostmaster", "postmaster", "webmaster")]
        return {"dns_name": name, "type": "email", "auto_validated": False, "email_addresses": addresses}
    return {
        "dns_name": name,
        "type": "dns",
        "auto_validated": kind == "auto",
        "cname_validation_name": f"_{secret[:32]}.{base}",
        "cname_validation_content": f"{secret[:32]}.{secret[32:]}.sandbox-ca.example",
    }


def look_at_validations(context: Context, request: Row) -> None:
    """After verify was called: if all validations are in place now, schedule the issue of the certificate."""
    if not request["verify_called"] or request["issue_at"] is not None:
        return
    if request["validated"] or all(_in_place(context, validation) for validation in validations(request)):
        issue_at = context.clock.now() + context.options.job_seconds
        context.store.run("UPDATE ssl_requests SET issue_at = ? WHERE id = ?", issue_at, request["id"])


def _in_place(context: Context, validation: dict[str, Any]) -> bool:
    if validation["auto_validated"]:
        return True
    if validation["type"] != "dns":
        return False
    return dns.has_cname(context, validation["cname_validation_name"], validation["cname_validation_content"])


def settle(context: Context) -> None:
    """Issue every certificate that is due."""
    sql = "SELECT * FROM ssl_requests WHERE status = 'ongoing' AND issue_at <= ? ORDER BY issue_at"
    for request in context.store.all(sql, context.clock.now()):
        _issue(context, request)


def _issue(context: Context, request: Row) -> None:
    from sandbox.reseller import ca

    issued = ca.issue(context.store, request["csr"], json.loads(request["names"]), context.clock.now())
    copied = ("common_name", "certificate_type", "validation_level", "names")
    with context.store.transaction():
        context.store.insert("ssl_certificates", **{name: request[name] for name in copied}, **asdict(issued))
        sql = "UPDATE ssl_requests SET status = 'issued', sha1_fingerprint = ? WHERE id = ?"
        context.store.run(sql, issued.sha1_fingerprint, request["id"])
        linuxsites.enable_ssl(context, json.loads(request["names"]))
