# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A departureboard.io sandbox at a known time: its timetable depends on nothing else."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import requests

from sandbox.launcher import SandboxProcess

PREFIX = "/api/v2.0"
MORNING = "2026-06-17T08:01:00+00:00"
"""A moment in summer time: clocks in the United Kingdom show 09:01. Trains are late, and one is cancelled."""


def set_time(sandbox: SandboxProcess, moment: str = MORNING) -> None:
    """Set the virtual clock, which then stands still."""
    now = sandbox.control("PUT", "clock", {"advance": 0, "hold": True})["now"]
    sandbox.advance(datetime.fromisoformat(moment).timestamp() - now)


def call(sandbox: SandboxProcess, path: str, *, key: str | None = "sandbox-key", **query: Any) -> requests.Response:
    """Send one request; without a key if it is None."""
    parameters = {**query, **({} if key is None else {"apiKey": key})}
    return requests.get(f"{sandbox.url}{PREFIX}{path}", params=parameters, timeout=10)


def read(sandbox: SandboxProcess, path: str, **how: Any) -> Any:
    """Send one request, and return the JSON of its response, which must be a success."""
    response = call(sandbox, path, **how)
    assert response.status_code == 200, response.text
    return response.json()
