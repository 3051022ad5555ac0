# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a picture of the documentation counts as different from the page: that the judge of these pictures can fail."""

from __future__ import annotations

import random

import pytest
from PIL import Image, ImageDraw

from tests.support.pictures import difference

SIZE = (1100, 700)
PAPER, INK, GREEN = (255, 255, 255), (27, 31, 36), (17, 99, 41)


def page(
    *,
    dx: float = 0,
    rows: int = 12,
    word: bool = True,
    size: tuple[int, int] = SIZE,
    button: int = 40,
    bar: tuple[int, int, int] = GREEN,
) -> Image.Image:
    """Draw lines of words, a button and a bar; letters begin ``dx`` pixels further to the right."""
    picture = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(picture)
    words = random.Random(7)
    for row in range(rows):
        left = 40.0 + dx
        for number in range(14):
            for _letter in range(words.randrange(2, 8)):
                if (row, number) == (3, 5) and not word:
                    continue
                draw.rectangle((left, 150 + row * 40, left + 2, 160 + row * 40), fill=INK)
                left += 6
            left += 8
    draw.rectangle((button, 80, button + 120, 110), fill=(140, 59, 18))
    draw.rectangle((40, 20, 1000, 60), fill=bar)
    return picture


def test_edges_of_letters_may_differ() -> None:
    few = page().quantize(128).convert("RGB")
    assert difference(few, page()) == ""
    assert difference(page(), page(dx=1)) == ""
    assert difference(page(), page(size=(1100, 710))) == ""


@pytest.mark.parametrize(
    "other",
    [
        page(button=120),
        page(word=False),
        page(rows=11),
        page(rows=13),
        page(bar=(164, 14, 38)),
        page(size=(1100, 720)),
        page(size=(1099, 700)),
        Image.new("RGB", SIZE, PAPER),
    ],
    ids=["moved button", "word gone", "line gone", "line more", "other color", "taller", "narrower", "empty"],
)
def test_what_a_reader_would_notice_is_found(other: Image.Image) -> None:
    assert difference(page(), other) and difference(other, page())
