# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the console as plain data: groups of tables of cells."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Cell:
    """One cell of a table.

    :param tone: ``on``, ``off``, ``value`` or ``name``: how it looks.
    :param notes: lines below the text.
    """

    text: str
    tone: str = "value"
    notes: list[str] = field(default_factory=list)


@dataclass
class Table:
    """One table; the first cell of each row is its name."""

    title: str
    columns: list[str]
    rows: list[list[Cell]]
    empty: str = "Nothing yet."


@dataclass
class Group:
    """A group of related tables."""

    title: str
    note: str
    tables: list[Table]
