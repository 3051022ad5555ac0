# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Settings of pytest and Hypothesis for unit tests, also when ansible-test runs them without pyproject.toml."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings

# No test fails for slowness: the first value that Hypothesis generates on a new machine can take seconds.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "row(number, call): shows a row of the fault table for a kind of call")
