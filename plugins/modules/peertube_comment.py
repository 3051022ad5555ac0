# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_comment``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_comment
short_description: Manage comments on PeerTube videos
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Writes comments and replies, shows comments that are held for review, and deletes comments.
  - PeerTube accepts the same comment any number of times. So the module looks for one of the same user on the same
    O(video) with the same O(text) and O(in_reply_to), and writes it at most once.
options:
  video:
    description: The number, the UUID or the short UUID of the video.
    type: str
    required: true
  text:
    description:
      - The text of the comment, with 1 to 10000 characters. Spaces and line breaks around it are removed.
      - Required unless O(id) is given. A comment can't be changed; another text is another comment.
    type: str
  in_reply_to:
    description: The number of the comment that it replies to. Without it, the comment begins a thread.
    type: int
  thread:
    description:
      - The number of the thread, which is that of its first comment.
      - Required if O(in_reply_to) or O(id) is a reply, because PeerTube shows no reply without its thread.
    type: int
  id:
    description: The number of the comment, to approve or to delete the one of another user.
    type: int
  approved:
    description:
      - Whether to show the comment if it is held for review. The owner of the video can do that.
      - A comment can't be held again.
    type: bool
    default: false
  state:
    description:
      - Whether the comment should exist.
      - Its author, the owner of the video, and moderators can delete it. Its replies stay.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 3 to write, 2 if unchanged, and 1 for each 100 more threads of the video."
seealso:
  - module: reseller.toolkit.peertube_info
  - module: reseller.toolkit.peertube_abuse
"""

EXAMPLES = r"""
- name: Find the newest of the own videos
  reseller.toolkit.peertube_info:
    gather: [own_videos]
    limit: 1
  register: newest

- name: Read its comments
  reseller.toolkit.peertube_info:
    gather: [comments]
    video: "{{ newest.own_videos[0].uuid }}"
  register: discussion

- name: Show the first comment that is held for review
  reseller.toolkit.peertube_comment:
    video: "{{ newest.own_videos[0].uuid }}"
    id: "{{ (discussion.comments | selectattr('held_for_review') | first).id }}"
    approved: true
  register: question

- name: Write a reply
  reseller.toolkit.peertube_comment:
    video: "{{ newest.own_videos[0].uuid }}"
    in_reply_to: "{{ question.comment.id }}"
    text: At nine in the morning.

- name: Write another comment
  reseller.toolkit.peertube_comment:
    video: "{{ newest.own_videos[0].uuid }}"
    text: The recipe is on our site.

- name: Remove the comment that was answered
  reseller.toolkit.peertube_comment:
    video: "{{ newest.own_videos[0].uuid }}"
    id: "{{ question.comment.id }}"
    state: absent
"""

RETURN = r"""
comment:
  description: The comment, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    id:
      description: Its number.
      type: int
      sample: 8
    text:
      description: Its text.
      type: str
      sample: The recipe is on our site.
    thread_id:
      description: The number of its thread.
      type: int
      sample: 8
    in_reply_to_comment_id:
      description: The number of the comment that it replies to, V(none) for the first of a thread.
      type: int
      sample: 7
    held_for_review:
      description: Whether only its author and the owner of the video see it.
      type: bool
      sample: false
    account:
      description: Its author.
      type: dict
      sample: {"name": "bakery", "host": "video.example.com"}
    url:
      description: Its address.
      type: str
      sample: https://video.example.com/videos/watch/1e4f1b26-6878-4041-bfb3-a3045729ba8d/comments/8
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge, missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.comments import (
    add_comment,
    approve,
    checked_comment,
    delete_comment,
    find_comment,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "video": {"type": "str", "required": True},
        "text": {"type": "str"},
        "in_reply_to": {"type": "int"},
        "thread": {"type": "int"},
        "id": {"type": "int"},
        "approved": {"type": "bool", "default": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "mutually_exclusive": [("id", "text"), ("id", "in_reply_to")],
    "numbers": ("video", "text"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the comment into the desired state."""
    params = checked_comment(task.params)
    peertube = PeerTubeClient.for_task(task)
    author = peertube.own_account() if params["id"] is None else None
    found = find_comment(peertube, params, author)
    absence = found if isinstance(found, Absence) else None
    if absence and params["id"] is not None and params["state"] == "present":
        missing(task, absence.title, "Check the number, and the thread of a reply.")
    wanted: dict[str, Any] = {"held_for_review": False if params["approved"] else None}
    if absence:
        wanted |= {"text": params["text"], "in_reply_to_comment_id": params["in_reply_to"]}
    return converge(
        task,
        "comment",
        current=None if isinstance(found, Absence) else found,
        wanted=None if params["state"] == "absent" else wanted,
        create=lambda: {"comment": add_comment(peertube, params, absence, author)},
        update=lambda current, _changed: approve(peertube, params, current),
        delete=partial(delete_comment, peertube, params),
    )


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
