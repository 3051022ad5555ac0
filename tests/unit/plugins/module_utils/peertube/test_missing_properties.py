# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What real servers always showed, as null where there is nothing, is never read as nothing when it is missing.

Source: the recorded responses. Missing where there is nothing are only the schedule of a video, the settings of a
live's replay, and the video of an import.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import (
    abuses,
    ownership,
    playlist_elements,
    playlists,
    plugins,
    profile,
    redundancies,
    video_imports,
    video_values,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable

UUID = "0a5d8f5e-6d0a-4b1c-9f4e-1d1c4d0f2b11"
VIDEO: dict[str, Any] = {
    "id": 7,
    "uuid": UUID,
    "name": "Opening",
    "channel": {"name": "films"},
    "description": None,
    "support": None,
    "category": {"id": None, "label": "Unknown"},
    "licence": {"id": None, "label": "Unknown"},
    "language": {"id": None, "label": "Unknown"},
    "privacy": {"id": 1},
    "tags": [],
    "nsfw": False,
    "comments_policy": {"id": 1},
    "download_enabled": True,
    "originally_published_at": None,
    "blacklisted": False,
    "state": {"id": 1},
}
ACCOUNT_OF_ABUSE = {"name": "ada", "host": "a.example"}
ABUSE = {"id": 1, "reason": "Ours", "video": None, "comment": None, "flagged_account": ACCOUNT_OF_ABUSE}
BY_ACCOUNT = {"video": None, "comment": None, "account": "ada@a.example"}
ELEMENT = {"id": 3, "type": 0, "video": {"id": 7, "uuid": UUID}, "start_timestamp": None, "stop_timestamp": None}
REQUEST = {"id": 5, "status": "WAITING", "video": {"id": 7, "uuid": UUID}}
IMPORT = {"id": 9, "target_url": "https://media.example/1"}
ME = {"username": "ada", "role": {"id": 2}, "video_languages": None}
ACCOUNT = {"display_name": "Ada", "description": None}
JOB = {"type": "videos-redundancy", "state": "active", "data": {"video_id": 7}}


@pytest.mark.parametrize(
    ("read", "item", "names"),
    [
        (video_values.video_of, VIDEO, {"description", "support", "originally_published_at", "blacklisted"}),
        (lambda item: abuses.is_of(BY_ACCOUNT, item), ABUSE, {"video", "comment"}),
        (lambda item: abuses.is_of({**BY_ACCOUNT, "video": UUID}, item), ABUSE, {"video"}),
        (playlist_elements.entry_of, ELEMENT, {"video", "start_timestamp", "stop_timestamp"}),
        (playlists.channel_of, {"video_channel": None}, {"video_channel"}),
        (lambda item: ownership.is_for(UUID, item), REQUEST, {"video"}),
        (lambda item: video_imports.is_from("https://media.example/1", item), IMPORT, {"target_url"}),
        (lambda item: profile.current_of(item, ACCOUNT), ME, {"video_languages"}),
        (lambda item: profile.current_of(ME, item), ACCOUNT, {"display_name", "description"}),
        (lambda item: redundancies.copies(7, item), JOB, {"state", "data"}),
        (lambda item: redundancies.copies(7, {**JOB, "data": item}), JOB["data"], {"video_id"}),
        (plugins.stored_settings, {"npm_name": "peertube-plugin-hello", "settings": None}, {"settings"}),
    ],
)
def test_missing_is_not_nothing(read: Callable[[Any], Any], item: dict[str, Any], names: set[str]) -> None:
    read(item)
    for name in names:
        with pytest.raises(Unreadable, match=f"property {name} is missing"):
            read({key: value for key, value in item.items() if key != name})


def test_null_is_nothing() -> None:
    assert plugins.stored_settings({"settings": None}) == {} == plugins.stored_settings({})
    assert profile.current_of(ME, ACCOUNT)["video_languages"] == []
    assert playlists.channel_of({"video_channel": None}) == ""
    assert playlist_elements.entry_of({**ELEMENT, "video": None}).video is None
    assert abuses.is_of(BY_ACCOUNT, ABUSE) and not ownership.is_for(UUID, {**REQUEST, "video": None})
