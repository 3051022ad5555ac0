# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pictures of the documentation: compare one with the page that it shows, or write it again.

Fonts of other machines draw the edges of letters differently, so pictures are compared in blocks of pixels.
"""

from __future__ import annotations

import io
import os
from itertools import product
from pathlib import Path

from PIL import Image, ImageChops

from tests.support.playing import ROOT

FOLDER = ROOT / "docs/pictures"
#: The environment variable with which a test writes its picture instead of comparing it.
WRITE = "WRITE_PICTURES"
#: The length of the sides of a block, in pixels.
BLOCK = 12
#: By how many pixels letters may lie elsewhere.
SHIFT = 1
#: By how much the mean color of a block may differ, of 255, where it differs least.
BLOCK_DIFFERENCE = 20
#: How many blocks may differ by more: fewer than a word has.
DIFFERENT_BLOCKS = 4
#: By how many pixels the height may differ, as the heights of lines depend on the fonts.
HEIGHT_DIFFERENCE = 12
COLORS = 128


def check_picture(name: str, taken: bytes) -> None:
    """Fail if a stored picture no longer shows what it should, or write it if `WRITE` is set.

    Args:
        name: its name in `FOLDER`, without the ending.
        taken: the screenshot, as PNG.
    """
    file = FOLDER / f"{name}.png"
    now = Image.open(io.BytesIO(taken)).convert("RGB")
    if os.environ.get(WRITE):
        save(now, file)
    with Image.open(file) as stored:
        found = difference(stored.convert("RGB"), now)
    assert not found, f"{file} does not show the page as it is now: {found}. Run make pictures, and look at the result."


def save(picture: Image.Image, file: Path) -> None:
    """Write a picture as a small file."""
    few = picture.quantize(COLORS, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file.parent.mkdir(exist_ok=True)
    few.save(file, optimize=True)


def difference(stored: Image.Image, now: Image.Image) -> str:
    """Return in what two pictures clearly differ; an empty text if they do not."""
    if stored.width != now.width or abs(stored.height - now.height) > HEIGHT_DIFFERENCE:
        return f"it has {now.width}x{now.height} pixels instead of {stored.width}x{stored.height}"
    size = (stored.width // BLOCK, min(stored.height, now.height) // BLOCK)
    least = Image.new("L", size, 255)
    for across, down in product(range(-SHIFT, SHIFT + 1), repeat=2):
        shifted = ImageChops.offset(now, across, down)
        blocks = [
            one.resize(size, Image.Resampling.BOX, (0, 0, size[0] * BLOCK, size[1] * BLOCK))
            for one in (stored, shifted)
        ]
        red, green, blue = ImageChops.difference(*blocks).split()
        least = ImageChops.darker(least, ImageChops.lighter(ImageChops.lighter(red, green), blue))
    different = sum(least.histogram()[BLOCK_DIFFERENCE + 1 :])
    return f"{different} of {size[0] * size[1]} blocks differ" if different > DIFFERENT_BLOCKS else ""
