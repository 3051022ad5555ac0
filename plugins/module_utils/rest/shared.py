# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Share responses between the tasks of one run, so that what several of them need is requested once.

Private to the collection; names no service. Nothing is shared unless a caller asks for it. A shared response is used
only if it shows that there is nothing to do: a caller that finds something missing or different in it sends the request
again. Three more rules keep it from being stale: it lives for a minute, other runs do not see it, and for a minute
after a write nothing about its target is used, because a change can take effect later.

The implementation is in `kept`, which is imported only when there is something to share.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.kept import KeptAnswers


class SharedReads:
    """What one run knows about one service, as one of its users.

    Args:
        folder: where it is kept, one for each address and user of the service; None shares nothing.
        run: the name of the run; an empty text shares nothing, and only records writes.
        clock: unix time; shared by processes, so not the monotonic one.
    """

    def __init__(self, folder: str | None, run: str, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._own = os.path.join(folder, run) if folder and run else None
        self._clock = clock

    def get(self, name: str, about: str, read: Callable[[], Any], enough: Callable[[Any], bool]) -> Any:
        """Return the response to a request, a shared one if that is enough.

        Args:
            name: the name of the request, such as its path.
            about: the path of its subject; a write below it makes the response stale.
            read: sends the request; None is not kept.
            enough: returns whether, by this response, there is nothing to do.
        """
        return read() if self._own is None else self._kept.get(name, about, read, enough)

    def listed(self, name: str, about: str, read: Callable[[], list[Any]]) -> list[Any] | None:
        """Return a list that answers many similar requests; None when the single request must be sent.

        Args:
            name: the name of the request for the list.
            about: the path of the single request's subject.
            read: requests the whole list.
        """
        return None if self._own is None else self._kept.listed(name, about, read)

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
        if self._folder is not None and os.path.isdir(self._folder):
            self._kept.wrote(path)

    @cached_property
    def _kept(self) -> KeptAnswers:
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.kept import KeptAnswers

        return KeptAnswers(str(self._folder), self._own, self._clock)
