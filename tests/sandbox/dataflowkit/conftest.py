# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A running Dataflow Kit sandbox without a browser, for the whole folder."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.dataflowkit import Client


@pytest.fixture(scope="package")
def api() -> Iterator[Client]:
    with SandboxProcess("--engine", "stub", service="dataflowkit", rate_limit="100000/60") as sandbox:
        yield Client(sandbox)
