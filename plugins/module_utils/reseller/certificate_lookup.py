# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Find a suitable certificate or an ongoing request, and order a certificate.

Private to the collection. `certificates` defines what is desired, and what the responses mean.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_names import covers
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import (
    REQUESTS,
    Product,
    Progress,
    expiry_of,
    fingerprint_of,
    get_ssl_certificate,
    get_ssl_certificate_request,
    list_ssl_certificates,
    read_progress,
    readable_names,
    reading_of_ssl_certificate_requests,
    reading_of_ssl_certificates,
    request_id_in,
    ssl_certificate_request_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import same_text
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Criterion, is_the_one, matches
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import is_whole_number, number_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Contradiction, Unproven


def known_certificate(client: ResellerClient, product: Product, *, valid_until: float) -> dict[str, Any] | None:
    """Return the suitable certificate that lasts longest, from the list that tasks of this run share if that is enough.

    None does not prove that none exists.

    Args:
        client: calls the API.
        product: the desired certificate.
        valid_until: how long it has to last, in unix time.
    """
    read = cache(partial(get_ssl_certificate, client))
    criteria = _lasting_criteria(product, valid_until)
    listed = list_ssl_certificates(client, lambda items: _covering(items, product, criteria, read) is not None)
    return _covering(listed, product, criteria, read)


def find_progress(client: ResellerClient, product: Product, *, valid_until: float) -> Progress | Absence:
    """Return an ongoing request or a suitable certificate, or the proof that neither exists.

    Requests are read first, because one that is issued in between moves to the certificates.

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
    """Return the suitable certificate; None when it is proven that none exists."""
    read = cache(partial(get_ssl_certificate, client))

    def look(item: dict[str, Any]) -> dict[str, Any]:
        fingerprint = item["sha1_fingerprint"]
        detail = read(fingerprint)
        if detail is None:
            raise _lacking(product, fingerprint)
        return detail

    reading = reading_of_ssl_certificates(client)
    criteria = _lasting_criteria(product, valid_until)
    found = _covering(reading.items(), product, criteria, read)
    return found or _proven(client, product, reading.all_items(), "sha1_fingerprint", criteria, look)


def _find_request(client: ResellerClient, product: Product) -> dict[str, Any] | None:
    """Return the oldest ongoing request for these names; None when it is proven that none exists."""

    def look(item: dict[str, Any]) -> dict[str, Any] | None:
        answer = get_ssl_certificate_request(client, item["id"])
        if answer.status == 200:
            detail = ssl_certificate_request_in(answer)
            return detail
        if answer.status != 303:
            raise _lacking(product, str(item["id"]))
        # Just issued, so it is found among the certificates.
        return None

    criteria = [*product.criteria("certificate_type"), lambda item: number_in(item, "id") is not None]
    items = reading_of_ssl_certificate_requests(client).all_items()
    items.sort(key=lambda item: item["id"] if is_whole_number(item.get("id")) else 0)
    return _proven(client, product, items, "id", criteria, look)


def _lacking(product: Product, item_id: str) -> Contradiction:
    """Return the error for an item that is listed but whose detail is missing."""
    return Contradiction(product.title, f"{item_id} is listed, and its detail is missing", item_id=item_id)


def _proven(
    client: ResellerClient,
    product: Product,
    items: list[dict[str, Any]],
    id_name: str,
    criteria: list[Criterion],
    look: Callable[[dict[str, Any]], dict[str, Any] | None],
) -> dict[str, Any] | None:
    """Return the detail of the item that covers all names; None when it is proven that none exists.

    Args:
        client: provides the proof.
        product: the desired certificate.
        items: the complete collection.
        id_name: the property that names an item.
        criteria: which items come into question.
        look: reads the detail of one; None when it has left the collection.

    Raises:
        Unproven: an item or its detail can't be read, or the detail is missing or belongs to another item.
    """
    doubts: list[Unproven] = []
    for item in items:
        try:
            if client.evidence.may_be(product.title, item, id_name, *criteria):
                item_id = str(item[id_name])
                with client.evidence.proving(product.title, item_id):
                    detail = look(item)
                    if detail is not None and not (_same(item, detail, id_name) and is_the_one(detail, criteria)):
                        why = f"the list and the detail of {item_id} contradict each other"
                        raise Contradiction(product.title, why, item_id=item_id)
                    if detail is not None and product.is_covered_by(detail):
                        return detail
        except Unproven as error:
            doubts.append(error)
    for doubt in doubts:
        client.evidence.except_or_raise(doubt)
    return None


def _same(item: dict[str, Any], detail: dict[str, Any], id_name: str) -> bool:
    """Return whether a detail belongs to a listed item: ids are numbers, and fingerprints may be in any case."""
    return same_text(detail.get(id_name), item[id_name])


def _lasting_criteria(product: Product, valid_until: float) -> list[Criterion]:
    """Return the criteria of listed certificates that may be suitable, last long enough, and can be read."""
    return [
        *product.criteria("type"),
        lambda item: expiry_of(item) > valid_until,
        lambda item: bool(fingerprint_of(item)),
    ]


def _covering(
    listed: list[dict[str, Any]],
    product: Product,
    criteria: list[Criterion],
    read: Callable[[str], dict[str, Any] | None],
) -> dict[str, Any] | None:
    """Return the certificate of a list that is certainly suitable and lasts longest; None proves nothing."""
    fitting = matches(listed, *criteria)
    for item in sorted(fitting, key=lambda item: (not matches([item], product.is_related), -expiry_of(item))):
        detail = read(item["sha1_fingerprint"])
        if (
            detail
            and _same(item, detail, "sha1_fingerprint")
            and matches([detail], *criteria)
            and covers(readable_names(detail), product.csr.names)
        ):
            return detail
    return None


def certificate_order(
    client: ResellerClient, product: Product, attributes: dict[str, str], *, valid_until: float
) -> Order:
    """Return the order of a certificate. It results in a `Progress` as a dict."""
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
        request_id = request_id_in(location)
        return vars(read_progress(client, request_id, product)) if request_id else None

    return Order(
        path=REQUESTS,
        key=product.key,
        title=product.title,
        body=body,
        find=find,
        from_location=from_location,
        ends_when_made=False,
    )
