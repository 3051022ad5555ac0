# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that alter responses, as a broken server, proxy or cache does."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sandbox import json_path
from sandbox.call import Answer
from sandbox.faults import FaultRule
from sandbox.json_path import Node

_TOTAL = "X-Paging-TotalResults"
_JSON = "application/json; charset=utf-8"


def alter(answer: Answer, rules: Iterable[FaultRule]) -> None:
    """Apply the rules to a response, one after the other."""
    for rule in rules:
        _ALTERATIONS[rule.fault](answer, rule.parameters)
    if answer.status in (204, 304):
        # By definition (RFC 9110, 15.3.5 and 15.4.5) nothing can follow the head.
        _remove_body(answer)


def _edit(answer: Answer, wanted: dict[str, Any]) -> None:
    answer.status = wanted["status"] or answer.status
    if wanted["body"] is not None:
        body = wanted["body"]
        answer.set_body(body.encode() if isinstance(body, str) else json.dumps(body).encode(), _JSON)
    for name, value in wanted["headers"].items():
        _set_header(answer, name, value)


def _set_header(answer: Answer, name: str, value: Any) -> None:
    """Set a header to one value, remove it with None, or send it once for each value of a list."""
    answer.set_header(name, None)
    values = value if isinstance(value, list) else [] if value is None else [value]
    answer.headers += [(name, str(one)) for one in values]


def _double_header(answer: Answer, wanted: dict[str, Any]) -> None:
    true = answer.header(wanted["name"])
    if true is not None:
        answer.headers.append((wanted["name"], true if wanted["value"] is None else wanted["value"]))


def _total(answer: Answer, wanted: dict[str, Any]) -> None:
    if answer.header(_TOTAL) is not None:
        answer.set_header(_TOTAL, wanted["value"])


def _no_body(answer: Answer, wanted: dict[str, Any]) -> None:
    _remove_body(answer)
    answer.set_header("Content-Length", "0")
    answer.set_header("Content-Type", wanted["content_type"])


def _remove_body(answer: Answer) -> None:
    answer.body = b""
    for name in ("Content-Type", "Content-Length"):
        answer.set_header(name, None)


def _content_type(answer: Answer, wanted: dict[str, Any]) -> None:
    answer.set_header("Content-Type", wanted["value"])


def _nested(answer: Answer, wanted: dict[str, Any]) -> None:
    answer.set_body(wanted["opening"].encode() * wanted["depth"], _JSON)


def _property(answer: Answer, wanted: dict[str, Any]) -> None:
    try:
        document = [json.loads(answer.body)]
    except ValueError:
        return
    # In reverse order: a dropped item moves only items that are done.
    for node in reversed(json_path.find(document, json_path.parse(wanted["at"]))):
        if wanted["change"] == "drop":
            del node.parent[node.key]
        else:
            node.parent[node.key] = _changed(node, wanted)
    answer.body = json.dumps(document[0]).encode()
    answer.set_header("Content-Length", str(len(answer.body)))


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
