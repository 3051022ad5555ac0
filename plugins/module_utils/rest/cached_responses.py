# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Store the responses that the tasks of one run share (`ReadCache`), and the times of writes.

Private to the collection; names no service.

Each response is an entry that is replaced as a whole, so reading takes no lock. If the storage can't be used, each task
sends its own requests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import (
    LockTimeout,
    fingerprint,
    json_content,
    json_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: Where the responses are stored: below it a namespace for each service and user, and below that one for each run.
NAMESPACE = "reads"
#: How long a response may be reused, and how long none is after this run wrote to its subject, in seconds.
LIFETIME = 60.0
#: How long to wait for another process that asks the same, and between two checks whether it is done, in seconds.
LOCK_TIMEOUT = 30.0
LOCK_INTERVAL = 0.02
#: After how many single reads a run reads the list that answers all of them: for fewer it does not pay.
SINGLE_QUESTIONS = 3
#: Another run removes the responses of a run that were not used for this many seconds.
LEFT_OVER = 3600.0
#: Where the times of writes are kept: those of all runs, and, below a run's namespace, those of that run.
WRITES = "writes"


class CachedResponses:
    """Stores the responses for a `ReadCache`, whose arguments and methods it has."""

    def __init__(self, storage: Storage, scope: str, run: str, *, segments: int, clock: Callable[[], float]) -> None:
        self._storage = storage
        self._scope = f"{NAMESPACE}/{scope}"
        self._own = f"{self._scope}/{run}" if run else ""
        self._segments = segments
        self._clock = clock

    def shared(self, name: str, about: str) -> Any:
        """See `ReadCache.shared`."""
        return self._known(name, about)

    def get(self, name: str, about: str, read: Callable[[], Any], enough: Callable[[Any], bool]) -> Any:
        """See `ReadCache.get`."""
        known = self._known(name, about)
        if known is None:
            with self._alone(name):
                known = self._known(name, about)
                if known is None:
                    return self._read(name, read)
        return known if _is_enough(enough, known) else self._read(name, read)

    def listed(self, name: str, about: str, read: Callable[[], list[Any]]) -> list[Any] | None:
        """See `ReadCache.listed`."""
        if self._was_written(about, self._clock()):
            return None
        known = self._known(name, about)
        if known is None and self._is_asked_often(name):
            known = self.get(name, about, read, lambda _list: True)
        return known

    @contextmanager
    def writing(self, path: str) -> Iterator[None]:
        """See `ReadCache.writing`."""
        self.wrote(path)
        try:
            yield
        finally:
            self.wrote(path)

    def wrote(self, path: str) -> None:
        """See `ReadCache.wrote`."""
        try:
            # Where nothing was ever cached, nobody needs to know.
            if self._storage.list_names(self._scope):
                for namespace in filter(None, (self._scope, self._own)):
                    self._storage.put(f"{namespace}/{WRITES}", self._mark(path), json_content(self._clock()))
        except OSError:
            # A response that can't be marked as old must not be used.
            self._storage.clear(self._scope)

    def _known(self, name: str, about: str) -> Any:
        """Return the cached response if it may be used; None otherwise."""
        try:
            stored = json_in(self._storage.get(self._own, _entry(name)))
            at, value = float(stored["at"]), stored["value"]
        except (OSError, ValueError, TypeError, KeyError):
            return None
        is_young = 0.0 <= self._clock() - at < LIFETIME
        return value if is_young and not self._was_written(about, at) else None

    def _was_written(self, about: str, at: float) -> bool:
        """Return whether a response of that time may lack a write."""
        for namespace, horizon in ((self._scope, 0.0), (self._own, LIFETIME)):
            for path in (about, "/"):
                try:
                    written_at = json_in(self._storage.get(f"{namespace}/{WRITES}", self._mark(path)))
                    if written_at is not None and at <= float(written_at) + horizon:
                        return True
                except (OSError, ValueError, TypeError):
                    # The time is unknown, as in what version 1 wrote.
                    return True
        return False

    def _mark(self, path: str) -> str:
        """Return the name of the entry with the time of the last write below a path."""
        return fingerprint("/".join(path.lower().split("/")[: self._segments + 1]))

    def _read(self, name: str, read: Callable[[], Any]) -> Any:
        at = self._clock()
        value = read()
        if value is not None:
            with suppress(OSError):
                self._sweep()
                self._storage.put(self._own, _entry(name), json.dumps({"at": at, "value": value}).encode())
        return value

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Let one process at a time send a request, so that the others find its response."""
        with ExitStack() as stack:
            with suppress(OSError, LockTimeout):
                self._sweep()
                stack.enter_context(self._lock(_entry(name) + ".lock"))
            yield

    def _is_asked_often(self, name: str) -> bool:
        """Count a request; return whether this run sent such requests often."""
        asked = _entry(name) + ".asked"
        with suppress(OSError, LockTimeout):
            self._sweep()
            with self._lock(asked + ".lock"):
                marks = (self._storage.get(self._own, asked) or b"") + b"."
                self._storage.put(self._own, asked, marks)
                return len(marks) > SINGLE_QUESTIONS
        return False

    def _lock(self, name: str) -> AbstractContextManager[bool]:
        return self._storage.lock(self._own, name, timeout=LOCK_TIMEOUT, interval=LOCK_INTERVAL)

    def _sweep(self) -> None:
        """Remove what earlier runs left when a run begins: responses, and times of writes that no longer matter.

        Raises:
            OSError: the storage can't be used.
        """
        scope, writes = self._scope, f"{self._scope}/{WRITES}"
        runs = self._storage.list_names(scope)
        if self._own.rpartition("/")[2] in runs:
            return
        before = self._clock() - LEFT_OVER
        for run, changed_at in runs.items():
            if run != WRITES and changed_at < before:
                self._storage.clear(f"{scope}/{run}")
        for mark, written_at in self._storage.list_names(writes).items():
            if written_at < before:
                self._storage.remove(writes, mark)


def _entry(name: str) -> str:
    """Return the name of the entry with the response to a request."""
    return fingerprint(name) + ".json"


def _is_enough(enough: Callable[[Any], bool], value: Any) -> bool:
    try:
        return enough(value)
    except ToolkitError:
        # What is wrong in an old response may be right by now.
        return False
