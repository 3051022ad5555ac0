# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The number of requests of an unchanged customer by task, and its growth with the number of customers."""

from __future__ import annotations

import json
from statistics import median

from tests.bench.customers import customer_names, have_customers
from tests.bench.plays import ROOT, Place, Section, place

CALLBACKS = ROOT / "tests/support/callback_plugins"
#: The minimum to know that nothing has to change: one read of each thing that the API shows separately. A database
#: is one of them; aliases are part of the mail zone.
FLOOR = {
    "Ensure the account exists": 1,
    "Ensure the settings of the hosting": 1,
    "Ensure the SSH keys may log in": 1,
    "Ensure the scheduled tasks exist": 1,
    "Ensure the databases exist": 2,
    "Ensure their users exist": 1,
    "Ensure the DNS records": 1,
    "Ensure the mailboxes exist": 1,
    "Ensure the aliases exist": 1,
    "Ensure the certificate exists": 2,
}
MOST = 12
#: The numbers of other customers; above the first number only requests are counted.
TIMED, OTHERS = 1000, (10, 100, 1000, 5000)
ROUNDS = 3


def converge(here: Place) -> tuple[float, dict[str, int]]:
    """Run the role for the one customer; return the time, and the requests of each task that sent some."""
    results, name = here.folder / "results.jsonl", customer_names(1)[0]
    results.unlink(missing_ok=True)
    words = ("-i", here.folder / "customers.yml", "--limit", name)
    run = here.play("reseller.toolkit.fleet", *words)
    assert "1 customers: 0 changed, 1 unchanged" in run.output, run.output
    before = len(here.sandbox.exchanges())
    here.play(
        "reseller.toolkit.fleet",
        *words,
        ANSIBLE_CALLBACK_PLUGINS=str(CALLBACKS),
        ANSIBLE_CALLBACKS_ENABLED="result_lines",
        RESULT_LINES=str(results),
        EXCHANGE_LOG=str(here.sandbox.exchange_log),
    )
    requests = {}
    for line in map(json.loads, results.read_text().splitlines()):
        if line["exchanges"] > before:
            requests[line["name"].rpartition(" : ")[2]] = line["exchanges"] - before
        before = line["exchanges"]
    return run.seconds, requests


def measure() -> list[Section]:
    """Measure the role for one unchanged customer among a growing number of others."""
    tasks = Section(
        "Requests of an unchanged customer",
        "The role `hosting` for the customer in `tests/bench/customer.yml`, who has everything already. The least is "
        "one look at each thing that the API shows on its own. Tasks that send nothing find what they need in what an "
        "earlier one read. What single modules send is in their documentation.",
        ("task", "requests", "least"),
        [],
    )
    scale = Section(
        "The same among more customers",
        f"The requests and the whole time of `ansible-playbook` (median of {ROUNDS} runs) for that customer, with "
        "so many other customers at the sandbox, each with a database, and no limit.",
        ("other customers", "requests", "at most", "time"),
        [],
    )
    for others in OTHERS:
        with place(seed_accounts=others) as here:
            have_customers(here, customer_names(1))
            runs = [converge(here) for _round in range(ROUNDS if others <= TIMED else 1)]
        requests = runs[-1][1]
        total = sum(requests.values())
        bound = scale.bound(f"requests with {others} others", total, MOST)
        time = f"{median(seconds for seconds, _requests in runs):.1f} s" if others <= TIMED else ""
        scale.rows.append((f"{others:,}", str(total), bound, time))
    # The last measurement has the most other customers.
    tasks.rows = [(name, str(requests.get(name, 0)), str(FLOOR.get(name, 0))) for name in {**requests, **FLOOR}]
    tasks.rows.append(("all", str(total), str(sum(FLOOR.values()))))
    return [tasks, scale]
