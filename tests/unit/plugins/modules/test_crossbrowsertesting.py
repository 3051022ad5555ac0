# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of CrossBrowserTesting's modules, with a client that answers from memory."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.client import (
    CrossBrowserTestingClient,
)
from tests.support.children import run_module

LOGIN = {"api_user": "ada@example.com", "api_password": "Pass-geheim-71"}
SCREENSHOT, COMPARISON = "crossbrowsertesting_screenshot", "crossbrowsertesting_comparison_info"
RESULT = {
    "result_id": 3,
    "state": "complete",
    "os": {"name": "Windows 10", "api_name": "Win10"},
    "browser": {"name": "Chrome 120", "api_name": "Chrome120"},
    "resolution": {"name": "1366x768"},
}
TEST = {
    "screenshot_test_id": 1,
    "url": "https://www.example.com/",
    "created_date": "2999-01-01T00:00:00Z",
    "versions": [{"version_id": 2, "active": False, "results": [RESULT]}],
}
WANTED: dict[str, Any] = {"url": "https://www.example.com/", "browsers": ["Win10|Chrome120"], "settle_time": 0.01}
SAME = {"screenshot": {"screenshot_id": 3}, "comparison": {"differences": 0, "elements": [], "tolerance": 30}}


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What is sent to the client from memory, which lists one test and answers each request with another one."""
    found: list[Any] = []

    def one(path: str, *_shape: Any, **_query: Any) -> Any:
        return (
            {"targets": [SAME, {"comparison": {"message": "no DOM"}}]}
            if "comparison" in path
            else {"screenshots": [TEST]}
        )

    def post(_path: str, body: Any, *, fresh: bool) -> Any:
        found.append((body, fresh))
        return SimpleNamespace(data_or_none=lambda: {**TEST, "screenshot_test_id": 9})

    client = SimpleNamespace(
        turn=lambda _path: nullcontext(False),
        get=lambda path: TEST if path.endswith("/1") else None,
        one=one,
        post=post,
    )
    monkeypatch.setattr(CrossBrowserTestingClient, "for_task", lambda _task: client)
    return found


def run(module: str, *, check: bool = False, **options: Any) -> dict[str, Any]:
    return run_module(module, {**LOGIN, **options}, check_mode=check)


def test_new_test_is_a_change(sent: list[Any]) -> None:
    result = run(SCREENSHOT, **WANTED, delay=2)
    assert (result["changed"], result["version_id"], result["recovered"]) == (True, 2, False)
    assert result["screenshot_test"]["screenshot_test_id"] == 9
    assert sent == [({"url": WANTED["url"], "browsers": WANTED["browsers"], "delay": 2}, True)]


def test_young_and_given_tests_are_no_change(sent: list[Any]) -> None:
    for check in (True, False):
        given: tuple[dict[str, Any], ...] = ({**WANTED, "max_age": 60}, {"screenshot_test_id": 1})
        for options in given:
            result = run(SCREENSHOT, check=check, **options)
            assert (result["changed"], result["screenshot_test"]) == (False, TEST), result
    assert sent == []


def test_check_mode_fails_as_the_run_would(sent: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """What has failed already can be known; what is pending can't."""
    failed = {**RESULT, "state": "failed"}
    for is_active in (False, True):
        version = {"version_id": 2, "active": is_active, "results": [RESULT, failed]}
        monkeypatch.setitem(TEST, "versions", [version])
        result = run(SCREENSHOT, check=True, screenshot_test_id=1)
        assert result.get("error", {}).get("kind") == (None if is_active else "screenshot_failed")
        assert result["screenshot_test"] == TEST
        assert not run(SCREENSHOT, check=True, screenshot_test_id=1, wait=False).get("failed")


def test_check_mode_takes_none(sent: list[Any]) -> None:
    result = run(SCREENSHOT, check=True, **WANTED)
    assert (result["changed"], result["screenshot_test"], result["version_id"]) == (True, None, None)
    assert result["warnings"] and sent == []


def test_unknown_test(sent: list[Any]) -> None:
    given: dict[str, dict[str, Any]] = {SCREENSHOT: {}, COMPARISON: {"base_result_id": 4}}
    for module, options in given.items():
        assert run(module, screenshot_test_id=8, **options)["error"]["kind"] == "not_found"


def test_comparison_says_what_was_not_compared(sent: list[Any]) -> None:
    options: dict[str, Any] = {"screenshot_test_id": 1, "base_result_id": 4, "tolerance": 30}
    result = run(COMPARISON, **options)
    assert (result["changed"], result["differences"], result["version_id"]) == (False, 0, 2)
    assert [one["browser"] for one in result["comparisons"]] == ["Chrome 120", None]
    assert result["warnings"] == ["1 of 2 screenshots could not be compared."]
    failed = run(COMPARISON, **options, max_differences=0)
    assert failed["error"]["kind"] == "not_compared" and len(failed["comparisons"]) == 2


def test_credentials_are_checked_first() -> None:
    for option, value in (("api_user", "a b"), ("api_password", ""), ("api_url", "www.example.com")):
        given: dict[str, Any] = {"screenshot_test_id": 1, "base_result_id": 4, option: value}
        refused = run(COMPARISON, **given)
        assert refused["error"]["kind"] == "invalid_option" and option in refused["msg"]
