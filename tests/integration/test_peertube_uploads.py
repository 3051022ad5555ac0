# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Uploads that are interrupted in every way, and finished by later runs: one video, its file without a hole."""

from __future__ import annotations

import itertools
import json
import re
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.faults.front import Front, Request
from tests.integration.conftest import ONE_VERSION, PEERTUBE_VERSIONS
from tests.support.children import Child, connection, run_module
from tests.support.films import MIB, film, sha256
from tests.support.peertube import Person

UPLOADS = "/api/v1/videos/upload-resumable"
PLAIN = "/api/v1/videos/upload"
#: The largest part of memory that a run may ever have, in bytes.
MOST_MEMORY = 100 * 1000 * 1000
SIZES = [
    pytest.param(12 * MIB, 1, id="12 MiB"),
    pytest.param(200 * MIB, 8, id="200 MiB", marks=pytest.mark.nightly),
]


@pytest.fixture(params=PEERTUBE_VERSIONS)
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[SandboxProcess]:
    """A sandbox that can be restarted, because its state is in a folder."""
    words = ("--peertube-version", request.param)
    (tmp_path / "server").mkdir()
    with SandboxProcess(*words, service="peertube", api_key="root", state=tmp_path / "server") as sandbox:
        yield sandbox


def options(server: SandboxProcess, tmp_path: Path, path: str, **more: Any) -> dict[str, Any]:
    given = {"channel": "root_channel", "name": "The film", "path": path, "wait": False, "settle_time": 3, **more}
    return {**connection(server, tmp_path / "state"), "resumable_above": 0, "chunk_size": 1, **given}


def memory_of(pid: int) -> int:
    """Return the most memory that a process ever had, in bytes (proc_pid_status(5), VmHWM)."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text())
    assert found
    return int(found[1]) * 1024


class Interruptions:
    """Stands between runs and the sandbox and interrupts uploads.

    Args:
        server: the sandbox.
        kill_at: the number of the chunk that does not arrive because the run is killed before it.
        cut_at: the number of the chunk whose connection is cut in its middle.
        restart_at: the number of the chunk during which the sandbox restarts.
    """

    def __init__(self, server: SandboxProcess, *, kill_at: int, cut_at: int, restart_at: int) -> None:
        self._server = server
        self._interruptions = {kill_at: self._hold, cut_at: self._cut, restart_at: self._restart}
        self.held = threading.Event()
        self.done: list[str] = []
        self.chunks: list[tuple[int, int]] = []
        self.confirmed: list[tuple[int, int]] = []
        self.twice: list[tuple[int, int]] = []
        self.memory = 0
        self.child: Child | None = None

    def __call__(self, front: Front, request: Request, client: socket.socket) -> bytes | None:
        if "answer lost" in self.done and self.held.is_set():
            # The network is away until the next run.
            raise OSError
        found = re.search(rb"[Cc]ontent-[Rr]ange: bytes (\d+)-(\d+)/(\d+)", request.head)
        if found is None:
            return None
        start, end, size = int(found[1]), int(found[2]) + 1, int(found[3])
        self.chunks.append((start, end))
        self.twice += [other for other in self.confirmed if start < other[1] and other[0] < end]
        if self.child:
            self.memory = max(self.memory, memory_of(self.child.pid))
        interrupt = self._interruptions.pop(len(self.chunks), None)
        if interrupt:
            interrupt(request)
            raise OSError
        response = front.pass_on(request)
        assert response.split()[1] in (b"308", b"200"), response
        self.confirmed.append((start, end))
        if end == size:
            self.done.append("answer lost")
            self.held.set()
            raise OSError
        return response

    def _hold(self, _request: Request) -> None:
        self.done.append("killed")
        self.held.set()
        threading.Event().wait(1)

    def _cut(self, request: Request) -> None:
        self.done.append("cut")
        with socket.create_connection((self._server.host, self._server.port)) as upstream:
            upstream.sendall(request.head + b"\r\n\r\n" + request.body[: len(request.body) // 2])

    def _restart(self, _request: Request) -> None:
        self.done.append("restarted")
        self._server.restart()


@pytest.mark.parametrize(("size", "chunk"), SIZES)
def test_upload_interrupted_four_times_is_finished_by_the_next_run(
    server: SandboxProcess, tmp_path: Path, size: int, chunk: int
) -> None:
    path = film(tmp_path / "film.mp4", size + 12_345)
    script = Interruptions(server, kill_at=4, cut_at=7, restart_at=10)
    with Front(server, script) as front:
        given = options(server, tmp_path, path, chunk_size=chunk, api_url=front.url, timeout=5, retry_timeout=3)
        script.child = Child("peertube_video", given, shares=False).start()
        assert script.held.wait(60)
        script.child.kill()
        script.held.clear()
        script.child = Child("peertube_video", {**given, "settle_time": 1}, shares=False).start()
        second = script.child.result(600)
        assert second and second["failed"] and second["error"]["kind"] == "connection", second
        assert script.done == ["killed", "cut", "restarted", "answer lost"]
        script.held.clear()
        third = run_module("peertube_video", given)
        unchanged = run_module("peertube_video", given)
    assert third.get("recovered") is True and unchanged.get("recovered") is False, third
    person = Person(server)
    (video,) = person.videos()
    assert video["uuid"] == third["video"]["uuid"]
    assert person.stored_hash(video["uuid"]) == sha256(path)
    assert script.twice == []
    covered = sorted(script.confirmed)
    assert covered[0][0] == 0 and covered[-1][1] == size + 12_345
    assert all(one[1] == next_[0] for one, next_ in itertools.pairwise(covered))
    assert 0 < script.memory < MOST_MEMORY
    assert not unchanged["changed"] and not list((tmp_path / "state/uploads").glob("*.json"))


@pytest.mark.parametrize("server", ONE_VERSION, indirect=True)
def test_lost_response_to_a_small_upload_is_found(server: SandboxProcess, tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", 20_000)
    for fault, wanted in (("reset_after", 1), ("reset_before", 3)):
        rule = {"match": {"method": "POST", "path": PLAIN, "nth": 1}, "fault": fault}
        server.set_faults([rule])
        given = options(server, tmp_path, path, resumable_above=8, name=f"After {fault}", settle_time=1.5)
        result = run_module("peertube_video", given)
        assert result.get("changed") and result["recovered"] is (fault == "reset_after"), result
        sent = [e for e in server.exchanges() if (e["method"], e["path"]) == ("POST", PLAIN)]
        assert len(sent) == wanted
        assert len(Person(server).videos(f"After {fault}")) == 1


@pytest.mark.parametrize("server", ONE_VERSION, indirect=True)
def test_changed_file_cancels_its_upload_and_begins_another(server: SandboxProcess, tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", 3 * MIB)
    server.set_faults([{"match": {"method": "PUT", "path": UPLOADS, "nth": 2}, "fault": "reset_before"}])
    given = options(server, tmp_path, path, retry_timeout=0.5)
    stopped = run_module("peertube_video", given)
    assert "it resumes the upload" in stopped["msg"], stopped
    server.set_faults([])
    film(Path(path), 3 * MIB, seed=2)
    before = len(server.exchanges())
    result = run_module("peertube_video", given)
    assert result.get("changed") and result["recovered"] is False, result
    methods = [e["method"] for e in server.exchanges()[before:] if e["path"] == UPLOADS]
    assert methods == ["DELETE", "POST", "PUT", "PUT", "PUT"]
    person = Person(server)
    (video,) = person.videos()
    assert person.stored_hash(video["uuid"]) == sha256(path)


@pytest.mark.parametrize("server", ONE_VERSION, indirect=True)
def test_upload_that_the_server_removed_begins_again(server: SandboxProcess, tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", 2 * MIB)
    server.set_faults([{"match": {"method": "PUT", "path": UPLOADS, "nth": 2}, "fault": "reset_before"}])
    given = options(server, tmp_path, path, retry_timeout=0.5)
    assert run_module("peertube_video", given)["failed"]
    (entry,) = (tmp_path / "state/uploads").glob("*.json")
    stored = json.loads(entry.read_text())
    entry.write_text(json.dumps({**stored, "upload_id": "0-0-0-0"}))
    server.set_faults([])
    result = run_module("peertube_video", given)
    assert result.get("changed") and result["recovered"] is False, result
    assert len(Person(server).videos()) == 1


@pytest.mark.parametrize("server", ONE_VERSION, indirect=True)
def test_two_processes_upload_once(server: SandboxProcess, tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", 2 * MIB)
    given = options(server, tmp_path, path)
    run_module("peertube_token", connection(server, tmp_path / "state"))
    children = [Child("peertube_video", given).start() for _number in range(2)]
    results = [child.result() or {} for child in children]
    assert sorted(bool(result.get("changed")) for result in results) == [False, True], results
    assert len(Person(server).videos()) == 1


@pytest.mark.parametrize("server", ONE_VERSION, indirect=True)
def test_absent_cancels_an_interrupted_upload(server: SandboxProcess, tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", 2 * MIB)
    server.set_faults([{"match": {"method": "PUT", "path": UPLOADS, "nth": 2}, "fault": "reset_before"}])
    given = options(server, tmp_path, path, retry_timeout=0.5, state="present")
    assert run_module("peertube_video", given)["failed"]
    server.set_faults([])
    gone = {**given, "state": "absent"}
    assert run_module("peertube_video", gone, check_mode=True)["changed"]
    before = len(server.exchanges())
    assert run_module("peertube_video", gone)["changed"]
    assert "DELETE" in [e["method"] for e in server.exchanges()[before:] if e["path"] == UPLOADS]
    assert not run_module("peertube_video", gone)["changed"]
