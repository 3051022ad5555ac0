# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that Dataflow Kit modules share."""

from __future__ import annotations


class ModuleDocFragment:
    """The connection to the API."""

    DOCUMENTATION = r"""
options:
  api_key:
    description:
      - The API key, from Dataflow Kit's dashboard. The API takes it in the query of each request. It is never shown.
      - The environment variable E(DATAFLOWKIT_API_KEY) on the controller is used if this is not set, also for tasks
        that are delegated to another host.
    type: str
    required: true
  api_url:
    description:
      - The address of the API, with or without a trailing V(/v1). C(http://) is accepted for this machine only.
      - The environment variable E(DATAFLOWKIT_API_URL) on the controller is used if this is not set.
    type: str
    default: https://api.dataflowkit.com
notes:
  - The public service of Dataflow Kit may be gone. O(api_url) can point to any server that is compatible with its API,
    such as the sandbox of this collection (C(python -m sandbox --service dataflowkit)).
  - "API requests: 1, or none if O(max_age) keeps the file. Each one costs credits."
"""

    PAGE = r"""
options:
  url:
    description:
      - The full address of the page, beginning with C(http://) or C(https://).
      - A password in it is hidden in results and messages, if it has 6 characters or more.
    type: str
  page_proxy:
    description:
      - The country from which the service loads the page, such as V(country-sk), or V(country-any) for a random one.
        The API calls it C(proxy). O(proxy) is the way to the API instead.
    type: str
  initial_cookies:
    description:
      - Cookies to load the page with, for pages that require a login. The properties are those of the export of the
        browser extension EditThisCookie, and its names are accepted too.
    type: list
    elements: dict
    default: []
    suboptions:
      name:
        description: Its name.
        type: str
        required: true
      value:
        description: Its value. It is never shown.
        type: str
        required: true
      domain:
        description: The domain that it is sent to.
        type: str
      path:
        description: The path that it is sent to.
        type: str
      expiration_date:
        description: When it expires, in seconds since 1970.
        type: float
        aliases: [expirationDate]
      host_only:
        description: Whether it is not sent to subdomains.
        type: bool
        aliases: [hostOnly]
      http_only:
        description: Whether scripts can't read it.
        type: bool
        aliases: [httpOnly]
      secure:
        description: Whether it is sent over HTTPS only.
        type: bool
      session:
        description: Whether it ends with the browser's session.
        type: bool
      same_site:
        description: Whether it is sent with requests from other sites.
        type: str
        choices: [unspecified, strict, lax, no_restriction]
        aliases: [sameSite]
      store_id:
        description: The browser's store that it comes from.
        type: str
        aliases: [storeId, storeID]
      id:
        description: Its number in an export.
        type: int
  wait_delay:
    description:
      - How long to wait after the page was loaded, in seconds. Only in the browser.
      - If this is not set, the API waits 0.5 s before it makes a PDF or a picture.
    type: float
  ignore_http_status_codes:
    description: Whether to use a page although its server says with the HTTP status that it is an error.
    type: bool
    default: false
  actions:
    description:
      - What to do on the page before it is used, in this order. Only in the browser.
      - Each action is a dictionary with its name as the only key, such as V({"click":{"selector":"#more"}}). The names
        are V(input), V(send_keys), V(click), V(double_click), V(jsclick), V(submit), V(wait_visible),
        V(wait_not_visible), V(wait_for), V(pause), V(execute), V(loop), V(getcontent) and V(scroll). The API's own
        spelling is accepted too, also of their properties.
      - The C(wait_delay) of V(pause) is in milliseconds, unlike O(wait_delay).
      - What V(input) and V(send_keys) type is never shown, if it has 6 characters or more.
    type: list
    elements: dict
    default: []
"""

    DATA = r"""
options:
  payload:
    description: What to load and to extract, as a tool of the vendor exports it. It is sent unchanged.
    type: dict
  fetcher:
    description: How to load the pages.
    type: str
    choices: [base, chrome]
  name:
    description: The name of the collection of data. By default the host of the page.
    type: str
  fields:
    description: What to extract.
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
"""
