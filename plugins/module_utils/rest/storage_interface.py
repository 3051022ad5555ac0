# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The interface to everything that outlives a task: the read cache, rate limits, the journal, write-only settings.

Private to the collection. An entry has a namespace and a name, both texts; a slash in a namespace separates it from the
one above it. Its content is bytes. Nothing outside of an implementation knows where entries are kept. `FileStorage` is
the implementation with files.
"""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import NamedTuple, Protocol

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import LOCK_INTERVAL


class Finding(NamedTuple):
    """Why an entry or a namespace can't be trusted.

    Attributes:
        path: where it is.
        why: what is wrong with it.
        repair: the command that repairs it.
        by_group: whether it is acceptable if the group is trusted.
    """

    path: str
    why: str
    repair: str
    by_group: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.why}"


class Storage(Protocol):
    """Entries that outlive a task and that several processes use. All methods raise OSError if it can't be used."""

    def get(self, namespace: str, name: str) -> bytes | None:
        """Return the content of an entry; None when it does not exist."""

    def put(self, namespace: str, name: str, content: bytes, *, durable: bool = False) -> None:
        """Write an entry as a whole, and its namespace if that does not exist.

        Readers see the old content or the new. The exception is an entry that `lock` was called for under the same
        name: it is written faster, and only who holds the lock reads it reliably.

        Args:
            namespace: the entry's namespace.
            name: its name.
            content: all of it.
            durable: return only when it would survive a loss of power.
        """

    def remove(self, namespace: str, name: str) -> None:
        """Remove an entry; one that does not exist is no error."""

    def clear(self, namespace: str) -> None:
        """Remove a namespace with everything in it, as far as possible."""

    def list_names(self, namespace: str) -> dict[str, float]:
        """Return the names in a namespace, each with the unix time when it was last written.

        They are those of entries, of locks, of entries that a killed process began to write, and of the namespaces
        directly below.
        """

    def lock(
        self, namespace: str, name: str, *, timeout: float, interval: float = LOCK_INTERVAL
    ) -> AbstractContextManager[bool]:
        """Hold an exclusive lock between processes, which ends when its holder dies.

        Args:
            namespace: the lock's namespace; it is created if it does not exist.
            name: the lock's name, which may be that of an entry.
            timeout: how long to wait for it, in seconds.
            interval: seconds between two attempts to get it.

        Yields:
            whether another process held the lock at first.

        Raises:
            LockTimeout: the lock was not free in time.
        """

    def place(self, namespace: str, name: str = "") -> str:
        """Return where an entry or a namespace is kept, for messages."""

    def findings(self, namespace: str, name: str = "") -> list[Finding]:
        """Return what lets others change a namespace and those above it, or one entry; nothing if it does not exist."""
