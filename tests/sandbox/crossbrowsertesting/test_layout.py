# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences of layouts: what counts as one, and what only follows from another."""

from __future__ import annotations

import pytest

from sandbox.crossbrowsertesting.layout import Element, differences

MAIN, MENU, BUTTON, ICON = (
    Element("body > main", "main", 0, 0, 800, 600),
    Element("body > main > nav", "nav", 0, 100, 800, 50),
    Element("body > main > nav > button", "button", 100, 110, 120, 30),
    Element("body > main > nav > button > img", "img", 105, 115, 20, 20),
)
BASE = [MAIN, MENU, BUTTON, ICON]


def moved(element: Element, x: float = 0, y: float = 0, width: float = 0, height: float = 0) -> Element:
    return Element(
        *(element.full_path, element.short_path),
        *(element.x + x, element.y + y, element.width + width, element.height + height),
    )


def told(target: list[Element], tolerance: int = 30) -> list[str]:
    return [f"{one.element.short_path} {one.text}" for one in differences(target, BASE, tolerance)]


@pytest.mark.parametrize(
    ("target", "found"),
    [
        (BASE, []),
        ([MAIN, MENU, moved(BUTTON, x=30), moved(ICON, x=30)], []),
        ([MAIN, MENU, moved(BUTTON, x=31), moved(ICON, x=31)], ["button moved 31px to the right"]),
        ([MAIN, MENU, moved(BUTTON, x=-50, y=-60), ICON], ["button moved 50px to the left, moved 60px up"]),
        ([MAIN, MENU, BUTTON, moved(ICON, y=40)], ["img moved 40px down"]),
        ([MAIN, MENU, moved(BUTTON, width=40), ICON], ["button 40px wider"]),
        ([MAIN, MENU, moved(BUTTON, height=-31, width=-35), ICON], ["button 35px narrower, 31px lower"]),
        # What moves with the element around it is left out, what moves differently is not.
        ([MAIN, *(moved(one, y=200) for one in (MENU, BUTTON, ICON))], ["nav moved 200px down"]),
        ([MAIN, moved(MENU, y=200), BUTTON, ICON], ["nav moved 200px down"]),
        ([MAIN], ["nav is missing"]),
        ([MAIN, MENU, BUTTON, ICON, Element("body > main > p", "p", 0, 300, 10, 10)], ["p is new"]),
        # The element around it has only become visible on one side.
        ([MAIN, moved(BUTTON, x=80), moved(ICON, x=80)], ["nav is missing", "button moved 80px to the right"]),
    ],
)
def test_differences_in_words(target: list[Element], found: list[str]) -> None:
    assert told(target) == found


def test_tolerance_is_in_pixels() -> None:
    target = [MAIN, MENU, moved(BUTTON, x=1), ICON]
    assert [told(target, tolerance) for tolerance in (0, 1)] == [["button moved 1px to the right"], []]
