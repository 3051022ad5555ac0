# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_abuse`` against the sandbox of both versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Player, Result, task

REASON = "This film is ours."
LOST = {"match": {"method": "POST", "path": "/api/v1/abuses", "nth": 1}, "fault": "reset_after"}


def abuse(instance: Instance, **options: Any) -> Result:
    return instance.run("peertube_abuse", **options)


def reports(instance: Instance, reason: str) -> list[dict[str, Any]]:
    """Return the reports with a reason, as the server has them."""
    listed = instance.get("/abuses", count=100)["data"]
    return [one for one in listed if one["reason"] == reason]


def test_life_of_a_report(instance: Instance) -> None:
    reporter = login_of(instance.add_user())
    video = instance.person(instance.add_user()).upload("A reported film")
    reason = f"{REASON} {video['uuid']}"
    wanted = {"video": video["shortUUID"], "reason": reason, "predefined_reasons": ["rights"], "start_at": 1}
    made = check_life(instance, "peertube_abuse", **wanted, **reporter)
    assert made.writes == ["POST /abuses"] and made["abuse"]["abuse_state"] == "pending"
    [stored] = reports(instance, reason)
    number = stored["id"]
    assert number == made["abuse"]["id"] and stored["reporterAccount"]["name"] == reporter["api_user"]
    assert (stored["video"]["uuid"], stored["video"]["startAt"]) == (video["uuid"], 1)
    same = abuse(instance, id=number, **reporter)
    assert not same.changed and same["abuse"]["video"]["uuid"] == video["uuid"]
    decided = check_life(
        instance, "peertube_abuse", id=number, abuse_state="accepted", moderation_comment="It was removed."
    )
    assert decided.writes == [f"PUT /abuses/{number}"]
    assert decided["diff"]["before"] == {"abuse_state": "pending", "moderation_comment": None}
    [stored] = reports(instance, reason)
    assert (stored["state"]["id"], stored["moderationComment"]) == (3, "It was removed.")
    # A report that was decided is not made again.
    assert not abuse(instance, **wanted, **reporter).changed
    refused = abuse(instance, id=number, abuse_state="rejected", **reporter)
    assert refused.error["status"] == 403
    removed = abuse(instance, id=number, state="absent")
    assert removed.changed and removed.writes == [f"DELETE /abuses/{number}"] and removed["abuse"] is None
    assert not abuse(instance, id=number, state="absent").changed and reports(instance, reason) == []
    gone = abuse(instance, id=number, abuse_state="rejected")
    assert gone.error["kind"] == "not_found" and f"report {number}" in gone.msg
    predicted = abuse(instance, id=number, abuse_state="rejected", check=True)
    assert predicted.changed and predicted["warnings"] == [f"There is no report {number} yet."]


def test_subjects_are_told_apart(instance: Instance) -> None:
    owner = instance.add_user()
    video = instance.person(owner).upload("A film with a comment")
    path = f"/videos/{video['uuid']}/comment-threads"
    comment = instance.person().write("POST", path, {"text": "Buy here"})["comment"]["id"]
    reason = f"Unwanted {video['uuid']}"
    subjects: list[dict[str, Any]] = [
        {"video": video["uuid"]},
        {"comment": comment},
        {"account": owner},
    ]
    for subject in subjects:
        assert check_life(instance, "peertube_abuse", **subject, reason=reason).changed
    found = reports(instance, reason)
    assert [bool(one["video"]) for one in found] == [False, False, True]
    both = abuse(instance, account=owner, video=video["uuid"], reason=reason)
    assert "mutually exclusive" in both.msg and both.requests == []
    by_number = abuse(instance, video=str(video["id"]), reason=reason, abuse_state="accepted", state="present")
    assert by_number.changed and by_number["abuse"]["abuse_state"] == "accepted"
    nobody = abuse(instance, account="nobody-at-all", reason=reason)
    assert nobody.error["kind"] == "not_found" and "account nobody-at-all" in nobody.msg
    unknown = abuse(instance, video="9999999", reason=reason)
    assert unknown.error["status"] == 404


def test_messages_are_sent_once(instance: Instance) -> None:
    reporter = login_of(instance.add_user())
    reason = f"Report of {reporter['api_user']}"
    number = abuse(instance, account="root", reason=reason, **reporter)["abuse"]["id"]
    path = f"/abuses/{number}/messages"
    predicted = abuse(instance, id=number, message_text="Which logo?", check=True)
    sent = abuse(instance, id=number, message_text="Which logo?")
    again = abuse(instance, id=number, message_text="Which logo?")
    assert [predicted.changed, sent.changed, again.changed] == [True, True, False]
    assert sent.writes == [f"POST {path}"] and predicted.writes == again.writes == []
    assert again["message"]["id"] == sent["message"]["id"] and again["message"]["by_moderator"]
    assert predicted["diff"] == sent["diff"] == {"before": {"message": None}, "after": {"message": "Which logo?"}}
    # The same text from the other side is another message.
    assert abuse(instance, id=number, message_text="Which logo?", **reporter).changed
    assert abuse(instance, id=number, message_text="Our logo.", **reporter).changed
    assert len(instance.get(path)["data"]) == 3
    removed = abuse(instance, id=number, message_text="Our logo.", message_state="absent")
    assert removed.changed and removed["message"] is None
    assert not abuse(instance, id=number, message_text="Our logo.", message_state="absent").changed
    doubtful = abuse(instance, id=number, message_text="Which logo?", message_state="absent")
    assert doubtful.error["kind"] == "ambiguous"
    assert (
        abuse(instance, id=number, message_text="Our logo.", **login_of(instance.add_user())).error["kind"]
        == "not_found"
    )


def test_more_reports_than_a_page_and_a_lost_answer(instance: Instance) -> None:
    name = instance.add_user()
    reporter, target = login_of(name), instance.get("/accounts/root")["id"]
    for count in range(101):
        body = {"reason": f"Number {count}", "account": {"id": target}}
        assert instance.send("POST", "/abuses", name, json=body).status_code == 200
    oldest = abuse(instance, account="root", reason="Number 0", **reporter)
    assert not oldest.changed and oldest.requests == ["GET /users/me/abuses"] * 2
    lost = f"Lost by {name}"
    instance.server.set_faults([LOST])
    made = abuse(instance, account="root", reason=lost, **reporter)
    assert made.changed and made.writes == ["POST /abuses"]
    assert len(reports(instance, lost)) == 1


def test_bad_input(instance: Instance) -> None:
    abuse(instance, account="root", reason=REASON, check=True)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"reason": REASON}, "video: "),
        ({"account": "root"}, "reason: "),
        ({"account": "root", "reason": "x"}, "reason: it has 1 characters"),
        ({"account": "root", "reason": ""}, "reason: "),
        ({"account": "..", "reason": REASON}, "account: '..'"),
        ({"video": "nonsense", "reason": REASON}, "video: "),
        ({"comment": 0, "reason": REASON}, "comment: "),
        ({"id": 0}, "id: "),
        ({"id": 1, "message_text": "x"}, "message_text: "),
    ]
    for options, word in cases:
        refused = abuse(instance, **options)
        check_refused(refused, word)
        assert refused.requests == [], options


@pytest.mark.parametrize("peertube", ["8.2"], indirect=True)
def test_play(peertube: SandboxProcess, tmp_path: Path) -> None:
    player = Player(peertube, tmp_path)
    report: dict[str, Any] = {"account": "root", "reason": f"Played {tmp_path}"}
    tasks = [task("peertube_abuse", **report), task("peertube_abuse", **report)]
    results = player.play([*tasks, task("peertube_abuse", **report, state="absent")])
    assert [result.changed for result in results] == [True, False, True]
