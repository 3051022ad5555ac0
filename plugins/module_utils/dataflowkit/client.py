# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Dataflow Kit's API: every call makes something of a page, and costs credits.

Private to the collection. Source of paths, statuses and texts: the vendor's description of the API. The public service
may be gone; everything here holds for any server that is compatible with it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.artifacts import PaidContent, ensure_artifact
from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import (
    canonical_url,
    check_transport,
    rest_client,
    storage_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.extracted_data import JSON_FORMATS, data_in
from ansible_collections.reseller.toolkit.plugins.module_utils.dataflowkit.options import DEFAULT_URL
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import RestClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, OutcomeUnknown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.query_key_auth import QueryKeyAuth
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.untrusted import one_line
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

FETCH, PARSE, SERP = "/fetch", "/parse", "/serp"
PDF, SCREENSHOT = "/convert/url/pdf", "/convert/url/screenshot"
#: The beginnings of the documented texts of a 500: the API tried, and nothing was made.
FAILURES = ("Process fetch failed", "Create single process failed")
#: The longest part of a text of the API that is shown, in characters.
LONGEST_TEXT = 300
#: The media types of responses by what is made, and what their contents begin with.
MEDIA_TYPES = {
    "html": ("text/html",),
    "pdf": ("application/pdf",),
    "png": ("image/png",),
    "jpeg": ("image/jpeg",),
}
SIGNATURES = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "excel": b"PK\x03\x04"}


class DataflowKitClient:
    """Calls the API for one task.

    Args:
        rest: sends requests.
        api_url: the address of the service in its canonical form.
        storage: where it is remembered what was made.
    """

    def __init__(self, rest: RestClient, api_url: str, storage: Storage) -> None:
        self._rest = rest
        self._api_url = api_url
        self._storage = storage

    @classmethod
    def for_task(cls, task: Task) -> DataflowKitClient:
        """Return the client for a task's connection options. It sends nothing yet.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        params = task.params
        if not params["api_key"].strip():
            raise invalid("api_key", "it is empty.")
        check_transport(params)
        api_url = canonical_url(params["api_url"], version="/v1", example=DEFAULT_URL)
        service = Service(f"{api_url}/v1", RateLimitHeaders(), _hint)
        storage = storage_of(params)
        rest = rest_client(task, service, QueryKeyAuth("api_key", params["api_key"]), storage=storage, budget=api_url)
        return cls(rest, api_url, storage)

    def ensure_file(
        self,
        task: Task,
        path: str,
        body: dict[str, Any],
        kind: str,
        comparable: Callable[[bytes], bytes] = bytes,
    ) -> dict[str, Any]:
        """Ensure that the file of a task holds what the API makes of a page; see `ensure_artifact`.

        Args:
            task: its options include `artifact_options`.
            path: below the version.
            body: the request.
            kind: what is made: ``html``, ``pdf``, ``png``, ``jpeg`` or a format of data.
            comparable: returns the part of a content that decides whether it changed.
        """
        paid = PaidContent(
            f"POST {path}", [self._api_url, path, body], partial(self._make, path, body, kind), comparable
        )
        return ensure_artifact(task, self._storage, paid)

    def _make(self, path: str, body: dict[str, Any], kind: str) -> bytes:
        """Call the API once and return the content that it made.

        Raises:
            OutcomeUnknown: it may have been carried out.
            ApiError: nothing was made.
        """
        response = self._rest.request("POST", path, body=body, expect=(*range(200, 300), 500), fresh=True)
        call = f"POST {path}"
        text = response.content[: 4 * LONGEST_TEXT].decode(errors="replace")
        if response.status == 500:
            if text.startswith(FAILURES) and not response.broken:
                told = one_line(text)[:LONGEST_TEXT]
                hint = (
                    "Check that the page can be loaded, and the actions. Set ignore_http_status_codes for error pages."
                )
                raise ApiError("server_error", call, f"{told.rstrip('.')}.", status=500, text=told, hint=hint)
            raise OutcomeUnknown(call, "the outcome is unknown: HTTP 500.", status=500)
        if damage := _damage(response, kind):
            message = f"the response can't be used ({damage}), and was probably paid for."
            raise OutcomeUnknown(call, message, status=response.status)
        return response.content


def _damage(response: Response, kind: str) -> str:
    """Return what is wrong with the content of a response; an empty text if nothing is."""
    if response.status != 200:
        return f"HTTP {response.status} is not described"
    if response.broken:
        return response.broken
    media_type = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind in MEDIA_TYPES and media_type not in MEDIA_TYPES[kind]:
        return f"its type is {media_type or 'unknown'}"
    if kind not in MEDIA_TYPES and media_type == "text/html":
        return "it is a web page"
    if not response.content.startswith(SIGNATURES.get(kind, b"")):
        return f"it is not {kind}"
    if kind in JSON_FORMATS:
        try:
            data_in(response.content, kind)
        except ValueError:
            return "it is not JSON"
    return ""


def _hint(error: ApiError, clock_offset: float | None) -> str:
    """Return the next step for the user."""
    if error.status == 401:
        return "Check api_key (DATAFLOWKIT_API_KEY), from Dataflow Kit's dashboard."
    if error.status == 404:
        return f"Check the path in api_url (DATAFLOWKIT_API_URL). The service's own address is {DEFAULT_URL}."
    return ""
