# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Resumable uploads to a server that accepts gaps: what is sent, what is stored, and where a later run continues."""

from __future__ import annotations

import hashlib
import json
import re
import stat
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.local_files import LocalFile, media_type
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.resumable_upload import (
    Patience,
    ResumableUpload,
    UploadEnded,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.upload_progress import UnfinishedUpload
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    Damaged,
    OutcomeUnknown,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint

CONTENT = bytes(range(256)) * 4
SCOPE = "https://video.example films intro"
ENTRY = f"{fingerprint(SCOPE)}.json"
VIDEO = {"id": 7, "uuid": "66bfaa4f-483e-4174-a80f-318fca72e849", "shortUUID": "dFTV89XjuoHwaFA5CSZLXt"}


class Killed(BaseException):
    """Stands for a SIGKILL."""


class Server:
    """Takes chunks as the real server does: at any place, complete as soon as the last byte is written.

    Attributes:
        script: what happens to the next chunks: ``lost`` (stored, no response), ``cut`` (half of it stored, no
            response), ``kill`` (stored, the client dies), ``kill_before`` (the client dies), a status, or ``ok``.
    """

    def __init__(self, *script: Any) -> None:
        self.script = list(script)
        self.calls: list[str] = []
        self.chunks: list[tuple[int, int]] = []
        self.confirmed: list[tuple[int, int]] = []
        self.content = bytearray()
        self.size = 0
        self.number = 0
        self.ended = True
        self.made: list[bytes] = []
        self.processing = 0

    def request(self, method: str, path: str, **options: Any) -> Any:
        if path == "/videos/upload":
            return self._at_once(options)
        assert path == "/videos/upload-resumable"
        headers = options.get("headers") or {}
        if method == "POST":
            self.calls.append("begin")
            assert options["body"]["filename"] == "film.mp4"
            self.size = int(headers["X-Upload-Content-Length"])
            self.number, self.ended, self.content = self.number + 1, False, bytearray()
            return answer(options, 201, Location=f"//other.example{path}?upload_id=a-{self.number}")
        assert options["query"] == {"upload_id": f"a-{self.number}"}
        if method == "DELETE":
            self.calls.append("cancel")
            self.ended = True
            return answer(options, 204)
        if headers["Content-Range"].startswith("bytes */"):
            assert options["content"] == b"" and options["repeat"]
            self.calls.append("status")
            if self.processing:
                self.processing -= 1
                return answer(options, 503)
            return answer(options, 404) if self.ended else self._continued(options)
        return self._chunk(headers["Content-Range"], options)

    def _chunk(self, header: str, options: dict[str, Any]) -> Any:
        start, end, total = map(int, re.fullmatch(r"bytes (\d+)-(\d+)/(\d+)", header).groups())  # type: ignore[union-attr]
        assert total == self.size and end + 1 - start == len(options["content"]) and not options["repeat"]
        self.calls.append(f"{start}-{end}")
        self.chunks.append((start, end + 1))
        fate = self.script.pop(0) if self.script else "ok"
        if fate == "kill_before":
            raise Killed
        if self.ended:
            return answer(options, 404)
        if isinstance(fate, int):
            if fate >= 500:
                raise OutcomeUnknown("PUT", "broken.", status=fate)
            raise ApiError("invalid_request", "PUT", "refused.", status=fate)
        content = options["content"][: len(options["content"]) // 2] if fate == "cut" else options["content"]
        self.content.extend(bytes(max(0, start + len(content) - len(self.content))))
        self.content[start : start + len(content)] = content
        is_complete = start + len(content) == self.size
        if is_complete:
            self.made.append(bytes(self.content))
            self.ended = True
        if fate == "kill":
            raise Killed
        if fate in ("cut", "lost"):
            raise OutcomeUnknown("PUT", "no complete answer.")
        self.confirmed.append((start, end + 1))
        return answer(options, 200, {"video": VIDEO}) if is_complete else self._continued(options)

    def _at_once(self, options: dict[str, Any]) -> Any:
        assert not options["repeat"]
        self.calls.append("at once")
        fate = self.script.pop(0) if self.script else "ok"
        if isinstance(fate, int):
            raise ApiError("invalid_request", "POST", "refused.", status=fate)
        self.made.append(options["files"]["videofile"].content)
        self.fields = options["form"]
        if fate == "kill":
            raise Killed
        if fate == "lost":
            raise OutcomeUnknown("POST", "no complete answer.")
        return SimpleNamespace(data_or_none=lambda: {"video": VIDEO})

    def _continued(self, options: dict[str, Any]) -> Any:
        return answer(options, 308, Range=f"bytes=0-{len(self.content) - 1}")


def answer(options: dict[str, Any], status: int, data: Any = None, **headers: str) -> Any:
    assert status in options["expect"], status
    return SimpleNamespace(status=status, headers=headers, data_or_none=lambda: data)


class Upload(ResumableUpload):
    """An upload in chunks of 300 bytes, with a clock that only waiting advances."""

    def __init__(self, server: Server, folder: Path, chunk_size: int = 300, resumable_above: int = 0) -> None:
        self.now = 0.0
        super().__init__(
            server,  # type: ignore[arg-type]
            FileStorage(str(folder / "state")),
            SCOPE,
            chunk_size=chunk_size,
            resumable_above=resumable_above,
            patience=Patience(600, 20, 0.1),
            clock=lambda: self.now,
            sleep=self.wait,
        )

    def wait(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def film(tmp_path: Path) -> LocalFile:
    path = tmp_path / "film.mp4"
    path.write_bytes(CONTENT)
    return LocalFile.at(str(path))


def stored(folder: Path) -> dict[str, Any]:
    path = folder / "state/uploads" / ENTRY
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    found: dict[str, Any] = json.loads(path.read_text())
    return found


def sends(upload: Upload, film: LocalFile) -> dict[str, Any]:
    return upload.send(film, {"name": "Film", "channelId": 20})


def overlaps(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[1] and other[0] < one[1]


def test_chunks_are_sent_in_order_and_each_step_is_stored(tmp_path: Path, film: LocalFile) -> None:
    server = Server("ok", "ok", "kill_before")
    with pytest.raises(Killed):
        sends(Upload(server, tmp_path), film)
    assert server.calls == ["begin", "0-299", "300-599", "600-899"]
    assert stored(tmp_path) == {
        "format": 1,
        "upload_id": "a-1",
        "size": 1024,
        "sha256": hashlib.sha256(CONTENT).hexdigest(),
        "confirmed": 600,
        "sending": 900,
    }


def test_whole_file_arrives_and_the_ids_are_returned(tmp_path: Path, film: LocalFile) -> None:
    server = Server()
    upload = Upload(server, tmp_path)
    assert sends(upload, film) == VIDEO
    assert server.calls == ["begin", "0-299", "300-599", "600-899", "900-1023"]
    assert server.made == [CONTENT]
    assert upload.progress() is not None  # until the id is stored elsewhere
    upload.forget()
    assert upload.progress() is None


def test_small_file_is_sent_at_once(tmp_path: Path, film: LocalFile) -> None:
    server = Server()
    fields = {"name": "Film", "tags": ["a", "b"], "scheduleUpdate": {"privacy": 1}, "nsfw": False}
    assert Upload(server, tmp_path, resumable_above=1024).send(film, fields) == VIDEO
    assert server.calls == ["at once"] and server.made == [CONTENT]
    assert server.fields == {
        "name": "Film",
        "tags[0]": "a",
        "tags[1]": "b",
        "scheduleUpdate[privacy]": "1",
        "nsfw": "false",
    }
    sends(Upload(server, tmp_path / "other", resumable_above=1023), film)
    assert server.calls[1] == "begin"


@pytest.mark.parametrize("fate", ["lost", "kill"])
def test_small_file_is_sent_only_once_when_its_response_is_lost(tmp_path: Path, film: LocalFile, fate: str) -> None:
    server = Server(fate)
    with pytest.raises(Killed if fate == "kill" else UploadEnded):
        sends(Upload(server, tmp_path, resumable_above=1024), film)
    for limit in (1024, 0):
        with pytest.raises(UploadEnded):
            sends(Upload(server, tmp_path, resumable_above=limit), film)
    assert server.calls == ["at once"]
    progress = Upload(server, tmp_path).progress()
    assert progress is not None and progress.may_be_complete
    Upload(server, tmp_path).cancel()
    assert server.calls == ["at once"] and Upload(server, tmp_path).progress() is None


def test_refused_small_file_leaves_no_doubt(tmp_path: Path, film: LocalFile) -> None:
    upload = Upload(Server(415), tmp_path, resumable_above=1024)
    with pytest.raises(ApiError):
        sends(upload, film)
    assert upload.progress() is None


@pytest.mark.parametrize("fates", [["ok", "kill_before"], ["ok", "kill"], ["ok", "cut", "kill_before"]])
def test_killed_run_is_resumed_behind_the_last_confirmed_chunk(
    tmp_path: Path, film: LocalFile, fates: list[str]
) -> None:
    server = Server(*fates)
    with pytest.raises(Killed):
        sends(Upload(server, tmp_path), film)
    before = len(server.chunks)
    assert sends(Upload(server, tmp_path), film) == VIDEO
    assert server.chunks[before:] == [(300, 600), (600, 900), (900, 1024)]
    assert server.made == [CONTENT]
    assert not any(overlaps((0, 300), chunk) for chunk in server.chunks[before:])


@pytest.mark.parametrize("fate", ["cut", "lost", 503])
def test_chunk_without_response_is_sent_again_as_a_whole_after_a_status(
    tmp_path: Path, film: LocalFile, fate: str | int
) -> None:
    server = Server("ok", fate)
    assert sends(Upload(server, tmp_path), film) == VIDEO
    assert server.calls == ["begin", "0-299", "300-599", "status", "300-599", "600-899", "900-1023"]
    assert server.made == [CONTENT]


def test_server_that_lost_bytes_gets_them_again(tmp_path: Path, film: LocalFile) -> None:
    server = Server("ok", "ok", "kill_before")
    with pytest.raises(Killed):
        sends(Upload(server, tmp_path), film)
    del server.content[450:]
    assert sends(Upload(server, tmp_path), film) == VIDEO
    assert server.chunks[3:] == [(450, 750), (750, 1024)]
    assert server.made == [CONTENT]


def test_range_beyond_what_was_confirmed_is_not_believed(tmp_path: Path, film: LocalFile) -> None:
    server = Server("ok", "kill_before")
    with pytest.raises(Killed):
        sends(Upload(server, tmp_path), film)
    server.content.extend(bytes(600))  # a gap that the server does not know of
    sends(Upload(server, tmp_path), film)
    assert server.made == [CONTENT]


def test_lost_response_to_the_last_chunk_ends_the_upload(tmp_path: Path, film: LocalFile) -> None:
    server = Server("ok", "ok", "ok", "lost")
    upload = Upload(server, tmp_path)
    with pytest.raises(UploadEnded) as ended:
        sends(upload, film)
    assert not ended.value.processing
    assert server.calls[-2:] == ["900-1023", "status"] and server.made == [CONTENT]
    progress = Upload(server, tmp_path).progress()
    assert progress is not None and progress.may_be_complete
    with pytest.raises(UploadEnded):
        sends(Upload(server, tmp_path), film)
    assert server.calls[-1] == "status" and len(server.made) == 1


def test_upload_that_is_being_processed_is_told_apart(tmp_path: Path, film: LocalFile) -> None:
    server = Server("ok", "ok", "ok", "lost")
    server.processing = 1
    with pytest.raises(UploadEnded) as ended:
        sends(Upload(server, tmp_path), film)
    assert ended.value.processing


def test_upload_that_expired_ends_before_a_byte_is_sent(tmp_path: Path, film: LocalFile) -> None:
    server = Server("ok", "kill_before")
    with pytest.raises(Killed):
        sends(Upload(server, tmp_path), film)
    server.ended = True
    upload = Upload(server, tmp_path)
    with pytest.raises(UploadEnded):
        sends(upload, film)
    progress = upload.progress()
    assert progress is not None and not progress.may_be_complete
    assert server.chunks == [(0, 300), (300, 600)]


def test_other_chunk_size_resumes_without_a_gap(tmp_path: Path, film: LocalFile) -> None:
    server = Server("ok", "cut", "kill_before")
    with pytest.raises(Killed):
        sends(Upload(server, tmp_path), film)
    sends(Upload(server, tmp_path, chunk_size=100), film)
    assert server.made == [CONTENT] and server.chunks[3] == (300, 400)


def test_changed_file_is_another_upload_and_cancel_removes_the_old_one(tmp_path: Path, film: LocalFile) -> None:
    server = Server("ok", "kill_before")
    with pytest.raises(Killed):
        sends(Upload(server, tmp_path), film)
    Path(film.path).write_bytes(CONTENT[::-1])
    changed = LocalFile.at(film.path)
    upload = Upload(server, tmp_path)
    progress = upload.progress()
    assert progress is not None and progress.is_of(film) and not progress.is_of(changed)
    upload.cancel()
    assert server.calls[-1] == "cancel" and upload.progress() is None
    sends(upload, changed)
    assert server.made == [CONTENT[::-1]]


def test_file_that_changes_during_the_upload_stops_it(tmp_path: Path, film: LocalFile) -> None:
    server = Server()
    Path(film.path).write_bytes(CONTENT[::-1])
    changed = film._replace(changed_at=0)
    with pytest.raises(ToolkitError, match="changed while it was uploaded") as error:
        sends(Upload(server, tmp_path), changed)
    assert error.value.kind == "file" and server.chunks == []


def test_server_that_never_responds_is_given_up_and_resumed_later(tmp_path: Path, film: LocalFile) -> None:
    server = Server("ok", *["lost"] * 99)
    upload = Upload(server, tmp_path)
    with pytest.raises(OutcomeUnknown) as error:
        sends(upload, film)
    assert "resumes the upload" in str(error.value) and upload.now <= 20
    server.script.clear()
    assert sends(Upload(server, tmp_path), film) == VIDEO
    assert server.made == [CONTENT]


def test_chunk_that_takes_longer_than_the_retries_is_sent_again(
    tmp_path: Path, film: LocalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server("ok", "lost")
    upload = Upload(server, tmp_path)
    send = server._chunk

    def slowly(header: str, options: dict[str, Any]) -> Any:
        upload.now += 500
        return send(header, options)

    monkeypatch.setattr(server, "_chunk", slowly)
    assert sends(upload, film) == VIDEO


@pytest.mark.parametrize(("status", "is_forgotten"), [(422, True), (409, True), (400, False)])
def test_refused_file_ends_the_upload(tmp_path: Path, film: LocalFile, status: int, is_forgotten: bool) -> None:
    upload = Upload(Server("ok", status), tmp_path)
    with pytest.raises(ApiError):
        sends(upload, film)
    assert (upload.progress() is None) is is_forgotten


def test_server_that_stores_less_than_the_chunk_is_not_followed_by_a_gap(
    tmp_path: Path, film: LocalFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    monkeypatch.setattr(server, "_continued", lambda options: answer(options, 308, Range="bytes=0-149"))
    with pytest.raises(Damaged, match="150 of 300"):
        sends(Upload(server, tmp_path), film)
    assert server.chunks == [(0, 300)]


@pytest.mark.parametrize("header", ["bytes=5-9", "0-9", "bytes=0-1e3"])
def test_range_that_cannot_be_read_stops_the_upload(
    tmp_path: Path, film: LocalFile, header: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    monkeypatch.setattr(server, "_continued", lambda options: answer(options, 308, Range=header))
    with pytest.raises(Damaged, match="Range"):
        sends(Upload(server, tmp_path), film)


@pytest.mark.parametrize("location", ["", "//h/x", "//h/x?upload_id=", "//h/x?upload_id=a%26b"])
def test_upload_without_an_id_is_not_begun(
    tmp_path: Path, film: LocalFile, location: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = Server()
    monkeypatch.setattr(server, "request", lambda *_args, **options: answer(options, 201, Location=location))
    upload = Upload(server, tmp_path)
    with pytest.raises(Damaged):
        sends(upload, film)
    assert upload.progress() is None


def test_progress_that_cannot_be_read_stops_the_upload(tmp_path: Path, film: LocalFile) -> None:
    (tmp_path / "state/uploads").mkdir(parents=True)
    for content in ("", "no JSON", "[]", '{"format": 2}', '{"format": 1, "upload_id": 1}'):
        (tmp_path / "state/uploads" / ENTRY).write_text(content)
        server = Server()
        with pytest.raises(ToolkitError) as error:
            sends(Upload(server, tmp_path), film)
        assert error.value.kind == "state_unusable" and server.calls == []


def test_second_process_waits_for_the_first(tmp_path: Path) -> None:
    server = Server()
    with (
        Upload(server, tmp_path).turn() as waited,
        pytest.raises(ToolkitError) as error,
        Upload(server, tmp_path).turn(),
    ):
        pass
    assert not waited and error.value.kind == "locked"


def test_missing_and_empty_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.mp4").touch()
    for name in ("empty.mp4", "missing.mp4", ""):
        with pytest.raises(ToolkitError) as error:
            LocalFile.at(str(tmp_path / name))
        assert error.value.kind == "file"


def test_progress_of_another_file_is_told_by_size_and_hash(film: LocalFile) -> None:
    progress = UnfinishedUpload("a", film.size, film.sha256)
    assert progress.is_of(film)
    assert not progress._replace(size=1).is_of(film) and not progress._replace(sha256="0").is_of(film)


def test_media_type_follows_the_name() -> None:
    assert [media_type(name) for name in ("a.MP4", "b.webm", "c.mkv", "d")] == [
        "video/mp4",
        "video/webm",
        "video/x-matroska",
        "video/mp4",
    ]
