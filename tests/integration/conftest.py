# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a sandbox for all tests of a process, and the player that runs plays against it."""

from __future__ import annotations

import itertools
import secrets
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.peertube import Instance
from tests.support.playing import JOB_SECONDS, NewName, Player
from tests.support.shop import Shop, make_shop

_numbers = itertools.count(1)

PEERTUBE_VERSIONS = ("6.3", "8.2")
"""The versions of PeerTube that its sandbox behaves like."""
ONE_VERSION = [
    PEERTUBE_VERSIONS[0],
    *(pytest.param(version, marks=pytest.mark.nightly) for version in PEERTUBE_VERSIONS[1:]),
]
"""Values of the fixture ``peertube`` for what costs much and is the same in all versions: the others are nightly."""


@pytest.fixture(scope="session")
def running() -> Iterator[SandboxProcess]:
    """The shared sandbox: each test uses its own identifiers."""
    with SandboxProcess(
        api_key="key-" + secrets.token_hex(6),
        api_secret=secrets.token_urlsafe(24) + "/+",
        job_seconds=JOB_SECONDS,
        rate_limit="100000/60",
    ) as sandbox:
        yield sandbox


@pytest.fixture
def server(running: SandboxProcess) -> Iterator[SandboxProcess]:
    """The sandbox, with fault rules removed before and after the test."""
    running.set_faults([])
    yield running
    running.set_faults([])


@pytest.fixture
def refusing(server: SandboxProcess) -> Iterator[SandboxProcess]:
    """The sandbox, which refuses duplicate orders during the test."""
    server.set_duplicates("refuse")
    yield server
    server.set_duplicates("accept")


@pytest.fixture(scope="session")
def running_configcat() -> Iterator[SandboxProcess]:
    """The shared ConfigCat sandbox: each test uses its own product."""
    with SandboxProcess(
        service="configcat",
        api_key="user-" + secrets.token_hex(6),
        api_secret=secrets.token_urlsafe(24) + ":/+",
        rate_limit="100000/60",
    ) as sandbox:
        yield sandbox


@pytest.fixture
def configcat(running_configcat: SandboxProcess) -> Iterator[SandboxProcess]:
    """The ConfigCat sandbox, with fault rules removed before and after the test."""
    running_configcat.set_faults([])
    yield running_configcat
    running_configcat.set_faults([])


@pytest.fixture
def instance(peertube: SandboxProcess, tmp_path: Path) -> Instance:
    """The PeerTube sandbox with modules and calls, for one test."""
    return Instance(peertube, tmp_path / "state")


@pytest.fixture
def shop(configcat: SandboxProcess, tmp_path: Path) -> Shop:
    """A new product for one test."""
    return make_shop(configcat, tmp_path)


@pytest.fixture(scope="session")
def running_dataflowkit() -> Iterator[SandboxProcess]:
    """The shared Dataflow Kit sandbox without a browser, with a random API key."""
    key = secrets.token_urlsafe(18)
    with SandboxProcess("--engine", "stub", service="dataflowkit", api_key=key, rate_limit="100000/60") as sandbox:
        yield sandbox


@pytest.fixture
def dataflowkit(running_dataflowkit: SandboxProcess) -> Iterator[SandboxProcess]:
    """The shared Dataflow Kit sandbox, with fault rules removed before and after the test."""
    running_dataflowkit.set_faults([])
    yield running_dataflowkit
    running_dataflowkit.set_faults([])


@pytest.fixture(scope="session")
def peertube_of() -> Iterator[Callable[[str], SandboxProcess]]:
    """Returns the shared PeerTube sandbox of a version, started when a test first needs it."""
    with ExitStack() as stack:

        @cache
        def start(version: str) -> SandboxProcess:
            words = ("--peertube-version", version)
            secret = secrets.token_urlsafe(18)
            sandbox = SandboxProcess(*words, service="peertube", api_key="root", api_secret=secret, start_timeout=120)
            return stack.enter_context(sandbox)

        yield start


@pytest.fixture(params=PEERTUBE_VERSIONS)
def peertube(request: pytest.FixtureRequest, peertube_of: Callable[[str], SandboxProcess]) -> Iterator[SandboxProcess]:
    """The PeerTube sandbox of each version, with fault rules removed before and after the test, and unused limits.

    Each test uses its own users, channels and videos.
    """
    sandbox = peertube_of(request.param)
    sandbox.set_faults([])
    sandbox.control("PUT", "ratelimit/reset")
    yield sandbox
    sandbox.set_faults([])


@pytest.fixture
def player(server: SandboxProcess, tmp_path: Path) -> Player:
    """Runs plays; knows the secrets ``ftp_password``, ``password`` and ``new_password``."""
    made = Player(server, tmp_path)
    made.secret("ftp_password", "Ftp0geheim71")
    made.secret("password", "Dbs0geheim72#!")
    made.secret("new_password", "Neu0geheim73/=")
    return made


@pytest.fixture
def new_name() -> NewName:
    """Creates domain names that no other test uses."""
    return lambda: f"t{next(_numbers)}-{secrets.token_hex(4)}.example"
