# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lives of the own user: find one by its name and channel, create it once, change and remove it.

Private to the collection. A live is a video with settings of its stream; its replay becomes an ordinary video. Source:
recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.once_only import created_in, found_again
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import camel
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_object, segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, number_in, text_in, value_in

LIVES_PATH = "/videos/live"
MINE_PATH = "/users/me/videos"
#: Who can see a live or its replay. Those with passwords are left out: they need the passwords too.
PRIVACIES = {"public": 1, "unlisted": 2, "private": 3, "internal": 4}
LATENCY_MODES = {"default": 1, "high": 2, "small": 3}
#: What a live has that is created with nothing else than a name.
DEFAULTS: dict[str, Any] = {
    "privacy": "private",
    "permanent_live": False,
    "save_replay": False,
    "replay_privacy": None,
    "latency_mode": "default",
}
#: The properties of the stream, which the server does not change while it is live.
SETTINGS = ("permanent_live", "save_replay", "replay_privacy", "latency_mode")
#: The next step after a refusal, by the error's code.
HINTS = {
    "max_user_lives_limit_reached": "Remove a live of this user, or raise live.max_user_lives in the configuration.",
    "max_instance_lives_limit_reached": "Remove a live, or raise live.max_instance_lives in the configuration.",
    "live_not_enabled": "Enable lives in the configuration.",
}


def live_path(uuid: str) -> str:
    """Return the path of the settings of a live."""
    return f"{LIVES_PATH}/{segment(uuid)}"


def video_path(uuid: str) -> str:
    """Return the path of the video that a live is."""
    return f"/videos/{segment(uuid)}"


def find_live(client: PeerTubeClient, name: str, channel: str) -> Item | Absence:
    """Return the live of the own user with this name and channel, or the proof that there is none.

    Raises:
        ToolkitError: ``ambiguous`` if there are several, or ``unproven``.
    """
    found = client.evidence.find(
        f"live {name} of channel {channel}",
        client.reading(MINE_PATH),
        "uuid",
        lambda item: value_in(item, "name", str) == name,
        lambda item: value_in(item, "is_live", bool),
        lambda item: text_in(value_in(item, "channel", dict), "name") == channel,
    )
    return found if isinstance(found, Absence) else _with_settings(client, found)


def find_live_by_id(client: PeerTubeClient, number: str, *, is_wanted: bool) -> Item | Absence:
    """Return the live with a number or UUID, or the proof that there is none.

    Raises:
        ToolkitError: ``not_found`` if it is wanted: nothing can be created with a given id.
    """
    found = client.get(video_path(number))
    if found is not None and value_in(found, "is_live", bool):
        return _with_settings(client, found)
    if is_wanted:
        hint = "Leave id out to create a new one: the server assigns ids."
        raise ToolkitError("not_found", f"No live has the id {number}.", hint=hint)
    return client.evidence.absent(f"live {number}")


def _with_settings(client: PeerTubeClient, video: Item) -> Item:
    """Return a live in the form of options and results.

    Raises:
        ToolkitError: ``conflict`` if it was removed, or became a replay, while it was read.
    """
    uuid = text_in(video, "uuid")
    settings = client.get(live_path(uuid))
    if settings is None:
        raise ToolkitError("conflict", f"Live {uuid} ended while it was read.", hint="Run the task again.")
    replay = settings.get("replay_settings")
    state = value_in(video, "state", dict)
    return {
        **{name: video.get(name) for name in ("id", "uuid", "short_uuid", "name")},
        "channel": text_in(value_in(video, "channel", dict), "name"),
        "privacy": _word(PRIVACIES, number_in(value_in(video, "privacy", dict), "id")),
        "state": state.get("label"),
        "permanent_live": value_in(settings, "permanent_live", bool),
        "save_replay": value_in(settings, "save_replay", bool),
        "replay_privacy": _word(PRIVACIES, number_in(replay, "privacy")) if replay else None,
        "latency_mode": _word(LATENCY_MODES, number_in(settings, "latency_mode")),
    }


def _word(words: dict[str, int], number: int) -> str | int:
    """Return the word for a number, or the number of something that options can't name."""
    return next((word for word, known in words.items() if known == number), number)


def add_live(client: PeerTubeClient, wanted: dict[str, Any], channel_id: int | None, absence: Absence | None) -> Item:
    """Create a live, once; return it.

    Args:
        client: sends the requests.
        wanted: its properties; one that is None is not sent.
        channel_id: the id of its channel.
        absence: the proof that it does not exist.
    """
    name, channel = wanted["name"], wanted["channel"]
    numbers = _numbers(wanted)
    form = {"channelId": str(channel_id), "name": name}
    form |= {key: str(value).lower() for key, value in numbers.items() if not isinstance(value, dict)}
    if wanted.get("replay_privacy") is not None:
        form["replaySettings[privacy]"] = str(PRIVACIES[wanted["replay_privacy"]])
    find = partial(find_live, client, name, channel)
    try:
        response = client.post_free(LIVES_PATH, None, absence, find, form=form, files={})
    except ApiError as error:
        error.hint = HINTS.get(error.code or "", error.hint)
        raise
    made = created_in(response, "video", "uuid")
    if made is not None:
        created = {"id": made["id"], "uuid": made["uuid"], "short_uuid": made.get("shortUUID")}
        given = {key: value for key, value in wanted.items() if value is not None}
        if given.get("save_replay"):
            given.setdefault("replay_privacy", DEFAULTS["privacy"])
        return {**DEFAULTS, **created, **given}
    found = found_again(f"Live {name}", find)
    left = changes(found, wanted)
    change_live(client, found, left)
    return {**found, **left}


def change_live(client: PeerTubeClient, live: Item, changed: dict[str, Any]) -> None:
    """Change properties of a live. Those of the stream can't be changed while it is live."""
    uuid = text_in(live, "uuid")
    settings = {name: value for name, value in changed.items() if name in SETTINGS}
    if settings:
        after = {**live, **settings}
        if after["save_replay"]:
            # The server fails without them.
            settings["save_replay"] = True
            settings["replay_privacy"] = after["replay_privacy"] or DEFAULTS["privacy"]
        client.put(live_path(uuid), _numbers(settings))
    about: dict[str, Any] = {name: changed[name] for name in ("name", "privacy") if name in changed}
    if about:
        client.put(video_path(uuid), {**about, **_numbers(about)})


def _numbers(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the properties that have numbers or are true or false, as the API takes them. None is not sent."""
    sent: dict[str, Any] = {
        name: properties[name] for name in ("permanent_live", "save_replay") if properties.get(name) is not None
    }
    if properties.get("latency_mode") is not None:
        sent["latency_mode"] = LATENCY_MODES[properties["latency_mode"]]
    if properties.get("privacy") is not None:
        sent["privacy"] = PRIVACIES[properties["privacy"]]
    if properties.get("replay_privacy") is not None:
        sent["replay_settings"] = {"privacy": PRIVACIES[properties["replay_privacy"]]}
    result: dict[str, Any] = camel(sent)
    return result


def stream_of(client: PeerTubeClient, live: Item) -> dict[str, Any]:
    """Return where to send the stream of a live, with its key, which is a secret."""
    path = live_path(text_in(live, "uuid"))
    told = client.rest.request("GET", path, expect=(200,), shape=is_object).data
    return {
        "stream_key": told.get("streamKey"),
        "rtmp_url": told.get("rtmpUrl"),
        "rtmps_url": told.get("rtmpsUrl"),
    }


def remove_live(client: PeerTubeClient, live: Item) -> None:
    """Remove a live."""
    client.delete(video_path(text_in(live, "uuid")))
