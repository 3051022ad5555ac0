# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures, with Pillow: parts and small forms of a screenshot, and what differs between two."""

from __future__ import annotations

import io
from typing import NamedTuple

from PIL import Image, ImageChops

THUMBNAIL = (240, 240)
"""The largest size of a thumbnail, in pixels."""
SAME = 16
"""How much a color may differ before the pixel does, from 0 to 255: fonts are not drawn alike each time."""
HIGHLIGHT = (214, 0, 108)


class PixelDifference(NamedTuple):
    """What differs between the pixels of two pictures.

    :param picture: the target in pale gray, with the pixels that differ in a color, as PNG.
    :param share: the share of pixels that differ, from 0 to 1.
    """

    picture: bytes
    share: float


def size_of(png: bytes) -> tuple[int, int]:
    """Return the width and the height of a picture in pixels."""
    with Image.open(io.BytesIO(png)) as picture:
        return picture.size


def window(png: bytes, height: int) -> bytes:
    """Return the upper part of a picture."""
    with Image.open(io.BytesIO(png)) as picture:
        return _encoded(picture.crop((0, 0, picture.width, min(height, picture.height))))


def thumbnail(png: bytes) -> bytes:
    """Return a small form of a picture."""
    with Image.open(io.BytesIO(png)) as picture:
        small = picture.convert("RGB")
    small.thumbnail(THUMBNAIL)
    return _encoded(small)


def difference(target: bytes, base: bytes) -> PixelDifference:
    """Return what differs; what one picture is larger by differs."""
    with Image.open(io.BytesIO(target)) as opened:
        after = opened.convert("RGB")
    with Image.open(io.BytesIO(base)) as opened:
        before = opened.convert("RGB")
    size = (max(after.width, before.width), max(after.height, before.height))
    common = Image.new("L", (min(after.width, before.width), min(after.height, before.height)), 0)
    differing = Image.new("L", size, 255)
    differing.paste(common, (0, 0))
    box = (0, 0, *common.size)
    bands = ImageChops.difference(after.crop(box), before.crop(box)).split()
    largest = ImageChops.lighter(ImageChops.lighter(bands[0], bands[1]), bands[2])
    differing.paste(largest.point([0] * (SAME + 1) + [255] * (255 - SAME)), (0, 0))
    pale = Image.new("RGB", size, (255, 255, 255))
    pale.paste(Image.blend(after.convert("L").convert("RGB"), Image.new("RGB", after.size, (255, 255, 255)), 0.7))
    pale.paste(HIGHLIGHT, mask=differing)
    share = differing.histogram()[255] / (size[0] * size[1])
    return PixelDifference(_encoded(pale), share)


def _encoded(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()
