# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A journal that can't be used forbids to order, and nothing else; an open entry is never dropped."""

from __future__ import annotations

import codecs
import json
import os
import resource
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import ACCOUNT, CERTIFICATE, DATABASE, DOMAIN, PUT, READ, RECORD, USER, Bench, Call, cases

pytestmark = pytest.mark.faults

NOBODY = 65534
ORDERS = (ACCOUNT, DATABASE, USER, DOMAIN, CERTIFICATE)


def become_nobody() -> None:
    """Root may do everything, also to files: be somebody who may not."""
    # Where Python itself belongs to root alone, what it loads when first used must be there before.
    for encoding in ("utf-8-sig", "idna", "latin-1"):
        codecs.lookup(encoding)
    if os.geteuid() == 0:
        os.setresgid(NOBODY, NOBODY, NOBODY)
        os.setresuid(NOBODY, NOBODY, NOBODY)


def fill_the_disk() -> None:
    """No file can grow any more (``ulimit -f 0``)."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that everybody can reach, unlike those of pytest."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def give_away(path: Path) -> None:
    """Let the files belong to nobody."""
    if os.geteuid() == 0:
        for each in (path, *path.rglob("*")):
            os.chown(each, NOBODY, NOBODY)


def entry_of(bench: Bench) -> Path:
    """The journal's only entry."""
    (found,) = (bench.state_dir / "journal").glob("*.json")
    return found


def order_in_doubt(bench: Bench) -> Path:
    """Order, and lose it on the way; returns the journal's entry."""
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
    give_away(state)


@pytest.mark.parametrize(
    ("call", "spoil", "before"),
    [
        case
        for spoil, before in ((read_only, become_nobody), (a_file, None), (mine, fill_the_disk))
        for case in cases(33, (*ORDERS, READ, PUT, RECORD), spoil, before)
    ],
)
def test_folder_that_can_not_be_used(
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
def test_damaged_entry_is_not_taken_for_none(bench: Bench, call: Call, content: str) -> None:
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
def test_unreadable_entry_is_not_taken_for_none(bench: Bench, call: Call, shared_folder: Path) -> None:
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
    """However old it is and whoever sent it: nothing but a person's word lets the order be sent again."""
    entry = order_in_doubt(bench)
    known = json.loads(entry.read_text())
    opened = time.time() - 400 * 86400
    entry.write_text(json.dumps({**known, "opened_at": opened, "key_fingerprint": "another"}))
    os.utime(entry, (opened, opened))
    # Each order also tidies up the journal.
    another = bench.child(**ACCOUNT.options(bench.customer, "other" + bench.name))
    another.module = ACCOUNT.module
    assert another.start().result()["changed"]  # type: ignore[index]
    orders = bench.orders()
    run = bench.run()
    assert run.error["kind"] == "outcome_unknown" and run.writes == []
    assert time.strftime("%Y-%m-%d", time.gmtime(opened)) in run.result["msg"]
    resent = bench.run(on_doubt="resend")
    assert resent.ok["changed"] is True and resent.sent(call) == 1
    assert bench.orders() == orders + 1
    assert bench.again().ok["changed"] is False
