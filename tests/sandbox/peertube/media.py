# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small files that a server takes for media, of any size: the sandbox reads no more of them than their heads."""

from __future__ import annotations

import struct
import zlib

_SECONDS = 6


def _box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def mp4(size: int, height: int = 240) -> bytes:
    """Return an MP4 of this many bytes, six seconds long."""
    matrix = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
    mvhd = bytes(12) + struct.pack(">II", 1000, _SECONDS * 1000) + struct.pack(">IH", 0x10000, 0x100) + bytes(10)
    mvhd += matrix + bytes(24) + struct.pack(">I", 3)
    tkhd = b"\0\0\0\3" + bytes(8) + struct.pack(">III", 1, 0, _SECONDS * 1000) + bytes(16) + matrix
    tkhd += struct.pack(">II", (height * 4 // 3) << 16, height << 16)
    head = _box(b"ftyp", b"isom" + struct.pack(">I", 512) + b"isomiso2avc1mp41")
    head += _box(b"moov", _box(b"mvhd", mvhd) + _box(b"trak", _box(b"tkhd", tkhd)))
    return head + _box(b"mdat", bytes(size - len(head) - 8))


def mkv(size: int) -> bytes:
    """Return a Matroska file of this many bytes."""
    return (b"\x1a\x45\xdf\xa3\x88\x42\x82\x88matroska").ljust(size, b"\0")


def mp3(size: int) -> bytes:
    """Return an MP3 of this many bytes."""
    return b"ID3\x04\0\0\0\0\0\0".ljust(size, b"\0")


def png(size: int) -> bytes:
    """Return a PNG of at least this many bytes."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 200, 200, 8, 0, 0, 0, 0))
    content = zlib.compress(bytes(201 * 200))
    padding = chunk(b"tEXt", b"Comment\0" + bytes(max(0, size - len(head) - len(content) - 44)))
    return head + padding + chunk(b"IDAT", content) + chunk(b"IEND", b"")


def named(name: str, size: int) -> bytes:
    """Return the content of a file of a recording, by its name."""
    if name == "x.mp4":
        return b"not a video".ljust(size, b"\1")
    kind = name.rpartition(".")[2]
    if kind == "mp4":
        return mp4(size, 480 if "480" in name else 240)
    if kind == "vtt":
        return b"WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n"
    if kind == "srt":
        return b"1\n00:00:00,000 --> 00:00:01,000\nHello\n"
    makers = {"mkv": mkv, "mp3": mp3, "png": png, "jpg": lambda size: b"\xff\xd8\xff".ljust(size, b"\0")}
    return makers[kind](size) if kind in makers else b"text".ljust(size, b".")
