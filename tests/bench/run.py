# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task costs: whole runs of ansible-playbook with 20 tasks each, against one sandbox.

======== =====================================================================
uri      ``ansible.builtin.uri``, one GET of the sandbox's ``/_sandbox/health``
toolkit  an unchanged ``reseller_account_info``, one GET, in Ansible's process
module   the same as an ordinary module (``reseller_toolkit_in_process: false``)
ping     ``ansible.builtin.ping``, which does nothing: what any module costs
======== =====================================================================

The kinds take turns, so that a busy moment of the machine hits all of them; the last two do in every other round. The
table shows medians with the start-up of ansible-playbook (``run``), without it (``a task``), and compared to ``uri``.
The exit status is 1 if a run of ``toolkit`` does not take less than half as long as one of ``uri``.

``make bench`` takes about two minutes; ``make bench ARGS="--rounds 9"`` measures more often.
"""

from __future__ import annotations

import argparse
import json
import os
import secrets
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from sandbox.launcher import SandboxProcess  # noqa: E402

TASKS = 20
LIMIT = 0.5
INFO = {"name": "Read an account", "reseller.toolkit.reseller_account_info": {"identifier": "{{ identifier }}"}}
#: The task that is repeated, and the variables of its play.
KINDS: dict[str, tuple[dict[str, Any] | None, dict[str, Any]]] = {
    "uri": ({"name": "Get", "ansible.builtin.uri": {"url": "{{ api_url }}/_sandbox/health"}}, {}),
    "toolkit": (INFO, {}),
    "start-up": (None, {}),
    "module": (INFO, {"reseller_toolkit_in_process": False}),
    "ping": ({"name": "Ping", "ansible.builtin.ping": None}, {}),
}
SELDOM = {"module", "ping"}


def write_playbook(path: Path, kind: str, variables: dict[str, Any]) -> None:
    """Write the play of one kind."""
    task, more = KINDS[kind]
    play = {
        "name": kind,
        "hosts": "localhost",
        "connection": "local",
        "gather_facts": False,
        "vars": {"ansible_python_interpreter": "{{ ansible_playbook_python }}", **variables, **more},
        "tasks": [task] * TASKS if task else [],
    }
    path.write_text(json.dumps([play]))


def environment(sandbox: SandboxProcess, folder: Path) -> dict[str, str]:
    """The environment of the runs: nothing of the user's Ansible is in it."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "RESELLER_"))}
    return {
        **kept,
        "ANSIBLE_COLLECTIONS_PATH": os.environ.get("ANSIBLE_COLLECTIONS_PATH", str(ROOT / ".venv/collections")),
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "RESELLER_API_URL": sandbox.url,
        "RESELLER_API_KEY": sandbox.api_key,
        "RESELLER_API_SECRET": sandbox.api_secret,
        "RESELLER_STATE_DIR": str(folder / "state"),
    }


def seconds_of(playbook: Path, env: dict[str, str]) -> float:
    """How long a run takes; it must succeed and do all of its tasks."""
    command = [str(Path(sys.executable).with_name("ansible-playbook")), str(playbook)]
    began = time.perf_counter()
    done = subprocess.run(command, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if done.returncode or (f"ok={TASKS} " not in done.stdout and KINDS[playbook.stem][0]):
        sys.exit(f"{playbook.stem}:\n{done.stdout}{done.stderr}")
    return took


def measure(rounds: int) -> dict[str, list[float]]:
    """The times of all runs, by kind."""
    with (
        tempfile.TemporaryDirectory(prefix="reseller-bench-") as temporary,
        # The limit seen at the real API would be what is measured.
        SandboxProcess(api_secret=secrets.token_urlsafe(32), rate_limit="100000/60", seed_accounts=5) as sandbox,
    ):
        folder = Path(temporary)
        (folder / "ansible.cfg").touch()
        env = environment(sandbox, folder)
        variables = {"api_url": sandbox.url, "identifier": "seed-00001.example"}
        playbooks = [folder / f"{kind}.yml" for kind in KINDS]
        for playbook in playbooks:
            write_playbook(playbook, playbook.stem, variables)
        times: dict[str, list[float]] = {kind: [] for kind in KINDS}
        seconds_of(folder / "toolkit.yml", env)  # compiles what is imported
        for number in range(rounds):
            for playbook in playbooks:
                if number % 2 and playbook.stem in SELDOM:
                    continue
                times[playbook.stem].append(seconds_of(playbook, env))
            print(f"round {number + 1} of {rounds}", file=sys.stderr)
    return times


def main() -> int:
    """Measure, print the table, and return the exit status."""
    parser = argparse.ArgumentParser(description="What a task costs, in both ways to run.")
    parser.add_argument("--rounds", type=int, default=5, help="how often each kind is run (%(default)s)")
    times = measure(parser.parse_args().rounds)
    medians = {kind: median(taken) for kind, taken in times.items()}
    floor = medians["start-up"]
    print(f"{TASKS} tasks   run (min … max)          a task   compared to uri")
    for kind, taken in times.items():
        task = f"{(medians[kind] - floor) / TASKS:6.3f} s" if kind != "start-up" else " " * 8
        spread = f"{medians[kind]:6.2f} s ({min(taken):.2f} … {max(taken):.2f})"
        print(f"{kind:10} {spread:24} {task}   {medians[kind] / medians['uri']:.2f}")
    ratio = medians["toolkit"] / medians["uri"]
    print(f"toolkit / uri = {ratio:.3f}, at most {LIMIT}")
    return 0 if ratio < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
