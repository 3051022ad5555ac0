# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_video_files`` against the sandbox of both versions."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Result

MODULE = "peertube_video_files"
QUICK: dict[str, Any] = {"poll_min": 0.1, "poll_max": 0.2}


@pytest.fixture
def video(instance: Instance) -> str:
    """Return the UUID of a video that is published."""
    uuid = instance.person().upload("A film in several files")["uuid"]
    instance.server.control("POST", "finish")
    return uuid


def files(instance: Instance, video: str, **options: Any) -> Result:
    return instance.run(MODULE, video=video, **QUICK, **options)


def kinds(instance: Instance, video: str) -> tuple[bool, bool, int]:
    """Return whether the server has HLS files and web videos, and the number of the video's state."""
    shown = instance.get(f"/videos/{video}")
    return bool(shown["streamingPlaylists"]), bool(shown["files"]), shown["state"]["id"]


def test_kinds_of_files_are_made_and_removed(instance: Instance, video: str) -> None:
    at = f"/videos/{video}"
    before = kinds(instance, video)
    for wanted in ((True, False), (False, True), (True, True)):
        made = check_life(instance, MODULE, video=video, hls=wanted[0], web_videos=wanted[1], **QUICK)
        assert kinds(instance, video) == (*wanted, 1)
        assert made["video"] == {"uuid": video, "hls": wanted[0], "web_videos": wanted[1], "state": "published"}
        lost = [
            f"DELETE {at}/{name}"
            for name, had, has in zip(("hls", "web-videos"), before, wanted, strict=False)
            if had > has
        ]
        new = [f"POST {at}/transcoding" for had, has in zip(before, wanted, strict=False) if has > had]
        assert made.writes == [*new, *lost]
        before = kinds(instance, video)
    unchanged = files(instance, video, hls=True)
    assert not unchanged.changed and unchanged.requests == [f"GET {at}"]
    again = files(instance, video, hls=True, transcode_again=True)
    assert again.changed and again.writes == [f"POST {at}/transcoding"] and kinds(instance, video) == (True, True, 1)


def test_video_that_is_being_transcoded_is_waited_for(instance: Instance) -> None:
    video = instance.person().upload("A new film")["uuid"]
    made = files(instance, video, hls=True)
    assert not made.changed and made["video"]["state"] == "published" and kinds(instance, video)[2] == 1
    body = {"transcodingType": "hls"}
    instance.send("POST", f"/videos/{video}/transcoding", json=body).raise_for_status()
    late = files(instance, video, hls=True, wait_timeout=0.1)
    assert late.error["kind"] == "job_timeout" and late.writes == []
    assert late.data["video"]["state"] == "to_transcode"


@pytest.mark.parametrize("fault", [{"fault": "reset_after"}, {"fault": "status", "status": 500, "acted": True}])
def test_lost_responses_are_no_failure(instance: Instance, video: str, fault: dict[str, Any]) -> None:
    instance.send("DELETE", f"/videos/{video}/hls").raise_for_status()
    rules = [
        {"match": {"method": method, "path": f"/api/v1/videos/{video}/*", "nth": 1}, **fault}
        for method in ("POST", "DELETE")
    ]
    instance.server.set_faults(rules)
    made = files(instance, video, hls=True, web_videos=False)
    assert made.changed and kinds(instance, video) == (True, False, 1)


def test_refusals(instance: Instance, video: str) -> None:
    check_refused(files(instance, "nonsense", hls=True), "video: ")
    check_refused(files(instance, video, hls=False, web_videos=False), "hls: it is the only kind of files")
    assert files(instance, "7fc95d6b-a430-4569-8a29-000000000000", hls=True).error["kind"] == "not_found"
    instance.send("PUT", f"/videos/{video}", json={"privacy": 1}).raise_for_status()
    denied = files(instance, video, web_videos=False, **login_of(instance.add_user()))
    assert denied.error["status"] == 403
