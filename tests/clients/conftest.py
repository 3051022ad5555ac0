# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: the description from which clients are generated, and the lines printed at the end."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.clients.places import PYTHON, STRIPPED

_told: list[str] = []


@pytest.fixture(scope="session")
def description() -> dict[str, Any]:
    """The vendor's description without its doubled parameters."""
    if Path(sys.prefix) != PYTHON.parents[1]:
        pytest.fail("Run make test-clients, which makes the venv and the client that this test needs.")
    found: dict[str, Any] = json.loads(STRIPPED.read_text(encoding="utf-8"))
    return found


@pytest.fixture(scope="session")
def told() -> list[str]:
    """Lines to print after all tests."""
    return _told


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the coverage, also on success."""
    for line in _told:
        terminalreporter.write_line(line)
