# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSL certificates and requests for them: read them, which ones can be bought, and what the API reports about them.

Private to the collection. Source: the vendor's description, "SSL certificate requests". The API answers a request for
its state with 200 while it is ongoing, with 303 and the certificate's address after it was issued, and with 410 if it
ended without a certificate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_names import (
    SigningRequest,
    covers,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import Enough, ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    same_text,
    shown_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.purchases import check_confirmation
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.shown_properties import only_shown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_object, segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Criterion, is_the_one
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Unreadable,
    number_in,
    objects_in,
    text_in,
    word_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import iso_time

DAY = 86400.0
#: The largest number of days before or after now in an option: a hundred years.
LONGEST_DAYS = 36525
CERTIFICATES = "/sslcertificates"
#: The collection of requests, in which certificates are ordered.
REQUESTS = "/sslcertificaterequests"

TYPES = ("standard", "multi_domain", "wildcard")
LEVELS = ("domain_validated", "organization_validated", "extended_validated")

#: What organization and extended validation require in addition to the request.
REQUIRED_ATTRIBUTES = (
    "Firstname",
    "Lastname",
    "Phone",
    "EmailAddress",
    "Street",
    "Number",
    "PostalCode",
    "VatCountryCode",
)
OPTIONAL_ATTRIBUTES = ("OrganizationNumber",)


def certificate_path(fingerprint_sha1: str) -> str:
    """Return the path of a certificate."""
    return f"{CERTIFICATES}/{segment(fingerprint_sha1)}"


def request_path(request_id: int | str) -> str:
    """Return the path of a request."""
    return f"{REQUESTS}/{segment(request_id)}"


def list_ssl_certificates(client: ResellerClient, enough: Enough | None = None) -> list[dict[str, Any]]:
    """Return all certificates, without their alternative names."""
    if enough is None:
        return reading_of_ssl_certificates(client).items()
    return client.read_cache.get(CERTIFICATES, CERTIFICATES, partial(list_ssl_certificates, client), enough)


def reading_of_ssl_certificates(client: ResellerClient) -> Reading:
    """Return all certificates, to be read as far as a decision needs it."""
    return client.reading(CERTIFICATES, "sha1_fingerprint")


def get_ssl_certificate(client: ResellerClient, fingerprint_sha1: str) -> dict[str, Any] | None:
    """Return one certificate with its alternative names."""
    return client.get(certificate_path(fingerprint_sha1))


def download_ssl_certificate(client: ResellerClient, fingerprint_sha1: str, password: str) -> bytes:
    """Return the certificate with its chain as PKCS #12, protected by the password."""
    query = {"file_format": "pfx", "password": password}
    return client.rest.request("GET", f"{certificate_path(fingerprint_sha1)}/download", query=query).content


def list_ssl_certificate_requests(client: ResellerClient) -> list[dict[str, Any]]:
    """Return all ongoing certificate requests, without their names and validations."""
    return reading_of_ssl_certificate_requests(client).items()


def reading_of_ssl_certificate_requests(client: ResellerClient) -> Reading:
    """Return all ongoing certificate requests, to be read as far as a decision needs it."""
    return client.reading(REQUESTS, "id")


def get_ssl_certificate_request(client: ResellerClient, request_id: int | str) -> Response:
    """Return the response about a request: 200 while ongoing, 303 with a certificate, 410 or 404 when it is gone."""
    path = request_path(request_id)
    return client.rest.request("GET", path, expect=(200, 303, 404, 410), shape=is_object)


def ssl_certificate_request_in(answer: Response) -> dict[str, Any]:
    """Return the request that a response with the status 200 describes."""
    request: dict[str, Any] = only_shown(REQUESTS, answer.data)
    return request


def verify_ssl_certificate_request(client: ResellerClient, request_id: int) -> Response:
    """Request the verification of the validations, once; the response is 202, or as for the request itself."""
    return client.rest.request("PUT", request_path(request_id), expect=(202, 303, 404, 410), repeat=False)


def request_id_in(location: str) -> str | None:
    """Return the id of the request that the path of a response names; None if it names none."""
    found = re.search(f"{REQUESTS}/([^/]+)$", location)
    return found.group(1) if found else None


@dataclass(frozen=True)
class Product:
    """What to buy: a type, a level of validation, and the names.

    Attributes:
        certificate_type: ``standard``, ``multi_domain`` or ``wildcard``.
        validation_level: ``domain_validated``, ``organization_validated`` or ``extended_validated``.
        csr: the signing request.
    """

    certificate_type: str
    validation_level: str
    csr: SigningRequest

    @property
    def sentence(self) -> str:
        """The sentence with which a user confirms to buy exactly this."""
        return " ".join(("ssl", self.certificate_type, self.validation_level, *self.csr.names))

    @property
    def key(self) -> str:
        """The natural key of its order."""
        return self.sentence

    def check_confirmation(self, given: str | None) -> None:
        """See `purchases.check_confirmation`."""
        check_confirmation(self.sentence, given, "A certificate costs money. To buy the one that is asked for")

    @property
    def title(self) -> str:
        """The certificate's name in messages."""
        return f"certificate {self.csr.common_name}"

    def criteria(self, type_name: str) -> list[Criterion]:
        """Return the criteria of listed certificates or requests that may be suitable.

        The lists lack the alternative names, so the details of those that meet the criteria are read one by one. The
        common name is a criterion, except for types whose common name says little.

        Args:
            type_name: the property that holds the type.
        """
        criteria = self.kind_criteria(type_name)
        return criteria if self.certificate_type == "multi_domain" else [*criteria, self.is_related]

    def kind_criteria(self, type_name: str) -> list[Criterion]:
        """Return the criteria of certificates or requests of the desired type and level; see `criteria`."""
        return [
            lambda item: word_in(item, type_name, TYPES) == self.certificate_type,
            lambda item: word_in(item, "validation_level", LEVELS) == self.validation_level,
        ]

    def is_related(self, item: dict[str, Any]) -> bool:
        """Return whether the common name is one of the desired names, covers one, or differs only in ``www.``.

        Raises:
            Unreadable: the item has no common name.
        """
        common_name = shown_name(text_in(item, "common_name"))
        apex = common_name[len("www.") :] if common_name.startswith("www.") else common_name
        return any(covers((common_name, apex, f"www.{apex}"), (name,)) for name in self.csr.names)

    def is_covered_by(self, detail: dict[str, Any]) -> bool:
        """Return whether a certificate's or a request's detail covers all names.

        Raises:
            Unreadable: the readable names do not, and others can't be read.
        """
        return covers(readable_names(detail), self.csr.names) or covers(names_of(detail), self.csr.names)


def check_product(product: Product, attributes: dict[str, str], option: str) -> None:
    """Refuse a certificate that can't be bought, before it is paid for.

    Args:
        product: what to buy.
        attributes: what organization and extended validation require.
        option: the option that the signing request came from, for the message.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    names = product.csr.names
    wildcards = [name for name in names if name.startswith("*.")]
    bare = {name[len("www.") :] if name.startswith("www.") else name for name in names}
    if product.certificate_type == "standard" and (wildcards or len(bare) > 1):
        raise invalid(option, f"a standard certificate is for one name, and the request has {', '.join(names)}.")
    if product.certificate_type == "wildcard" and not product.csr.common_name.startswith("*."):
        raise invalid(option, f"a wildcard certificate is for a name *.…, and the request's is {names[0]}.")
    foreign = [name for name in names if name != names[0][2:] and not covers(names[:1], (name,))]
    if product.certificate_type == "wildcard" and foreign:
        raise invalid(option, f"a wildcard certificate for {names[0]} can't hold {', '.join(foreign)}.")
    if product.certificate_type == "multi_domain" and wildcards:
        raise invalid(option, f"a multi-domain certificate has no wildcards, and the request has {wildcards[0]}.")
    lacking = [name for name in REQUIRED_ATTRIBUTES if not attributes.get(name)]
    if product.validation_level != "domain_validated" and lacking:
        raise invalid("additional_validation_attributes", f"{product.validation_level} needs {', '.join(lacking)}.")


@dataclass(frozen=True)
class Progress:
    """The progress of a certificate: exactly one of the two exists.

    Attributes:
        certificate: the issued certificate with its names.
        request: the ongoing request with its names and validations.
    """

    certificate: dict[str, Any] | None = None
    request: dict[str, Any] | None = None


def names_of(item: dict[str, Any]) -> list[str]:
    """Return all DNS names of a certificate's or a request's detail.

    Raises:
        Unreadable: one of them can't be read.
    """
    names = [text_in(name, "value") for name in objects_in(item, "subject_alt_names") if _is_dns(name)]
    return [text_in(item, "common_name"), *names]


def readable_names(item: dict[str, Any]) -> list[str]:
    """Return those DNS names of a certificate's or a request's detail that can be read."""
    listed = item.get("subject_alt_names")
    values = [name.get("value") for name in listed if isinstance(name, dict)] if isinstance(listed, list) else []
    return [name for name in (item.get("common_name"), *values) if isinstance(name, str) and name]


def _is_dns(name: dict[str, Any]) -> bool:
    return "type" not in name or text_in(name, "type").lower() == "dns"


def expiry_of(certificate: dict[str, Any]) -> float:
    """Return when a certificate expires, in unix time. A time without a zone is UTC.

    Raises:
        Unreadable: the API does not report it.
    """
    moment = iso_time(certificate.get("expires_after"))
    if moment is None:
        raise Unreadable("expires_after", certificate.get("expires_after"))
    return moment


def fingerprint_of(certificate: dict[str, Any]) -> str:
    """Return a certificate's SHA-1 fingerprint.

    Raises:
        Unreadable: it has none.
    """
    fingerprint = text_in(certificate, "sha1_fingerprint")
    if not re.fullmatch("[0-9A-Fa-f]{40}", fingerprint):
        raise Unreadable("sha1_fingerprint", fingerprint)
    return fingerprint


def read_progress(client: ResellerClient, request_id: int | str, product: Product) -> Progress:
    """Return the progress of an ordered request.

    Raises:
        ToolkitError: as `progress_of`.
    """
    return progress_of(client, get_ssl_certificate_request(client, request_id), product)


def progress_of(client: ResellerClient, answer: Response, product: Product) -> Progress:
    """Return the progress that a response about a request reports: ongoing (200), issued (303), or gone.

    Raises:
        ToolkitError: ``certificate_request_gone``, when it ended without a certificate; ``names_not_covered`` or
            ``certificate_mismatch``, when it is not the desired one; ``unexpected_state``, when the certificate's
            address can't be trusted.
        Unreadable: the certificate or the request in it can't be read.
    """
    if answer.status == 200:
        number_in(answer.data, "id")
        objects_in(answer.data, "validations")
        _compare(answer.data, product, "certificate_type", "followed")
        return Progress(request=ssl_certificate_request_in(answer))
    if answer.status != 303:
        raise ToolkitError(
            "certificate_request_gone",
            f"The request of certificate {product.csr.common_name} ended without a certificate (HTTP {answer.status}).",
            hint="Nothing is ordered again by itself. Find out why in the control panel. To order again, and pay "
            "again, run with on_doubt: resend.",
        )
    location = client.rest.location_path(answer) or ""
    found = re.search(CERTIFICATES + "/([0-9A-Fa-f]{40})$", location)
    certificate = get_ssl_certificate(client, found.group(1)) if found else None
    if found is None or certificate is None or not same_text(fingerprint_of(certificate), found.group(1)):
        raise ToolkitError(
            "unexpected_state",
            f"Certificate {product.csr.common_name} was issued, and the API does not show it where it says.",
            hint="Run the task again: it looks for the certificate, and orders nothing.",
        )
    _compare(certificate, product, "type", "issued")
    if not product.is_covered_by(certificate):
        raise ToolkitError(
            "names_not_covered",
            f"The certificate that was issued covers {', '.join(readable_names(certificate))}, and the request asks "
            f"for {', '.join(product.csr.names)}.",
            hint="Nothing is ordered again by itself. Take it up with the vendor's support.",
            certificate=certificate,
        )
    return Progress(certificate=certificate)


def _compare(detail: dict[str, Any], product: Product, type_name: str, what: str) -> None:
    """Refuse a certificate or a request that is another product than the desired one.

    Args:
        detail: its detail as the API reports it.
        product: the desired one.
        type_name: the property that holds the type.
        what: why it is checked, for the message.

    Raises:
        ToolkitError: ``certificate_mismatch``.
        Unreadable: the API does not report its type or level.
    """
    is_request = type_name == "certificate_type"
    if is_the_one(detail, product.kind_criteria(type_name)) and (not is_request or product.is_covered_by(detail)):
        return
    thing = f"request {detail['id']}" if is_request else f"certificate {detail['sha1_fingerprint']}"
    told = " ".join((str(detail[type_name]), str(detail["validation_level"]), *readable_names(detail)))
    raise ToolkitError(
        "certificate_mismatch",
        f"The {thing} that was {what} is {told}, and {product.sentence} is wanted.",
        hint="Nothing is ordered again by itself. Look into the control panel, and contact the vendor's support.",
    )
