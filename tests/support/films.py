# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that pass for videos, and the videos that a PeerTube sandbox has."""

from __future__ import annotations

import hashlib
import random
import secrets
from pathlib import Path
from typing import Any

import requests

from sandbox.launcher import SandboxProcess

#: The beginning of an MP4 file (ISO/IEC 14496-12, 4.3).
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42"
MIB = 1024 * 1024


def film(path: Path, size: int, seed: int = 1) -> str:
    """Write a file that passes for a video, without a repeated part, and return its path."""
    numbers = random.Random(seed)
    with path.open("wb") as file:
        file.write(MP4)
        left = size - len(MP4)
        while left:
            part = numbers.randbytes(min(left, MIB))
            file.write(part)
            left -= len(part)
    return str(path)


def sha256(path: str) -> str:
    """Return the hash of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(MIB):
            digest.update(part)
    return digest.hexdigest()


class Watcher:
    """Sees what a PeerTube sandbox has, without the collection.

    Args:
        server: the sandbox.
        user: logs in as this user.
        password: with this password.
    """

    def __init__(self, server: SandboxProcess, user: str = "", password: str = "") -> None:
        self._url = server.url
        self._session = requests.Session()
        # Limits hold for an address, and modules use up those of the tests' own.
        self._session.headers["X-Forwarded-For"] = f"2001:db8::{secrets.randbelow(65536):x}"
        client = self.json("/oauth-clients/local")
        login = {"username": user or server.api_key, "password": password or server.api_secret}
        form = {**client, "grant_type": "password", **login}
        token = self._session.post(f"{self._url}/api/v1/users/token", data=form, timeout=10).json()["access_token"]
        self._session.headers["Authorization"] = f"Bearer {token}"

    def json(self, path: str, **query: Any) -> Any:
        """Return the JSON of a read, which must succeed."""
        answer = self._session.get(f"{self._url}/api/v1{path}", params=query, timeout=30)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def write(self, method: str, path: str, body: Any = None) -> None:
        """Carry out a write, which must succeed."""
        answer = self._session.request(method, f"{self._url}/api/v1{path}", json=body, timeout=30)
        assert answer.status_code // 100 == 2, answer.text

    def upload(self, name: str, path: str) -> None:
        """Upload a video to the user's first channel, whatever exists."""
        channel = self.json("/users/me")["videoChannels"][0]["id"]
        with open(path, "rb") as file:
            form = {"name": name, "channelId": channel}
            files = {"videofile": ("film.mp4", file)}
            answer = self._session.post(f"{self._url}/api/v1/videos/upload", data=form, files=files, timeout=30)
        assert answer.status_code == 200, answer.text

    def videos(self, name: str = "") -> list[dict[str, Any]]:
        """Return the user's videos, those of this name if one is given."""
        found = self.json("/users/me/videos", count=100)["data"]
        return [video for video in found if name in ("", video["name"])]

    def stored_hash(self, uuid: str) -> str:
        """Return the SHA-256 of the file that the server stores for a video, read in parts."""
        (file, *_others) = self.json(f"/videos/{uuid}")["files"]
        digest = hashlib.sha256()
        with self._session.get(file["fileUrl"], stream=True, timeout=60) as answer:
            assert answer.status_code == 200, answer.status_code
            for part in answer.iter_content(MIB):
                digest.update(part)
        return digest.hexdigest()
