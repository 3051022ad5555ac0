# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages for plays: with the newest ansible-core, or with the newest and the oldest."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.launcher import SandboxProcess
from tests.runners.cores import OLDEST, Core, newest_core, oldest_core
from tests.runners.plays import Stage


@pytest.fixture(scope="session")
def cores() -> dict[str, Core]:
    """The ansible-core versions of this machine by their names."""
    return {core.name: core for core in (newest_core(), oldest_core())}


@pytest.fixture(params=["newest", OLDEST])
def each_core(request: pytest.FixtureRequest, cores: dict[str, Core]) -> Core:
    return cores[request.param]


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """For plays with the newest ansible-core."""
    return Stage(newest_core(), tmp_path)


@pytest.fixture
def each_stage(each_core: Core, tmp_path: Path) -> Stage:
    """For plays with the newest ansible-core, and again with the oldest."""
    return Stage(each_core, tmp_path)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """A server for plays that only read."""
    with SandboxProcess(seed_accounts=1, rate_limit="100000/60", api_key="key-5f3a", api_secret="sec/ret+9dk2") as made:
        yield made
