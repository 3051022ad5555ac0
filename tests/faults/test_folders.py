# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder that others can change is not trusted for orders, and the error says how to repair it."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.faults.conftest import ACCOUNT, CERTIFICATE, DOMAIN, READ, Bench, Call, cases

pytestmark = pytest.mark.faults
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def become_arbitrary() -> None:
    """Become a user without a name in the group 0, as in a container of OpenShift (``setpriv --reuid --regid=0``)."""
    become(12345)


def become_another() -> None:
    """Become another such user of the same group."""
    become(12346)


def become(uid: int) -> None:
    for encoding in ("utf-8-sig", "idna", "latin-1"):
        "".encode(encoding)
    os.setgroups([])
    os.setresgid(0, 0, 0)
    os.setresuid(uid, uid, uid)


@pytest.fixture
def volume(bench: Bench) -> Iterator[Path]:
    """A folder below a sticky one that everyone can reach, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    bench.state_dir = folder / "state"
    bench.state_dir.mkdir()
    bench.connection["state_dir"] = str(bench.state_dir)
    yield folder
    shutil.rmtree(folder)


def by_group(state: Path) -> None:
    state.chmod(0o775)


def by_all(state: Path) -> None:
    state.chmod(0o777)


def by_the_folder_above(state: Path) -> None:
    state.parent.chmod(0o777)


def journal_by_group(state: Path) -> None:
    (state / "journal").mkdir(mode=0o700)
    (state / "journal").chmod(0o770)


def by_a_link(state: Path) -> None:
    """The target of the link is fine; its folder is not."""
    target = state.parent / "target"
    state.rename(target)
    (state.parent / "links").mkdir()
    (state.parent / "links").chmod(0o777)
    state.symlink_to("links/state")
    (state.parent / "links/state").symlink_to(target)


def by_a_foreign_owner(state: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root can give a folder away")
    os.chown(state.parent, 12345, -1)


SPOILED: list[Callable[[Path], None]] = [
    by_group,
    by_all,
    by_the_folder_above,
    journal_by_group,
    by_a_link,
    by_a_foreign_owner,
]


@pytest.mark.parametrize("spoil", SPOILED, ids=lambda spoil: spoil.__name__)
@pytest.mark.parametrize("call", cases(48, [ACCOUNT, DOMAIN, CERTIFICATE]))
def test_nothing_is_ordered_until_the_folder_is_repaired_as_advised(
    bench: Bench, call: Call, volume: Path, spoil: Callable[[Path], None]
) -> None:
    spoil(bench.state_dir)
    refused = bench.run()
    assert refused.error["kind"] == "journal_unusable" and refused.writes == [] and bench.made() == 0
    command = refused.result["msg"].partition("Run: ")[2].partition(". If all")[0]
    assert command.startswith(("chmod g-w,o-w /", "chown root /")), refused.result["msg"]
    subprocess.run(command, shell=True, check=True)
    bench.check_done(bench.again(), recovered=False)


@pytest.mark.parametrize("spoil", [by_group, by_all], ids=lambda spoil: spoil.__name__)
@pytest.mark.parametrize("call", cases(48, [READ]))
def test_read_only_task_is_warned(bench: Bench, call: Call, volume: Path, spoil: Callable[[Path], None]) -> None:
    spoil(bench.state_dir)
    (warning,) = bench.run().ok["warnings"]
    assert f"Run: chmod g-w,o-w {bench.state_dir}" in warning
    trusted = bench.run(state_dir_group=True)
    assert ("warnings" in trusted.ok) == (spoil is by_all)


@pytest.mark.parametrize("call", cases(48, [ACCOUNT, DOMAIN, CERTIFICATE]))
def test_folder_of_a_trusted_group_is_used(bench: Bench, call: Call, volume: Path) -> None:
    bench.state_dir.chmod(0o2775)
    assert bench.run().error["kind"] == "journal_unusable"
    bench.connection["state_dir_group"] = True
    bench.check_done(bench.run(), recovered=False)


@as_root
@pytest.mark.parametrize("call", cases(48, [ACCOUNT]))
def test_users_of_a_trusted_group_share_the_journal(bench: Bench, call: Call, volume: Path) -> None:
    """A volume of root and group 0, and containers that run as arbitrary users."""
    bench.state_dir.chmod(0o2770)
    refused = bench.run(before=become_arbitrary)
    assert refused.error["kind"] == "journal_unusable" and "state_dir_group: true" in refused.result["msg"]
    assert refused.writes == []
    bench.connection["state_dir_group"] = True
    bench.fault("reset_before")
    lost = bench.run(before=become_arbitrary, settle_time=0)
    assert lost.error["kind"] == "outcome_unknown", lost.result
    assert lost.sent(call) == 1
    bench.server.set_faults([])
    for path in (bench.state_dir / "journal").iterdir():
        assert (path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) == (12345, 0o660), path
    # Another user of the group continues the state of the first one.
    seen = bench.run(before=become_another, settle_time=0)
    assert seen.error["kind"] == "outcome_unknown", seen.result
    assert seen.writes == []
    resent = bench.run(before=become_another, on_doubt="resend")
    assert resent.ok["changed"] is True and resent.sent(call) == 1
    again = bench.run(before=become_arbitrary)
    assert again.ok["changed"] is False and again.writes == []
    assert bench.orders() == 1


@as_root
@pytest.mark.parametrize("call", cases(48, [ACCOUNT]))
def test_arbitrary_user_has_a_separate_folder(bench: Bench, call: Call, volume: Path) -> None:
    """Below folders of root and the sticky /tmp, and without any option."""
    os.chown(bench.state_dir, 12345, 0)
    bench.state_dir.chmod(0o700)
    made = bench.run(before=become_arbitrary)
    assert made.ok["changed"] is True and "warnings" not in made.result
    assert bench.run(before=become_arbitrary).ok["changed"] is False
