# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Screenshot tests: take one, at most once; find one that was taken before.

Private to the collection. A screenshot test costs, has no natural key, and may be wanted many times. So the list
of tests shows whether a request was carried out: it then has a test that it did not have before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.client import (
    CrossBrowserTestingClient,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.shown_properties import shown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import OutcomeUnknown, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Unreadable,
    is_whole_number,
    number_in,
    object_in,
    objects_in,
    string_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import iso_time

PATH = "/screenshots"
#: How many of the newest tests of a host are read.
NEWEST = 100
#: The first pause between two looks for a test whose response was lost, in seconds, and its growth.
FIRST_PAUSE, GROWTH, LONGEST_PAUSE = 0.5, 1.5, 15.0
#: The parts of a browser, and the properties with the names that the API has for each: as requested, and its own.
NAMES = {
    "os": ("requested_api_name", "api_name"),
    "browser": ("requested_api_name", "api_name"),
    "resolution": ("requested_name", "name"),
}
#: The states of a screenshot that was not taken, and will not be.
UNSUCCESSFUL = ("failed", "cancelled", "error")

Test = dict[str, Any]


class Wanted(NamedTuple):
    """A screenshot test to take.

    Attributes:
        url: the address of the page.
        browsers: ``OS|BROWSER`` or ``OS|BROWSER|WIDTHxHEIGHT``, by the names of the API.
        delay: the seconds between the end of loading and the screenshot; None leaves it to the API.
    """

    url: str
    browsers: list[str]
    delay: int | None = None


class Taken(NamedTuple):
    """A screenshot test, and how it came to be.

    Attributes:
        test: the test.
        is_new: whether this task has requested it.
        recovered: whether the response to the request was lost, and the test was found in the list.
    """

    test: Test
    is_new: bool
    recovered: bool = False


# Reading


def find_test(client: CrossBrowserTestingClient, test_id: int) -> Test:
    """Return a screenshot test.

    Raises:
        ToolkitError: ``not_found``.
    """
    found = client.get(f"{PATH}/{test_id}")
    if found is None:
        raise ToolkitError("not_found", f"The screenshot test {test_id} does not exist.", hint="Check the id.")
    return found


def newest_tests(client: CrossBrowserTestingClient, url: str) -> list[Test]:
    """Return the newest screenshot tests of pages of the same host.

    The API's filter may take what it is given for a regular expression, in which an address does not mean itself.

    Raises:
        Unreadable: the response is not a list of tests with ids.
    """
    found = objects_in(client.one(PATH, num=NEWEST, url=urlsplit(url).hostname), "screenshots")
    for test in found:
        number_in(test, "screenshot_test_id")
    return found


def newest_version(test: Test) -> dict[str, Any]:
    """Return the version of a test that was taken last.

    Raises:
        Unreadable: there is none, or one has no id.
    """
    versions = objects_in(test, "versions")
    if not versions:
        raise Unreadable("versions", versions)
    return max(versions, key=lambda version: number_in(version, "version_id"))


def is_like(test: Test, wanted: Wanted, *, may_lack: bool = False) -> bool:
    """Return whether a test is of the same page with the same browsers.

    Args:
        test: the test.
        wanted: the page and the browsers.
        may_lack: whether a test that shows only some of the browsers is like it, as one may that has just begun.

    Raises:
        Unreadable: it does not show its page, or is of the same page and does not show its browsers.
    """
    if not _is_of_page(test, wanted.url):
        return False
    left = objects_in(newest_version(test), "results")
    lacking = 0
    for browser in wanted.browsers:
        found = next((result for result in left if _is_of(result, browser)), None)
        lacking += found is None
        left = [result for result in left if result is not found]
    return not left and (may_lack or not lacking)


def _is_of_page(test: Test, url: str) -> bool:
    return text_in(test, "url").rstrip("/") == url.rstrip("/")


def _is_of(result: dict[str, Any], browser: str) -> bool:
    """Return whether a result is of a browser: by the names that were requested, or those that the API has."""
    # A browser without a resolution leaves it to the API.
    return all(part in _names_in(result, place) for part, place in zip(browser.lower().split("|"), NAMES))


def _names_in(result: dict[str, Any], place: str) -> set[str]:
    """Return the names that the API has for a part of a browser, in lower case.

    Raises:
        Unreadable: there are none.
    """
    told = object_in(result, place)
    found = {told[name].lower() for name in NAMES[place] if isinstance(told.get(name), str)}
    if not found:
        raise Unreadable(place, told)
    return found


def young_test(tests: list[Test], wanted: Wanted, max_age: float, now: float) -> Test | None:
    """Return the newest of the tests that is like a wanted one, successful or still running, and young enough.

    Args:
        tests: the tests.
        wanted: the page and the browsers.
        max_age: its greatest age in seconds.
        now: unix time.

    Raises:
        Unreadable: one may be like it, and does not show whether it is.
    """
    for test in sorted(tests, key=lambda one: -number_in(one, "screenshot_test_id")):
        if not _is_of_page(test, wanted.url):
            continue
        created = iso_time(string_in(test, "created_date"))
        if created is None:
            raise Unreadable("created_date", test["created_date"])
        if now - created <= max_age and is_like(test, wanted) and not unsuccessful(test):
            return test
    return None


def look_for_young(client: CrossBrowserTestingClient, wanted: Wanted, max_age: float) -> Test | None:
    """Return the test that `take` would use instead of a new one; None without one."""
    return young_test(newest_tests(client, wanted.url), wanted, max_age, time.time()) if max_age else None


def is_active(test: Test) -> bool:
    """Return whether screenshots of the newest version are pending.

    Raises:
        Unreadable: the test does not show it.
    """
    return value_in(newest_version(test), "active", bool)


def unsuccessful(test: Test) -> list[dict[str, Any]]:
    """Return the results of the newest version whose screenshots could not be taken.

    Raises:
        Unreadable: one of a finished version does not show whether it was taken.
    """
    is_pending = is_active(test)
    return [one for one in objects_in(newest_version(test), "results") if _is_unsuccessful(one, is_pending)]


def _is_unsuccessful(result: dict[str, Any], is_pending: bool) -> bool:
    """Return whether a screenshot was not taken and will not be; ``is_pending`` is whether any is pending."""
    state, is_taken = result.get("state"), result.get("successful")
    if isinstance(state, str) and state.lower() in UNSUCCESSFUL:
        return True
    if is_pending:
        return False
    if isinstance(is_taken, bool):
        return not is_taken
    string_in(result, "state")
    return False


def name_of(result: dict[str, Any], place: str) -> str | None:
    """Return the name of the operating system, the browser or the resolution of a result; None without one."""
    told = result.get(place)
    name = told.get("name") if isinstance(told, dict) else None
    return name if isinstance(name, str) and name else None


# Taking


def take(
    client: CrossBrowserTestingClient,
    wanted: Wanted,
    *,
    max_age: float,
    resend: bool,
    settle_time: float,
    now: Callable[[], float] = time.time,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Taken:
    """Take a screenshot test at most once, unless there is one that is young enough.

    Processes of this machine take turns, so that two that want the same take one if ``max_age`` allows it.

    Args:
        client: the client.
        wanted: the page and the browsers.
        max_age: how old a test may be that is used instead, in seconds; 0 always takes a new one.
        resend: whether to send the request again if its outcome is unknown and the list does not show the test.
        settle_time: how long to look for a test whose response was lost, in seconds.
        now: unix time.
        monotonic: seconds that are independent of changes of the clock.
        sleep: pauses.

    Raises:
        OutcomeUnknown: the response was lost, and the list does not show the test.
    """
    with client.turn(PATH):
        before = newest_tests(client, wanted.url)
        young = young_test(before, wanted, max_age, now()) if max_age else None
        if young is not None:
            return Taken(young, is_new=False)
        known = {number_in(test, "screenshot_test_id") for test in before}

        def look() -> tuple[Test | None, bool]:
            """Return the added test, and whether the last list could be read."""
            was_read = False
            for _pause in _pauses(settle_time, monotonic, sleep):
                try:
                    found = _added(client, wanted, known)
                except ToolkitError:
                    was_read = False
                    continue
                was_read = True
                if found is not None:
                    return found, True
            return None, was_read

        test: Test | None = None
        for times in ("once", "twice"):
            try:
                test = _send(client, wanted)
                break
            except OutcomeUnknown as error:
                found, was_read = look()
                if found is not None:
                    return Taken(found, is_new=True, recovered=True)
                if not resend or not was_read or times == "twice":
                    error.hint = (
                        f"It was sent {times} and may have been paid for. Look for it on the dashboard. To take it "
                        "again, and pay again, run with on_doubt: resend; to use it if it appears later, set max_age."
                    )
                    raise
        if test is None:
            # It was accepted; only its response can't be read.
            test, _was_read = look()
            if test is None:
                raise ToolkitError(
                    "not_visible",
                    f"The screenshot test of {wanted.url} was accepted, but the API does not list it.",
                    hint="Look for it on the dashboard, and wait for it by its screenshot_test_id.",
                )
            return Taken(test, is_new=True, recovered=True)
        return Taken(test, is_new=True)


def _send(client: CrossBrowserTestingClient, wanted: Wanted) -> Test | None:
    """Request a screenshot test; return it, None if the response does not show it."""
    body = {"url": wanted.url, "browsers": wanted.browsers}
    answer = client.post(PATH, body if wanted.delay is None else {**body, "delay": wanted.delay}, fresh=True)
    data = shown(PATH, answer.data_or_none())
    return data if is_object(data) and is_whole_number(data.get("screenshot_test_id")) else None


def _added(client: CrossBrowserTestingClient, wanted: Wanted, known: set[int]) -> Test | None:
    """Return the wanted test if the list has it and did not have it before."""
    tests = newest_tests(client, wanted.url)
    added = [test for test in tests if test["screenshot_test_id"] not in known and is_like(test, wanted, may_lack=True)]
    return max(added, key=lambda test: test["screenshot_test_id"], default=None)


def _pauses(seconds: float, monotonic: Callable[[], float], sleep: Callable[[float], None]) -> Iterator[float]:
    """Yield at once, and then after growing pauses until this time is over."""
    deadline, pause = monotonic() + seconds, FIRST_PAUSE
    yield 0.0
    while monotonic() < deadline:
        pause = min(pause, max(0.0, deadline - monotonic()))
        sleep(pause)
        yield pause
        pause = min(max(pause, FIRST_PAUSE) * GROWTH, LONGEST_PAUSE)
