# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_abuse``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_abuse
short_description: Report abuse, and decide on reports
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reports a video, a comment or an account to the moderators of the instance. Moderators decide on reports, comment on
    them and remove them; they and the reporter exchange messages.
  - PeerTube accepts the same report any number of times. So the module looks for a report of the same user with the
    same subject and the same O(reason), decided or not, and reports at most once.
options:
  id:
    description:
      - The number of a report, as M(reseller.toolkit.peertube_info) returns it.
      - Moderators can give that of any report, other users only that of a report that they made.
    type: int
  video:
    description: The number, the UUID or the short UUID of the video to report.
    type: str
  comment:
    description: The number of the comment to report.
    type: int
  account:
    description: The name of the account to report, with C(@) and the host if it is from another instance.
    type: str
  reason:
    description:
      - The reason of the report, with 2 to 3000 characters.
      - Required unless O(id) is given.
    type: str
  predefined_reasons:
    description: The categories of a new report. A text is split at commas.
    type: list
    elements: str
    choices:
      - violentOrRepulsive
      - hatefulOrAbusive
      - spamOrMisleading
      - privacy
      - rights
      - serverRules
      - thumbnails
      - captions
  start_at:
    description: Where the reported part of the video begins, in seconds. It is sent with a new report only.
    type: int
  end_at:
    description: Where the reported part of the video ends, in seconds. It is sent with a new report only.
    type: int
  abuse_state:
    description: The decision on the report. It requires a moderator.
    type: str
    choices: [pending, rejected, accepted]
  moderation_comment:
    description: >-
      A comment that only moderators see, with 2 to 3000 characters. It requires a moderator, and can't be removed.
    type: str
  message_text:
    description:
      - A message to the reporter, or from the reporter to the moderators, with 2 to 3000 characters.
      - It is sent at most once. The module looks for a message of the same user with the same text.
    type: str
  message_state:
    description:
      - Whether the O(message_text) should exist.
      - With V(absent), it is removed, also if another user wrote it and the credentials are those of a moderator.
    type: str
    choices: [present, absent]
    default: present
  state:
    description:
      - Whether the report should exist.
      - V(absent) requires a moderator. Together with O(reason) instead of O(id), it removes a report that the
        moderator made.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 2 to report something, 1 more for an account, 1 if unchanged, 2 to decide, 3 to send a message."
seealso:
  - module: reseller.toolkit.peertube_info
  - module: reseller.toolkit.peertube_comment
"""

EXAMPLES = r"""
- name: Report an account
  reseller.toolkit.peertube_abuse:
    account: root
    reason: This account uses our logo.
    predefined_reasons: [rights]
  register: report

- name: Send a message to the reporter
  reseller.toolkit.peertube_abuse:
    id: "{{ report.abuse.id }}"
    message_text: Which logo is yours?

- name: Accept the report
  reseller.toolkit.peertube_abuse:
    id: "{{ report.abuse.id }}"
    abuse_state: accepted
    moderation_comment: The logo was removed.

- name: Remove the report
  reseller.toolkit.peertube_abuse:
    id: "{{ report.abuse.id }}"
    state: absent
"""

RETURN = r"""
abuse:
  description:
    - The report, V(none) if it is absent.
    - A new one, and one in check mode, has only the properties that were given.
  returned: success
  type: dict
  contains:
    id:
      description: Its number.
      type: int
      sample: 5
    reason:
      description: Its reason.
      type: str
      sample: This account uses our logo.
    predefined_reasons:
      description: Its categories.
      type: list
      elements: str
      sample: [rights]
    abuse_state:
      description: V(pending), V(rejected) or V(accepted).
      type: str
      sample: pending
    moderation_comment:
      description: The comment for moderators.
      type: str
      sample: The logo was removed.
    flagged_account:
      description: The account that it is about.
      type: dict
      sample: {"name": "bakery", "host": "video.example.com"}
    video:
      description: The video that it is about, V(none) for others.
      type: dict
      sample: {"uuid": "1e4f1b26-6878-4041-bfb3-a3045729ba8d", "name": "First film"}
    comment:
      description: The comment that it is about, V(none) for others.
      type: dict
      sample: {"id": 7, "text": "Buy here"}
message:
  description: The message, V(none) if it is absent.
  returned: when O(message_text) is given
  type: dict
  sample: {"id": 9, "message": "Which logo is yours?"}
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.abuses import (
    DECISION,
    PREDEFINED_REASONS,
    STATES,
    SUBJECTS,
    abuse_by_id,
    add_abuse,
    checked_abuse,
    decide,
    ensure_message,
    find_abuse,
    missing_abuse,
    remove_abuse,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "id": {"type": "int"},
        "video": {"type": "str"},
        "comment": {"type": "int"},
        "account": {"type": "str"},
        "reason": {"type": "str"},
        "predefined_reasons": {"type": "list", "elements": "str", "choices": list(PREDEFINED_REASONS)},
        "start_at": {"type": "int"},
        "end_at": {"type": "int"},
        "abuse_state": {"type": "str", "choices": list(STATES)},
        "moderation_comment": {"type": "str"},
        "message_text": {"type": "str"},
        "message_state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "mutually_exclusive": [("id", *SUBJECTS), ("id", "reason")],
    "numbers": ("video", "reason", "moderation_comment", "message_text"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the report and its message into the desired state."""
    params = checked_abuse(task.params)
    peertube = PeerTubeClient.for_task(task)
    absence = None
    if params["id"] is None:
        found = find_abuse(peertube, params)
        absence = found if isinstance(found, Absence) else None
        abuse = None if isinstance(found, Absence) else found
        if abuse and any(params[option] is not None for option in DECISION):
            # The reporter's list does not show the moderation comment.
            abuse = abuse_by_id(peertube, abuse["id"]) or abuse
    else:
        abuse = abuse_by_id(peertube, params["id"])
        if abuse is None and params["state"] == "present":
            missing_abuse(task, params["id"])
    wanted = {option: params[option] for option in DECISION}
    if abuse is None:
        wanted |= {"reason": params["reason"], "predefined_reasons": params["predefined_reasons"]}

    def create() -> dict[str, Any]:
        made = add_abuse(peertube, params, absence)
        decision = {name: params[name] for name in DECISION if params[name] not in (None, made.get(name))}
        if decision:
            decide(peertube, made, decision)
        return {"abuse": {**made, **decision}}

    result = converge(
        task,
        "abuse",
        current=abuse,
        wanted=None if params["state"] == "absent" else wanted,
        create=create,
        update=partial(decide, peertube),
        delete=partial(remove_abuse, peertube),
    )
    if params["message_text"] is None or result["abuse"] is None:
        return result
    text, present = params["message_text"], params["message_state"] == "present"
    if "id" not in result["abuse"]:
        message: dict[str, Any] = {"changed": present, "message": {"message": text} if present else None}
    else:
        message = ensure_message(task, peertube, result["abuse"]["id"], text, present=present)
    if message["changed"]:
        before, after = (None, text) if present else (text, None)
        result["diff"]["before"]["message"], result["diff"]["after"]["message"] = before, after
    return {**result, **message, "changed": result["changed"] or message["changed"]}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
