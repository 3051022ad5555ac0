# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages, plugins, roles and playbooks are in plain English: they have none of the phrases that this project avoids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "roles").glob("*/README.md")),
    ROOT / "Makefile",
    *sorted(
        path
        for folder in ("modules", "doc_fragments", "callback", "inventory", "filter", "action")
        for path in (ROOT / "plugins" / folder).glob("*.py")
    ),
    *sorted(
        path
        for folder in ("roles", "playbooks", "docs/examples", "extensions", "meta")
        for path in (ROOT / folder).rglob("*.yml")
    ),
]
AVOIDED = {
    r"\bshall\b": "must, ensure",
    r"\b(sees?|(is|are) seen) to\b": "ensure, manage",
    r"\btells? of\b": "report, say",
    r"\blets? in\b": "allow, enable",
    r"\bwhat there is\b": "what exists",
    r"\b(is|are) to be\b": "must, has to be",
    r"\bmend(s|ed)?\b": "fix, repair",
    r"\bmeanwhile\b": "while, in the meantime",
    r"\b[Nn]eeded are\b": "requires",
    r"\banew\b": "again",
    r"\bthe world\b": "the current state",
    r"\bunder way\b": "pending, running",
    r"\btake[ns]? away\b": "remove",
}
"""Patterns, and what to write instead."""


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_phrase_to_avoid(page: Path) -> None:
    # A line's end is as good as a space between two words, also in a comment.
    text = re.sub(r"[\s#]+", " ", page.read_text(encoding="utf-8"))
    found = {match[0]: words for pattern, words in AVOIDED.items() for match in re.finditer(pattern, text)}
    assert not found
