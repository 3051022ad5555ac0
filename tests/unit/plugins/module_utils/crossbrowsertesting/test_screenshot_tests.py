# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Screenshot tests: which one is like a wanted one, what is sent how often, and how long is waited."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting import screenshot_tests
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.screenshot_polling import (
    ScreenshotPolling,
    wait_until_finished,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.screenshot_tests import (
    NEWEST,
    PATH,
    Taken,
    Wanted,
    is_like,
    newest_version,
    take,
    young_test,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, OutcomeUnknown, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response

URL = "https://www.example.com/"
CHROME, FIREFOX = "Win10|Chrome-latest|1366x768", "Mac13|FF115"
WANTED = Wanted(URL, [CHROME, FIREFOX])
NOW = 1_764_230_400.0
CREATED = "2025-11-27T08:00:00.000Z"
"""`NOW` as a text."""


def result(browser: str = CHROME, state: Any = "complete", **more: Any) -> dict[str, Any]:
    """Return a result as the API shows it."""
    names = [*browser.split("|"), "1024x768"][:3]
    return {
        "result_id": 3,
        "state": state,
        "os": {"name": "Some OS", "api_name": names[0]},
        "browser": {"name": "Some browser", "api_name": "another", "requested_api_name": names[1]},
        "resolution": {"name": names[2]},
        **more,
    }


def shot(number: int = 1, *results: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return a test as the API shows it."""
    found = list(results or (result(), result(FIREFOX)))
    version = {"version_id": 20 + number, "active": False, "results": found}
    return {"screenshot_test_id": number, "url": URL, "created_date": CREATED, "versions": [version], **more}


class Fake:
    """A client with the tests that the API lists, and what each POST does.

    Args:
        listed: the tests.
        posts: what each request does: an error to raise, a test to answer, or None for an unreadable answer.
    """

    def __init__(self, listed: list[Any], *posts: Any) -> None:
        self.listed, self.posts = listed, list(posts)
        self.sent: list[Any] = []
        self.queries: list[dict[str, Any]] = []
        self.reads: list[Any] = []
        self.now = 0.0

    def turn(self, path: str) -> Any:
        return nullcontext(False)

    def one(self, path: str, **query: Any) -> Any:
        self.queries.append(query)
        return {"screenshots": list(self.listed)}

    def get(self, path: str) -> Any:
        return self.reads.pop(0)

    def post(self, path: str, body: Any, *, fresh: bool) -> Response:
        assert fresh and path == PATH
        self.sent.append(body)
        effect = self.posts.pop(0)
        if isinstance(effect, Exception):
            raise effect
        return Answer(effect)  # type: ignore[return-value]

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def take(self, wanted: Wanted = WANTED, **options: Any) -> Taken:
        given = {"max_age": 0, "resend": False, "settle_time": 10, "now": lambda: NOW, **options}
        return take(self, wanted, monotonic=lambda: self.now, sleep=self.sleep, **given)  # type: ignore[arg-type]


class Answer:
    """A response with this body."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def data_or_none(self) -> Any:
        return self._body


LOST = OutcomeUnknown("POST /api/v3/screenshots", "the outcome is unknown.")


@pytest.mark.parametrize(
    ("changed", "is_it"),
    [
        ({}, True),
        ({"url": URL.rstrip("/")}, True),
        ({"url": f"{URL}shop"}, False),
        (shot(1, result(FIREFOX), result(CHROME)), True),
        (shot(1, result()), False),
        (shot(1, result(), result(FIREFOX), result(FIREFOX)), False),
        (shot(1, result(), result("Mac13|FF116")), False),
        (shot(1, result("Win10|Chrome-latest|800x600"), result(FIREFOX)), False),
        # A resolution that was not asked for is the API's choice.
        (shot(1, result(), result("mac13|ff115|800x600")), True),
        # What another page shows does not matter.
        ({"url": f"{URL}shop", "versions": None}, False),
    ],
)
def test_same_page_and_browsers(changed: dict[str, Any], is_it: bool) -> None:
    assert is_like({**shot(), **changed}, WANTED) is is_it


UNKNOWN: list[dict[str, Any]] = [
    {"url": None},
    {"versions": []},
    {"versions": None},
    {"versions": [{"version_id": 1}]},
    shot(1, result(os="Windows"), result(FIREFOX)),
    shot(1, result(os={"name": "Windows 10"}), result(FIREFOX)),
    shot(1, result(resolution=None), result(FIREFOX)),
]
"""Tests that may be like the wanted one: they do not show it."""


@pytest.mark.parametrize("changed", UNKNOWN)
def test_test_that_does_not_show_what_it_is_is_never_taken_for_another(changed: dict[str, Any]) -> None:
    """Otherwise a second one would be paid for."""
    odd = {**shot(2), **changed, "screenshot_test_id": 2}
    for may_lack in (True, False):
        with pytest.raises(Unreadable):
            is_like(odd, WANTED, may_lack=may_lack)
    young = Fake([odd], shot(3))
    with pytest.raises(Unreadable):
        young.take(max_age=60)
    assert young.sent == []

    class Odd(Late):
        """Lists the test of the lost request without what it is."""

        def one(self, path: str, **query: Any) -> Any:
            return {"screenshots": [odd, shot(1)]} if self.now >= self.appears else super().one(path, **query)

    lost = Odd([shot(1)], LOST, shot(3))
    with pytest.raises(OutcomeUnknown):
        lost.take(resend=True)
    assert len(lost.sent) == 1


def test_test_that_has_just_begun_may_show_fewer_browsers() -> None:
    begun = shot(1, result())
    assert is_like(begun, WANTED, may_lack=True) and not is_like(begun, WANTED)
    assert not is_like(shot(1, result(), result("Mac13|FF116")), WANTED, may_lack=True)


def test_newest_version_is_the_one_with_the_largest_id() -> None:
    versions = [{"version_id": 7}, {"version_id": 9}, {"version_id": 8}]
    assert newest_version({"versions": versions}) == {"version_id": 9}
    for odd in ([], [{"version_id": "7"}], None):
        with pytest.raises(Unreadable):
            newest_version({"versions": odd})


@pytest.mark.parametrize(
    ("tests", "max_age", "found"),
    [
        ([shot(1), shot(2)], 60, 2),
        ([shot(2), shot(1)], 0.5, 2),
        ([shot(1, created_date="2025-11-27T07:59:01Z")], 60, 1),
        ([shot(1, created_date="2025-11-27T07:58:59Z")], 60, None),
        # The server's clock is ahead: that is now.
        ([shot(1, created_date="2025-11-28T07:58:59Z")], 60, 1),
        ([shot(1, url=f"{URL}shop", created_date=None)], 60, None),
        ([shot(1, created_date="2025-11-27T07:58:59Z", versions=None)], 60, None),
        ([shot(1), shot(2, result(), result(FIREFOX, "failed"))], 60, 1),
        ([shot(1, result(state="running"), result(FIREFOX))], 60, 1),
        ([shot(1, url="https://www.example.org/")], 60, None),
    ],
)
def test_young_test_is_used_again(tests: list[dict[str, Any]], max_age: float, found: int | None) -> None:
    young = young_test(tests, WANTED, max_age, NOW)
    assert (young or {}).get("screenshot_test_id") == found


@pytest.mark.parametrize("created", [None, "", "yesterday", 1_764_230_400])
def test_test_of_an_unknown_age_is_never_taken_for_an_old_one(created: Any) -> None:
    fake = Fake([shot(1, created_date=created)], shot(2))
    with pytest.raises(Unreadable, match="created_date"):
        fake.take(max_age=60)
    assert fake.sent == []


def test_request_is_sent_once_and_the_list_is_read_first() -> None:
    fake = Fake([shot(1)], shot(2))
    assert fake.take() == Taken(shot(2), is_new=True)
    assert fake.sent == [{"url": URL, "browsers": [CHROME, FIREFOX]}]
    assert fake.queries == [{"num": NEWEST, "url": "www.example.com"}]
    fake = Fake([], shot(2))
    fake.take(WANTED._replace(delay=0))
    assert fake.sent == [{"url": URL, "browsers": [CHROME, FIREFOX], "delay": 0}]


def test_young_test_costs_nothing() -> None:
    fake = Fake([shot(1)])
    assert fake.take(max_age=60) == Taken(shot(1), is_new=False) and fake.sent == []


def test_list_that_can_not_be_read_stops_before_the_request() -> None:
    for odd in ([{"url": URL}], ["x"]):
        fake = Fake(odd, shot(2))
        with pytest.raises(Unreadable):
            fake.take()
        assert fake.sent == []


class Late(Fake):
    """Lists the test of the lost request after some seconds."""

    appears = 4.0

    def one(self, path: str, **query: Any) -> Any:
        if self.now >= self.appears:
            self.listed = [shot(2), shot(1)]
        return super().one(path, **query)


def test_lost_test_is_found_within_the_settle_time() -> None:
    late = Late([shot(1)], LOST)
    assert late.take() == Taken(shot(2), is_new=True, recovered=True) and len(late.sent) == 1
    assert 4 <= late.now <= 10


@pytest.mark.parametrize("listed", [[shot(1)], [shot(1), shot(2, url="https://www.example.com/shop")]])
def test_lost_test_that_is_not_listed(listed: list[Any]) -> None:
    fake = Fake([shot(1)], LOST)
    fake.listed = [shot(1)]
    with pytest.raises(OutcomeUnknown, match="on_doubt: resend"):
        fake.take()
    assert len(fake.sent) == 1 and fake.now == 10
    fake = Fake([shot(1)], LOST, shot(3))
    assert fake.take(resend=True) == Taken(shot(3), is_new=True) and len(fake.sent) == 2
    fake = Fake([shot(1)], LOST, LOST)
    with pytest.raises(OutcomeUnknown):
        fake.take(resend=True)
    assert len(fake.sent) == 2


def test_second_lost_test_is_looked_for_too() -> None:
    class After(Late):
        """Lists the test of the second request, which was lost as well."""

        appears = 14.0

    late = After([shot(1)], LOST, LOST)
    assert late.take(resend=True) == Taken(shot(2), is_new=True, recovered=True) and len(late.sent) == 2
    never = Fake([shot(1)], LOST, LOST)
    with pytest.raises(OutcomeUnknown, match="It was sent twice and may have been paid for"):
        never.take(resend=True)
    assert len(never.sent) == 2


def test_resent_only_when_the_list_was_read() -> None:
    """A list that fails shows nothing: the test may be there."""

    class Failing(Fake):
        def one(self, path: str, **query: Any) -> Any:
            if self.sent:
                raise ApiError("server_error", "GET /api/v3/screenshots", "HTTP 500", status=500)
            return super().one(path, **query)

    failing = Failing([], LOST, shot(2))
    with pytest.raises(OutcomeUnknown):
        failing.take(resend=True)
    assert len(failing.sent) == 1


@pytest.mark.parametrize("answer", [None, {}, [], {"screenshot_test_id": "x"}])
def test_accepted_test_that_the_response_does_not_show(answer: Any) -> None:
    late = Late([shot(1)], answer)
    assert late.take().recovered is True and len(late.sent) == 1
    never = Fake([shot(1)], answer)
    with pytest.raises(ToolkitError) as caught:
        never.take(resend=True)
    assert caught.value.kind == "not_visible" and len(never.sent) == 1


def test_refusal_is_not_repeated() -> None:
    fake = Fake([], ApiError("invalid_request", "POST /api/v3/screenshots", "HTTP 400", status=400))
    with pytest.raises(ApiError) as caught:
        fake.take(resend=True)
    assert caught.value.status == 400 and len(fake.sent) == 1


def active(is_active: Any = True) -> dict[str, Any]:
    begun = shot(2)
    begun["versions"][0]["active"] = is_active
    return begun


def wait(fake: Fake, test: dict[str, Any], wait_timeout: float = 10) -> dict[str, Any]:
    polling = ScreenshotPolling(wait_timeout, 3)
    return wait_until_finished(fake, test, polling, monotonic=lambda: fake.now, sleep=fake.sleep)  # type: ignore[arg-type]


def test_waits_until_nothing_is_pending() -> None:
    fake = Fake([])
    fake.reads = [active(), shot(2)]
    assert wait(fake, active()) == shot(2) and fake.now == 6
    assert wait(Fake([]), shot(2)) == shot(2)


def test_waits_no_longer_than_it_may() -> None:
    fake = Fake([])
    fake.reads = [active()] * 10
    with pytest.raises(ToolkitError, match="screenshot_test_id: 2") as caught:
        wait(fake, active())
    assert caught.value.kind == "job_timeout" and caught.value.facts == {"screenshot_test": active()} and fake.now == 9


def test_failed_screenshots_are_named() -> None:
    failed = shot(2, result(), result(FIREFOX, "FAILED", description="no route"), result(FIREFOX, "cancelled"))
    with pytest.raises(ToolkitError, match=r"2 of 3: Some OS, Some browser, 1024x768 \(no route\); Some OS") as caught:
        wait(Fake([]), failed)
    assert caught.value.kind == "screenshot_failed" and caught.value.facts["screenshot_test"] == failed


@pytest.mark.parametrize("more", [{"state": "stopped", "successful": False}, {"state": None, "successful": False}])
def test_finished_screenshots_that_were_not_successful(more: dict[str, Any]) -> None:
    failed = shot(2, result(successful=True), result(FIREFOX, **more))
    with pytest.raises(ToolkitError, match="1 of 2") as caught:
        wait(Fake([]), failed)
    assert caught.value.kind == "screenshot_failed"
    # While others are pending, it may be pending, too.
    running = active()
    running["versions"][0]["results"] = failed["versions"][0]["results"]
    assert young_test([running], WANTED, 60, NOW) == running


@pytest.mark.parametrize("more", [{"state": None}, {"state": 1}, {"state": None, "successful": "no"}])
def test_finished_screenshot_without_a_state_is_no_success(more: dict[str, Any]) -> None:
    with pytest.raises(Unreadable, match="state"):
        wait(Fake([]), shot(2, result(), result(FIREFOX, **more)))


def test_state_that_can_not_be_read_is_no_end() -> None:
    with pytest.raises(Unreadable):
        wait(Fake([]), active("no"))
    fake = Fake([])
    fake.reads = [None]
    with pytest.raises(ToolkitError) as caught:
        wait(fake, active())
    assert caught.value.kind == "not_found"


def test_age_is_measured_now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.time", lambda: NOW + 30)
    fake: Any = Fake([shot(1)])
    assert screenshot_tests.look_for_young(fake, WANTED, 40) == shot(1)
    assert screenshot_tests.look_for_young(fake, WANTED, 20) is None
    assert screenshot_tests.look_for_young(fake, WANTED, 0) is None and len(fake.queries) == 2
