# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a video has besides its properties: chapters and passwords.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    number_in,
    objects_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


def checked_chapters(chapters: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return chapters in the order of their times.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    for chapter in chapters:
        check_number("chapters.timecode", chapter["timecode"], 0)
        if not line_of("chapters.title", chapter["title"]):
            raise invalid("chapters.title", "it is empty.")
    ordered = sorted(chapters, key=lambda chapter: chapter["timecode"])
    if len({chapter["timecode"] for chapter in ordered}) < len(ordered):
        raise invalid("chapters", "two begin at the same time.")
    return [{"timecode": chapter["timecode"], "title": chapter["title"].strip()} for chapter in ordered]


def chapters_of(client: PeerTubeClient, path: str) -> list[dict[str, Any]]:
    """Return the chapters of a video, in the order of their times.

    Raises:
        Unreadable: the response is not what was requested.
    """
    found = [
        {"timecode": number_in(item, "timecode"), "title": value_in(item, "title", str)}
        for item in objects_in(client.existing(f"{path}/chapters"), "chapters")
    ]
    return sorted(found, key=lambda chapter: chapter["timecode"])


def set_chapters(client: PeerTubeClient, path: str, chapters: list[dict[str, Any]]) -> None:
    """Replace the chapters of a video."""
    client.put(f"{path}/chapters", {"chapters": chapters})


def checked_passwords(passwords: list[str]) -> list[str]:
    """Return the passwords of a video.

    Raises:
        ToolkitError: ``invalid_option``; the message does not show them.
    """
    if not passwords or not all(password.strip() for password in passwords) or len(set(passwords)) < len(passwords):
        raise invalid("passwords", "there must be at least one; none may be empty or occur twice.")
    return passwords


def passwords_of(task: Task, client: PeerTubeClient, path: str) -> set[str]:
    """Return the passwords of a video, which the task then never shows.

    Raises:
        Unreadable: the response is not what was requested.
    """
    found = {text_in(item, "password") for item in client.collection(f"{path}/passwords")}
    task.secrets.update(found)
    return found


def set_passwords(client: PeerTubeClient, path: str, passwords: list[str]) -> None:
    """Replace the passwords of a video."""
    client.put(f"{path}/passwords", {"passwords": passwords})
