# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The read cache: responses that the tasks of one run share, so that what several of them need is requested once.

Private to the collection; names no service. Nothing is shared unless a caller asks for it. A cached response is used
only if it shows that there is nothing to do: a caller that finds something missing or different in it sends the request
again. Three more rules keep it from being stale: it lives for a minute, other runs do not see it, and for a minute
after a write nothing about its target is used, because a change can take effect later. `CachedResponses` stores them.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.cached_responses import CachedResponses
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage


class ReadCache:
    """The cached responses of one service for one of its users, as one run sees them.

    Args:
        storage: where they are stored.
        scope: names the address and the user of the service (`fingerprint`); an empty text caches and records nothing.
        run: the name of the run; an empty text caches nothing, and only records writes.
        segments: how many of the first segments of a path name the subject of a write.
        clock: unix time; shared by processes, so not the monotonic one.
    """

    def __init__(
        self, storage: Storage, scope: str, run: str, *, segments: int = 2, clock: Callable[[], float] = time.time
    ) -> None:
        self._is_shared = bool(scope and run)
        self._is_recorded = bool(scope)
        self._stored = (storage, scope, run, segments, clock)

    @cached_property
    def _responses(self) -> CachedResponses:
        # Imported lazily: many tasks share nothing and write nothing, and an ordinary module saves 3 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.cached_responses import CachedResponses

        storage, scope, run, segments, clock = self._stored
        return CachedResponses(storage, scope, run, segments=segments, clock=clock)

    def shared(self, name: str, about: str) -> Any:
        """Return the cached response to a request; None if no task of this run got one, or it may be stale.

        Args:
            name: the name of the request, such as its path.
            about: the path of its subject.
        """
        return self._responses.shared(name, about) if self._is_shared else None

    def get(self, name: str, about: str, read: Callable[[], Any], enough: Callable[[Any], bool]) -> Any:
        """Return the response to a request, a cached one if that is enough.

        Args:
            name: the name of the request, such as its path.
            about: the path of its subject; a write below it makes the response stale.
            read: sends the request; None is not cached.
            enough: returns whether, by this response, there is nothing to do.
        """
        return self._responses.get(name, about, read, enough) if self._is_shared else read()

    def listed(self, name: str, about: str, read: Callable[[], list[Any]]) -> list[Any] | None:
        """Return a list that answers many similar requests; None when the single request must be sent.

        Args:
            name: the name of the request for the list.
            about: the path of the single request's subject.
            read: requests the whole list.
        """
        return self._responses.listed(name, about, read) if self._is_shared else None

    def writing(self, path: str) -> AbstractContextManager[None]:
        """Return a block that records a write before it is sent, as the process may be killed then, and after it."""
        return self._responses.writing(path) if self._is_recorded else nullcontext()

    def wrote(self, path: str) -> None:
        """For a while, distrust everything that was or will be read below a path.

        Args:
            path: its first segments name what was written to; ``/`` stands for everything.
        """
        if self._is_recorded:
            self._responses.wrote(path)
