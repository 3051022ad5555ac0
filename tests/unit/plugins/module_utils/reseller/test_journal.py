# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders are on the disk, for this user only, and nothing unknown is assumed to be known."""

from __future__ import annotations

import json
import os
import stat
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import (
    KEEP_CLOSED,
    Journal,
    accepted_but_not_noted,
    unusable,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal_entries import FORMAT, LAST_MOMENT
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage

NOW = 1_760_000_000.0
#: Another user.
OTHER = 4711
#: What ``state_dir_group`` trusts the group with.
TRUSTED = ("", "journal")


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(FileStorage(str(tmp_path)), clock=lambda: NOW)


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
def test_file_that_is_not_understood_is_not_ignored(journal: Journal, tmp_path: Path, content: str) -> None:
    path = file_of(tmp_path, journal.write(intent(journal)))
    path.write_bytes(content.encode("latin-1"))
    with pytest.raises(ToolkitError) as caught:
        journal.read(intent(journal))
    assert caught.value.kind == "journal_unusable"
    assert str(path) in str(caught.value)
    assert "Do not use another state_dir" in caught.value.hint
    assert "name another folder" not in caught.value.hint


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


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_folder_of_another_user_is_refused(journal: Journal, tmp_path: Path) -> None:
    (tmp_path / "journal").mkdir()
    os.chown(tmp_path / "journal", OTHER, OTHER)
    assert "belongs to another user" in fails(lambda: journal.write(intent(journal)))
    message = fails(lambda: journal.lock(intent(journal), timeout=0).__enter__())
    assert "nothing was ordered" in message
    assert f"Run: chown root {tmp_path / 'journal'}" in message
    assert "state_dir_group" not in message


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
@pytest.mark.parametrize("suffix", ["", ".lock"])
def test_file_of_another_user_is_refused(journal: Journal, tmp_path: Path, suffix: str) -> None:
    with journal.lock(intent(journal), timeout=0):
        path = file_of(tmp_path, journal.write(intent(journal)))
    os.chown(f"{path}{suffix}", OTHER, OTHER)

    def order() -> None:
        with journal.lock(intent(journal), timeout=0):
            journal.read(intent(journal))

    assert "belongs to another user" in fails(order)


@pytest.mark.parametrize("where", [".", "journal"])
@pytest.mark.parametrize("mode", [0o775, 0o777, 0o770, 0o2775])
def test_folder_that_others_can_change_is_refused_with_its_repair(
    journal: Journal, tmp_path: Path, where: str, mode: int
) -> None:
    journal.write(intent(journal))
    path = tmp_path / where
    path.chmod(mode)
    for work in (
        lambda: journal.write(intent(journal)),
        lambda: journal.lock(intent(journal), timeout=0).__enter__(),
    ):
        message = fails(work)
        assert f"Run: chmod g-w,o-w {path}" in message
        assert "can be changed by others" in message
        assert ("state_dir_group: true" in message) == (not mode & 0o002)
    path.chmod(0o755)
    journal.write(intent(journal))


@pytest.mark.parametrize("mode", [0o770, 0o2775])
def test_folder_of_a_trusted_group_is_used(tmp_path: Path, mode: int) -> None:
    tmp_path.chmod(mode)
    journal = Journal(FileStorage(str(tmp_path), trusted_to_group=TRUSTED), clock=lambda: NOW)
    before = os.umask(0o077)
    try:
        with journal.lock(intent(journal), timeout=0):
            written = journal.write(intent(journal))
    finally:
        os.umask(before)
    assert journal.read(intent(journal)) == written
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) & 0o777 for path in (tmp_path / "journal").iterdir()}
    assert modes == {f"{written.id}.json": 0o660, f"{written.id}.json.lock": 0o660}
    assert stat.S_IMODE((tmp_path / "journal").stat().st_mode) & 0o777 == 0o770
    # Without trust in the group, files that it could have changed are not used.
    for work in (
        lambda: Journal(FileStorage(str(tmp_path))).read(intent(journal)),
        lambda: Journal(FileStorage(str(tmp_path))).write(written),
    ):
        assert "state_dir_group" in fails(work)


def test_folder_that_all_can_change_is_refused_in_a_trusted_group(tmp_path: Path) -> None:
    tmp_path.chmod(0o777)
    journal = Journal(FileStorage(str(tmp_path), trusted_to_group=TRUSTED))
    assert "every user can write to it" in fails(lambda: journal.write(intent(journal)))


@pytest.mark.parametrize("mode", [0o620, 0o602, 0o666])
def test_entry_that_others_can_change_is_refused(journal: Journal, tmp_path: Path, mode: int) -> None:
    path = file_of(tmp_path, journal.write(intent(journal)))
    path.chmod(mode)
    assert f"chmod g-w,o-w {path}" in fails(lambda: journal.read(intent(journal)))


def test_entry_that_others_can_read_is_read_and_becomes_private(journal: Journal, tmp_path: Path) -> None:
    written = journal.write(intent(journal))
    file_of(tmp_path, written).chmod(0o644)
    known = journal.read(intent(journal))
    assert known == written
    journal.write(known, answered=True)
    assert stat.S_IMODE(file_of(tmp_path, written).stat().st_mode) == 0o600


@pytest.mark.parametrize("kind", ["folder", "link"])
def test_entry_that_is_no_file_is_refused(journal: Journal, tmp_path: Path, kind: str) -> None:
    path = file_of(tmp_path, intent(journal))
    path.parent.mkdir()
    path.mkdir() if kind == "folder" else path.symlink_to("/etc/hostname")
    assert "it is no regular file" in fails(lambda: journal.read(intent(journal)))


class Unwritable(FileStorage):
    """Can be read."""

    def put(self, *_args: Any, **_more: Any) -> None:
        raise PermissionError(13, "Permission denied")


def test_another_folder_is_advised_only_where_nothing_was_ever_noted(tmp_path: Path) -> None:
    journal = Journal(Unwritable(str(tmp_path)), clock=lambda: NOW)
    (tmp_path / "journal").mkdir()

    def advice(name: str) -> bool:
        """Return whether another folder is advised if only a file of this name exists."""
        (tmp_path / "journal" / name).touch()
        hint = fails(lambda: journal.write(intent(journal)))
        (tmp_path / "journal" / name).unlink()
        assert ("or name another folder" in hint) != ("Do not use another state_dir" in hint)
        return "or name another folder" in hint

    assert [advice(name) for name in ("a.json.lock", "a.json", ".x.tmp")] == [True, False, False]


def test_no_other_folder_is_advised_when_none_is_known(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_args: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    journal.write(intent(journal))
    monkeypatch.setattr(os, "scandir", refused)
    assert "Do not use another state_dir" in fails(lambda: journal.lock(intent(journal), timeout=0).__enter__())


def test_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    journal = Journal(FileStorage(str(tmp_path / "file")))
    assert "or name another folder with state_dir" in fails(lambda: journal.write(intent(journal)))
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


def test_what_cannot_be_forgotten_keeps_nothing_else(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = [
        file_of(tmp_path, journal.write(intent(journal, "damaged.example"))),
        file_of(tmp_path, journal.write(intent(journal, "new.example"), closed_at=0.0)),
        tmp_path / "journal/notes",
    ]
    kept[0].write_text("{")
    kept[2].touch()
    with journal.lock(intent(journal), timeout=0):
        old = file_of(tmp_path, journal.write(intent(journal), closed_at=0.0))
    for path in (kept[0], old):
        os.utime(path, (0, 0))
    names = {path.name: path.stat().st_mtime for path in (*kept, old)}
    monkeypatch.setattr(journal.storage, "list_names", lambda _namespace: names)
    assert Path(f"{old}.lock").exists()
    with journal.lock(intent(journal, "other.example"), timeout=0):
        assert [path.exists() for path in (*kept, old, Path(f"{old}.lock"))] == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("moment", "is_time"), [(0, True), (0.5, True), (LAST_MOMENT, False), (-0.5, False), (True, False), ("1", False)]
)
def test_time_in_an_entry_can_be_written(journal: Journal, tmp_path: Path, moment: Any, is_time: bool) -> None:
    written = journal.write(intent(journal))
    path = file_of(tmp_path, written)
    path.write_text(json.dumps({**json.loads(path.read_text()), "opened_at": moment}))
    if is_time:
        assert journal.read(intent(journal)) == written._replace(opened_at=moment)
    else:
        assert "a time belongs" in fails(lambda: journal.read(intent(journal)))


def test_time_of_an_order_is_reported_in_utc(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "XYZ+5")
    time.tzset()
    try:
        assert journal.write(intent(journal)).opened == "2025-10-09T08:53:20Z"
    finally:
        monkeypatch.undo()
        time.tzset()


def test_folder_that_cannot_be_listed_is_named_with_the_reason(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journal.write(intent(journal))

    def refuse(_folder: str) -> list[str]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "scandir", refuse)
    told = fails(lambda: journal.entry_id(intent(journal)))
    assert str(tmp_path / "journal") in told
    assert "Permission denied" in told


def test_unless_it_is_certain_no_other_folder_is_advised() -> None:
    hint = unusable("/journal", OSError("it is full")).hint
    assert "Do not use another state_dir" in hint
    assert "name another folder" not in hint


def test_more_specific_reason_is_reported() -> None:
    full = unusable("/journal", OSError("it is full"))
    assert accepted_but_not_noted("The order", None, full).reason == full.reason == "/journal: it is full"


def test_damaged_file_is_not_forgotten(journal: Journal, tmp_path: Path) -> None:
    path = file_of(tmp_path, journal.write(intent(journal), closed_at=0.0))
    path.write_text("{")
    os.utime(path, (0, 0))
    with journal.lock(intent(journal, "other.example"), timeout=0):
        assert path.exists()


def test_file_that_another_process_has_just_forgotten_stops_nothing(
    journal: Journal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes clean up at once: one removes a file that the other has listed."""
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


@pytest.mark.parametrize(("moment", "age"), [(NOW + 5, 5.0), (NOW, 0.0), (NOW - 3600, 0.0)])
def test_order_of_the_future_is_as_old_as_one_of_now(journal: Journal, moment: float, age: float) -> None:
    assert intent(journal).age(moment) == age


SPELLINGS = ["https://api.example:443", "https://API.example.", "https://api.example:0443", "https://api.example/v2/"]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_open_entry_under_another_spelling_of_the_address_is_found_and_moved(
    journal: Journal, tmp_path: Path, spelling: str
) -> None:
    old = journal.intent(spelling, "POST /accounts", "example.com", "old")
    with journal.lock(old, timeout=0):
        written = journal.write(old, location="/provisioningjobs/1", answered=True, resend=True)
    with journal.lock(intent(journal), timeout=0):
        assert journal.read(intent(journal)) == written._replace(api_url="https://api.example")
    names = {path.name for path in (tmp_path / "journal").iterdir()}
    assert names == {f"{intent(journal).id}.json", f"{intent(journal).id}.json.lock"}


@pytest.mark.parametrize(
    "other",
    [
        {"api_url": "https://api.example:444"},
        {"api_url": "https://api.other:443"},
        {"api_url": "no address"},
        {"api_url": "https://api.example:443", "endpoint": "POST /mysqldatabases"},
        {"api_url": "https://api.example:443", "key": "example.org"},
        {"api_url": "https://api.example:443", "closed_at": NOW},
    ],
    ids=str,
)
def test_no_other_entry_is_taken_for_it(journal: Journal, other: dict[str, Any]) -> None:
    one = intent(journal)._replace(**other)
    journal.write(one, closed_at=one.closed_at)
    with journal.lock(intent(journal), timeout=0):
        assert journal.read(intent(journal)) is None
    assert journal.read(one) is not None
    assert journal.entry_id(intent(journal)) == intent(journal).id


def test_open_entry_whose_key_differs_in_case_is_found_and_moved(journal: Journal) -> None:
    """Earlier versions recorded the name of a database as written; its order must not be sent again."""
    now = journal.intent("https://api.example", "POST /mysqldatabases", "1000001 shopdb", "print")
    written = journal.write(now._replace(key="1000001 ShopDB"), answered=True)
    with journal.lock(now, timeout=0):
        assert journal.read(now) == written._replace(key="1000001 shopdb")
    assert journal.read(written) is None


def test_own_entry_goes_before_one_under_another_spelling(journal: Journal) -> None:
    old = journal.write(intent(journal)._replace(api_url=SPELLINGS[0]), answered=True)
    journal.write(intent(journal))
    with journal.lock(intent(journal), timeout=0):
        known = journal.read(intent(journal))
    assert known is not None and not known.answered
    assert journal.read(old) == old
    assert journal.entry_id(intent(journal)) == intent(journal).id


def test_entry_under_another_spelling_is_named_without_being_moved(journal: Journal) -> None:
    assert journal.entry_id(intent(journal)) == intent(journal).id
    old = journal.write(intent(journal)._replace(api_url=SPELLINGS[0]))
    assert journal.entry_id(intent(journal)) == old.id
    assert journal.read(old) == old


def test_damaged_or_foreign_entries_do_not_stop_the_search(journal: Journal, tmp_path: Path) -> None:
    old = journal.write(intent(journal)._replace(api_url=SPELLINGS[0]))
    folder = tmp_path / "journal"
    (folder / "0000.json").write_text("{")
    (folder / "0001.json").write_text(file_of(tmp_path, old).read_text())
    (folder / "0002.json").mkdir()
    assert journal.entry_id(intent(journal)) == old.id
    file_of(tmp_path, old).chmod(0o666)
    assert journal.entry_id(intent(journal)) == intent(journal).id


def test_accepted_order_that_is_not_noted_names_what_to_follow() -> None:
    error = unusable("/x/journal/1.json", OSError(28, "No space left on device"))
    told = accepted_but_not_noted("The order of account a.be", "/provisioningjobs/0ca5", error)
    assert "account a.be was accepted (job 0ca5, /provisioningjobs/0ca5), but the journal can't be written: /x" in str(
        told
    )
    assert "nothing was ordered" not in str(told) and "No space left" in str(told)
    assert "Do not use another state_dir" in told.hint
    result = told.as_result()
    assert result["error"]["kind"] == "journal_unusable"
    assert (result["changed"], result["location"]) == (True, "/provisioningjobs/0ca5")
    assert result["job"] == {"id": "0ca5", "status": "ongoing", "estimate": None, "resource_links": []}
    silent = accepted_but_not_noted("It", None, error)
    assert "It was accepted, but" in str(silent)
    assert (silent.facts["job"], silent.facts["location"]) == (None, None)
    thing = accepted_but_not_noted("It", "/sslcertificaterequests/7", error)
    assert "(/sslcertificaterequests/7)" in str(thing) and thing.facts["job"] is None


def test_nothing_is_created_where_others_can_change_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o775)
    fails(lambda: Journal(FileStorage(str(tmp_path))).write(intent(Journal(FileStorage(str(tmp_path))))))
    assert list(tmp_path.iterdir()) == []
