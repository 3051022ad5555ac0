# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How well many processes share a rate limit: 25 that read at once, with 100 requests per minute in total.

``python -m tests.bench.pacing`` takes about three minutes; ``--windows 6`` measures longer. The collection must be
in ``.venv/collections`` (``make place``).
"""

from __future__ import annotations

import argparse
import itertools
import sys
import tempfile
import time
from collections import Counter
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import parse_qs

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / ".venv/collections")]

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import RATE_LIMIT  # noqa: E402
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage  # noqa: E402
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import Pacer  # noqa: E402
from sandbox.launcher import SandboxProcess  # noqa: E402
from tests.support.children import all_at_once, connection  # noqa: E402

PROCESSES = 25
LIMIT = 100
SECONDS = 60


def pacing(windows: int = 4) -> dict[str, float]:
    """Let the processes send as many reads as this number of windows allows.

    Returns:
        ``refused_later``: the number of 429 responses after the first window; ``refused_first``: those in it;
        ``used_of_limit``: the share of all windows' requests that was used, and ``lowest_used_of_limit`` in the worst
        window, both without the last window, in which they run out of work; ``used_of_time``: the share of the requests
        that the limit grants in the time that these windows took; ``fewest_grants`` and ``median_grants``: of the
        processes, when the first one was done; ``cost_ms``: see `cost`.
    """
    reads = windows * LIMIT // PROCESSES
    with (
        tempfile.TemporaryDirectory(prefix="reseller-bench-") as state_dir,
        SandboxProcess(rate_limit=f"{LIMIT}/{SECONDS}") as server,
    ):
        names = [f"customer{number}.example" for number in range(PROCESSES)]
        common = {**connection(server, state_dir), "timeout": 120, "rate_limit_timeout": 3600}
        runs = all_at_once([[("reseller_account_info", {**common, "identifier": name})] * reads for name in names])
        failed = [result["msg"] for run in runs for result in run if result.get("failed")]
        if failed:
            sys.exit(failed[0])
        return {**figures(server.exchanges(), names), "cost_ms": cost()}


def figures(exchanges: list[dict[str, Any]], names: list[str]) -> dict[str, float]:
    """Return the measurements from the sandbox's log."""
    used = [int(exchange["response_headers"]["x-ratelimit-usage"]) for exchange in exchanges]
    # Answers may arrive slightly out of order, so only a large drop is a new window.
    turns = [place + 1 for place, (one, next_one) in enumerate(itertools.pairwise(used)) if next_one < one - LIMIT / 2]
    began = [0, *turns]
    granted = [exchange["status"] == 200 for exchange in exchanges]
    counts = [sum(granted[start:end]) for start, end in itertools.pairwise(began)]
    grants = Counter(dict.fromkeys(names, 0))
    for exchange in exchanges:
        if exchange["status"] == 200:
            (name,) = parse_qs(exchange["query"])["identifier"]
            grants[name] += 1
            if grants[name] * len(names) == sum(granted):
                break
    began_at = [datetime.fromisoformat(exchanges[place]["at"]) for place in began]
    took = (began_at[-1] - began_at[0]).total_seconds()
    return {
        "refused_first": granted[: began[1]].count(False),
        "refused_later": granted[began[1] :].count(False),
        "used_of_limit": sum(counts) / len(counts) / LIMIT,
        "lowest_used_of_limit": min(counts) / LIMIT,
        "used_of_time": sum(counts) / (LIMIT * took / SECONDS),
        "fewest_grants": min(grants.values()),
        "median_grants": median(grants.values()),
    }


def cost(rounds: int = 1000) -> float:
    """Return the cost of pacing for one request without waiting, in ms: to reserve it and to process its response."""
    with tempfile.TemporaryDirectory(prefix="reseller-bench-") as folder:
        pacer = Pacer(RATE_LIMIT, FileStorage(folder), "pacing.json")
        answer = {"X-RateLimit-Limit": "100000", "X-RateLimit-Remaining": "99999", "X-RateLimit-Reset": "600"}
        took = []
        for _round in range(rounds):
            began = time.perf_counter()
            delay = pacer.delay()
            pacer.learn(answer)
            took.append(time.perf_counter() - began)
            if delay:
                sys.exit("There was no room.")
        return median(took) * 1000


def main() -> int:
    """Measure, print the table, and return the exit status: 1 if a bound is exceeded."""
    parser = argparse.ArgumentParser(description="How well many processes keep a rate limit together.")
    parser.add_argument("--windows", type=int, default=4, help="how many windows' requests are sent (%(default)s)")
    found = pacing(parser.parse_args().windows)
    kept = {
        "429 in the first window": (f"{found['refused_first']:.0f}", "", True),
        "429 after it": (f"{found['refused_later']:.0f}", "0", found["refused_later"] == 0),
        "used of the limit": (f"{found['used_of_limit']:.1%}", "90 %", found["used_of_limit"] >= 0.9),
        "in the worst window": (f"{found['lowest_used_of_limit']:.1%}", "", True),
        "used of the time": (f"{found['used_of_time']:.1%}", "90 %", found["used_of_time"] >= 0.9),
        "fewest grants": (
            f"{found['fewest_grants']:.0f}",
            "a third of the median",
            found["fewest_grants"] >= found["median_grants"] / 3,
        ),
        "median of grants": (f"{found['median_grants']:.0f}", "", True),
        "cost of a request": (f"{found['cost_ms']:.2f} ms", "1 ms", found["cost_ms"] < 1),
    }
    print(f"{PROCESSES} processes, {LIMIT} requests in {SECONDS} s")
    for what, (value, bound, good) in kept.items():
        print(f"{what:24} {value:>10}   {bound}{'' if good else '   NOT KEPT'}")
    return 0 if all(good for _value, _bound, good in kept.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
