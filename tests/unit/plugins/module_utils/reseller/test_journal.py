# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was ordered is on the disk, for this user only, and nothing unknown is taken for known."""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import (
    FORMAT,
    KEEP_CLOSED,
    Intent,
    Journal,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

NOW = 1_760_000_000.0


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(str(tmp_path), clock=lambda: NOW)


def intent(journal: Journal, key: str = "example.com", fingerprint: str = "print") -> Intent:
    return journal.intent("https://api.example", "POST /accounts", key, fingerprint)


def file_of(tmp_path: Path, one: Intent) -> Path:
    return tmp_path / "journal" / f"{one.id}.json"


def test_nothing_is_known_of_a_new_intent(journal: Journal, tmp_path: Path) -> None:
    assert journal.read(intent(journal)) is None
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_is_read_and_private(journal: Journal, tmp_path: Path) -> None:
    written = journal.write(intent(journal), location="/provisioningjobs/1", answered=True)
    assert journal.read(intent(journal)) == written
    assert (written.is_open, written.opened) == (True, "2025-10-09T08:53:20Z")
    assert stat.S_IMODE(file_of(tmp_path, written).stat().st_mode) == 0o600
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) == 0o700
    assert json.loads(file_of(tmp_path, written).read_text())["format"] == FORMAT


def test_key_of_the_api_is_no_part_of_the_identity(journal: Journal) -> None:
    written = journal.write(intent(journal, fingerprint="old"))
    assert journal.read(intent(journal, fingerprint="new")) == written


@pytest.mark.parametrize(
    "other",
    [
        ("https://api.other", "POST /accounts", "example.com"),
        ("https://api.example", "POST /mysqldatabases", "example.com"),
        ("https://api.example", "POST /accounts", "example.org"),
    ],
)
def test_api_endpoint_and_key_are_the_identity(journal: Journal, other: tuple[str, str, str]) -> None:
    journal.write(intent(journal))
    assert journal.read(journal.intent(*other, "print")) is None


def test_closed_intent_is_no_longer_open(journal: Journal) -> None:
    journal.close(journal.write(intent(journal)))
    known = journal.read(intent(journal))
    assert known is not None
    assert not known.is_open


@pytest.mark.parametrize(
    "content", ["", "{", "[]", '{"format": 2}', '{"format": 1}', "\xff", '{"format": "1", "key": "x"}', "null"]
)
def test_file_that_is_not_understood_is_not_overlooked(journal: Journal, tmp_path: Path, content: str) -> None:
    path = file_of(tmp_path, journal.write(intent(journal)))
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(ToolkitError) as caught:
        journal.read(intent(journal))
    assert caught.value.kind == "journal_unusable"
    assert str(path) in str(caught.value)
    assert "state_dir" in caught.value.hint


def test_properties_of_a_later_minor_version_are_passed_over(journal: Journal, tmp_path: Path) -> None:
    written = journal.write(intent(journal))
    path = file_of(tmp_path, written)
    path.write_text(json.dumps({**json.loads(path.read_text()), "more": 1}))
    assert journal.read(intent(journal)) == written


def fails(work: Any) -> str:
    with pytest.raises(ToolkitError) as caught:
        work()
    assert caught.value.kind == "journal_unusable"
    return str(caught.value)


def test_folder_of_another_user_is_refused(journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "journal").mkdir()
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    assert "belongs to another user" in fails(lambda: journal.write(intent(journal)))
    assert "nothing was ordered" in fails(lambda: journal.lock(intent(journal), timeout=0).__enter__())


def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    journal = Journal(str(tmp_path / "file"))
    fails(lambda: journal.write(intent(journal)))
    fails(lambda: journal.read(intent(journal)))
    fails(lambda: journal.lock(intent(journal), timeout=0).__enter__())


def test_full_disk_is_refused(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left" in fails(lambda: journal.write(intent(journal)))


def test_one_at_a_time_orders_the_same_and_any_number_others(journal: Journal) -> None:
    with journal.lock(intent(journal), timeout=0) as waited:
        assert not waited
        with journal.lock(intent(journal, "other.example"), timeout=0):
            pass
        with pytest.raises(ToolkitError) as caught, journal.lock(intent(journal), timeout=0):
            pass
        assert caught.value.kind == "locked"


def test_error_of_the_orderer_passes_and_frees_the_lock(journal: Journal) -> None:
    with pytest.raises(OSError, match="mine"), journal.lock(intent(journal), timeout=0):
        raise OSError("mine")
    with journal.lock(intent(journal), timeout=0):
        pass


@pytest.mark.parametrize(
    ("closed_at", "remains"),
    [(None, True), (NOW - KEEP_CLOSED + 10, True), (NOW - KEEP_CLOSED - 10, False)],
)
def test_only_what_was_closed_long_ago_is_forgotten(
    journal: Journal, tmp_path: Path, closed_at: float | None, remains: bool
) -> None:
    path = file_of(tmp_path, journal.write(intent(journal), closed_at=closed_at))
    os.utime(path, (0, 0))
    with journal.lock(intent(journal, "other.example"), timeout=0):
        assert path.exists() == remains


def test_damaged_file_is_not_forgotten(journal: Journal, tmp_path: Path) -> None:
    path = file_of(tmp_path, journal.write(intent(journal), closed_at=0.0))
    path.write_text("{")
    os.utime(path, (0, 0))
    with journal.lock(intent(journal, "other.example"), timeout=0):
        assert path.exists()


def test_file_that_another_process_has_just_forgotten_stops_nothing(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes clean up at once: one removes what the other has seen in the folder."""
    path = file_of(tmp_path, journal.write(intent(journal), closed_at=0.0))
    listed = os.listdir(path.parent)
    path.unlink()
    monkeypatch.setattr(os, "listdir", lambda _folder: listed)
    with journal.lock(intent(journal, "other.example"), timeout=0) as waited:
        assert not waited


def test_file_that_another_process_is_at_is_not_forgotten(journal: Journal, tmp_path: Path) -> None:
    with journal.lock(intent(journal), timeout=0):
        path = file_of(tmp_path, journal.write(intent(journal), closed_at=0.0))
        os.utime(path, (0, 0))
        with journal.lock(intent(journal, "other.example"), timeout=0):
            assert path.exists()


def test_wish_to_order_again_ends_with_whatever_is_noted_next(journal: Journal) -> None:
    wished = journal.write(intent(journal), resend=True)
    assert journal.read(intent(journal)) == wished
    assert wished.resend
    assert not journal.write(wished, gone=True).resend
    known = journal.read(intent(journal))
    assert known is not None
    assert not known.resend


def test_file_of_an_earlier_version_wishes_nothing(journal: Journal, tmp_path: Path) -> None:
    written = journal.write(intent(journal))
    path = file_of(tmp_path, written)
    stored = json.loads(path.read_text())
    assert stored.pop("resend") is False
    path.write_text(json.dumps(stored))
    assert journal.read(intent(journal)) == written
