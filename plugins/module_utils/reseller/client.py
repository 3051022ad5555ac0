# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The reseller API: its address, headers, pages and errors.

Private to the collection. The paths, reads and writes of a family of resources are in the file of its name, such as
``accounts.py`` and ``mailboxes.py``. Source of paths, statuses and headers: the vendor's description of the API (v2).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import (
    check_login,
    check_transport,
    rest_client,
    storage_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.auth import HmacAuth
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import api_address
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.shown_properties import only_shown
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.signing_forms import (
    read_signing_form,
    store_signing_form,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import RestClient, is_collection
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Page, Reading, total_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.read_cache import ReadCache
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.resources import Resources
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The number of items requested at once. The API returns 25 by default, and accepts this many.
TAKE = 1000
RATE_LIMIT = RateLimitHeaders("X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Limit")

#: The collections that the API returns whole; all others come in pages (``skip`` and ``take`` in its description).
UNPAGED = re.compile(
    r"/servicepacks|/mailboxes|/mysqldatabases/[^/]+/users"
    r"|/linuxhostings/[^/]+/(?:phpsettings/availableversions|scheduledtasks|ssh/keys)"
)
#: How long contradicting responses may take to agree if a module has no option for it, in seconds.
SETTLE_TIME = 5.0

#: Returns whether, by a response, there is nothing to do, so that one that another task of this run got is enough.
Enough = Callable[[Any], bool]


class ResellerClient(Resources):
    """Calls the reseller API.

    What can be read and written are functions that take it, in a file for each family of resources. All
    raise `ApiError`. Those that read one thing return None when it does not exist. Those that take ``enough`` send a
    request unless another task of this run got a response that is enough (see `ReadCache`).

    Args:
        rest: the HTTP client.
        api_url: the API's address without its version, which also names the API in the journal.
        key_fingerprint: stands for the API key in files.
        storage: what outlives a task.
        read_cache: the responses that the tasks of this run share.
        resources: further arguments of `Resources`: ``evidence``, ``sleep``.
    """

    def __init__(
        self,
        rest: RestClient,
        *,
        key_fingerprint: str,
        read_cache: ReadCache | None = None,
        **resources: Any,
    ) -> None:
        super().__init__(rest, **resources)
        self.key_fingerprint = key_fingerprint
        self.read_cache = read_cache or ReadCache(self.storage, "", "")

    @classmethod
    def for_task(cls, task: Task) -> ResellerClient:
        """Return the client that a task's connection options describe; no request is sent yet.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        params = task.params
        check_login("api_key", params["api_key"])
        if not params["api_secret"]:
            raise invalid("api_secret", "it is empty.")
        check_transport(params)
        api_url = api_address(params)
        storage = storage_of(params)
        auth = HmacAuth(
            params["api_key"],
            params["api_secret"],
            form=read_signing_form(storage, api_url),
            on_form_learned=lambda form: store_signing_form(storage, api_url, form),
        )
        # Errors hold one code with a text, a list of complaints, or a proxy's text.
        service = Service(f"{api_url}/v2", RATE_LIMIT, partial(_hint, params["api_secret"]))
        budget = f"{api_url} {params['api_key']}"
        run = task.playbook_run if params["read_cache"] else ""
        read_cache = ReadCache(storage, fingerprint(budget), run)
        check_reads = task.check_reads.of_module(budget) if task.check_reads else None
        rest = rest_client(
            task, service, auth, storage=storage, budget=budget, read_cache=read_cache, check_reads=check_reads
        )
        key_fingerprint = fingerprint(params["api_key"])
        evidence = Evidence(
            params.get("accept_unproven") or (), task.warn, settle_time=params.get("settle_time", SETTLE_TIME)
        )
        return cls(
            rest,
            api_url=api_url,
            storage=storage,
            key_fingerprint=key_fingerprint,
            read_cache=read_cache,
            evidence=evidence,
        )

    def reading(self, path: str, identity: str, **query: Any) -> Reading:
        """Return a collection that is read as far as a decision requires.

        Args:
            path: the collection.
            identity: the property that distinguishes two items.
            query: filters.
        """
        is_paged = UNPAGED.fullmatch(path) is None

        def read_page(skip: int) -> Page:
            pages = {"skip": skip or None, "take": TAKE} if is_paged else {}
            answer = self.rest.request("GET", path, query={**pages, **query}, expect=(200,), shape=is_collection)
            return Page(only_shown(path, answer.data), total_in(answer.headers.get("X-Paging-TotalResults")))

        return Reading(read_page, identity if is_paged else None)

    def _read(self, path: str, shape: Callable[[Any], bool], query: dict[str, Any]) -> Any:
        return only_shown(path, super()._read(path, shape, query))

    def collection(self, path: str, identity: str, **query: Any) -> list[dict[str, Any]]:
        """Return all items of a collection, as far as a consistent total says; this proves no absence."""
        return self.reading(path, identity, **query).items()

    def cached_get(self, path: str, enough: Enough | None) -> dict[str, Any] | None:
        """Do the same as `get`, unless a cached response is enough."""
        return self.get(path) if enough is None else self.read_cache.get(path, path, lambda: self.get(path), enough)


def _hint(secret: str, error: ApiError, clock_offset: float | None) -> str:
    # Imported lazily: most tasks never fail, and an ordinary module saves 1 ms.
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hints import hint

    return hint(secret, error, clock_offset)
