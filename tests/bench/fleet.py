# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The duration of the playbook ``fleet`` for many customers, compared with the minimum that the API's limit allows."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from tests.bench.customers import customer_names, have_customers, inventory
from tests.bench.plays import Run, Section, place

FORKS = 25
#: The duration of each job of a new customer in the sandbox, in seconds.
JOB_SECONDS = 10.0
#: The maximum duration of a fleet, relative to its bound, and the maximum number of requests of an unchanged customer.
MOST_RATIO = 1.2
MOST_REQUESTS = 9.5


@dataclass(frozen=True)
class Fleet:
    """A run for many customers.

    Attributes:
        what: ``new`` or ``unchanged``.
        customers: the number of customers.
        limit: the rate limit of the sandbox in requests per minute.
        longest_job: the duration of the longest job, in seconds; 0 without jobs.
        run: the run.
    """

    what: str
    customers: int
    limit: int
    longest_job: float
    run: Run

    @property
    def bound(self) -> float:
        """Return the minimum time that the limit and the jobs allow, in seconds."""
        return max(len(self.run.requests) / self.limit * 60, self.longest_job)

    @property
    def ratio(self) -> float:
        return self.run.seconds / self.bound


def new_customers(customers: int, limit: int) -> Fleet:
    """Provision this number of customers at an empty sandbox."""
    with place(rate_limit=f"{limit}/60", job_seconds=JOB_SECONDS) as here:
        words = ("-i", inventory(here, customer_names(customers)), "-e", f"max_orders={customers * 10}")
        run = here.play("reseller.toolkit.fleet", *words, *forks())
    assert f"{customers} customers: {customers} changed, 0 unchanged, 0 failed" in run.output, run.output
    return Fleet("new", customers, limit, JOB_SECONDS, run)


def unchanged_customers(customers: int, limit: int) -> Fleet:
    """Run the playbook for this number of customers that have everything already."""
    with tempfile.TemporaryDirectory(prefix="reseller-bench-") as temporary:
        folder = Path(temporary)
        with place(folder=folder) as here:
            have_customers(here, customer_names(customers))
        with place(folder=folder, rate_limit=f"{limit}/60") as here:
            run = here.play("reseller.toolkit.fleet", "-i", here.folder / "customers.yml", *forks())
    assert f"{customers} customers: 0 changed, {customers} unchanged, 0 failed" in run.output, run.output
    return Fleet("unchanged", customers, limit, 0.0, run)


def forks() -> list[str]:
    return ["--forks", str(FORKS)]


def section(fleets: list[Fleet]) -> Section:
    """Return the table of some runs."""
    found = Section(
        "A fleet against the limit",
        f"`reseller.toolkit.fleet` with {FORKS} forks, from the start of `ansible-playbook` to its end. The bound is "
        "what the limit of the API makes it take, `max(requests ÷ limit, longest job)`, whatever the program. (A "
        "window is full at its start, so the first requests wait for nothing, and a run can take less.) New "
        f"customers get everything that `tests/bench/customer.yml` has, each job takes {JOB_SECONDS:g} s; unchanged "
        "ones have it all.",
        ("customers", "limit a minute", "requests", "for each", "bound", "took", "took ÷ bound", "at most"),
        [],
    )
    for fleet in fleets:
        requests = len(fleet.run.requests)
        what = f"{fleet.customers} {fleet.what}"
        if fleet.what == "unchanged":
            found.bound(f"requests for each of {what}", requests / fleet.customers, MOST_REQUESTS)
        found.rows.append(
            (
                what,
                str(fleet.limit),
                str(requests),
                f"{requests / fleet.customers:.2f}",
                f"{fleet.bound:.0f} s",
                f"{fleet.run.seconds:.0f} s",
                f"{fleet.ratio:.2f}",
                found.bound(f"took ÷ bound of {what}", fleet.ratio, MOST_RATIO),
            )
        )
    return found


def measure() -> Section:
    """Measure 50 new and 300 unchanged customers, at 1,000 requests per minute."""
    return section([new_customers(50, 1000), unchanged_customers(300, 1000)])
