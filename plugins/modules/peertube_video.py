# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_video``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_video
short_description: Manage a video of a PeerTube channel
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Uploads a video, changes its properties, captions, chapters, passwords and thumbnail, or removes it.
  - PeerTube has no natural key for videos, and every upload of one file makes another video. So the module remembers in
    O(state_dir) which video a task means, and looks for a video with the same O(name) in the O(channel) if it remembers
    none. Several of them are an error. A video is uploaded only if it is proven absent.
  - An interrupted upload resumes on the next run. A video whose response was lost is found and adopted.
  - The file of an existing video is never compared or replaced.
options:
  uuid:
    description:
      - The UUID of an existing video. Use it for a video that was not uploaded from here, if several have the same
        name. It can't be used to create one.
    type: str
  channel:
    description:
      - The name of the channel. Required unless O(uuid) is given.
      - Only the owner of a channel can upload to it. A video with O(uuid) is moved to this channel, which must belong
        to the user who is logged in.
    type: str
  owner:
    description:
      - The name of the user who owns the O(channel), if that may be another user than the one who is logged in.
      - It lets an administrator or a moderator compare the video in check mode, as the role
        P(reseller.toolkit.video_platform#role) does. An upload is predicted then, but only the owner can carry it out.
    type: str
  key:
    description:
      - What this playbook calls the video, with 1 to 120 characters. With a key, it can be renamed by changing O(name).
        The key is stored in O(state_dir) only, together with the UUID, and never sent.
      - By default, the video is remembered by its name, so one that somebody else renamed is found, but a task with
        another name uploads another video.
    type: str
  name:
    description: The title, with 3 to 120 characters. Required to create a video, and to find one without O(key).
    type: str
  path:
    description:
      - The video file, on the host where the module runs. Required to create a video.
      - If the file changes while its upload is interrupted, that upload is canceled and another one begins.
    type: path
  privacy:
    description: Who can watch it. PeerTube makes new videos V(private) by default.
    type: str
    choices: [public, unlisted, private, internal, password_protected]
  passwords:
    description:
      - All passwords of a video whose O(privacy) is V(password_protected). A text is one password, commas included.
    type: list
    elements: str
  category:
    description: The number or the label of a category, such as V(Education). An empty text removes it.
    type: str
  licence:
    description: The number or the label of a license, such as V(Attribution). An empty text removes it.
    type: str
  language:
    description: The code of the language, such as V(en). An empty text removes it.
    type: str
  description:
    description: The description, with 3 to 10000 characters. An empty text removes it.
    type: str
  support:
    description: How to support the video, with 3 to 1000 characters. An empty text removes it.
    type: str
  tags:
    description:
      - All tags, at most 5 with 2 to 30 characters. An empty list removes them. A text is one tag, commas included.
    type: list
    elements: str
  nsfw:
    description: Whether it has sensitive content.
    type: bool
  comments_policy:
    description: Whether viewers may comment.
    type: str
    choices: [enabled, disabled, requires_approval]
  download_enabled:
    description: Whether viewers may download it.
    type: bool
  originally_published_at:
    description: When it was first published elsewhere, such as V(2019-05-05) or V(2019-05-05T18:00:00Z).
    type: str
  schedule_update:
    description:
      - When to change the privacy. An empty dictionary cancels the change.
      - Once the time has passed, the privacy in it is the desired one, and O(privacy) is ignored.
    type: dict
    suboptions:
      update_at:
        description: The time, such as V(2027-03-01T18:00:00Z).
        type: str
      privacy:
        description: The privacy from then on. By default V(public).
        type: str
        choices: [public, unlisted, internal]
  chapters:
    description: All chapters. An empty list removes them.
    type: list
    elements: dict
    suboptions:
      timecode:
        description: Where it begins, in seconds.
        type: int
        required: true
      title:
        description: Its title.
        type: str
        required: true
  captions:
    description:
      - Captions, compared by their content. Those of other languages stay unless O(purge_captions) is set.
    type: list
    elements: dict
    suboptions:
      language:
        description: The code of the language, such as V(en).
        type: str
        required: true
      path:
        description: A file whose name ends in V(.srt) or V(.vtt), on the host where the module runs.
        type: path
        required: true
  purge_captions:
    description:
      - Whether to remove the captions of languages that O(captions) does not list, unless the server generated them.
    type: bool
    default: false
  thumbnail:
    description:
      - A picture whose name ends in V(.jpg), V(.jpeg), V(.png) or V(.webp), on the host where the module runs.
      - PeerTube converts it, so it can't be compared. A hash of the file and the address that PeerTube gives it are
        stored in O(state_dir), and it is uploaded again only if the file changes, or if someone else uploads another.
    type: path
  wait_transcoding:
    description:
      - Whether a new video is listed only when it is transcoded. It does not change an existing one.
    type: bool
  resumable_above:
    description:
      - The size in MiB above which a file is uploaded in chunks, so that an interrupted upload resumes. Smaller files
        are uploaded in a single request.
    type: int
    default: 8
  chunk_size:
    description: The size of a chunk in MiB, 1 to 64. One chunk is in memory at any time.
    type: int
    default: 8
  upload_timeout:
    description:
      - How long a chunk may take to upload, in seconds. The last one takes longer, because the server reads the file
        before it responds.
    type: float
    default: 900
  settle_time:
    description:
      - How long a video whose upload may be complete can take to show, in seconds, before it counts as absent and is
        uploaded again. Large files take the server longer.
    type: float
    default: 120
  wait:
    description: Whether to wait until the video is transcoded.
    type: bool
    default: true
  wait_timeout:
    description: How long to wait for it, and for another task that uploads the same video, in seconds.
    type: float
    default: 3600
  poll_min:
    description: The shortest time between two reads while waiting, in seconds.
    type: float
    default: 2
  poll_max:
    description: The longest time between two reads while waiting, in seconds.
    type: float
    default: 30
  state:
    description: Whether the video must exist. V(absent) also cancels an interrupted upload.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
notes:
  - Keep O(state_dir). Without it, videos are found by their names only, and interrupted uploads begin again.
  - "API requests: 1 if unchanged, and 1 each for chapters, captions with each of their files, and passwords. To upload,
    6 and 1 for each chunk; the number of reads to prove absence depends on the number of the user's videos."
seealso:
  - module: reseller.toolkit.peertube_channel
"""

EXAMPLES = r"""
- name: Ensure the film is published
  reseller.toolkit.peertube_video:
    channel: holiday_films
    key: summer
    name: Our summer
    path: ~/films/summer.mp4
    privacy: public
    category: Films
    licence: Attribution
    language: en
    tags: [summer, example]
    description: What we did in the summer.
    thumbnail: ~/films/summer.jpg
    captions:
      - language: en
        path: ~/films/summer.en.srt
    chapters:
      - timecode: 0
        title: June
      - timecode: 2
        title: July
  register: film

- name: Rename it, and let only some people watch it
  reseller.toolkit.peertube_video:
    channel: holiday_films
    key: summer
    name: Our summer of 2026
    privacy: password_protected
    passwords: ["{{ vaulted_film_password }}"]

- name: Remove it
  reseller.toolkit.peertube_video:
    uuid: "{{ film.video.uuid }}"
    state: absent
"""

RETURN = r"""
video:
  description: The video, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    id:
      description: Its number.
      type: int
      sample: 16
    uuid:
      description: Its UUID.
      type: str
      sample: 66bfaa4f-483e-4174-a80f-318fca72e849
    short_uuid:
      description: The short form of the UUID.
      type: str
      sample: dFTV89XjuoHwaFA5CSZLXt
    url:
      description: Where to watch it.
      type: str
      sample: https://video.example.com/videos/watch/66bfaa4f-483e-4174-a80f-318fca72e849
    name:
      description: Its title.
      type: str
      sample: Our summer
    channel:
      description: The name of its channel.
      type: str
      sample: holiday_films
    description:
      description: Its description, which may be empty.
      type: str
      sample: What we did in the summer.
    support:
      description: How to support it, which may be empty.
      type: str
      sample: ""
    category:
      description: The number of its category, an empty text for none.
      type: str
      sample: "2"
    licence:
      description: The number of its license, an empty text for none.
      type: str
      sample: "1"
    language:
      description: The code of its language, an empty text for none.
      type: str
      sample: en
    privacy:
      description: Who can watch it.
      type: str
      sample: public
    tags:
      description: Its tags, sorted.
      type: list
      elements: str
      sample: [example, summer]
    nsfw:
      description: Whether it has sensitive content.
      type: bool
      sample: false
    comments_policy:
      description: Whether viewers may comment.
      type: str
      sample: enabled
    download_enabled:
      description: Whether viewers may download it.
      type: bool
      sample: true
    originally_published_at:
      description: When it was first published elsewhere, V(none) if that is not set.
      type: str
      sample: "2019-05-05T18:00:00.000Z"
    schedule_update:
      description: When its privacy changes; an empty dictionary if it does not.
      type: dict
      sample: {}
    state:
      description:
        - V(published), V(to_transcode), V(to_import), V(to_edit), V(to_move_to_external_storage), V(waiting_for_live),
          V(live_ended), V(transcoding_failed) or V(external_storage_move_failed).
      type: str
      sample: published
    blacklisted:
      description: Whether a moderator has blocked it.
      type: bool
      sample: false
    duration:
      description: Its length in seconds.
      type: int
      sample: 6
    published_at:
      description: When it was published.
      type: str
      sample: "2026-11-26T11:49:17.738Z"
    chapters:
      description: Its chapters, if the option O(chapters) is given.
      type: list
      elements: dict
      sample: [{"timecode": 0, "title": "June"}]
    captions:
      description: A hash of the captions of each language, if the option O(captions) is given.
      type: dict
      sample: {"en": "not compared"}
recovered:
  description: Whether the video of an earlier upload whose response was lost was found, instead of uploading it.
  returned: when the video is present, except in check mode
  type: bool
  sample: false
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import (
    absolute,
    all_of,
    check_number,
    check_seconds,
    if_given,
    invalid,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.resumable_upload import (
    Patience,
    ResumableUpload,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_actor_name, checked_line
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_search import VideoSearch, checked_uuid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.video_values import (
    COMMENTS_POLICIES,
    PRIVACIES,
    listed_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.videos import Desired, Video, checked_desired
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

MIB = 1024 * 1024

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "uuid": {"type": "str"},
        "channel": {"type": "str"},
        "owner": {"type": "str"},
        "key": {"type": "str", "no_log": False},
        "name": {"type": "str"},
        "path": {"type": "path"},
        "privacy": {"type": "str", "choices": list(PRIVACIES)},
        "passwords": {"type": "list", "elements": "str", "no_log": True},
        "category": {"type": "str"},
        "licence": {"type": "str"},
        "language": {"type": "str"},
        "description": {"type": "str"},
        "support": {"type": "str"},
        "tags": {"type": "list", "elements": "str"},
        "nsfw": {"type": "bool"},
        "comments_policy": {"type": "str", "choices": list(COMMENTS_POLICIES)},
        "download_enabled": {"type": "bool"},
        "originally_published_at": {"type": "str"},
        "schedule_update": {
            "type": "dict",
            "options": {
                "update_at": {"type": "str"},
                "privacy": {"type": "str", "choices": ["public", "unlisted", "internal"]},
            },
        },
        "chapters": {
            "type": "list",
            "elements": "dict",
            "options": {
                "timecode": {"type": "int", "required": True},
                "title": {"type": "str", "required": True},
            },
        },
        "captions": {
            "type": "list",
            "elements": "dict",
            "options": {
                "language": {"type": "str", "required": True},
                "path": {"type": "path", "required": True},
            },
        },
        "purge_captions": {"type": "bool", "default": False},
        "thumbnail": {"type": "path"},
        "wait_transcoding": {"type": "bool"},
        "resumable_above": {"type": "int", "default": 8},
        "chunk_size": {"type": "int", "default": 8},
        "upload_timeout": {"type": "float", "default": 900},
        "settle_time": {"type": "float", "default": 120},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 3600},
        "poll_min": {"type": "float", "default": 2},
        "poll_max": {"type": "float", "default": 30},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("name", "key", "category", "licence", "description", "support", "tags", "chapters.title"),
    "whole_texts": ("tags", "passwords"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the video into the desired state."""
    params = task.params
    desired = checked(params)
    peertube = PeerTubeClient.for_task(task)
    search = VideoSearch(peertube, task)
    upload = ResumableUpload(
        peertube.rest,
        peertube.storage,
        search.scope,
        chunk_size=params["chunk_size"] * MIB,
        resumable_above=params["resumable_above"] * MIB,
        patience=Patience(params["upload_timeout"], params["retry_timeout"], params["wait_timeout"]),
    )
    video = Video(task, peertube, search, upload, desired)
    listed = search.shared() if task.check_mode and params["state"] == "present" else None
    if listed is not None and video.is_listed_as_desired(listed):
        return converge(task, "video", current=listed_of(listed), wanted={})
    found = search.find()
    item = None if isinstance(found, Absence) else found
    if params["state"] == "absent":
        has_upload = item is None and video.remove_upload()
        current = None if item is None else video.current(item)
        result = converge(task, "video", current=current, wanted=None, delete=video.remove)
        return {**result, "changed": result["changed"] or has_upload}
    if item is None:
        search.check_new(params)
    current = None if item is None else video.current(item)
    wanted = video.wanted(item, current or {})
    result = converge(
        task,
        "video",
        current=current,
        wanted=wanted,
        create=lambda: video.create(wanted),
        update=video.update,
    )
    if task.check_mode:
        return result
    search.remember(result["video"])
    result = {"recovered": item is not None and video.was_uploading(), **result}
    return {**result, "video": video.published(result["video"])} if params["wait"] else result


def checked(params: dict[str, Any]) -> Desired:
    """Return what the options want, and put those that name the video into the form that is compared.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["uuid"] is None and (params["channel"] is None or (params["key"] or params["name"]) is None):
        raise invalid("channel", "it is required with name or key, unless uuid is given.")
    check_seconds(params, "upload_timeout", "settle_time", "wait_timeout", "poll_min", "poll_max")
    uuid, channel, owner, key, _path, _chunk, _above, desired = all_of(
        lambda: if_given(params["uuid"], checked_uuid),
        lambda: if_given(params["channel"], lambda name: checked_actor_name("channel", name)),
        lambda: if_given(params["owner"], lambda name: checked_actor_name("owner", name, "user name")),
        lambda: checked_line("key", params["key"]),
        lambda: if_given(params["path"], lambda path: absolute("path", path)),
        lambda: check_number("chunk_size", params["chunk_size"], 1, 64),
        lambda: check_number("resumable_above", params["resumable_above"], 0, 64),
        lambda: checked_desired(params),
    )
    params.update(uuid=uuid, channel=channel, owner=owner, key=key, name=desired.properties["name"])
    return desired


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
