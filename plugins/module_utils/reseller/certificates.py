# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""SSL certificates: adopt one that is there, follow a request that is under way, or order one.

Private to the collection. Source: the vendor's description, "SSL certificate requests". A request is answered with
200 while it goes on, with 303 and the certificate's address when it was issued, and with 410 when it ended without.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timezone
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.coverage import SigningRequest, covers
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.certificates import (
    get_ssl_certificate,
    get_ssl_certificate_request,
    list_ssl_certificate_requests,
    list_ssl_certificates,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import same_text
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Answer

DAY = 86400.0
#: The collection that certificates are ordered in.
PATH = "/sslcertificaterequests"

#: What organization and extended validation need to be told besides the request.
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
        """Refuse a purchase that was not confirmed word for word.

        Raises:
            ToolkitError: ``purchase_not_confirmed``.
        """
        if " ".join((given or "").split()).lower() != self.sentence:
            said = "" if not given else "confirm_purchase: the sentence names something else. "
            raise ToolkitError(
                "purchase_not_confirmed",
                f"{said}A certificate costs money. To buy the one that is asked for, set "
                f"confirm_purchase: {self.sentence!r}.",
                would_purchase=self.sentence,
            )

    def is_kind_of(self, item: dict[str, Any], type_name: str) -> bool:
        """Whether a listed certificate or request is of this type and level."""
        return same_text(item.get(type_name), self.certificate_type) and same_text(
            item.get("validation_level"), self.validation_level
        )


def check_product(product: Product, attributes: dict[str, str], option: str) -> None:
    """Refuse what can't be bought, before it is paid for.

    Args:
        product: what to buy.
        attributes: what organization and extended validation need to know.
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
    if product.certificate_type == "multi_domain" and wildcards:
        raise invalid(option, f"a multi-domain certificate has no wildcards, and the request has {wildcards[0]}.")
    lacking = [name for name in REQUIRED_ATTRIBUTES if not attributes.get(name)]
    if product.validation_level != "domain_validated" and lacking:
        raise invalid("additional_validation_attributes", f"{product.validation_level} needs {', '.join(lacking)}.")


@dataclass(frozen=True)
class Progress:
    """How far a certificate has come: exactly one of the two is there.

    Attributes:
        certificate: the issued certificate with its names.
        request: the ongoing request with its names and validations.
    """

    certificate: dict[str, Any] | None = None
    request: dict[str, Any] | None = None


def names_of(item: dict[str, Any]) -> list[str]:
    """All DNS names of a certificate's or a request's detail."""
    alternatives = [
        name["value"] for name in item.get("subject_alt_names") or [] if same_text(name.get("type", "dns"), "dns")
    ]
    return [item["common_name"], *alternatives] if item.get("common_name") else alternatives


def expiry_of(certificate: dict[str, Any]) -> float:
    """When it expires, in unix time; 0 when that can't be read. A time without a zone is UTC."""
    text = re.sub(r"\.\d+", "", str(certificate.get("expires_after") or "")).replace("Z", "+00:00")
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return 0.0
    return (moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)).timestamp()


def find_certificate(client: ResellerClient, product: Product, *, valid_until: float) -> dict[str, Any] | None:
    """The certificate of this kind that covers all names and lasts beyond a time; of several the longest lasting.

    The list lacks the alternative names, so candidates are read one by one. Which are candidates follows from the
    common name, but for types whose common name says little.
    """
    return _covering(list_ssl_certificates(client), product, valid_until, partial(get_ssl_certificate, client))


def known_certificate(client: ResellerClient, product: Product, *, valid_until: float) -> dict[str, Any] | None:
    """`find_certificate`, in the list that tasks of this run share; if it is not in there the list is asked anew."""
    read = cache(partial(get_ssl_certificate, client))
    listed = list_ssl_certificates(client, lambda items: _covering(items, product, valid_until, read) is not None)
    return _covering(listed, product, valid_until, read)


def _covering(
    listed: list[dict[str, Any]],
    product: Product,
    valid_until: float,
    read: Callable[[str], dict[str, Any] | None],
) -> dict[str, Any] | None:
    """The certificate of a list that `find_certificate` is about.

    Args:
        listed: the list.
        product: what to find.
        valid_until: how long it must last, in unix time.
        read: reads the detail of one by its fingerprint.
    """
    fitting = [item for item in listed if product.is_kind_of(item, "type") and expiry_of(item) > valid_until]
    fitting.sort(key=lambda item: (not _is_related(item, product), -expiry_of(item)))
    for item in fitting:
        if not _is_related(item, product) and product.certificate_type != "multi_domain":
            break
        detail = read(item["sha1_fingerprint"])
        if detail and covers(names_of(detail), product.csr.names):
            return detail
    return None


def find_request(client: ResellerClient, product: Product) -> dict[str, Any] | None:
    """The ongoing request of this kind for these names, with its validations; of several the oldest."""
    listed = [item for item in list_ssl_certificate_requests(client) if product.is_kind_of(item, "certificate_type")]
    for item in sorted(listed, key=lambda item: item["id"]):
        if not _is_related(item, product):
            continue
        answer = get_ssl_certificate_request(client, item["id"])
        if answer.status == 200 and covers(names_of(answer.data), product.csr.names):
            return answer.data
    return None


def _is_related(item: dict[str, Any], product: Product) -> bool:
    """Whether the common name is one of the wanted names, one that covers one, or the same but for ``www.``."""
    common_name = str(item.get("common_name", "")).lower()
    apex = common_name[len("www.") :] if common_name.startswith("www.") else common_name
    return any(covers((common_name, apex, f"www.{apex}"), (name,)) for name in product.csr.names)


def certificate_order(
    client: ResellerClient, product: Product, attributes: dict[str, str], *, valid_until: float
) -> Order:
    """The order of a certificate. The thing it makes is a `Progress` as a dict."""
    body: dict[str, Any] = {
        "csr": product.csr.pem,
        "certificate_type": product.certificate_type,
        "validation_level": product.validation_level,
    }
    if attributes:
        body["additional_validation_attributes"] = [
            {"name": name, "value": value} for name, value in attributes.items()
        ]

    def find() -> dict[str, Any] | None:
        request = find_request(client, product)
        certificate = None if request else find_certificate(client, product, valid_until=valid_until)
        found = Progress(certificate, request)
        return vars(found) if certificate or request else None

    def from_location(location: str) -> dict[str, Any] | None:
        number = re.search(r"/sslcertificaterequests/([^/]+)$", location)
        return vars(read_progress(client, number.group(1), product)) if number else None

    return Order(
        path=PATH,
        key=product.key,
        title=f"certificate {product.csr.common_name}",
        body=body,
        find=find,
        from_location=from_location,
        ends_when_made=False,
    )


def read_progress(client: ResellerClient, request_id: int | str, product: Product) -> Progress:
    """How far an ordered request has come.

    Raises:
        ToolkitError: ``certificate_request_gone``, or ``names_not_covered``.
    """
    return progress_of(client, get_ssl_certificate_request(client, request_id), product)


def progress_of(client: ResellerClient, answer: Answer, product: Product) -> Progress:
    """What an answer about a request says: it goes on (200), was issued (303), or is gone.

    Raises:
        ToolkitError: ``certificate_request_gone``, when it ended without a certificate; ``names_not_covered``, when
            the certificate is not what was ordered; ``unexpected_state``, when its address is not to be trusted.
    """
    if answer.status == 200:
        return Progress(request=answer.data)
    if answer.status != 303:
        raise ToolkitError(
            "certificate_request_gone",
            f"The request of certificate {product.csr.common_name} ended without a certificate (HTTP {answer.status}).",
            hint="Nothing is ordered again by itself. Find out why in the control panel. To order again, and pay "
            "again, run with on_doubt: resend.",
        )
    location = client.rest.location_path(answer) or ""
    found = re.search(r"/sslcertificates/([0-9A-Fa-f]{40})$", location)
    certificate = get_ssl_certificate(client, found.group(1)) if found else None
    if certificate is None:
        raise ToolkitError(
            "unexpected_state",
            f"Certificate {product.csr.common_name} was issued, and the API does not show it where it says.",
            hint="Run the task again: it looks for the certificate, and orders nothing.",
        )
    if not covers(names_of(certificate), product.csr.names):
        raise ToolkitError(
            "names_not_covered",
            f"The certificate that was issued covers {', '.join(names_of(certificate))}, and the request asks for "
            f"{', '.join(product.csr.names)}.",
            hint="Nothing is ordered again by itself. Take it up with the vendor's support.",
            certificate=certificate,
        )
    return Progress(certificate=certificate)
