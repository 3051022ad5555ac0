# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Issued SSL certificates."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.clock import iso
from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Paging, paged, shown
from sandbox.errors import Invalid, not_found

router = APIRouter(prefix="/sslcertificates")


@router.get("")
async def list_certificates(context: CurrentContext, page: Paging, response: Response) -> list[dict[str, Any]]:
    """Return all certificates, without their further names."""
    return [_shown(row) for row in paged(context, page, response, "ssl_certificates", "rowid")]


@router.get("/{sha1}")
async def get_certificate(context: CurrentContext, sha1: str) -> dict[str, Any]:
    """Return one certificate with all its names."""
    certificate = _find(context, sha1)
    names = [{"type": "dns", "value": name} for name in json.loads(certificate["names"])]
    return {**_shown(certificate), "subject_alt_names": names}


@router.get("/{sha1}/download")
async def download(
    context: CurrentContext, sha1: str, file_format: str | None = None, password: str | None = None
) -> Response:
    """Return the certificate and its chain as a PKCS#12 file."""
    from sandbox.reseller import ca

    certificate = _find(context, sha1)
    if (file_format or "").lower() != "pfx":
        raise Invalid("file_format_invalid", "file_format: only pfx.")
    if not password:
        raise Invalid("password_required", "password: needed to protect the file.")
    content = ca.pfx(context.store, certificate["pem"], password, context.clock.now())
    file_name = f"{certificate['common_name'].replace('*', 'wildcard')}.pfx"
    headers = {"Content-Disposition": f'attachment; filename="{file_name}"'}
    return Response(content, media_type="application/x-pkcs12", headers=headers)


def _shown(certificate: Row) -> dict[str, Any]:
    return {
        **shown(certificate, "sha1_fingerprint", "common_name", "validation_level"),
        "type": certificate["certificate_type"],
        "expires_after": iso(certificate["expires_at"]),
    }


def _find(context: Context, sha1: str) -> Row:
    certificate = context.store.one("SELECT * FROM ssl_certificates WHERE sha1_fingerprint = ?", sha1)
    if certificate is None:
        raise not_found("ssl_certificate", sha1)
    return certificate
