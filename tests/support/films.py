# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that pass for videos."""

from __future__ import annotations

import hashlib
import random
from pathlib import Path

#: The beginning of an MP4 file (ISO/IEC 14496-12, 4.3).
MP4 = b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42"
MIB = 1024 * 1024


def film(path: Path, size: int, seed: int = 1) -> str:
    """Write a file that passes for a video, without a repeated part, and return its path."""
    numbers = random.Random(seed)
    with path.open("wb") as file:
        file.write(MP4)
        left = size - len(MP4)
        while left:
            part = numbers.randbytes(min(left, MIB))
            file.write(part)
            left -= len(part)
    return str(path)


def sha256(path: str) -> str:
    """Return the hash of a file."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(MIB):
            digest.update(part)
    return digest.hexdigest()
