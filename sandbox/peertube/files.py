# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the instance, by their paths; kept with the state."""

from __future__ import annotations

import atexit
import hashlib
import shutil
import tempfile
from pathlib import Path

from sandbox.context import Context
from sandbox.store import Setting

_FOLDER = Setting("files_folder", "")


def _place(context: Context, path: str) -> Path:
    folder = _FOLDER.read(context.store)
    if not folder:
        if context.options.state == ":memory:":
            folder = tempfile.mkdtemp(prefix="sandbox-peertube-")
            atexit.register(shutil.rmtree, folder, ignore_errors=True)
        else:
            folder = str(Path(context.options.state, "files"))
            Path(folder).mkdir(exist_ok=True)
        _FOLDER.write(context.store, folder)
    # The hash is a safe name for every path.
    return Path(folder, hashlib.sha256(path.encode()).hexdigest())


def write(context: Context, path: str, content: bytes) -> None:
    """Store a file."""
    _place(context, path).write_bytes(content)


def write_at(context: Context, path: str, offset: int, content: bytes) -> None:
    """Write a part of a file; a part before it that was never written has zeros."""
    place = _place(context, path)
    place.touch()
    with place.open("r+b") as file:
        file.seek(offset)
        file.write(content)


def read(context: Context, path: str) -> bytes | None:
    """Return a file, or None."""
    place = _place(context, path)
    return place.read_bytes() if place.exists() else None


def size(context: Context, path: str) -> int:
    """Return the length of a file; 0 if it does not exist."""
    place = _place(context, path)
    return place.stat().st_size if place.exists() else 0


def begin_of(context: Context, path: str, length: int) -> bytes:
    """Return the first bytes of a file."""
    place = _place(context, path)
    if not place.exists():
        return b""
    with place.open("rb") as file:
        return file.read(length)


def move(context: Context, path: str, target: str) -> None:
    """Give a file another path."""
    _place(context, path).replace(_place(context, target))


def link(context: Context, path: str, target: str) -> None:
    """Let a second path have the same content."""
    place = _place(context, target)
    place.unlink(missing_ok=True)
    place.hardlink_to(_place(context, path))


def remove(context: Context, path: str) -> None:
    """Remove a file, if it exists."""
    _place(context, path).unlink(missing_ok=True)


def end_of(context: Context, path: str, length: int) -> bytes:
    """Return the last bytes of a file."""
    place = _place(context, path)
    with place.open("rb") as file:
        file.seek(max(0, place.stat().st_size - length))
        return file.read(length)
