# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders of SSL certificates."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any, Literal

from fastapi import APIRouter, Response
from fastapi.responses import JSONResponse

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Body, Paging, created, paged, shown
from sandbox.errors import Gone, Invalid, Problem, not_found
from sandbox.reseller import certificates, duplicates
from sandbox.reseller.certificates import CertificateType

_REQUIRED_ATTRIBUTES = (
    "Firstname",
    "Lastname",
    "Phone",
    "EmailAddress",
    "Street",
    "Number",
    "PostalCode",
    "VatCountryCode",
)
"""The organization's data for organization and extended validation."""
_OPTIONAL_ATTRIBUTES = ("OrganizationNumber",)

router = APIRouter(prefix="/sslcertificaterequests")


class Attribute(Body):
    """One fact about the organization or its contact."""

    name: str
    value: str


class CreateRequest(Body):
    """Order of a certificate."""

    csr: str
    certificate_type: CertificateType
    validation_level: Literal["domain_validated", "organization_validated", "extended_validated"]
    additional_validation_attributes: list[Attribute] | None = None


@router.get("")
async def list_requests(context: CurrentContext, page: Paging, response: Response) -> list[dict[str, Any]]:
    """Return the ongoing requests."""
    return [_shown(row) for row in paged(context, page, response, "ssl_requests WHERE status = 'ongoing'", "id")]


@router.post("", status_code=201)
async def order_certificate(context: CurrentContext, order: CreateRequest) -> Response:
    """Buy a certificate."""
    from sandbox.reseller import ca

    names = ca.names_in(order.csr)
    covered = certificates.covered_names(order.certificate_type, names)
    if order.validation_level != "domain_validated":
        _check_attributes(order.additional_validation_attributes or [])
    if order.validation_level == "extended_validated" and any(name.startswith("*.") for name in covered):
        raise Invalid("validation_level_invalid", "validation_level: not available for wildcard names.")
    subject = {"common_name": names[0], "certificate_type": order.certificate_type}
    ongoing = "SELECT 1 FROM ssl_requests WHERE common_name = ? AND certificate_type = ? AND status = 'ongoing'"
    if duplicates.refused(context, context.store.one(ongoing, *subject.values()) is not None):
        raise Invalid("request_already_exists", "csr: a request for this name and type is ongoing.")
    request_id = context.store.insert(
        "ssl_requests",
        **subject,
        validation_level=order.validation_level,
        names=json.dumps(covered),
        csr=order.csr,
    )
    return created(f"/v2/sslcertificaterequests/{request_id}")


def _check_attributes(attributes: list[Attribute]) -> None:
    given = {attribute.name for attribute in attributes if attribute.value.strip()}
    problems = [
        Problem(f"{name}_required", f"{name}: needed for this level")
        for name in _REQUIRED_ATTRIBUTES
        if name not in given
    ]
    unknown = given - {*_REQUIRED_ATTRIBUTES, *_OPTIONAL_ATTRIBUTES}
    problems += [Problem(f"{name}_unknown", f"{name}: unknown attribute") for name in sorted(unknown)]
    if problems:
        raise Invalid(problems=problems)


@router.get("/{request_id}")
async def get_request(context: CurrentContext, request_id: str) -> Response:
    """Return 200 while it is ongoing, 303 to the issued certificate, 410 if it was withdrawn."""
    request = _find(context, request_id)
    if request["status"] == "issued":
        return _see_certificate(request)
    certificates.look_at_validations(context, request)
    names = [{"type": "dns", "value": name} for name in json.loads(request["names"])]
    return JSONResponse(
        {**_shown(request), "subject_alt_names": names, "validations": certificates.validations_shown(context, request)}
    )


@router.put("/{request_id}", status_code=202)
async def verify(context: CurrentContext, request_id: str) -> Response:
    """Request a check of the validations."""
    request = _find(context, request_id)
    if request["status"] == "issued":
        return _see_certificate(request)
    context.store.run("UPDATE ssl_requests SET verify_called = 1 WHERE id = ?", request["id"])
    certificates.look_at_validations(context, _find(context, request_id))
    return Response(status_code=202)


def _see_certificate(request: Row) -> Response:
    return Response(status_code=303, headers={"Location": f"/v2/sslcertificates/{request['sha1_fingerprint']}"})


def _shown(request: Row) -> dict[str, Any]:
    return {
        **shown(request, "id", "common_name", "certificate_type", "validation_level"),
        "order_code": f"SSL{request['id']:08d}",
        # In another letter case than described: clients must compare without case.
        "vendor": "sectigo",
    }


def _find(context: Context, request_id: str) -> Row:
    request = context.store.one("SELECT * FROM ssl_requests WHERE id = ?", request_id)
    if request is None:
        raise not_found("ssl_certificate_request", request_id)
    if request["status"] == "withdrawn":
        raise Gone
    return request
