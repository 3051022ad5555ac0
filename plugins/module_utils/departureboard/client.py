# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The departureboard.io API (v2.0): reads only, with properties named in the style of options.

Private to the collection. Paths are below the version. Source of paths, parameters and statuses: the vendor's
description and documentation.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import (
    canonical_url,
    check_transport,
    rest_client,
    storage_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.options import DEFAULT_URL
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.shown_properties import shown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import RestClient, is_collection, is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ConnectionFailed
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.query_key_auth import QueryKeyAuth
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

VERSION = "/api/v2.0"
#: No header of the rate limit is documented; a 429 was.
RATE_LIMIT = RateLimitHeaders()
#: What the vendor added to National Rail's data needs no key.
PUBLIC = re.compile(r".*/getStation(BasicInfo|DetailsByCRS)\b.*")
GONE = (
    "The public service may have ended. Set api_url (DEPARTUREBOARD_API_URL) to a server that offers the same API, "
    "such as the sandbox of this collection."
)


class DepartureBoardClient:
    """Calls the departureboard.io API. All methods raise `ApiError`.

    Args:
        rest: the HTTP client.
    """

    def __init__(self, rest: RestClient) -> None:
        self._rest = rest

    @classmethod
    def for_task(cls, task: Task, *, needs_key: bool) -> DepartureBoardClient:
        """Return the client for a task's connection options. It sends nothing yet.

        Args:
            task: its options are those of the connection, and others.
            needs_key: whether anything is read that needs a key.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        params = task.params
        key = params["api_key"] or ""
        if needs_key and not key:
            raise invalid("api_key", "it is required, except for stations. Set it, or DEPARTUREBOARD_API_KEY.")
        if not re.fullmatch(r"[\x21-\x7e]*", key):
            raise invalid("api_key", "it contains a space or a character that is not ASCII.")
        check_transport(params)
        api_url = canonical_url(params["api_url"], version=VERSION, example=DEFAULT_URL)
        service = Service(f"{api_url}{VERSION}", RATE_LIMIT, _hint)
        auth = QueryKeyAuth("apiKey", key, is_public=lambda path: PUBLIC.fullmatch(path) is not None)
        # The key is a secret, so all keys of an address share what is known of its limit.
        return cls(rest_client(task, service, auth, storage=storage_of(params), budget=api_url))

    def one(self, path: str, **query: Any) -> dict[str, Any]:
        """Return the object at a path."""
        found: dict[str, Any] = self._read(path, is_object, query)
        return found

    def several(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """Return the objects at a path."""
        found: list[dict[str, Any]] = self._read(path, is_collection, query)
        return found

    def _read(self, path: str, shape: Callable[[Any], bool], query: dict[str, Any]) -> Any:
        sent = {name: _written(value) for name, value in query.items()}
        try:
            return shown(path, self._rest.request("GET", path, query=sent, expect=(200,), shape=shape).data)
        except ConnectionFailed as error:
            error.hint = f"{error.hint} {GONE}"
            raise


def _written(value: Any) -> Any:
    """Return a parameter as the API reads it: Booleans in lower case, lists with commas."""
    if isinstance(value, bool):
        return str(value).lower()
    return ",".join(value) if isinstance(value, list) else value


def _hint(error: ApiError, clock_offset: float | None) -> str:
    """Return the next step for the user."""
    if error.status == 401:
        return (
            "Check api_key (DEPARTUREBOARD_API_KEY): a key for National Rail's OpenLDBWS that is registered with "
            "departureboard.io. A new key can take 15 minutes to become active."
        )
    if error.status == 400:
        return "Check that stations with these CRS codes exist."
    if error.status in (404, 410):
        return f"Check the CRS code or the id; the id of a service is valid for a short time only. {GONE}"
    if (error.status or 0) >= 500:
        return "Try again later: National Rail may have a problem."
    return ""
