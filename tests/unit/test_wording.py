# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages, plugins, roles and playbooks are in plain English: they have none of the phrases that this project avoids."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


def unreleased_fragments() -> list[Path]:
    """Return the changelog fragments that belong to no release: those of a release are not edited."""
    releases = yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text(encoding="utf-8"))["releases"].values()
    taken = {name for release in releases for name in release.get("fragments", [])}
    return [path for path in sorted((ROOT / "changelogs/fragments").glob("*.yml")) if path.name not in taken]


PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "roles").glob("*/README.md")),
    ROOT / "Makefile",
    *unreleased_fragments(),
    *sorted(
        path
        for folder in (
            *("modules", "doc_fragments", "callback", "inventory", "filter", "action", "plugin_utils"),
            *("module_utils/configcat", "module_utils/rest"),
        )
        for path in (ROOT / "plugins" / folder).glob("*.py")
    ),
    *sorted(
        path
        for folder in ("roles", "playbooks", "docs/examples", "extensions", "meta")
        for path in (ROOT / folder).rglob("*.yml")
    ),
]
#: Patterns, and what to write instead.
AVOIDED = {
    r"\bshall\b": "must, ensure",
    r"\b(sees?|(is|are) seen) to\b": "ensure, manage",
    r"\bha(s|ve) it so\b": "ensure",
    r"\btells? of\b": "report, say",
    r"\b(lets?|letting) in\b": "allow, enable",
    r"\b(keeps?|keeping|kept) out\b": "disable, refuse",
    r"\bswitch(es|ed|ing)? (on|off)\b": "enable, disable",
    r"\bwhat there is\b": "what exists",
    r"\b(is|are) to be\b": "must, has to be",
    r"\bmend(s|ed|ing)?\b": "fix, repair",
    r"\bmeanwhile\b": "while, in the meantime",
    r"\b[Nn]eeded (is|are)\b": "requires",
    r"\banew\b": "again",
    r"\bonce more\b": "again",
    r"\bthe world\b": "the current state",
    r"\bunder way\b": "pending, running",
    r"\bon (its|their) way\b": "pending",
    r"\b(run|process|task|play)s? (is|are) at it\b": "holds the lock",
    r"\bas good as\b": "equivalent to, or the plain adjective",
    r"\btake[ns]? away\b": "remove",
    r"\bwho may call\b": "credentials",
    r"\bfault of reseller\.toolkit\b": "bug in reseller.toolkit",
    r"\b(is|are) that are none\b|\bnone such\b": "name the thing",
}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_phrase_to_avoid(page: Path) -> None:
    # A line's end is as good as a space between two words, also in a comment.
    text = re.sub(r"[\s#]+", " ", page.read_text(encoding="utf-8"))
    found = {match[0]: words for pattern, words in AVOIDED.items() for match in re.finditer(pattern, text)}
    assert not found
