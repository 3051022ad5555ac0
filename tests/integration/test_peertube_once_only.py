# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports, messages, comments and replies exist once, whatever happens to the request that creates them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.children import Child, connection
from tests.support.peertube import Instance

ACTED: list[dict[str, Any]] = [
    {"fault": "reset_after"},
    {"fault": "truncate"},
    {"fault": "status", "status": 503, "acted": True},
]
NOT_ACTED: list[dict[str, Any]] = [{"fault": "reset_before"}, {"fault": "status", "status": 503}]
"""Some seconds each, in which modules look whether the request had an effect after all."""


class Kind:
    """A kind of object, and where it is.

    Attributes:
        module: creates it.
        options: the options that distinguish it, without its text.
        text: the option with its text.
        path: what is posted to.
        listed: returns the texts of all.
    """

    def __init__(self, module: str, text: str, path: str, listed: Callable[[], list[str]], **options: Any) -> None:
        self.module, self.options, self.text, self.path, self.listed = module, options, text, path, listed


@pytest.fixture
def instance(peertube_of: Callable[[str], SandboxProcess], tmp_path: Path) -> Instance:
    """Runs PeerTube modules in this process. One version is enough, since both create these in the same way."""
    sandbox = peertube_of("6.3")
    sandbox.set_faults([])
    sandbox.control("PUT", "ratelimit/reset")
    return Instance(sandbox, tmp_path / "state")


def kinds_of(instance: Instance) -> list[Kind]:
    """Return the kinds, each in a place of this test."""
    video = instance.new_video("A film to talk about")["uuid"]
    threads = f"/videos/{video}/comment-threads"
    thread = instance.call(threads, "POST", {"text": "Hello"})["comment"]["id"]
    abuse = instance.call("/abuses", "POST", {"reason": f"About {video}", "video": {"id": video}})["abuse"]["id"]
    messages = f"/abuses/{abuse}/messages"

    def texts(path: str, name: str) -> Callable[[], list[str]]:
        query = {} if path == messages else {"count": 100}
        return lambda: [one[name] for one in instance.call(path, query=query)["data"]]

    def replies() -> list[str]:
        return [one["comment"]["text"] for one in instance.call(f"{threads}/{thread}")["children"]]

    return [
        Kind("peertube_abuse", "reason", "/abuses", texts("/abuses", "reason"), video=video),
        Kind("peertube_abuse", "message_text", messages, texts(messages, "message"), id=abuse),
        Kind("peertube_comment", "text", threads, texts(threads, "text"), video=video),
        Kind(
            "peertube_comment",
            "text",
            f"/videos/{video}/comments/{thread}",
            replies,
            video=video,
            in_reply_to=thread,
        ),
    ]


@pytest.mark.row(2, "free post")
@pytest.mark.row(3, "free post")
@pytest.mark.row(4, "free post")
@pytest.mark.row(5, "free post")
@pytest.mark.row(23, "free post")
def test_nothing_is_created_twice(instance: Instance) -> None:
    for kind in kinds_of(instance):
        for number, fault in enumerate([*ACTED, *(NOT_ACTED if kind.text == "message_text" else [])]):
            text = f"Fault {number} in {kind.path}"
            wanted = {**kind.options, kind.text: text}
            match = {"method": "POST", "path": f"/api/v1{kind.path}", "nth": 1}
            instance.server.set_faults([{"match": match, **fault}])
            made = instance.run(kind.module, **wanted)
            assert made.outcome == "ok" and made.changed, (kind.path, fault, made.data)
            again = instance.run(kind.module, **wanted)
            assert not again.changed and again.writes == []
            assert kind.listed().count(text) == 1, (kind.path, fault)


@pytest.mark.row(28, "free post")
def test_two_processes_create_one(instance: Instance) -> None:
    for kind in kinds_of(instance):
        options = {**connection(instance.server, instance.state), **kind.options, kind.text: f"Two in {kind.path}"}
        results = [child.result() for child in [Child(kind.module, options).start() for _process in range(2)]]
        assert [result and result.get("failed", False) for result in results] == [False, False], results
        assert kind.listed().count(f"Two in {kind.path}") == 1, kind.path


@pytest.mark.row(41, "free post")
@pytest.mark.parametrize("change", ["null", "drop", "wrong_type"])
def test_unreadable_one_proves_no_absence(instance: Instance, change: str) -> None:
    kind = next(one for one in kinds_of(instance) if one.path.endswith("comment-threads"))
    match = {"method": "GET", "path": f"/api/v1{kind.path}"}
    for at in ("text", "isDeleted", "inReplyToCommentId"):
        if at == "inReplyToCommentId" and change != "drop":
            # Null is the value of a thread, and a number that of a reply.
            continue
        instance.server.set_faults([{"match": match, "fault": "property", "at": f"$.data[*].{at}", "change": change}])
        unclear = instance.run(kind.module, **kind.options, text="Hello" if at != "text" else "Is it there?")
        assert unclear.error["kind"] == "unproven" and unclear.writes == [], (at, unclear.data)
