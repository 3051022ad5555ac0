# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An unusable journal blocks orders and nothing else; an open entry is never dropped."""

from __future__ import annotations

import codecs
import json
import os
import resource
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import (
    ACCOUNT,
    CERTIFICATE,
    DATABASE,
    DOMAIN,
    PUT,
    READ,
    RECORD,
    USER,
    Bench,
    Call,
    Run,
    cases,
)

pytestmark = pytest.mark.faults

NOBODY = 65534
ORDERS = (ACCOUNT, DATABASE, USER, DOMAIN, CERTIFICATE)


def become_nobody() -> None:
    """Become a user without root's access to all files."""
    # If only root can read Python's files, lazily imported modules must be loaded before.
    for encoding in ("utf-8-sig", "idna", "latin-1"):
        codecs.lookup(encoding)
    if os.geteuid() == 0:
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def fill_the_disk() -> None:
    """Prevent files from growing (``ulimit -f 0``)."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that everyone can reach, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def give_away(path: Path) -> None:
    """Make the user nobody own the files."""
    if os.geteuid() == 0:
        for each in (path, *path.rglob("*")):
            os.chown(each, NOBODY, NOBODY)


def entry_of(bench: Bench) -> Path:
    """Return the journal's only entry."""
    (found,) = (bench.state_dir / "journal").glob("*.json")
    return found


def order_in_doubt(bench: Bench) -> Path:
    """Send an order whose response is lost; return the journal's entry."""
    bench.fault("reset_before")
    assert bench.run(settle_time=0).error["kind"] == "outcome_unknown"
    bench.server.set_faults([])
    return entry_of(bench)


def read_only(state: Path) -> None:
    state.mkdir()
    give_away(state)
    state.chmod(0o500)


def of_another_owner(state: Path) -> None:
    (state / "journal").mkdir(parents=True)
    for folder in (state, state / "journal"):
        folder.chmod(0o777)


def a_file(state: Path) -> None:
    state.write_text("")


def mine(state: Path) -> None:
    state.mkdir()


@pytest.mark.parametrize(
    ("call", "spoil", "before"),
    [
        case
        for spoil, before in ((read_only, become_nobody), (a_file, None), (mine, fill_the_disk))
        for case in cases(33, (*ORDERS, READ, PUT, RECORD), spoil, before)
    ],
)
def test_unusable_folder(
    bench: Bench, call: Call, spoil: Callable[[Path], None], before: Any, shared_folder: Path
) -> None:
    bench.state_dir = shared_folder / "state"
    spoil(bench.state_dir)
    refused = bench.run(state_dir=str(bench.state_dir), before=before)
    if not call.orders:
        assert refused.ok["changed"] is call.writes
        return
    assert refused.error["kind"] == "journal_unusable" and "state_dir" in refused.result["msg"]
    assert refused.writes == [] and bench.made() == 0
    bench.check_done(bench.again(), recovered=False)


def limit_files(size: int) -> None:
    """Prevent files from growing beyond this size in bytes, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))


@pytest.fixture
def small_disk(bench: Bench) -> Iterator[Path]:
    """A journal on a disk of one page: it has room for one entry, and not for the second one that a replacement
    needs.
    """
    folder = bench.state_dir / "journal"
    folder.mkdir(parents=True, mode=0o700)
    mount = ["mount", "-t", "tmpfs", "-o", "size=4k,mode=0700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def check_accepted_and_not_noted(bench: Bench, run: Run) -> None:
    """Check that the order was sent once, and that the error names it and its journal."""
    assert run.error["kind"] == "journal_unusable", run.result
    assert run.sent(bench.call) == 1 and bench.orders() == 1
    assert "was accepted" in run.result["msg"] and "nothing was ordered" not in run.result["msg"]
    assert "or name another folder" not in run.result["msg"]
    assert run.result["changed"] is True
    location = run.result["location"]
    assert location in run.result["msg"]
    if "provisioningjobs" in location:
        assert run.result["job"]["id"] == location.rpartition("/")[2]
    assert json.loads(entry_of(bench).read_text())["closed_at"] is None


@pytest.mark.parametrize("call", cases(42, ORDERS))
def test_disk_that_is_full_once_the_order_was_accepted(bench: Bench, call: Call, small_disk: Path) -> None:
    check_accepted_and_not_noted(bench, bench.run())
    # The disk is still full: the next run finds the order nevertheless, and can't record its end.
    found = bench.again(settle_time=30)
    assert found.ok["recovered"] is True and found.sent(call) == 0, found.result
    assert any("can't be" in warning for warning in found.result["warnings"]), found.result
    subprocess.run(["mount", "-o", "remount,size=1m", str(small_disk)], check=True)
    check_settled(bench)


def check_settled(bench: Bench) -> None:
    """With free space the next run finds the order and records its end; then nothing is left to do."""
    settled = bench.again(settle_time=30)
    assert settled.ok["recovered"] is True and settled.sent(bench.call) == 0, settled.result
    again = bench.again()
    assert again.ok["changed"] is False and again.writes == [] and not again.result.get("recovered"), again.result
    assert bench.is_done() and bench.orders() == 1


@pytest.mark.parametrize("call", cases(42, ORDERS))
def test_file_that_cannot_grow_once_the_order_was_accepted(bench: Bench, call: Call) -> None:
    entry = order_in_doubt(bench)
    size = entry.stat().st_size
    entry.unlink()
    # The entry is gone, as if a person had removed it.
    bench.allowed += 1
    run = bench.run(before=partial(limit_files, size + 4))
    check_accepted_and_not_noted(bench, run)
    check_settled(bench)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make folders of another owner")
@pytest.mark.parametrize("call", cases(33, [ACCOUNT], also=[34]))
def test_folder_of_another_user(bench: Bench, call: Call, shared_folder: Path) -> None:
    state = shared_folder / "state"
    of_another_owner(state)
    refused = bench.run(state_dir=str(state), before=become_nobody)
    assert refused.error["kind"] == "journal_unusable" and refused.writes == []
    bench.check_done(bench.again(), recovered=False)


@pytest.mark.parametrize(
    ("call", "content"),
    [case for text in ("", "{", "null", "[]", '{"format": 2}', '{"format": 1}') for case in cases(33, [ACCOUNT], text)],
)
def test_damaged_entry_is_not_mistaken_for_a_missing_one(bench: Bench, call: Call, content: str) -> None:
    entry = order_in_doubt(bench)
    good = entry.read_text()
    entry.write_text(content)
    refused = bench.run()
    assert refused.error["kind"] == "journal_unusable" and str(entry) in refused.result["msg"]
    assert refused.writes == [] and entry.read_text() == content
    entry.write_text(good)
    assert bench.run().error["kind"] == "outcome_unknown"
    bench.check_done(bench.run(on_doubt="resend"))


@pytest.mark.parametrize("call", cases(33, [ACCOUNT]))
def test_unreadable_entry_is_not_mistaken_for_a_missing_one(bench: Bench, call: Call, shared_folder: Path) -> None:
    bench.state_dir = shared_folder / "state"
    bench.connection["state_dir"] = str(bench.state_dir)
    entry = order_in_doubt(bench)
    give_away(bench.state_dir)
    entry.chmod(0)
    refused = bench.run(before=become_nobody)
    assert refused.error["kind"] == "journal_unusable" and refused.writes == []


@pytest.mark.parametrize("call", cases(33, ORDERS))
def test_files_are_private(bench: Bench, call: Call) -> None:
    bench.check_done(bench.run(), recovered=False)
    for path in (bench.state_dir, *bench.state_dir.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path


@pytest.mark.parametrize("call", cases(34, ORDERS))
def test_entry_of_another_day_and_key_stays_open(bench: Bench, call: Call) -> None:
    """Whatever its age and sender: only a person's confirmation allows a resend."""
    entry = order_in_doubt(bench)
    known = json.loads(entry.read_text())
    opened = time.time() - 400 * 86400
    entry.write_text(json.dumps({**known, "opened_at": opened, "key_fingerprint": "another"}))
    os.utime(entry, (opened, opened))
    # Each order also cleans up the journal.
    bench.allowed += 1
    another = bench.child(**ACCOUNT.options(bench.customer, "other" + bench.name))
    another.module = ACCOUNT.module
    assert another.start().result()["changed"]  # type: ignore[index]
    bench.beside = bench.made()
    orders = bench.orders()
    run = bench.run()
    assert run.error["kind"] == "outcome_unknown" and run.writes == []
    assert time.strftime("%Y-%m-%d", time.gmtime(opened)) in run.result["msg"]
    resent = bench.run(on_doubt="resend")
    assert resent.ok["changed"] is True and resent.sent(call) == 1
    assert bench.orders() == orders + 1
    assert bench.again().ok["changed"] is False
