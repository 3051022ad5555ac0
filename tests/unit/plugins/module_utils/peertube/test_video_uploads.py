# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which video a task means, whether an upload that ended became one, and when two captions are the same."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.captions import digest
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.local_files import LocalFile
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.remembered_videos import Key, RememberedVideos
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.resumable_upload import UploadEnded
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.upload_progress import UnfinishedUpload
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_uploads import Uploaded, upload_once
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import OutcomeUnknown, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint

SCOPE = "https://video.example channel films"
ENTRY = f"videos/{fingerprint(SCOPE)}.json"
FILE = LocalFile("/film.mp4", 900, "hash", 1)
NEW = Uploaded("new")


class Upload:
    """Stands for a resumable upload.

    Args:
        progress: what is stored.
        ends: how the first attempts end: ``gone``, ``processing``; afterwards the upload succeeds.
    """

    def __init__(self, progress: UnfinishedUpload | None, *ends: str) -> None:
        self.stored = progress
        self.ends = list(ends)
        self.calls: list[str] = []

    def progress(self) -> UnfinishedUpload | None:
        return self.stored

    def forget(self) -> None:
        self.calls.append("forget")
        self.stored = None

    def cancel(self) -> None:
        self.calls.append("cancel")
        self.stored = None

    def ask(self) -> None:
        self.calls.append("ask")
        self._end()

    def send(self, file: LocalFile, fields: dict[str, Any]) -> dict[str, Any]:
        self.calls.append("send")
        self._end()
        return {"uuid": "new"}

    def _end(self) -> None:
        if self.ends:
            raise UploadEnded(processing=self.ends.pop(0) == "processing")


def unfinished(sending: int, sha256: str = "hash") -> UnfinishedUpload:
    return UnfinishedUpload("a", 900, sha256, confirmed=300, sending=sending)


def run(upload: Upload, *found: str | None) -> tuple[Uploaded, float]:
    """Return the result, and the seconds that were waited; searches find these videos one after the other."""
    now = [0.0]
    results = list(found)

    def search() -> Any:
        uuid = results.pop(0) if results else None
        return {"uuid": uuid} if uuid else Absence("the video")

    def sleep(seconds: float) -> None:
        now[0] += seconds

    made = upload_once(upload, FILE, {}, search, settle_time=10, clock=lambda: now[0], sleep=sleep)  # type: ignore[arg-type]
    return made, now[0]


def test_upload_without_trouble_searches_nothing() -> None:
    upload = Upload(None)
    assert run(upload) == (NEW, 0) and upload.calls == ["send"]


def test_complete_upload_is_found_and_not_repeated() -> None:
    upload = Upload(unfinished(900), *["gone"] * 9)
    assert run(upload, None, None, "made") == (Uploaded("made", recovered=True), 3)
    assert "forget" not in upload.calls


def test_upload_that_is_gone_begins_again_after_the_settle_time() -> None:
    upload = Upload(unfinished(900), *["gone"] * 4)
    assert run(upload) == (NEW, 7) and upload.calls[-2:] == ["forget", "send"]


def test_upload_that_cannot_be_complete_begins_again_at_once() -> None:
    upload = Upload(unfinished(600), "gone")
    assert run(upload) == (NEW, 0) and upload.calls == ["send", "forget", "send"]


def test_file_that_is_being_processed_is_never_sent_again() -> None:
    upload = Upload(unfinished(900), *["processing"] * 9)
    with pytest.raises(OutcomeUnknown):
        run(upload)
    assert "forget" not in upload.calls
    assert run(Upload(unfinished(900), *["processing"] * 9), None, "made")[0].recovered


def test_upload_that_ends_again_and_again_is_given_up() -> None:
    with pytest.raises(OutcomeUnknown):
        run(Upload(unfinished(600), *["gone"] * 9))


def test_changed_file_cancels_what_can_be_canceled() -> None:
    upload = Upload(unfinished(600, "other"))
    assert run(upload) == (NEW, 0) and upload.calls == ["cancel", "send"]
    upload = Upload(unfinished(900, "other"))
    assert run(upload) == (NEW, 0) and upload.calls == ["ask", "cancel", "send"]


def test_complete_upload_of_the_former_file_is_found() -> None:
    upload = Upload(unfinished(900, "other"), *["gone"] * 9)
    assert run(upload, None, "made")[0] == Uploaded("made", recovered=True, of_former_file=True)
    upload = Upload(unfinished(900, "other"), *["gone"] * 4)
    assert run(upload)[0] == NEW and upload.calls[-2:] == ["forget", "send"]


def remembered(folder: Path) -> RememberedVideos:
    return RememberedVideos(FileStorage(str(folder)), SCOPE)


def test_videos_are_stored_in_this_form(tmp_path: Path) -> None:
    remembered(tmp_path).remember(Key("key", "intro"), "u1", "Film")
    remembered(tmp_path).remember(Key("name", "Other"), "u2", "Other")
    assert json.loads((tmp_path / ENTRY).read_text()) == {
        "format": 1,
        "videos": {"key intro": "u1", "name Other": "u2"},
    }
    assert remembered(tmp_path).uuid_of(Key("key", "intro")) == "u1"
    assert remembered(tmp_path).uuid_of(Key("name", "intro")) is None
    assert remembered(tmp_path).others(Key("name", "Film")) == {"u1"}
    assert remembered(tmp_path).others(Key("key", "intro")) == set()
    before = (tmp_path / ENTRY).stat().st_mtime_ns
    remembered(tmp_path).remember(Key("key", "intro"), "u1", "Film")
    assert (tmp_path / ENTRY).stat().st_mtime_ns == before
    remembered(tmp_path).forget("u1")
    assert remembered(tmp_path).uuid_of(Key("key", "intro")) is None


def test_former_names_of_a_renamed_video_are_forgotten(tmp_path: Path) -> None:
    videos = remembered(tmp_path)
    videos.remember(Key("name", "Film"), "u1", "Film")
    videos.remember(Key("key", "intro"), "u1", "New name")
    assert videos.uuid_of(Key("name", "Film")) is None and videos.uuid_of(Key("key", "intro")) == "u1"


@pytest.mark.parametrize("content", ["no JSON", "[]", '{"format": 2, "videos": {}}', '{"format": 1}'])
def test_damaged_memory_stops_instead_of_forgetting(tmp_path: Path, content: str) -> None:
    (tmp_path / "videos").mkdir()
    (tmp_path / ENTRY).write_text(content)
    with pytest.raises(ToolkitError) as error:
        remembered(tmp_path).uuid_of(Key("key", "intro"))
    assert error.value.kind == "state_unusable"


SRT = "1\r\n00:00:00,000 --> 00:00:02,000\r\nBonjour, 1,000 fois\r\n\r\n2\r\n00:00:03,000 --> 00:00:04,000\r\nFin\r\n"
SERVED = (
    "WEBVTT FILE\r\n\r\n1\r\n00:00:00.000 --> 00:00:02.000\r\nBonjour, 1,000 fois\r\n\r\n"
    "2\r\n00:00:03.000 --> 00:00:04.000\r\nFin\r\n\r\n"
)


@pytest.mark.parametrize(
    "other", [SERVED, "\ufeff" + SRT, SRT.replace("\r\n", "\n") + "\n\n", SERVED.replace("\r", "")]
)
def test_captions_are_the_same_in_both_formats(other: str) -> None:
    assert digest(SRT.encode()) == digest(other.encode())


@pytest.mark.parametrize(("old", "new"), [("Fin", "Ende"), ("04,000", "05,000"), ("1,000 fois", "1.000 fois")])
def test_captions_that_differ(old: str, new: str) -> None:
    assert digest(SRT.encode()) != digest(SRT.replace(old, new).encode())


def test_header_of_webvtt_is_no_caption() -> None:
    assert digest(b"WEBVTT\n\n00:00.000 --> 00:01.000\na") == digest(
        b"WEBVTT - title\nKind: x\n\n00:00.000 --> 00:01.000\na"
    )
    assert digest(b"WEBVTT") == digest(b"WEBVTT FILE\n\n")
