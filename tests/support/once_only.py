# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of PeerTube objects that each request creates again, for tests that no fault leads to two of one."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.sandbox.peertube.media import mp4
from tests.support.peertube import Instance

Options = dict[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of objects.

    Attributes:
        name: what it is.
        module: the module that creates it.
        path: what its request is sent to, a shell pattern.
        options: returns the options of a task for an object of this name.
        count: returns how many of this name the server has.
        method: the method of its request.
    """

    name: str
    module: str
    path: str
    options: Callable[[str], Options]
    count: Callable[[str], int]
    method: str = "POST"

    def fault(self, fault: str, **parameters: Any) -> Options:
        """Return the rule of a fault of the request that creates the next object."""
        match = {"method": self.method, "path": f"/api/v1{self.path}", "nth": 1}
        return {"match": match, "fault": fault, **parameters}


class Place:
    """Where objects of all kinds are created and counted: a sandbox with a video and what belongs to it.

    Args:
        instance: the sandbox.
        folder: for the file that is uploaded.
    """

    def __init__(self, instance: Instance, folder: Path) -> None:
        self.instance = instance
        self.film = folder / "film.mp4"
        self.film.write_bytes(mp4(2_000))
        self.video = instance.person().upload("A film to talk about")["uuid"]
        self.thread = self.send("POST", f"/videos/{self.video}/comment-threads", {"text": "Hello"})["comment"]["id"]
        reported = {"reason": f"About {self.video}", "video": {"id": self.video}}
        self.abuse = self.send("POST", "/abuses", reported)["abuse"]["id"]

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """Return the response to a request without the collection; None if it is empty."""
        return self.instance.person().write(method, path, body)

    def kinds(self) -> list[Kind]:
        """Return all kinds."""
        threads, messages = f"/videos/{self.video}/comment-threads", f"/abuses/{self.abuse}/messages"
        talked = {"video": self.video}
        upload = {"channel": "root_channel", "path": str(self.film), "wait": False, "settle_time": 4}
        imported = {"channel": "root_channel", "wait": False, "settle_time": 4}

        def videos(name: str) -> int:
            return self._named("/users/me/videos", "name", name)

        def elements(name: str) -> int:
            return sum(self._total(f"/video-playlists/{one}/videos") for one in self._playlists(name))

        return [
            Kind("report", "peertube_abuse", "/abuses", lambda name: {**talked, "reason": name},
                 lambda name: self._named("/abuses", "reason", name)),
            Kind("message", "peertube_abuse", messages, lambda name: {"id": self.abuse, "message_text": name},
                 lambda name: self._named(messages, "message", name, paged=False)),
            Kind("comment", "peertube_comment", threads, lambda name: {**talked, "text": name},
                 lambda name: self._named(threads, "text", name)),
            Kind("reply", "peertube_comment", f"/videos/{self.video}/comments/{self.thread}",
                 lambda name: {**talked, "in_reply_to": self.thread, "text": name}, self._replies),
            Kind("video", "peertube_video", "/videos/upload", lambda name: {**upload, "name": name}, videos),
            Kind("video in chunks", "peertube_video", "/videos/upload-resumable",
                 lambda name: {**upload, "name": name, "resumable_above": 0}, videos, "PUT"),
            Kind("import", "peertube_video_import", "/videos/imports",
                 lambda name: {**imported, "target_url": f"https://media.example.com/{name}.mp4"},
                 lambda name: self._total(f"/users/me/videos/imports?targetUrl=https://media.example.com/{name}.mp4")),
            Kind("synchronization", "peertube_channel_sync", "/video-channel-syncs",
                 lambda name: {"channel": "root_channel", "external_url": f"https://media.example.com/{name}"},
                 lambda name: self._named("/accounts/root/video-channel-syncs", "externalChannelUrl",
                                          f"https://media.example.com/{name}")),
            Kind("playlist", "peertube_playlist", "/video-playlists", lambda name: {"display_name": name},
                 lambda name: len(self._playlists(name))),
            Kind("element of a playlist", "peertube_playlist", "/video-playlists/*/videos",
                 lambda name: {"display_name": name, "videos": [{"video": self.video}]}, elements),
            Kind("live", "peertube_live", "/videos/live",
                 lambda name: {"name": name, "channel": "root_channel"}, videos),
        ]  # fmt: skip

    def videos(self, name: str) -> list[Options]:
        """Return the videos whose name begins with this."""
        found = self.send("GET", "/users/me/videos?count=100&sort=-createdAt")["data"]
        return [one for one in found if one["name"].startswith(name)]

    def _playlists(self, name: str) -> list[str]:
        found = self.send("GET", "/accounts/root/video-playlists?count=100&sort=-createdAt")["data"]
        return [one["uuid"] for one in found if one["displayName"] == name]

    def _replies(self, name: str) -> int:
        found = self.send("GET", f"/videos/{self.video}/comment-threads/{self.thread}")["children"]
        return [one["comment"]["text"] for one in found].count(name)

    def _total(self, path: str) -> int:
        total: int = self.send("GET", path)["total"]
        return total

    def _named(self, path: str, property_: str, name: str, *, paged: bool = True) -> int:
        found = self.send("GET", f"{path}?count=100&sort=-createdAt" if paged else path)["data"]
        return [one[property_] for one in found].count(name)


def new_name(kind: Kind) -> str:
    """Return a name for an object of a kind that no other test uses."""
    return f"{kind.name.split()[0]}-{secrets.token_hex(4)}"
