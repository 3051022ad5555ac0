# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the layouts of two screenshots of a page: the positions and sizes of their elements."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

SEPARATOR = " > "
"""What separates the elements of a path."""


@dataclass(frozen=True)
class Element:
    """An element of a page, with its box in pixels from the top left corner of the page."""

    full_path: str
    short_path: str
    x: float
    y: float
    width: float
    height: float

    @classmethod
    def of(cls, stored: dict[str, Any]) -> Element:
        """Return the element that a browser reported."""
        return cls(**stored)

    @property
    def parent(self) -> str:
        """The path of the element around it; an empty text for the outermost one."""
        return self.full_path.rpartition(SEPARATOR)[0]


@dataclass(frozen=True)
class Difference:
    """One difference between two layouts.

    :param target: the element in the target; None if it is only in the base.
    :param base: the element in the base; None if it is only in the target.
    """

    target: Element | None
    base: Element | None

    @property
    def element(self) -> Element:
        """The element on either side."""
        element = self.target or self.base
        assert element is not None
        return element

    @property
    def text(self) -> str:
        """The difference in words, seen from the base."""
        if self.target is None or self.base is None:
            return "is missing" if self.target is None else "is new"
        changes = (
            _change(self.target.x - self.base.x, "px to the right", "px to the left", "moved "),
            _change(self.target.y - self.base.y, "px down", "px up", "moved "),
            _change(self.target.width - self.base.width, "px wider", "px narrower"),
            _change(self.target.height - self.base.height, "px higher", "px lower"),
        )
        return ", ".join(filter(None, changes))


def _change(pixels: float, more: str, less: str, verb: str = "") -> str:
    return f"{verb}{abs(round(pixels))}{more if pixels > 0 else less}" if round(pixels) else ""


def differences(target: Sequence[Element], base: Sequence[Element], tolerance: int) -> list[Difference]:
    """Return the differences of a layout from that of the base, in the order of the page.

    :param tolerance: how many pixels a position or a size may differ.
    """
    now = {element.full_path: element for element in target}
    before = {element.full_path: element for element in base}
    found = [
        Difference(now.get(path), before.get(path))
        for path in dict.fromkeys([*now, *before])
        if _differs(now.get(path), before.get(path), tolerance)
    ]
    by_path = {difference.element.full_path: difference for difference in found}
    left = [difference for difference in found if not _follows(difference, by_path, tolerance)]
    return sorted(left, key=lambda difference: (difference.element.y, difference.element.x))


def _differs(target: Element | None, base: Element | None, tolerance: float) -> bool:
    if target is None or base is None:
        return True
    changes = (getattr(target, name) - getattr(base, name) for name in ("x", "y", "width", "height"))
    return any(abs(change) > tolerance for change in changes)


def _follows(difference: Difference, by_path: dict[str, Difference], tolerance: float) -> bool:
    """Return whether a difference only follows from that of the element around it."""
    outer = by_path.get(difference.element.parent)
    if outer is None:
        return False
    if outer.target is None or outer.base is None or difference.target is None or difference.base is None:
        return (outer.target is None, outer.base is None) == (difference.target is None, difference.base is None)
    base = difference.base
    moved = replace(base, x=base.x + outer.target.x - outer.base.x, y=base.y + outer.target.y - outer.base.y)
    return not _differs(difference.target, moved, tolerance)
