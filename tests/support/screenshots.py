# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls of the CrossBrowserTesting sandbox without the collection."""

from __future__ import annotations

import time
from typing import Any

import requests

from sandbox.launcher import SandboxProcess

PATIENCE = 120.0
"""How long screenshots may take, in seconds: browsers start slowly on a busy machine."""


class Screenshots:
    """Calls one sandbox.

    Args:
        sandbox: the sandbox.
    """

    def __init__(self, sandbox: SandboxProcess) -> None:
        self._sandbox = sandbox

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        """Return the response to a request.

        Args:
            method: the HTTP method.
            path: below the version.
            options: further options of ``requests.request``.
        """
        options = {"auth": (self._sandbox.api_key, self._sandbox.api_secret), "timeout": 60, **options}
        return requests.request(method, f"{self._sandbox.url}/api/v3{path}", **options)

    def get(self, path: str, **query: Any) -> Any:
        """Return what can be read at a path."""
        response = self.send("GET", path, params=query)
        response.raise_for_status()
        return response.json()

    def take(self, url: str, *browsers: str, **more: Any) -> dict[str, Any]:
        """Take a screenshot test, and return it once it is finished."""
        response = self.send("POST", "/screenshots", json={"url": url, "browsers": list(browsers), **more})
        response.raise_for_status()
        return self.finished(response.json()["screenshot_test_id"])

    def finished(self, test_id: int) -> dict[str, Any]:
        """Return a screenshot test once it is finished."""
        deadline = time.monotonic() + PATIENCE
        while True:
            test: dict[str, Any] = self.get(f"/screenshots/{test_id}")
            if not test["versions"][0]["active"]:
                return test
            assert time.monotonic() < deadline, test
            time.sleep(0.1)

    def unusual(self) -> list[str]:
        """Return what the sandbox found unusual in the last request."""
        return list(self._sandbox.exchanges()[-1].get("unusual", []))

    def compare(self, target: dict[str, Any], base: dict[str, Any], **query: Any) -> Any:
        """Return the comparison of two tests."""
        version, base_id = target["versions"][0]["version_id"], base["versions"][0]["version_id"]
        path = f"/screenshots/{target['screenshot_test_id']}/{version}/comparison/parallel/{base_id}"
        return self.get(path, **query)
