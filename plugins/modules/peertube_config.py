# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_config``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_config
short_description: Manage the configuration of a PeerTube instance
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Sets properties of the configuration that administrators change on the web page, such as its name, sign-up,
    transcoding and live streams. Properties that are not given stay as they are.
  - The server accepts only a whole configuration. The module reads it, changes the given properties, and writes all of
    it, including properties that this collection does not know.
  - Every instance has a configuration, so it can't be removed. To return to the configuration of the server's files,
    send a V(DELETE) to C(/config/custom) with M(reseller.toolkit.peertube_api).
options:
  config:
    description:
      - The desired properties, in the sections of the API and with its names in snake case, such as
        C(instance.short_description).
      - Which properties exist depends on the version of the server. The result shows all of them. A property that the
        server does not have, or of another type than the server shows, is refused before anything is written.
      - A list replaces the current one. V(none) is accepted only where the API may have no value.
    type: dict
    required: true
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 2 to change something, 1 if unchanged."
  - Only administrators may read and write the configuration.
  - If the server refuses a current value that the task does not change, the configuration is written again without it,
    and a warning names it.
  - Changes that someone makes on the web page between the two requests are lost. Tasks of this machine take turns.
seealso:
  - module: reseller.toolkit.peertube_homepage
  - module: reseller.toolkit.peertube_plugin
"""

EXAMPLES = r"""
- name: Ensure the name of the instance, and that nobody can sign up
  reseller.toolkit.peertube_config:
    config:
      instance:
        name: Videos of Example Ltd
        short_description: Films and talks of Example Ltd
      signup:
        enabled: false

- name: Ensure videos are transcoded to three resolutions
  reseller.toolkit.peertube_config:
    config:
      transcoding:
        enabled: true
        resolutions:
          480p: true
          720p: true
          1080p: true
"""

RETURN = r"""
config:
  description: The whole configuration. In check mode, with the given properties.
  returned: success
  type: dict
  sample: {"instance": {"name": "Videos of Example Ltd"}, "signup": {"enabled": false}}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import raise_found
from ansible_collections.reseller.toolkit.plugins.module_utils.odd_keys import odd_keys
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.configuration import (
    OPTION,
    ensure_configuration,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        OPTION: {"type": "dict", "required": True},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the configuration into the desired state."""
    given = task.params[OPTION]
    raise_found(list(odd_keys(given, f"{OPTION}.")))
    return ensure_configuration(task, PeerTubeClient.for_task(task), given)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
