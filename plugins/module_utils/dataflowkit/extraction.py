# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to extract from pages: fields, their details and the way to the next page.

Private to the collection. Source: the vendor's description of the API and its examples.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.pages import check_texts
from ansible_collections.reseller.toolkit.plugins.module_utils.suboptions import checked_suboptions

#: The numbers of the types of fields.
TYPES = {"image": 0, "text": 1, "link": 2}
ATTRIBUTES = ["text", "href", "src", "alt"]
FILTERS = ["trim", "normal", "uppercase", "lowercase", "capitalize", "concatinate", "regex"]
MOST_PAGES = 1000
#: The options of one field.
FIELD: dict[str, dict[str, Any]] = {
    "name": {"type": "str", "required": True},
    "selector": {"type": "str", "required": True},
    "type": {"type": "str", "choices": list(TYPES), "default": "text"},
    "attrs": {"type": "list", "elements": "str", "choices": ATTRIBUTES},
    "filters": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True, "choices": FILTERS},
            "param": {"type": "str"},
        },
    },
    "details": {"type": "dict"},
}
#: The options of the way to the next page.
PAGINATOR: dict[str, dict[str, Any]] = {
    "next_page_selector": {"type": "str", "required": True},
    "page_num": {"type": "int", "default": 1},
}
#: The options inside ``details``. A specification can't describe them: the fields in them may have details, too.
DETAILS: dict[str, dict[str, Any]] = {
    "fields": {"type": "list", "elements": "dict", "required": True},
    "name": {"type": "str"},
    "common_parent": {"type": "str"},
    "paginator": {"type": "dict", "options": PAGINATOR},
    "path": {"type": "bool", "default": False},
}


def field_bodies(fields: list[dict[str, Any]], place: str = "fields") -> list[dict[str, Any]]:
    """Return fields as the API takes them, from options of a module or of details.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    check_texts(place, fields)
    return [_field(field, f"{place}[{index}]") for index, field in enumerate(fields)]


def _field(given: dict[str, Any], place: str) -> dict[str, Any]:
    if not given.get("name") or not given.get("selector"):
        raise invalid(place, "a field is a dictionary with name and selector.")
    # Ansible has checked those of a task, but none in details.
    field = checked_suboptions(place, FIELD, _given_in(given))
    usual = {"image": ["src", "alt"], "text": ["text"], "link": ["href", "text"]}
    body = {
        "name": field["name"],
        "selector": field["selector"],
        "type": TYPES[field["type"]],
        "attrs": field["attrs"] or usual[field["type"]],
        "filters": [_given_in(one) for one in field["filters"] or []],
    }
    if field["details"]:
        body["details"] = _details(field["details"], f"{place}.details")
    return body


def _given_in(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options that are given: null stands for one that is not."""
    return {name: value for name, value in options.items() if value is not None}


def _details(details: dict[str, Any], place: str) -> dict[str, Any]:
    """Return what to extract from the pages that a link leads to."""
    if "fields" not in details or set(details) - set(DETAILS):
        others = ", ".join(sorted(set(DETAILS) - {"fields"}))
        raise invalid(place, f"it is a dictionary with fields, and with {others} if wanted.")
    found = checked_suboptions(place, DETAILS, _given_in(details))
    body: dict[str, Any] = {"fields": field_bodies(found["fields"], f"{place}.fields")}
    if found["name"]:
        body["name"] = found["name"]
    if found["common_parent"]:
        body["commonParent"] = found["common_parent"]
    if found["paginator"]:
        body["paginator"] = paginator_body(found["paginator"], f"{place}.paginator")
    if found["path"]:
        body["path"] = True
    return body


def paginator_body(paginator: dict[str, Any], place: str = "paginator") -> dict[str, Any]:
    """Return the way to the next page.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    check_texts(place, paginator)
    if not paginator["next_page_selector"]:
        raise invalid(place, "it is a dictionary with next_page_selector and page_num.")
    pages = 1 if paginator["page_num"] is None else paginator["page_num"]
    check_number(f"{place}.page_num", pages, 1, MOST_PAGES)
    return {"nextPageSelector": paginator["next_page_selector"], "pageNum": pages}
