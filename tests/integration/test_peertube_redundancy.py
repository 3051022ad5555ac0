# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_redundancy`` against the sandbox of both versions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Player, Result, task

HOST = "copies.example"
PATH = "/server/redundancy/videos"


@pytest.fixture
def instance(peertube: SandboxProcess, tmp_path: Path) -> Iterator[Instance]:
    """Runs PeerTube modules in this process, on an instance that federates and whose jobs are paused."""
    peertube.control("PUT", "federation", {"enabled": True, "hosts": ["other.example", HOST]})
    made = Instance(peertube, tmp_path / "state")
    made.person().write("POST", "/jobs/pause")
    yield made
    made.person().write("POST", "/jobs/resume")
    peertube.control("PUT", "federation", {"enabled": False, "hosts": ["other.example"]})


def redundancy(instance: Instance, **options: Any) -> Result:
    return instance.run("peertube_redundancy", **options)


def remote_film(instance: Instance, name: str = "Remote film") -> dict[str, Any]:
    """Return the ids of a video of another instance."""
    video = instance.person().upload(name)
    instance.server.control("PUT", f"videos/{video['uuid']}/host", {"host": HOST})
    return video


def copies(instance: Instance, video: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the copies of a video, as the server has them."""
    listed = instance.get(PATH, target="remote-videos", count=100)["data"]
    return [one for one in listed if one["uuid"] == video["uuid"]]


def test_life_of_a_copy(instance: Instance) -> None:
    video = remote_film(instance)
    # The job has not ended when the task runs again.
    made = check_life(instance, "peertube_redundancy", video=video["shortUUID"])
    assert made.writes == [f"POST {PATH}"] and made["pending"] and made["redundancy"]["uuid"] == video["uuid"]
    assert not redundancy(instance, video=video["uuid"], state="absent").changed
    instance.server.control("POST", "finish")
    existing = redundancy(instance, video=str(video["id"]))
    assert not existing.changed and not existing["pending"] and existing.requests == [f"GET {PATH}"]
    [stored] = copies(instance, video)
    [copied] = existing["redundancy"]["redundancies"]["streaming_playlists"]
    assert copied["id"] == stored["redundancies"]["streamingPlaylists"][0]["id"]
    predicted = redundancy(instance, video=video["uuid"], state="absent", check=True)
    removed = redundancy(instance, video=video["uuid"], state="absent")
    again = redundancy(instance, video=video["uuid"], state="absent")
    assert [predicted.changed, removed.changed, again.changed] == [True, True, False]
    assert removed.writes == [f"DELETE {PATH}/{copied['id']}"] and predicted.writes == again.writes == []
    assert copies(instance, video) == []


def test_lost_answer_and_more_copies_than_a_page(instance: Instance) -> None:
    films = [remote_film(instance, f"Remote film {number:03}") for number in range(3)]
    for film in films[:2]:
        assert instance.send("POST", PATH, json={"videoId": film["id"]}).status_code == 204
    lost = {"match": {"method": "POST", "path": f"/api/v1{PATH}", "nth": 1}, "fault": "reset_after"}
    instance.server.set_faults([lost])
    assert redundancy(instance, video=films[2]["uuid"]).changed
    instance.server.control("POST", "finish")
    assert [len(copies(instance, film)) for film in films] == [1, 1, 1]
    for film in films:
        assert redundancy(instance, video=film["uuid"], state="absent").changed


def test_permission_of_a_host(instance: Instance) -> None:
    unknown = redundancy(instance, host=HOST, redundancy_allowed=True)
    assert unknown.error["kind"] == "not_found" and HOST in unknown.msg and unknown.writes == []
    instance.person().write("POST", "/server/following", {"hosts": [HOST], "handles": []})
    instance.server.control("POST", "finish")
    allowed = check_life(instance, "peertube_redundancy", host=HOST.upper(), redundancy_allowed=True)
    assert allowed.writes == [f"PUT /server/redundancy/{HOST}"]
    assert allowed["server"] == {"host": HOST, "redundancy_allowed": True}
    followed = [one["following"] for one in instance.get("/server/following")["data"]]
    assert [one["hostRedundancyAllowed"] for one in followed if one["host"] == HOST] == [True]
    assert check_life(instance, "peertube_redundancy", host=HOST, redundancy_allowed=False).changed
    instance.person().write("DELETE", f"/server/following/{HOST}")
    predicted = redundancy(instance, host=HOST, redundancy_allowed=True, check=True)
    assert predicted.changed and len(predicted["warnings"]) == 1


def test_bad_input_and_errors(instance: Instance) -> None:
    local = instance.person().upload("Local film")
    check_refused(redundancy(instance, video=local["uuid"]), f"video: {local['uuid']} is a video of this instance")
    missing = redundancy(instance, video="7fc95d6b-a430-4569-8a29-000000000000")
    assert missing.error["kind"] == "not_found" and missing.writes == []
    cases: list[tuple[dict[str, Any], str]] = [
        ({"video": "nonsense"}, "video: "),
        ({"video": "1", "redundancy_allowed": True}, "redundancy_allowed: "),
        ({"host": HOST}, "redundancy_allowed: it is required"),
        ({"host": "https://video.example", "redundancy_allowed": True}, "host: "),
        ({"host": HOST, "redundancy_allowed": True, "state": "absent"}, "state: "),
    ]
    for options, word in cases:
        refused = redundancy(instance, **options)
        check_refused(refused, word)
        assert refused.requests == [], options
    denied = redundancy(instance, video="1", **login_of(instance.add_user(role=1)))
    assert denied.error["status"] == 403


@pytest.mark.parametrize("peertube", ["8.2"], indirect=True)
def test_play(peertube: SandboxProcess, tmp_path: Path) -> None:
    film = remote_film(Instance(peertube, tmp_path / "state"), "Played film")["uuid"]
    tasks = [task("peertube_redundancy", video=film), task("peertube_redundancy", video=film)]
    assert [result.changed for result in Player(peertube, tmp_path).play(tasks)] == [True, False]
