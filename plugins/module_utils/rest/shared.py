# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Share answers between the tasks of one run, so that what several of them need is asked once.

Private to the collection; names no service. Nothing is shared unless a caller asks for it, and a shared answer is
believed only where it shows that there is nothing to do: whoever finds something missing or different in it asks anew.
Three more things keep it from being old. It lives for a minute, it is not seen by other runs, and about what the run
itself wrote to nothing is believed for a minute, since a change can take effect a while later.

What does it is in `kept`, which is loaded when there is something to share.
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
    """What one run knows of one service, as one user of it.

    Args:
        folder: where it is kept, one for each address and user of the service; None shares nothing.
        run: names the run; an empty text shares nothing, and only notes what is written.
        clock: unix time; shared by processes, so not the monotonic one.
    """

    def __init__(self, folder: str | None, run: str, *, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._own = os.path.join(folder, run) if folder and run else None
        self._clock = clock

    def get(self, name: str, about: str, read: Callable[[], Any], enough: Callable[[Any], bool]) -> Any:
        """The answer to a question, shared if that is enough.

        Args:
            name: what is asked, such as the path of a request.
            about: the path of what it is about; what is written below it makes the answer old.
            read: asks now; None is not kept.
            enough: whether there is nothing to do if an answer is right.
        """
        return read() if self._own is None else self._kept.get(name, about, read, enough)

    def listed(self, name: str, about: str, read: Callable[[], list[Any]]) -> list[Any] | None:
        """A list that answers one of many questions alike; None when the single question is to be asked.

        Args:
            name: what is asked.
            about: the path of what the single question is about.
            read: asks for the whole list.
        """
        return None if self._own is None else self._kept.listed(name, about, read)

    @contextmanager
    def writing(self, path: str) -> Iterator[None]:
        """Note a write before it is sent, as the process may be killed then, and once more when it ended."""
        self.wrote(path)
        try:
            yield
        finally:
            self.wrote(path)

    def wrote(self, path: str) -> None:
        """Let nothing be believed that was or will be read of what is below a path, for a while.

        Args:
            path: the first two of its segments name what was written to; ``/`` stands for everything.
        """
        if self._folder is not None and os.path.isdir(self._folder):
            self._kept.wrote(path)

    @cached_property
    def _kept(self) -> KeptAnswers:
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.kept import KeptAnswers

        return KeptAnswers(str(self._folder), self._own, self._clock)
