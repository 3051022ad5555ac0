# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The last written value is recognized, and only that; values can't be read from the files."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings


@pytest.fixture
def warnings() -> list[str]:
    return []


def remembered(
    folder: Path, warnings: list[str], scope: str = "https://api.example hosting example.com"
) -> WriteOnlySettings:
    return WriteOnlySettings(FileStorage(str(folder)), scope, warnings.append)


def test_value_is_known_again_and_no_other_is(tmp_path: Path, warnings: list[str]) -> None:
    assert not remembered(tmp_path, warnings).is_known("gzip")
    sent = []
    remembered(tmp_path, warnings).set("gzip", True, lambda: sent.append(1))
    again = remembered(tmp_path, warnings)
    assert sent and again.is_known("gzip") and again.is_last("gzip", True)
    assert not again.is_last("gzip", False) and not again.is_last("gzip", 1) and not again.is_last("apcu", True)
    assert not remembered(tmp_path, warnings, "another scope").is_known("gzip")
    assert warnings == []


def test_result_of_a_write_is_remembered(tmp_path: Path, warnings: list[str]) -> None:
    remembered(tmp_path, warnings).set_to_result("avatar", lambda: ["digest", "address"])
    assert remembered(tmp_path, warnings).is_last("avatar", ["digest", "address"])
    assert not remembered(tmp_path, warnings).is_last("avatar", ["digest", "other"])


def test_values_cannot_be_read_and_files_are_private(tmp_path: Path, warnings: list[str]) -> None:
    one = remembered(tmp_path, warnings)
    # Not only hexadecimal digits, which could be in a hash by chance.
    one.set("memory_limit", "large", lambda: None)
    one.set("apcu", {"enabled": True, "size": "large"}, lambda: None)
    files = [path for path in (tmp_path / "remembered").iterdir() if path.name != "lock"]
    assert len(files) == 2
    for path in files:
        assert "large" not in path.read_text() or path.name == "key"
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_hashes_of_two_folders_differ(tmp_path: Path, warnings: list[str]) -> None:
    texts = []
    for name in ("a", "b"):
        remembered(tmp_path / name, warnings).set("gzip", True, lambda: None)
        (path,) = (tmp_path / name / "remembered").glob("*.json")
        texts.append(path.read_text())
    assert texts[0] != texts[1]


def test_value_is_in_doubt_after_a_failed_write(tmp_path: Path, warnings: list[str]) -> None:
    def fail() -> None:
        raise ConnectionError

    remembered(tmp_path, warnings).set("gzip", True, lambda: None)
    with pytest.raises(ConnectionError):
        remembered(tmp_path, warnings).set("gzip", False, fail)
    again = remembered(tmp_path, warnings)
    assert again.is_known("gzip") and not again.is_last("gzip", True) and not again.is_last("gzip", False)


def test_two_processes_keep_each_others_values(tmp_path: Path, warnings: list[str]) -> None:
    one, other = remembered(tmp_path, warnings), remembered(tmp_path, warnings)
    one.set("gzip", True, lambda: None)
    other.set("ssh_enabled", True, lambda: None)
    again = remembered(tmp_path, warnings)
    assert again.is_last("gzip", True) and again.is_last("ssh_enabled", True)


def test_folder_that_cannot_be_used_is_warned_of_and_the_value_is_set(tmp_path: Path, warnings: list[str]) -> None:
    file = tmp_path / "file"
    file.touch()
    sent = []
    one = remembered(file, warnings)
    one.set("gzip", True, lambda: sent.append(1))
    assert sent and warnings and not remembered(file, warnings).is_last("gzip", True)
    assert all("state_dir" in warning for warning in warnings)


@pytest.mark.parametrize("content", ["{", "[]", '{"format": 99}', '{"format": 1}'])
def test_file_of_an_unknown_form_is_warned_of(tmp_path: Path, warnings: list[str], content: str) -> None:
    remembered(tmp_path, warnings).set("gzip", True, lambda: None)
    (path,) = (tmp_path / "remembered").glob("*.json")
    path.write_text(content)
    assert not remembered(tmp_path, warnings).is_last("gzip", True)
    assert len(warnings) == 1
