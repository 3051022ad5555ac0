# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder is trusted if no other user can change its content, through any folder or link on the path."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Finding
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.trust import MOST_LINKS, folder_findings
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.trust_findings import file_finding

#: Another user and another group.
OTHER = 4711
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")


@pytest.fixture
def state(tmp_path: Path) -> Path:
    """A trusted folder, and one below it."""
    (tmp_path / "state/journal").mkdir(parents=True, mode=0o700)
    for path in (tmp_path / "state", tmp_path / "state/journal"):
        path.chmod(0o700)
    return tmp_path / "state"


@pytest.fixture
def _others_group(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process is not a member of any group that owns a file."""
    monkeypatch.setattr(os, "getegid", lambda: OTHER)
    monkeypatch.setattr(os, "getgroups", lambda: [OTHER + 1])
    yield


def found(path: Path, *, trust_group: bool = False) -> list[Finding]:
    return folder_findings(str(path), trust_group=trust_group)


@pytest.mark.parametrize("path", [".", "journal", "none", "none/yet"])
def test_own_folders_below_a_sticky_one_are_trusted(state: Path, path: str) -> None:
    assert found(state / path) == []
    # The parent folders of pytest's folders matter here.
    assert Path("/tmp").stat().st_mode & 0o1777 == 0o1777


@pytest.mark.parametrize("mode", [0o720, 0o775, 0o702, 0o777, 0o2770])
@pytest.mark.parametrize("path", [".", "journal"])
def test_folder_that_others_can_write_to_is_reported_with_its_repair(state: Path, path: str, mode: int) -> None:
    (state / path).chmod(mode)
    (finding,) = found(state / "journal")
    assert finding.path == str(state / path)
    assert ("every user" in finding.why) == bool(mode & 0o002)
    assert ("its group" in finding.why) != bool(mode & 0o002)
    assert finding.by_group == (not mode & 0o002)
    assert str(finding) == f"{finding.path}: {finding.why}"
    subprocess.run(finding.repair, shell=True, check=True)
    assert found(state / "journal") == []


def test_repair_names_odd_folders_as_a_shell_reads_them(state: Path) -> None:
    odd = state / "it's $HOME; x"
    odd.mkdir(mode=0o700)
    odd.chmod(0o777)
    (finding,) = found(odd)
    subprocess.run(finding.repair, shell=True, check=True)
    assert found(odd) == []


def test_all_mistakes_are_reported(state: Path) -> None:
    state.chmod(0o777)
    (state / "journal").chmod(0o770)
    assert [one.path for one in found(state / "journal")] == [str(state), str(state / "journal")]


@pytest.mark.parametrize("mode", [0o1777, 0o1770])
def test_sticky_folder_is_fine_above_and_not_at_the_end(state: Path, mode: int) -> None:
    state.chmod(mode)
    assert found(state / "journal") == []
    assert [one.path for one in found(state)] == [str(state)]


@as_root
def test_file_of_another_owner_in_a_sticky_folder_is_reported(state: Path) -> None:
    state.chmod(0o1777)
    os.chown(state / "journal", OTHER, OTHER)
    (finding,) = found(state / "journal")
    assert finding.why == f"it belongs to another user (uid {OTHER})"
    assert finding.repair == f"chown root {state / 'journal'}"
    assert not finding.by_group
    subprocess.run(finding.repair, shell=True, check=True)
    assert found(state / "journal") == []


def test_folders_of_root_are_fine_for_all(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: OTHER)
    assert found(Path("/usr/bin")) == []
    # The folder of the user who runs the tests now belongs to another user, unless it is root's.
    assert (str(state) in [one.path for one in found(state)]) == (state.stat().st_uid != 0)


def test_user_without_a_name_is_reported_by_number(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_uid: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    if os.geteuid() == 0:
        os.chown(state, OTHER, OTHER)
        (finding,) = found(state)
        assert finding.repair == f"chown {os.geteuid()} {state}"


@pytest.mark.parametrize("mode", [0o770, 0o2775])
def test_trusted_group_may_write(state: Path, mode: int) -> None:
    state.chmod(mode)
    assert found(state / "journal", trust_group=True) == []
    assert len(found(state / "journal")) == 1
    state.chmod(mode | 0o002)
    assert len(found(state / "journal", trust_group=True)) == 1


@pytest.mark.usefixtures("_others_group")
def test_group_that_the_process_is_no_member_of_is_not_trusted(state: Path) -> None:
    state.chmod(0o770)
    (finding,) = found(state, trust_group=True)
    assert not finding.by_group


@as_root
@pytest.mark.parametrize("by", ["getegid", "getgroups"])
def test_trusted_group_may_own(state: Path, monkeypatch: pytest.MonkeyPatch, by: str) -> None:
    os.chown(state, OTHER, OTHER)
    (state / "journal/file").touch()
    os.chown(state / "journal/file", OTHER, OTHER)
    assert [one.path for one in found(state, trust_group=True)] == [str(state)]
    monkeypatch.setattr(os, by, lambda: OTHER if by == "getegid" else [OTHER])
    assert found(state, trust_group=True) == []
    assert found(state)[0].by_group
    assert file_finding(str(state / "journal/file"), trust_group=True) is None
    assert file_finding(str(state / "journal/file"), trust_group=False) is not None


@pytest.mark.parametrize("target", ["absolute", "relative", "upwards"])
def test_link_is_judged_by_its_target_and_its_folder(tmp_path: Path, state: Path, target: str) -> None:
    (tmp_path / "links").mkdir(mode=0o700)
    link = tmp_path / "links/link"
    link.symlink_to({"absolute": str(state), "relative": "../state", "upwards": ".././links/../state"}[target])
    assert found(link / "journal") == []
    state.chmod(0o777)
    assert [one.path for one in found(link / "journal")] == [str(state)]
    state.chmod(0o700)
    (tmp_path / "links").chmod(0o777)
    assert str(tmp_path / "links") in [one.path for one in found(link / "journal")]


@as_root
def test_link_of_another_user_is_reported(tmp_path: Path, state: Path) -> None:
    link = tmp_path / "link"
    link.symlink_to(state)
    os.chown(link, OTHER, OTHER, follow_symlinks=False)
    (finding,) = found(link)
    assert (finding.path, finding.repair) == (str(link), f"chown -h root {link}")
    subprocess.run(finding.repair, shell=True, check=True)
    assert found(link) == []


def test_links_without_an_end_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(OSError, match="too many symbolic links"):
        found(tmp_path / "a")


@pytest.mark.parametrize("links", [MOST_LINKS, MOST_LINKS + 1])
def test_links_are_followed_up_to_the_limit_of_the_system(tmp_path: Path, state: Path, links: int) -> None:
    last = state
    for number in range(links):
        (tmp_path / f"l{number}").symlink_to(last)
        last = tmp_path / f"l{number}"
    try:
        os.stat(last)
        assert found(last) == []
    except OSError:
        with pytest.raises(OSError, match="too many symbolic links"):
            found(last)


@pytest.mark.parametrize(
    ("mode", "trust_group", "told"),
    [
        (0o600, False, None),
        (0o644, False, None),
        (0o620, False, "its group"),
        (0o602, False, "every user"),
        (0o660, True, None),
        (0o662, True, "every user"),
    ],
)
def test_file_that_others_can_write_to_is_reported(state: Path, mode: int, trust_group: bool, told: str | None) -> None:
    path = state / "file"
    path.touch()
    path.chmod(mode)
    finding = file_finding(str(path), trust_group=trust_group)
    assert (finding is None) == (told is None)
    if finding:
        assert told is not None and told in finding.why
        subprocess.run(finding.repair, shell=True, check=True)
        assert file_finding(str(path), trust_group=False) is None


def test_missing_file_is_fine_and_an_irregular_one_is_not(state: Path) -> None:
    assert file_finding(str(state / "none"), trust_group=False) is None
    (state / "link").symlink_to(state / "none")
    for name in ("journal", "link"):
        finding = file_finding(str(state / name), trust_group=True)
        assert finding is not None and finding.why == "it is no regular file" and not finding.by_group
        subprocess.run(finding.repair, shell=True, check=True)
        assert file_finding(str(state / name), trust_group=False) is None


@as_root
def test_file_of_another_user_or_of_root_is_reported(state: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = state / "file"
    path.touch()
    monkeypatch.setattr(os, "geteuid", lambda: OTHER)
    finding = file_finding(str(path), trust_group=False)
    assert finding is not None and finding.why == "it belongs to another user (uid 0)"
    assert finding.repair == f"chown {OTHER} {path}"
