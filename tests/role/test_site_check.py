# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``site_check``: an unchanged page passes, a moved button fails until it is accepted.

``make test`` runs it with drawings, ``make test-browser`` with the browser of the machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from sandbox.launcher import SandboxProcess
from tests.contract import coverage
from tests.integration.test_examples import playbooks_in
from tests.support.html_page import Page
from tests.support.playing import ROOT, Player, PlayResult, Result, Task
from tests.support.site import LEFT, Site, page

ROLE = "reseller.toolkit.site_check"
ENGINES = ("stub", pytest.param("auto", marks=pytest.mark.browser))
README = ROOT / "roles/site_check/README.md"
REPORT, PICTURE = "Write the report", "Save a picture with the elements outlined"
MOVED = "button#buy moved 80px to the right"


class Launched(NamedTuple):
    """A site and what looks at it.

    Attributes:
        site: the site, with one page.
        player: runs the plays.
        files: the sandbox that makes the files.
        engine: what renders pages in both sandboxes.
    """

    site: Site
    player: Player
    files: SandboxProcess
    engine: str

    def play(self, *tasks: Task) -> PlayResult:
        """Run tasks, of which none waits long for screenshots."""
        defaults = {"reseller.toolkit.crossbrowsertesting_screenshot": {"poll_interval": 0.1}}
        env = {"DATAFLOWKIT_API_URL": self.files.url, "DATAFLOWKIT_API_KEY": self.files.api_key}
        return self.player.playbook([self.player.written(tasks, module_defaults=defaults)], env=env)

    def paid(self) -> tuple[int, int]:
        """Return how many files were made, and how many screenshot tests were taken."""
        made, taken = (
            sum(one["method"] == "POST" for one in server.exchanges()) for server in (self.files, self.player.sandbox)
        )
        return made, taken


@pytest.fixture(params=ENGINES)
def launched(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Launched]:
    with Site("www.example.com") as site:
        site.pages["/"] = page()
        words = ("--engine", request.param, *site.words)
        with (
            SandboxProcess(*words, service="crossbrowsertesting") as screens,
            SandboxProcess(*words, service="dataflowkit") as files,
        ):
            yield Launched(site, Player(screens, tmp_path / "runs"), files, request.param)
            assert coverage.violations(screens.exchanges()) == []
            assert coverage.violations(files.exchanges()) == []


def described(folder: Path) -> dict[str, Any]:
    """Return the variables of the README, with this folder and a browser of the sandbox."""
    [readme] = playbooks_in(README)
    text = yaml.safe_dump(readme["vars"]["site_check"])
    found = yaml.safe_load(text.replace("~/", f"{folder}/").replace("Win10|Chrome-latest", "Linux|Chromium"))
    assert isinstance(found, dict)
    return found


def check(described: dict[str, Any], **more: Any) -> Task:
    """Return a task that runs the role."""
    return {"ansible.builtin.include_role": {"name": ROLE}, "vars": {"site_check": {**described, **more}}}


def predict(task: Task) -> Task:
    return {"block": [task], "check_mode": True}


def may_fail(task: Task) -> Task:
    return {"block": [task], "rescue": [{"ansible.builtin.meta": "noop"}]}


def facts_of(played: PlayResult) -> list[dict[str, Any]]:
    facts = [result.data["ansible_facts"] for result in played if "ansible_facts" in result.data]
    return [fact["site_check_result"] for fact in facts if "site_check_result" in fact]


def runs_of(played: PlayResult) -> list[list[Result]]:
    """Return the results of the tasks for each run of the role."""
    runs: list[list[Result]] = []
    for result in played:
        if "Validating arguments" in result.name:
            runs.append([])
        elif runs:
            runs[-1].append(result)
    return runs


def changed_in(run: list[Result]) -> list[str]:
    return [result.name.split(" : ")[-1] for result in run if result.data.get("changed")]


def test_moved_button_fails_until_it_is_accepted(launched: Launched, tmp_path: Path) -> None:
    wanted, folder = described(tmp_path), tmp_path / "site-check"
    predicted: Task = {"block": [check(wanted)], "check_mode": True}
    lost: Task = {"name": "Lose a file", "ansible.builtin.file": {"path": f"{folder}/page.pdf", "state": "absent"}}
    young_files = check(wanted, max_age=3600)
    partly: Task = {"block": [young_files], "check_mode": True}
    played = launched.play(predicted, check(wanted), check(wanted), young_files, lost, partly)
    assert played.code == 0, played.output
    nothing, first, again, young, rest = runs_of(played)
    assert [(fact["accepted"], fact["changed"], fact["elements"]) for fact in facts_of(played)] == [
        (True, True, []),
        (False, False, []),
        (False, False, []),
        (False, True, []),
    ]
    assert "Save the PDF" in changed_in(rest)
    assert [result.requests for result in nothing if result.requests] == []
    assert {"Save the picture", "Accept the version", REPORT} <= set(changed_in(first))
    # Only the time of the check moves. Without a new check, nothing does.
    assert set(changed_in(again)) <= {REPORT}
    assert changed_in(young) == ["Lose a file"]
    assert launched.paid() == (6, 2)
    assert "The layout is the accepted one." in Page((folder / "report.html").read_text()).text
    accepted = (folder / "accepted/page.html").read_text()

    launched.site.pages["/"] = page(LEFT + 80)
    failed = launched.play(check(wanted))
    assert failed.code != 0
    [told] = [result.msg for result in failed if result.outcome == "failed"]
    assert told.startswith("https://www.example.com/ does not look as accepted: ")
    assert told.count(MOVED) == 2 and "1366x768" in told and f"See {folder}/report.html." in told
    assert [one["short_path"] for one in facts_of(failed)[0]["elements"]] == ["button#buy"] * 2
    check_report(launched, folder)
    assert (folder / "accepted/page.html").read_text() == accepted != (folder / "page.html").read_text()

    relative = may_fail(check(wanted, folder="site-check"))
    secret = may_fail(check(wanted, url="https://ada:geheim@www.example.com/"))
    played = launched.play(relative, secret, check(wanted, accept=True), check(wanted, accept=True))
    assert played.code == 0, played.output
    refused = [result.msg for result in played if result.outcome == "failed"]
    assert len(refused) == 2 and all("must be absolute" in message for message in refused)
    now, after = runs_of(played)[2:]
    # The picture of differences, which a later run removes, is a file too.
    assert [(fact["accepted"], fact["changed"]) for fact in facts_of(played)] == [(True, True), (False, True)]
    assert launched.paid() == (17, 5)
    assert {"Accept the files", "Accept the version"} <= set(changed_in(now))
    assert set(changed_in(after)) <= {REPORT, "Ensure that no older picture of differences is left"}
    assert (folder / "accepted/page.html").read_text() == (folder / "page.html").read_text()
    assert not (folder / "differences.png").exists()


def check_report(launched: Launched, folder: Path) -> None:
    """Check the report of a moved button, as a parser reads it and as a browser shows it."""
    path = folder / "report.html"
    report = Page(path.read_text())
    assert "The layout has changed. 2 elements differ." in report.text
    assert "button#buy moved 80px to the right Linux, Chromium" in report.text
    pictures = [str(one["src"]) for one in report.attributes("img")]
    assert pictures == ["accepted/page.png", "differences.png"]
    assert all((folder / name).read_bytes().startswith(b"\x89PNG") for name in pictures)
    if launched.engine == "stub":
        return
    # The browser of other tests may have an event loop in this thread.
    with ThreadPoolExecutor(1) as other_thread:
        other_thread.submit(check_in_browser, path.as_uri()).result()
    outlined, plain = (color_count(folder / name) for name in ("differences.png", "page.png"))
    assert outlined > 500 and plain == 0


def check_in_browser(url: str) -> None:
    """Check that a browser shows the report with its pictures, from files alone."""
    from playwright.sync_api import sync_playwright

    from tests.browser.conftest import ARGUMENTS, CHROMIUM

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        shown = browser.new_page()
        asked: list[str] = []
        shown.on("request", lambda request: asked.append(request.url))
        shown.goto(url)
        assert shown.get_by_role("status").inner_text() == "The layout has changed. 2 elements differ."
        widths = shown.evaluate("[...document.images].map((one) => one.naturalWidth)")
        assert widths == [1280, 1280]
        assert asked and {address.split(":")[0] for address in asked} == {"file"}
        browser.close()


def color_count(picture: Path) -> int:
    """Return how many pixels of a picture have the color of outlines."""
    from PIL import Image

    with Image.open(picture) as image:
        counted = {color: number for number, color in image.convert("RGB").getcolors(2**24) or []}
    return int(counted.get((0xB3, 0x00, 0x5C), 0))


@pytest.mark.nightly
def test_check_mode_and_max_age(launched: Launched, tmp_path: Path) -> None:
    """Check mode says what is known, and pays for nothing; nor does what is young enough."""
    wanted, folder = {**described(tmp_path), "max_age": 3600}, tmp_path / "site-check"
    played = launched.play(may_fail(predict(check(wanted, tolerance=101))), check(wanted))
    assert played.code == 0 and "tolerance must be 0 to 100" in failures_in(played)[0], played.output
    launched.site.pages["/"] = page(LEFT + 80)
    played = launched.play(
        may_fail(check(wanted, max_age=0)),
        may_fail(check(wanted)),
        {"ansible.builtin.file": {"path": f"{folder}/page.html", "state": "absent"}},
        may_fail(predict(check(wanted))),
        # The screenshots are young, but there is no folder with an accepted version.
        predict(check(wanted, folder=str(tmp_path / "other"))),
    )
    assert played.code == 0, played.output
    assert [MOVED in message for message in failures_in(played)] == [True] * 3
    # The first run of the two made the picture with the elements outlined, the second one nothing.
    assert launched.paid() == (7, 2)
    assert not (folder / "page.html").exists() and not (tmp_path / "other").exists()


def failures_in(played: PlayResult) -> list[str]:
    return [result.msg for result in played if result.outcome == "failed"]


@pytest.mark.nightly
def test_accepted_version_that_the_service_has_removed(launched: Launched, tmp_path: Path) -> None:
    wanted, version = described(tmp_path), tmp_path / "site-check/accepted/version.json"
    assert launched.play(check(wanted)).code == 0
    stored = json.loads(version.read_text())
    version.write_text(json.dumps({**stored, "version_id": stored["version_id"] + 1000}))
    played = launched.play(may_fail(check(wanted)), check(wanted, accept=True), check(wanted))
    assert played.code == 0, played.output
    assert [fact["accepted"] for fact in facts_of(played)] == [True, False]
    assert json.loads(version.read_text())["version_id"] > stored["version_id"]
