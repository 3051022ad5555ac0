# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What PeerTube creates with each request again exists once, whatever happens to the request that creates it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.kill.conftest import wait_for
from tests.support.children import Child, connection
from tests.support.once_only import Kind, Place, new_name
from tests.support.peertube import Instance

ACTED: list[dict[str, Any]] = [{"fault": "reset_after"}, {"fault": "status", "status": 500, "acted": True}]
MORE: list[dict[str, Any]] = [
    {"fault": "truncate"},
    {"fault": "not_json"},
    {"fault": "no_body"},
    {"fault": "timeout_after", "seconds": 30},
    {"fault": "status", "status": 502, "acted": True},
    {"fault": "status", "status": 503, "acted": True},
]
NOT_ACTED: list[dict[str, Any]] = [{"fault": "reset_before"}, {"fault": "status", "status": 503}]
"""Some seconds each, in which modules look whether the request had an effect after all."""

pytestmark = pytest.mark.parametrize("peertube", ["6.3"], indirect=True)
"""One version is enough, since both create these in the same way."""


@pytest.fixture
def place(instance: Instance, tmp_path: Path) -> Iterator[Place]:
    """Where objects are created, without a limit of lives."""
    made = Place(instance, tmp_path)
    before = made.send("GET", "/config/custom")
    made.send("PUT", "/config/custom", {**before, "live": {**before["live"], "maxUserLives": -1}})
    yield made
    instance.server.set_faults([])
    made.send("PUT", "/config/custom", before)


def check_once(place: Place, kind: Kind, fault: dict[str, Any], **more: Any) -> None:
    """Create an object under a fault, and again; check that the server has one."""
    instance, name = place.instance, new_name(kind)
    instance.server.set_faults([kind.fault(**fault)])
    made = instance.run(kind.module, **kind.options(name), **more)
    assert made.outcome == "ok" and made.changed, (kind.name, fault, made.data)
    assert instance.server.faults()[0]["fired"], (kind.name, fault)
    instance.server.set_faults([])
    again = instance.run(kind.module, **kind.options(name))
    assert not again.changed and again.writes == [], (kind.name, fault, again.data)
    assert kind.count(name) == 1, (kind.name, fault)


@pytest.mark.row(2, "free post")
@pytest.mark.row(4, "free post")
def test_nothing_is_created_twice(place: Place) -> None:
    for kind in place.kinds():
        for fault in ACTED:
            check_once(place, kind, fault)


@pytest.mark.row(3, "free post")
@pytest.mark.row(5, "free post")
def test_message_that_was_not_created_is_sent_again(place: Place) -> None:
    message = next(kind for kind in place.kinds() if kind.name == "message")
    for fault in NOT_ACTED:
        check_once(place, message, fault)


@pytest.mark.faults
@pytest.mark.row(2, "free post")
@pytest.mark.row(4, "free post")
@pytest.mark.row(23, "free post")
@pytest.mark.parametrize("fault", MORE, ids=lambda fault: "-".join(map(str, fault.values())))
def test_nothing_is_created_twice_in_more_ways(place: Place, fault: dict[str, Any]) -> None:
    for kind in place.kinds():
        times = {"upload_timeout": 1} if kind.module == "peertube_video" else {}
        check_once(place, kind, fault, timeout=1, **times)


@pytest.mark.faults
@pytest.mark.row(3, "free post")
@pytest.mark.row(5, "free post")
@pytest.mark.parametrize("fault", NOT_ACTED, ids=lambda fault: str(fault["fault"]))
def test_what_was_not_created_is_sent_again(place: Place, fault: dict[str, Any]) -> None:
    for kind in place.kinds():
        check_once(place, kind, fault)


@pytest.mark.faults
@pytest.mark.row(2, "free post")
@pytest.mark.parametrize("seconds", [0.0, 1.5])
def test_killed_process_leaves_nothing_that_is_created_twice(place: Place, seconds: float) -> None:
    """The server carries the request out after the process is dead, and even after the next run has begun."""
    instance = place.instance
    for kind in place.kinds():
        name = new_name(kind)
        instance.server.set_faults([kind.fault("delay", seconds=seconds + 0.5)])
        options = {**connection(instance.server, instance.state), **kind.options(name)}
        killed = Child(kind.module, options).start()
        wait_for("the request", lambda: instance.server.faults()[0]["fired"])
        killed.kill()
        if not seconds:
            wait_for("the object", partial(kind.count, name))
        made = instance.run(kind.module, **kind.options(name))
        assert made.outcome == "ok", (kind.name, made.data)
        assert kind.count(name) == 1, kind.name
        assert not instance.run(kind.module, **kind.options(name)).changed, kind.name


@pytest.mark.faults
@pytest.mark.row(2, "free post")
def test_video_whose_upload_was_killed_is_found_whatever_happened_to_it(place: Place) -> None:
    instance = place.instance
    changes: dict[str, tuple[str, str, Any]] = {
        "private": ("PUT", "/videos/{}", {"privacy": 3}),
        "blocked": ("POST", "/videos/{}/blacklist", {"reason": "Look at it."}),
        "transcoding": ("POST", "/videos/{}/transcoding", {"transcodingType": "hls", "forceTranscoding": True}),
        "bulk": ("PUT", "/video-channels/root_channel", {"support": "Bulk", "bulkVideosSupportUpdate": True}),
    }
    kinds = [kind for kind in place.kinds() if kind.module == "peertube_video"]
    for kind in kinds:
        for word, (method, path, body) in changes.items():
            name = f"{new_name(kind)} {word}"
            instance.server.set_faults([kind.fault("timeout_after", seconds=30)])
            options = {**connection(instance.server, instance.state), **kind.options(name), "key": name}
            killed = Child(kind.module, options).start()
            wait_for("the video", partial(kind.count, name))
            killed.kill()
            (video,) = place.videos(name)
            place.send(method, path.format(video["uuid"]), body)
            made = instance.run(kind.module, **kind.options(name), key=name)
            assert made.outcome == "ok" and made["video"]["uuid"] == video["uuid"], (kind.name, word, made.data)
            place.send("PUT", f"/videos/{video['uuid']}", {"name": f"{name} by a person"})
            renamed = instance.run(kind.module, **kind.options(name), key=name)
            assert renamed["video"]["uuid"] == video["uuid"] and "POST /videos/upload" not in renamed.writes
            assert [one["uuid"] for one in place.videos(name)] == [video["uuid"]], (kind.name, word)


@pytest.mark.row(28, "free post")
def test_two_processes_create_one(place: Place) -> None:
    instance = place.instance
    for kind in place.kinds():
        name = new_name(kind)
        options = {**connection(instance.server, instance.state), **kind.options(name)}
        results = [child.result() for child in [Child(kind.module, options).start() for _process in range(2)]]
        assert [result and result.get("failed", False) for result in results] == [False, False], results
        assert kind.count(name) == 1, kind.name


@pytest.mark.row(41, "free post")
@pytest.mark.parametrize("change", ["null", "drop", "wrong_type"])
def test_unreadable_one_proves_no_absence(place: Place, change: str) -> None:
    instance, kind = place.instance, next(kind for kind in place.kinds() if kind.name == "comment")
    match = {"method": "GET", "path": f"/api/v1{kind.path}"}
    for at in ("text", "isDeleted", "inReplyToCommentId"):
        if at == "inReplyToCommentId" and change != "drop":
            # Null is the value of a thread, and a number that of a reply.
            continue
        instance.server.set_faults([{"match": match, "fault": "property", "at": f"$.data[*].{at}", "change": change}])
        unclear = instance.run(kind.module, **kind.options("Hello" if at != "text" else "Is it there?"))
        assert unclear.error["kind"] == "unproven" and unclear.writes == [], (at, unclear.data)
