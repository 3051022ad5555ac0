# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Obtain a certificate with at most one purchase.

Private to the collection.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import if_given
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_files import check_new_pfx_password
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_lookup import (
    certificate_order,
    find_progress,
    known_certificate,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_validations import (
    open_validations,
    place_validations,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import (
    CERTIFICATES,
    DAY,
    REQUESTS,
    Product,
    Progress,
    get_ssl_certificate_request,
    progress_of,
    request_path,
    verify_ssl_certificate_request,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Orders
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.polling import Polling, growing_pauses
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import OutcomeUnknown, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import number_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


@dataclass
class Issued:
    """The outcome of obtaining a certificate.

    Attributes:
        progress: the certificate, or the ongoing request.
        changed: whether something was ordered, written or verified, or the certificate was issued.
        recovered: whether an earlier order, or one whose response was lost, was found again.
        ordered: whether it was bought in this run, or would be.
        would_purchase: in check mode, the sentence of the purchase that would be made.
    """

    progress: Progress = field(default_factory=Progress)
    changed: bool = False
    recovered: bool = False
    ordered: bool = False
    would_purchase: str | None = None


class Issuance:
    """Obtains one certificate.

    Args:
        task: provides the options ``renew_before_days``, ``confirm_purchase``, ``dns_validation``, ``state`` and
            `ordering_options`.
        client: calls the API.
        product: the desired certificate.
        attributes: what organization and extended validation require.
        clock: unix time, to compare with the ends of certificates.
        monotonic: seconds that are independent of changes of the clock; limits the wait.
        sleep: how to wait between status checks.
    """

    def __init__(
        self,
        task: Task,
        client: ResellerClient,
        product: Product,
        attributes: dict[str, str],
        *,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._task = task
        self._client = client
        self._product = product
        self._attributes = attributes
        self._monotonic = monotonic
        self._sleep = sleep
        self._orders = Orders(client, task.params, warn=task.warn, clock=clock, monotonic=monotonic, sleep=sleep)
        self._polling = Polling.of(task.params)
        self._valid_until = clock() + task.params["renew_before_days"] * DAY

    def obtain(self) -> Issued:
        """Adopt a certificate, follow a request, or order; then continue as far as the options say.

        Raises:
            ToolkitError: ``invalid_option``, ``purchase_not_confirmed``, ``certificate_request_gone``,
                ``names_not_covered``, ``certificate_timeout``, and those of `Orders.place`.
        """
        with self._client.evidence.proving(self._product.title):
            certificate = known_certificate(self._client, self._product, valid_until=self._valid_until)
        if certificate is not None:
            recovered = self._orders.settle(self._task, REQUESTS, self._product.key)
            return Issued(Progress(certificate=certificate), recovered=recovered)
        found = find_progress(self._client, self._product, valid_until=self._valid_until)
        if not isinstance(found, Absence):
            if found.request is None:
                return Issued(found, recovered=self._orders.settle(self._task, REQUESTS, self._product.key))
            issued = Issued(found, recovered=self._adopt(found.request))
            return issued if self._task.check_mode else self._follow(issued)
        if_given(self._task.params.get("pfx_password"), check_new_pfx_password)
        if self._product.csr.missing:
            missing = ", ".join(self._product.csr.missing)
            self._task.warn(f"The signing request's subject lacks what the vendor asks for: {missing}.")
        if self._task.check_mode:
            return Issued(changed=True, ordered=True, would_purchase=self._product.sentence)
        issued = self._order(found)
        return self._follow(issued) if issued.progress.request else issued

    def _order(self, absence: Absence) -> Issued:
        self._product.check_confirmation(self._task.params["confirm_purchase"])
        order = certificate_order(self._client, self._product, self._attributes, valid_until=self._valid_until)
        placed = self._watched(lambda: self._orders.place(order, absence))
        progress = Progress(**(placed.item or {}))
        if progress.request:
            self._adopt(progress.request)
        return Issued(progress, changed=placed.changed, recovered=placed.recovered, ordered=placed.changed)

    def _follow(self, issued: Issued) -> Issued:
        """Follow a request to its certificate, as far as the options say."""
        params = self._task.params
        request = issued.progress.request or {}
        if params["state"] == "requested":
            return issued
        just_ordered = issued.changed
        left = open_validations(request)
        if params["dns_validation"]:
            written, left = place_validations(self._client, request, self._task.warn)
            issued.changed = issued.changed or bool(written)
        if left and just_ordered:
            # The records that the API can't set are known only now, so nobody can have set them.
            return issued
        return self._watched(lambda: self._verify_and_wait(issued, request))

    def _verify_and_wait(self, issued: Issued, request: dict[str, Any]) -> Issued:
        request_id = number_in(request, "id")
        if not self._is_verified():
            issued.progress = self._verify(request_id) or issued.progress
            issued.changed = True
        pauses = growing_pauses(self._polling, self._polling.wait_timeout, monotonic=self._monotonic, sleep=self._sleep)
        while issued.progress.certificate is None and self._task.params["wait"]:
            if not next(pauses):
                raise self._timeout(issued)
            issued.progress = progress_of(
                self._client, get_ssl_certificate_request(self._client, request_id), self._product
            )
        if issued.progress.certificate is not None:
            issued.changed = True
            # It was issued after writes elsewhere, so the list that tasks share may lack it.
            self._client.read_cache.wrote(CERTIFICATES)
            self._orders.settle(self._task, REQUESTS, self._product.key)
        return issued

    def _verify(self, request_id: int) -> Progress | None:
        """Request the verification, once; return the progress, or None if the response does not report it."""
        try:
            answer = verify_ssl_certificate_request(self._client, request_id)
        except OutcomeUnknown:
            # Not resent in this run, and not recorded: the next run may request it again, which does no harm.
            return None
        self._orders.note(REQUESTS, self._product.key, verified=True)
        return None if answer.status == 202 else progress_of(self._client, answer, self._product)

    def _watched(self, step: Callable[[], Any]) -> Any:
        """Run a step; if it shows that the order ended without a certificate, record that no other may be placed."""
        try:
            return step()
        except ToolkitError as error:
            if error.kind in {"certificate_request_gone", "names_not_covered"}:
                self._orders.note(REQUESTS, self._product.key, gone=True)
            raise

    def _adopt(self, request: dict[str, Any]) -> bool:
        """Record in the journal that this request is followed; return whether the order's response was never seen."""
        recovered = False
        try:
            known = self._orders.journal.read(self._intent())
            if known is None or not known.is_open:
                # Ordered elsewhere, perhaps in the control panel.
                known = self._intent()
            else:
                recovered = not known.answered
            if not known.answered and not self._task.check_mode:
                self._orders.journal.write(known, location=request_path(number_in(request, "id")), answered=True)
        except ToolkitError as error:
            self._task.warn(str(error))
        return recovered

    def _is_verified(self) -> bool:
        """Return whether the verification is known to have been requested; requesting it again does no harm."""
        try:
            known = self._orders.journal.read(self._intent())
        except ToolkitError as error:
            self._task.warn(str(error))
            return False
        return known is not None and known.verified

    def _intent(self) -> Intent:
        return self._orders.intent(REQUESTS, self._product.key)

    def _timeout(self, issued: Issued) -> ToolkitError:
        request = issued.progress.request or {}
        return ToolkitError(
            "certificate_timeout",
            f"Certificate {self._product.csr.common_name} was not issued within wait_timeout "
            f"({self._polling.wait_timeout:g} s); its request {request.get('id')} is still ongoing.",
            hint="Make sure that the records in validations exist, and run the task again: it follows the same "
            "request, and orders nothing.",
            request=request,
            validations=open_validations(request),
        )
