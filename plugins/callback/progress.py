# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A line at the bottom of the terminal that shows the progress of the customers of a run.

Ansible's output scrolls above it: the line is outside of the terminal's scrolling region, so neither disturbs the
other. The counts come from the events of a callback plugin. Only the workers know about jobs and the rate limit; they
share this in files.
"""

from __future__ import annotations

DOCUMENTATION = """
name: progress
type: aggregate
short_description: Show the progress of the customers of a run
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Shows a line at the bottom of the terminal while the role P(reseller.toolkit.hosting#role) provisions customers, for
    example with the playbook C(reseller.toolkit.fleet) for all hosts of an inventory.
  - The line shows how many customers are done, at work, waiting and failed. It also shows how many provisioning jobs
    are pending and when they are expected to end, and how many requests are left in the rate limit window.
  - Does nothing if standard output or standard error is not a terminal.
requirements:
  - enable it, for example with C(ANSIBLE_CALLBACKS_ENABLED=reseller.toolkit.progress)
  - a terminal that supports the control sequences of a VT100, as all common ones do
options:
  state_dir:
    description:
      - The O(reseller.toolkit.reseller_account#module:state_dir) of the tasks, if it is not the default. Jobs and
        requests are shown only if both are the same.
    type: path
    env:
      - name: RESELLER_STATE_DIR
    ini:
      - section: callback_reseller_progress
        key: state_dir
"""

import atexit
import os
import shutil
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from ansible.plugins.callback import CallbackBase

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.waiting_jobs import read_waiting_jobs
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.budget import Budget
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage, chosen_state_dir
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import NAMESPACE as BUDGETS
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import json_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: The role whose tasks start the display, and the facts with which the role, or the playbook `fleet`, marks a customer
#: as done or failed.
ROLE = "reseller.toolkit.hosting"
DONE_FACT = "hosting_result"
FAILED_FACT = "fleet_failure"
#: Seconds between two updates, so that times advance while nothing happens.
INTERVAL = 1.0


class CallbackModule(CallbackBase):
    """Count customers, and display the line."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "reseller.toolkit.progress"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._began = time.time()
        self._play = ""
        self._customers: dict[str, str] = {}
        self._left_out: set[str] = set()
        self._line: BottomLine | None = None
        if not (sys.stdout.isatty() and sys.stderr.isatty()) or os.environ.get("TERM", "dumb") == "dumb":
            self.disabled = True

    def v2_playbook_on_play_start(self, play: Any) -> None:
        """A play begins, or the next batch of a `serial` one."""
        if play._uuid != self._play:
            self._hide()
            self._play = play._uuid
            hosts = play.get_variable_manager().get_vars(play=play)["ansible_play_hosts_all"]
            # The first play of the playbook `fleet` only checks. A customer that fails there is left out of the other
            # plays.
            self._customers = {host: "failed" if host in self._left_out else "waiting" for host in hosts}

    def v2_runner_on_start(self, host: Any, task: Any) -> None:
        """A host begins with a task."""
        # A customer stays done after the role's last task: later tasks of the play do not belong to the role.
        if self._customers.get(host.name) != "done" and host.name not in self._left_out:
            self._customers[host.name] = "at work"
        if self._line is None and task._role is not None and task._role.get_name() == ROLE:
            self._line = BottomLine(self._text)

    def v2_runner_on_ok(self, result: Any) -> None:
        """A task succeeded."""
        facts = _data(result).get("ansible_facts") or {}
        if DONE_FACT in facts:
            self._customers[_host(result)] = "done"
        if FAILED_FACT in facts:
            self._customers[_host(result)] = "failed"
            self._left_out.add(_host(result))

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        """A task failed. A task that rescues it sets the customer back to at work."""
        if not ignore_errors:
            self._customers[_host(result)] = "failed"

    def v2_runner_on_unreachable(self, result: Any) -> None:
        """A host is unreachable."""
        self._customers[_host(result)] = "failed"

    def v2_playbook_on_stats(self, stats: Any) -> None:
        """The run is over."""
        self._hide()

    def _hide(self) -> None:
        if self._line is not None:
            self._line.remove()
            self._line = None

    def _text(self) -> str:
        storage = FileStorage(chosen_state_dir(self.get_option("state_dir")))
        return progress_text(
            Counter(self._customers.values()),
            read_waiting_jobs(storage),
            latest_budget(storage, self._began),
            time.time(),
        )


def progress_text(customers: Counter[str], jobs: list[float | None], budget: Budget | None, now: float) -> str:
    """Return the text of the line.

    Args:
        customers: how many are ``done``, ``at work``, ``waiting`` and ``failed``.
        jobs: the expected end of each pending job, in Unix time; None if unknown.
        budget: the state of the rate limit window.
        now: Unix time.
    """
    parts = [
        f"{customers['done']} of {sum(customers.values())} customers done, {customers['at work']} at work, "
        f"{customers['waiting']} waiting, {customers['failed']} failed"
    ]
    if jobs:
        parts.append(f"{len(jobs)} job{'s' * (len(jobs) > 1)}{_expected(jobs, now)}")
    if budget is not None and budget.told and budget.until > now:
        parts.append(f"{budget.left:.0f} requests left for {budget.until - now:.0f} s")
    return " | ".join(parts)


def latest_budget(storage: Storage, since: float) -> Budget | None:
    """Return the rate limit window as the process with the latest request recorded it, None if unknown.

    It is read without the lock, as a mere observer must not delay the workers. One that is being written counts as
    unknown.

    Args:
        storage: holds the budgets, one for each server and user.
        since: Unix time; older budgets are ignored.
    """
    try:
        written_at, name = max((moment, name) for name, moment in storage.list_names(BUDGETS).items())
        data = json_in(storage.get(BUDGETS, name)) if written_at >= since else None
    except (OSError, ValueError):
        return None
    return None if data is None else Budget.from_json(data)


def _expected(jobs: list[float | None], now: float) -> str:
    """Return the text about when the jobs are expected to end."""
    seconds = sorted(max(0, round(estimate - now)) for estimate in jobs if estimate is not None)
    if not seconds:
        return ""
    if seconds[-1] == 0:
        return " due now"
    if seconds[0] == seconds[-1]:
        return f" to end in {seconds[0]} s"
    return f" to end in {seconds[0]} to {seconds[-1]} s"


def _host(result: Any) -> str:
    # Until ansible-core 2.18 the attributes had an underscore.
    name: str = (getattr(result, "host", None) or result._host).name
    return name


def _data(result: Any) -> dict[str, Any]:
    data: dict[str, Any] = result.result if hasattr(result, "result") else result._result
    return data


class BottomLine:
    """The last line of the terminal, drawn every second by a thread.

    Ansible forks its workers while the thread runs. That is safe: the thread holds no lock that a worker needs, as it
    writes to the terminal directly and not through `sys.stdout`, and the thread does not exist in a worker.

    Args:
        text: returns the text to show.
    """

    def __init__(self, text: Callable[[], str]) -> None:
        self._text = text
        self._process = os.getpid()
        self._size = (0, 0)
        self._over = threading.Event()
        atexit.register(self.remove)
        self._thread = threading.Thread(target=self._draw_again, daemon=True)
        self._thread.start()

    def remove(self) -> None:
        """Remove the line, and restore the terminal."""
        if os.getpid() != self._process or self._over.is_set():
            return
        self._over.set()
        self._thread.join(INTERVAL)
        atexit.unregister(self.remove)
        _columns, rows = self._size
        if rows:
            # Let the whole screen scroll again (DECSTBM), which moves the cursor, and clear the line.
            _write(f"\x1b7\x1b[r\x1b[{rows};1H\x1b[2K\x1b8")

    def _draw_again(self) -> None:
        while not self._over.is_set():
            with suppress(OSError):
                self._draw()
            self._over.wait(INTERVAL)

    def _draw(self) -> None:
        size = shutil.get_terminal_size()
        columns, rows = size
        text = self._text()[: columns - 1]
        reserve = ""
        if size != self._size:
            # Make room below the cursor, and let all but the last line scroll. The cursor stays where it is.
            reserve = f"\n\x1b[A\x1b7\x1b[1;{rows - 1}r\x1b8"
            self._size = (columns, rows)
        _write(f"{reserve}\x1b7\x1b[{rows};1H\x1b[2K\x1b[7m{text}\x1b[0m\x1b8")


def _write(text: str) -> None:
    os.write(sys.__stdout__.fileno(), text.encode("ascii", "replace"))  # type: ignore[union-attr]
