# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PeerTube for tests with odd values: good options for its modules, and the canonical form of its requests."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import requests

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.profile import NOTIFICATIONS, SWITCHES
from sandbox.launcher import SandboxProcess
from tests.faults.odd_service import Run, Service, texts_of
from tests.faults.options import Option, Options
from tests.sandbox.peertube.media import mp4
from tests.support.peertube import token_of

#: `peertube_token` refuses a token that somebody else got, and only newer versions have this notification.
WITHOUT_VALUE = {
    ("peertube_token", "api_token"),
    ("peertube_profile", "notification_settings", "automatic_blocklist"),
}
#: Another instance.
COPIES = "copies.example"
TEXT: Options = {"description": "Films of the studio"}
#: A field of a form that is no file: its name and its text.
FIELD = re.compile(r'(?is)content-disposition: form-data; name="([^"]*)"\r\n\r\n(.*?)\r\n--')


class PeerTube(Service):
    """PeerTube's API."""

    name = "peertube"
    roots = ("/api/v1/", "/lazy-static/video-captions/")
    simplest = "peertube_token"
    forms: ClassVar[dict[str, re.Pattern[str]]] = {"username": re.compile(r"\S(.*\S)?")}
    lines = frozenset({"password", "description", "support", "reason", "moderationComment", "message", "text"})
    login = "/api/v1/users/token"
    # Whether a login is accepted depends on the users of the instance, and what it knows on its version and plugins.
    of_the_state = frozenset(
        {"invalid_grant", "theme", "language", "captionLanguage", "category", "licence", "sort", "jobType"}
    )
    # Only the server shows which settings and labels its version and its plugins have, and whether something exists: a
    # new one requires more, and what exists may forbid a value.
    needs_a_read = frozenset(
        {"config", "category", "licence", "settings", "email", "password", "path", "display_name", "channel"}
        | {"moderation_response", "replay_privacy", "passwords"}
    )

    @classmethod
    def options(cls, module: str) -> list[Option]:
        """Return the options of a module that have a good value."""
        found = super().options(module)
        return [option for option in found if (module, *option.path) not in WITHOUT_VALUE]

    @classmethod
    def sandbox(cls) -> SandboxProcess:
        return SandboxProcess(service="peertube", api_key="root", api_secret="Root-geheim-71")

    def __init__(self, server: SandboxProcess, folder: Path, run: Run) -> None:
        self.server = server
        self.token = token_of(server, server.api_key, server.api_secret)
        self._lift_limits()
        self.files = _files(folder)
        me = self.call("GET", "/users/me")
        self.channel = me["videoChannels"][0]["id"]
        self.video, self.blocked = self._upload("Opening"), self._upload("Blocked")
        live = {"name": "Weekly", "channelId": self.channel}
        self.live = self.call("POST", "/videos/live", live)["video"]["uuid"]
        comment = self.call("POST", f"/videos/{self.video}/comment-threads", {"text": "Hello"})
        self.comment = comment["comment"]["id"]
        reported = {"reason": "It uses our logo.", "account": {"id": me["account"]["id"]}}
        self.abuse = self.call("POST", "/abuses", reported)["abuse"]["id"]
        form = {"displayName": (None, "Spare")}
        self.playlist = self.call("POST", "/video-playlists", files=form)["videoPlaylist"]["uuid"]
        spare = {"username": "spare", "email": "spare@example.com", "password": "Geheim-71", "role": 2}
        self.call("POST", "/users", spare)
        self.protected = self._upload("Protected")
        self.call("PUT", f"/videos/{self.protected}", {"privacy": 5, "videoPasswords": ["Geheim-71"]})
        self.remote = self._upload("Remote")
        server.control("PUT", f"videos/{self.remote}/host", {"host": COPIES})
        server.control("PUT", "federation", {"enabled": True, "hosts": [COPIES]})
        self.call("POST", "/server/following", {"hosts": [COPIES], "handles": []})
        server.control("POST", "finish")

    def new_runner_token(self) -> Options:
        """Create a registration token of runners, and return it."""
        self.call("POST", "/runners/registration-tokens/generate")
        (token,) = self.call("GET", "/runners/registration-tokens?count=1&sort=-createdAt")["data"]
        return dict(token)

    def _lift_limits(self) -> None:
        """Let a user have any number of channels, lives and synchronizations, and ask for accounts."""
        wanted = self.call("GET", "/config/custom")
        wanted["videoChannels"]["maxPerUser"] = 100_000
        wanted["live"] |= {"maxUserLives": -1, "maxInstanceLives": -1}
        wanted["import"]["videoChannelSynchronization"]["maxPerUser"] = 100_000
        wanted["signup"] |= {"enabled": True, "requiresApproval": True, "limit": -1}
        self.call("PUT", "/config/custom", wanted)

    def _upload(self, name: str) -> str:
        form = {"name": (None, name), "channelId": (None, str(self.channel)), "privacy": (None, "1")}
        made = self.call("POST", "/videos/upload", files={**form, "videofile": ("film.mp4", mp4(2_000))})
        uuid: str = made["video"]["uuid"]
        return uuid

    def call(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        """Return the response to a call that needs no module; None if it is empty."""
        headers = {"Authorization": f"Bearer {self.token}"}
        url = f"{self.server.url}/api/v1{path}"
        answer = requests.request(method, url, json=body, headers=headers, timeout=20, **more)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def bases(self, module: str, number: int) -> list[Options]:
        # Only 15 logins in 5 minutes are allowed, and many odd options log in.
        self.server.control("PUT", "ratelimit/reset")
        self.call("POST", "/jobs/resume")
        *others, last = BASES[module](self, number)
        return [*others, last if module == self.simplest else {**last, "api_token": self.token}]

    def more_that_is_shared(self) -> Options:
        return {"otp": "123456"}

    def texts(self, exchange: Options) -> Iterator[tuple[str, str]]:
        body, kind = exchange["request_body"], exchange["request_headers"].get("content-type", "")
        if body.startswith(("{", "[")):
            yield from texts_of("", json.loads(body))
        elif kind.startswith("multipart/"):
            yield from re.findall(FIELD, body)
        else:
            yield from parse_qsl(body)
        yield from parse_qsl(exchange["query"])

    def check_more(self, exchange: Options) -> None:
        """Nothing more."""

    def refusals(self, body: str) -> set[str]:
        error = json.loads(body)
        return {*error.get("invalid-params", ()), error.get("code") or "nothing"} - {"nothing"}


def _files(folder: Path) -> dict[str, str]:
    """Return the paths of new files, by what they are."""
    contents = {
        "film.mp4": mp4(2_000),
        "picture.jpg": b"\xff\xd8\xff".ljust(200, b"\0"),
        "en.vtt": b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n",
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    return {name.partition(".")[0]: str(folder / name) for name in contents}


def _state(number: int) -> str:
    """Return by turns what creates an object and what removes it, so that each run writes."""
    return ("present", "absent")[number % 2]


def _api(service: PeerTube, number: int) -> list[Options]:
    return [
        {"method": "GET", "path": "/users", "query": {"search": "ada", "count": 3}},
        {"path": "/videos", "secret_query": {"search": "ada"}},
        {"method": "PUT", "path": "/api/v1/users/me", "body": TEXT},
        {"method": "PUT", "path": "/users/me", "secret_body": TEXT},
    ]


def _token(service: PeerTube, number: int) -> list[Options]:
    return [{"state": "present"}, {"state": "absent"}]


def _abuse(service: PeerTube, number: int) -> list[Options]:
    return [
        {"account": "root", "reason": f"Report {number}", "predefined_reasons": ["rights"]},
        {"video": service.video, "reason": f"Report {number}", "start_at": 1, "end_at": 2},
        {"comment": service.comment, "reason": f"Report {number}"},
        {"id": service.abuse, "abuse_state": "accepted", "moderation_comment": f"Decided {number}", "state": "present"},
        {"id": service.abuse, "message_text": f"Message {number}", "message_state": "present"},
    ]


def _comment(service: PeerTube, number: int) -> list[Options]:
    return [
        {"video": service.video, "text": f"Comment {number}", "state": "present"},
        {"video": service.video, "text": f"Reply {number}", "in_reply_to": service.comment, "thread": service.comment},
        {"video": service.video, "id": service.comment, "approved": True},
    ]


def _blocklist(service: PeerTube, number: int) -> list[Options]:
    return [
        {"account": "spare", "list": "own", "state": _state(number)},
        {"server": f"spam{number}.example", "list": "instance"},
        {"video": service.blocked, "reason": f"Reason {number}", "unfederate": False},
    ]


def _channel(service: PeerTube, number: int) -> list[Options]:
    texts = {
        "display_name": f"Films {number}",
        "description": f"Films of the year {number}",
        "support": f"Buy {number}",
    }
    pictures = {"avatar": service.files["picture"], "banner": service.files["picture"]}
    return [
        {"name": f"odd_{number}", **texts, **pictures},
        {"name": "root_channel", **texts, "support_in_videos": True, "state": "present"},
    ]


def _channel_sync(service: PeerTube, number: int) -> list[Options]:
    return [{"channel": "root_channel", "external_url": f"https://media.example.com/{number}", "state": "present"}]


def _config(service: PeerTube, number: int) -> list[Options]:
    return [{"config": {"instance": {"name": f"Videos {number}"}, "signup": {"minimum_age": 10 + number % 9}}}]


def _follow(service: PeerTube, number: int) -> list[Options]:
    other, follower = f"other{number}.example", f"follower{number}.example"
    service.server.control("PUT", "federation", {"enabled": True, "hosts": [other, follower, COPIES]})
    service.server.control("POST", f"followers/{follower}")
    return [{"following": other, "wait_timeout": 3}, {"follower": follower, "state": "accepted"}]


def _homepage(service: PeerTube, number: int) -> list[Options]:
    return [{"content": f"# Number {number}", "state": "present"}]


def _info(service: PeerTube, number: int) -> list[Options]:
    return [
        {"gather": ["users", "playlists"], "search": "root", "account": "root", "blocked": False, "sort": "-createdAt"},
        {"gather": ["videos", "playlist"], "channel": "root_channel", "playlist": service.playlist, "limit": 3},
        {"gather": ["video_timeseries", "logs"], "video": service.video, "metric": "watch_time", "log_level": "info"}
        | {"since": "2026-11-24T12:00:00Z", "until": "2099-11-24 12:00:00+01:00"},
        {"gather": ["abuses", "abuse_messages"], "abuse": service.abuse, "abuse_state": "pending"}
        | {"abuse_kind": "account"},
        {"gather": ["jobs", "following"], "job_state": "failed", "job_type": "video-import", "follow_state": "pending"},
        {"gather": ["notifications", "plugins"], "unread": True, "uninstalled": False, "plugin_type": "theme"},
        {"gather": ["imports", "redundancies"], "target_url": "https://media.example.com/1"}
        | {"redundancy_target": "remote"},
    ]


def _job(service: PeerTube, number: int) -> list[Options]:
    return [
        {"state": ("paused", "running")[number % 2]},
        {"state": "drained", "job_type": "video-redundancy", "job_states": ["waiting", "active"]}
        | {"wait_timeout": 1, "poll_min": 0.1, "poll_max": 0.2},
    ]


def _live(service: PeerTube, number: int) -> list[Options]:
    settings = {"privacy": "public", "save_replay": True, "replay_privacy": "unlisted", "latency_mode": "small"}
    return [
        {"name": f"Live {number}", "channel": "root_channel", **settings, "state": "present"},
        {"name": f"Weekly {number}", "id": service.live, "permanent_live": True, "show_stream_key": True},
    ]


def _playlist(service: PeerTube, number: int) -> list[Options]:
    videos = [{"video": service.video, "start_timestamp": 1, "stop_timestamp": 2}]
    named = {"display_name": f"List {number}", "description": f"Description {number}"}
    return [
        {**named, "channel": "root_channel", "privacy": "public", "state": "present"},
        {**named, "id": service.playlist, "thumbnail": service.files["picture"], "videos": videos},
    ]


def _plugin(service: PeerTube, number: int) -> list[Options]:
    hello = {"npm_name": "peertube-plugin-hello-world"}
    return [
        {**hello, "version": ("0.0.17", "0.0.25")[number % 2], "settings": {"user-name": f"Ada {number}"}},
        {**hello, "secret_settings": {"admin-name": f"Geheim-{number}"}, "state": "latest"},
    ]


def _profile(service: PeerTube, number: int) -> list[Options]:
    switches = {name: number % 2 == 0 for name in SWITCHES if name != "email_public"}
    notifications = dict.fromkeys(NOTIFICATIONS[:-1], ("web", "email")[number % 2])
    texts = {"display_name": f"Ada {number}", "description": f"About {number}"}
    email = {"email": f"ada{number}@example.com", "current_password": service.server.api_secret}
    return [
        {**texts, **switches, "nsfw_policy": "blur", "video_languages": ["en"], "theme": "default"},
        {**email, "email_public": number % 2 == 0, "avatar": service.files["picture"]},
        {"password": service.server.api_secret, "notification_settings": notifications},
    ]


def _redundancy(service: PeerTube, number: int) -> list[Options]:
    return [{"video": service.remote, "state": _state(number)}, {"host": COPIES, "redundancy_allowed": number % 2 == 0}]


def _registration(service: PeerTube, number: int) -> list[Options]:
    name = f"visitor{number}"
    body = {
        "username": name,
        "email": f"{name}@example.com",
        "password": "Besuch-71",
        "registrationReason": "To publish",
    }
    service.call("POST", "/users/registrations/request", body)
    return [
        {"username": name, "state": "rejected", "moderation_response": "No, thank you"}
        | {"prevent_email_delivery": True}
    ]


def _runner(service: PeerTube, number: int) -> list[Options]:
    token = service.new_runner_token()
    return [
        {"registration_tokens": 1, "show_tokens": True, "state": "present"},
        {"name": f"runner{number}", "state": "absent"},
        {"registration_token": token["registrationToken"], "state": "absent"},
        {"registration_token_id": token["id"], "state": "absent"},
    ]


def _subscription(service: PeerTube, number: int) -> list[Options]:
    return [{"uri": "spare_channel", "state": _state(number)}, {"uri": "root_channel", "wait": True, "wait_timeout": 5}]


def _user(service: PeerTube, number: int) -> list[Options]:
    name = f"ada{number}"
    return [
        {"username": name, "email": f"{name}@example.com", "password": "Geheim-71", "channel_name": f"{name}_films"}
        | {"role": "user", "video_quota": 10**9, "video_quota_daily": 10**8, "admin_flags": 1, "email_verified": True},
        {"username": "spare", "password": f"Geheim-{number}", "update_password": "always", "state": "present"}
        | {"blocked": number % 2 == 0, "plugin_auth": "", "two_factor_enabled": False},
        {"username": f"bo{number}", "email": f"bo{number}@example.com", "password": "Geheim-71", "blocked": True}
        | {"blocked_reason": "Unpaid"},
    ]


def _video(service: PeerTube, number: int) -> list[Options]:
    text = f"Number {number}"
    times = {
        "upload_timeout": 20,
        "settle_time": 0.2,
        "wait": True,
        "wait_timeout": 20,
        "poll_min": 0.1,
        "poll_max": 0.2,
    }
    return [
        {"channel": "root_channel", "key": f"film {number}", "name": text, "path": service.files["film"]}
        | {"privacy": "public", "resumable_above": 8, "chunk_size": 1, "wait_transcoding": False, **times}
        | {"schedule_update": {"update_at": "2090-01-01T00:00:00Z", "privacy": "internal"}},
        {"uuid": service.video, "name": text, "category": "Films", "licence": "Attribution", "language": "en"}
        | {"description": text, "support": text, "tags": [f"tag {number}"], "nsfw": number % 2 == 0, "wait": False}
        | {"comments_policy": "enabled", "download_enabled": number % 2 == 1, "purge_captions": True}
        | {"originally_published_at": "2019-05-05T00:00:00Z", "thumbnail": service.files["picture"]}
        | {"chapters": [{"timecode": 0, "title": text}], "state": "present"}
        | {"captions": [{"language": "en", "path": service.files["en"]}]},
        {"uuid": service.protected, "privacy": "password_protected", "passwords": [f"Geheim-{number}"], "wait": False},
    ]


def _video_import(service: PeerTube, number: int) -> list[Options]:
    times = {"settle_time": 0.2, "wait": True, "wait_timeout": 20, "poll_min": 0.1, "poll_max": 0.2}
    return [
        {"channel": "root_channel", "target_url": f"https://media.example.com/{number}.mp4", "name": f"Number {number}"}
        | {"privacy": "public", "state": "present", **times}
    ]


#: The good options of each module.
BASES: dict[str, Callable[[PeerTube, int], list[dict[str, Any]]]] = {
    "peertube_abuse": _abuse,
    "peertube_api": _api,
    "peertube_blocklist": _blocklist,
    "peertube_channel": _channel,
    "peertube_channel_sync": _channel_sync,
    "peertube_comment": _comment,
    "peertube_config": _config,
    "peertube_follow": _follow,
    "peertube_homepage": _homepage,
    "peertube_info": _info,
    "peertube_job": _job,
    "peertube_live": _live,
    "peertube_playlist": _playlist,
    "peertube_plugin": _plugin,
    "peertube_profile": _profile,
    "peertube_redundancy": _redundancy,
    "peertube_registration": _registration,
    "peertube_runner": _runner,
    "peertube_subscription": _subscription,
    "peertube_token": _token,
    "peertube_user": _user,
    "peertube_video": _video,
    "peertube_video_import": _video_import,
}
