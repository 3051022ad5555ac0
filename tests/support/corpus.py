# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the corpus: inputs as files in `tests/corpus`, and the expected result of each."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from tests.support.documented_options import loaded

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
EXPECTED = "expected.yml"


class Input(NamedTuple):
    """One input.

    Attributes:
        path: its file.
        expected: its entry in the folder's `expected.yml`.
    """

    path: Path
    expected: dict[str, Any]

    @property
    def text(self) -> str:
        """The input as Ansible reads files: UTF-8, with unchanged line ends."""
        return self.content.decode("utf-8", "surrogateescape")

    @property
    def content(self) -> bytes:
        """The bytes of the input. Sanity checks refuse files with CRLF, a byte order mark or typographic quotes, so an
        entry says where to insert them.
        """
        content = self.path.read_bytes()
        if self.expected.get("quotes") == "typographic":
            content = re.sub(rb'"(.*?)"', lambda found: f"\u201c{found[1].decode()}\u201d".encode(), content)
        if self.expected.get("line_ends") == "crlf":
            content = content.replace(b"\n", b"\r\n")
        return codecs.BOM_UTF8 + content if self.expected.get("byte_order_mark") else content

    @property
    def is_taken(self) -> bool:
        """Whether the input is accepted."""
        return "taken" in self.expected


def inputs(kind: str) -> list[Input]:
    """Return all inputs of a kind, sorted by name.

    Raises:
        ValueError: a file without an entry, an entry without a file or a source, or one that gives neither the result
            nor the reason for the refusal.
    """
    folder = CORPUS / kind
    entries: dict[str, dict[str, Any]] = loaded((folder / EXPECTED).read_text())
    files = {path.name for path in folder.iterdir()} - {EXPECTED}
    if files != set(entries):
        raise ValueError(f"{folder}: {sorted(files ^ set(entries))} are not in both")
    wrong = [
        name
        for name, entry in entries.items()
        if not entry.get("source") or len({"taken", "refused"} & set(entry)) != 1
    ]
    if wrong:
        raise ValueError(f"{folder}: {wrong} have no source, or not one of taken and refused")
    return [Input(folder / name, entries[name]) for name in sorted(entries)]


def check_read(one: Input, read: Callable[[], Any]) -> ToolkitError | None:
    """Fail unless the collection reads or refuses an input as its entry says; return the refusal."""
    if one.is_taken:
        assert read() == one.expected["taken"]
        return None
    with pytest.raises(ToolkitError, match=one.expected["refused"]) as caught:
        read()
    assert caught.value.kind == "invalid_option"
    return caught.value


def name_of(one: Input) -> str:
    """Return the name of an input, for test ids."""
    return one.path.name
