# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which run of ansible-playbook a worker belongs to: what tasks share, they share within one run."""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from ansible_collections.reseller.toolkit.plugins.plugin_utils import in_process
from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import playbook_run


@pytest.fixture(autouse=True)
def _is_the_playbooks_process(monkeypatch: pytest.MonkeyPatch) -> None:
    # Whoever runs the tests may have loaded the module before it forked this process.
    monkeypatch.setattr(in_process, "MADE_BY", os.getpid())


def in_child(ask: Callable[[], str]) -> str:
    """What a forked process answers, as ansible-playbook forks its workers."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, ask().encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as answer:
        text = answer.read()
    os.waitpid(child, 0)
    return text


def test_workers_of_a_process_belong_to_one_run() -> None:
    first, second = in_child(playbook_run), in_child(playbook_run)
    assert first
    assert first == second


def test_process_that_is_no_worker_belongs_to_no_run() -> None:
    assert playbook_run() == ""


def test_child_of_a_worker_belongs_to_no_run() -> None:
    assert in_child(lambda: in_child(playbook_run)) == ""
