# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One new customer: this collection compared with a playbook built on `uri` and a script with `requests`."""

from __future__ import annotations

import json
import secrets
import sys
from concurrent.futures import ThreadPoolExecutor
from statistics import median

from tests.bench.plays import ROOT, Place, Run, Section, place
from tests.support.csr import make_csr

PEERS = ROOT / "tests/bench/peers"
ROUNDS = 3
#: The duration of a job, and the number of consecutive jobs: account, database, user, certificate.
JOB_SECONDS, JOBS = 12.0, 4
KINDS = {
    "toolkit": "`reseller.toolkit`",
    "script": "a script with `requests`, a look every 5 s",
    "uri": "a playbook with `uri`, a look every 5 s",
}


def provision(here: Place, kind: str, number: int) -> Run:
    """Provision a customer in one of the ways."""
    identifier = f"{kind}-{number}.example"
    csr = make_csr(identifier, identifier, f"www.{identifier}")
    password = f"a1{secrets.token_hex(8)}"
    if kind == "script":
        path = here.folder / f"{identifier}.csr"
        path.write_text(csr)
        return here.run(sys.executable, PEERS / "provision.py", identifier, path, PEER_PASSWORD=password)
    playbook = PEERS / ("toolkit.yml" if kind == "toolkit" else "provision.yml")
    variables = here.folder / f"{identifier}.json"
    variables.write_text(json.dumps({"identifier": identifier, "csr": csr}))
    return here.play(playbook, "-e", f"@{variables}", PEER_PASSWORD=password)


def measure() -> Section:
    """Measure all ways, this number of times."""
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    requests: dict[str, list[int]] = {kind: [] for kind in KINDS}
    with place(job_seconds=JOB_SECONDS) as here:
        for number in range(ROUNDS):
            with ThreadPoolExecutor() as pool:
                runs = {kind: pool.submit(provision, here, kind, number) for kind in KINDS}
            for kind, run in runs.items():
                times[kind].append(run.result().seconds)
        made = here.sandbox.state()
        for exchange in here.sandbox.exchanges():
            agent = {name.lower(): text for name, text in exchange["request_headers"].items()}["user-agent"]
            kind = "toolkit" if "reseller.toolkit" in agent else "script" if "python-requests" in agent else "uri"
            requests[kind].append(1)
    wanted = {"accounts": 3 * ROUNDS, "mysql_databases": 3 * ROUNDS, "ssl_certificates": 3 * ROUNDS}
    assert {name: made[name] for name in wanted} == wanted, made
    found = Section(
        "A new customer",
        f"An account, a database, a user of it, and a certificate that is validated by records: {JOBS} jobs of "
        f"{JOB_SECONDS:g} s, one after the other, so at least {JOBS * JOB_SECONDS:g} s. Medians of {ROUNDS} rounds, in "
        "each of which the three run at the same time, as they mostly wait. The script and the playbook are in "
        "`tests/bench/peers`, and do nothing else: they don't look whether something is there, and give up at the "
        "first error. The playbook signs with a filter; as `until` repeats the same signature, which the API takes "
        "only once, it waits by a file of tasks that includes itself.",
        ("way", "takes", "more than the jobs", "compared with the toolkit", "requests"),
        [],
    )
    for kind, words in KINDS.items():
        taken = median(times[kind])
        more, ratio = taken - JOBS * JOB_SECONDS, taken / median(times["toolkit"])
        found.rows.append(
            (words, f"{taken:.1f} s", f"{more:.1f} s", f"{ratio:.2f}", f"{len(requests[kind]) / ROUNDS:.0f}")
        )
    return found
