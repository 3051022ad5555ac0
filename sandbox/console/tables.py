# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the console as plain data: groups of tables of cells, and the guide of an empty page."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Share:
    """A part of the users, in percent, that is served one value."""

    percentage: int
    tone: str


@dataclass
class Cell:
    """One cell of a table.

    :param tone: ``on``, ``off``, ``part``, ``value`` or ``name``: how it looks.
    :param badge: a short text before it.
    :param notes: lines below the text.
    :param shares: drawn as a bar; the text or a note must say the same.
    """

    text: str
    tone: str = "value"
    badge: str = ""
    notes: list[str] = field(default_factory=list)
    shares: list[Share] = field(default_factory=list)


@dataclass
class Table:
    """One table; the first cell of each row is its name."""

    title: str
    note: str
    columns: list[str]
    rows: list[list[Cell]]
    empty: str


@dataclass
class Group:
    """A group of related tables."""

    title: str
    note: str
    tables: list[Table]
    empty: str


@dataclass
class Step:
    """One step of a guide; in both texts ``{url}`` stands for the address of the page."""

    text: str
    code: str


@dataclass
class Guide:
    """What a page without groups shows: how to connect."""

    title: str
    steps: list[Step]
