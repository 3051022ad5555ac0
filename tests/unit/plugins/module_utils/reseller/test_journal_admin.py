# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything in the journal's folder is shown, and one entry is settled as a person decided."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal_admin import (
    UnreadableEntry,
    next_step,
    read_entries,
    read_entry,
    settle,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal_entries import FORMAT
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task
from ansible_collections.reseller.toolkit.plugins.modules import reseller_journal, reseller_journal_info

NOW = 1_760_000_000.0
JOB = "0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d"
KINDS: dict[str, dict[str, Any]] = {
    "unanswered": {},
    "with a job": {"location": f"/provisioningjobs/{JOB}", "answered": True},
    "accepted": {"answered": True},
    "followed": {"location": "/sslcertificaterequests/7", "answered": True, "verified": True},
    "ended": {"location": "/sslcertificaterequests/7", "answered": True, "gone": True},
    "to be sent": {"resend": True},
    "closed": {"answered": True, "closed_at": NOW + 5},
}
"""The possible states of an intent."""

RAW_KEY = "raw " + "0a" * 16
"""The key of a call of ``reseller_api`` whose body does not identify its object."""
INTENT = Intent("https://api.example", "POST /accounts", "example.com", NOW, "print")
STORED = {"format": FORMAT, **INTENT._asdict()}

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())
anything = st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=5)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(FileStorage(str(tmp_path)), clock=lambda: NOW + 60)


def noted(journal: Journal, key: str = "example.com", /, **properties: Any) -> Intent:
    """Write the entry of an earlier run."""
    return journal.write(Intent("https://api.example", "POST /accounts", key, NOW, "print"), **properties)


def file_of(journal: Journal, one: Intent = INTENT) -> Path:
    path = Path(journal.place(one.id))
    path.parent.mkdir(exist_ok=True)
    return path


def task(journal: Journal, *, check_mode: bool = False, **params: Any) -> Task:
    given_by_default = {"api_url": INTENT.api_url, "id": None, "endpoint": None, "key": None, "closed": False}
    state_dir = os.path.dirname(journal.place())
    return Task({**given_by_default, "state_dir": state_dir, "state_dir_group": False, **params}, check_mode=check_mode)


def shown(journal: Journal, **params: Any) -> dict[str, Any]:
    """Return the result of the reading module, as passed to Ansible."""
    result = reseller_journal_info.run(task(journal, **params))
    return json.loads(json.dumps(result).encode())


def settled(journal: Journal, state: str, *, check_mode: bool = False, one: Intent = INTENT) -> dict[str, Any]:
    return settle(task(journal, check_mode=check_mode), journal, one.id, state)


def fails(work: Callable[[], Any], kind: str) -> ToolkitError:
    with pytest.raises(ToolkitError) as caught:
        work()
    assert caught.value.kind == kind
    return caught.value


def snapshot(journal: Journal) -> dict[str, bytes]:
    """Return all files of the journal."""
    folder = Path(journal.place())
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()} if folder.exists() else {}


def test_nothing_is_shown_and_nothing_is_made_where_nothing_was_ordered(journal: Journal, tmp_path: Path) -> None:
    assert shown(journal) == {"entries": [], "unreadable": []}
    assert list(tmp_path.iterdir()) == []


def test_open_entries_are_shown_the_oldest_first_and_closed_ones_on_demand(journal: Journal) -> None:
    noted(journal, "late.example", opened_at=NOW + 10)
    noted(journal, "early.example", opened_at=NOW - 10)
    noted(journal, "closed.example", closed_at=NOW + 5)
    with journal.lock(INTENT, timeout=0):
        assert [entry["key"] for entry in shown(journal)["entries"]] == ["early.example", "late.example"]
    everything = shown(journal, closed=True)
    assert [entry["key"] for entry in everything["entries"]] == ["early.example", "closed.example", "late.example"]
    assert everything["entries"][1]["closed"] == "2025-10-09T08:53:25Z"
    assert everything["unreadable"] == []


def test_entry_reports_everything_known(journal: Journal) -> None:
    written = noted(journal, **KINDS["with a job"])
    (entry,) = shown(journal)["entries"]
    assert entry.pop("next_step").startswith("Run the task again: it follows job " + JOB)
    assert entry == {
        "id": written.id,
        "api_url": "https://api.example",
        "endpoint": "POST /accounts",
        "key": "example.com",
        "opened": "2025-10-09T08:53:20Z",
        "location": f"/provisioningjobs/{JOB}",
        "job_id": JOB,
        "answered": True,
        "verified": False,
        "gone": False,
        "resend": False,
        "closed": None,
        "key_fingerprint": "print",
    }


def test_next_step_of_each_kind_is_another_one() -> None:
    steps = {kind: next_step(Intent(**{**INTENT._asdict(), **properties})) for kind, properties in KINDS.items()}
    steps["raw"] = next_step(INTENT._replace(key=RAW_KEY))
    steps["raw, to be sent"] = next_step(INTENT._replace(key=RAW_KEY, resend=True))
    assert steps.pop("followed") == steps["accepted"]
    assert len(set(steps.values())) == len(steps)
    assert {kind for kind, step in steps.items() if "on_doubt: resend" in step} == {"unanswered", "ended"}
    assert steps["raw"].startswith("reseller_api does not make this call again")
    assert steps["raw, to be sent"] == "Run the task again: reseller_api sends the call again."
    # Both the module and a raw call may find an order whose thing is known.
    for kind in ("unanswered", "with a job", "accepted", "ended"):
        assert steps[kind].endswith("reseller_api sends the same order again only with force: true.")
    assert steps["to be sent"].endswith("reseller_api resends the same order without looking.")


def test_account_named_like_a_call_is_followed_like_any_other() -> None:
    for name in ("raw material", "raw 0a"):
        assert next_step(INTENT._replace(key=name)) == next_step(INTENT)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "Expecting value"),
        (b"null", "it holds nothing"),
        (b"[]", "a format that this version does not know"),
        (b'{"format": 2}', "a format that this version does not know"),
        (b'{"format": 1}', "something is missing"),
        (b"\xff", "utf-8"),
        (b"[" * 100_000, "nested too deeply"),
        (json.dumps({**STORED, "opened_at": "soon"}).encode(), "where a time belongs"),
        (json.dumps({**STORED, "opened_at": 1e300}).encode(), "where a time belongs"),
        (json.dumps({**STORED, "closed_at": float("nan")}).encode(), "where a time belongs"),
        (json.dumps({**STORED, "location": 5}).encode(), "where a text belongs"),
        (json.dumps({**STORED, "key_fingerprint": "\ud800"}).encode(), "a text belongs"),
        (json.dumps({**STORED, "gone": "no"}).encode(), "where a yes or no belongs"),
        (json.dumps({**STORED, "key": "x"}).encode(), "POST /accounts for x"),
    ],
)
def test_file_that_is_not_understood_is_shown_and_stops_orders(journal: Journal, content: bytes, why: str) -> None:
    file_of(journal).write_bytes(content)
    found = shown(journal)
    assert found["entries"] == []
    (unreadable,) = found["unreadable"]
    assert (unreadable["id"], unreadable["path"]) == (INTENT.id, str(file_of(journal)))
    assert why in unreadable["why"]
    assert why in str(fails(lambda: journal.read(INTENT), "journal_unusable"))
    fails(lambda: settled(journal, "resend"), "journal_unusable")


@given(content=st.binary() | anything.map(lambda value: json.dumps(value).encode()))
def test_no_content_of_a_file_is_a_fault(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    journal = Journal(FileStorage(str(tmp_path_factory.mktemp("state"))))
    file_of(journal).write_bytes(content)
    assert [one["id"] for one in shown(journal)["unreadable"]] == [INTENT.id]


@given(changed=st.dictionaries(st.sampled_from(sorted(INTENT._asdict())), anything, min_size=1, max_size=3))
def test_no_property_of_an_entry_is_a_fault(tmp_path_factory: pytest.TempPathFactory, changed: dict[str, Any]) -> None:
    """It is shown in either form, and ordering tasks agree on whether it is readable."""
    journal = Journal(FileStorage(str(tmp_path_factory.mktemp("state"))))
    file_of(journal).write_text(json.dumps({**STORED, **changed}))
    found = shown(journal, closed=True)
    assert len(found["entries"]) + len(found["unreadable"]) == 1
    if found["entries"]:
        assert journal.read(INTENT) is not None
        assert settled(journal, "forgotten")["changed"] is (found["entries"][0]["closed"] is None)
    else:
        fails(lambda: journal.read(INTENT), "journal_unusable")
        assert settled(journal, "forgotten")["changed"] is True


def test_irregular_file_is_shown_and_not_waited_for(journal: Journal) -> None:
    folder = file_of(journal).parent
    os.mkfifo(file_of(journal))
    (folder / f"{'0' * 16}.json").symlink_to(folder / "nowhere")
    (folder / f"{'1' * 16}.json").mkdir()
    found = shown(journal)["unreadable"]
    assert {one["why"] for one in found} == {"it is no regular file"}
    assert [one["id"] for one in found] == sorted(["0" * 16, "1" * 16, INTENT.id])


def test_file_with_an_unknown_name_is_shown_without_an_id(journal: Journal) -> None:
    noted(journal)
    folder = Path(journal.place())
    (folder / "copy.json").write_bytes(file_of(journal).read_bytes())
    Path(os.fsdecode(os.fsencode(folder) + b"/\xff.json")).touch()
    (folder / ".rest.tmp").touch()
    found = shown(journal)
    assert [entry["id"] for entry in found["entries"]] == [INTENT.id]
    assert [(one["id"], os.path.basename(one["path"])) for one in found["unreadable"]] == [
        (None, "copy.json"),
        (None, "\N{REPLACEMENT CHARACTER}.json"),
    ]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_entries_of_another_user_are_shown_apart(journal: Journal) -> None:
    noted(journal)
    uid = 4711
    for path in (journal.place(), file_of(journal)):
        os.chown(path, uid, -1)
    found = shown(journal)
    assert found["entries"] == []
    folder, file = found["unreadable"]
    assert folder["path"] == journal.place()
    assert "nothing can be ordered" in folder["why"]
    assert f"another user (uid {uid}): POST /accounts for example.com" in file["why"]


@pytest.mark.parametrize("trusted", [False, True])
def test_entry_that_the_group_can_write_to_is_shown_apart_unless_the_group_is_trusted(
    journal: Journal, trusted: bool
) -> None:
    noted(journal)
    file_of(journal).chmod(0o660)
    found = shown(journal, state_dir_group=trusted)
    assert [entry["id"] for entry in found["entries"]] == [INTENT.id] * trusted
    assert ["group" in one["why"] for one in found["unreadable"]] == [True] * (not trusted)


def test_folder_that_others_can_write_to_is_shown_with_its_repair(journal: Journal) -> None:
    noted(journal)
    os.chmod(journal.place(), 0o777)
    (told,) = shown(journal)["unreadable"]
    assert (told["id"], told["path"]) == (None, journal.place())
    assert "nothing can be ordered" in told["why"]
    assert f"chmod g-w,o-w {journal.place()}" in told["why"]


def test_entry_under_another_spelling_of_the_address_is_settled(journal: Journal) -> None:
    old = journal.write(INTENT._replace(api_url="https://api.example:443"))
    about = task(journal, state="forgotten", endpoint=INTENT.endpoint, key=INTENT.key)
    assert reseller_journal.run(about)["changed"]
    known = journal.read(old)
    assert known is not None
    assert not known.is_open


def test_folder_that_cannot_be_listed_is_no_empty_journal(tmp_path: Path) -> None:
    (tmp_path / "journal").touch()
    fails(lambda: read_entries(Journal(FileStorage(str(tmp_path)))), "journal_unusable")


@pytest.mark.parametrize("kind", KINDS)
def test_forgotten_entry_is_closed(journal: Journal, kind: str) -> None:
    written = noted(journal, **KINDS[kind])
    before = snapshot(journal)
    predicted = settled(journal, "forgotten", check_mode=True)
    assert snapshot(journal) == before
    made = settled(journal, "forgotten")
    assert predicted == made
    assert made["changed"] is written.is_open
    assert made["entry"] is None
    known = journal.read(INTENT)
    assert known is not None
    assert not known.is_open
    assert not known.resend
    assert settled(journal, "forgotten") == {"changed": False, "entry": None, "diff": {"before": {}, "after": {}}}


def test_diff_shows_what_was_forgotten(journal: Journal) -> None:
    noted(journal)
    (entry,) = shown(journal)["entries"]
    assert settled(journal, "forgotten")["diff"] == {"before": entry, "after": {}}


@pytest.mark.parametrize("state", ["forgotten", "resend"])
def test_where_nothing_is_nothing_is_made(journal: Journal, tmp_path: Path, state: str) -> None:
    if state == "forgotten":
        assert settled(journal, state)["changed"] is False
    else:
        fails(lambda: settled(journal, state), "not_found")
    assert list(tmp_path.iterdir()) == []


def test_forgotten_file_that_is_no_entry_is_removed(journal: Journal) -> None:
    file_of(journal).write_text("{")
    predicted = settled(journal, "forgotten", check_mode=True)
    assert file_of(journal).exists()
    made = settled(journal, "forgotten")
    assert predicted == made
    assert (made["changed"], made["entry"], made["diff"]["before"]["id"]) == (True, None, INTENT.id)
    assert journal.read(INTENT) is None
    assert settled(journal, "forgotten")["changed"] is False


def test_failed_removal_is_reported(journal: Journal) -> None:
    file_of(journal).mkdir()
    fails(lambda: settled(journal, "forgotten"), "journal_unusable")


@pytest.mark.parametrize("kind", ["unanswered", "ended", "to be sent"])
def test_entry_is_marked_to_be_resent(journal: Journal, kind: str) -> None:
    written = noted(journal, **KINDS[kind])
    before = snapshot(journal)
    predicted = settled(journal, "resend", check_mode=True)
    assert snapshot(journal) == before
    made = settled(journal, "resend")
    assert predicted == made
    assert made["changed"] is not written.resend
    assert made["entry"]["resend"] is True
    assert made["entry"] == shown(journal)["entries"][0]
    again = settled(journal, "resend")
    assert (again["changed"], again["diff"]) == (False, {"before": {}, "after": {}})


@pytest.mark.parametrize("kind", ["with a job", "accepted", "followed"])
def test_accepted_order_is_not_marked(journal: Journal, kind: str) -> None:
    written = noted(journal, **KINDS[kind])
    assert "state: forgotten" in fails(lambda: settled(journal, "resend"), "order_accepted").hint
    assert journal.read(INTENT) == written


def test_call_of_a_users_own_is_marked_even_if_it_was_accepted(journal: Journal) -> None:
    written = noted(journal, RAW_KEY, answered=True)
    assert settled(journal, "resend", one=written)["changed"] is True


def test_closed_entry_needs_no_mark(journal: Journal) -> None:
    written = noted(journal, **KINDS["closed"])
    made = settled(journal, "resend")
    assert (made["changed"], made["entry"]["id"]) == (False, INTENT.id)
    assert journal.read(INTENT) == written


@pytest.mark.parametrize("state", ["forgotten", "resend"])
@pytest.mark.parametrize("check_mode", [False, True])
@pytest.mark.parametrize("content", ["entry", "damaged", "nothing"])
def test_nothing_is_settled_while_a_process_holds_the_lock(
    journal: Journal, state: str, check_mode: bool, content: str
) -> None:
    with journal.lock(INTENT, timeout=0):
        if content != "nothing":
            noted(journal)
        if content == "damaged":
            file_of(journal).write_text("{")
        before = snapshot(journal)
        error = fails(lambda: settled(journal, state, check_mode=check_mode), "locked")
        assert "right now" in error.message
        assert snapshot(journal) == before


def test_entry_is_named_by_what_it_is_about(journal: Journal) -> None:
    noted(journal)
    named: dict[str, Any] = {"api_url": "https://API.example/v2/", "endpoint": "POST /accounts", "key": "example.com"}
    assert reseller_journal.run(task(journal, **named, state="forgotten"))["changed"] is True
    assert read_entries(journal)[1] == []
    assert shown(journal)["entries"] == []


@pytest.mark.parametrize("name", ["", "../../x", "0" * 15, "0" * 17, "G" * 16, "0" * 16 + "\n"])
def test_name_that_no_entry_has_is_refused(journal: Journal, name: str) -> None:
    fails(lambda: reseller_journal.run(task(journal, id=name, state="forgotten")), "invalid_option")


def test_file_removed_in_the_meantime_is_no_entry(journal: Journal) -> None:
    assert read_entry(journal, f"{INTENT.id}.json") is None


def test_unreadable_file_is_shown(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    noted(journal)

    def refused(*_arguments: Any, **_more: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", refused)
    found = read_entry(journal, f"{INTENT.id}.json")
    assert isinstance(found, UnreadableEntry)
    assert "Permission denied" in found.why
