# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Dataflow Kit sandbox answers every operation according to the contract."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.contract import coverage
from tests.contract.contracts import DATAFLOWKIT
from tests.support.dataflowkit import PERSONS, Client, persons_site


@pytest.fixture(scope="module")
def exchanges() -> list[dict[str, Any]]:
    """The exchanges in which every operation was called."""
    with (
        SandboxProcess("--engine", "stub", service="dataflowkit", rate_limit="30/60") as sandbox,
        persons_site() as site,
    ):
        api = Client(sandbox)
        url = f"{site.url}/persons/1"
        found = f"{sandbox.url}/pages/search?q=x"
        for form in ("csv", "json", "jsonl", "xml", "excel"):
            assert api.parsed(site, format=form).ok
            body = {"name": "s", "format": form, "proxy": "country-any", "type": "base", "url": found}
            assert api.post("serp", body).ok
        assert api.post("fetch", {"type": "base", "url": url, "actions": [{"pause": {"waitDelay": "1"}}]}).ok
        for path in ("convert/url/pdf", "convert/url/screenshot"):
            assert api.post(path, {"url": url}).ok
            assert api.post(path, {"url": url, "output": "file"}).ok
        assert api.post("parse", {**PERSONS, "fields": []}).status_code == 400
        assert api.post("fetch", {}, key="wrong").status_code == 401
        assert api.post("fetch", {"type": "base", "url": f"{site.url}/missing"}).status_code == 500
        while api.post("convert/url/pdf", {"url": url}).status_code != 429:
            pass
        return sandbox.exchanges()


def test_every_operation_works(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.not_worked(DATAFLOWKIT, exchanges) == set()


def test_every_response_is_as_the_contract_says(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.violations(exchanges) == []
    assert {one["status"] for one in exchanges} == {200, 400, 401, 429, 500}


def test_requests_would_pass_too(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.violations_as_own(exchanges) == []


def test_no_key_is_in_the_log(exchanges: list[dict[str, Any]]) -> None:
    assert "sandbox-key" not in str(exchanges)
    assert {one["query"] for one in exchanges} >= {"api_key=***"}
