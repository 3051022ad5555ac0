# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures, prints the results, and writes them to ``docs/performance.md``, the only source of its figures.

``make bench`` takes less than 20 minutes on an idle machine; ``make bench ARGS="overhead polling"``
measures only that and writes nothing. ``make bench-full`` measures the largest fleets once, and writes
``docs/performance_full.md``. It takes more than three hours, as a hundred requests per minute are few for 200 new
customers; ``make bench-full ARGS="--new 40"`` takes one. The exit status is 1 if a bound is exceeded.
"""

from __future__ import annotations

import argparse
import os
import platform
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.bench import economy, fleet, limits, overhead, scenario  # noqa: E402
from tests.bench.plays import Section  # noqa: E402

#: In the order of the page.
MEASUREMENTS: dict[str, Callable[[], Section | list[Section]]] = {
    "economy": economy.measure,
    "overhead": overhead.measure,
    "scenario": scenario.measure,
    "fleet": fleet.measure,
    "pacing": limits.measure_pacing,
    "polling": limits.measure_polling,
}
#: Those that mostly wait. They are measured last, at the same time.
WAITING = ("scenario", "pacing")
NEW_CUSTOMERS = 200
INTRODUCTION = """\
# Performance

The API grants about a hundred requests a minute, so what a run costs is requests first, then what Ansible takes for
each task, then waiting for longer than a job needs. This page has the figures for all three, as `{command}` measured
and wrote them on {date}, against the sandbox of this collection, on {cores} processors, with Python {python} and
ansible-core {ansible}. Your times will differ; requests will not.
"""
BESIDES = {
    "docs/performance.md": "\n[The largest fleets](performance_full.md) are measured seldom, by `make bench-full`.\n",
    "docs/performance_full.md": "\nThe rest is in [Performance](performance.md).\n",
}


def largest_fleets(new: int) -> Section:
    """Measure this number of new customers at 100 requests per minute, and 1,000 unchanged ones at 1,000."""
    return fleet.section([fleet.new_customers(new, 100), fleet.unchanged_customers(1000, 1000)])


def measured(name: str, measure: Callable[[], Section | list[Section]]) -> list[Section]:
    """Return the sections of one measurement, and print them."""
    print(f"{datetime.now().time():%H:%M:%S} {name}", file=sys.stderr, flush=True)
    found = measure()
    sections = found if isinstance(found, list) else [found]
    print(*sections, sep="\n", flush=True)
    return sections


def page(path: str, command: str, sections: list[Section]) -> str:
    """Return the page with these sections."""
    head = INTRODUCTION.format(
        command=command,
        date=datetime.now(UTC).date(),
        cores=os.cpu_count(),
        python=platform.python_version(),
        ansible=version("ansible-core"),
    )
    return "\n".join([head.rstrip() + "\n" + BESIDES[path], *map(str, sections)])


def main() -> int:
    """Measure and return the exit status."""
    parser = argparse.ArgumentParser(description="Measure what docs/performance.md tells.")
    parser.add_argument("only", nargs="*", metavar="MEASUREMENT", help=f"{', '.join(MEASUREMENTS)}; writes nothing")
    parser.add_argument("--full", action="store_true", help="measure the largest fleets instead")
    parser.add_argument(
        "--new",
        type=int,
        default=NEW_CUSTOMERS,
        help="how many of them are new, at 100 requests a minute (%(default)s)",
    )
    given = parser.parse_args()
    chosen = {name: MEASUREMENTS[name] for name in given.only or MEASUREMENTS}
    if given.full:
        chosen = {"fleets": lambda: largest_fleets(given.new)}
    found = {name: measured(name, measure) for name, measure in chosen.items() if name not in WAITING}
    waiting = {name: measure for name, measure in chosen.items() if name in WAITING}
    with ThreadPoolExecutor() as pool:
        found |= zip(waiting, pool.map(measured, waiting, waiting.values()), strict=True)
    sections = [section for name in chosen for section in found[name]]
    path = "docs/performance_full.md" if given.full else "docs/performance.md"
    more = f' ARGS="--new {given.new}"' if given.new != NEW_CUSTOMERS else ""
    if not given.only:
        text = page(path, f"make bench-full{more}" if given.full else "make bench", sections)
        (ROOT / path).write_text(text, encoding="utf-8")
    broken = [words for section in sections for words in section.broken]
    print("\n".join(f"NOT KEPT: {words}" for words in broken) or "All bounds are kept.")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
