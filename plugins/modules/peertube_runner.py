# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_runner``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_runner
short_description: Manage runners and registration tokens of PeerTube
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Lists and removes remote runners, which transcode for an instance, and manages the tokens with which they register.
    Requires an administrator.
  - A runner registers itself, with the command C(peertube-runner register) on its machine. Any number of runners can
    use one token.
options:
  name:
    description: The name of the runner to remove. Requires O(state=absent).
    type: str
  registration_tokens:
    description:
      - How many registration tokens must exist, at least. As many as are missing are created. Tokens beyond that stay.
        Requires O(state=present).
    type: int
  registration_token:
    description: The registration token to remove. Requires O(state=absent).
    type: str
  registration_token_id:
    description: The id of the registration token to remove, instead of O(registration_token).
    type: int
  show_tokens:
    description:
      - Whether the result shows the tokens. By default they are masked everywhere.
      - Whoever has a token can register a runner, which receives videos. Set C(no_log) for the task, so that Ansible
        does not print them.
    type: bool
    default: false
  state:
    description:
      - V(present) lists everything, after O(registration_tokens) exist.
      - V(absent) removes the runner or the registration token. Removing a token also removes the runners that
        registered with it.
    type: str
    choices: [present, absent]
    default: present
notes:
  - "API requests: 2 to list, 2 to remove, 5 to create a registration token."
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
seealso:
  - module: reseller.toolkit.peertube_job
"""

EXAMPLES = r"""
- name: Ensure a second registration token exists, and read both
  reseller.toolkit.peertube_runner:
    registration_tokens: 2
    show_tokens: true
  register: runners
  no_log: true

- name: Remove a runner
  reseller.toolkit.peertube_runner:
    name: transcoder-2
    state: absent

- name: Remove a token that became known, with its runners
  reseller.toolkit.peertube_runner:
    registration_token: "{{ vaulted_runner_token }}"
    state: absent
"""

RETURN = r"""
runners:
  description: All runners, also those that a registration token would remove in check mode.
  returned: with O(state=present)
  type: list
  elements: dict
  contains:
    id:
      description: The id.
      type: int
      sample: 2
    name:
      description: The name.
      type: str
      sample: transcoder-2
    description:
      description: The description, V(none) without one.
      type: str
      sample: In the basement
    ip:
      description: The address from which it connected.
      type: str
      sample: 192.0.2.7
    version:
      description: The version, V(none) if the runner did not say. Returned by newer versions of PeerTube.
      type: str
      sample: 0.1.0
    last_contact:
      description: When it asked for jobs last.
      type: str
      sample: "2026-05-04T09:30:00.000Z"
    created_at:
      description: When it registered.
      type: str
      sample: "2026-05-04T09:30:00.000Z"
    updated_at:
      description: When it was changed last.
      type: str
      sample: "2026-05-04T09:30:00.000Z"
registration_tokens:
  description: All registration tokens. In check mode, those that would be created are not among them.
  returned: with O(state=present)
  type: list
  elements: dict
  contains:
    id:
      description: The id.
      type: int
      sample: 1
    registration_token:
      description: The token, masked unless O(show_tokens=true).
      type: str
      sample: ptrrt-08d86d63-2721-4da6-8c06-584521d516bc
    registered_runners_count:
      description: How many runners registered with it.
      type: int
      sample: 1
    created_at:
      description: When it was created.
      type: str
      sample: "2026-05-04T09:30:00.000Z"
    updated_at:
      description: When it was changed last.
      type: str
      sample: "2026-05-04T09:30:00.000Z"
runner:
  description: V(none), as the runner is absent.
  returned: with O(name)
  type: dict
token:
  description: V(none), as the registration token is absent.
  returned: with O(registration_token) or O(registration_token_id)
  type: dict
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.runners import (
    MOST_TOKENS,
    TOKEN,
    add_tokens,
    find_runner,
    find_token,
    list_runners,
    list_tokens,
    remove_runner,
    remove_token,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_line
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import LARGEST_INTEGER, Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        "name": {"type": "str"},
        "registration_tokens": {"type": "int", "no_log": False},
        "registration_token": {"type": "str", "no_log": True},
        "registration_token_id": {"type": "int", "no_log": False},
        "show_tokens": {"type": "bool", "default": False, "no_log": False},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("name",),
    "supports_check_mode": True,
}
#: The options that name what is removed.
REMOVED = ("name", "registration_token", "registration_token_id")


def run(task: Task) -> dict[str, Any]:
    """Bring runners or registration tokens into the desired state."""
    check_options(task.params)
    peertube = PeerTubeClient.for_task(task)
    if task.params["state"] == "present":
        return ensure_tokens(task, peertube)
    if task.params["name"] is not None:
        runner = find_runner(peertube, task.params["name"])
        return converge(task, "runner", current=runner, wanted=None, delete=partial(remove_runner, peertube))
    wanted = {"id": task.params["registration_token_id"], TOKEN: task.params["registration_token"]}
    token = find_token(peertube, wanted)
    hide(task, [token] if token else [])
    return converge(task, "token", current=token, wanted=None, delete=partial(remove_token, peertube))


def check_options(params: dict[str, Any]) -> None:
    """Refuse options that don't belong to the state.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    given = [option for option in REMOVED if params[option] is not None]
    if params["state"] == "present" and given:
        raise invalid(given[0], "it requires state: absent.")
    if params["state"] == "absent" and len(given) != 1:
        raise invalid("state", f"absent requires one of {', '.join(REMOVED)}.")
    if params["state"] == "absent" and params["registration_tokens"] is not None:
        raise invalid("registration_tokens", "it requires state: present.")
    checked_line("name", params["name"])
    checked_line("registration_token", params["registration_token"])
    if params["registration_tokens"] is not None:
        check_number("registration_tokens", params["registration_tokens"], 0, MOST_TOKENS)
    if params["registration_token_id"] is not None:
        check_number("registration_token_id", params["registration_token_id"], 1, LARGEST_INTEGER)


def ensure_tokens(task: Task, peertube: PeerTubeClient) -> dict[str, Any]:
    """List everything, after as many registration tokens exist as the task says."""
    tokens = list_tokens(peertube)
    before, wanted = len(tokens), task.params["registration_tokens"] or 0
    changed = before < wanted
    if changed and not task.check_mode:
        add_tokens(peertube, before, wanted)
        tokens = list_tokens(peertube)
    hide(task, tokens)
    numbers = [{"registration_tokens": before}, {"registration_tokens": wanted}] if changed else [{}, {}]
    return {
        "changed": changed,
        "diff": dict(zip(("before", "after"), numbers)),
        "runners": list_runners(peertube),
        "registration_tokens": tokens,
    }


def hide(task: Task, tokens: list[dict[str, Any]]) -> None:
    """Mask the tokens everywhere, unless the user wants to see them."""
    if not task.params["show_tokens"]:
        task.secrets.update(token[TOKEN] for token in tokens if isinstance(token.get(TOKEN), str))


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
