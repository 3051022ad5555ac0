# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Orders with an unknown outcome: listed, and settled by a person."""

from __future__ import annotations

import os
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from sandbox.launcher import SandboxProcess
from tests.kill.conftest import wait_for
from tests.support.children import Child, connection, run_module
from tests.support.playing import (
    BOTH_WAYS,
    ORDERING,
    NewName,
    Player,
    Result,
    Task,
    account_task,
    check_refusals,
    orders_of,
    task,
)

LOST: list[dict[str, Any]] = [{"match": {"method": "POST", "path": "/accounts"}, "fault": "reset_before"}]
INFO = task("reseller_journal_info") | {"register": "journal"}


def by_id(key: str, state: str, **options: Any) -> Task:
    """Return the task that settles an entry listed by the previous module."""
    entry = f"{{{{ (journal.entries | selectattr('key', 'eq', '{key}') | first).id }}}}"
    return task("reseller_journal", id=entry, state=state, **options)


def by_key(key: str, state: str, **options: Any) -> Task:
    """Return the task that settles an entry by its subject."""
    return task("reseller_journal", endpoint="POST /accounts", key=key, state=state, **options)


def check_settled(predicted: Result, made: Result, again: Result) -> None:
    """Run in check mode, then really, then again."""
    assert predicted.changed and made.changed and not again.changed
    assert predicted["entry"] == made["entry"] == again["entry"]
    assert predicted["diff"] == made["diff"]
    assert made["diff"]["before"] != made["diff"]["after"]
    assert again["diff"] == {"before": {}, "after": {}}
    assert predicted.requests == made.requests == again.requests == []


@pytest.mark.faults
@pytest.mark.parametrize("in_process", BOTH_WAYS)
def test_lost_order_is_shown_settled_and_ordered_once(
    player: Player, server: SandboxProcess, new_name: NewName, in_process: bool
) -> None:
    given_up, wanted = new_name(), new_name()
    server.set_faults(LOST)
    orders = [account_task(name, settle_time=0.2) for name in (given_up, wanted)]
    for failed in player.play(orders, in_process=in_process):
        assert failed.error["kind"] == "outcome_unknown"
    server.set_faults([])
    shown, *still = player.play([INFO, *orders], in_process=in_process)
    assert shown.requests == [] and not shown.changed
    assert [(entry["key"], entry["answered"], entry["job_id"]) for entry in shown["entries"]] == [
        (given_up, False, None),
        (wanted, False, None),
    ]
    assert all("state: resend of reseller_journal" in entry["next_step"] for entry in shown["entries"])
    for failed, entry in zip(still, shown["entries"], strict=True):
        assert failed.error["kind"] == "outcome_unknown" and failed.writes == []
        assert f"reseller_journal with id: {entry['id']}" in failed.msg

    played = player.play(
        [
            INFO,
            by_id(given_up, "forgotten", check=True),
            by_id(given_up, "forgotten"),
            by_id(given_up, "forgotten"),
            by_key(wanted, "resend", check=True),
            by_key(wanted, "resend"),
            by_key(wanted, "resend"),
            INFO,
            *orders,
            *orders,
            INFO,
            task("reseller_journal_info", closed=True),
        ],
        in_process=in_process,
    )
    check_settled(*played.results[1:4])
    check_settled(*played.results[4:7])
    (marked,) = played[7]["entries"]
    assert (marked["key"], marked["resend"]) == (wanted, True)
    for made in played.results[8:10]:
        assert made.changed and made["recovered"] is False and made.writes == ["POST /accounts"]
    for again in played.results[10:12]:
        assert not again.changed and again.writes == []
    assert played[12]["entries"] == []
    assert {entry["key"] for entry in played[13]["entries"]} == {given_up, wanted}
    assert [orders_of(server, "/accounts", name) for name in (given_up, wanted)] == [2, 2]


@pytest.mark.parametrize("in_process", [True, False])
def test_defaults_of_the_group_are_taken_and_credentials_are_not_needed(player: Player, in_process: bool) -> None:
    no_credentials = dict.fromkeys(("RESELLER_API_KEY", "RESELLER_API_SECRET", "RESELLER_API_URL"))
    forget = by_key("example.com", "forgotten")
    shared = {"api_url": player.sandbox.url, "timeout": 10, "rate_limit_reserve": 5, "state_dir": str(player.state_dir)}
    secret = {"api_key": "a-key", "api_secret": player.secret("group_secret", "Grp0geheim70/+")}
    bare = player.play([INFO, forget], in_process=in_process, env=no_credentials)
    full = player.play(
        [INFO, forget],
        in_process=in_process,
        env=no_credentials,
        module_defaults={"group/reseller.toolkit.reseller": {**shared, **secret}},
    )
    for result in (*bare, *full):
        assert result.changed is False and result.requests == []
    assert not player.state_dir.exists()


def test_bad_options_are_refused(player: Player) -> None:
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("state", {"id": "0" * 16}),
        ("one of the following is required: id, endpoint", {"state": "resend"}),
        ("key", {"endpoint": "POST /accounts", "state": "resend"}),
        ("mutually exclusive", {"id": "0" * 16, "endpoint": "POST /accounts", "key": "a", "state": "resend"}),
        ("id: ", {"id": "../accounts", "state": "forgotten"}),
        ("api_url", {"api_url": "nowhere", "endpoint": "POST /accounts", "key": "a", "state": "forgotten"}),
        ("There is no entry", {"id": "0" * 16, "state": "resend"}),
    ]
    played = player.play([task("reseller_journal", **options) for _word, options in wrong])
    check_refusals(played, [word for word, _options in wrong])


def test_order_that_a_process_is_at_is_not_settled(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    """A person can decide only after the process is gone, and an accepted order is not sent again."""
    name = new_name()
    here = connection(server, player.state_dir)
    server.set_faults([{"match": {"method": "POST", "path": "/accounts"}, "fault": "job_stall"}])
    options = {"identifier": name, "servicepack": "1002", "ftp_password": player.secrets["ftp_password"], **ORDERING}
    child = Child("reseller_account", {**here, **options}).start()

    def followed() -> Any:
        return [entry for entry in run_module("reseller_journal_info", here)["entries"] if entry["job_id"]]

    (entry,) = wait_for("the order's job in the journal", followed)
    assert f"follows job {entry['job_id']}" in entry["next_step"]
    for state in ("forgotten", "resend"):
        refused = run_module("reseller_journal", {**here, "id": entry["id"], "state": state})
        assert refused["error"]["kind"] == "locked", refused
    assert child.is_running
    child.kill()
    refused = run_module("reseller_journal", {**here, "id": entry["id"], "state": "resend"})
    assert refused["error"]["kind"] == "order_accepted", refused
    assert run_module("reseller_journal", {**here, "id": entry["id"], "state": "forgotten"})["changed"] is True
    assert run_module("reseller_journal_info", here)["entries"] == []


@pytest.mark.parametrize("damage", ["corrupt", "of another user"])
def test_file_that_is_no_entry_stops_orders_until_it_is_removed(
    player: Player, server: SandboxProcess, new_name: NewName, damage: str
) -> None:
    name = new_name()
    here = connection(server, player.state_dir)
    journal = Journal(FileStorage(str(player.state_dir)))
    path = journal.place(journal.write(journal.intent(server.url, "POST /accounts", name, "")).id)
    if damage == "corrupt":
        os.truncate(path, 10)
    elif os.geteuid() == 0:
        os.chown(path, 12345, -1)
    else:
        pytest.skip("only root can give a file to another user")
    found = run_module("reseller_journal_info", here)
    assert found["entries"] == []
    (unreadable,) = found["unreadable"]
    assert unreadable["path"] == path
    assert damage == "corrupt" or f"another user (uid 12345): POST /accounts for {name}" in unreadable["why"]
    account = {
        "identifier": name,
        "servicepack": "1002",
        "ftp_password": player.secrets["ftp_password"],
        **here,
        **ORDERING,
        "settle_time": 0.2,
    }
    stopped = run_module("reseller_account", account)
    assert stopped["error"]["kind"] == "journal_unusable"
    assert ("reseller_journal with state: forgotten" if damage == "corrupt" else "chown root") in stopped["msg"]
    settled = run_module("reseller_journal", {**here, "id": unreadable["id"], "state": "forgotten"})
    assert settled["changed"] is True and settled["diff"]["before"] == unreadable
    assert run_module("reseller_account", account)["changed"] is True
    assert orders_of(server, "/accounts", name) == 1
