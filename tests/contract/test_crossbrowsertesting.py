# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The CrossBrowserTesting sandbox answers every operation according to the contract."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.contract import coverage
from tests.contract.contracts import CROSSBROWSERTESTING
from tests.support.screenshots import Screenshots
from tests.support.site import LEFT, Site, page

#: Only people on the vendor's dashboard, and an operation outside of the contract, give a version a description.
NEVER_SHOWN = {("screenshot_version", "description")}
BROWSERS = ("Linux|Chromium|800x600", "Linux|Chromium|400x700")


@pytest.fixture(scope="module")
def exchanges() -> Iterator[list[dict[str, Any]]]:
    """The exchanges in which every operation was called."""
    with (
        Site() as site,
        SandboxProcess("--engine", "stub", service="crossbrowsertesting", rate_limit="60/60") as sandbox,
    ):
        site.pages.update({"/": page(), "/moved": page(LEFT + 80)})
        screens = Screenshots(sandbox)
        before, after = screens.take(site.url, *BROWSERS), screens.take(f"{site.url}/moved", *BROWSERS, delay=0)
        failed = screens.take(f"{site.url}/nothing", *BROWSERS)
        screens.get("/screenshots", num=3, start=0, archived="false")
        for target in (after, failed):
            version = target["versions"][0]
            path = f"/screenshots/{target['screenshot_test_id']}/{version['version_id']}"
            base = before["versions"][0]["results"][0]["result_id"]
            screens.compare(target, before, tolerance=10)
            screens.get(f"{path}/comparison/{base}", format="json")
            screens.get(f"{path}/{version['results'][0]['result_id']}/comparison/{base}")
        version, base = before["versions"][0]["version_id"], before["versions"][0]["results"][0]["result_id"]
        whole = f"/screenshots/{after['screenshot_test_id']}"
        compared = f"{whole}/{after['versions'][0]['version_id']}"
        result = after["versions"][0]["results"][0]["result_id"]
        for path in (
            "/screenshots",
            whole,
            f"{compared}/comparison/parallel/{version}",
            f"{compared}/comparison/{base}",
            f"{compared}/{result}/comparison/{base}",
        ):
            screens.send("GET", path, params={"format": "jsonp", "callback": "shots.show"})
        for method, path in (("GET", "/screenshots/1"), ("POST", "/screenshots"), ("PUT", "/screenshots")):
            screens.send(method, path, json=None)
        screens.send("GET", "/screenshots", auth=("nobody", "wrong"))
        while screens.send("GET", "/screenshots").status_code != 429:
            pass
        yield sandbox.exchanges()


def test_every_operation_works(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.not_worked(CROSSBROWSERTESTING, exchanges) == set()


def test_every_response_is_as_the_contract_says(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.violations(exchanges) == []
    assert {one["status"] for one in exchanges} == {200, 400, 401, 404, 405, 429}


def test_requests_would_pass_too(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.violations_as_own(exchanges) == []


def test_every_documented_property_is_shown(exchanges: list[dict[str, Any]]) -> None:
    plain = [one for one in exchanges if "callback=" not in one["query"]]
    assert coverage.never_shown(CROSSBROWSERTESTING, plain) == NEVER_SHOWN


def test_every_read_can_be_wrapped_in_a_call(exchanges: list[dict[str, Any]]) -> None:
    wrapped = [one for one in exchanges if "callback=" in one["query"]]
    assert [one["response_headers"]["content-type"] for one in wrapped] == ["application/javascript"] * 5
    reads = {name for name in CROSSBROWSERTESTING.operations if name.startswith("GET")}
    assert coverage.not_worked(CROSSBROWSERTESTING, wrapped) == set(CROSSBROWSERTESTING.operations) - reads
    one = {**wrapped[0], "response_body": wrapped[0]["response_body"].replace("screenshot_test_id", "id")}
    assert coverage.violations([one]) != []
    assert coverage.violations([{**one, "response_body": "shots.show("}]) != []


def test_no_secret_is_in_the_log(exchanges: list[dict[str, Any]]) -> None:
    assert "sandbox-secret" not in str(exchanges)
    assert {one["request_headers"].get("authorization") for one in exchanges} == {"Basic sandbox-key", "Basic nobody"}
