# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are replaced as a whole."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.atomic_files import write_file


def test_file_is_private_and_replaced_as_a_whole(tmp_path: Path) -> None:
    path = tmp_path / "file"
    write_file(str(path), b"old", durable=True)
    with path.open("rb") as reader:
        write_file(str(path), b"newer", durable=False)
        assert reader.read() == b"old"
    assert path.read_bytes() == b"newer"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [path]


def test_failed_write_leaves_the_old_content_and_no_rest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "file"
    write_file(str(path), b"old", durable=True)

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_file(str(path), b"new", durable=True)
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_durable_write_is_forced_to_the_disk_with_its_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    forced: list[bool] = []
    real = os.fsync

    def note(descriptor: int) -> None:
        forced.append(stat.S_ISDIR(os.fstat(descriptor).st_mode))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    write_file(str(tmp_path / "quick"), b"{}", durable=False)
    assert forced == []
    write_file(str(tmp_path / "sure"), b"{}", durable=True)
    assert forced == [False, True]
