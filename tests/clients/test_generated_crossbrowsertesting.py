# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client generated from the vendor's description compares screenshots in the sandbox, and its models take them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.clients.places import FOLDER
from tests.contract import coverage
from tests.contract.contracts import CROSSBROWSERTESTING
from tests.support.screenshots import Screenshots
from tests.support.site import LEFT, Site, page

pytestmark = pytest.mark.clients

PACKAGE = "generated_crossbrowsertesting"
BROWSERS = ("Linux|Chromium|800x600", "Linux|Chromium|400x700")
UNDESCRIBED = {"GET /screenshots", "GET /screenshots/{screenshot_test_id}", "POST /screenshots"}
"""The operations that the description lacks: plain requests take what the client compares."""


class Compared:
    """A sandbox with two screenshot tests, and the generated client's API."""

    def __init__(self, sandbox: SandboxProcess, site: Site) -> None:
        if not (FOLDER / PACKAGE).exists():
            pytest.fail("Run make test-clients, which generates the client.")
        sys.path.insert(0, str(FOLDER))
        package = importlib.import_module(PACKAGE)
        login = {"username": sandbox.api_key, "password": sandbox.api_secret}
        self.api: Any = package.DefaultApi(
            package.ApiClient(package.Configuration(host=f"{sandbox.url}/api/v3", **login))
        )
        site.pages.update({"/before": page(), "/after": page(LEFT + 80)})
        screens = Screenshots(sandbox)
        self.before, self.after = (screens.take(f"{site.url}{path}", *BROWSERS) for path in ("/before", "/after"))
        self.sandbox = sandbox

    def call(self, operation: str, *ids: int, **query: Any) -> Any:
        """Call the method of an operation, whose name ends in this."""
        [name] = [name for name in dir(self.api) if name.endswith(operation) and not name.startswith("_")]
        return getattr(self.api, name)(*ids, **query)

    @property
    def target(self) -> tuple[int, int]:
        """Return the id of the screenshot test after the change, and of its version."""
        return self.after["screenshot_test_id"], self.after["versions"][0]["version_id"]

    @staticmethod
    def results(test: dict[str, Any]) -> list[int]:
        """Return the ids of the results of a test."""
        return [result["result_id"] for result in test["versions"][0]["results"]]


@pytest.fixture(scope="module")
def compared() -> Iterator[Compared]:
    with Site() as site, SandboxProcess("--engine", "stub", service="crossbrowsertesting") as sandbox:
        yield Compared(sandbox, site)
        found = coverage.not_worked(CROSSBROWSERTESTING, sandbox.exchanges())
        assert found <= UNDESCRIBED and coverage.violations(sandbox.exchanges()) == []


def test_versions(compared: Compared) -> None:
    base = compared.before["versions"][0]["version_id"]
    found = compared.call("_comparison_parallel_base_version_id_get", *compared.target, base)
    assert [one.target.comparison.differences for one in found] == [1, 1]
    assert [one.target.screenshot.screenshot_id for one in found] == compared.results(compared.after)
    assert [one.base.screenshot.screenshot_id for one in found] == compared.results(compared.before)
    [element] = found[0].target.comparison.elements
    assert (element.short_path, element.difference) == ("button#buy", "moved 80px to the right")
    assert element.show_difference_public_url.startswith(compared.sandbox.url)


def test_version_with_one_screenshot(compared: Compared) -> None:
    [base, _narrow] = compared.results(compared.before)
    found = compared.call("_target_version_id_comparison_base_result_id_get", *compared.target, base, tolerance=100)
    assert found.base.screenshot.screenshot_id == base
    assert [one.screenshot.screenshot_id for one in found.targets] == compared.results(compared.after)
    # The other window is narrower, and so is what fills it.
    assert [(one.comparison.differences, one.comparison.tolerance) for one in found.targets] == [(0, 100), (1, 100)]


def test_two_screenshots(compared: Compared) -> None:
    target, base = compared.results(compared.after)[1], compared.results(compared.before)[1]
    found = compared.call("_target_result_id_comparison_base_result_id_get", *compared.target, target, base)
    assert (found.target.comparison.differences, found.target.comparison.error) == (1, False)
