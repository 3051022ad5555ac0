# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An order is sent once, whatever its outcome."""

from __future__ import annotations

import itertools
import os
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import Job
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order import Order, Placed
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Orders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    ConnectionFailed,
    OutcomeUnknown,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Contradiction, Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

THING = {"id": 1}
ABSENT = Evidence().absent("account example.com")
JOB = "/provisioningjobs/0ca5"
PARAMS: dict[str, Any] = {
    "wait": True,
    "wait_timeout": 100.0,
    "poll_min": 1.0,
    "poll_max": 5.0,
    "on_job_failure": "fail",
    "on_doubt": "fail",
    "settle_time": 30.0,
}
UNKNOWN = OutcomeUnknown("POST /v2/accounts", "the outcome is unknown. It was cut.")


class Shop:
    """An API with one collection, with a clock that only waiting advances."""

    def __init__(self, state_dir: Path) -> None:
        self.now = 1_760_000_000.0
        #: The offset of a clock change, which must not affect waiting.
        self.step = 0.0
        self.state_dir, self.api_url, self.key_fingerprint = str(state_dir), "https://api.example", "print"
        self.rest = SimpleNamespace(location_path=lambda answer: answer.headers.get("Location"), request=self.request)
        self.evidence = Evidence(settle_time=PARAMS["settle_time"], clock=lambda: self.now, sleep=self.sleep)
        self.state_dir_group = False
        self.warnings: list[str] = []
        self.posts: list[dict[str, Any]] = []
        self.fresh: list[bool] = []
        self.looks = 0
        #: Whether the API's responses prove nothing.
        self.unproven = False
        #: Whether they contradict each other.
        self.contradicts = False
        #: The error of searches after something was sent.
        self.failure: ToolkitError | None = None
        #: The effect of a POST.
        self.outcome: Callable[[], Response] = lambda: self.accepted(JOB)
        #: The time from which the thing is visible; None: never.
        self.visible_at: float | None = None
        #: The consecutive states of a job; the last one is final.
        self.states = [(201, '{"resource_links": []}')]

    @property
    def storage(self) -> FileStorage:
        """What outlives a task."""
        return FileStorage(self.state_dir, trusted_to_group=("", "journal") if self.state_dir_group else ())

    def accepted(self, location: str | None) -> Response:
        return Response(202, "", {"Location": location} if location else {}, b"")

    def makes(self) -> Response:
        """Accept an order whose thing is visible a little later."""
        self.visible_at = self.now + 5
        return self.accepted(JOB)

    def post(self, path: str, body: dict[str, Any], *, fresh: bool) -> Response:
        assert path == "/accounts"
        self.posts.append(body)
        self.fresh.append(fresh)
        # Must survive a kill at this point.
        assert Journal(self.storage).read(self.intent()) is not None
        return self.outcome()

    def request(self, method: str, path: str, **_options: Any) -> Response:
        assert (method, path) == ("GET", "/provisioningjobs/0ca5")
        status, text = self.states.pop(0) if len(self.states) > 1 else self.states[0]
        return Response(status, "", {}, text.encode())

    def find(self) -> dict[str, Any] | Absence:
        self.looks += 1
        if self.failure and self.posts:
            raising(self.failure)()
        if self.contradicts:
            return self.evidence.agreed(self.contradict)
        if self.unproven:
            raise Unproven("account example.com", "identifier of an item is null")
        return THING if self.visible_at is not None and self.now >= self.visible_at else ABSENT

    def contradict(self) -> dict[str, Any]:
        raise Contradiction("account example.com", "the list has it, and its detail is missing")

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def order(self, **more: Any) -> Order:
        return Order(
            "/accounts", "example.com", "account example.com", {"identifier": "example.com"}, self.find, **more
        )

    def orders(self, **params: Any) -> Orders:
        return Orders(
            self,  # type: ignore[arg-type]
            {**PARAMS, **params},
            warn=self.warnings.append,
            clock=lambda: self.now + self.step,
            monotonic=lambda: self.now,
            sleep=self.sleep,
        )

    def intent(self) -> Intent:
        return Journal(self.storage).intent(self.api_url, "POST /accounts", "example.com", "print")

    def known(self) -> Intent:
        found = Journal(self.storage).read(self.intent())
        assert found is not None
        return found

    def noted(self, **properties: Any) -> None:
        """Write the entry of an earlier run into the journal."""
        journal = Journal(self.storage, clock=lambda: self.now + self.step)
        journal.write(journal.intent(self.api_url, "POST /accounts", "example.com", "old key"), **properties)


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def fails(work: Callable[[], Any], kind: str) -> ToolkitError:
    with pytest.raises(ToolkitError) as caught:
        work()
    assert caught.value.kind == kind
    return caught.value


def raising(error: Exception) -> Callable[[], Response]:
    def outcome() -> Response:
        raise error

    return outcome


def test_order_is_followed_to_the_thing(shop: Shop) -> None:
    shop.visible_at = shop.now
    placed = shop.orders().place(shop.order(), ABSENT)
    assert (placed.item, placed.changed, placed.recovered) == (THING, True, False)
    assert placed.job is not None
    assert placed.job.status == "finished"
    assert (shop.posts, shop.fresh) == ([{"identifier": "example.com"}], [True])
    assert not shop.known().is_open
    assert shop.known().location == JOB


def test_order_says_when_to_poll_its_job_first(shop: Shop) -> None:
    """``Retry-After`` of a 202 is a hint and no rate limit; a resumed order has waited already."""
    start = shop.visible_at = shop.now
    shop.outcome = lambda: Response(202, "", {"Location": JOB, "Retry-After": "4"}, b"")
    shop.orders().place(shop.order(), ABSENT)
    assert shop.now == start + 4
    shop.visible_at = None
    shop.noted(location=JOB, answered=True)
    shop.orders(settle_time=0.0).place(shop.order(from_links=lambda _links: THING), ABSENT)
    assert shop.now == start + 4


def test_links_of_the_job_spare_the_look(shop: Shop) -> None:
    shop.states = [(201, '{"resource_links": ["/v2/accounts/1"]}')]
    placed = shop.orders().place(shop.order(from_links=lambda links: {"links": links}), ABSENT)
    assert placed.item == {"links": ("/v2/accounts/1",)}
    assert shop.looks == 0


def test_thing_that_shows_late_is_waited_for(shop: Shop) -> None:
    shop.visible_at = shop.now + 20
    assert shop.orders().place(shop.order(), ABSENT).item == THING


def test_thing_that_never_shows_stays_open(shop: Shop) -> None:
    error = fails(lambda: shop.orders().place(shop.order(), ABSENT), "not_visible")
    assert error.facts["job"]["id"] == "0ca5"
    assert shop.known().is_open
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "not_visible")
    assert len(shop.posts) == 1


def test_response_without_a_location_is_followed_by_the_natural_key(shop: Shop) -> None:
    shop.outcome = lambda: shop.accepted(None)
    shop.visible_at = shop.now + 50
    placed = shop.orders().place(shop.order(), ABSENT)
    assert (placed.item, placed.job) == (THING, None)
    assert not shop.known().is_open


def test_location_of_the_thing_itself_is_read(shop: Shop) -> None:
    shop.outcome = lambda: shop.accepted("/requests/7")
    placed = shop.orders().place(shop.order(from_location=lambda path: {"path": path}, ends_when_made=False), ABSENT)
    assert placed.item == {"path": "/requests/7"}
    assert shop.known().is_open


def test_does_not_wait_without_wait(shop: Shop) -> None:
    shop.states = [(200, '{"status": "ongoing"}')]
    placed = shop.orders(wait=False).place(shop.order(), ABSENT)
    assert placed.item is None
    assert placed.as_result()["job"]["status"] == "ongoing"
    assert (placed.changed, placed.recovered, shop.looks) == (True, False, 0)
    assert shop.known().is_open
    again = shop.orders(wait=False).place(shop.order(), ABSENT)
    assert (again.changed, again.recovered) == (False, True)
    assert len(shop.posts) == 1


def test_finished_order_that_does_not_show_is_searched_once_without_waiting(shop: Shop) -> None:
    start = shop.now
    placed = shop.orders(wait=False).place(shop.order(), ABSENT)
    assert (placed.item, placed.changed, placed.recovered) == (None, True, False)
    assert placed.job is not None
    assert placed.job.status == "finished"
    assert (shop.looks, shop.now) == (1, start)
    again = shop.orders(wait=False).place(shop.order(), ABSENT)
    assert (again.item, again.changed, again.recovered) == (None, False, True)


def test_job_that_the_api_does_not_know_counts_as_ongoing_without_waiting(shop: Shop) -> None:
    shop.states = [(404, "")]
    placed = shop.orders(wait=False).place(shop.order(), ABSENT)
    assert placed.job is not None
    assert (placed.item, placed.job.id, placed.job.status) == (None, "0ca5", "ongoing")
    assert shop.known().is_open


def test_order_accepted_without_a_location_is_followed_by_the_next_run(shop: Shop) -> None:
    """A run was killed after the response: the order is certainly accepted."""
    shop.outcome = lambda: shop.accepted(None)
    assert shop.orders(wait=False).place(shop.order(), ABSENT).item is None
    again = shop.orders(wait=False).place(shop.order(), ABSENT)
    assert (again.item, again.changed, again.recovered) == (None, False, True)
    # Longer than the search for an order whose response was lost.
    shop.visible_at = shop.now + 60
    placed = shop.orders().place(shop.order(), ABSENT)
    assert (placed.item, placed.changed, placed.recovered) == (THING, True, True)
    assert len(shop.posts) == 1


def test_order_without_a_job_that_never_shows_is_reported_without_one(shop: Shop) -> None:
    shop.outcome = lambda: shop.accepted(None)
    start = shop.now
    error = fails(lambda: shop.orders().place(shop.order(), ABSENT), "not_visible")
    assert error.facts["job"] is None
    assert 95 <= shop.now - start <= 100


@pytest.mark.parametrize(("location", "read"), [("/elsewhere/7", False), (None, True)])
def test_thing_without_a_readable_location_is_searched(shop: Shop, location: str | None, read: bool) -> None:
    def never(path: str) -> None:
        raise AssertionError(path)

    shop.outcome, shop.visible_at = (lambda: shop.accepted(location)), shop.now + 5
    placed = shop.orders().place(shop.order(from_location=never if read else None), ABSENT)
    assert placed.item == THING


def test_thing_of_an_order_that_has_long_ended_is_neither_changed_nor_recovered(shop: Shop) -> None:
    shop.noted(closed_at=1.0)
    shop.visible_at = shop.now
    placed = shop.orders().place(shop.order(), ABSENT)
    assert (placed.item, placed.changed, placed.recovered) == (THING, False, False)
    assert shop.orders().settle(Task({}, False), "/accounts", "example.com") is False


def test_result_reports_the_state_of_the_order(shop: Shop) -> None:
    assert Placed(THING, Job("0ca5", "finished"), changed=False, recovered=True).as_result() == {
        "changed": False,
        "recovered": True,
        "job": {"id": "0ca5", "status": "finished", "estimate": None, "resource_links": []},
    }
    assert Placed(THING).as_result() == {"changed": True, "recovered": False, "job": None}


@pytest.mark.parametrize("seconds", [-1.0, float("nan"), float("inf")])
def test_settle_time_that_is_none_is_refused(shop: Shop, seconds: float) -> None:
    assert "settle_time" in str(fails(lambda: shop.orders(settle_time=seconds), "invalid_option"))


def test_thing_is_found_and_adopted_after_a_lost_response(shop: Shop) -> None:
    shop.outcome, shop.visible_at = raising(UNKNOWN), shop.now + 10
    placed = shop.orders().place(shop.order(), ABSENT)
    assert (placed.item, placed.changed, placed.recovered) == (THING, True, True)
    assert not shop.known().is_open
    assert len(shop.posts) == 1


def test_lost_response_without_a_visible_thing_is_reported_and_never_resent(shop: Shop) -> None:
    shop.outcome = raising(UNKNOWN)
    start = shop.now
    error = fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown")
    assert 25 <= shop.now - start <= 30
    assert "POST /accounts was sent at 2025-10-09T08:53:20Z" in str(error)
    assert "on_doubt: resend" in error.hint
    assert shop.known().is_open
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown")
    assert len(shop.posts) == 1
    shop.outcome = shop.makes
    assert shop.orders(on_doubt="resend").place(shop.order(), ABSENT).recovered is False
    assert len(shop.posts) == 2


def test_open_order_of_a_killed_run_is_looked_for_within_its_settle_time(shop: Shop) -> None:
    shop.noted()
    shop.visible_at = shop.now + 20
    placed = shop.orders().place(shop.order(), ABSENT)
    assert (placed.item, placed.recovered, placed.changed) == (THING, True, True)
    assert shop.posts == []


@pytest.mark.parametrize("step", [-3600.0, 3600.0])
def test_a_clock_change_during_the_search_for_a_lost_order_changes_nothing(shop: Shop, step: float) -> None:
    def lost() -> Response:
        shop.step = step
        raise UNKNOWN

    shop.outcome = lost
    start = shop.now
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown")
    assert 25 <= shop.now - start <= 30
    assert shop.looks <= 12


@pytest.mark.parametrize("step", [-3600.0, 3600.0])
def test_a_clock_change_during_the_search_for_a_finished_order_changes_nothing(shop: Shop, step: float) -> None:
    def accepted() -> Response:
        shop.step = step
        return shop.accepted(JOB)

    shop.outcome = accepted
    start = shop.now
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "not_visible")
    assert 25 <= shop.now - start <= 30
    assert shop.looks <= 12


@pytest.mark.parametrize(
    ("step", "longest"), [(-3600.0, 30), (0.0, 30), (10.0, 20), (3600.0, 0)], ids=["back", "kept", "later", "forward"]
)
def test_open_order_of_the_past_and_of_the_future_is_looked_for_within_the_settle_time(
    shop: Shop, step: float, longest: float
) -> None:
    """A time in the future counts as now."""
    shop.noted()
    shop.step, start = step, shop.now
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown")
    assert longest - 5 <= shop.now - start <= longest
    # The first search is for a known order, the second one for an open one.
    assert 2 <= shop.looks <= 13
    assert shop.posts == []


def test_open_order_with_a_response_is_followed(shop: Shop) -> None:
    shop.noted(location=JOB, answered=True)
    shop.states = [(200, '{"status": "ongoing"}'), (201, '{"resource_links": []}')]
    shop.visible_at = shop.now + 1
    placed = shop.orders().place(shop.order(), ABSENT)
    assert (placed.item, placed.recovered, placed.changed) == (THING, True, True)
    assert shop.posts == []


def test_open_order_whose_thing_is_there_is_closed(shop: Shop) -> None:
    shop.noted()
    shop.visible_at = shop.now
    placed = shop.orders().place(shop.order(), ABSENT)
    assert (placed.item, placed.recovered, placed.changed) == (THING, True, False)
    assert not shop.known().is_open


def test_closed_order_does_not_stop_a_new_one(shop: Shop) -> None:
    shop.noted(closed_at=1.0)
    shop.outcome = lambda: shop.accepted(None)
    shop.visible_at = shop.now + 5
    assert shop.orders().place(shop.order(), ABSENT).recovered is False
    assert len(shop.posts) == 1


def test_failed_job_forbids_to_order_again(shop: Shop) -> None:
    shop.states = [(200, '{"status": "failed"}')]
    for _run in range(3):
        fails(lambda: shop.orders(on_doubt="resend").place(shop.order(), ABSENT), "provisioning_failed")
    assert shop.known().is_open
    shop.states, shop.visible_at = [(201, "{}")], shop.now
    assert shop.orders().place(shop.order(), ABSENT).recovered
    assert len(shop.posts) == 1


def test_cancelled_job_fails_and_only_the_next_run_orders_again(shop: Shop) -> None:
    shop.states = [(200, '{"status": "cancelled"}')]
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "provisioning_cancelled")
    assert len(shop.posts) == 1
    assert not shop.known().is_open
    shop.states, shop.outcome = [(201, "{}")], shop.makes
    assert shop.orders().place(shop.order(), ABSENT).item == THING
    assert len(shop.posts) == 2


def test_earlier_order_that_was_cancelled_fails_and_only_the_next_run_orders_again(shop: Shop) -> None:
    """The same behavior, whichever run detects it."""
    shop.noted(location=JOB, answered=True)
    shop.states = [(200, '{"status": "cancelled"}')]
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "provisioning_cancelled")
    assert (shop.posts, shop.known().is_open) == ([], False)
    shop.states, shop.outcome = [(201, "{}")], shop.makes
    placed = shop.orders().place(shop.order(), ABSENT)
    assert (placed.item, placed.recovered) == (THING, False)
    assert len(shop.posts) == 1


def test_timeout_leaves_the_order_open(shop: Shop) -> None:
    shop.states = [(200, '{"status": "ongoing"}')]
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "job_timeout")
    assert shop.known().is_open


def test_order_that_ended_without_its_thing_is_not_repeated_unasked(shop: Shop) -> None:
    shop.noted(location=JOB, answered=True, gone=True)
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "order_ended")
    assert shop.posts == []
    shop.outcome = shop.makes
    assert shop.orders(on_doubt="resend").place(shop.order(), ABSENT).item == THING
    assert len(shop.posts) == 1
    assert not shop.known().gone


@pytest.mark.parametrize("left", [{}, {"location": JOB, "answered": True, "gone": True}], ids=["unknown", "ended"])
def test_order_repeated_on_request_is_sent_exactly_once_again(shop: Shop, left: dict[str, Any]) -> None:
    shop.noted(**left, resend=True)
    shop.outcome = raising(UNKNOWN)
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown")
    assert len(shop.posts) == 1
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown")
    assert len(shop.posts) == 1


def test_order_that_a_person_wants_again_is_adopted_if_it_shows_after_all(shop: Shop) -> None:
    shop.noted(resend=True)
    shop.visible_at = shop.now + 5
    assert shop.orders().place(shop.order(), ABSENT).recovered
    assert shop.posts == []
    assert not shop.known().is_open


def test_errors_name_the_entry_that_can_be_settled(shop: Shop) -> None:
    shop.noted()
    error = fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown")
    assert f"reseller_journal with id: {shop.intent().id}" in error.hint
    shop.noted(gone=True)
    error = fails(lambda: shop.orders().place(shop.order(), ABSENT), "order_ended")
    assert f"reseller_journal with id: {shop.intent().id}" in error.hint


@pytest.mark.parametrize("status", [401, 403, 429])
def test_refusal_that_says_nothing_of_the_thing_needs_no_look(shop: Shop, status: int) -> None:
    shop.outcome = raising(ApiError("refused", "POST /v2/accounts", "no.", status=status))
    shop.visible_at = shop.now
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "refused")
    assert shop.looks == 0
    assert not shop.known().is_open


@pytest.mark.parametrize("status", [400, 404, 409, 422])
@pytest.mark.parametrize("there", [True, False])
def test_refusal_closes_the_intent_after_one_look(shop: Shop, status: int, there: bool) -> None:
    shop.outcome = raising(ApiError("refused", "POST /v2/accounts", "no.", status=status))
    shop.visible_at = shop.now if there else None
    if there:
        placed = shop.orders().place(shop.order(), ABSENT)
        assert (placed.item, placed.changed, placed.recovered) == (THING, False, True)
    else:
        fails(lambda: shop.orders().place(shop.order(), ABSENT), "refused")
    assert shop.looks == 1
    assert not shop.known().is_open


def test_order_that_did_not_leave_closes_the_intent(shop: Shop) -> None:
    shop.outcome = raising(ConnectionFailed("connection", "POST /v2/accounts", "no.", permanent=False))
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "connection")
    assert not shop.known().is_open
    assert shop.looks == 0


def test_unusable_journal_orders_nothing(shop: Shop) -> None:
    (Path(shop.state_dir) / "journal").touch()
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "journal_unusable")
    assert shop.posts == []


def test_journal_of_another_format_orders_nothing(shop: Shop) -> None:
    shop.noted()
    (file,) = Path(shop.state_dir, "journal").glob("*.json")
    file.write_text('{"format": 99}')
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "journal_unusable")
    assert shop.posts == []


def full_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_args: Any, **_options: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileStorage, "put", full)


def then_the_disk_is_full(outcome: Callable[[], Response], monkeypatch: pytest.MonkeyPatch) -> Callable[[], Response]:
    """The disk is full after the order was sent."""

    def sent() -> Response:
        full_disk(monkeypatch)
        return outcome()

    return sent


@pytest.mark.parametrize("location", [JOB, "/accounts/7", None])
def test_accepted_order_that_cannot_be_noted_is_reported_with_its_job(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, location: str | None
) -> None:
    shop.outcome = then_the_disk_is_full(lambda: shop.accepted(location), monkeypatch)
    error = fails(lambda: shop.orders().place(shop.order(), ABSENT), "journal_unusable")
    assert "The order of account example.com was accepted" in str(error)
    assert (location or "") in str(error) and "No space left" in str(error)
    assert "nothing was ordered" not in str(error) and "or name another" not in str(error)
    result = error.as_result()
    assert (result["changed"], result["location"]) == (True, location)
    assert (result["job"] or {}).get("id") == ("0ca5" if location == JOB else None)
    assert shop.known().is_open
    monkeypatch.undo()
    # With free space the open order is found, and nothing is sent.
    shop.visible_at = shop.now + 3
    assert shop.orders().place(shop.order(), ABSENT).recovered
    assert len(shop.posts) == 1


def test_order_that_is_found_and_cannot_be_closed_is_warned_of(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.visible_at = shop.now + 3
    shop.outcome = then_the_disk_is_full(raising(UNKNOWN), monkeypatch)
    placed = shop.orders().place(shop.order(), ABSENT)
    assert (placed.item, placed.recovered) == (THING, True)
    (warning,) = shop.warnings
    assert "POST /accounts for example.com stays noted as open" in warning and "No space left" in warning
    monkeypatch.undo()
    assert shop.known().is_open
    assert shop.orders().settle(Task({}, False), "/accounts", "example.com")
    assert not shop.known().is_open


@pytest.mark.parametrize(
    "error",
    [
        ConnectionFailed("connection", "POST /v2/accounts", "no.", permanent=False),
        ApiError("refused", "POST /v2/accounts", "no.", status=401),
    ],
    ids=["connection", "refused"],
)
def test_refusal_that_cannot_be_noted_is_reported_unchanged(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: ApiError
) -> None:
    shop.outcome = then_the_disk_is_full(raising(error), monkeypatch)
    assert fails(lambda: shop.orders().place(shop.order(), ABSENT), error.kind) is error
    assert len(shop.warnings) == 1 and "stays noted as open" in shop.warnings[0]


def test_settling_that_cannot_be_noted_is_warned_of(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.noted()
    full_disk(monkeypatch)
    task = Task({}, False)
    assert shop.orders().settle(task, "/accounts", "example.com") is True
    assert len(task.warnings) == 1 and "stays noted as open" in task.warnings[0]


def test_notes_of_an_open_order_are_kept(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    orders = shop.orders()
    orders.note("/accounts", "example.com", verified=True)
    assert not list(Path(shop.state_dir).iterdir())
    shop.noted(answered=True)
    orders.note("/accounts", "example.com", verified=True)
    assert shop.known().verified and shop.known().answered
    full_disk(monkeypatch)
    orders.note("/accounts", "example.com", gone=True)
    assert not shop.known().gone
    assert len(shop.warnings) == 1 and shop.warnings[0].startswith("gone can't be noted.")
    monkeypatch.undo()
    shop.noted(closed_at=1.0)
    orders.note("/accounts", "example.com", gone=True)
    assert not shop.known().gone


def test_journal_that_the_group_can_change_orders_nothing_unless_it_is_trusted(shop: Shop) -> None:
    Path(shop.state_dir).chmod(0o770)
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "journal_unusable")
    assert shop.posts == []
    shop.state_dir_group, shop.visible_at = True, shop.now
    assert shop.orders().place(shop.order(), ABSENT).item == THING


def test_order_under_another_spelling_of_the_address_is_the_same(shop: Shop) -> None:
    shop.api_url = "https://api.example:443"
    shop.noted()
    shop.api_url = "https://api.example"
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown")
    assert shop.posts == []
    shop.visible_at = shop.now
    assert shop.orders().place(shop.order(), ABSENT).recovered
    assert len(list(Path(shop.state_dir, "journal").glob("*.json"))) == 1
    assert not shop.known().is_open


def test_order_of_another_process_is_waited_for(shop: Shop) -> None:
    with Journal(shop.storage).lock(shop.intent(), timeout=0):
        fails(
            lambda: shop.orders(wait_timeout=0.01, poll_max=0.01, poll_min=0.01).place(shop.order(), ABSENT), "locked"
        )
    assert shop.posts == []


@pytest.mark.parametrize(
    "times",
    [
        {"wait": True, "wait_timeout": 0.3, "poll_max": 0.01, "poll_min": 0.01, "settle_time": 60.0},
        {"wait": False, "wait_timeout": 60.0, "settle_time": 0.3},
    ],
    ids=["waiting", "not waiting"],
)
def test_other_process_is_waited_for_as_long_as_for_what_it_does(
    shop: Shop, times: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = itertools.count()
    # A clock that continues by 0.1 s at each look.
    monkeypatch.setattr(time, "monotonic", lambda: next(looks) / 10)
    with Journal(shop.storage).lock(shop.intent(), timeout=0):
        began = next(looks)
        fails(lambda: shop.orders(**times).place(shop.order(), ABSENT), "locked")
    assert 3 <= next(looks) - began <= 10


def test_journal_holds_nothing_of_the_order(shop: Shop) -> None:
    shop.visible_at = shop.now
    order = shop.order()
    order.body["ftp_password"] = "Hidden71secret"
    shop.orders().place(order, ABSENT)
    assert all("Hidden71secret" not in file.read_text() for file in Path(shop.state_dir, "journal").iterdir())


@pytest.mark.parametrize("check_mode", [True, False])
def test_settling_closes_an_open_intent_but_not_in_check_mode(shop: Shop, check_mode: bool) -> None:
    task = Task({}, check_mode)
    assert shop.orders().settle(task, "/accounts", "example.com") is False
    shop.noted()
    assert shop.orders().settle(task, "/accounts", "example.com") is True
    assert shop.known().is_open == check_mode
    assert task.warnings == []


def test_settling_leaves_it_to_a_process_that_holds_the_lock(shop: Shop) -> None:
    shop.noted()
    task = Task({}, False)
    with Journal(shop.storage).lock(shop.intent(), timeout=0):
        assert shop.orders().settle(task, "/accounts", "example.com") is False
    assert task.warnings == []


def test_settling_warns_of_a_bad_journal(shop: Shop) -> None:
    (Path(shop.state_dir) / "journal").touch()
    task = Task({}, False)
    assert shop.orders().settle(task, "/accounts", "example.com") is False
    assert "journal" in task.warnings[0]


def test_order_without_proof_of_absence_is_a_bug_and_not_sent(shop: Shop) -> None:
    for proof in (None, THING):
        with pytest.raises(TypeError):
            shop.orders().place(shop.order(), proof)  # type: ignore[arg-type]
    assert (shop.posts, shop.looks) == ([], 0)


def test_unproven_absence_after_a_lost_response_is_a_doubt(shop: Shop) -> None:
    shop.outcome = raising(UNKNOWN)
    shop.unproven = True
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown")
    assert shop.known().is_open


def test_open_order_is_not_resent_where_its_absence_is_unproven(shop: Shop) -> None:
    shop.noted()
    shop.unproven = True
    fails(lambda: shop.orders(on_doubt="resend").place(shop.order(), ABSENT), "unproven")
    assert shop.posts == []


def test_order_is_not_resent_when_its_absence_became_unproven_while_looking(shop: Shop) -> None:
    shop.noted()
    sleep = shop.sleep

    def turn(seconds: float) -> None:
        shop.unproven = True
        sleep(seconds)

    shop.sleep = turn  # type: ignore[method-assign]
    fails(lambda: shop.orders(on_doubt="resend").place(shop.order(), ABSENT), "unproven")
    assert shop.posts == []


@pytest.mark.parametrize("way", ["job", "lost", "exists", "left open"])
def test_thing_is_compared_with_the_desired_one_however_it_was_found(shop: Shop, way: str) -> None:
    shop.outcome = {
        "job": shop.makes,
        "lost": raising(UNKNOWN),
        "exists": raising(ApiError("refused", "POST /v2/accounts", "exists", status=400)),
        "left open": shop.makes,
    }[way]
    shop.visible_at = shop.now
    if way == "left open":
        shop.noted()

    def differs(item: dict[str, Any]) -> None:
        raise ToolkitError("servicepack_mismatch", f"not {item}")

    fails(lambda: shop.orders().place(shop.order(compare=differs), ABSENT), "servicepack_mismatch")
    assert not shop.known().is_open
    assert len(shop.posts) == (0 if way == "left open" else 1)


@pytest.mark.parametrize("way", ["job", "lost", "exists", "left open", "adopted"])
def test_found_object_is_compared(shop: Shop, way: str) -> None:
    shop.outcome = {
        "lost": raising(UNKNOWN),
        "exists": raising(ApiError("refused", "POST /v2/accounts", "exists", status=400)),
    }.get(way, shop.makes)
    shop.visible_at = shop.now
    if way in {"left open", "adopted"}:
        shop.noted(closed_at=1.0 if way == "adopted" else None)
    if way == "left open":
        # Not at the first poll, but soon.
        shop.visible_at = shop.now + 3
    compared: list[Any] = []
    placed = shop.orders().place(shop.order(compare=compared.append), ABSENT)
    assert placed.item == THING
    assert compared == [THING]


def test_only_what_this_run_ordered_is_its_own(shop: Shop) -> None:
    shop.outcome = shop.makes
    assert shop.orders().place(shop.order(), ABSENT).is_own
    shop.noted()
    assert not shop.orders().place(shop.order(), ABSENT).is_own


def test_order_without_waiting_does_not_wait_for_contradictions_either(shop: Shop) -> None:
    shop.outcome, shop.contradicts, start = lambda: shop.accepted(None), True, shop.now
    placed = shop.orders(wait=False).place(shop.order(), ABSENT)
    assert (placed.item, placed.changed, shop.now) == (None, True, start)
    assert shop.known().is_open


def test_contradictions_do_not_draw_out_the_look_for_a_lost_order(shop: Shop) -> None:
    shop.outcome, shop.contradicts, start = raising(UNKNOWN), True, shop.now
    error = fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown")
    assert shop.now - start <= 30
    assert "its detail is missing" in error.message
    # A search before which nothing was sent takes its full time again.
    start = shop.now
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "unproven")
    assert shop.now - start > 10


NO_LOOK = ApiError("connection", "GET /v2/accounts", "the network is gone.")


def test_look_that_fails_after_a_lost_response_does_not_hide_the_doubt(shop: Shop) -> None:
    shop.outcome, shop.failure = raising(UNKNOWN), NO_LOOK
    error = fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown")
    assert "the network is gone" in error.message
    assert "does not show it" not in error.message
    assert shop.known().is_open
    shop.failure = None
    assert (
        "The API does not show it"
        in fails(lambda: shop.orders().place(shop.order(), ABSENT), "outcome_unknown").message
    )


def test_poll_that_fails_for_a_while_continues(shop: Shop) -> None:
    shop.outcome, shop.failure = raising(UNKNOWN), NO_LOOK
    sleep = shop.sleep

    def mend(seconds: float) -> None:
        shop.failure, shop.visible_at = None, shop.now
        sleep(seconds)

    shop.sleep = mend  # type: ignore[method-assign]
    assert shop.orders().place(shop.order(), ABSENT).recovered


def test_look_that_fails_after_an_accepted_order_says_that_it_was_accepted(shop: Shop) -> None:
    shop.failure = NO_LOOK
    error = fails(lambda: shop.orders().place(shop.order(), ABSENT), "not_visible")
    assert "accepted the order of account example.com" in error.message
    assert "the network is gone" in error.message
    assert error.facts["job"]["id"] == "0ca5"
    assert shop.known().is_open


def test_look_that_fails_after_a_refusal_leaves_the_refusal(shop: Shop) -> None:
    shop.outcome = raising(ApiError("refused", "POST /v2/accounts", "no such pack.", status=400))
    shop.failure = NO_LOOK
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "refused")
    assert not shop.known().is_open


def test_several_matches_are_reported_and_the_order_stays_open(shop: Shop) -> None:
    shop.outcome, shop.failure = raising(UNKNOWN), ToolkitError("ambiguous", "account example.com exists 2 times.")
    fails(lambda: shop.orders().place(shop.order(), ABSENT), "ambiguous")
    assert shop.known().is_open


@pytest.mark.parametrize("on_doubt", ["fail", "resend"])
def test_order_that_was_accepted_without_a_location_before_a_kill_is_followed(shop: Shop, on_doubt: str) -> None:
    """It is searched as long as for a job, without confirmation: it was accepted."""
    shop.noted(answered=True)
    shop.visible_at = shop.now + 60
    placed = shop.orders(on_doubt=on_doubt).place(shop.order(), ABSENT)
    assert (placed.item, placed.recovered, placed.is_own) == (THING, True, False)
    assert (shop.posts, shop.known().is_open) == ([], False)


def test_order_that_was_accepted_without_a_location_and_never_shows_is_not_resent(shop: Shop) -> None:
    shop.noted(answered=True)
    start = shop.now
    fails(lambda: shop.orders(on_doubt="resend").place(shop.order(), ABSENT), "not_visible")
    assert 90 <= shop.now - start <= 100
    assert (shop.posts, shop.known().is_open) == ([], True)


@pytest.mark.parametrize("days", [7, 400])
@pytest.mark.parametrize(
    ("left", "kind"), [({}, "outcome_unknown"), ({"answered": True}, "not_visible"), ({"gone": True}, "order_ended")]
)
def test_open_order_stays_open_however_old_it_is(shop: Shop, days: int, left: dict[str, Any], kind: str) -> None:
    shop.noted(**left)
    (file,) = Path(shop.state_dir, "journal").glob("*.json")
    os.utime(file, (shop.now, shop.now))
    opened, shop.now = shop.now, shop.now + days * 86400
    # Each order also cleans up the journal.
    other = Journal(shop.storage, clock=lambda: shop.now)
    other.close(other.write(other.intent(shop.api_url, "POST /accounts", "example.org", "print")))
    error = fails(lambda: shop.orders().place(shop.order(), ABSENT), kind)
    if kind != "not_visible":
        assert time.strftime("%Y-%m-%d", time.gmtime(opened)) in error.message
    assert (shop.posts, shop.known().is_open) == ([], True)


@pytest.mark.parametrize("content", ["", "{", "null", "[]", "7", '{"format": 1}', '{"format": null}'])
def test_damaged_entry_orders_nothing(shop: Shop, content: str) -> None:
    shop.noted()
    (file,) = Path(shop.state_dir, "journal").glob("*.json")
    file.write_text(content)
    error = fails(lambda: shop.orders(on_doubt="resend").place(shop.order(), ABSENT), "journal_unusable")
    assert str(file) in error.message
    assert (shop.posts, file.read_text()) == ([], content)
