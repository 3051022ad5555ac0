# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each target of the Makefile looks into the folders that have tests for it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def variable(name: str) -> list[str]:
    """Return the words of a variable of the Makefile."""
    (words,) = re.findall(rf"^{name} := (.+)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return words.split()


def marked(mark: str) -> set[str]:
    """Return the folders below `tests` that have a test with a mark."""
    files = (ROOT / "tests").rglob("*.py")
    return {"/".join(file.relative_to(ROOT).parts[:2]) for file in files if f"pytest.mark.{mark}" in file.read_text()}


def test_make_faults_looks_where_its_tests_are() -> None:
    assert marked("faults") - {"tests/unit"} == set(variable("FAULTS_IN"))


def test_make_test_leaves_out_only_folders_without_tests_for_it() -> None:
    for folder in variable("LEFT_OUT_IN"):
        for file in (ROOT / folder).glob("test_*.py"):
            marks = re.findall(r"^pytestmark = .*", file.read_text(), re.MULTILINE)
            assert any(f"mark.{mark}" in line for line in marks for mark in variable("LEFT_OUT")), file
