# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Storage in files: one folder for each namespace, one file for each entry.

Private to the collection. It serves one user on one machine. A folder on a network share is not supported, because
locks may not work there.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import LOCK_INTERVAL, LockTimeout
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.trust import folder_findings

if TYPE_CHECKING:
    # An annotation only.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Finding


class FileStorage:
    """A `Storage` in files.

    Args:
        folder: the folder of all namespaces; it is created when something is written.
        trusted_to_group: the namespaces that members of the process's groups may own and change; the empty text stands
            for the folder itself. All others are this user's alone.
    """

    def __init__(self, folder: str, *, trusted_to_group: Collection[str] = ()) -> None:
        self._folder = folder
        self._trusted_to_group = trusted_to_group
        self._locks: set[str] = set()

    def get(self, namespace: str, name: str) -> bytes | None:
        """See `Storage.get`."""
        path = self.place(namespace, name)
        try:
            # Checked before opening: opening a pipe would block.
            if not stat.S_ISREG(os.lstat(path).st_mode):
                raise OSError("it is no regular file")
            with open(path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def put(self, namespace: str, name: str, content: bytes, *, durable: bool = False) -> None:
        """See `Storage.put`."""
        path = self.place(namespace, name)
        if path in self._locks:
            # A new file of that name would have another lock.
            write_in_place(path, content)
        else:
            # Imported lazily: most tasks write nothing but the rate limit, which is in place.
            from ansible_collections.reseller.toolkit.plugins.module_utils.rest.atomic_files import write_file

            self._make(namespace)
            write_file(path, content, durable=durable, mode=self._mode(namespace))

    def remove(self, namespace: str, name: str) -> None:
        """See `Storage.remove`."""
        with suppress(FileNotFoundError):
            os.unlink(self.place(namespace, name))

    def clear(self, namespace: str) -> None:
        """See `Storage.clear`."""
        shutil.rmtree(self.place(namespace), ignore_errors=True)

    def list_names(self, namespace: str) -> dict[str, float]:
        """See `Storage.list_names`."""
        found = {}
        with suppress(FileNotFoundError), os.scandir(self.place(namespace)) as entries:
            for entry in entries:
                # Another process may have removed it in between.
                with suppress(FileNotFoundError):
                    found[entry.name] = entry.stat(follow_symlinks=False).st_mtime
        return found

    @contextmanager
    def lock(self, namespace: str, name: str, *, timeout: float, interval: float = LOCK_INTERVAL) -> Iterator[bool]:
        """See `Storage.lock`."""
        path = self.place(namespace, name)
        self._make(namespace)
        self._locks.add(path)
        with locked(path, timeout=timeout, interval=interval, mode=self._mode(namespace)) as waited:
            yield waited

    def place(self, namespace: str, name: str = "") -> str:
        """Return the path of a file or a folder."""
        return os.path.join(self._folder, *filter(None, (namespace, name)))

    def findings(self, namespace: str, name: str = "") -> list[Finding]:
        """See `Storage.findings`."""
        trust_group = namespace in self._trusted_to_group
        if not name:
            return folder_findings(self.place(namespace), trust_group=trust_group)
        # Imported lazily: only orders ask about one file, and an ordinary module saves 1 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.trust_findings import file_finding

        finding = file_finding(self.place(namespace, name), trust_group=trust_group)
        return [finding] if finding else []

    def _mode(self, namespace: str) -> int:
        return 0o660 if namespace in self._trusted_to_group else 0o600

    def _make(self, namespace: str) -> None:
        """Make sure that the folder of a namespace exists."""
        path = self.place(namespace)
        if namespace in self._trusted_to_group:
            make_folder(path, mode=0o770)
        else:
            private_dir(path)


def default_state_dir() -> str:
    """Return the folder for state when the user names none (XDG Base Directory Specification, ``XDG_STATE_HOME``)."""
    base = os.environ.get("XDG_STATE_HOME") or ""
    if not os.path.isabs(base):
        base = os.path.expanduser("~/.local/state")
    return os.path.join(base, "reseller.toolkit")


def chosen_state_dir(named: str | None) -> str:
    """Return the folder for state: the one that the user names, or the default."""
    return os.path.expanduser(named or default_state_dir())


def make_folder(path: str, *, mode: int = 0o700) -> None:
    """Create a folder, with those above it, unless it exists.

    Args:
        path: the folder.
        mode: who may enter and change what is created, whatever the umask says.

    Raises:
        OSError: it cannot be created.
    """
    # os.makedirs has a mode for the last folder only.
    if os.path.isdir(path):
        return
    make_folder(os.path.dirname(os.path.abspath(path)), mode=mode)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        # Another process was faster, or it is no folder.
        if not os.path.isdir(path):
            raise
        return
    if mode != 0o700:
        os.chmod(path, mode)


def private_dir(path: str) -> str:
    """Ensure that a folder exists that only this user can enter, and create the folders above it.

    Raises:
        OSError: it can't be created, or belongs to another user.
    """
    make_folder(path)
    if os.stat(path).st_uid != os.geteuid():
        raise PermissionError(errno.EPERM, "belongs to another user", path)
    return path


@contextmanager
def locked(
    path: str,
    *,
    timeout: float,
    interval: float = LOCK_INTERVAL,
    sleep: Callable[[float], None] = time.sleep,
    mode: int = 0o600,
) -> Iterator[bool]:
    """Hold an exclusive lock between processes; the kernel frees it when its holder dies.

    Args:
        path: the lock file, created if it does not exist.
        timeout: how long to wait for it, in seconds.
        interval: seconds between two attempts to get it.
        sleep: how to wait.
        mode: who may take the lock, by default only this user.

    Yields:
        whether another process held the lock at first.

    Raises:
        LockTimeout: the lock was not free in time.
        OSError: the file can't be opened.
    """
    deadline = time.monotonic() + timeout
    waited = False
    while True:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if mode != 0o600 and os.fstat(descriptor).st_uid == os.geteuid():
                os.fchmod(descriptor, mode)
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _same_file(descriptor, path):
                break
        except BlockingIOError:
            waited = True
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
        if time.monotonic() >= deadline:
            raise LockTimeout(path)
        if waited:
            sleep(interval)
    try:
        yield waited
    finally:
        os.close(descriptor)


def write_in_place(path: str, content: bytes) -> None:
    """Write into an existing file, such as a locked one, where speed matters.

    A process that is killed while it writes may leave a mixture of old and new content. `write_file` never does, but on
    some file systems replacing a file takes longer than all the rest of a request.

    Raises:
        OSError: it can't be written.
    """
    with open(path, "r+b") as file:
        file.write(content)
        file.truncate()


def _same_file(descriptor: int, path: str) -> bool:
    """Return whether the locked file is still the one of that name: its last holder may have removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
