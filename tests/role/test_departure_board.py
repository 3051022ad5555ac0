# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``departure_board`` and the playbook of its README; ``tests/unit/roles`` tests the page itself."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import yaml

from sandbox.launcher import SandboxProcess
from tests.integration.test_departureboard_info import departures, trains
from tests.integration.test_examples import playbooks_in
from tests.support.departureboard import set_time
from tests.support.html_page import Page
from tests.support.playing import ROOT, Player, PlayResult, Task

__all__ = ["departures", "trains"]

ROLE = "reseller.toolkit.departure_board"


def included(**board: Any) -> Task:
    """Return a task that runs the role."""
    return {"ansible.builtin.include_role": {"name": ROLE}, "vars": {"departure_board": board}}


def facts_of(played: PlayResult) -> list[dict[str, Any]]:
    facts = [result.data["ansible_facts"] for result in played if "ansible_facts" in result.data]
    return [fact["departure_board_result"] for fact in facts if "departure_board_result" in fact]


def test_pages_again_and_refusals(departures: Player, trains: SandboxProcess, tmp_path: Path) -> None:
    set_time(trains)
    [readme] = playbooks_in(ROOT / "roles/departure_board/README.md")
    [readme] = yaml.safe_load(yaml.safe_dump([readme]).replace("~/", f"{tmp_path}/"))
    readme["vars"]["ansible_python_interpreter"] = "{{ ansible_playbook_python }}"
    arrivals = tmp_path / "arrivals.html"
    board = {"crs": "PBO", "board": "arrivals", "path": str(arrivals), "mode": "0640", "calling_points": True}
    odd: list[Task] = [
        {"block": [included(**{**board, **files})], "rescue": [{"ansible.builtin.meta": "noop"}]}
        for files in ({"static_path": "x.html"}, {"static_path": str(arrivals)}, {"path": f"{tmp_path}/"})
    ]
    more = departures.written([included(**board), included(**board), *odd])
    played = departures.playbook([readme, more])
    assert played.code == 0, played.output
    first, made, again = facts_of(played)
    assert (first["crs"], first["location_name"]) == ("KGX", "London Kings Cross")
    assert [one["std"] for one in first["services"]][:2] == ["09:26", "09:30"], "ten minutes from now"
    assert [made["changed"], again["changed"]] == [True, False]
    assert made["files"] == [str(arrivals)] and stat.S_IMODE(arrivals.stat().st_mode) == 0o640
    assert sum(len(result.requests) for result in played) == 3
    refused = [result.msg for result in played if result.outcome == "failed"]
    assert len(refused) == 3 and all("must be absolute" in message for message in refused)
    check_pages(tmp_path)


def check_pages(folder: Path) -> None:
    """Check the pages of London Kings Cross and Peterborough in the morning."""
    board, still, arrivals = (
        Page((folder / f"{name}.html").read_text(encoding="utf-8")) for name in ("board", "board-static", "arrivals")
    )
    assert board.attributes("a") == [{"href": "board-static.html"}] and still.attributes("a") == []
    assert "10:00 Edinburgh LNER This train has been cancelled because of a shortage of train crew" in board.text
    assert "Departures from London Kings Cross" in still.text and "Calling at" not in still.text
    assert "Arrivals at Peterborough" in arrivals.text and "Replacement bus" in arrivals.text
    assert (
        "engineering work. Allow more time." in arrivals.text and "Called at London Kings Cross 08:06" in arrivals.text
    )
