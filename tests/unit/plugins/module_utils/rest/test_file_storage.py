# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that outlive a task: whole, private, locked between processes."""

from __future__ import annotations

import fcntl
import os
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest import file_storage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.atomic_files import write_file
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import LockTimeout

HOLDER = """
import sys, time
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import locked
with locked(sys.argv[1], timeout=0):
    print("held", flush=True)
    time.sleep(60)
"""


def start_holder(path: Path) -> subprocess.Popen[str]:
    """Return a process that holds the lock."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], env=env, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_lock_of_another_process_is_respected_and_freed_when_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = start_holder(path)
    with pytest.raises(LockTimeout), file_storage.locked(str(path), timeout=0):
        pass

    def kill_instead_of_sleeping(seconds: float) -> None:
        holder.send_signal(signal.SIGKILL)
        holder.wait()

    with file_storage.locked(str(path), timeout=30, sleep=kill_instead_of_sleeping) as waited:
        assert waited
    with file_storage.locked(str(path), timeout=0) as waited:
        assert not waited


def test_lock_is_taken_again_if_its_file_was_removed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with file_storage.locked(str(path), timeout=0):
        path.unlink()
        # The file of that name is another one now, and so is its lock.
        with file_storage.locked(str(path), timeout=0):
            assert path.exists()


def test_lock_of_a_file_that_is_no_longer_of_that_name_is_not_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its last holder removed the file after it was opened here and before it was locked."""
    path, real = tmp_path / "lock", fcntl.flock
    locks: list[int] = []

    def flock(descriptor: int, operation: int) -> None:
        if not locks:
            path.unlink()
        if len(locks) == 1:
            path.rename(tmp_path / "moved")
            path.touch()
        locks.append(os.fstat(descriptor).st_ino)
        real(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", flock)
    with file_storage.locked(str(path), timeout=5) as waited:
        assert locks[-1] == path.stat().st_ino
        assert len(locks) == 3
        assert not waited
        with pytest.raises(LockTimeout), file_storage.locked(str(path), timeout=0):
            pass


def test_lock_is_tried_at_its_interval_until_its_time_is_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, passed, slept = tmp_path / "lock", [100.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        passed[0] += seconds

    monkeypatch.setattr(time, "monotonic", lambda: passed[0])
    # Whatever the clock shows.
    monkeypatch.setattr(time, "time", lambda: 0.0)
    with (
        file_storage.locked(str(path), timeout=0),
        pytest.raises(LockTimeout, match="lock"),
        file_storage.locked(str(path), timeout=1.0, interval=0.25, sleep=sleep),
    ):
        pass
    assert slept == [0.25] * 4


@pytest.mark.parametrize(("mode", "found"), [(0o600, 0o600), (0o660, 0o660)])
def test_mode_of_new_files_does_not_depend_on_the_umask(tmp_path: Path, mode: int, found: int) -> None:
    before = os.umask(0o027)
    try:
        write_file(str(tmp_path / "file"), b"x", durable=False, mode=mode)
        with file_storage.locked(str(tmp_path / "lock"), timeout=0, mode=mode):
            pass
        file_storage.make_folder(str(tmp_path / "a/b"), mode=mode | mode >> 2 & 0o110)
    finally:
        os.umask(before)
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("file", "lock")} == {found}
    assert {stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a", "a/b")} == {found | found >> 2 & 0o110}


def test_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o750)
    file_storage.make_folder(str(tmp_path), mode=0o770)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750
    (tmp_path / "file").touch()
    for path in ("file", "file/below"):
        with pytest.raises(OSError):
            file_storage.make_folder(str(tmp_path / path))


def test_folder_created_by_another_process_in_the_meantime_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = os.mkdir

    def late(path: str, mode: int) -> None:
        real(path, 0o755)
        real(path, mode)

    monkeypatch.setattr(os, "mkdir", late)
    file_storage.make_folder(str(tmp_path / "a"), mode=0o770)
    # The owner decides about access.
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o755


def test_write_in_place_leaves_nothing_of_what_was_longer(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("much longer")
    file_storage.write_in_place(str(path), b"short")
    assert path.read_text() == "short"
    with pytest.raises(FileNotFoundError):
        file_storage.write_in_place(str(tmp_path / "none"), b"x")


def test_chosen_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/home/ada")
    monkeypatch.setenv("XDG_STATE_HOME", "/x")
    assert file_storage.chosen_state_dir("~/y") == "/home/ada/y"
    assert file_storage.chosen_state_dir(None) == file_storage.chosen_state_dir("") == "/x/reseller.toolkit"


def test_folder_is_private_and_this_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a/b"
    assert file_storage.private_dir(str(path)) == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(PermissionError, match="belongs to another user"):
        file_storage.private_dir(str(path))


@pytest.mark.parametrize(("variable", "folder"), [("/some/where", "/some/where"), ("relative", None), ("", None)])
def test_default_folder(monkeypatch: pytest.MonkeyPatch, variable: str, folder: str | None) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", variable)
    expected = folder or os.path.expanduser("~/.local/state")
    assert file_storage.default_state_dir() == f"{expected}/reseller.toolkit"
