# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replace a file as a whole.

Private to the collection.
"""

from __future__ import annotations

import os
import tempfile


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
