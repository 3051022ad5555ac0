# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Show which jobs the processes of this machine are waiting for, to people who watch a run.

Private to the collection. Each process has its own file and removes it when it is done. A killed process leaves its
file behind, which is recognized because the process no longer exists. Nothing depends on these files: if they can't be
written, nothing is shown.
"""

from __future__ import annotations

import os
from contextlib import suppress

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state_files import (
    private_dir,
    read_json,
    write_json,
)

#: The folder below `state_dir`.
FOLDER = "following"


def publish_waiting_jobs(state_dir: str, estimates: list[float | None]) -> None:
    """Show which jobs this process is waiting for now.

    Args:
        state_dir: the folder for what outlives a task.
        estimates: for each job its expected end in unix time, None when unknown; empty when it no longer waits for any.
    """
    path = os.path.join(state_dir, FOLDER, str(os.getpid()))
    with suppress(OSError):
        if estimates:
            private_dir(os.path.dirname(path))
            write_json(path, estimates, durable=False)
        else:
            os.unlink(path)


def read_waiting_jobs(state_dir: str) -> list[float | None]:
    """Return the expected end of each job that a process waits for, in unix time; None when it is unknown."""
    found: list[float | None] = []
    folder = os.path.join(state_dir, FOLDER)
    with suppress(OSError):
        for name in os.listdir(folder):
            path = os.path.join(folder, name)
            with suppress(OSError, ValueError, TypeError):
                if name.isdigit() and _is_alive(int(name)):
                    found += [None if estimate is None else float(estimate) for estimate in read_json(path)]
                elif name.isdigit():
                    os.unlink(path)
    return found


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
