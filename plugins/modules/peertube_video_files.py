# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_video_files``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_video_files
short_description: Manage the kinds of files of a PeerTube video
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Transcodes a video to the kinds of files that it must have, waits until it is published, and removes the kinds that
    it must not have. Only administrators may do this.
  - A video that is being transcoded is waited for first, except in check mode.
options:
  video:
    description: The video, by its number, its UUID or its short UUID.
    type: str
    required: true
  hls:
    description: Whether the video has files for HLS. By default, this stays as it is.
    type: bool
  web_videos:
    description:
      - Whether the video has web videos, which are plain MP4 files. By default, this stays as it is.
      - A video keeps at least one kind of files.
    type: bool
  transcode_again:
    description:
      - Whether to transcode the video to O(hls) and O(web_videos) even if it has these files, for example after the
        resolutions in the configuration have changed. Each run then reports a change.
    type: bool
    default: false
  wait_timeout:
    description: How long to wait until the video is published, in seconds.
    type: float
    default: 3600
  poll_min:
    description: The first pause between two status checks, in seconds. It grows up to O(poll_max).
    type: float
    default: 2
  poll_max:
    description: The longest pause between two status checks, in seconds.
    type: float
    default: 30
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
notes:
  - "API requests, excluding polling: 1 if unchanged, and 1 for each kind of files to make or to remove."
seealso:
  - module: reseller.toolkit.peertube_video
  - module: reseller.toolkit.peertube_job
    description: Waits until all videos are transcoded.
"""

EXAMPLES = r"""
- name: Find the newest of the own videos
  reseller.toolkit.peertube_info:
    gather: [own_videos]
    limit: 1
  register: newest

- name: Ensure it has files for HLS only
  reseller.toolkit.peertube_video_files:
    video: "{{ newest.own_videos[0].uuid }}"
    hls: true
    web_videos: false
"""

RETURN = r"""
video:
  description: The video.
  returned: success
  type: dict
  contains:
    uuid:
      description: The UUID of the video.
      type: str
      sample: 66bfaa4f-483e-4174-a80f-318fca72e849
    hls:
      description: Whether it has files for HLS.
      type: bool
      sample: true
    web_videos:
      description: Whether it has web videos.
      type: bool
      sample: false
    state:
      description: Its state, as RV(reseller.toolkit.peertube_video#module:video.state).
      type: str
      sample: published
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, check_seconds
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import checked_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.jobs import Waiting
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_files import ensure_files
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "video": {"type": "str", "required": True},
        "hls": {"type": "bool"},
        "web_videos": {"type": "bool"},
        "transcode_again": {"type": "bool", "default": False},
        "wait_timeout": {"type": "float", "default": 3600},
        "poll_min": {"type": "float", "default": 2},
        "poll_max": {"type": "float", "default": 30},
    },
    "required_one_of": [("hls", "web_videos")],
    "numbers": ("video",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the files into the desired state."""
    params = task.params
    video, _times = all_of(
        lambda: checked_id("video", params["video"]),
        lambda: check_seconds(params, "wait_timeout", "poll_min", "poll_max"),
    )
    waiting = Waiting(params["wait_timeout"], params["poll_min"], params["poll_max"])
    return ensure_files(task, PeerTubeClient.for_task(task), video, again=params["transcode_again"], waiting=waiting)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
