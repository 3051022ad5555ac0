# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_registration``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_registration
short_description: Accept, reject or remove a registration at PeerTube
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Decides on the request of a visitor for an account, on an instance where registrations require approval. Requires an
    administrator or a moderator.
  - Only visitors create such requests. To create a user yourself, use M(reseller.toolkit.peertube_user).
options:
  username:
    description: The name of the user that the request is for.
    type: str
    required: true
  state:
    description:
      - Desired state of the request.
      - V(accepted) creates the user with the password that the visitor chose. V(rejected) refuses the request. A
        decision can't be changed, so the task fails if it was made otherwise.
      - V(absent) removes the request, so that a visitor can ask for the same name again. A user who was accepted stays.
    type: str
    choices: [accepted, rejected, absent]
    required: true
  moderation_response:
    description:
      - What to answer the visitor, in 2 to 3000 characters. Required for a new decision.
      - It is ignored if the decision was made before, as it can't be changed.
    type: str
  prevent_email_delivery:
    description: Whether not to send the answer by e-mail.
    type: bool
    default: false
notes:
  - "API requests: 2 for a decision or to remove, 1 if unchanged."
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.peertube_user
"""

EXAMPLES = r"""
- name: Accept a customer
  reseller.toolkit.peertube_registration:
    username: ada
    state: accepted
    moderation_response: Welcome! Your channel is ready.

- name: Deny an account to a stranger
  reseller.toolkit.peertube_registration:
    username: mallory
    state: rejected
    moderation_response: This instance is for customers of the agency only.
    prevent_email_delivery: true

- name: Remove the request, so that the name can be asked for again
  reseller.toolkit.peertube_registration:
    username: mallory
    state: absent
"""

RETURN = r"""
registration:
  description: The request, V(none) if absent.
  returned: success
  type: dict
  contains:
    id:
      description: The id.
      type: int
      sample: 3
    username:
      description: The name of the user that it is for.
      type: str
      sample: ada
    state:
      description: V(accepted) or V(rejected).
      type: str
      sample: accepted
    email:
      description: The e-mail address.
      type: str
      sample: ada@example.com
    email_verified:
      description: Whether it is verified, V(none) if that was not asked for.
      type: bool
      sample: true
    registration_reason:
      description: Why the visitor wants an account.
      type: str
      sample: I make films about gardens.
    moderation_response:
      description: The answer to the visitor.
      type: str
      sample: Welcome! Your channel is ready.
    account_display_name:
      description: The display name that the visitor wants, V(none) without one.
      type: str
      sample: Ada Lovelace
    channel_handle:
      description: The name of the channel that the visitor wants, V(none) without one.
      type: str
      sample: ada_films
    channel_display_name:
      description: The display name of that channel, V(none) without one.
      type: str
      sample: Films of Ada
    user:
      description: The user with the C(id), V(none) unless it was accepted before this task.
      type: dict
      sample: {"id": 7}
    created_at:
      description: When the visitor asked.
      type: str
      sample: "2026-05-04T09:30:00.000Z"
    updated_at:
      description: When it was changed last before this task.
      type: str
      sample: "2026-05-04T09:30:00.000Z"
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.registrations import (
    RESPONSE_LENGTH,
    check_decision,
    decide,
    find_registration,
    remove_registration,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_text
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.users import checked_username
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "username": {"type": "str", "required": True},
        "state": {"type": "str", "choices": ["accepted", "rejected", "absent"], "required": True},
        "moderation_response": {"type": "str"},
        "prevent_email_delivery": {"type": "bool", "default": False},
    },
    "numbers": ("moderation_response",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the request into the desired state."""
    params = task.params
    username, response = all_of(
        lambda: checked_username("username", params["username"]),
        lambda: checked_text("moderation_response", params["moderation_response"], *RESPONSE_LENGTH),
    )
    peertube = PeerTubeClient.for_task(task)
    found = find_registration(peertube, username)
    current = None if isinstance(found, Absence) else found
    if params["state"] == "absent":
        remove = partial(remove_registration, peertube)
        return converge(task, "registration", current=current, wanted=None, delete=remove)
    if current is None:
        raise ToolkitError(
            "not_found",
            f"There is no registration of {username}.",
            hint="Check username, or create the user with peertube_user.",
        )
    check_decision(current, params["state"], response)
    return converge(
        task,
        "registration",
        current=current,
        wanted={"state": params["state"]},
        update=lambda current, _changed: decide(peertube, current, params),
    )


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
