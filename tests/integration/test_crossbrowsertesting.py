# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``crossbrowsertesting_screenshot`` takes screenshots once, ``crossbrowsertesting_comparison_info`` compares them.

``make test`` runs them with drawings, ``make test-browser`` with the browsers of the machine.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from sandbox.launcher import SandboxProcess
from tests.contract import coverage
from tests.support.children import Child, connection, run_module
from tests.support.playing import BOTH_WAYS, Player, Result, Task, task
from tests.support.site import LEFT, Site, page

SCREENSHOT, COMPARISON = "crossbrowsertesting_screenshot", "crossbrowsertesting_comparison_info"
BROWSERS = ["Linux|Chromium|1024x768", "Linux|Chromium|400x800"]
ENGINES = ("stub", pytest.param("auto", marks=pytest.mark.browser))
TAKE, LIST = "POST /api/v3/screenshots", "GET /api/v3/screenshots"
QUICK = {"poll_interval": 0.1, "settle_time": 1}


@pytest.fixture(scope="module", params=ENGINES)
def running(request: pytest.FixtureRequest) -> Iterator[SandboxProcess]:
    """The sandbox of all tests; its answers are held against the contract at the end."""
    secret = secrets.token_urlsafe(18)
    with SandboxProcess(
        *("--engine", request.param),
        service="crossbrowsertesting",
        api_key="ada@example.com",
        api_secret=secret,
        rate_limit="100000/60",
    ) as sandbox:
        yield sandbox
        assert coverage.violations(sandbox.exchanges()) == []


@pytest.fixture
def server(running: SandboxProcess) -> Iterator[SandboxProcess]:
    """The sandbox without fault rules."""
    running.set_faults([])
    yield running
    running.set_faults([])


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    """A site with a page before and after a release."""
    with Site() as site:
        site.pages.update({"/before": page(), "/after": page(LEFT + 80)})
        yield site


class Screens(NamedTuple):
    """Runs the modules without a play, for one test."""

    server: SandboxProcess
    site: Site
    folder: Path

    def run(self, module: str, *, check: bool = False, **options: Any) -> Result:
        """Run a module; options that are None are left out."""
        since = len(self.server.exchanges())
        quick = QUICK if module == SCREENSHOT else {}
        given = {**connection(self.server, self.folder), **quick, **options}
        data = run_module(module, {name: value for name, value in given.items() if value is not None}, check_mode=check)
        exchanges = self.server.exchanges()[since:]
        sent = [f"{exchange['method']} {exchange['path']}" for exchange in exchanges]
        return Result("failed" if data.get("failed") else "ok", module, module, data, sent, exchanges)

    def take(self, path: str = "/before", **options: Any) -> Result:
        """Take a screenshot test of a page."""
        return self.run(SCREENSHOT, **{"url": self.site.url + path, "browsers": BROWSERS, **options})

    def new_page(self) -> str:
        """Return the path of a page that no other test takes."""
        path = f"/{secrets.token_hex(4)}"
        self.site.pages[path] = page()
        return path

    @property
    def tests(self) -> int:
        """Return how many screenshot tests there are at the server."""
        return int(self.server.state()["screenshot_tests"])


@pytest.fixture
def screens(server: SandboxProcess, site: Site, tmp_path: Path) -> Screens:
    return Screens(server, site, tmp_path / "state")


def registered(name: str, step: Task) -> Task:
    return step | {"register": name}


@pytest.mark.parametrize("in_process", BOTH_WAYS)
def test_layouts_before_and_after_a_release(
    server: SandboxProcess, site: Site, tmp_path: Path, in_process: bool
) -> None:
    # A separate address, as max_age finds what other tests took.
    before, after = f"{site.url}/before?{secrets.token_hex(3)}", f"{site.url}/after"
    site.pages[before.removeprefix(site.url)] = page()
    take: dict[str, Any] = {"url": before, "browsers": BROWSERS, "poll_interval": 0.1, "delay": 0}
    ids: dict[str, Any] = {
        "screenshot_test_id": "{{ after.screenshot_test.screenshot_test_id | int }}",
        "base_version_id": "{{ before.version_id | int }}",
    }
    first = "{{ before.screenshot_test.versions[0].results[0].result_id | int }}"
    single: dict[str, Any] = {"screenshot_test_id": ids["screenshot_test_id"], "base_result_id": first}
    played = (
        Player(server, tmp_path)
        .play(
            [
                task(SCREENSHOT, check=True, **take),
                registered("before", task(SCREENSHOT, **take, max_age=3600)),
                task(SCREENSHOT, **take, max_age=3600),
                task(SCREENSHOT, check=True, **take, max_age=3600),
                registered("after", task(SCREENSHOT, **{**take, "url": after}, wait=False)),
                task(SCREENSHOT, screenshot_test_id=ids["screenshot_test_id"], poll_interval=0.1),
                task(COMPARISON, **ids),
                task(COMPARISON, **ids, max_differences=0),
                task(COMPARISON, **ids, tolerance=100, max_differences=0),
                task(COMPARISON, **single),
                task(
                    COMPARISON, **single, result_id="{{ after.screenshot_test.versions[0].results[0].result_id | int }}"
                ),
            ],
            in_process=in_process,
        )
        .results
    )
    predicted, taken, again, still, begun, waited, versions, moved, tolerant, full, one = played
    assert predicted.changed and predicted["screenshot_test"] is None and predicted.writes == []
    assert "since it costs" in predicted["warnings"][0]
    assert taken.changed and taken.writes == [TAKE] and taken["recovered"] is False
    assert (again.changed, again.requests) == (still.changed, still.requests) == (False, [LIST])
    assert again["screenshot_test"] == still["screenshot_test"] == taken["screenshot_test"]
    results = taken["screenshot_test"]["versions"][0]["results"]
    assert [result["resolution"]["name"] for result in results] == ["1024x768", "400x800"]
    assert {result["state"] for result in results} == {"complete"}
    assert begun.changed and begun["screenshot_test"]["versions"][0]["active"] is True
    assert not waited.changed and waited["screenshot_test"]["versions"][0]["active"] is False
    assert not versions.changed and versions["differences"] == 2 and len(versions.requests) == 2
    assert [comparison["resolution"] for comparison in versions["comparisons"]] == ["1024x768", "400x800"]
    compared = versions["comparisons"][0]
    assert compared["os"] == "Linux" and compared["browser"].startswith("Chromium") and compared["tolerance"] == 30
    assert compared["base_result_id"] == results[0]["result_id"] and compared["message"] is None
    assert [(element["short_path"], element["difference"]) for element in compared["elements"]] == [
        ("button#buy", "moved 80px to the right")
    ]
    assert moved.error["kind"] == "layout_differs" and len(moved["comparisons"]) == 2
    assert "button#buy moved 80px to the right" in moved.msg and compared["show_comparisons_public_url"] in moved.msg
    assert tolerant.ok["differences"] == 0 and tolerant["comparisons"][0]["elements"] == []
    assert [comparison["base_result_id"] for comparison in full["comparisons"]] == [results[0]["result_id"]] * 2
    assert [comparison["differences"] for comparison in one["comparisons"]] == [1]


#: Where the request was lost, how often it is sent, how many tests there are then, and the kind of the error.
LOST = [
    pytest.param("reset_after", "fail", 1, 1, None, marks=pytest.mark.row(2, "paying post")),
    pytest.param("reset_before", "fail", 1, 0, "outcome_unknown", marks=pytest.mark.row(3, "paying post")),
    ("reset_before", "resend", 2, 1, None),
    pytest.param("status", "fail", 1, 1, None, marks=pytest.mark.row(4, "paying post")),
    pytest.param("truncate", "fail", 1, 1, None, marks=pytest.mark.row(23, "paying post")),
]


@pytest.mark.parametrize(("fault", "on_doubt", "sent", "made", "kind"), LOST)
def test_request_is_sent_once(
    screens: Screens, fault: str, on_doubt: str, sent: int, made: int, kind: str | None
) -> None:
    path, before = screens.new_page(), screens.tests
    rule = {"match": {"method": "POST", "nth": 1}, "fault": fault}
    more = {"status": {"status": 503, "acted": True}}.get(fault, {})
    screens.server.set_faults([{**rule, **more}])
    result = screens.take(path, on_doubt=on_doubt)
    assert result.writes == [TAKE] * sent and screens.tests - before == made
    if kind:
        assert result.error["kind"] == kind and "on_doubt: resend" in result.msg
    else:
        assert result.changed and result["recovered"] is (on_doubt == "fail")


@pytest.mark.row(22, "paying post")
def test_refused_request_is_not_sent_again(screens: Screens) -> None:
    before = screens.tests
    wrong = screens.take(api_password="something else")
    assert wrong.error["kind"] == "unauthorized" and "CROSSBROWSERTESTING_API_PASSWORD" in wrong.msg
    for options, text in (
        ({"browsers": ["Linux|Netscape|10x10"]}, "Netscape"),
        ({"url": "https://www.example.org/"}, "neither on loopback nor allowed"),
    ):
        refused = screens.take(**options)
        assert refused.error["status"] == 400 and text in refused.msg and refused.writes == [TAKE]
    assert screens.tests == before


@pytest.mark.row(6, "paying post")
def test_rate_limit_is_waited_for(screens: Screens) -> None:
    rule = {"match": {"method": "POST", "nth": 1}, "fault": "rate_limit"}
    screens.server.set_faults([rule])
    before = screens.tests
    assert screens.take(screens.new_page()).writes == [TAKE] * 2 and screens.tests == before + 1


@pytest.mark.row(28, "paying post")
def test_processes_that_want_the_same_take_one(screens: Screens) -> None:
    before = screens.tests
    options = {**connection(screens.server, screens.folder), **QUICK, "browsers": BROWSERS, "max_age": 60}
    options["url"] = screens.site.url + screens.new_page()
    children = [Child(SCREENSHOT, options).start() for _number in range(3)]
    answers = [child.result() or {} for child in children]
    assert sorted(answer["changed"] for answer in answers) == [False, False, True]
    assert screens.tests == before + 1


def test_screenshot_that_can_not_be_taken(screens: Screens) -> None:
    failed = screens.take("/nothing")
    assert failed.error["kind"] == "screenshot_failed" and "HTTP 404" in failed.msg
    test_id = failed["screenshot_test"]["screenshot_test_id"]
    compared = screens.run(
        COMPARISON, screenshot_test_id=test_id, base_version_id=failed["screenshot_test"]["versions"][0]["version_id"]
    )
    assert [one["differences"] for one in compared["comparisons"]] == [None, None] and compared["differences"] == 0
    assert compared["warnings"] == ["2 of 2 screenshots could not be compared."]
    assert "is failed" in compared["comparisons"][0]["message"]
    # Not young enough for anything: a failed test is taken again.
    again = screens.take("/nothing", max_age=3600)
    assert again["screenshot_test"]["screenshot_test_id"] != test_id


def test_screenshot_that_is_late_is_waited_for_later(screens: Screens) -> None:
    late = screens.take(screens.new_page(), delay=2, wait_timeout=0.3)
    assert late.error["kind"] == "job_timeout"
    test_id = late["screenshot_test"]["screenshot_test_id"]
    assert f"screenshot_test_id: {test_id}" in late.msg
    waited = screens.run(SCREENSHOT, screenshot_test_id=test_id)
    assert not waited.changed and waited.writes == []
    assert waited["screenshot_test"]["versions"][0]["result_count"]["successful"] == 2


def test_versions_without_the_same_browsers(screens: Screens) -> None:
    wide = screens.take(browsers=["Linux|Chromium|1600x900"])
    narrow = screens.take(browsers=["Linux|Chromium|400x800"])
    ids = {"screenshot_test_id": narrow["screenshot_test"]["screenshot_test_id"], "base_version_id": wide["version_id"]}
    compared = screens.run(COMPARISON, **ids)
    assert (
        compared["comparisons"][0]["base_result_id"] is None
        and "no screenshot" in compared["comparisons"][0]["message"]
    )
    required = screens.run(COMPARISON, **ids, max_differences=10)
    assert required.error["kind"] == "not_compared" and "no screenshot with this OS" in required.msg
    for wrong in ({"screenshot_test_id": 1}, {"base_version_id": 1}, {"version_id": 1}):
        missing = screens.run(COMPARISON, **{**ids, **wrong})
        assert missing.error["kind"] == "not_found", wrong


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    (SCREENSHOT, {"url": "www.example.com"}, "url"),
    (SCREENSHOT, {"url": "ftp://www.example.com/"}, "url"),
    (SCREENSHOT, {"url": "https://ada:secret@www.example.com/"}, "credentials"),
    (SCREENSHOT, {"url": "https://www.example.com/a b"}, "url"),
    (SCREENSHOT, {"url": "https://www.example.com/\nx"}, "url"),
    (SCREENSHOT, {"url": ""}, "url"),
    (SCREENSHOT, {"browsers": []}, "browsers"),
    (SCREENSHOT, {"browsers": ["Chromium"]}, "browsers"),
    (SCREENSHOT, {"browsers": ["Linux|Chromium|wide"]}, "browsers"),
    (SCREENSHOT, {"browsers": BROWSERS[:1] * 2}, "twice"),
    (SCREENSHOT, {"browsers": None}, "browsers"),
    (SCREENSHOT, {"delay": -1}, "delay"),
    (SCREENSHOT, {"max_age": -1}, "max_age"),
    (SCREENSHOT, {"poll_interval": 0}, "poll_interval"),
    (SCREENSHOT, {"settle_time": float("nan")}, "settle_time"),
    (SCREENSHOT, {"on_doubt": "ask"}, "on_doubt"),
    (SCREENSHOT, {"screenshot_test_id": 7}, "mutually exclusive"),
    (SCREENSHOT, {"url": None, "browsers": None, "screenshot_test_id": 0}, "screenshot_test_id"),
    (COMPARISON, {"base_result_id": None}, "base_result_id"),
    (COMPARISON, {"base_version_id": 9}, "mutually exclusive"),
    (COMPARISON, {"screenshot_test_id": None}, "screenshot_test_id"),
    (COMPARISON, {"screenshot_test_id": "x"}, "screenshot_test_id"),
    (COMPARISON, {"version_id": 0}, "version_id"),
    (COMPARISON, {"tolerance": 101}, "tolerance"),
    (COMPARISON, {"max_differences": -1}, "max_differences"),
    (COMPARISON, {"api_user": "a:b"}, "api_user"),
    (COMPARISON, {"api_url": "http://www.example.com"}, "api_url"),
]


@pytest.mark.parametrize(("module", "options", "word"), REFUSED)
def test_bad_options_are_refused_before_any_request(
    screens: Screens, module: str, options: dict[str, Any], word: str
) -> None:
    good: dict[str, dict[str, Any]] = {
        SCREENSHOT: {"url": "https://www.example.com/", "browsers": BROWSERS},
        COMPARISON: {"screenshot_test_id": 7, "base_result_id": 8},
    }
    refused = screens.run(module, **{**good[module], **options})
    assert word in refused.msg and refused.requests == []


ODD = [
    {"target": {"screenshot": {"screenshot_id": 1}, "comparison": {"error": True, "message": "no DOM"}}},
    {"target": {"screenshot": {"screenshot_id": 1}, "message": "no DOM"}},
    {"error": True, "message": "no DOM"},
    {"target": {"comparison": {"error": "no DOM"}}, "base": None},
]


@pytest.mark.parametrize("body", ODD)
def test_message_instead_of_a_difference(screens: Screens, body: dict[str, Any]) -> None:
    taken = screens.take(screens.new_page())
    test_id, version_id = taken["screenshot_test"]["screenshot_test_id"], taken["version_id"]
    rule = {"match": {"path": "*/comparison/*"}, "fault": "edit", "status": 200, "body": body}
    screens.server.set_faults([rule])
    compared = screens.run(COMPARISON, screenshot_test_id=test_id, version_id=version_id, result_id=1, base_result_id=2)
    assert [(one["differences"], one["message"]) for one in compared["comparisons"]] == [(None, "no DOM")]
