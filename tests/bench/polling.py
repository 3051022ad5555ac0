# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How soon the end of a job is detected, and after how many polls, for all kinds of estimates.

``python -m tests.bench.polling`` takes seconds: the poller waits in virtual time. The collection must be in
``.venv/collections`` (``make place``).

======== ==============================================================================================
good     the estimate is within 20 % of the truth, and stays
early    it is at 40 to 80 % of the truth, and stays
late     it is at 120 to 200 % of the truth, and stays
drifting it is another value within 40 % of the truth at each poll
put off  it is early, and once it has passed, the job reports its whole duration again
soon     the job always reports the same remaining time, a tenth to a half of its duration
absent   no estimate
======== ==============================================================================================
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from types import SimpleNamespace
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / ".venv/collections")]

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import JobPoller  # noqa: E402
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import polling_options  # noqa: E402
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.polling import (  # noqa: E402
    Polling,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response  # noqa: E402

SECONDS = 120.0
#: The duration of each poll.
LOOK = 0.05
JOBS = 1000
START = 1_760_000_000.0
#: Returns the estimated end that a job reports at a time, both in seconds since its start; None without one.
Estimate = Callable[[float], "float | None"]


def _fixed(seconds: float, lowest: float, highest: float) -> Estimate:
    estimate = seconds * random.uniform(lowest, highest)
    return lambda _now: estimate


def _put_off(seconds: float) -> Estimate:
    expected = seconds * random.uniform(0.4, 0.8)
    return lambda now: expected if now < expected else now + expected


def _soon(seconds: float) -> Estimate:
    left = seconds * random.uniform(0.1, 0.5)
    return lambda now: now + left


#: Returns the estimates of a job with this duration in seconds.
SCENARIOS: dict[str, Callable[[float], Estimate]] = {
    "good": lambda seconds: _fixed(seconds, 0.8, 1.2),
    "early": lambda seconds: _fixed(seconds, 0.4, 0.8),
    "late": lambda seconds: _fixed(seconds, 1.2, 2.0),
    "drifting": lambda seconds: lambda _now: seconds * random.uniform(0.6, 1.4),
    "put off": _put_off,
    "soon": _soon,
    "absent": lambda _seconds: lambda _now: None,
}


@dataclass(frozen=True)
class Noticed:
    """How the ends of many jobs were detected.

    Attributes:
        overshoot: the time from the end to its detection, as a share of the job's duration: the median.
        overshoot_p90: the same, exceeded by one in ten.
        polls: the number of polls of a job: the median.
        most_polls: the highest number.
    """

    overshoot: float
    overshoot_p90: float
    polls: float
    most_polls: int

    def is_within(self, scenario: str) -> bool:
        """Return whether the bounds for a job of two minutes are met: those for good estimates, or those for others."""
        share, looks = (0.05, 8) if scenario == "good" else (0.25, 12)
        return self.overshoot <= share and self.most_polls <= looks


def polling(seconds: float = SECONDS, *, jobs: int = JOBS) -> dict[str, Noticed]:
    """Follow jobs of this duration, a tenth more or less, each alone, with the default options.

    Returns:
        how their ends were detected, by scenario.
    """
    options = {name: option["default"] for name, option in polling_options().items()}
    polling = Polling.of({**options, "wait_timeout": 100 * seconds})
    found = {}
    for name, make in SCENARIOS.items():
        random.seed(name)
        times = [seconds * random.uniform(0.9, 1.1) for _job in range(jobs)]
        noticed = [_follow(polling, taken, make(taken)) for taken in times]
        overshoots = [after / taken for (after, _polls), taken in zip(noticed, times, strict=True)]
        polls = [count for _after, count in noticed]
        found[name] = Noticed(median(overshoots), quantiles(overshoots, n=10)[-1], median(polls), max(polls))
    return found


def _follow(polling: Polling, seconds: float, estimate: Estimate) -> tuple[float, int]:
    """Return how long after its end a job was detected, and the number of polls."""
    now, polls = START, 0

    def request(_method: str, _path: str, **_options: Any) -> Response:
        nonlocal now, polls
        polls += 1
        now += LOOK
        if now - START >= seconds:
            return Response(201, "", {}, b"{}")
        expected = estimate(now - START)
        told = None if expected is None else datetime.fromtimestamp(START + expected, UTC).isoformat()
        return Response(200, "", {}, json.dumps({"status": "ongoing", "completion": {"estimate": told}}).encode())

    def sleep(pause: float) -> None:
        nonlocal now
        now += pause

    client: Any = SimpleNamespace(rest=SimpleNamespace(request=request))
    JobPoller(client, polling, clock=lambda: now, monotonic=lambda: now, sleep=sleep).follow(["job"])
    return now - START - seconds, polls


def main() -> int:
    """Measure, print the table, and return the exit status: 1 if a bound for jobs of two minutes is exceeded."""
    parser = argparse.ArgumentParser(description="How soon the end of a job is noticed.")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="how long the jobs take (%(default)s)")
    seconds = parser.parse_args().seconds
    found = polling(seconds)
    print(f"{JOBS} jobs of {seconds:g} s   overshoot: median   p90      looks: median   most")
    for name, noticed in found.items():
        kept = "" if noticed.is_within(name) or seconds != SECONDS else "   NOT KEPT"
        overshoot = f"{noticed.overshoot:10.1%} {noticed.overshoot_p90:7.1%}"
        print(f"{name:30} {overshoot} {noticed.polls:15g} {noticed.most_polls:7}{kept}")
    return 0 if seconds != SECONDS or all(noticed.is_within(name) for name, noticed in found.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
