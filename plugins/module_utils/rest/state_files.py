# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files that outlive a task: their place, their locks, and how they are written.

Private to the collection. Everything here serves one user on one machine. A folder on a network share is not
supported, because locks may not work there.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.untrusted import parse_json

#: Seconds between two attempts to get a lock that another process holds for long, as during an order.
LOCK_INTERVAL = 0.2


def default_state_dir() -> str:
    """Return the folder for state when the user names none (XDG Base Directory Specification, ``XDG_STATE_HOME``)."""
    base = os.environ.get("XDG_STATE_HOME") or ""
    if not os.path.isabs(base):
        base = os.path.expanduser("~/.local/state")
    return os.path.join(base, "reseller.toolkit")


def chosen_state_dir(named: str | None) -> str:
    """Return the folder for state: the one that the user names, or the default."""
    return os.path.expanduser(named or default_state_dir())


def fingerprint(text: str) -> str:
    """Return a short name for a text that must not be readable, or can't be the name of a file."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


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


def read_json(path: str) -> Any:
    """Return the content of the file; None when it does not exist.

    Raises:
        OSError: it can't be read.
        ValueError: it holds no JSON.
    """
    try:
        with open(path, encoding="utf-8") as file:
            value = parse_json(file.read())
    except FileNotFoundError:
        return None
    if value is None:
        raise ValueError("it holds nothing")
    return value


def write_file(path: str, content: bytes, *, durable: bool, mode: int = 0o600) -> None:
    """Replace a file as a whole: readers see the old content or the new.

    Args:
        path: the file; its folder must exist.
        content: all of it.
        durable: return only when it would survive a loss of power.
        mode: who may read and write it, by default only this user.

    Raises:
        OSError: it can't be written; the old content remains.
    """
    folder = os.path.dirname(path)
    descriptor, temporary = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if mode != 0o600:
                os.fchmod(file.fileno(), mode)
            if durable:
                os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
    if durable:
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def write_json(path: str, value: Any, *, durable: bool, mode: int = 0o600) -> None:
    """Write a value as JSON by `write_file`."""
    write_file(path, json.dumps(value, indent=1, sort_keys=True).encode(), durable=durable, mode=mode)


class LockTimeout(Exception):
    """Another process held the lock for the whole time."""


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


def write_in_place(path: str, text: str) -> None:
    """Write into an existing file, such as a locked one, where speed matters.

    A process that is killed while it writes may leave a mixture of old and new content. `write_file` never does, but on
    some file systems replacing a file takes longer than all the rest of a request.

    Raises:
        OSError: it can't be written.
    """
    with open(path, "r+", encoding="utf-8") as file:
        file.write(text)
        file.truncate()


def _same_file(descriptor: int, path: str) -> bool:
    """Return whether the locked file is still the one of that name: its last holder may have removed it."""
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False
