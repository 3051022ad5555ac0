# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_job``: pause and resume jobs, and wait until they have ended."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.peertube import PASSWORD, Instance
from tests.support.playing import BOTH_WAYS, Player, task

TYPE = "activitypub-follow"
STATES = ["waiting-children", "waiting", "prioritized", "paused", "active"]
#: The requests of one status check.
CHECK = [f"GET /jobs/{state}" for state in STATES]
SOON = {"wait_timeout": 0.2, "poll_min": 0.1, "poll_max": 0.1}


@pytest.fixture
def jobs(instance: Instance) -> Iterator[Any]:
    """Runs the module, and resumes the jobs after the test."""
    yield partial(instance.run, "peertube_job")
    instance.send("POST", "/jobs/resume")


def begin_job(instance: Instance) -> None:
    """Begin a job that takes some seconds: to follow a channel."""
    uri = f"{instance.add_user()}_channel@{instance.server.host}:{instance.server.port}"
    assert instance.send("POST", "/users/me/subscriptions", json={"uri": uri}).status_code == 204


def test_jobs_are_paused_and_resumed(instance: Instance, jobs: Any) -> None:
    begin_job(instance)
    predicted = jobs(state="paused", check=True)
    assert predicted.data == {"changed": True} and predicted.requests == []
    for _time in range(2):
        paused = jobs(state="paused")
        assert paused.data == {"changed": True} and paused.requests == ["POST /jobs/pause"]
    instance.server.advance(60)
    stuck = jobs(state="drained", job_type=TYPE, **SOON)
    assert stuck["error"]["kind"] == "job_timeout" and "resume the jobs if they are paused" in stuck["msg"]
    assert stuck["pending"] == {**dict.fromkeys(STATES, 0), "waiting": stuck["pending"]["waiting"]}
    assert stuck["pending"]["waiting"] >= 1 and f"{stuck['pending']['waiting']} waiting." in stuck["msg"]
    none_active = jobs(state="drained", job_type=TYPE, job_states=["active"])
    assert none_active["pending"] == {"active": 0} and none_active.requests == ["GET /jobs/active"] * 2
    assert jobs(state="running", check=True).requests == []
    resumed = jobs(state="running")
    assert resumed.data == {"changed": True} and resumed.requests == ["POST /jobs/resume"]
    drained = jobs(state="drained", job_type=TYPE, **{**SOON, "wait_timeout": 30})
    assert drained["changed"] is False and drained["pending"] == dict.fromkeys(STATES, 0)


def test_waits_until_the_jobs_of_a_type_have_ended(instance: Instance, jobs: Any) -> None:
    begin_job(instance)
    jobs(state="paused")
    instance.server.advance(60)
    counted = jobs(state="drained", job_type=TYPE, check=True)
    assert counted["pending"]["waiting"] >= 1 and counted.requests == CHECK
    resuming = threading.Timer(0.5, instance.send, ["POST", "/jobs/resume"])
    resuming.start()
    drained = jobs(state="drained", job_type=TYPE, wait_timeout=30, poll_min=0.2)
    resuming.join()
    assert drained["pending"] == dict.fromkeys(STATES, 0)
    checks = [request for request in drained.requests if request in CHECK]
    assert len(checks) >= 3 * len(CHECK) and checks[-2 * len(CHECK) :] == CHECK * 2
    assert jobs(state="drained", job_type=TYPE).requests == CHECK * 2
    # Another type does not count.
    begin_job(instance)
    assert jobs(state="drained", job_type="video-redundancy").requests == CHECK * 2


def test_refusals(instance: Instance, jobs: Any) -> None:
    for options, word in (
        ({"job_type": "Video Transcoding"}, "job_type"),
        ({"job_type": "../users"}, "job_type"),
        ({"wait_timeout": 0}, "wait_timeout"),
        ({"poll_min": -1}, "poll_min"),
        ({"job_states": ["completed"]}, "job_states"),
        ({"state": "stopped"}, "state"),
    ):
        refused = jobs(**{"state": "drained", **options})
        assert refused["failed"] and word in refused["msg"] and refused.requests == [], refused.data
    unknown = jobs(state="drained", job_type="video-nonsense")
    assert unknown["error"]["status"] == 400
    assert [item["error_code"] for item in unknown["error"]["validation_errors"]] == ["jobType"]
    moderator = {"api_user": instance.add_user(role=1), "api_password": PASSWORD}
    for state in ("paused", "drained"):
        assert jobs(state=state, **moderator)["error"]["status"] == 403
    rule = {"match": {"path": "/api/v1/jobs/waiting"}, "fault": "edit", "body": {"data": []}}
    instance.server.set_faults([rule])
    assert jobs(state="drained")["error"]["kind"] == "protocol"


def test_lost_answer_to_a_pause_is_retried(instance: Instance, jobs: Any) -> None:
    rule = {"match": {"method": "POST", "path": "/api/v1/jobs/pause", "nth": 1}, "fault": "reset_after"}
    instance.server.set_faults([rule])
    assert jobs(state="paused").requests == ["POST /jobs/pause"] * 2


@pytest.mark.parametrize("in_process", BOTH_WAYS)
def test_in_a_play(peertube: SandboxProcess, tmp_path: Path, in_process: bool) -> None:
    played = Player(peertube, tmp_path).play(
        [
            task("peertube_job", state="paused", check=True),
            task("peertube_job", state="paused"),
            task("peertube_job", state="running"),
            task("peertube_job", state="drained", job_type="video-import"),
        ],
        in_process=in_process,
    )
    assert [result.changed for result in played] == [True, True, True, False]
    assert [result.writes[-1:] for result in played] == [
        [],
        ["POST /api/v1/jobs/pause"],
        ["POST /api/v1/jobs/resume"],
        [],
    ]
