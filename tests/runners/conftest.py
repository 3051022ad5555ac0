# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stages for plays: with the newest ansible-core, and in `make test-cores` with older ones."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sandbox.launcher import SandboxProcess
from tests.runners.cores import BETWEEN, OLDEST, Core, MissingPythonError, newest_core, older_core
from tests.runners.plays import Stage


@pytest.fixture(params=["newest", *(pytest.param(older, marks=pytest.mark.cores) for older in (OLDEST, BETWEEN))])
def each_core(request: pytest.FixtureRequest) -> Core:
    if request.param == "newest":
        return newest_core()
    try:
        return older_core(request.param)
    except MissingPythonError as error:
        if "REQUIRE_ALL_CORES" in os.environ:
            raise
        pytest.skip(f"ansible-core {request.param} is left out: {error}")


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    """A sandbox for plays with the newest ansible-core."""
    return Stage(newest_core(), tmp_path)


@pytest.fixture
def each_stage(each_core: Core, tmp_path: Path) -> Stage:
    """For plays with the newest ansible-core, and in `make test-cores` with the oldest and one between."""
    return Stage(each_core, tmp_path)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[SandboxProcess]:
    """A server for plays that only read."""
    with SandboxProcess(seed_accounts=1, rate_limit="100000/60", api_key="key-5f3a", api_secret="sec/ret+9dk2") as made:
        yield made
