# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CrossBrowserTesting for tests with odd values: good options for its modules, and the form of its requests."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, ClassVar

from sandbox.launcher import SandboxProcess
from tests.faults.odd_service import Run, Service
from tests.faults.options import Options

SCREENSHOT = "crossbrowsertesting_screenshot"
#: The page is not served: a screenshot that fails is as good here.
PAGE = "http://127.0.0.1:9/"
BROWSERS = ["Linux|Chromium|800x600"]


class CrossBrowserTesting(Service):
    """CrossBrowserTesting's screenshot API."""

    name = "crossbrowsertesting"
    roots = ("/api/v3/",)
    simplest = "crossbrowsertesting_comparison_info"
    forms: ClassVar[dict[str, re.Pattern[str]]] = {
        "browsers": re.compile(r"[^|,\s]+\|[^|,\s]+(\|[0-9]+x[0-9]+)?"),
        # An address in a body, a host in a query.
        "url": re.compile(r"(https?://)?[^\s@]+"),
    }
    lines = frozenset()
    # Which pages and browsers there are.
    of_the_state = frozenset({"Unknown browsers", "url can't be used"})
    needs_a_read = frozenset()

    @classmethod
    def sandbox(cls) -> SandboxProcess:
        words: dict[str, Any] = {"api_key": "ada", "api_secret": "Pass-geheim-71", "rate_limit": "10000000/60"}
        return SandboxProcess("--engine", "stub", service="crossbrowsertesting", **words)

    def __init__(self, server: SandboxProcess, folder: Path, run: Run) -> None:
        page = f"{server.url}/_sandbox/health"
        taken = run(SCREENSHOT, {"url": page, "browsers": BROWSERS, "poll_interval": 0.1})
        self._test_id, self._version_id = taken["screenshot_test"]["screenshot_test_id"], taken["version_id"]
        self._result_id = taken["screenshot_test"]["versions"][0]["results"][0]["result_id"]

    def bases(self, module: str, number: int) -> list[Options]:
        ids = {"screenshot_test_id": self._test_id}
        if module == SCREENSHOT:
            wait = {"wait": False, "wait_timeout": 5, "poll_interval": 0.1, "settle_time": 0.1}
            new = {"url": PAGE, "browsers": BROWSERS, "delay": 0, "max_age": 0, "on_doubt": "fail"}
            return [{**wait, **new}, {**wait, **ids}]
        one = {**ids, "version_id": self._version_id, "tolerance": 30}
        return [
            {**one, "result_id": self._result_id, "base_result_id": self._result_id},
            {**one, "base_version_id": self._version_id, "max_differences": 0},
        ]

    def check_more(self, exchange: Options) -> None:
        ids = exchange["path"].removeprefix("/api/v3/screenshots")
        assert re.fullmatch("(/[0-9]+|/comparison|/parallel)*", ids), exchange

    def refusals(self, body: str) -> set[str]:
        return {json.loads(body)["message"].partition(":")[0]}
