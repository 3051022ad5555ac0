# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of videos: how options and results write them, and how the API does.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import re
import time
from datetime import datetime, timezone
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, if_given, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import (
    checked_language,
    checked_line,
    checked_text,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    Unreadable,
    is_whole_number,
    name_in,
    nullable_in,
    number_in,
    string_in,
    text_in,
    texts_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import iso_time

#: The privacies and what a video allows to comment, as options and as the API write them.
PRIVACIES = {"public": 1, "unlisted": 2, "private": 3, "internal": 4, "password_protected": 5}
COMMENTS_POLICIES = {"enabled": 1, "disabled": 2, "requires_approval": 3}
#: The privacy of a video that only who knows one of its passwords can watch.
PROTECTED = "password_protected"
STATES = {
    1: "published",
    2: "to_transcode",
    3: "to_import",
    4: "waiting_for_live",
    5: "live_ended",
    6: "to_move_to_external_storage",
    7: "transcoding_failed",
    8: "external_storage_move_failed",
    9: "to_edit",
}
#: The fewest and the most characters.
NAME_LENGTH = (3, 120)
DESCRIPTION_LENGTH = (3, 10000)
TAG_LENGTH = (2, 30)
MOST_TAGS = 5
#: The properties whose value may be null, which options and results write as an empty text.
TEXTS = ("category", "licence", "language", "description", "support")


def checked_properties(params: dict[str, Any]) -> dict[str, Any]:
    """Return the desired properties, None for those that may have any value.

    A category or a licence is a number or a label, whose case does not matter.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    name, description, support, category, licence, language, tags, published_at, schedule = all_of(
        lambda: checked_line("name", params["name"], *NAME_LENGTH),
        lambda: checked_text("description", params["description"], *DESCRIPTION_LENGTH),
        lambda: checked_text("support", params["support"]),
        lambda: checked_line("category", params["category"], 0),
        lambda: checked_line("licence", params["licence"], 0),
        lambda: params["language"] and checked_language("language", params["language"]),
        lambda: if_given(params["tags"], _checked_tags),
        lambda: if_given(params["originally_published_at"], lambda text: _time("originally_published_at", text)),
        lambda: if_given(params["schedule_update"], _checked_schedule),
    )
    privacy = params["privacy"]
    if schedule and (iso_time(schedule["update_at"]) or 0) <= time.time():
        # It has happened, so the server no longer shows it.
        privacy, schedule = schedule["privacy"], None
    return {
        "name": name,
        "description": description,
        "support": support,
        "category": category,
        "licence": licence,
        "language": language,
        "privacy": privacy,
        "tags": tags,
        "nsfw": params["nsfw"],
        "comments_policy": params["comments_policy"],
        "download_enabled": params["download_enabled"],
        "originally_published_at": published_at,
        "schedule_update": schedule,
    }


def _checked_tags(tags: list[str]) -> list[str]:
    checked = [str(checked_line("tags", tag, *TAG_LENGTH)) for tag in tags]
    if len(checked) > MOST_TAGS or len(set(checked)) < len(checked):
        raise invalid("tags", f"there must be at most {MOST_TAGS}, each once.")
    return sorted(checked)


def _checked_schedule(schedule: dict[str, Any]) -> dict[str, Any]:
    """Return a change of the privacy in the future; an empty dictionary cancels it."""
    if schedule["update_at"] is None:
        if schedule["privacy"] is not None:
            raise invalid("schedule_update", "update_at is required.")
        return {}
    return {
        "update_at": _time("schedule_update.update_at", schedule["update_at"]),
        "privacy": schedule["privacy"] or "public",
    }


def _time(option: str, text: str) -> str:
    """Return a time in the form of the API: in UTC, with milliseconds.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    is_date = re.fullmatch(r"\d{4}-\d\d-\d\d", text, re.ASCII)
    moment = iso_time(f"{text}T00:00:00Z" if is_date else text)
    if moment is None:
        raise invalid(option, f"{text!r} is not a time such as 2027-03-01T18:00:00Z.")
    return _api_time(moment)


def _api_time(moment: float) -> str:
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def video_of(item: Item) -> dict[str, Any]:
    """Return a video as results show it, with its properties as options write them.

    Args:
        item: the video as the server shows it, its properties named as options are.

    Raises:
        Unreadable: a property is missing or unknown.
    """
    return {
        "id": number_in(item, "id"),
        "uuid": text_in(item, "uuid"),
        "short_uuid": item.get("short_uuid"),
        "url": item.get("url"),
        "name": text_in(item, "name"),
        "channel": text_in(value_in(item, "channel", dict), "name"),
        "description": _text(item, "description"),
        "support": _text(item, "support"),
        **{name: _label_id(item, name) for name in ("category", "licence", "language")},
        "privacy": _word(item, "privacy", PRIVACIES),
        "tags": sorted(texts_in(item, "tags")),
        "nsfw": value_in(item, "nsfw", bool),
        "comments_policy": _word(item, "comments_policy", COMMENTS_POLICIES),
        "download_enabled": value_in(item, "download_enabled", bool),
        "originally_published_at": _time_or_text(nullable_in(item, "originally_published_at", text_in, None)),
        "schedule_update": _schedule(item),
        "state": state_of(item),
        "blacklisted": value_in(item, "blacklisted", bool),
        "duration": item.get("duration"),
        "published_at": item.get("published_at"),
    }


def listed_of(item: Item) -> dict[str, Any]:
    """Return the part of a video that lists show, with its properties as options write them.

    Args:
        item: the video as a list shows it, its properties named as options are.

    Raises:
        Unreadable: a property is missing or unknown.
    """
    shown = {
        "uuid": text_in(item, "uuid"),
        "name": text_in(item, "name"),
        "channel": text_in(value_in(item, "channel", dict), "name"),
        **{name: _label_id(item, name) for name in ("category", "licence", "language")},
        "privacy": _word(item, "privacy", PRIVACIES),
        "nsfw": value_in(item, "nsfw", bool),
        "originally_published_at": _time_or_text(nullable_in(item, "originally_published_at", text_in, None)),
    }
    text = _text(item, "truncated_description")
    return shown if text.endswith("...") else {**shown, "description": text}


def state_of(item: Item) -> str:
    """Return the state of a video.

    Raises:
        Unreadable: it is missing.
    """
    number = number_in(value_in(item, "state", dict), "id")
    return STATES.get(number, f"unknown ({number})")


def _text(item: Item, name: str) -> str:
    return nullable_in(item, name, string_in, "")


def _label_id(item: Item, name: str) -> str:
    """Return the id of a category, a licence or a language; an empty text for none."""
    return nullable_in(value_in(item, name, dict), "id", name_in, "")


def _word(item: Item, name: str, words: dict[str, int]) -> str:
    number = number_in(value_in(item, name, dict), "id")
    for word, meant in words.items():
        if meant == number:
            return word
    raise Unreadable(name, item[name])


def _schedule(item: Item) -> dict[str, Any]:
    if item.get("scheduled_update") is None:
        return {}
    scheduled = value_in(item, "scheduled_update", dict)
    # The server shows no privacy for one that only sets the time.
    number = scheduled.get("privacy")
    words = [word for word, meant in PRIVACIES.items() if meant == number]
    return {"update_at": _time_or_text(text_in(scheduled, "update_at")), "privacy": words[0] if words else None}


def _time_or_text(text: Any) -> Any:
    moment = iso_time(text)
    return text if moment is None else _api_time(moment)


def to_send(changed: dict[str, Any]) -> dict[str, Any]:
    """Return properties of `checked_properties` with the API's names and values; null removes one."""
    body: dict[str, Any] = {}
    for name, value in changed.items():
        if name in TEXTS and value == "":
            body[name] = None
        elif name in ("category", "licence"):
            body[name] = int(value)
        elif name == "privacy":
            body["privacy"] = PRIVACIES[value]
        elif name == "comments_policy":
            body["commentsPolicy"] = COMMENTS_POLICIES[value]
        elif name == "schedule_update":
            body["scheduleUpdate"] = (
                {"updateAt": value["update_at"], "privacy": PRIVACIES[value["privacy"]]} if value else None
            )
        else:
            body[API_NAMES.get(name, name)] = value
    return body


#: The API's names of the properties whose value is sent unchanged, where they differ.
API_NAMES = {
    "download_enabled": "downloadEnabled",
    "originally_published_at": "originallyPublishedAt",
}


def numbered(option: str, wanted: str, labels: Any) -> str:
    """Return the number of a category or a licence by its label.

    Args:
        option: which of them.
        wanted: the label.
        labels: the labels by their numbers, as the server lists them.

    Raises:
        ToolkitError: ``invalid_option``, when the server has no such label, or several.
    """
    found = [number for number, label in labels.items() if str(label).casefold() == wanted.casefold()]
    if len(found) != 1:
        known = ", ".join(str(label) for label in labels.values())
        raise invalid(option, f"{wanted!r} is not one of this server's: {known}.")
    return str(found[0])


def has_label(item: Item, name: str, wanted: str) -> bool:
    """Return whether a video has the category or the licence with this label."""
    label = value_in(item, name, dict).get("label")
    return isinstance(label, str) and label.casefold() == wanted.casefold() and is_whole_number(item[name].get("id"))
