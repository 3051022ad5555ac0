# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The common requests for resources, as every client of a service offers them.

Private to the collection; names no service.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from functools import partial
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import RestClient, is_collection, is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint

if TYPE_CHECKING:
    # An annotation only.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: The pauses between checks for a free thing whose response was lost, in seconds: it may show a moment later, and a
#: duplicate does harm.
LOOKS = (0.5, 1.5, 3.0)
#: How long to wait for another process of this machine before adding something free, at most, in seconds.
TURN_TIMEOUT = 60.0


class Resources:
    """Reads, writes, and adds what costs nothing; a service's client extends this with its endpoints.

    Methods that read one thing return None when there is none. All raise `ApiError`.

    Args:
        rest: the HTTP client.
        api_url: the service's address without its version, which distinguishes it from others.
        storage: what outlives a task.
        evidence: how the task proves that things are absent.
        sleep: how to wait for something that shows a moment after it was added.
    """

    #: Whether `post_free` notes what it sends, because the API has no natural keys that would refuse a duplicate.
    notes_posts = False

    def __init__(
        self,
        rest: RestClient,
        *,
        api_url: str,
        storage: Storage,
        evidence: Evidence | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.rest = rest
        self.api_url = api_url
        self.storage = storage
        self.evidence = evidence or Evidence()
        self._sleep = sleep
        # What this task has read is not older than this, and this name distinguishes the task from others.
        self._since, self._began = time.time(), time.monotonic()
        self._name = secrets.token_hex(8)

    def get(self, path: str, **query: Any) -> dict[str, Any] | None:
        """Return the thing at a path; None when it does not exist (404, 410)."""
        return self._read(path, is_object, query)

    def items(self, path: str, **query: Any) -> list[dict[str, Any]] | None:
        """Return the things at a path that is not paged; None when the path does not exist (404, 410)."""
        return self._read(path, is_collection, query)

    def _read(self, path: str, shape: Callable[[Any], bool], query: dict[str, Any]) -> Any:
        response = self.rest.request("GET", path, query=query, expect=(200, 404, 410), shape=shape)
        return response.data if response.status == 200 else None

    def put(self, path: str, body: Any) -> Response:
        """Replace the thing at a path."""
        return self.rest.request("PUT", path, body=body)

    def delete(self, path: str, **query: Any) -> Response:
        """Remove the thing at a path; one that is already gone (404, 410) is no error."""
        return self.rest.request("DELETE", path, query=query, expect=(200, 202, 204, 404, 410))

    def post(self, path: str, body: Any, *, fresh: bool = False, **form: Any) -> Response:
        """Add to a collection, once; ``form`` and ``files`` instead of a body are those of `RestClient.request`."""
        return self.rest.request("POST", path, body=body, fresh=fresh, **form)

    def post_free(
        self,
        path: str,
        body: Any,
        absence: Absence | None,
        find: Callable[[], Item | Absence],
        *,
        looks: Iterable[float] = LOOKS,
        **form: Any,
    ) -> Response | None:
        """Add to a collection what costs nothing, once.

        When the outcome is in doubt, also that of an earlier run, this looks for the thing for a while, and sends the
        request again if the thing is proven absent. Processes of this machine take turns, and look first when another
        one had a turn since this task began, because both may want the same.

        Args:
            path: the collection.
            body: what to add.
            absence: the proof that the thing does not exist, from the search that led here.
            find: finds the thing, or proves that it is absent.
            looks: the pauses between checks after the outcome was in doubt, in seconds.
            form: what to add instead of a body, as for `post`.

        Returns:
            the response; None when the thing was found instead.

        Raises:
            TypeError: there is no proof, which is a bug in the module.
            Unproven: another process had a turn, and it can't be determined whether it added the thing.
            OutcomeUnknown: the thing may have been added, and the API does not show whether it was.
        """
        if not isinstance(absence, Absence):
            raise TypeError(f"POST {path}: what is added once needs the proof that it is absent")
        # Imported lazily, with the lock: most tasks add nothing, and an ordinary module saves 3 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.free_posts import add_once
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.sent_notes import SentNote

        return add_once(
            f"POST {path}",
            partial(self.post, path, body, **form),
            find,
            turn=self.turn(path),
            note=SentNote(self.storage, f"{self.api_url} {path} {absence.title}") if self.notes_posts else None,
            looks=tuple(looks),
            sleep=self._sleep,
        )

    def turn(self, path: str) -> AbstractContextManager[bool]:
        """Return a block that one process of this machine runs at a time for a path.

        It yields whether another process may have run it since this task began, so that what was read may be outdated.
        """
        # Imported lazily, as in `post_free`.
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.process_lock import process_lock

        name = fingerprint(f"{self.api_url} {path}")[:2]
        return process_lock(
            self.storage, name, who=self._name, since=self._since, began=self._began, timeout=TURN_TIMEOUT
        )
