# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version is the same wherever it is written, and documentation names no version after it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
VERSION = str(yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"])
DOCUMENTED = sorted(
    path
    for kind in ("modules", "inventory", "callback", "filter", "lookup", "doc_fragments")
    for pattern in ("*.py", "*.yml")
    for path in (ROOT / "plugins" / kind).glob(pattern)
)


def assigned(path: Path, name: str) -> Any:
    """Return the constant that a source file assigns to a name; None if it assigns none."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    return None


def documentation(path: Path) -> dict[str, Any]:
    """Return what a plugin or a fragment documents."""
    text = path.read_text(encoding="utf-8") if path.suffix == ".yml" else assigned(path, "DOCUMENTATION")
    found = yaml.safe_load(text or "{}")
    return found.get("DOCUMENTATION", found) if path.suffix == ".yml" else found


def options_of(documented: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield each option with its name, suboptions too."""
    for name, option in (documented.get("options") or documented.get("suboptions") or {}).items():
        yield name, option
        yield from options_of(option)


def released(version: str) -> Version:
    """Return a version without its suffix."""
    return Version(Version(version).base_version)


def unreleased_fragments() -> str:
    """Return the text of the fragments that no release has taken up."""
    releases = yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text())["releases"].values()
    taken = {name for release in releases for name in release.get("fragments", [])}
    folder = ROOT / "changelogs/fragments"
    return "\n".join(path.read_text() for path in sorted(folder.glob("*.yml")) if path.name not in taken)


def test_user_agent_contains_the_package_version() -> None:
    assert assigned(ROOT / "plugins/module_utils/version.py", "VERSION") == VERSION


@pytest.mark.parametrize("path", DOCUMENTED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_nothing_was_added_in_a_later_version(path: Path) -> None:
    documented = documentation(path)
    named = {"": documented, **dict(options_of(documented))}
    later = {
        name: one["version_added"]
        for name, one in named.items()
        if "version_added" in one and Version(str(one["version_added"])) > released(VERSION)
    }
    assert not later


@pytest.mark.parametrize("path", DOCUMENTED, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_changelog_names_new_options_of_older_plugins(path: Path) -> None:
    documented = documentation(path)
    if str(documented.get("version_added")) == str(released(VERSION)):
        return
    text = unreleased_fragments()
    new = [name for name, one in options_of(documented) if str(one.get("version_added")) == str(released(VERSION))]
    assert [name for name in new if name not in text] == []
