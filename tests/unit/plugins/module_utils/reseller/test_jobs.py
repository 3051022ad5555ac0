# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Jobs are polled often enough, not too often, and never longer than allowed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import (
    MISSING_ALLOWED,
    Job,
    JobPoller,
    checked,
    job_id_in,
    read_job,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.polling import Polling
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response

START = 1_760_000_000.0
#: The API's response about a job at a time.
Says = Callable[[float], "tuple[int, Any]"]


class Api:
    """Responses about jobs, with a clock that only waiting advances."""

    def __init__(self, **jobs: Says) -> None:
        self.now = START
        #: The offset of a clock change, which must not affect waiting.
        self.step = 0.0
        self.jobs = jobs
        self.looks: list[tuple[str, float]] = []
        self.rest = SimpleNamespace(request=self.request)

    def request(self, method: str, path: str, **_options: Any) -> Response:
        assert method == "GET"
        name = path.rsplit("/", 1)[1]
        self.looks.append((name, self.now - START))
        status, data = self.jobs[name](self.now - START)
        return Response(status, "", {}, json.dumps(data).encode() if data is not None else b"")

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds

    def poller(
        self, timeout: float = 900.0, *, poll_min: float = 2.0, poll_max: float = 30.0, **more: bool
    ) -> JobPoller:
        polling = Polling(timeout, poll_min, poll_max, **more)
        return JobPoller(
            self,  # type: ignore[arg-type]
            polling,
            clock=lambda: self.now + self.step,
            monotonic=lambda: self.now,
            sleep=self.sleep,
        )


def iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, tz=UTC).strftime("%Y-%m-%dT%H:%M:%S.1234567Z")


def job(end: float, *, estimate: float | None = None, status: str = "finished", links: Any = ("/v2/a/1",)) -> Says:
    """Return a job that is ongoing until its end."""

    def says(now: float) -> tuple[int, Any]:
        if now < end:
            completion = {"estimate": iso(START + estimate)} if estimate is not None else None
            return 200, {"id": "x", "status": "ongoing", "completion": completion}
        return (201, {"id": "x", "resource_links": links}) if status == "finished" else (200, {"status": status})

    return says


@pytest.mark.parametrize("estimate", [None, 10.0, 60.0, 5000.0, -100.0])
def test_job_is_followed_to_its_end(estimate: float | None) -> None:
    api = Api(one=job(60, estimate=estimate))
    assert api.poller().follow(["one"])["one"] == Job("one", "finished", None, ("/v2/a/1",))
    # Detected soon after its end, without constant polling.
    assert 60 <= api.now - START <= 60 + 30
    assert len(api.looks) <= 15


def test_first_look_is_at_once() -> None:
    api = Api(one=job(0))
    api.poller().follow(["one"])
    assert api.looks == [("one", 0.0)]


@pytest.mark.parametrize(("hint", "first"), [(10.0, 10.0), (500.0, 30.0)])
def test_first_poll_is_when_the_order_said(hint: float, first: float) -> None:
    """But never later than the longest pause, as it is a hint."""
    api = Api(one=job(first))
    api.poller(poll_max=30.0).follow(["one"], first_look=hint)
    assert api.looks == [("one", first)]


@pytest.mark.parametrize("hint", [2.0, 5.0, 10.0])
@pytest.mark.parametrize("end", [11.0, 25.0, 120.0])
def test_job_that_takes_longer_than_the_order_said(hint: float, end: float) -> None:
    api = Api(one=job(end, estimate=end))
    api.poller(poll_min=1.0, poll_max=90.0).follow(["one"], first_look=hint)
    assert end <= api.now - START <= end * 1.4 + 5 and len(api.looks) <= 8


def test_waits_almost_for_the_estimate_and_then_polls() -> None:
    api = Api(one=job(20, estimate=20))
    api.poller().follow(["one"])
    times = [time for _name, time in api.looks]
    assert 8 < times[1] < 13
    assert times[-1] < 24


def test_estimate_that_moves_away_for_ever_does_not_draw_out_the_looks() -> None:
    def says(now: float) -> tuple[int, Any]:
        if now >= 300:
            return 201, {"resource_links": []}
        return 200, {"status": "ongoing", "completion": {"estimate": iso(START + now + 10)}}

    api = Api(one=says)
    api.poller(poll_min=1.0, poll_max=90.0).follow(["one"])
    assert len(api.looks) <= 16
    assert api.now - START <= 300 * 1.6


def test_estimate_that_is_far_too_late_is_not_slept_towards() -> None:
    api = Api(one=job(100, estimate=10**6))
    api.poller(poll_max=90.0).follow(["one"])
    assert api.now - START <= 100 * 1.6


@given(st.floats(0, 2000), st.floats(0.1, 1000), st.one_of(st.none(), st.floats(-1000, 10**6)), st.floats(0.1, 60))
def test_never_longer_than_allowed(end: float, timeout: float, estimate: float | None, poll_min: float) -> None:
    api = Api(one=job(end, estimate=estimate))
    try:
        api.poller(timeout, poll_min=poll_min, poll_max=max(30.0, poll_min)).follow(["one"])
    except ToolkitError as error:
        assert error.kind == "job_timeout"
        assert end > 0
    assert api.now - START <= timeout + 0.001
    gaps = [later - earlier for (_a, earlier), (_b, later) in zip(api.looks, api.looks[1:-1], strict=False)]
    assert all(gap >= poll_min * 0.89 for gap in gaps)


@pytest.mark.parametrize("step", [-3600.0, 3600.0])
@pytest.mark.parametrize("estimate", [None, 60.0])
def test_a_clock_that_is_set_during_the_wait_changes_nothing_that_matters(step: float, estimate: float | None) -> None:
    api = Api()

    def says(now: float) -> tuple[int, Any]:
        if now >= 20:
            api.step = step
        return job(10**9, estimate=estimate)(now)

    api.jobs["one"] = says
    with pytest.raises(ToolkitError) as caught:
        api.poller(300, poll_min=1.0, poll_max=90.0).follow(["one"])
    assert caught.value.kind == "job_timeout"
    assert api.now - START == pytest.approx(300)
    assert len(api.looks) <= 20


@pytest.mark.parametrize("step", [-3600.0, 3600.0])
def test_job_that_ends_after_the_clock_was_set_is_seen_soon(step: float) -> None:
    api = Api(one=job(100, estimate=100))
    api.step = step
    api.poller(900, poll_min=1.0, poll_max=30.0).follow(["one"])
    assert 100 <= api.now - START <= 130
    assert len(api.looks) <= 15


def test_timeout_names_the_job_and_how_to_continue() -> None:
    api = Api(one=job(1000, estimate=500))
    with pytest.raises(ToolkitError) as caught:
        api.poller(100).follow(["one"])
    assert caught.value.facts["job"]["id"] == "one"
    assert caught.value.facts["job"]["status"] == "ongoing"
    assert "reseller_job" in caught.value.hint
    # A last poll at the end of the time.
    assert api.looks[-1][1] == pytest.approx(100)


def test_many_jobs_are_followed_together() -> None:
    api = Api(**{f"j{number}": job(number * 10) for number in range(10)})
    found = api.poller().follow([f"j{number}" for number in range(10)] * 2)
    assert {one.status for one in found.values()} == {"finished"}
    assert len(found) == 10
    assert api.now - START < 90 + 30
    # One job at a time: as many polls as each would need alone.
    assert len(api.looks) <= 10 * 12


def test_failed_job_does_not_stop_the_others() -> None:
    api = Api(bad=job(5, status="failed"), good=job(50))
    found = api.poller().follow(["bad", "good"])
    assert (found["bad"].status, found["good"].status) == ("failed", "finished")


def test_following_ends_when_what_the_job_makes_exists() -> None:
    """Of that job only; it is called once after each poll of an ongoing job."""
    api = Api(transfer=job(10_000), other=job(50))
    asked: list[str] = []

    def is_made(job_id: str) -> bool:
        asked.append(job_id)
        return job_id == "transfer" and api.now - START >= 20

    found = api.poller().follow(["transfer", "other"], is_made)
    assert (found["transfer"].status, found["other"].status) == ("ongoing", "finished")
    assert api.now - START < 50 + 30
    looks = [name for name, _at in api.looks]
    assert asked == looks[:-1]


def test_failed_job_is_waited_for_if_wanted() -> None:
    def says(now: float) -> tuple[int, Any]:
        return (201, {"resource_links": []}) if now > 100 else (200, {"status": "failed"})

    assert Api(one=says).poller(wait_when_failed=True).follow(["one"])["one"].status == "finished"
    assert Api(one=says).poller().follow(["one"])["one"].status == "failed"


def test_job_that_is_unknown_at_first_is_polled_again() -> None:
    api = Api(one=lambda now: (404, None) if now < 5 else (201, {"resource_links": []}))
    assert api.poller().follow(["one"])["one"].status == "finished"


def test_job_that_stays_unknown_is_an_error() -> None:
    api = Api(one=lambda now: (404, None))
    with pytest.raises(ToolkitError) as caught:
        api.poller().follow(["one"])
    assert caught.value.kind == "job_unknown"
    assert len(api.looks) == MISSING_ALLOWED + 1


@pytest.mark.parametrize("status", ["done", "Finished", "", None, 1, [], {}])
def test_unknown_state_is_not_trusted(status: Any) -> None:
    with pytest.raises(ToolkitError) as caught:
        Api(one=lambda now: (200, {"status": status})).poller().follow(["one"])
    assert caught.value.kind == "unexpected_state"
    assert caught.value.facts["job"]["id"] == "one"


@pytest.mark.parametrize(
    ("status", "data", "links"),
    [(201, {}, ()), (201, None, ()), (201, {"resource_links": None}, ()), (200, {"status": "finished"}, ())],
)
def test_finished_job_without_links(status: int, data: Any, links: tuple[str, ...]) -> None:
    found = read_job(Api(one=lambda now: (status, data)), "one")  # type: ignore[arg-type]
    assert found == Job("one", "finished", None, links)


@pytest.mark.parametrize("links", ["/v2/accounts/1", {}, [None], [""], [7], 0])
def test_invalid_links_are_reported(links: Any) -> None:
    with pytest.raises(ToolkitError) as caught:
        read_job(Api(one=lambda now: (201, {"resource_links": links})), "one")  # type: ignore[arg-type]
    assert caught.value.kind == "protocol"


@pytest.mark.parametrize("completion", [None, [], "soon", 7, {}, {"estimate": []}, {"estimate": "soon"}])
def test_unreadable_estimate_is_ignored(completion: Any) -> None:
    found = read_job(Api(one=lambda now: (200, {"status": "ongoing", "completion": completion})), "one")  # type: ignore[arg-type]
    assert found == Job("one", "ongoing")


@pytest.mark.parametrize(
    ("status", "kind"), [("failed", "provisioning_failed"), ("cancelled", "provisioning_cancelled")]
)
def test_bad_end_is_an_error(status: str, kind: str) -> None:
    with pytest.raises(ToolkitError) as caught:
        checked(Job("one", status))
    assert caught.value.kind == kind
    assert caught.value.facts["job"]["id"] == "one"


@pytest.mark.parametrize("status", ["ongoing", "finished"])
def test_other_states_are_no_error(status: str) -> None:
    assert checked(Job("one", status)).status == status


@pytest.mark.parametrize(
    ("location", "found"),
    [
        ("/v2/provisioningjobs/0ca5-1", "0ca5-1"),
        ("/provisioningjobs/0ca5-1/", "0ca5-1"),
        ("/v2/accounts/1", None),
        ("/v2/provisioningjobs/", None),
        ("/v2/provisioningjobs/a/b", None),
        ("", None),
        (None, None),
    ],
)
def test_job_of_a_location(location: str | None, found: str | None) -> None:
    assert job_id_in(location) == found


@pytest.mark.parametrize("name", ["wait_timeout", "poll_min", "poll_max"])
@pytest.mark.parametrize("value", [0, -1])
def test_times_that_make_no_sense_are_refused(name: str, value: float) -> None:
    params = {"wait_timeout": 10, "poll_min": 1, "poll_max": 2, "on_job_failure": "fail", name: value}
    with pytest.raises(ToolkitError, match=name):
        Polling.of(params)


def test_longest_pause_is_at_least_the_shortest() -> None:
    params = {"wait_timeout": 10, "poll_min": 5, "poll_max": 2, "on_job_failure": "wait"}
    assert Polling.of(params) == Polling(10, 5, 5, True)
