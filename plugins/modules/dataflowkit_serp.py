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
    type: dict
  url:
    description:
      - The address of the first result page, with the words to search for, such as
        V(https://duckduckgo.com/?q=Ansible).
    type: str
  page_proxy:
    description:
      - The country from which the service loads the pages, such as V(country-sk), or V(country-any) for a random one.
        The API requires one for search engines. It calls it C(proxy). O(proxy) is the way to the API instead.
      - Without O(payload) the default is V(country-any).
    type: str
  fetcher:
    description: How to load the pages. The API recommends V(chrome) for search engines.
    type: str
    choices: [base, chrome]
    default: chrome
  page_num:
    description: The largest number of result pages.
    type: int
    default: 1
  name:
    description: The name of the collection of data. By default the host of the page.
    type: str
  fields:
    description: What to extract. By default the service decides, by the search engine.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the field. The data has it in front, such as C(Name_text).
        type: str
        required: true
      selector:
        description: The CSS selector of its elements.
        type: str
        required: true
      type:
        description: What the elements are.
        type: str
        choices: [image, text, link]
        default: text
      attrs:
        description:
          - What to take of each element. By default the V(text) of texts, V(href) and V(text) of links, V(src) and
            V(alt) of images. A text is split at commas.
        type: list
        elements: str
        choices: [text, href, src, alt]
      filters:
        description: How to change the values, in this order.
        type: list
        elements: dict
        suboptions:
          name:
            description: The change. V(concatinate) is the API's spelling.
            type: str
            choices: [trim, normal, uppercase, lowercase, capitalize, concatinate, regex]
            required: true
          param:
            description: The regular expression of V(regex).
            type: str
      details:
        description:
          - What to extract from the pages that the links lead to. A dictionary with C(fields), and with
            C(common_parent), C(paginator), C(path) and C(name) if wanted, as in the options of
            M(reseller.toolkit.dataflowkit_parse).
        type: dict
  common_parent:
    description:
      - The CSS selector of the blocks that the fields belong to. Each block is one item of data.
    type: str
  format:
    description: The format of the file. By default V(json), unless O(payload) has it.
    type: str
    choices: [csv, json, jsonl, xml, excel]
extends_documentation_fragment:
  - reseller.toolkit.dataflowkit
  - reseller.toolkit.dataflowkit.page
  - reseller.toolkit.artifact
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
  sample: ~/report/search.json
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
from urllib.parse import urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.artifacts import artifact_options
from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.client import SERP, DataflowKitClient
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.extraction import (
    MOST_PAGES,
    checked_payload,
    extraction_options,
    field_bodies,
    with_data,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.options import (
    connection_options,
    page_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.pages import check_texts, page_request
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **page_options(),
        **artifact_options(),
        **extraction_options(),
        "fetcher": {"type": "str", "choices": ["base", "chrome"], "default": "chrome"},
        "page_num": {"type": "int", "default": 1},
    },
    "required_one_of": [("payload", "url")],
    "mutually_exclusive": [
        ("payload", name) for name in ("url", "fields", "name", "common_parent", "format", "page_proxy", "wait_delay")
    ],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Ensure that the file holds the search results."""
    check_number("page_num", task.params["page_num"], 1, MOST_PAGES)
    payload = task.params["payload"]
    body = _body(task) if payload is None else checked_payload(task, payload)
    if payload is not None and page_request(task, required=False):
        raise invalid("payload", "it says how to load the page, and can't be combined with options for that.")
    form = body["format"]
    return with_data(DataflowKitClient.for_task(task).ensure_file(task, SERP, body, form), form)


def _body(task: Task) -> dict[str, Any]:
    """Return the request that the options describe."""
    params = task.params
    for option in ("name", "common_parent"):
        check_texts(option, params[option])
    request = {"proxy": "country-any", "type": params["fetcher"], **page_request(task)}
    # The description has these three in the request itself, and its example in a part of it: servers find one of them.
    body = {name: request[name] for name in ("proxy", "type", "url")} | {"request": request}
    body |= {"name": params["name"] or urlsplit(request["url"]).hostname, "format": params["format"] or "json"}
    body["pageNum"] = params["page_num"]
    if params["fields"] is not None:
        body["fields"] = field_bodies(params["fields"])
    if params["common_parent"]:
        body["commonParent"] = params["common_parent"]
    return body


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
