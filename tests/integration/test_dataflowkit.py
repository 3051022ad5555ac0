# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Dataflow Kit modules against the sandbox without a browser: files, both ways to run, and calls that cost once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.children import connection, run_module
from tests.support.dataflowkit import PERSONS, persons_site
from tests.support.playing import Player, Result, Task, task
from tests.support.site import Site

#: Called with ``max_age`` in a second run, none of them sends anything.
DAY = 86400
LINK = {"name": "link", "selector": ".result__a", "type": "link"}


@pytest.fixture
def site() -> Iterator[Site]:
    with persons_site() as site:
        yield site


def tasks_for(site: Site, search: str, folder: str) -> list[Task]:
    """Return a task of each module."""
    url = f"{site.url}/persons/1"
    payload = {**PERSONS, "request": {"type": "base", "url": url}}
    cookies = [{"name": "session", "value": "{{ session }}"}]
    return [
        task("dataflowkit_fetch", url=url, dest=f"{folder}/p.html", initial_cookies=cookies, max_age=DAY),
        task("dataflowkit_parse", payload=payload, dest=f"{folder}/p.json", max_age=DAY),
        task("dataflowkit_pdf", url=url, dest=f"{folder}/p.pdf", max_age=DAY),
        task("dataflowkit_screenshot", url=url, width=80, height=60, dest=f"{folder}/p.png", max_age=DAY),
        task("dataflowkit_serp", url=search, fetcher="base", fields=[LINK], dest=f"{folder}/s.json", max_age=DAY),
    ]


def test_each_module_in_both_ways_to_run(dataflowkit: SandboxProcess, site: Site, tmp_path: Path) -> None:
    player = Player(dataflowkit, tmp_path)
    player.secret("session", "s3ssion-of-ada")
    player.secret("key", dataflowkit.api_key)
    search = f"{dataflowkit.url}/pages/search?q=x"
    tasks: list[Task] = []
    for in_process in (True, False):
        folder = tmp_path / str(in_process)
        folder.mkdir()
        for one in tasks_for(site, search, str(folder)):
            this = one | {"vars": {"reseller_toolkit_in_process": in_process}}
            tasks += [this | {"check_mode": True}, this, this]
    results = player.play(tasks).results
    runs = [results[first : first + 3] for first in range(0, 30, 3)]
    for predicted, made, again in runs:
        assert (predicted.changed, predicted["called"], predicted.requests) == (True, False, [])
        assert "was not called in check mode" in predicted["warnings"][0]
        # The result pages are served by the sandbox itself.
        assert (made.changed, made["called"], len(made.writes)) == (True, True, 1)
        assert (again.changed, again["called"], again.requests) == (False, False, [])
        assert again["sha256"] == made["sha256"]
    assert [comparable(one) for one in results[:15]] == [comparable(one) for one in results[15:]]
    files = {path.name: path.read_bytes() for path in (tmp_path / "True").iterdir()}
    assert files["p.html"].decode() == site.pages["/persons/1"]
    assert json.loads(files["p.json"]) == runs[1][1]["data"] and len(runs[1][1]["data"]) == 4
    assert (files["p.pdf"][:5], files["p.png"][1:4]) == (b"%PDF-", b"PNG")
    assert runs[4][1]["data"][0] == {"link_href": "https://result1.example/", "link_text": "x 1"}
    assert ("session=s3ssion-of-ada") in [headers.get("Cookie") for headers in site.headers]


def comparable(result: Result) -> dict[str, Any]:
    """Return what does not depend on the folder and on when it was made."""
    names = ("changed", "called", "size", "data", "warnings")
    found = {name: result.data.get(name) for name in names}
    folder = str(Path(result["path"]).parent)
    without: dict[str, Any] = json.loads(json.dumps({**found, "path": result["path"]}).replace(folder, ""))
    return without


class Calls:
    """Runs the modules in this process, and counts what the server made for credits."""

    def __init__(self, server: SandboxProcess, site: Site, folder: Path) -> None:
        self.server = server
        self.site = site
        self.folder = folder
        self._before = server.state()["calls"]

    def run(self, **options: Any) -> dict[str, Any]:
        """Save a page."""
        given = {
            "url": f"{self.site.url}/persons/1",
            "dest": str(self.folder / "p.html"),
            "retry_timeout": 5,
            **options,
        }
        return run_module("dataflowkit_fetch", {**connection(self.server, self.folder / "state"), **given})

    def fault(self, kind: str, **parameters: Any) -> None:
        """Apply a fault to the next call."""
        self.server.set_faults([{"match": {"method": "POST", "nth": 1}, "fault": kind, **parameters}])

    @property
    def made(self) -> int:
        """How often the server made something since the beginning."""
        return int(self.server.state()["calls"]) - self._before


@pytest.fixture
def calls(dataflowkit: SandboxProcess, site: Site, tmp_path: Path) -> Calls:
    return Calls(dataflowkit, site, tmp_path)


LOST = [
    pytest.param("reset_after", {}, marks=pytest.mark.row(2, "paying post")),
    pytest.param("timeout_after", {"timeout": 1}, marks=pytest.mark.row(2, "paying post")),
    *(
        pytest.param("status", {"status": status, "acted": True}, marks=pytest.mark.row(4, "paying post"))
        for status in (500, 502, 503, 504)
    ),
    pytest.param("truncate", {}, marks=pytest.mark.row(23, "paying post")),
    ("status", {"status": 202, "acted": True}),
]


@pytest.mark.parametrize(("kind", "parameters"), LOST)
def test_call_of_unknown_outcome_is_never_sent_twice(
    calls: Calls, kind: str, parameters: dict[str, Any], record_property: Any
) -> None:
    options = {"timeout": parameters["timeout"]} if "timeout" in parameters else {}
    calls.fault(kind, **{name: value for name, value in parameters.items() if name != "timeout"})
    first = calls.run(**options)
    assert first["error"]["kind"] == "outcome_unknown" and "on_doubt: resend" in first["msg"], first
    assert calls.made == 1
    again = calls.run()
    assert again["error"]["kind"] == "outcome_unknown" and calls.made == 1
    record_property("bought", calls.made)
    assert calls.run(on_doubt="resend")["changed"]
    assert calls.made == 2 and not calls.run(max_age=DAY)["called"]


@pytest.mark.row(3, "paying post")
@pytest.mark.row(5, "paying post")
@pytest.mark.parametrize(("kind", "parameters"), [("reset_before", {}), ("status", {"status": 503, "acted": False})])
def test_lost_before_it_was_made_is_in_doubt_too(calls: Calls, kind: str, parameters: dict[str, Any]) -> None:
    calls.fault(kind, **parameters)
    assert calls.run()["error"]["kind"] == "outcome_unknown"
    assert calls.run()["error"]["kind"] == "outcome_unknown"
    assert calls.made == 0


@pytest.mark.row(6, "paying post")
def test_refused_for_the_rate_limit_is_sent_again(calls: Calls) -> None:
    calls.fault("rate_limit", retry_after=1)
    assert calls.run()["changed"] and calls.made == 1


@pytest.mark.row(22, "paying post")
@pytest.mark.row(32, "paying post")
def test_refusals_leave_no_doubt_and_show_no_key(calls: Calls) -> None:
    refused = calls.run(api_key="wr0ng-key-of-ada")
    assert (refused["error"]["kind"], refused["error"]["text"]) == ("unauthorized", "Invalid API key")
    assert "DATAFLOWKIT_API_KEY" in refused["msg"] and "wr0ng-key-of-ada" not in str(refused)
    missing = calls.run(url=f"{calls.site.url}/nothing")
    assert missing["error"]["kind"] == "server_error" and "HTTP 404" in missing["msg"]
    elsewhere = calls.run(url="http://203.0.113.1/")
    assert elsewhere["error"]["kind"] == "invalid_request" and "neither on loopback nor allowed" in elsewhere["msg"]
    unreachable = calls.run(api_url="http://127.0.0.1:9")
    assert unreachable["error"]["kind"] == "connection" and calls.server.api_key not in str(unreachable)
    assert calls.made == 0 and calls.run()["changed"]
    kept = [path.read_text() for path in (calls.folder / "state").rglob("*.json")]
    assert kept and not any(calls.server.api_key in text for text in kept)
    assert calls.server.api_key not in calls.server.exchange_log.read_text()


def test_changed_page_is_a_change(calls: Calls) -> None:
    assert calls.run()["changed"] and not calls.run()["changed"]
    calls.site.pages["/persons/1"] += "<p>new</p>"
    assert not calls.run(max_age=DAY)["called"]
    assert calls.run()["changed"]
    shown = calls.run(url=f"{calls.site.url}/gone", ignore_http_status_codes=True)
    assert shown["changed"] and "nothing" in (calls.folder / "p.html").read_text()
