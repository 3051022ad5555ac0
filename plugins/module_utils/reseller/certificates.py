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
from functools import cache, partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.coverage import SigningRequest, covers
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.certificates import (
    get_ssl_certificate,
    get_ssl_certificate_request,
    list_ssl_certificates,
    reading_of_ssl_certificate_requests,
    reading_of_ssl_certificates,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import shown_name
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import (
    Absence,
    Contradiction,
    Criterion,
    Unproven,
    Unreadable,
    matches,
    number_in,
    objects_in,
    text_in,
    word_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import iso_time

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Answer

DAY = 86400.0
#: The collection that certificates are ordered in.
PATH = "/sslcertificaterequests"

TYPES = ("standard", "multi_domain", "wildcard")
LEVELS = ("domain_validated", "organization_validated", "extended_validated")

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

    @property
    def title(self) -> str:
        """How messages name the certificate."""
        return f"certificate {self.csr.common_name}"

    def criteria(self, type_name: str) -> list[Criterion]:
        """Return what tells a listed certificate or request that may serve from others.

        The lists lack the alternative names, so the details of those that meet the criteria are read one by one. The
        common name is a criterion, but for types whose common name says little.

        Args:
            type_name: the property that holds the type.
        """
        criteria: list[Criterion] = [
            lambda item: word_in(item, type_name, TYPES) == self.certificate_type,
            lambda item: word_in(item, "validation_level", LEVELS) == self.validation_level,
        ]
        return criteria if self.certificate_type == "multi_domain" else [*criteria, self.is_related]

    def is_related(self, item: dict[str, Any]) -> bool:
        """Return whether the common name is one of the wanted names, covers one, or is the same but for ``www.``.

        Raises:
            Unreadable: the item has no common name.
        """
        common_name = shown_name(text_in(item, "common_name"))
        apex = common_name[len("www.") :] if common_name.startswith("www.") else common_name
        return any(covers((common_name, apex, f"www.{apex}"), (name,)) for name in self.csr.names)

    def is_covered_by(self, detail: dict[str, Any]) -> bool:
        """Return whether a certificate's or a request's detail covers all names.

        Raises:
            Unreadable: the names that can be read do not, and others can't be read.
        """
        return covers(readable_names(detail), self.csr.names) or covers(names_of(detail), self.csr.names)


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
    """How far a certificate has come: exactly one of the two is there.

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
    """Return when it expires, in unix time. A time without a zone is UTC.

    Raises:
        Unreadable: it does not tell.
    """
    moment = iso_time(certificate.get("expires_after"))
    if moment is None:
        raise Unreadable("expires_after", certificate.get("expires_after"))
    return moment


def known_certificate(client: ResellerClient, product: Product, *, valid_until: float) -> dict[str, Any] | None:
    """Return the longest lasting certificate that serves, in the list that tasks of this run share if that is enough.

    None proves nothing.

    Args:
        client: calls the API.
        product: what is wanted.
        valid_until: how long it has to last, in unix time.
    """
    read = cache(partial(get_ssl_certificate, client))
    listed = list_ssl_certificates(client, lambda items: _covering(items, product, valid_until, read) is not None)
    return _covering(listed, product, valid_until, read)


def find_progress(client: ResellerClient, product: Product, *, valid_until: float) -> Progress | Absence:
    """Return an ongoing request or a certificate that serves, or the proof that there is neither.

    Requests are read first: one that is issued in the meantime moves to the certificates.

    Raises:
        ToolkitError: ``unproven``.
    """

    def ask() -> Progress | Absence:
        with client.evidence.proving(product.title):
            request = _find_request(client, product)
            certificate = None if request else _find_certificate(client, product, valid_until)
        if request is None and certificate is None:
            return client.evidence.absent(product.title)
        return Progress(certificate, request)

    return client.evidence.agreed(ask)


def _find_certificate(client: ResellerClient, product: Product, valid_until: float) -> dict[str, Any] | None:
    """Return the certificate that serves, None when it is proven that there is none."""
    read = cache(partial(get_ssl_certificate, client))

    def look(item: dict[str, Any]) -> dict[str, Any] | None:
        fingerprint = item["sha1_fingerprint"]
        detail = read(fingerprint)
        if detail is None:
            raise _lacking(product, fingerprint)
        return detail

    reading = reading_of_ssl_certificates(client)
    found = _covering(reading.items(), product, valid_until, read)
    criteria = _lasting_criteria(product, valid_until)
    return found or _proven(client, product, reading.all_items(), "sha1_fingerprint", criteria, look)


def _find_request(client: ResellerClient, product: Product) -> dict[str, Any] | None:
    """Return the ongoing request for these names, None when it is proven that there is none; of several the oldest."""

    def look(item: dict[str, Any]) -> dict[str, Any] | None:
        answer = get_ssl_certificate_request(client, item["id"])
        if answer.status == 200:
            with client.evidence.proving(product.title, str(item["id"])):
                number_in(answer.data, "id")
            return answer.data
        if answer.status != 303:
            raise _lacking(product, str(item["id"]))
        # Issued a moment ago, and found among the certificates.
        return None

    criteria = [*product.criteria("certificate_type"), lambda item: number_in(item, "id") >= 0]
    items = reading_of_ssl_certificate_requests(client).all_items()
    items.sort(key=lambda item: (not isinstance(item.get("id"), int), item.get("id")))
    return _proven(client, product, items, "id", criteria, look)


def _lacking(product: Product, item_id: str) -> Contradiction:
    """Return the error that something is listed whose detail is missing."""
    return Contradiction(product.title, f"{item_id} is listed, and its detail is missing", item_id=item_id)


def _proven(
    client: ResellerClient,
    product: Product,
    items: list[dict[str, Any]],
    id_name: str,
    criteria: list[Criterion],
    look: Callable[[dict[str, Any]], dict[str, Any] | None],
) -> dict[str, Any] | None:
    """Return the detail of the item that covers all names, None when it is proven that there is none.

    Args:
        client: proves it.
        product: what is wanted.
        items: the complete collection.
        id_name: the property that names an item.
        criteria: which items may be it.
        look: reads the detail of one; None when it has left the collection.

    Raises:
        Unproven: an item or its detail can't be read, or the detail is missing.
    """
    doubts: list[Unproven] = []
    for item in items:
        try:
            if client.evidence.may_be(product.title, item, id_name, *criteria):
                detail = look(item)
                with client.evidence.proving(product.title, str(item[id_name])):
                    if detail is not None and product.is_covered_by(detail):
                        return detail
        except Unproven as error:
            doubts.append(error)
    for doubt in doubts:
        client.evidence.except_or_raise(doubt)
    return None


def _lasting_criteria(product: Product, valid_until: float) -> list[Criterion]:
    """Return what tells a listed certificate that may serve for long enough, and can be read, from others."""
    return [
        *product.criteria("type"),
        lambda item: expiry_of(item) > valid_until,
        lambda item: bool(text_in(item, "sha1_fingerprint")),
    ]


def _covering(
    listed: list[dict[str, Any]],
    product: Product,
    valid_until: float,
    read: Callable[[str], dict[str, Any] | None],
) -> dict[str, Any] | None:
    """Return the longest lasting certificate of a list that certainly serves; None proves nothing."""
    fitting = matches(listed, *_lasting_criteria(product, valid_until))
    for item in sorted(fitting, key=lambda item: (not matches([item], product.is_related), -expiry_of(item))):
        detail = read(item["sha1_fingerprint"])
        if detail and covers(readable_names(detail), product.csr.names):
            return detail
    return None


def certificate_order(
    client: ResellerClient, product: Product, attributes: dict[str, str], *, valid_until: float
) -> Order:
    """Return the order of a certificate. The thing it makes is a `Progress` as a dict."""
    body: dict[str, Any] = {
        "csr": product.csr.pem,
        "certificate_type": product.certificate_type,
        "validation_level": product.validation_level,
    }
    if attributes:
        body["additional_validation_attributes"] = [
            {"name": name, "value": value} for name, value in attributes.items()
        ]

    def find() -> dict[str, Any] | Absence:
        found = find_progress(client, product, valid_until=valid_until)
        return found if isinstance(found, Absence) else vars(found)

    def from_location(location: str) -> dict[str, Any] | None:
        number = re.search(r"/sslcertificaterequests/([^/]+)$", location)
        return vars(read_progress(client, number.group(1), product)) if number else None

    return Order(
        path=PATH,
        key=product.key,
        title=product.title,
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
        number_in(answer.data, "id")
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
    if not product.is_covered_by(certificate):
        raise ToolkitError(
            "names_not_covered",
            f"The certificate that was issued covers {', '.join(names_of(certificate))}, and the request asks for "
            f"{', '.join(product.csr.names)}.",
            hint="Nothing is ordered again by itself. Take it up with the vendor's support.",
            certificate=certificate,
        )
    return Progress(certificate=certificate)
