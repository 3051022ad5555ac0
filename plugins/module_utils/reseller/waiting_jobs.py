# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show which jobs the processes of this machine are waiting for, to people who watch a run.

Private to the collection. Each process has its own entry and removes it when it is done. A killed process leaves its
entry behind, which is recognized because the process no longer exists. Nothing depends on these entries: if they can't
be written, nothing is shown.
"""

from __future__ import annotations

import os
from contextlib import suppress

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import json_content, json_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: Where the entries are stored, by the number of the process.
NAMESPACE = "following"


def publish_waiting_jobs(storage: Storage, estimates: list[float | None]) -> None:
    """Show which jobs this process is waiting for now.

    Args:
        storage: what outlives a task.
        estimates: for each job its expected end in unix time, None when unknown; empty when it no longer waits for any.
    """
    name = str(os.getpid())
    with suppress(OSError):
        if estimates:
            storage.put(NAMESPACE, name, json_content(estimates))
        else:
            storage.remove(NAMESPACE, name)


def read_waiting_jobs(storage: Storage) -> list[float | None]:
    """Return the expected end of each job that a process waits for, in unix time; None when it is unknown."""
    found: list[float | None] = []
    with suppress(OSError):
        for name in storage.list_names(NAMESPACE):
            with suppress(OSError, ValueError, TypeError):
                if name.isdigit() and _is_alive(int(name)):
                    estimates = json_in(storage.get(NAMESPACE, name))
                    found += [None if estimate is None else float(estimate) for estimate in estimates]
                elif name.isdigit():
                    storage.remove(NAMESPACE, name)
    return found


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
