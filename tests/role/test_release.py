# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command of ``docs/feature_flags.md``, run twice, and the flags as ConfigCat's SDK evaluates them in between."""

from __future__ import annotations

import re
import shlex
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.role.test_playbooks import EXAMPLES, Runner, changes
from tests.sdk.sdks import Person, PythonSdk
from tests.support.configcat import Client
from tests.support.playing import ROOT, Player, task

GUIDE = ROOT / "docs/feature_flags.md"
USERS: list[Person | None] = [
    *({"identifier": f"user-{number}", "email": f"user-{number}@example.net"} for number in range(1000)),
    {"identifier": "ada", "email": "ada@bakery.example"},
]
"""A thousand users, and one whom a rule includes."""
BELGIANS: list[Person | None] = [{"identifier": f"user-{number}", "country": "BE"} for number in range(500)]


@dataclass
class Bakery:
    """The product of the guide, with the runner of its plays.

    Attributes:
        runner: runs whole playbooks.
        version: the evaluation version of its config.
    """

    runner: Runner
    version: str
    sdk: PythonSdk | None = None

    def run(self, playbook: str, *words: str, **variables: Any) -> tuple[int, str]:
        """Run a playbook of the guide."""
        # Unless a release is watched it must not pause: a pause would block this test.
        patience = {"release_watch": 1_000_000, "release_watch_every": 500_000}
        return self.runner.run(EXAMPLES / playbook, *words, **{**patience, **variables})

    def twice(self, playbook: str, *words: str, **variables: Any) -> str:
        """Run a playbook of the guide two times; the second time changes nothing. Return the output."""
        code, output = self.runner.run([EXAMPLES / playbook] * 2, *words, **variables)
        assert code == 0, output
        first, second = changes(output)
        assert first and not second, output
        return output

    def include_testers(self) -> None:
        """Add a rule that includes testers, and open the SDK."""
        place: dict[str, Any] = {
            "product": "Bakery",
            "config": "Shop",
            "environment": "production",
            "key": "new_checkout",
        }
        place["rules"] = [{"segment": "Testers", "value": True}]
        without, with_reason = self.runner.player.play(
            [task("configcat_flag_value", **place), task("configcat_flag_value", reason="Testers first", **place)]
        )
        assert without.error["kind"] == "reason_required" and without.writes == [] and with_reason.changed
        sandbox = self.runner.player.sandbox
        self.sdk = PythonSdk(sdk_key_in_production(Client(sandbox)), sandbox.url, None)

    def having(self, key: str = "new_checkout", users: list[Person | None] | None = None) -> set[str]:
        """Return who has the feature, as the SDK evaluates it after its next poll."""
        assert self.sdk
        self.sdk.refresh()
        people = users or USERS
        served = self.sdk.values(key, None, people)
        return {user["identifier"] for user, value in zip(people, served, strict=True) if user and value}


@pytest.fixture(params=["v2", pytest.param("v1", marks=pytest.mark.nightly)])
def bakery(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Bakery]:
    """An empty account for the plays of the guide; for V1 with the product and its config, which no play creates."""
    with SandboxProcess(service="configcat", rate_limit="100000/60") as sandbox:
        bakery = Bakery(Runner(Player(sandbox, tmp_path), tmp_path), request.param)
        if request.param == "v1":
            api = Client(sandbox)
            organization = api.get("/organizations")[0]["organizationId"]
            product = api.make(f"/organizations/{organization}/products", name="Bakery")["productId"]
            api.make(f"/products/{product}/configs", name="Shop", evaluationVersion="v1")
        yield bakery
        if bakery.sdk:
            bakery.sdk.close()


def sdk_key_in_production(api: Client) -> str:
    """Return the SDK key of the shop in production."""
    (product,) = [item for item in api.get("/products") if item["name"] == "Bakery"]
    (config,) = api.get(f"/products/{product['productId']}/configs")
    environments = api.get(f"/products/{product['productId']}/environments")
    (production,) = [item for item in environments if item["name"] == "production"]
    return str(api.get(f"/configs/{config['configId']}/environments/{production['environmentId']}")["primary"])


def commands() -> list[list[str]]:
    """Return the words of each command of the guide that runs a playbook."""
    blocks = re.findall(r"^```shell\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines() if line.startswith("ansible-playbook ")]
    return [shlex.split(line, comments=True)[1:] for line in lines]


def test_excerpts_are_those_of_the_examples() -> None:
    blocks = re.findall(r"^```yaml\n(.*?)^```", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    examples = [path.read_text(encoding="utf-8") for path in EXAMPLES.glob("*.yml")]
    assert blocks and all(any(block in text for text in examples) for block in blocks)


def test_every_command_of_the_guide_and_again(bakery: Bakery) -> None:
    sandbox = bakery.runner.player.sandbox
    having: dict[str, set[str]] = {}
    express: dict[str, set[str]] = {}
    for playbook, *options in commands():
        given = {"move_cdn_url": sandbox.url, "move_numbered_users": 20} if playbook == "move_config_to_v2.yml" else {}
        if "--check" in options:
            before = len(sandbox.exchanges())
            code, output = bakery.run(playbook, *options)
            assert code == 0 and bakery.runner.writes(before) == [], output
        elif playbook == "targeting.yml" and bakery.version == "v1":
            before = len(sandbox.exchanges())
            code, output = bakery.run(playbook, *options)
            assert code != 0 and "express_checkout" in output and bakery.runner.writes(before) == [], output
        else:
            output = bakery.twice(playbook, *options, **given)
        if playbook == "feature_flags.yml" and "--check" not in options:
            assert 'banner_text: (new) → "Fresh every morning"' in output
            bakery.include_testers()
        if playbook == "release_flag.yml":
            having[options[-1]] = bakery.having()
            express[options[-1]] = bakery.having("express_checkout", BELGIANS) if bakery.version == "v2" else set()
        if options[-1:] == ["release_percent=10"]:
            line = 'new_checkout: on if in segment "Testers", else off → on if in segment "Testers", else on for 10 %'
            assert line in output
    # The hash of the key and the identifiers decides, so this is the same each time.
    assert list(having) == [f"release_percent={percent}" for percent in (10, 50, 100, 0)]
    tenth, half, everybody, nobody = (having[f"release_percent={percent}"] for percent in (10, 50, 100, 0))
    assert 70 <= len(tenth) <= 130 and "ada" in tenth
    assert 440 <= len(half) <= 560 and tenth < half
    assert len(everybody) == 1001 and nobody == {"ada"}
    if bakery.version == "v2":
        # One in five of those who have the prerequisite flag and live in Belgium.
        few, more, fifth, none = (express[f"release_percent={percent}"] for percent in (10, 50, 100, 0))
        assert few < more < fifth and 70 <= len(fifth) <= 130 and none == set()
        assert (
            bakery.having("express_checkout", [{**person, "country": "DE"} for person in BELGIANS if person]) == set()
        )


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
    bakery.twice("feature_flags.yml")
    bakery.include_testers()
    watch = {
        "release_check_url": f"http://127.0.0.1:{health.server_port}/health",
        "release_watch": 2,
        "release_watch_every": 1,
    }
    code, output = bakery.run("release_flag.yml", release_percent=10, **watch)
    assert code != 0 and "503" in output
    # The shop was unhealthy before, so nothing was switched.
    assert bakery.having() == {"ada"}

    health.well = 3
    code, output = bakery.run("release_flag.yml", release_percent=10, **watch)
    assert code == 0, output
    assert len(bakery.having()) > 70

    health.well = 2
    code, output = bakery.run("release_flag.yml", release_percent=50, **watch)
    assert code != 0 and "new_checkout is off again" in output
    assert bakery.having() == {"ada"}
