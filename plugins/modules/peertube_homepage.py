# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_homepage``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_homepage
short_description: Manage the homepage of a PeerTube instance
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Sets or removes the text of the instance's own homepage.
  - To show it first to visitors, set C(instance.default_client_route) to V(/home) with
    M(reseller.toolkit.peertube_config).
options:
  content:
    description:
      - Its text in Markdown, with HTML and elements of PeerTube such as C(peertube-videos-list). It is compared and
        sent unchanged.
      - Required with O(state=present).
    type: str
  state:
    description: Whether the instance has a homepage of this text. V(absent) empties it.
    type: str
    choices: [present, absent]
    default: present
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 2 to change something, 1 if unchanged."
  - Only administrators may change the homepage.
seealso:
  - module: reseller.toolkit.peertube_config
"""

EXAMPLES = r"""
- name: Ensure the instance has this homepage
  reseller.toolkit.peertube_homepage:
    content: |
      # Videos of Example Ltd

      <peertube-videos-list data-sort="-publishedAt" data-count="6"></peertube-videos-list>

- name: Remove the homepage
  reseller.toolkit.peertube_homepage:
    state: absent
"""

RETURN = r"""
homepage:
  description: The homepage, V(none) if it is absent.
  returned: success
  type: dict
  contains:
    content:
      description: Its text.
      type: str
      sample: "# Videos of Example Ltd"
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import holds_control, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.homepage import ensure_homepage
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "content": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    },
    "numbers": ("content",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the homepage into the desired state."""
    content, is_wanted = task.params["content"], task.params["state"] == "present"
    if is_wanted and not (content or "").strip():
        raise invalid("content", "it is required. To remove the homepage, set state to absent.")
    if content is not None and holds_control(content, "\n\r\t"):
        raise invalid("content", "it contains a control character.")
    return ensure_homepage(task, PeerTubeClient.for_task(task), content if is_wanted else "")


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
