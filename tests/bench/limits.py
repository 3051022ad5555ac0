# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of pacing and polling as sections of the page."""

from __future__ import annotations

from tests.bench import pacing, polling
from tests.bench.plays import Section


def measure_pacing() -> Section:
    """Measure Measure 25 processes that share a limit."""
    figures = pacing.pacing()
    found = Section(
        "Many processes at one limit",
        f"{pacing.PROCESSES} processes that read at once as fast as they may, with {pacing.LIMIT} requests in "
        f"{pacing.SECONDS} s for all of them. The cost is that of taking a request from the shared budget and learning "
        "from its answer, where there is room.",
        ("figure", "value", "bound"),
        [],
    )
    found.bound("429 after the first window", figures["refused_later"], 0)
    found.bound("unused share of the limit", 1 - figures["used_of_limit"], 0.1)
    found.bound("cost of a request in ms", figures["cost_ms"], 1)
    found.bound("median grants ÷ fewest grants", figures["median_grants"] / figures["fewest_grants"], 3)
    found.rows = [
        ("429 in the first window", f"{figures['refused_first']:.0f}", ""),
        ("429 after it", f"{figures['refused_later']:.0f}", "0"),
        ("used of the limit", f"{figures['used_of_limit']:.1%}", "at least 90 %"),
        ("used in the worst window", f"{figures['lowest_used_of_limit']:.1%}", ""),
        ("used of the time", f"{figures['used_of_time']:.1%}", ""),
        ("requests of the process with the fewest", f"{figures['fewest_grants']:.0f}", "a third of the median"),
        ("median of requests", f"{figures['median_grants']:.0f}", ""),
        ("cost", f"{figures['cost_ms']:.2f} ms", "less than 1 ms"),
    ]
    return found


def measure_polling() -> Section:
    """Measure jobs of two minutes with all kinds of estimates."""
    found = Section(
        "Waiting for a job",
        f"How long after its end a job is noticed, and after how many looks: {polling.JOBS} jobs of about "
        f"{polling.SECONDS:g} s for each kind of estimate, in virtual time. The kinds are described in "
        "`tests/bench/polling.py`.",
        ("estimate", "noticed late by (median)", "by (90th percentile)", "looks (median)", "most", "bounds kept"),
        [],
    )
    for name, noticed in polling.polling().items():
        kept = noticed.is_within(name)
        if not kept:
            found.broken.append(f"{found.title}: {name}")
        found.rows.append(
            (
                name,
                f"{noticed.overshoot:.1%}",
                f"{noticed.overshoot_p90:.1%}",
                f"{noticed.polls:g}",
                str(noticed.most_polls),
                "yes" if kept else "no",
            )
        )
    return found
