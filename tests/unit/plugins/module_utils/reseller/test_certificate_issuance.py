# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A certificate is bought at most once, and followed as far as the options say."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_issuance import Issuance, Issued
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_names import SigningRequest
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import Product
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task
from tests.support.fake_api import BASE, FakeApi, answer

ORDERS, CERTIFICATES = "/sslcertificaterequests", "/sslcertificates"
REQUEST, FINGERPRINT = f"{ORDERS}/7", "a" * 40
SENTENCE = "ssl standard domain_validated shop.example"
OPTIONS = {
    "renew_before_days": 30,
    "confirm_purchase": SENTENCE,
    "dns_validation": True,
    "state": "present",
}
BY_DNS = {
    "dns_name": "shop.example",
    "type": "dns",
    "auto_validated": False,
    "cname_validation_name": "_abc.shop.example",
    "cname_validation_content": "abc.vendor.example",
}


class Api(FakeApi):
    """An API with the certificates of one name, and a zone for it."""

    def __init__(self, state_dir: Path) -> None:
        super().__init__(state_dir)
        self.lists = {ORDERS: [], CERTIFICATES: [], "/dns/shop.example/records": []}
        self.detail = {
            "id": 7,
            "common_name": "shop.example",
            "certificate_type": "standard",
            "validation_level": "domain_validated",
            "subject_alt_names": [{"type": "dns", "value": "shop.example"}],
            "validations": [BY_DNS],
        }
        self.certificate = {
            "sha1_fingerprint": FINGERPRINT,
            "common_name": "shop.example",
            "expires_after": "2026-10-09T00:00:00Z",
            "type": "standard",
            "validation_level": "domain_validated",
            "subject_alt_names": [{"type": "dns", "value": "shop.example"}],
        }
        #: The seconds from verification to issue; None: never.
        self.takes: float | None = 8.0
        self.verified_at: float | None = None
        self.on[f"POST {ORDERS}"] = lambda _body: self.order()
        self.on[f"PUT {REQUEST}"] = lambda _body: self.verify()
        self.task_warnings: list[str] = []
        self.csr = SigningRequest("PEM\n", "shop.example", ("shop.example",), (), "key")

    def order(self) -> Response:
        """Accept an order."""
        self.ongoing()
        return answer(201, Location=f"{BASE}{REQUEST}")

    def ongoing(self) -> None:
        """Let the request continue."""
        self.lists[ORDERS] = [self.detail]
        self.on[f"GET {REQUEST}"] = lambda _body: self.look()

    def verify(self) -> Response:
        """Note that the validations must be verified."""
        self.verified_at = self.now
        return answer(202)

    def look(self) -> Response:
        """Return the current state of the request."""
        if self.takes is None or self.verified_at is None or self.now < self.verified_at + self.takes:
            return answer(200, self.detail)
        self.issue()
        return answer(303, Location=f"{BASE}{CERTIFICATES}/{FINGERPRINT}")

    def issue(self) -> None:
        """Replace the request by the certificate."""
        self.lists[ORDERS] = []
        self.lists[CERTIFICATES] = [self.certificate]
        self.things[f"{CERTIFICATES}/{FINGERPRINT}"] = self.certificate

    def gone(self, status: int = 410) -> None:
        """End the request without a certificate."""
        self.lists[ORDERS] = []
        self.on[f"GET {REQUEST}"] = lambda _body: answer(status, {})

    def obtain(self, *, check_mode: bool = False, attributes: dict[str, str] | None = None, **params: Any) -> Issued:
        """Get the certificate."""
        self.sent.clear()
        task: Task = self.task(check_mode=check_mode, **{**OPTIONS, **params})
        wanted = Product("standard", "domain_validated", self.csr)
        client = self.client(read_only=check_mode)
        work = Issuance(
            task, client, wanted, attributes or {}, clock=self.clock, monotonic=self.clock, sleep=self.sleep
        )
        try:
            return work.obtain()
        finally:
            self.task_warnings = task.warnings

    def intent(self) -> Intent:
        return Journal(FileStorage(self.state_dir)).intent("https://api.example", f"POST {ORDERS}", SENTENCE, "print")

    def known(self) -> Intent | None:
        """Return the journal's entry of the order."""
        return Journal(FileStorage(self.state_dir)).read(self.intent())

    def noted(self, **properties: Any) -> None:
        """Write the entry of an earlier run into the journal."""
        Journal(FileStorage(self.state_dir), clock=self.clock).write(self.intent(), **properties)


@pytest.fixture
def api(tmp_path: Path) -> Api:
    return Api(tmp_path)


def fails(work: Callable[[], Any], kind: str) -> ToolkitError:
    with pytest.raises(ToolkitError) as caught:
        work()
    assert caught.value.kind == kind, caught.value
    return caught.value


def flags(issued: Issued) -> tuple[bool, bool, bool]:
    return issued.changed, issued.recovered, issued.ordered


def test_certificate_is_ordered_validated_verified_and_waited_for(api: Api) -> None:
    issued = api.obtain()
    assert issued.progress.certificate == api.certificate
    assert issued.progress.request is None
    assert flags(issued) == (True, False, True)
    assert issued.would_purchase is None
    assert api.writes() == [f"POST {ORDERS}", "POST /dns/shop.example/records", f"PUT {REQUEST}"]
    record = {"type": "CNAME", "record_name": "_abc", "ttl": 300, "content": "abc.vendor.example"}
    assert [body for method, _path, body in api.sent if method == "POST"][1] == record
    known = api.known()
    assert known is not None
    assert not known.is_open
    again = api.obtain()
    assert (again.progress.certificate, flags(again)) == (api.certificate, (False, False, False))
    assert api.writes() == []
    assert api.reads() == [CERTIFICATES, f"{CERTIFICATES}/{FINGERPRINT}"]


def test_attributes_are_part_of_the_order(api: Api) -> None:
    api.obtain(attributes={"OrganizationNumber": "0123456789"}, state="requested")
    (order,) = [body for method, path, body in api.sent if (method, path) == ("POST", ORDERS)]
    assert order["additional_validation_attributes"] == [{"name": "OrganizationNumber", "value": "0123456789"}]


def test_password_that_could_not_be_sent_is_refused_before_the_order(api: Api) -> None:
    fails(lambda: api.obtain(pfx_password="two words"), "invalid_option")
    assert api.writes() == []


def test_certificate_is_adopted_without_a_confirmation(api: Api) -> None:
    api.issue()
    issued = api.obtain(confirm_purchase=None)
    assert issued.progress.certificate == api.certificate
    assert flags(issued) == (False, False, False)
    assert api.known() is None


@pytest.mark.parametrize("check_mode", [True, False])
def test_certificate_of_an_order_that_was_left_open_is_recovered(api: Api, check_mode: bool) -> None:
    api.issue()
    api.noted()
    issued = api.obtain(check_mode=check_mode)
    assert flags(issued) == (False, True, False)
    known = api.known()
    assert known is not None
    assert known.is_open is check_mode
    assert api.obtain(check_mode=check_mode).recovered is check_mode


def test_certificate_that_shows_only_in_a_later_search_is_recovered_too(api: Api) -> None:
    """The first read, which may be shared, does not show it."""
    api.noted()
    answers = iter([[], [api.certificate], []])
    api.things[f"{CERTIFICATES}/{FINGERPRINT}"] = api.certificate
    api.on[f"GET {CERTIFICATES}"] = lambda _body: answer(200, next(answers))
    issued = api.obtain()
    assert issued.progress.certificate == api.certificate
    assert flags(issued) == (False, True, False)
    known = api.known()
    assert known is not None
    assert not known.is_open


def test_certificate_that_expires_too_soon_is_bought_again(api: Api) -> None:
    api.issue()
    assert api.obtain(check_mode=True, renew_before_days=364).ordered is False
    assert api.obtain(check_mode=True, renew_before_days=365).ordered is True


@pytest.mark.parametrize("given", [None, f"{SENTENCE} www.shop.example"])
def test_purchase_that_is_not_confirmed_sends_nothing(api: Api, given: str | None) -> None:
    error = fails(lambda: api.obtain(confirm_purchase=given), "purchase_not_confirmed")
    assert error.facts["would_purchase"] == SENTENCE
    assert api.writes() == []
    assert api.known() is None


def test_check_mode_predicts_the_purchase(api: Api) -> None:
    issued = api.obtain(check_mode=True, confirm_purchase=None)
    assert flags(issued) == (True, False, True)
    assert issued.would_purchase == SENTENCE
    assert (issued.progress.certificate, issued.progress.request) == (None, None)
    assert api.writes() == []
    assert api.known() is None


def test_missing_recommended_attributes_cause_a_warning_before_the_purchase(api: Api) -> None:
    api.csr = replace(api.csr, missing=("C", "ST"))
    api.obtain(check_mode=True)
    assert api.task_warnings == ["The signing request's subject lacks what the vendor asks for: C, ST."]
    api.issue()
    api.obtain()
    assert api.task_warnings == []


def test_order_only(api: Api) -> None:
    issued = api.obtain(state="requested")
    assert issued.progress.request == api.detail
    assert flags(issued) == (True, False, True)
    assert api.writes() == [f"POST {ORDERS}"]
    known = api.known()
    assert known is not None
    assert (known.is_open, known.location, known.verified) == (True, REQUEST, False)
    again = api.obtain(state="requested")
    assert (again.progress.request, flags(again)) == (api.detail, (False, False, False))
    assert api.writes() == []
    # The next run completes it.
    assert flags(api.obtain()) == (True, False, False)


@pytest.mark.parametrize("check_mode", [True, False])
def test_request_from_elsewhere_is_followed(api: Api, check_mode: bool) -> None:
    api.ongoing()
    issued = api.obtain(state="requested", confirm_purchase=None, check_mode=check_mode)
    assert (issued.progress.request, flags(issued)) == (api.detail, (False, False, False))
    known = api.known()
    if check_mode:
        assert known is None
    else:
        assert known is not None
        assert (known.location, known.answered, known.is_open) == (REQUEST, True, True)


@pytest.mark.parametrize("check_mode", [True, False])
def test_request_whose_order_was_never_answered_is_recovered_once(api: Api, check_mode: bool) -> None:
    api.ongoing()
    api.noted()
    assert flags(api.obtain(state="requested", check_mode=check_mode)) == (False, True, False)
    known = api.known()
    assert known is not None
    assert (known.answered, known.location) == ((False, None) if check_mode else (True, REQUEST))
    assert api.obtain(state="requested").recovered is check_mode


def test_check_mode_follows_no_request(api: Api) -> None:
    api.ongoing()
    issued = api.obtain(check_mode=True)
    assert (issued.progress.request, flags(issued)) == (api.detail, (False, False, False))
    assert api.writes() == []


def test_request_is_followed_although_the_journal_is_closed(api: Api) -> None:
    api.ongoing()
    api.noted(closed_at=1.0)
    assert flags(api.obtain(state="requested")) == (False, False, False)
    known = api.known()
    assert known is not None
    assert known.is_open


def test_bad_journal_is_warned_of_when_a_request_is_followed(api: Api) -> None:
    api.ongoing()
    Path(api.state_dir, "journal").touch()
    issued = api.obtain(state="requested")
    assert flags(issued) == (False, False, False)
    assert any("journal" in warning for warning in api.task_warnings)


def test_validations_that_the_api_cannot_do_end_the_run_that_ordered(api: Api) -> None:
    """They could not be in place yet, as they are known only now."""
    api.detail["validations"] = [{**BY_DNS, "type": "file"}]
    issued = api.obtain()
    assert (issued.progress.request, flags(issued)) == (api.detail, (True, False, True))
    assert api.writes() == [f"POST {ORDERS}"]
    # Now they may be in place.
    assert flags(api.obtain()) == (True, False, False)
    assert api.writes() == [f"PUT {REQUEST}"]


def test_validations_are_left_to_others_if_so_wished(api: Api) -> None:
    assert api.obtain(dns_validation=False).progress.request == api.detail
    assert api.writes() == [f"POST {ORDERS}"]
    assert api.obtain(dns_validation=False).progress.certificate == api.certificate
    assert api.writes() == [f"PUT {REQUEST}"]


def test_request_without_manual_steps_is_waited_for_by_the_ordering_run(api: Api) -> None:
    api.detail["validations"] = [{**BY_DNS, "auto_validated": True}]
    assert api.obtain(dns_validation=False).progress.certificate == api.certificate
    assert api.writes() == [f"POST {ORDERS}", f"PUT {REQUEST}"]


def test_what_was_written_for_an_adopted_request_is_a_change_and_does_not_end_the_run(api: Api) -> None:
    api.ongoing()
    api.detail["validations"] = [BY_DNS, {**BY_DNS, "type": "file"}]
    issued = api.obtain()
    assert issued.progress.certificate == api.certificate
    assert flags(issued) == (True, False, False)
    assert api.writes() == ["POST /dns/shop.example/records", f"PUT {REQUEST}"]


@pytest.mark.parametrize("wait", [True, False])
def test_verification_is_asked_for_once(api: Api, wait: bool) -> None:
    api.ongoing()
    api.noted(location=REQUEST, answered=True, verified=True)
    api.lists["/dns/shop.example/records"] = [
        {"id": "1-1", "type": "CNAME", "record_name": "_abc", "content": "ABC.vendor.example."}
    ]
    api.verified_at = api.now
    issued = api.obtain(wait=wait)
    assert api.writes() == []
    assert issued.changed is wait
    assert (issued.progress.certificate is not None) is wait


def test_verification_is_a_change_and_noted_even_without_waiting(api: Api) -> None:
    api.ongoing()
    api.lists["/dns/shop.example/records"] = [
        {"id": "1-1", "type": "CNAME", "record_name": "_abc", "content": "abc.vendor.example"}
    ]
    issued = api.obtain(wait=False)
    assert (issued.progress.request, flags(issued)) == (api.detail, (True, False, False))
    assert api.writes() == [f"PUT {REQUEST}"]
    known = api.known()
    assert known is not None
    assert known.verified
    assert flags(api.obtain(wait=False)) == (False, False, False)
    assert api.writes() == []


def test_lost_response_to_the_verification_is_not_noted(api: Api) -> None:
    api.ongoing()
    verify = api.on[f"PUT {REQUEST}"]
    api.on[f"PUT {REQUEST}"] = lambda _body: answer(500, {})
    assert fails(api.obtain, "certificate_timeout").facts["request"] == api.detail
    assert api.writes().count(f"PUT {REQUEST}") == 1
    known = api.known()
    assert known is not None
    assert not known.verified
    api.on[f"PUT {REQUEST}"] = verify
    assert api.obtain().progress.certificate == api.certificate


def test_verification_may_be_answered_with_the_certificate(api: Api) -> None:
    api.ongoing()
    api.issue()
    api.lists[ORDERS], api.lists[CERTIFICATES] = [api.detail], []
    api.on[f"PUT {REQUEST}"] = lambda _body: answer(303, Location=f"{BASE}{CERTIFICATES}/{FINGERPRINT}")
    start = api.now
    issued = api.obtain(wait=False)
    assert (issued.progress.certificate, issued.progress.request) == (api.certificate, None)
    assert (issued.changed, api.now) == (True, start)
    known = api.known()
    assert known is not None
    assert not known.is_open


@pytest.mark.parametrize("status", [404, 410])
def test_verification_of_a_request_that_is_gone(api: Api, status: int) -> None:
    api.ongoing()
    api.on[f"PUT {REQUEST}"] = lambda _body: answer(status, {})
    fails(api.obtain, "certificate_request_gone")
    known = api.known()
    assert known is not None
    assert known.gone


def test_wait_is_bounded_and_reported(api: Api) -> None:
    api.takes = None
    start = api.now
    error = fails(api.obtain, "certificate_timeout")
    assert 95 <= api.now - start <= 100
    assert error.facts == {"request": api.detail, "validations": [BY_DNS]}
    assert "request 7 is still ongoing" in error.message
    assert "(100 s)" in error.message
    looks = api.reads().count(REQUEST)
    # With pauses that grow from one second to five.
    assert 20 <= looks <= 26
    known = api.known()
    assert known is not None
    assert (known.is_open, known.verified) == (True, True)


def test_order_that_ends_without_a_certificate_is_noted_and_not_repeated(api: Api) -> None:
    api.obtain(state="requested")
    api.gone()
    fails(api.obtain, "certificate_request_gone")
    known = api.known()
    assert known is not None
    assert (known.gone, known.is_open) == (True, True)
    fails(api.obtain, "order_ended")
    assert api.writes() == []
    resent = api.obtain(on_doubt="resend", state="requested")
    assert flags(resent) == (True, False, True)
    assert api.writes() == [f"POST {ORDERS}"]


def test_request_that_goes_while_it_is_waited_for_is_noted(api: Api) -> None:
    sleep = api.sleep

    def and_go(seconds: float) -> None:
        api.gone(404)
        sleep(seconds)

    api.sleep = and_go  # type: ignore[method-assign]
    fails(api.obtain, "certificate_request_gone")
    known = api.known()
    assert known is not None
    assert known.gone


def test_certificate_without_all_names_is_noted_and_not_bought_again(api: Api) -> None:
    api.csr = SigningRequest("PEM\n", "shop.example", ("shop.example", "www.shop.example"), (), "key")
    api.detail["subject_alt_names"] = [{"type": "dns", "value": name} for name in api.csr.names]
    sentence = f"{SENTENCE} www.shop.example"
    error = fails(lambda: api.obtain(confirm_purchase=sentence), "names_not_covered")
    assert error.facts["certificate"] == api.certificate
    fails(lambda: api.obtain(confirm_purchase=sentence), "order_ended")
    assert api.writes() == []


def test_followed_order_of_something_else_is_reported_and_stays_open(api: Api) -> None:
    api.detail["validation_level"] = "extended_validated"
    for _run in range(2):
        fails(api.obtain, "certificate_mismatch")
    assert api.writes() == []
    known = api.known()
    assert known is not None
    assert (known.is_open, known.gone) == (True, False)


def test_lost_response_to_the_order_is_recovered_and_followed(api: Api) -> None:
    def lost(_body: Any) -> Response:
        api.ongoing()
        return answer(500, {})

    api.on[f"POST {ORDERS}"] = lost
    issued = api.obtain()
    assert issued.progress.certificate == api.certificate
    assert flags(issued) == (True, True, True)
    assert api.writes().count(f"POST {ORDERS}") == 1


def test_lost_order_that_does_not_show_is_not_resent(api: Api) -> None:
    api.on[f"POST {ORDERS}"] = lambda _body: answer(500, {})
    for _run in range(2):
        fails(api.obtain, "outcome_unknown")
    assert api.writes() == []


@pytest.mark.parametrize("validations", [None, {}, ["dns"], 7])
def test_unreadable_validations_are_not_mistaken_for_none(api: Api, validations: Any) -> None:
    api.ongoing()
    api.detail["validations"] = validations
    fails(api.obtain, "protocol")
    assert api.writes() == []


def test_order_is_not_waited_for_without_wait(api: Api) -> None:
    """Accepted without a location, and not visible: success without a request, and the next run searches."""
    api.on[f"POST {ORDERS}"] = lambda _body: answer(201)
    issued = api.obtain(wait=False)
    assert (issued.progress.request, issued.progress.certificate) == (None, None)
    assert flags(issued) == (True, False, True)
    again = api.obtain(wait=False)
    assert flags(again) == (False, True, False)
    assert api.writes() == []
