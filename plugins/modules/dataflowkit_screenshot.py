# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``dataflowkit_screenshot``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dataflowkit_screenshot
short_description: Save a picture of a web page with Dataflow Kit
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Renders a page in a browser and saves a picture of a part of it, of one element, or of all of it.
options:
  url:
    required: true
  format:
    description: The format of the picture.
    type: str
    choices: [png, jpeg]
    default: png
  quality:
    description: The quality from 0 to 100, with O(format=jpeg) only.
    type: int
    default: 80
  full_page:
    description: Whether to take the whole page. O(width), O(height), O(offset_x) and O(offset_y) then do not apply.
    type: bool
    default: false
  clip_selector:
    description: Take only the element that this CSS selector finds.
    type: str
  width:
    description: The width of the picture, in device independent pixels.
    type: int
    default: 800
  height:
    description: The height of the picture, in device independent pixels.
    type: int
    default: 600
  offset_x:
    description: Where the picture begins from the left, in device independent pixels.
    type: int
    default: 0
  offset_y:
    description: Where the picture begins from the top, in device independent pixels.
    type: int
    default: 0
  scale:
    description: The scale of the picture, from 0.1 to 3.
    type: float
    default: 1
  print_background:
    description: Whether to show backgrounds. Not sent by default.
    type: bool
extends_documentation_fragment:
  - reseller.toolkit.dataflowkit
  - reseller.toolkit.dataflowkit.page
  - reseller.toolkit.artifact
  - reseller.toolkit.attributes
  - reseller.toolkit.connection
seealso:
  - module: reseller.toolkit.dataflowkit_pdf
"""

EXAMPLES = r"""
- name: Save a picture of the whole page
  reseller.toolkit.dataflowkit_screenshot:
    url: https://www.example.com/
    width: 1280
    full_page: true
    max_age: 86400
    dest: ~/report/home.png

- name: Save a picture of the price list
  reseller.toolkit.dataflowkit_screenshot:
    url: https://www.example.com/prices
    clip_selector: "#prices"
    format: jpeg
    dest: ~/report/prices.jpeg
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
  sample: /home/ada/report/home.png
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
from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.client import SCREENSHOT, DataflowKitClient
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.options import (
    connection_options,
    page_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.pages import camel, check_texts, page_request
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

LARGEST_SIDE = 10_000

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **page_options(),
        **artifact_options(),
        "url": {"type": "str", "required": True},
        "format": {"type": "str", "choices": ["png", "jpeg"], "default": "png"},
        "quality": {"type": "int", "default": 80},
        "full_page": {"type": "bool", "default": False},
        "clip_selector": {"type": "str"},
        "width": {"type": "int", "default": 800},
        "height": {"type": "int", "default": 600},
        "offset_x": {"type": "int", "default": 0},
        "offset_y": {"type": "int", "default": 0},
        "scale": {"type": "float", "default": 1},
        "print_background": {"type": "bool"},
    },
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Ensure that the file holds a picture of the page."""
    params = task.params
    check_number("quality", params["quality"], 0, 100)
    for name, smallest in (("width", 1), ("height", 1), ("offset_x", 0), ("offset_y", 0)):
        check_number(name, params[name], smallest, LARGEST_SIDE)
    if not 0.1 <= params["scale"] <= 3:
        raise invalid("scale", f"it must be 0.1 to 3, and is {params['scale']:g}.")
    check_texts("clip_selector", params["clip_selector"])
    body = {"offsetx": params["offset_x"], "offsety": params["offset_y"]}
    body |= {camel(name): params[name] for name in ("format", "full_page", "width", "height", "scale")}
    if params["format"] == "jpeg":
        body["quality"] = params["quality"]
    body |= {camel(name): params[name] for name in ("clip_selector", "print_background") if params[name] is not None}
    body = {"output": "buffer", **body, **page_request(task)}
    return DataflowKitClient.for_task(task).ensure_file(task, SCREENSHOT, body, params["format"])


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
