# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read what a PeerTube instance lists: its settings, users, channels, videos, reports, jobs and logs.

Private to the collection. It is the logic of ``peertube_info``. Source of paths and filters: recorded requests to
PeerTube 6.3.0 and to a server derived from 8.2.1.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from string import Formatter
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import (
    LARGEST_NUMBER,
    check_number,
    invalid,
    line_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import COUNT, PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import checked_handle, checked_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.jobs import checked_job_type
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import shown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_collection, is_object, segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import objects_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.times import iso_time
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

Query = dict[str, Any]
#: The states of a job.
JOB_STATES = ("active", "completed", "failed", "waiting", "delayed", "paused", "prioritized", "waiting-children")
#: The numbers of the states of a report.
ABUSE_STATES = {"pending": 1, "rejected": 2, "accepted": 3}
FOLLOW_STATES = ("pending", "accepted", "rejected")
PLUGIN_TYPES = {"plugin": 1, "theme": 2}
LOG_LEVELS = ("debug", "info", "warn", "error")
METRICS = {"viewers": "viewers", "watch_time": "aggregateWatchTime"}
REDUNDANCY_TARGETS = {"local": "my-videos", "remote": "remote-videos"}
#: The list of all local videos: every privacy, also those that are not published (1), blocked (2), or of a blocked
#: owner (4).
EVERY_VIDEO: Query = {"isLocal": "true", "include": 7, "privacyOneOf": [1, 2, 3, 4, 5], "nsfw": "both"}
#: A field to sort by, in descending order with a hyphen.
SORT = re.compile(r"-?[A-Za-z]{1,40}")


class Source(NamedTuple):
    """What is requested to gather something.

    Attributes:
        path: the path below the version; options in braces are required.
        filters: the options that are sent as its query.
        read: reads it.
        required: those filters that the API requires.
        query: what is always sent.
    """

    path: str
    filters: str = ""
    read: Callable[[InstanceReads, str, Query], Any] = lambda reads, path, query: reads.pages(path, query)
    required: str = ""
    query: Mapping[str, Any] = {}

    @property
    def in_path(self) -> set[str]:
        """Return the options that the path names."""
        return {name for _text, name, _format, _conversion in Formatter().parse(self.path) if name}

    @property
    def options(self) -> set[str]:
        """Return the options that it takes."""
        return {*self.in_path, *self.filters.split()}


class Filter(NamedTuple):
    """How an option is sent as a parameter of a query.

    Attributes:
        name: the parameter.
        value: returns what is sent for the option's value.
    """

    name: str
    value: Callable[[Any], Any] = lambda value: value


def _yes_or_no(value: bool) -> str:
    return "true" if value else "false"


FILTERS = {
    "search": Filter("search"),
    "sort": Filter("sort"),
    "blocked": Filter("blocked", _yes_or_no),
    "unread": Filter("unread", _yes_or_no),
    "uninstalled": Filter("uninstalled", _yes_or_no),
    "abuse_state": Filter("state", ABUSE_STATES.__getitem__),
    "abuse_kind": Filter("filter"),
    "follow_state": Filter("state"),
    "job_type": Filter("jobType"),
    "plugin_type": Filter("pluginType", PLUGIN_TYPES.__getitem__),
    "redundancy_target": Filter("target", REDUNDANCY_TARGETS.__getitem__),
    "log_level": Filter("level"),
    "since": Filter("startDate"),
    "until": Filter("endDate"),
    "target_url": Filter("targetUrl"),
}


class InstanceReads:
    """The reads of one task.

    Args:
        task: knows whether this is check mode, and receives warnings and secrets.
        client: reads.
        params: the task's options, from `checked_gather_options`.
    """

    def __init__(self, task: Task, client: PeerTubeClient, params: dict[str, Any]) -> None:
        self._task = task
        self._client = client
        self._params = params

    def gather(self, name: str) -> Any:
        """Return what has this name.

        Raises:
            ToolkitError: ``not_found``, if what an option names does not exist; check mode warns and returns nothing.
        """
        source = source_of(name, self._params)
        path = source.path.format(**{option: self._in_path(option) for option in source.in_path})
        given = {option: self._params[option] for option in source.filters.split() if self._params[option] is not None}
        query = {**source.query, **{FILTERS[option].name: FILTERS[option].value(given[option]) for option in given}}
        try:
            return source.read(self, path, query)
        except ApiError as error:
            if error.status != 404 or not source.in_path:
                raise
            options = ", ".join(f"{option} {self._params[option]}" for option in sorted(source.in_path))
            missing(self._task, f"{name.replace('_', ' ')} of {options}", "Check the name or the id.")
            return []

    def _in_path(self, option: str) -> str:
        value = self._params[option]
        return segment(METRICS[value] if option == "metric" else value)

    def pages(self, path: str, query: Query) -> list[dict[str, Any]]:
        """Return a collection that holds still, or the first items of it."""
        if self._params["limit"] is not None:
            return self.passing(path, query)
        return self._client.collection(path, **query)

    def passing(self, path: str, query: Query) -> list[dict[str, Any]]:
        """Return a collection that changes while it is read: what was on its pages when they were read."""
        limit = self._params["limit"]
        found: dict[Any, dict[str, Any]] = {}
        received = 0
        while limit is None or received < limit:
            count = COUNT if limit is None else min(COUNT, limit - received)
            page = self._client.page(path, received, count, **query)
            found.update((item.get("id", (received, number)), item) for number, item in enumerate(page.items))
            received += len(page.items)
            if not page.items or (page.total is not None and received >= page.total):
                break
        return list(found.values())

    def whole(self, path: str, query: Query) -> list[dict[str, Any]]:
        """Return a collection that the server never splits into pages."""
        return self._client.reading(path, None, **query).items()[: self._params["limit"]]

    def entries(self, path: str, query: Query) -> list[dict[str, Any]]:
        """Return a collection without pages."""
        response = self._client.rest.request("GET", path, query=query, expect=(200,), shape=is_collection)
        found: list[dict[str, Any]] = shown(path, response.data)
        return found[: self._params["limit"]]

    def one(self, path: str, query: Query) -> dict[str, Any] | None:
        """Return one object; None if it does not exist."""
        return self._client.get(path, **query)

    def settings(self, path: str, query: Query) -> Any:
        """Return an object whose properties differ by version; secrets in it are masked."""
        response = self._client.rest.request("GET", path, query=query, expect=(200,), shape=is_object)
        self._client.note_secrets(response)
        return shown(path, response.data)

    def labels(self, path: str, query: Query) -> list[dict[str, Any]]:
        """Return what has an id and a label, such as the categories."""
        data = self._client.rest.request("GET", path, query=query, expect=(200,), shape=is_object).data
        return [{"id": int(name) if name.isdigit() else name, "label": label} for name, label in data.items()]

    def chapters(self, path: str, query: Query) -> Any:
        """Return the chapters of a video; None if it does not exist."""
        found = self.one(path, query)
        return None if found is None else objects_in(found, "chapters")


_TIMES = "since until"
_FOLLOWS = "follow_state sort"

#: What can be gathered. Of several sources, the first counts whose path has only options that are given.
SOURCES: dict[str, tuple[Source, ...]] = {
    "stats": (Source("/server/stats", read=InstanceReads.settings),),
    "config": (Source("/config", read=InstanceReads.settings),),
    "about": (Source("/config/about", read=InstanceReads.settings),),
    "custom_config": (Source("/config/custom", read=InstanceReads.settings),),
    "homepage": (Source("/custom-pages/homepage/instance", read=InstanceReads.one),),
    "categories": (Source("/videos/categories", read=InstanceReads.labels),),
    "licences": (Source("/videos/licences", read=InstanceReads.labels),),
    "languages": (Source("/videos/languages", read=InstanceReads.labels),),
    "privacies": (Source("/videos/privacies", read=InstanceReads.labels),),
    "playlist_privacies": (Source("/video-playlists/privacies", read=InstanceReads.labels),),
    "plugins": (Source("/plugins", "plugin_type uninstalled sort"),),
    "available_plugins": (Source("/plugins/available", "plugin_type search sort"),),
    "jobs": (
        Source("/jobs/{job_state}", "job_type sort", InstanceReads.passing),
        Source("/jobs", "job_type sort", InstanceReads.passing),
    ),
    "logs": (Source("/server/logs", "since until log_level", InstanceReads.entries, required="since"),),
    "audit_logs": (Source("/server/audit-logs", _TIMES, InstanceReads.entries, required="since"),),
    "runners": (Source("/runners", "sort"),),
    "runner_jobs": (Source("/runners/jobs", "sort"),),
    "runner_registration_tokens": (Source("/runners/registration-tokens", "sort"),),
    "followers": (Source("/server/followers", _FOLLOWS),),
    "following": (Source("/server/following", _FOLLOWS),),
    "redundancies": (Source("/server/redundancy/videos", "redundancy_target sort"),),
    "users": (Source("/users", "search blocked sort"),),
    "registrations": (Source("/users/registrations", "search sort"),),
    "abuses": (Source("/abuses", "search abuse_state abuse_kind sort"),),
    "abuse_messages": (Source("/abuses/{abuse}/messages", read=InstanceReads.whole),),
    "video_blocks": (Source("/videos/blacklist", "search sort"),),
    "account_blocks": (Source("/server/blocklist/accounts", "search sort"),),
    "server_blocks": (Source("/server/blocklist/servers", "sort"),),
    "watched_words": (
        Source("/watched-words/accounts/{account}/lists", "sort"),
        Source("/watched-words/server/lists", "sort"),
    ),
    "accounts": (Source("/accounts", "sort"),),
    "account_followers": (Source("/accounts/{account}/followers", "search sort"),),
    "ratings": (Source("/accounts/{account}/ratings", "sort"),),
    "channel_syncs": (Source("/accounts/{account}/video-channel-syncs", "sort"),),
    "channels": (
        Source("/accounts/{account}/video-channels", "sort", query={"withStats": "true"}),
        Source("/video-channels", "sort"),
    ),
    "channel": (Source("/video-channels/{channel}", read=InstanceReads.one),),
    "channel_followers": (Source("/video-channels/{channel}/followers", "search sort"),),
    "playlists": (
        Source("/video-channels/{channel}/video-playlists", "sort"),
        Source("/accounts/{account}/video-playlists", "search sort"),
        Source("/video-playlists", "sort"),
    ),
    "playlist": (Source("/video-playlists/{playlist}", read=InstanceReads.one),),
    "playlist_elements": (Source("/video-playlists/{playlist}/videos"),),
    "videos": (
        Source("/video-channels/{channel}/videos", "sort", query={"nsfw": "both"}),
        Source("/accounts/{account}/videos", "sort", query={"nsfw": "both"}),
        Source("/videos", "sort", query={"nsfw": "both"}),
    ),
    "all_videos": (
        Source("/video-channels/{channel}/videos", "sort", query=EVERY_VIDEO),
        Source("/accounts/{account}/videos", "sort", query=EVERY_VIDEO),
        Source("/videos", "sort", query=EVERY_VIDEO),
    ),
    "video": (Source("/videos/{video}", read=InstanceReads.one),),
    "captions": (Source("/videos/{video}/captions", read=InstanceReads.whole),),
    "chapters": (Source("/videos/{video}/chapters", read=InstanceReads.chapters),),
    "video_source": (Source("/videos/{video}/source", read=InstanceReads.one),),
    "video_stats": (Source("/videos/{video}/stats/overall", _TIMES, InstanceReads.one),),
    "video_retention": (Source("/videos/{video}/stats/retention", read=InstanceReads.one),),
    "video_timeseries": (Source("/videos/{video}/stats/timeseries/{metric}", _TIMES, InstanceReads.one),),
    "live": (Source("/videos/live/{video}", read=InstanceReads.one),),
    "live_sessions": (Source("/videos/live/{video}/sessions", read=InstanceReads.whole),),
    "comments": (
        Source("/videos/{video}/comment-threads", "sort"),
        Source("/videos/comments", "search sort"),
    ),
    "me": (Source("/users/me", read=InstanceReads.one),),
    "quota": (Source("/users/me/video-quota-used", read=InstanceReads.one),),
    "own_videos": (Source("/users/me/videos", "search sort"),),
    "own_abuses": (Source("/users/me/abuses", "sort"),),
    "own_account_blocks": (Source("/users/me/blocklist/accounts", "sort"),),
    "own_server_blocks": (Source("/users/me/blocklist/servers", "sort"),),
    "imports": (Source("/users/me/videos/imports", "search target_url sort"),),
    "ownership_changes": (Source("/videos/ownership", "sort"),),
    "subscriptions": (Source("/users/me/subscriptions", "sort"),),
    "subscription_videos": (Source("/users/me/subscriptions/videos", "sort"),),
    "history": (Source("/users/me/history/videos", "search"),),
    "notifications": (Source("/users/me/notifications", "unread sort", InstanceReads.passing),),
    "found_videos": (Source("/search/videos", "search sort", InstanceReads.passing, required="search"),),
    "found_channels": (Source("/search/video-channels", "search sort", InstanceReads.passing, required="search"),),
    "found_playlists": (Source("/search/video-playlists", "search sort", InstanceReads.passing, required="search"),),
}
#: The options that narrow what is gathered.
NARROWING = ("account", "channel", "playlist", "video", "abuse", "job_state", "metric", *FILTERS)
#: Those whose default is not sent with what does not take it.
WITH_DEFAULT = ("metric", "redundancy_target")
CHECKS: dict[str, Callable[[str, str], Any]] = {
    "account": checked_handle,
    "channel": checked_handle,
    "job_type": checked_job_type,
    "playlist": checked_id,
    "video": checked_id,
}


def source_of(name: str, params: dict[str, Any]) -> Source:
    """Return what is requested to gather this with these options.

    Raises:
        ToolkitError: ``invalid_option`` if an option is missing that it requires.
    """
    sources = SOURCES[name]
    found = [one for one in sources if all(params[option] is not None for option in one.in_path)]
    source = found[0] if found else sources[-1]
    for option in (*sorted(source.in_path), *source.required.split()):
        if params[option] is None:
            raise invalid(option, f"it is required to gather {name}.")
    return source


def checked_gather_options(params: dict[str, Any]) -> dict[str, Any]:
    """Return the options of ``peertube_info`` in the form that is sent.

    Raises:
        ToolkitError: ``invalid_option``, also if an option is missing, or if nothing that is gathered takes it.
    """
    if not params["gather"]:
        raise invalid("gather", "it is empty.")
    taken: set[str] = set().union(*(source_of(name, params).options for name in params["gather"]))
    for option in NARROWING:
        if params[option] is not None and option not in taken and option not in WITH_DEFAULT:
            raise invalid(option, f"nothing of {', '.join(params['gather'])} takes it.")
    texts = ("search", "target_url", "sort")
    checked = {option: line_of(option, params[option]) for option in texts if params[option] is not None}
    for option, text in checked.items():
        if not text.strip():
            raise invalid(option, "it is empty.")
    if not SORT.fullmatch(checked.get("sort", "name")):
        raise invalid("sort", f"{checked['sort']!r} is not a property such as createdAt or -createdAt.")
    for option, check in CHECKS.items():
        if params[option] is not None:
            checked[option] = check(option, params[option])
    for option in ("abuse", "limit"):
        if params[option] is not None:
            check_number(option, params[option], 1, LARGEST_NUMBER)
    times = {option: _utc(option, params[option]) for option in ("since", "until") if params[option] is not None}
    return {**params, **checked, **times}


def _utc(option: str, text: str) -> str:
    """Return a time in the form that the API takes, in UTC.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    # YAML reads an unquoted time as a time, and Ansible makes a text with a space of it.
    moment = iso_time(line_of(option, text).replace(" ", "T", 1))
    if moment is None:
        raise invalid(option, f"{text!r} is not a time such as 2026-11-24T12:00:00Z.")
    return datetime.fromtimestamp(moment, timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
