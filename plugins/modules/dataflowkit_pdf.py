# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``dataflowkit_pdf``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dataflowkit_pdf
short_description: Save a web page as PDF with Dataflow Kit
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Renders a page in a browser and saves it as PDF.
  - Whether it changed is decided without the times and the identifier that each PDF has.
options:
  url:
    required: true
  landscape:
    description: Whether the paper is wider than high.
    type: bool
    default: false
  paper_size:
    description: The size of the paper.
    type: str
    choices: [A3, A4, A5, A6, Letter, Legal, Tabloid]
    default: A4
  margin_top:
    description: The margin at the top, in inches.
    type: float
    default: 0.4
  margin_bottom:
    description: The margin at the bottom, in inches.
    type: float
    default: 0.4
  margin_left:
    description: The margin on the left, in inches.
    type: float
    default: 0.4
  margin_right:
    description: The margin on the right, in inches.
    type: float
    default: 0.4
  page_ranges:
    description: The pages to save, such as V(1-4, 6). By default all.
    type: str
  print_background:
    description: Whether to print backgrounds.
    type: bool
    default: false
  print_header_footer:
    description: Whether to print the date, the title, the address and the page numbers at the edges.
    type: bool
    default: false
  scale:
    description: The scale, from 0.1 to 5.
    type: float
    default: 1
extends_documentation_fragment:
  - reseller.toolkit.dataflowkit
  - reseller.toolkit.dataflowkit.page
  - reseller.toolkit.artifact
  - reseller.toolkit.attributes
  - reseller.toolkit.connection
seealso:
  - module: reseller.toolkit.dataflowkit_screenshot
"""

EXAMPLES = r"""
- name: Save a page as PDF
  reseller.toolkit.dataflowkit_pdf:
    url: https://www.example.com/
    print_background: true
    max_age: 86400
    dest: ~/report/home.pdf
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
  sample: /home/ada/report/home.pdf
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

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.artifacts import artifact_options, without_times
from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.client import PDF, DataflowKitClient
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.options import (
    connection_options,
    page_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.pages import camel, page_request
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

MARGINS = ("margin_top", "margin_bottom", "margin_left", "margin_right")
#: The widest margin, in inches: no paper is wider than twice that.
WIDEST_MARGIN = 10
PAGE_RANGES = re.compile(r"[1-9][0-9]{0,5}(-([1-9][0-9]{0,5})?)?(, ?[1-9][0-9]{0,5}(-([1-9][0-9]{0,5})?)?)*")

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **page_options(),
        **artifact_options(),
        "url": {"type": "str", "required": True},
        "landscape": {"type": "bool", "default": False},
        "paper_size": {
            "type": "str",
            "choices": ["A3", "A4", "A5", "A6", "Letter", "Legal", "Tabloid"],
            "default": "A4",
        },
        **{name: {"type": "float", "default": 0.4} for name in MARGINS},
        "page_ranges": {"type": "str"},
        "print_background": {"type": "bool", "default": False},
        "print_header_footer": {"type": "bool", "default": False},
        "scale": {"type": "float", "default": 1},
    },
    "numbers": ("page_ranges",),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Ensure that the file holds the page as PDF."""
    params = task.params
    for name in MARGINS:
        if not 0 <= params[name] <= WIDEST_MARGIN:
            raise invalid(name, f"it must be 0 to {WIDEST_MARGIN} inches, and is {params[name]:g}.")
    if not 0.1 <= params["scale"] <= 5:
        raise invalid("scale", f"it must be 0.1 to 5, and is {params['scale']:g}.")
    if params["page_ranges"] and not PAGE_RANGES.fullmatch(params["page_ranges"]):
        raise invalid("page_ranges", "it is not a list of pages such as 1-4, 6.")
    names = ("landscape", "paper_size", *MARGINS, "print_background", "print_header_footer", "scale")
    body = {camel(name): params[name] for name in names}
    if params["page_ranges"]:
        body["pageRanges"] = params["page_ranges"]
    body = {"output": "buffer", **body, **page_request(task)}
    return DataflowKitClient.for_task(task).ensure_file(task, PDF, body, "pdf", without_times)


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
