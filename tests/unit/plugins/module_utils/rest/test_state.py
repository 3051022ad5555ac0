# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that outlive a task: whole, private, locked between processes."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest import state

HOLDER = """
import sys, time
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import locked
with locked(sys.argv[1], timeout=0):
    print("held", flush=True)
    time.sleep(60)
"""


def start_holder(path: Path) -> subprocess.Popen[str]:
    """A process that holds the lock."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, str(path)], env=env, stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    return holder


def test_lock_of_another_process_is_respected_and_freed_when_it_is_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    holder = start_holder(path)
    with pytest.raises(state.LockTimeout), state.locked(str(path), timeout=0):
        pass

    def kill_instead_of_sleeping(seconds: float) -> None:
        holder.send_signal(signal.SIGKILL)
        holder.wait()

    with state.locked(str(path), timeout=30, sleep=kill_instead_of_sleeping) as waited:
        assert waited
    with state.locked(str(path), timeout=0) as waited:
        assert not waited


def test_lock_whose_file_was_removed_meanwhile_is_taken_anew(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with state.locked(str(path), timeout=0):
        path.unlink()
        # A file of that name is another one now, and so is its lock.
        with state.locked(str(path), timeout=0):
            assert path.exists()


def test_file_is_private_and_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    state.write_file(str(path), b"old", durable=True)
    with path.open("rb") as reader:
        state.write_file(str(path), b"newer", durable=False)
        assert reader.read() == b"old"
    assert path.read_bytes() == b"newer"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_failed_write_leaves_the_old_content_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    state.write_file(str(path), b"old", durable=True)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        state.write_file(str(path), b"new", durable=True)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_durable_write_is_forced_to_the_disk_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forced: list[bool] = []
    real = os.fsync

    def note(descriptor: int) -> None:
        forced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    state.write_json(str(tmp_path / "quick"), {}, durable=False)
    assert forced == []
    state.write_json(str(tmp_path / "sure"), {}, durable=True)
    assert forced == [False, True]


def test_folder_is_private_and_this_users(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a/b"
    assert state.private_dir(str(path)) == str(path)
    assert stat.S_IMODE(path.stat().st_mode) == 0o700
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(PermissionError):
        state.private_dir(str(path))


def test_missing_file_reads_as_none(tmp_path: Path) -> None:
    assert state.read_json(str(tmp_path / "none")) is None
    (tmp_path / "bad").write_text("{")
    with pytest.raises(ValueError, match="Expecting"):
        state.read_json(str(tmp_path / "bad"))


@pytest.mark.parametrize(("variable", "folder"), [("/some/where", "/some/where"), ("relative", None), ("", None)])
def test_default_folder(monkeypatch: pytest.MonkeyPatch, variable: str, folder: str | None) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", variable)
    expected = folder or os.path.expanduser("~/.local/state")
    assert state.default_state_dir() == f"{expected}/reseller.toolkit"
