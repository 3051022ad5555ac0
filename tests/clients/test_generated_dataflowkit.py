# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client generated from the vendor's description of Dataflow Kit makes files of pages: every operation.

It can't name actions: their names are keys, which the description does not say.
"""

from __future__ import annotations

import importlib
import json
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.clients.places import FOLDER
from tests.contract import coverage
from tests.contract.contracts import DATAFLOWKIT
from tests.support.dataflowkit import PERSONS, persons_site

pytestmark = pytest.mark.clients

PACKAGE = "generated_dataflowkit"


class GeneratedClient:
    """Calls the generated methods with the generated models."""

    def __init__(self, sandbox: SandboxProcess, key: str) -> None:
        if not (FOLDER / PACKAGE).exists():
            pytest.fail("Run make test-clients, which generates the client.")
        sys.path.insert(0, str(FOLDER))
        self.package = importlib.import_module(PACKAGE)
        configuration = self.package.Configuration(host=f"{sandbox.url}/v1", api_key={"ApiKeyAuth": key})
        self._client = self.package.ApiClient(configuration)

    def send(self, part: str, method: str, model: str, body: dict[str, Any]) -> tuple[int, str, bytes]:
        """Return the status, the type and the content of a response."""
        api = getattr(self.package, part)(self._client)
        kind = getattr(self.package, model)
        response = getattr(api, f"{method}_without_preload_content")(kind.from_dict(body))
        return response.status, response.headers["Content-Type"], response.data


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess("--engine", "stub", service="dataflowkit", api_key="key +/&=") as running:
        yield running


def test_every_operation(sandbox: SandboxProcess, told: list[str]) -> None:
    client = GeneratedClient(sandbox, sandbox.api_key)
    with persons_site() as site:
        url = f"{site.url}/persons/1"
        cookies = [{"name": "token", "value": "t0ken", "domain": "127.0.0.1", "sameSite": "lax", "storeID": "0"}]
        fetched = client.send(
            "FetchApi", "fetch", "Fetchrequest", {"type": "base", "url": url, "initialCookies": cookies}
        )
        assert fetched == (200, "text/html; charset=utf-8", site.pages["/persons/1"].encode())
        assert site.headers[-1]["Cookie"] == "token=t0ken"
        payload = {**PERSONS, "request": {"type": "base", "url": url}}
        status, _type, data = client.send("ParseApi", "parse", "Parserequest", payload)
        assert (status, [one["Name_text"] for one in json.loads(data)]) == (
            200,
            [f"PERSON {one}" for one in range(1, 5)],
        )
        found = f"{sandbox.url}/pages/search?q=x"
        serp = {"name": "s", "format": "csv", "proxy": "country-any", "type": "base", "url": found, "pageNum": 2}
        status, kind, data = client.send("SerpApi", "serp", "Serprequest", serp)
        assert (status, kind.partition(";")[0], len(data.splitlines())) == (200, "text/csv", 21)
        pdf = client.send("UrlToPdfApi", "url_to_pdf", "Url2pdfrequest", {"url": url, "paperSize": "A5"})
        assert (pdf[:2], pdf[2][:5]) == ((200, "application/pdf"), b"%PDF-")
        picture = {"url": url, "width": 80, "height": 60, "output": "file"}
        status, kind, link = client.send("UrlToScreenshotApi", "url_to_screenshot", "Url2screenshotrequest", picture)
        assert (status, kind) == (200, "text/plain; charset=utf-8") and link.startswith(sandbox.url.encode())
    exchanges = sandbox.exchanges()
    assert coverage.not_worked(DATAFLOWKIT, exchanges) == set()
    assert coverage.violations_as_own(exchanges) == []
    told.append(f"generated client of Dataflow Kit: {len(DATAFLOWKIT.operations)} operations")


def test_wrong_key(sandbox: SandboxProcess) -> None:
    client = GeneratedClient(sandbox, "wrong")
    refused = client.send("FetchApi", "fetch", "Fetchrequest", {"type": "base", "url": "http://127.0.0.1/"})
    assert (refused[0], refused[2]) == (401, b"Invalid API key")
