# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a ConfigCat sandbox, and each SDK in turn."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.launcher import SandboxProcess
from tests.sdk.sdks import Opened
from tests.support.configcat import Client, Shop


@pytest.fixture(scope="session")
def sandbox() -> Iterator[SandboxProcess]:
    with SandboxProcess(service="configcat", rate_limit="100000/60") as running:
        yield running


@pytest.fixture
def shop(sandbox: SandboxProcess) -> Shop:
    """A product that no other test uses."""
    return Shop.open(Client(sandbox))


@pytest.fixture(
    params=[
        "configcat-client",
        pytest.param("configcat-node", marks=pytest.mark.node),
        pytest.param("@configcat/sdk", marks=pytest.mark.node),
    ]
)
def opened(request: pytest.FixtureRequest) -> Iterator[Opened]:
    """Opens an SDK, of one package after the other."""
    with Opened(request.param) as opened:
        yield opened
