# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that alter responses, as a broken server, proxy or cache does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sandbox import json_path
from sandbox.call import Response
from sandbox.faults import FaultRule
from sandbox.json_path import Node

_TOTAL = "X-Paging-TotalResults"
_JSON = "application/json; charset=utf-8"


def alter(response: Response, rules: Iterable[FaultRule]) -> None:
    """Apply the rules to a response, one after the other."""
    for rule in rules:
        _ALTERATIONS[rule.fault](response, rule.parameters)
    if response.status in (204, 304):
        # By definition (RFC 9110, 15.3.5 and 15.4.5) nothing can follow the head.
        _remove_body(response)


def _edit(response: Response, wanted: dict[str, Any]) -> None:
    response.status = wanted["status"] or response.status
    if wanted["body"] is not None:
        body = wanted["body"]
        response.set_body(body.encode() if isinstance(body, str) else json.dumps(body).encode(), _JSON)
    for name, value in wanted["headers"].items():
        _set_header(response, name, value)


def _set_header(response: Response, name: str, value: Any) -> None:
    """Set a header to one value, remove it with None, or send it once for each value of a list."""
    response.set_header(name, None)
    values = value if isinstance(value, list) else [] if value is None else [value]
    response.headers += [(name, str(one)) for one in values]


def _double_header(response: Response, wanted: dict[str, Any]) -> None:
    true = response.header(wanted["name"])
    if true is not None:
        response.headers.append((wanted["name"], true if wanted["value"] is None else wanted["value"]))


def _total(response: Response, wanted: dict[str, Any]) -> None:
    if response.header(_TOTAL) is not None:
        response.set_header(_TOTAL, wanted["value"])


def _no_body(response: Response, wanted: dict[str, Any]) -> None:
    _remove_body(response)
    response.set_header("Content-Length", "0")
    response.set_header("Content-Type", wanted["content_type"])


def _remove_body(response: Response) -> None:
    response.body = b""
    for name in ("Content-Type", "Content-Length"):
        response.set_header(name, None)


def _content_type(response: Response, wanted: dict[str, Any]) -> None:
    response.set_header("Content-Type", wanted["value"])


def _nested(response: Response, wanted: dict[str, Any]) -> None:
    response.set_body(wanted["opening"].encode() * wanted["depth"], _JSON)


def _property(response: Response, wanted: dict[str, Any]) -> None:
    try:
        document = [json.loads(response.body)]
    except ValueError:
        return
    # In reverse order: a dropped item moves only items that are done.
    for node in reversed(json_path.find(document, json_path.parse(wanted["at"]))):
        if wanted["change"] == "drop":
            del node.parent[node.key]
        else:
            node.parent[node.key] = _changed(node, wanted)
    response.body = json.dumps(document[0]).encode()
    response.set_header("Content-Length", str(len(response.body)))


def _changed(node: Node, wanted: dict[str, Any]) -> Any:
    value, change = node.value, wanted["change"]
    if change == "set":
        return wanted["value"]
    if change == "null":
        return None
    if change == "empty":
        return type(value)() if isinstance(value, (list, dict)) else ""
    return _WRONG_TYPES[type(value)] if change == "wrong_type" else _other(value)


_WRONG_TYPES: dict[type, Any] = {str: 7, int: "x", float: "x", bool: "x", type(None): 7, list: {}, dict: []}


def _other(value: Any) -> Any:
    """Return another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, (int, float)):
        return value + 1
    if isinstance(value, list):
        return ["x"]
    return {"x": "x"} if isinstance(value, dict) else f"x{value or ''}"


_ALTERATIONS = {
    "edit": _edit,
    "status": _edit,
    "double_header": _double_header,
    "total": _total,
    "no_body": _no_body,
    "content_type": _content_type,
    "nested": _nested,
    "property": _property,
}
