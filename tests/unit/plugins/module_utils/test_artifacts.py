# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that cost money: written only if they differ, kept while young, and never paid for twice in doubt."""

from __future__ import annotations

import json
import os
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.artifacts import (
    PaidContent,
    ensure_artifact,
    without_times,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, OutcomeUnknown, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


class Maker:
    """Makes contents, or fails, and counts how often."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.calls = 0
        self.content = b"one"
        self.error: BaseException | None = None
        self.warnings: list[str] = []

    def make(self) -> bytes:
        self.calls += 1
        if self.error:
            raise self.error
        return self.content

    def run(self, *, check: bool = False, options: Any = "a", comparable: Any = bytes, **params: Any) -> dict[str, Any]:
        """Run a task with the file ``page`` in the folder."""
        given = {"dest": str(self.folder / "page"), "max_age": 0, "on_doubt": "fail", **params}
        task = Task(given, check_mode=check)
        storage = FileStorage(str(self.folder / "state"))
        try:
            return ensure_artifact(task, storage, PaidContent("POST /page", options, self.make, comparable))
        finally:
            self.warnings = task.warnings


@pytest.fixture
def maker(tmp_path: Path) -> Maker:
    return Maker(tmp_path)


def test_written_only_if_it_differs(maker: Maker) -> None:
    file = maker.folder / "page"
    first = maker.run()
    assert (first["changed"], first["called"], file.read_bytes()) == (True, True, b"one")
    assert (first["size"], oct(file.stat().st_mode & 0o777)) == (3, "0o644")
    written = file.stat()
    again = maker.run()
    assert (again["changed"], again["called"]) == (False, True)
    assert (file.stat().st_ino, file.stat().st_mtime_ns) == (written.st_ino, written.st_mtime_ns)
    file.chmod(0o600)
    maker.content = b"two"
    assert maker.run()["changed"] and file.read_bytes() == b"two"
    assert oct(file.stat().st_mode & 0o777) == "0o600"
    assert sorted(path.name for path in maker.folder.iterdir()) == ["page", "state"]


def test_young_file_of_the_same_options_is_kept(maker: Maker, monkeypatch: pytest.MonkeyPatch) -> None:
    maker.run()
    kept = maker.run(max_age=100)
    assert (kept["changed"], kept["called"], maker.calls) == (False, False, 1)
    assert kept["sha256"] == "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    assert maker.run(max_age=100, options="b")["called"]
    assert maker.run(max_age=100, options="a")["called"]
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 101)
    assert maker.run(max_age=100)["called"]
    # The clock was set back since.
    monkeypatch.setattr(time, "time", lambda: now - 5000)
    assert not maker.run(max_age=100)["called"]


@pytest.mark.parametrize("harm", ["changed", "removed"])
def test_file_that_others_changed_is_made_again(maker: Maker, harm: str) -> None:
    maker.run()
    file = maker.folder / "page"
    if harm == "changed":
        file.write_bytes(b"mine")
    else:
        file.unlink()
    assert maker.run(max_age=1000)["changed"]
    assert (maker.calls, file.read_bytes()) == (2, b"one")


def test_check_mode_calls_nothing_and_says_so(maker: Maker) -> None:
    predicted = maker.run(check=True)
    assert predicted == {"changed": True, "called": False, "path": str(maker.folder / "page")}
    assert maker.calls == 0 and "was not called in check mode" in maker.warnings[0]
    assert [path.name for path in maker.folder.iterdir()] == []
    maker.run()
    assert maker.run(check=True)["changed"]
    kept = maker.run(check=True, max_age=100)
    assert (kept["changed"], maker.warnings, maker.calls) == (False, [], 1)
    assert maker.run(check=True, dest=str(maker.folder / "new/page"))["changed"]
    assert "does not exist yet" in maker.warnings[0]


def test_doubtful_call_is_not_repeated_by_itself(maker: Maker) -> None:
    maker.error = OutcomeUnknown("POST /page", "the outcome is unknown.")
    with pytest.raises(OutcomeUnknown, match="on_doubt: resend"):
        maker.run()
    maker.error = None
    for check in (False, True):
        with pytest.raises(ToolkitError, match=r"was sent at .* UTC, and its outcome is unknown") as caught:
            maker.run(check=check, max_age=100)
        assert caught.value.kind == "outcome_unknown"
    assert maker.calls == 1
    # Another thing is not in doubt, and then nobody asks for the first one any more.
    assert maker.run(options="b")["called"]
    maker.error = OutcomeUnknown("POST /page", "the outcome is unknown.")
    with pytest.raises(OutcomeUnknown):
        maker.run(options="b")
    maker.error = None
    assert maker.run(options="b", on_doubt="resend")["called"]
    assert maker.run(options="b")["called"]


def test_call_of_a_killed_process_is_in_doubt(maker: Maker) -> None:
    maker.error = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        maker.run()
    maker.error = None
    with pytest.raises(ToolkitError, match="its outcome is unknown"):
        maker.run()
    assert maker.calls == 1


def test_refused_call_is_not_in_doubt(maker: Maker) -> None:
    maker.run()
    maker.error = ApiError("unauthorized", "POST /page", "HTTP 401.", status=401)
    with pytest.raises(ApiError):
        maker.run()
    maker.error = None
    assert not maker.run(max_age=100)["called"]
    assert maker.run()["called"]


def test_refused_call_keeps_an_older_doubt(maker: Maker) -> None:
    maker.error = OutcomeUnknown("POST /page", "the outcome is unknown.")
    with pytest.raises(OutcomeUnknown):
        maker.run()
    maker.error = ApiError("unauthorized", "POST /page", "HTTP 401.", status=401)
    with pytest.raises(ApiError):
        maker.run(on_doubt="resend")
    maker.error = None
    with pytest.raises(ToolkitError, match="its outcome is unknown"):
        maker.run()


def test_two_runs_at_once_make_a_young_file_once(maker: Maker) -> None:
    results: list[dict[str, Any]] = []
    started, go = threading.Event(), threading.Event()
    make = maker.make

    def slow() -> bytes:
        started.set()
        go.wait(10)
        return make()

    maker.make = slow  # type: ignore[method-assign]
    threads = [threading.Thread(target=lambda: results.append(maker.run(max_age=100))) for _number in range(2)]
    threads[0].start()
    started.wait(10)
    threads[1].start()
    go.set()
    for thread in threads:
        thread.join(20)
    assert sorted(result["called"] for result in results) == [False, True]
    assert maker.calls == 1


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b'{"format": 2}', b'{"format": 1, "unknown": 1}'])
def test_unreadable_memory_is_not_taken_for_none(maker: Maker, content: bytes) -> None:
    maker.run()
    [entry] = [path for path in (maker.folder / "state/artifacts").iterdir() if path.suffix == ".json"]
    entry.write_bytes(content)
    with pytest.raises(ToolkitError, match="could be paid for twice") as caught:
        maker.run()
    assert (caught.value.kind, maker.calls) == ("state_unusable", 1)


def test_bad_places_and_ages_are_refused_before_the_call(maker: Maker) -> None:
    cases: dict[str, tuple[Any, ...]] = {
        "dest": ("relative", str(maker.folder), str(maker.folder / "no/page")),
        "max_age": (-1, True, 1e12),
    }
    for option, values in cases.items():
        for value in values:
            with pytest.raises(ToolkitError, match=f"^{option}: "):
                maker.run(**dict[str, Any]({option: value}))
    assert maker.calls == 0


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_folder_without_permission_is_refused(maker: Maker) -> None:
    folder = maker.folder / "shut"
    folder.mkdir(mode=0o500)
    with pytest.raises(ToolkitError, match="is not writable"):
        maker.run(dest=str(folder / "page"))


def test_memory_holds_no_content_and_no_options(maker: Maker) -> None:
    maker.content = b"confidential"
    maker.run(options={"cookie": "t0ken"})
    texts = [path.read_text() for path in (maker.folder / "state/artifacts").iterdir()]
    assert not any("t0ken" in text or "confidential" in text for text in texts)
    assert json.loads(max(texts, key=len))["format"] == 1


PDF = (
    b"%PDF-1.4\n<</Title (/CreationDate of a \\) page)\n/CreationDate (D:20261127085042+00'00')\n"
    b"/ModDate(D:2026\\)1)>>\n<< /Size 6 /ID [<00aa> (b\\]c)] >>\n%%EOF"
)


def test_times_and_identifiers_of_a_pdf_are_blanked() -> None:
    blanked = without_times(PDF)
    assert len(blanked) == len(PDF)
    assert b"D:2026" not in blanked and b"00aa" not in blanked
    other = PDF.replace(b"20261127085042", b"20270101000000").replace(b"00aa", b"11bb")
    assert without_times(other) == blanked
    assert b"/Title (/CreationDate of a \\) page)" in blanked
    assert without_times(PDF.replace(b"a \\) page", b"a \\) book")) != blanked


def test_pdf_that_differs_only_in_its_time_is_unchanged(maker: Maker) -> None:
    maker.content = PDF
    maker.run(comparable=without_times)
    maker.content = PDF.replace(b"20261127085042", b"20270101000000")
    again = maker.run(comparable=without_times)
    assert not again["changed"] and (maker.folder / "page").read_bytes() == PDF
    assert not maker.run(comparable=without_times, max_age=100)["called"]
