# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The run of ansible-playbook to which a worker belongs, as tasks share reads within one run; and what a task leaves in
its worker.
"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest

from ansible_collections.reseller.toolkit.plugins.plugin_utils import in_process
from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import applied, playbook_run


@pytest.fixture(autouse=True)
def _is_the_playbooks_process(monkeypatch: pytest.MonkeyPatch) -> None:
    # The test runner may have loaded the module before it forked this process.
    monkeypatch.setattr(in_process, "MADE_BY", os.getpid())


def in_child(ask: Callable[[], str]) -> str:
    """Return the response of a forked process, as ansible-playbook forks its workers."""
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


def test_environment_that_cannot_be_set_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOOLKIT_BEFORE", "old")
    monkeypatch.delenv("TOOLKIT_NEW", raising=False)
    with (
        pytest.raises(ValueError, match="null"),
        applied({"TOOLKIT_NEW": "x", "TOOLKIT_BEFORE": "new", "TOOLKIT_BAD": "a\0b"}),
    ):
        pass
    assert os.environ["TOOLKIT_BEFORE"] == "old"
    assert "TOOLKIT_NEW" not in os.environ and "TOOLKIT_BAD" not in os.environ
