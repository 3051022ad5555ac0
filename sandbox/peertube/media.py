# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What can be read from a video file without decoding it."""

from __future__ import annotations

import struct
from typing import NamedTuple

from sandbox.context import Context
from sandbox.peertube import files

_HEAD = 1024 * 1024
_AUDIO = (b"ID3", b"\xff\xfb", b"\xff\xf3", b"fLaC", b"RIFF")
_CONTAINERS = (b"\x1a\x45\xdf\xa3", b"OggS", b"FLV")


class Media(NamedTuple):
    """The properties of a video: whole seconds, pixels."""

    duration: int
    width: int
    height: int
    has_video: bool = True


def probe(context: Context, path: str) -> Media | None:
    """Return the properties of a stored file, or None if it is no video or sound."""
    head = files.begin_of(context, path, _HEAD)
    if head[4:8] == b"ftyp":
        return _mp4(head + files.end_of(context, path, _HEAD))
    if head.startswith(_AUDIO):
        return Media(5, 0, 0, has_video=False)
    return Media(5, 320, 240) if head.startswith(_CONTAINERS) else None


def _mp4(data: bytes) -> Media:
    seconds, width, height = 0, 0, 0
    at = data.find(b"mvhd")
    if at >= 0 and len(data) > at + 40:
        long = data[at + 4] == 1
        scale, length = struct.unpack_from(">IQ" if long else ">II", data, at + (24 if long else 16))
        seconds = round(length / scale) if scale else 0
    at = data.find(b"tkhd")
    while at >= 0 and not width and len(data) >= at + 100:
        end = at + 4 + (96 if data[at + 4] == 1 else 84)
        width, height = (value >> 16 for value in struct.unpack_from(">II", data, end - 8))
        at = data.find(b"tkhd", at + 4)
    return Media(seconds, width or 320, height or 240)
