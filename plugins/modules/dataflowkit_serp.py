# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``dataflowkit_serp``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: dataflowkit_serp
short_description: Save search results with Dataflow Kit
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Extracts the results of a search engine from its result pages, and saves them. The vendor names Google (with
    images, news and shopping), Bing, DuckDuckGo, Baidu and Yandex.
options:
  payload:
    description:
      - What to load and to extract, as the vendor's generator for search engines makes it. It is sent unchanged. A text
        is read as JSON.
      - Use either this or O(url).
  url:
    description:
      - The address of the first result page, with the words to search for, such as
        V(https://duckduckgo.com/?q=Ansible).
  page_proxy:
    description:
      - The country from which the service loads the pages, such as V(country-sk), or V(country-any) for a random one.
        The API requires one for search engines. It calls it C(proxy). O(proxy) is the way to the API instead.
      - Without O(payload) the default is V(country-any).
  fetcher:
    description:
      - How to load the pages. V(base) takes them as their server sends them, V(chrome) renders them in a browser.
      - Without O(payload) the default is V(chrome), which the API recommends for search engines.
  page_num:
    description:
      - The largest number of result pages.
      - Without O(payload) the default is V(1).
    type: int
  fields:
    description: What to extract. By default the service decides, by the search engine.
extends_documentation_fragment:
  - reseller.toolkit.dataflowkit
  - reseller.toolkit.dataflowkit.page
  - reseller.toolkit.dataflowkit.data
  - reseller.toolkit.artifact
  - reseller.toolkit.attributes
  - reseller.toolkit.connection
seealso:
  - module: reseller.toolkit.dataflowkit_parse
"""

EXAMPLES = r"""
- name: Save the first two pages of results
  reseller.toolkit.dataflowkit_serp:
    url: "https://duckduckgo.com/?q=example+shop"
    page_num: 2
    common_parent: div[id].result
    fields:
      - name: link
        selector: .result__a
        type: link
      - name: description
        selector: .js-result-snippet
    max_age: 604800
    dest: ~/report/search.json
  register: search
"""

RETURN = r"""
path:
  description: The file.
  returned: success
  type: str
  sample: /home/ada/report/search.json
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
from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.client import SERP
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.data_files import (
    data_body,
    data_options,
    ensure_data,
    payload_constraints,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.extraction import MOST_PAGES, field_bodies
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
        "page_num": {"type": "int"},
    },
    **payload_constraints("page_num"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Ensure that the file holds the search results."""
    return ensure_data(task, SERP, _body)


def _body(task: Task) -> dict[str, Any]:
    """Return the request that the options describe."""
    params = task.params
    pages = 1 if params["page_num"] is None else params["page_num"]
    check_number("page_num", pages, 1, MOST_PAGES)
    request = {"proxy": "country-any", "type": params["fetcher"] or "chrome", **page_request(task)}
    # The description has these three in the request itself, and its example in a part of it: servers find one of them.
    body = {name: request[name] for name in ("proxy", "type", "url")} | data_body(task, request)
    body["pageNum"] = pages
    if params["fields"] is not None:
        body["fields"] = field_bodies(params["fields"])
    return body


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
