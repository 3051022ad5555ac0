# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_comment`` against the sandbox of both versions."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.corpus import inputs
from tests.support.peertube import Instance, Person, check_life, check_refused, login_of
from tests.support.playing import Player, Result, task

LOST: dict[str, Any] = {"match": {"method": "POST", "path": "/api/v1/videos/*", "nth": 1}, "fault": "reset_after"}


def comment(instance: Instance, video: dict[str, Any], **options: Any) -> Result:
    return instance.run("peertube_comment", video=video["uuid"], **options)


def threads(instance: Instance, video: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the first comments of the threads of a video, as the server has them."""
    path = f"/videos/{video['uuid']}/comment-threads"
    listed: list[dict[str, Any]] = instance.get(path, count=100)["data"]
    return listed


def test_life_of_a_thread(instance: Instance) -> None:
    publisher = instance.add_user()
    owner, guest = login_of(publisher), login_of(instance.add_user())
    video = instance.person(publisher).upload("A discussed film")
    path = f"/videos/{video['uuid']}"
    wanted = {"video": video["uuid"], "text": "Where is the recipe?\n"}
    made = check_life(instance, "peertube_comment", **wanted, **guest)
    assert made.requests == ["GET /users/me", f"GET {path}/comment-threads", f"POST {path}/comment-threads"]
    [first] = threads(instance, video)
    number = first["id"]
    assert (number, first["text"]) == (made["comment"]["id"], "Where is the recipe?")
    # The same text by another user is another comment.
    assert comment(instance, video, text=wanted["text"]).changed
    reply = {"video": str(video["id"]), "in_reply_to": number, "text": "On our site."}
    replied = check_life(instance, "peertube_comment", **reply, **owner)
    assert replied.writes == [f"POST /videos/{video['id']}/comments/{number}"]
    assert replied["comment"]["thread_id"] == replied["comment"]["in_reply_to_comment_id"] == number
    below = {"in_reply_to": replied["comment"]["id"], "text": "Thanks."}
    unclear = comment(instance, video, **below, **guest)
    check_refused(unclear, "thread: it is required, because comment")
    check_life(instance, "peertube_comment", video=video["uuid"], thread=number, **below, **guest)
    nowhere = comment(instance, video, in_reply_to=9_999_999, text="Hello")
    assert nowhere.error["kind"] == "not_found" and nowhere.writes == []
    # A deleted comment keeps its place, and writing it again is another one.
    predicted = comment(instance, video, text=wanted["text"], state="absent", check=True, **guest)
    removed = comment(instance, video, text=wanted["text"], state="absent", **guest)
    again = comment(instance, video, text=wanted["text"], state="absent", **guest)
    assert [predicted.changed, removed.changed, again.changed] == [True, True, False]
    assert removed.writes == [f"DELETE {path}/comments/{number}"] and predicted.writes == again.writes == []
    assert [one["isDeleted"] for one in threads(instance, video) if one["id"] == number] == [True]
    assert comment(instance, video, text=wanted["text"], **guest)["comment"]["id"] != number
    by_id = comment(instance, video, id=replied["comment"]["id"], thread=number, state="absent")
    assert by_id.changed and by_id["comment"] is None
    assert not comment(instance, video, id=replied["comment"]["id"], thread=number, state="absent").changed
    missing = comment(instance, video, id=9_999_999, approved=True, **owner)
    assert missing.error["kind"] == "not_found" and "comment 9999999" in missing.msg
    assert not comment(instance, {"uuid": "9999999"}, text="Hello", state="absent").changed
    assert comment(instance, {"uuid": "9999999"}, text="Hello").error["status"] == 404


def test_held_comments_are_approved(instance: Instance) -> None:
    publisher = instance.add_user()
    owner, guest = login_of(publisher), login_of(instance.add_user())
    video = instance.person(publisher).upload("A careful film", commentsPolicy=3)
    held = comment(instance, video, text="First!", **guest)
    number = held["comment"]["id"]
    assert held["comment"]["held_for_review"]
    assert not comment(instance, video, id=number, **owner).changed
    refused = comment(instance, video, id=number, approved=True, **guest)
    assert refused.error["status"] == 403
    path = f"/videos/{video['uuid']}/comments/{number}/approve"
    approve = {"video": video["uuid"], "id": number, "approved": True}
    instance.server.set_faults([LOST])
    approved = check_life(instance, "peertube_comment", **approve, **owner)
    # The second one is refused, because the first one had its effect.
    assert approved.writes == [f"POST {path}"] * 2
    assert [one["heldForReview"] for one in threads(instance, video)] == [False]
    closed = instance.person(publisher).upload("A quiet film", commentsPolicy=2)
    assert comment(instance, closed, text="Hello", **guest).error["status"] == 409


def test_more_threads_than_a_page_and_a_lost_answer(instance: Instance) -> None:
    video = instance.person().upload("A film that everyone discusses")
    path = f"/videos/{video['uuid']}/comment-threads"
    for number in range(101):
        assert instance.send("POST", path, json={"text": f"Number {number}"}).status_code == 200
    oldest = comment(instance, video, text="Number 0")
    assert not oldest.changed and len(oldest.requests) == 3
    assert instance.send("POST", path, json={"text": "Number 0"}).status_code == 200
    twice = comment(instance, video, text="Number 0")
    assert twice.error["kind"] == "ambiguous"
    instance.server.set_faults([LOST])
    lost = comment(instance, video, text="Lost")
    assert lost.changed and len(lost.writes) == 1
    assert [one["text"] for one in threads(instance, video)].count("Lost") == 1


def test_bad_input(instance: Instance) -> None:
    video = {"uuid": "1e4f1b26-6878-4041-bfb3-a3045729ba8d"}
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "text: it is required"),
        ({"text": " \n"}, "text: it is empty"),
        ({"text": "x" * 10_001}, "text: it has 10001 characters"),
        ({"text": "a\0b"}, "text: "),
        ({"text": "Hello", "in_reply_to": 0}, "in_reply_to: "),
        ({"id": -1}, "id: "),
    ]
    for options, word in cases:
        refused = comment(instance, video, **options)
        check_refused(refused, word)
        assert refused.requests == [], options
    for one in inputs("video_ids"):
        result = comment(instance, {"uuid": one.text}, text="Hello", check=True)
        if one.is_taken:
            assert result.requests[-1] == f"GET /videos/{one.expected['taken']}/comment-threads"
        else:
            check_refused(result, "video: ")


@pytest.mark.parametrize("peertube", ["8.2"], indirect=True)
def test_play(peertube: SandboxProcess, tmp_path: Path) -> None:
    video = Person(peertube).upload("A played film")["uuid"]
    hello = {"video": video, "text": "Hello"}
    tasks = [task("peertube_comment", **hello), task("peertube_comment", **hello)]
    results = Player(peertube, tmp_path).play([*tasks, task("peertube_comment", **hello, state="absent")])
    assert [result.changed for result in results] == [True, False, True]
