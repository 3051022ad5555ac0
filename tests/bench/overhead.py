# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cost of a task: whole runs of ansible-playbook with one task and with many, alternating, against one sandbox."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.plays import Place, Section, place

TASKS, ROUNDS = 15, 6
IDENTIFIER = "seed-00001.example"
ACCOUNT = {
    "name": "Have an account that is there",
    # With shared reads only one of all tasks would send a request.
    "reseller.toolkit.reseller_account": {"identifier": IDENTIFIER, "read_cache": False},
}
TARGET = f"/v2/accounts?skip=0&take=1000&identifier={IDENTIFIER}"
URI = {
    "name": "Get the same",
    "ansible.builtin.uri": {
        "url": "{{ lookup('ansible.builtin.env', 'RESELLER_API_URL') }}" + TARGET,
        "headers": {"Authorization": f"{{{{ 'GET {TARGET}' | signed }}}}"},
        "return_content": True,
    },
}
#: The repeated task, and the variables of its play.
KINDS: dict[str, tuple[dict[str, Any] | None, dict[str, Any]]] = {
    "uri": (URI, {}),
    "in process": (ACCOUNT, {}),
    "ordinary module": (ACCOUNT, {"reseller_toolkit_in_process": False}),
    "nothing": ({"name": "Ping", "ansible.builtin.ping": None}, {}),
    "start-up": (None, {}),
}
WORDS = {
    "uri": "`ansible.builtin.uri`, the same GET",
    "in process": "`reseller_account`, unchanged, in process",
    "ordinary module": "`reseller_account`, unchanged, as an ordinary module",
    "nothing": "`ansible.builtin.ping`, a module that does nothing",
}
#: The maximum cost of a task, relative to one of `uri`.
MOST = {"in process": 0.15, "ordinary module": 1.10}


def seconds_of(here: Place, kind: str, tasks: int = TASKS) -> float:
    """Return the duration of a run, which must execute all of its tasks."""
    task, variables = KINDS[kind]
    play = {
        "name": kind,
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}", **variables},
        "tasks": [task] * tasks if task else [],
    }
    playbook: Path = here.folder / f"{kind}.yml"
    playbook.write_text(json.dumps([play]))
    run = here.play(playbook)
    if task and (f"ok={tasks} " not in run.output or "changed=0" not in run.output):
        sys.exit(run.output)
    if task and kind != "nothing" and len(run.requests) != tasks:
        sys.exit(f"{kind}: {len(run.requests)} requests")
    return run.seconds


def measure(rounds: int = ROUNDS) -> Section:
    """Run all kinds this number of times, each time in another order: a run after a long one may be slower."""
    many: dict[str, list[float]] = {kind: [] for kind in KINDS}
    one: dict[str, list[float]] = {kind: [] for kind in WORDS}
    with place(seed_accounts=5) as here:
        seconds_of(here, "in process")  # compiles what is imported
        kinds = list(KINDS)
        for _round in range(rounds):
            for kind in kinds:
                many[kind].append(seconds_of(here, kind))
                if kind in one:
                    one[kind].append(seconds_of(here, kind, 1))
            kinds = [*kinds[1:], kinds[0]]
    start = median(many["start-up"])
    first = {kind: median(taken) for kind, taken in one.items()}
    cost = {kind: (median(many[kind]) - first[kind]) / (TASKS - 1) for kind in WORDS}
    found = Section(
        "The time of an unchanged task",
        f"Runs of one task, and of {TASKS} of the same kind: their difference is what each further task takes. What "
        f"the first one takes besides the start of `ansible-playbook` ({start:.2f} s) stands beside it: a module is "
        f"loaded and packed for it. Medians of {rounds} runs of each, taking turns. All but the last send one request "
        "a task and get the same answer; `uri` gets its signature from a filter (`tests/bench/peers`). `read_cache` is "
        "off, or most tasks would ask nothing.",
        ("a task of", "takes", "compared with `uri`", "at most", "the first one", "slowest and fastest run"),
        [],
    )
    for kind, words in WORDS.items():
        ratio = cost[kind] / cost["uri"]
        bound = found.bound(f"{kind} ÷ uri", ratio, MOST[kind]) if kind in MOST else ""
        spread = f"{max(many[kind]):.2f} s, {min(many[kind]):.2f} s"
        first_one = f"{first[kind] - start:.2f} s"
        found.rows.append((words, f"{cost[kind]:.3f} s", f"{ratio:.2f}", bound, first_one, spread))
    return found
