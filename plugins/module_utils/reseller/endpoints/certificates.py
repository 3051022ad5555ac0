# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints of SSL certificates and the requests for them.

Private to the collection. What all endpoints have in common is told by `ResellerClient`.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.shown_properties import only_shown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_object, segment

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import Enough, ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response


def list_ssl_certificates(client: ResellerClient, enough: Enough | None = None) -> list[dict[str, Any]]:
    """All certificates, without their alternative names."""
    if enough is None:
        return reading_of_ssl_certificates(client).items()
    return client.read_cache.get("/sslcertificates", "/sslcertificates", partial(list_ssl_certificates, client), enough)


def reading_of_ssl_certificates(client: ResellerClient) -> Reading:
    """All certificates, to be read as far as a decision needs it."""
    return client.reading("/sslcertificates", "sha1_fingerprint")


def get_ssl_certificate(client: ResellerClient, fingerprint_sha1: str) -> dict[str, Any] | None:
    """One certificate with its alternative names."""
    return client.get(f"/sslcertificates/{segment(fingerprint_sha1)}")


def download_ssl_certificate(client: ResellerClient, fingerprint_sha1: str, password: str) -> bytes:
    """The certificate with its chain as PKCS #12, protected by the password."""
    query = {"file_format": "pfx", "password": password}
    return client.rest.request("GET", f"/sslcertificates/{segment(fingerprint_sha1)}/download", query=query).content


def list_ssl_certificate_requests(client: ResellerClient) -> list[dict[str, Any]]:
    """All ongoing certificate requests, without their names and validations."""
    return reading_of_ssl_certificate_requests(client).items()


def reading_of_ssl_certificate_requests(client: ResellerClient) -> Reading:
    """All ongoing certificate requests, to be read as far as a decision needs it."""
    return client.reading("/sslcertificaterequests", "id")


def get_ssl_certificate_request(client: ResellerClient, request_id: int | str) -> Response:
    """One request: 200 while it goes on, 303 when it became a certificate, 410 or 404 when it is gone."""
    path = f"/sslcertificaterequests/{segment(request_id)}"
    return client.rest.request("GET", path, expect=(200, 303, 404, 410), shape=is_object)


def ssl_certificate_request_in(answer: Response) -> dict[str, Any]:
    """Return the request that a response with the status 200 describes."""
    request: dict[str, Any] = only_shown("/sslcertificaterequests", answer.data)
    return request
