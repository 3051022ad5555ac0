# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of extracted data, from options or from a finished payload: what the modules that extract have in common.

Private to the collection. The documentation of these options is in ``doc_fragments/dataflowkit.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.client import DataflowKitClient
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.extracted_data import JSON_FORMATS, data_in
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.extraction import FIELD
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.options import FETCHERS, FORMATS
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.pages import (
    LINES,
    SHORTEST_SECRET,
    check_texts,
    checked_url,
    page_request,
    typed_texts,
    url_secrets,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The options that a payload replaces in each module. Others of `page_request` have defaults, and are checked later.
REPLACED = ("url", "fields", "name", "common_parent", "format", "fetcher", "page_proxy", "wait_delay")


def data_options() -> dict[str, dict[str, Any]]:
    """Return the options that say what to extract."""
    return {
        "payload": {"type": "dict", "no_log": False},
        "name": {"type": "str"},
        "fields": {"type": "list", "elements": "dict", "options": FIELD},
        "common_parent": {"type": "str"},
        "format": {"type": "str", "choices": FORMATS},
        "fetcher": {"type": "str", "choices": FETCHERS},
    }


def payload_constraints(*others: str) -> dict[str, Any]:
    """Return the constraints on a payload and the options that it replaces, for a module's ``SPEC``.

    Args:
        others: the replaced options that only this module has. They have no defaults.
    """
    return {
        "required_one_of": [("payload", "url")],
        "mutually_exclusive": [("payload", name) for name in (*REPLACED, *others)],
    }


def ensure_data(task: Task, path: str, described: Callable[[Task], dict[str, Any]]) -> dict[str, Any]:
    """Ensure that the file of a task holds extracted data; return the result, with the data if they are in JSON.

    Args:
        task: its options include `data_options`.
        path: the call, below the version.
        described: returns the request that the options describe instead of a payload.

    Raises:
        ToolkitError: ``invalid_option``, ``file``; what `DataflowKitClient.ensure_file` raises.
    """
    payload = task.params["payload"]
    body = described(task) if payload is None else _checked_payload(task, payload)
    form = body["format"]
    return _with_data(DataflowKitClient.for_task(task).ensure_file(task, path, body, form), form)


def data_body(task: Task, request: dict[str, Any]) -> dict[str, Any]:
    """Return a request to extract data, without the fields.

    Args:
        task: its options include `data_options`.
        request: what to load and how.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    params = task.params
    for option in ("name", "common_parent"):
        check_texts(option, params[option])
    body = {"name": params["name"] or urlsplit(request["url"]).hostname, "request": request}
    body["format"] = params["format"] or "json"
    if params["common_parent"]:
        body["commonParent"] = params["common_parent"]
    return body


def _checked_payload(task: Task, payload: dict[str, Any]) -> dict[str, Any]:
    """Return a payload unchanged, after what can be known of it was checked. Its secrets are hidden from now on.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    check_texts("payload", payload, allowed=LINES)
    request = payload.get("request", payload)
    if not isinstance(request, dict):
        raise invalid("payload.request", "it is not a dictionary.")
    place = "payload.request" if "request" in payload else "payload"
    task.secrets |= url_secrets(request.get("url"))
    checked_url(f"{place}.url", request.get("url"))
    if request.get("output") == "file":
        raise invalid(f"{place}.output", "the response would be a link instead of the data. Leave it out.")
    if payload.get("format") not in FORMATS:
        raise invalid("payload.format", f"it is not one of {', '.join(FORMATS)}.")
    cookies = request.get("initialCookies")
    values = (
        [str(one.get("value", "")) for one in cookies if isinstance(one, dict)] if isinstance(cookies, list) else []
    )
    task.secrets |= {value for value in values if len(value) >= SHORTEST_SECRET}
    task.secrets |= typed_texts(request.get("actions"))
    if page_request(task, required=False):
        raise invalid("payload", "it says how to load the page, and can't be combined with options for that.")
    return payload


def _with_data(result: dict[str, Any], form: str) -> dict[str, Any]:
    """Return a result with the extracted data, if it is in JSON, from the file.

    Raises:
        ToolkitError: ``file``.
    """
    if form not in JSON_FORMATS or "sha256" not in result:
        return result
    path = result["path"]
    try:
        with open(path, "rb") as file:
            data = data_in(file.read(), form)
    except (OSError, ValueError) as error:
        raise ToolkitError("file", f"dest: {path} can't be read: {error}.", hint="Remove it, and run again.") from error
    return {**result, "data": data}
