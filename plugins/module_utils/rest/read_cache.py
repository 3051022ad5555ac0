# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The read cache: responses that the tasks of one run share, so that what several of them need is requested once.

Private to the collection; names no service. Nothing is shared unless a caller asks for it. A cached response is used
only if it shows that there is nothing to do: a caller that finds something missing or different in it sends the request
again. Three more rules keep it from being stale: it lives for a minute, other runs do not see it, and for a minute
after a write nothing about its target is used, because a change can take effect later.

Each response is a file that is replaced as a whole, so reading takes no lock. If the folder can't be used, each task
sends its own requests.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state_files import (
    LockTimeout,
    locked,
    private_dir,
    read_json,
    write_file,
)

#: How long a response may be reused, and how long none is after this run wrote to its subject, in seconds.
LIFETIME = 60.0
#: How long to wait for another process that asks the same, and between two checks whether it is done, in seconds.
LOCK_TIMEOUT = 30.0
LOCK_INTERVAL = 0.02
#: After how many single reads a run reads the list that answers all of them: for fewer it does not pay.
SINGLE_QUESTIONS = 3
#: Another run removes the files of a run that were not used for this many seconds.
LEFT_OVER = 3600.0
#: Where the times of writes are kept: those of all runs, and, below a run's folder, those of that run.
WRITES = "writes"


class ReadCache:
    """The cached responses of one service for one of its users, as one run sees them.

    Args:
        folder: where all runs record their writes, one for each address and user of the service; None caches nothing.
        run: the name of the run; an empty text caches nothing, and only records writes.
        clock: unix time; shared by processes, so not the monotonic one.
    """

    def __init__(self, folder: str | None, run: str, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._own = os.path.join(folder, run) if folder and run else None
        self._clock = clock

    def get(self, name: str, about: str, read: Callable[[], Any], enough: Callable[[Any], bool]) -> Any:
        """Return the response to a request, a cached one if that is enough.

        Args:
            name: the name of the request, such as its path.
            about: the path of its subject; a write below it makes the response stale.
            read: sends the request; None is not cached.
            enough: returns whether, by this response, there is nothing to do.
        """
        if self._own is None:
            return read()
        known = self._known(name, about)
        if known is None:
            with self._alone(name):
                known = self._known(name, about)
                if known is None:
                    return self._read(name, read)
        return known if _is_enough(enough, known) else self._read(name, read)

    def listed(self, name: str, about: str, read: Callable[[], list[Any]]) -> list[Any] | None:
        """Return a list that answers many similar requests; None when the single request must be sent.

        Args:
            name: the name of the request for the list.
            about: the path of the single request's subject.
            read: requests the whole list.
        """
        if self._own is None or self._was_written(about, self._clock()):
            return None
        known = self._known(name, about)
        if known is None and self._is_asked_often(name):
            known = self.get(name, about, read, lambda _list: True)
        return known

    @contextmanager
    def writing(self, path: str) -> Iterator[None]:
        """Record a write before it is sent, because the process may be killed then, and again when it has ended."""
        self.wrote(path)
        try:
            yield
        finally:
            self.wrote(path)

    def wrote(self, path: str) -> None:
        """For a while, distrust everything that was or will be read below a path.

        Args:
            path: the first two of its segments name what was written to; ``/`` stands for everything.
        """
        if self._folder is None or not os.path.isdir(self._folder):
            return
        try:
            for folder in filter(None, (self._folder, self._own)):
                mark = _mark(folder, path)
                private_dir(os.path.dirname(mark))
                with open(mark, "ab"):
                    os.utime(mark, (self._clock(), self._clock()))
        except OSError:
            # A response that can't be marked as old must not be used.
            shutil.rmtree(self._folder, ignore_errors=True)

    def _known(self, name: str, about: str) -> Any:
        """Return the kept response if it may be used; None otherwise."""
        try:
            stored = read_json(self._path(name))
            at, value = float(stored["at"]), stored["value"]
        except (OSError, ValueError, TypeError, KeyError):
            return None
        is_young = 0.0 <= self._clock() - at < LIFETIME
        return value if is_young and not self._was_written(about, at) else None

    def _was_written(self, about: str, at: float) -> bool:
        """Return whether a response of that time may lack a write."""
        for folder, horizon in ((self._folder, 0.0), (self._own, LIFETIME)):
            for path in (about, "/"):
                try:
                    if at <= os.stat(_mark(str(folder), path)).st_mtime + horizon:
                        return True
                except FileNotFoundError:
                    continue
                except OSError:
                    return True
        return False

    def _read(self, name: str, read: Callable[[], Any]) -> Any:
        at = self._clock()
        value = read()
        if value is not None:
            with suppress(OSError):
                self._make_folder()
                write_file(self._path(name), json.dumps({"at": at, "value": value}).encode(), durable=False)
        return value

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        """Let one process at a time send a request, so that the others find its response."""
        with ExitStack() as stack:
            with suppress(OSError, LockTimeout):
                self._make_folder()
                path = self._path(name) + ".lock"
                stack.enter_context(locked(path, timeout=LOCK_TIMEOUT, interval=LOCK_INTERVAL))
            yield

    def _is_asked_often(self, name: str) -> bool:
        """Count a request; return whether this run sent such requests often."""
        with suppress(OSError):
            self._make_folder()
            # The position after this mark, not the file's size: another process may be adding a mark.
            with open(self._path(name) + ".asked", "ab", buffering=0) as file:
                file.write(b".")
                return file.tell() > SINGLE_QUESTIONS
        return False

    def _make_folder(self) -> None:
        if not os.path.isdir(str(self._own)):
            private_dir(str(self._own))
            _sweep(str(self._folder), self._clock() - LEFT_OVER)

    def _path(self, name: str) -> str:
        return os.path.join(str(self._own), _file_name(name) + ".json")


def _mark(folder: str, path: str) -> str:
    """Return the file whose time is that of the last write below a path."""
    return os.path.join(folder, WRITES, _file_name("/".join(path.lower().split("/")[:3])))


def _is_enough(enough: Callable[[Any], bool], value: Any) -> bool:
    try:
        return enough(value)
    except ToolkitError:
        # What is wrong in an old response may be right by now.
        return False


def _file_name(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _sweep(folder: str, before: float) -> None:
    """Remove what earlier runs left: their responses, and the times of writes that no longer matter."""
    with suppress(OSError):
        for entry in (*os.scandir(folder), *_entries(os.path.join(folder, WRITES))):
            if entry.name != WRITES and entry.stat().st_mtime < before:
                shutil.rmtree(entry.path) if entry.is_dir() else os.unlink(entry.path)


def _entries(folder: str) -> Iterator[os.DirEntry[str]]:
    with suppress(FileNotFoundError):
        yield from os.scandir(folder)
