# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The file from which a video was made."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

from sandbox.peertube import video_access
from sandbox.peertube.ask import ADMINISTRATOR, Ask
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_RIGHT = 25

routes = Routes()
router = routes.router


@cache
def _probe() -> str:
    return Path(__file__).with_name("defaults").joinpath("probe.json").read_text(encoding="utf-8")


@routes.add("GET", "/videos/{id}/source", docs="getVideoSource")
def read_source(ask: Ask) -> Row:
    """Return the file's properties."""
    video = video_access.managed(ask)
    if not video["filename"]:
        raise not_found("Video source")
    return shown(ask, video)


def shown(ask: Ask, video: Row) -> Row:
    """Return the properties of the file from which a video was made."""
    found = video["media"]
    url = f"http://{ask.own_host}/download/original-video-files/{video['uuid']}.mp4"
    metadata = json.loads(_probe())
    metadata["format"] |= {"size": video["size"], "duration": video["duration"]}
    old = {} if ask.newer else {"filename": video["filename"], "fileUrl": None}
    return {
        **old,
        "inputFilename": video["filename"],
        "fileDownloadUrl": url if video["source_kept"] else None,
        "resolution": {"id": found["height"], "label": f"{found['height']}p"},
        "size": video["size"],
        "width": found["width"],
        "height": found["height"],
        "fps": 10,
        "metadata": metadata,
        "createdAt": video["createdAt"],
    }


@routes.add("DELETE", "/videos/{id}/source/file", docs="deleteVideoSourceFile")
def remove_source(ask: Ask) -> None:
    """Remove the file; the video stays."""
    if not ask.newer and not ask.has_role(ADMINISTRATOR):
        shown = "/".join(ask.path.split("/")[4:])
        raise problem(403, f"User {ask.me['username']} does not have right {_RIGHT} to access to /{shown}.")
    video = video_access.managed(ask, least=ADMINISTRATOR)
    ask.tables.videos.save({**video, "source_kept": False})


@routes.add("GET", "/videos/{id}/metadata/{file}", login=False)
def read_metadata(ask: Ask) -> Row:
    """Return the metadata of one file."""
    video = video_access.readable(ask)
    file = ask.tables.video_files.get(ask.params["file"])
    if file is None or file["video_id"] != video["id"]:
        raise not_found("Video file")
    metadata: Row = json.loads(_probe())
    metadata["format"]["size"] = file["size"]
    return metadata
