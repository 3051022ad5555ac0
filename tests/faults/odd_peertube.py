# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PeerTube for tests with odd values: what its modules need, and the canonical form of its requests."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import parse_qsl

import requests

from sandbox.launcher import SandboxProcess
from tests.faults.odd_service import Run, Service, texts_of
from tests.faults.options import Option, Options
from tests.faults.peertube_bases import BASES, COPIES
from tests.sandbox.peertube.media import mp4
from tests.support.peertube import PASSWORD, Person, new_name

#: Only newer versions have this notification.
WITHOUT_VALUE = {("peertube_profile", "notification_settings", "automatic_blocklist")}
#: The only module that gets a token as an option. The modules don't know whose it is, and keep to the limits that users
#: have, which an administrator's login does not need.
TOKEN_FOR = "peertube_comment"
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
        without = WITHOUT_VALUE if module == TOKEN_FOR else {*WITHOUT_VALUE, (module, "api_token")}
        return [option for option in found if (module, *option.path) not in without]

    @classmethod
    def sandbox(cls) -> SandboxProcess:
        return SandboxProcess(service="peertube", api_key="root", api_secret="Root-geheim-71")

    def __init__(self, server: SandboxProcess, folder: Path, run: Run) -> None:
        self.server = server
        self.token = Person(server).token
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
        keyed = {"channel": "root_channel", "key": "keyed", "name": "Keyed", "path": self.files["film"]}
        assert not run("peertube_video", keyed).get("failed")
        self.remote = self._upload("Remote")
        server.control("PUT", f"videos/{self.remote}/host", {"host": COPIES})
        server.control("PUT", "federation", {"enabled": True, "hosts": [COPIES]})
        self.call("POST", "/server/following", {"hosts": [COPIES], "handles": []})
        server.control("POST", "finish")

    def new_offer(self) -> str:
        """Let a new user offer a video to root, and return its UUID."""
        name = new_name()
        self.call("POST", "/users", {"username": name, "email": f"{name}@example.com", "password": PASSWORD, "role": 2})
        owner = Person(self.server, name)
        channel = owner.json("/users/me")["videoChannels"][0]["id"]
        made = owner.write("POST", "/videos/live", {"name": "Offered", "channelId": channel, "privacy": 1})
        uuid: str = made["video"]["uuid"]
        self.call("POST", f"/videos/{uuid}/give-ownership", {"username": "root"})
        return uuid

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
        return [*others, {**last, "api_token": self.token} if module == TOKEN_FOR else last]

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
