# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a running ConfigCat sandbox, a client, and a product for most tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.configcat import Client, Shop


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxProcess]:
    with SandboxProcess(service="configcat", rate_limit="100000/60") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: SandboxProcess) -> Iterator[SandboxProcess]:
    """The sandbox that most tests share, without faults; each test creates its own product."""
    yield running
    running.set_faults([])


@pytest.fixture
def api(sandbox: SandboxProcess) -> Client:
    return Client(sandbox)


@pytest.fixture
def shop(api: Client) -> Shop:
    return Shop.open(api)
