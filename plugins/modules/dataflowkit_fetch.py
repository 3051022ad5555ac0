# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``dataflowkit_fetch``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dataflowkit_fetch
short_description: Save the content of a web page with Dataflow Kit
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Saves the HTML of a page, as its server sends it or as a browser shows it after its scripts and your actions.
options:
  fetcher:
    description:
      - How to load the page. V(base) takes it as its server sends it, V(chrome) renders it in a browser.
    type: str
    choices: [base, chrome]
    default: base
  url:
    required: true
extends_documentation_fragment:
  - reseller.toolkit.dataflowkit
  - reseller.toolkit.dataflowkit.page
  - reseller.toolkit.artifact
  - reseller.toolkit.attributes
  - reseller.toolkit.connection
seealso:
  - module: reseller.toolkit.dataflowkit_parse
"""

EXAMPLES = r"""
- name: Save a page as its server sends it
  reseller.toolkit.dataflowkit_fetch:
    url: https://www.example.com/
    dest: ~/report/home.html

- name: Save a page after its scripts, at most once a day
  reseller.toolkit.dataflowkit_fetch:
    url: https://www.example.com/news
    fetcher: chrome
    actions:
      - click: {selector: "#more"}
      - wait_visible: {selector: "#older"}
    max_age: 86400
    dest: ~/report/news.html
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
  sample: /home/ada/report/home.html
called:
  description: Whether the API was called. V(false) if O(max_age) kept the file, and in check mode.
  returned: success
  type: bool
  sample: true
size:
  description: The size of the file in bytes. Missing in check mode if the file would be made.
  returned: if the file exists for sure
  type: int
  sample: 14771
sha256:
  description: The hash of the file in hexadecimal digits. Missing in check mode if the file would be made.
  returned: if the file exists for sure
  type: str
  sample: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.artifacts import artifact_options
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.client import FETCH, DataflowKitClient
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.options import (
    FETCHERS,
    connection_options,
    page_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.pages import page_request
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **page_options(),
        **artifact_options(),
        "url": {"type": "str", "required": True},
        "fetcher": {"type": "str", "choices": FETCHERS, "default": "base"},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Ensure that the file holds the content of the page."""
    body = {"type": task.params["fetcher"], "output": "buffer", **page_request(task)}
    return DataflowKitClient.for_task(task).ensure_file(task, FETCH, body, "html")


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
