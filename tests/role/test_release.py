# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks of ``docs/feature_flags.md``, and the flags as ConfigCat's SDK evaluates them afterwards."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.role.test_playbooks import EXAMPLES, Runner
from tests.sdk.sdks import Person, PythonSdk
from tests.support.configcat import Client
from tests.support.playing import Player, task

USERS: list[Person | None] = [
    *({"identifier": f"user-{number}", "email": f"user-{number}@example.net"} for number in range(1000)),
    {"identifier": "ada", "email": "ada@bakery.example"},
]
"""A thousand users, and one whom a rule includes."""


@dataclass
class Bakery:
    """The product of the guide, with the runner of its plays.

    Attributes:
        runner: runs whole playbooks.
        sdk: ConfigCat's SDK, with the key of the shop in production.
    """

    runner: Runner
    sdk: PythonSdk

    def release(self, percent: int, *words: str, **variables: Any) -> tuple[int, str]:
        """Run one step of the release. Unless it is watched it must not pause: a pause would block this test."""
        patience = {"release_watch": 1_000_000, "release_watch_every": 500_000}
        given = {**patience, "release_percent": percent, **variables}
        return self.runner.run(EXAMPLES / "release_flag.yml", "--diff", *words, **given)

    def having(self) -> set[str]:
        """Return who has the feature, as the SDK evaluates it after its next poll."""
        self.sdk.refresh()
        served = self.sdk.values("new_checkout", None, USERS)
        return {user["identifier"] for user, value in zip(USERS, served, strict=True) if user and value}


@pytest.fixture
def bakery(tmp_path: Path) -> Iterator[Bakery]:
    """The product after the first playbook of the guide, with a rule that includes testers."""
    with SandboxProcess(service="configcat", rate_limit="100000/60") as sandbox:
        runner = Runner(Player(sandbox, tmp_path), tmp_path)
        first = (EXAMPLES / "feature_flags.yml", "--diff")
        code, output = runner.run(*first)
        assert code == 0, output
        assert 'banner_text: (new) → "Fresh every morning"' in output
        assert "changed=0 " in runner.run(*first)[1]
        let_in: dict[str, Any] = {
            "product": "Bakery",
            "config": "Shop",
            "environment": "production",
            "key": "new_checkout",
        }
        rules = [{"segment": "Testers", "value": True}]
        assert runner.player.play([task("configcat_flag_value", rules=rules, **let_in)])[0].changed
        sdk = PythonSdk(sdk_key_in_production(Client(sandbox)), sandbox.url, None)
        yield Bakery(runner, sdk)
        sdk.close()


def sdk_key_in_production(api: Client) -> str:
    """Return the SDK key of the shop in production."""
    (product,) = [item for item in api.get("/products") if item["name"] == "Bakery"]
    (config,) = api.get(f"/products/{product['productId']}/configs")
    environments = api.get(f"/products/{product['productId']}/environments")
    (production,) = [item for item in environments if item["name"] == "production"]
    return str(api.get(f"/configs/{config['configId']}/environments/{production['environmentId']}")["primary"])


def test_a_release_and_the_way_back(bakery: Bakery) -> None:
    assert bakery.having() == {"ada"}
    code, output = bakery.release(10, "--check")
    line = 'new_checkout: on if in segment "Testers", else off → on if in segment "Testers", else on for 10 %'
    assert code == 0 and line in output
    assert bakery.having() == {"ada"}

    code, output = bakery.release(10)
    assert code == 0 and line in output, output
    tenth = bakery.having()
    # The hash of the key and the identifiers decides, so this is the same each time.
    assert 70 <= len(tenth) <= 130 and "ada" in tenth
    assert "changed=0 " in bakery.release(10)[1]

    assert bakery.release(50)[0] == 0
    half = bakery.having()
    assert 440 <= len(half) <= 560 and tenth < half
    assert bakery.release(100)[0] == 0
    assert len(bakery.having()) == 1001
    assert bakery.release(0)[0] == 0
    assert bakery.having() == {"ada"}


class Health(HTTPServer):
    """A health page of the shop that reports success a given number of times, and failure afterwards."""

    well = 0

    class Page(BaseHTTPRequestHandler):
        """Answers with status 200 or 503."""

        def do_GET(self) -> None:
            """Answer one health check."""
            assert isinstance(self.server, Health)
            self.server.well -= 1
            self.send_response(200 if self.server.well >= 0 else 503)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""


@pytest.fixture
def health() -> Iterator[Health]:
    server = Health(("127.0.0.1", 0), Health.Page)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.nightly
def test_a_release_that_is_watched(bakery: Bakery, health: Health) -> None:
    watch = {
        "release_check_url": f"http://127.0.0.1:{health.server_port}/health",
        "release_watch": 2,
        "release_watch_every": 1,
    }
    code, output = bakery.release(10, **watch)
    assert code != 0 and "503" in output
    # The shop was unhealthy before, so nothing was switched.
    assert bakery.having() == {"ada"}

    health.well = 3
    code, output = bakery.release(10, **watch)
    assert code == 0, output
    assert len(bakery.having()) > 70

    health.well = 2
    code, output = bakery.release(50, **watch)
    assert code != 0 and "new_checkout is off again" in output
    assert bakery.having() == {"ada"}
