# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``dataflowkit_parse``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dataflowkit_parse
short_description: Save data from web pages with Dataflow Kit
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Extracts data from a page, from the pages after it, and from those that its links lead to, and saves it.
  - What to extract is described by options, or by a payload from the vendor's point-and-click tool.
options:
  payload:
    description:
      - What to load and to extract, as the vendor's point-and-click tool exports it. It is sent unchanged. A text is
        read as JSON, such as that of a file with the lookup P(ansible.builtin.file#lookup).
      - Use either this or O(url) and O(fields).
  url:
    description: The full address of the first page, beginning with C(http://) or C(https://). Requires O(fields).
  fetcher:
    description:
      - How to load the pages. V(base) takes them as their server sends them, V(chrome) renders them in a browser.
      - Without O(payload) the default is V(base).
  paginator:
    description: The way to the next page.
    type: dict
    suboptions:
      next_page_selector:
        description: The CSS selector of the link to the next page.
        type: str
        required: true
      page_num:
        description: The largest number of pages.
        type: int
        default: 1
  path:
    description:
      - Whether the page is only a list of links, so that only the data of the C(details) is of interest.
      - Without O(payload) the default is V(false).
    type: bool
extends_documentation_fragment:
  - reseller.toolkit.dataflowkit
  - reseller.toolkit.dataflowkit.page
  - reseller.toolkit.dataflowkit.data
  - reseller.toolkit.artifact
  - reseller.toolkit.attributes
  - reseller.toolkit.connection
seealso:
  - module: reseller.toolkit.dataflowkit_serp
"""

EXAMPLES = r"""
- name: Save the staff from three pages
  reseller.toolkit.dataflowkit_parse:
    url: https://www.example.com/staff
    fields:
      - name: Name
        selector: "#cards a"
        type: link
        filters: [{name: trim}]
      - name: Picture
        selector: .card img
        type: image
    paginator:
      next_page_selector: a.next
      page_num: 3
    dest: ~/report/staff.json
  register: staff

- name: Save what the point-and-click tool was told to
  reseller.toolkit.dataflowkit_parse:
    payload: "{{ lookup('ansible.builtin.file', '~/report/staff.payload.json') }}"
    max_age: 86400
    dest: ~/report/staff.csv
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
  sample: /home/ada/report/staff.json
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
data:
  description: The data in the file, with O(format=json) and O(format=jsonl).
  returned: if the file holds JSON
  type: list
  elements: dict
  sample: [{"Name_text": "Ada", "Name_href": "https://www.example.com/ada"}]
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.artifacts import artifact_options
from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.client import PARSE
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.data_files import (
    data_body,
    data_options,
    ensure_data,
    payload_constraints,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.extraction import (
    PAGINATOR,
    field_bodies,
    paginator_body,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.options import (
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
        **data_options(),
        "paginator": {"type": "dict", "options": PAGINATOR},
        "path": {"type": "bool"},
    },
    "required_together": [("url", "fields")],
    **payload_constraints("paginator", "path"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Ensure that the file holds the data of the pages."""
    return ensure_data(task, PARSE, _body)


def _body(task: Task) -> dict[str, Any]:
    """Return the request that the options describe."""
    params = task.params
    if not params["fields"]:
        raise invalid("fields", "it is empty.")
    body = data_body(task, {"type": params["fetcher"] or "base", **page_request(task)})
    body |= {"fields": field_bodies(params["fields"]), "path": bool(params["path"])}
    if params["paginator"]:
        body["paginator"] = paginator_body(params["paginator"])
    return body


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
