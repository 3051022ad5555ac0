# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The demo of all services: launches a customer's site at six new sandboxes twice, and leaves a report page.

Exits with 0 only if the second run changed nothing but what shows the time. The argument is the folder of the report.
All other files are in a temporary folder, and all secrets are generated for this run.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]

from sandbox.launcher import SandboxProcess  # noqa: E402
from tests.tools.demo import COLLECTIONS, CUSTOMER, customer, password  # noqa: E402
from tests.tools.demo_site import CertifiedSite  # noqa: E402

URL = f"https://{CUSTOMER}/"
CHANNEL = "bakery_films"
#: What shows the time: the board of trains, and the reports, which say when the site was checked.
SHOWS_TIME = {"Write the pages", "Write the report"}
#: What only measures, and is requested in each run.
MEASURES = {"POST /v1/fetch", "POST /v1/convert/url/screenshot", "POST /v1/convert/url/pdf", "POST /api/v3/screenshots"}
OWN = ("ANSIBLE_", "CONFIGCAT_", "CROSSBROWSERTESTING_", "DATAFLOWKIT_", "DEPARTUREBOARD_", "PEERTUBE_", "RESELLER_")
HOME_PAGE = f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>The Bakery</title>
<style>
body {{ margin: 0; font: 1.1rem/1.6 Georgia, "DejaVu Serif", serif; color: #3b2a1a; background: #fffaf2; }}
header {{ padding: 4rem 4rem 3rem; background: #f3dcb8; }}
h1 {{ margin: 0; font-size: 3rem; }}
main {{ padding: 2rem 4rem; max-width: 50rem; }}
#order {{ padding: .7rem 1.6rem; border: 0; border-radius: .4rem; font: inherit; color: #fff; background: #8c3b12; }}
footer {{ padding: 1rem 4rem; color: #7a6650; }}
</style>
</head>
<body>
<header><h1>The Bakery</h1><p>Bread from Ghent since 1954.</p><button id="order">Order bread</button></header>
<main><h2>Today</h2><p>Sourdough, rye with caraway, and rolls until noon.</p>
<p>Our films are in the channel {CHANNEL}.</p></main>
<footer>{CUSTOMER}</footer>
</body>
</html>
"""


def described(secret: Path, report: Path) -> dict[str, Any]:
    """Return the variables of the playbook.

    Args:
        secret: the folder of keys.
        report: the folder of what the customer sees.
    """
    owner = {"username": "ada", "email": f"ada@{CUSTOMER}", "password": password(), "channel_name": "ada_private"}
    channel = {"name": CHANNEL, "display_name": "Films of the bakery", "description": "How bread is made."}
    return {
        "hosting": customer(secret),
        "video_platform": {
            "homepage": "# Films of our customers",
            "users": [{**owner, "channels": [channel]}],
        },
        "feature_flags": {
            "product": "The Bakery",
            "config": "Web site",
            "flags": {"ordering": {"name": "Ordering"}, "greeting": {"name": "Greeting", "type": "string"}},
            "environments": {
                "Test": {"ordering": True, "greeting": "This is a test"},
                "Production": {"ordering": False, "greeting": "Bread from Ghent"},
            },
        },
        "departure_board": {"crs": "KGX", "path": str(report / "board.html")},
        "site_check": {
            "url": URL,
            "folder": str(report / "check"),
            "browsers": ["Linux|Chromium|1366x768", "Linux|Chromium|400x800"],
            "title": "The Bakery",
        },
        "launch_folder": str(report),
    }


@dataclass
class Run:
    """A finished run of the playbook.

    Attributes:
        code: the exit status.
        seconds: how long it took.
        changed: the names of the tasks that changed something.
        writes: how often it sent each request other than reads.
    """

    code: int
    seconds: float
    changed: list[str]
    writes: Counter[str]

    def __str__(self) -> str:
        names = ", ".join(dict.fromkeys(self.changed)) or "nothing"
        shown = names if len(self.changed) < 8 else f"{len(self.changed)} tasks"
        return f"{self.seconds:.0f} s, {self.writes.total()} requests other than reads; changed: {shown}"


def launch(sandboxes: Mapping[str, SandboxProcess], folder: Path) -> Run:
    """Run the playbook, its output shown as it comes."""
    before = {name: len(one.exchanges()) for name, one in sandboxes.items()}
    started = time.monotonic()
    changed, task = [], ""
    with subprocess.Popen(
        [
            str(Path(sys.executable).with_name("ansible-playbook")),
            "reseller.toolkit.launch",
            *("-e", f"@{folder / 'customer.yml'}"),
        ],
        cwd=folder,
        env=environment(sandboxes, folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            plain = re.sub(r"\x1b\[[0-9;]*m", "", line)
            named = re.match(r"TASK \[(?:.* : )?(.*)\]", plain)
            task = named[1] if named else task
            if plain.startswith("changed: [localhost]") and task not in changed:
                changed.append(task)
    exchanges = [line for name, one in sandboxes.items() for line in one.exchanges()[before[name] :]]
    writes = Counter(f"{one['method']} {one['path']}" for one in exchanges if one["method"] != "GET")
    return Run(process.returncode, time.monotonic() - started, changed, writes)


def environment(sandboxes: Mapping[str, SandboxProcess], folder: Path) -> dict[str, str]:
    """Return the environment of a run, without the user's settings."""
    found = {name: value for name, value in os.environ.items() if not name.startswith(OWN)}
    found |= {
        "ANSIBLE_COLLECTIONS_PATH": COLLECTIONS,
        "ANSIBLE_CONFIG": str(folder / "ansible.cfg"),
        "ANSIBLE_HOME": str(folder / "ansible"),
        "ANSIBLE_LOCALHOST_WARNING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "False",
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "False",
        "ANSIBLE_FORCE_COLOR": str(sys.stdout.isatty()),
        "RESELLER_STATE_DIR": str(folder / "state"),
    }
    for name, sandbox in sandboxes.items():
        with_key = name in ("dataflowkit", "departureboard", "reseller")
        found[f"{name.upper()}_API_URL"] = sandbox.url
        found[f"{name.upper()}_API_{'KEY' if with_key else 'USER'}"] = sandbox.api_key
        found[f"{name.upper()}_API_{'SECRET' if with_key else 'PASSWORD'}"] = sandbox.api_secret
    return found


def start(running: ExitStack, site: CertifiedSite, authority: Path) -> dict[str, SandboxProcess]:
    """Start the sandboxes; those with a browser reach the site by its name, and trust the reseller's authority."""
    reach = ("--allow-page", f"{CUSTOMER}:443=127.0.0.1:{site.port}", "--page-authority", str(authority))
    arguments: dict[str, tuple[str, ...]] = {
        "reseller": ("--job-seconds", "1"),
        "peertube": (),
        "configcat": (),
        "departureboard": (),
        "dataflowkit": reach,
        "crossbrowsertesting": reach,
    }
    keys = {"peertube": "root", "configcat": "ada@agency.example", "crossbrowsertesting": "ada@agency.example"}
    return {
        name: running.enter_context(
            SandboxProcess(
                *words,
                service=name,
                api_key=keys.get(name, secrets.token_hex(8)),
                api_secret=secrets.token_urlsafe(18),
            )
        )
        for name, words in arguments.items()
    }


def faults(first: Run, second: Run, report: Path) -> list[str]:
    """Return the failed expectations."""
    found = [f"a run ended with exit status {run.code}" for run in (first, second) if run.code]
    found += [f"the second run changed: {name}" for name in second.changed if name not in SHOWS_TIME]
    found += [f"the second run sent {request}" for request in second.writes if request not in MEASURES]
    files = ("launch.html", "board.html", "check/report.html", "check/page.png", "check/page.pdf", "check/page.html")
    found += [f"{name} is missing" for name in files if not (report / name).is_file()]
    if not found and "Order bread" not in (report / "check/page.html").read_text(encoding="utf-8"):
        found.append("check/page.html is not the page of the site")
    return found


def main(report: Path) -> int:
    """Run the demo and return its exit status."""
    report.mkdir(parents=True, exist_ok=True)
    # What an earlier demo accepted is unknown to new sandboxes.
    shutil.rmtree(report / "check", ignore_errors=True)
    with ExitStack() as running:
        folder = Path(running.enter_context(tempfile.TemporaryDirectory(prefix="launch-demo-")))
        (folder / "ansible.cfg").touch()
        variables = described(folder, report)
        given = folder / "customer.yml"
        given.touch(mode=0o600)
        given.write_text(yaml.safe_dump(variables))
        ssl, authority = variables["hosting"]["ssl"], folder / "authority.pem"
        site = CertifiedSite(HOME_PAGE, Path(ssl["key_path"]), Path(ssl["pfx_path"]), ssl["pfx_password"], authority)
        running.enter_context(site)
        sandboxes = start(running, site, authority)
        print(f"Sandboxes run for {', '.join(sandboxes)}. {URL} is on this machine.\n")
        print(f"First run: {CUSTOMER} is launched.", flush=True)
        first = launch(sandboxes, folder)
        print("Second run: nothing is left to do.", flush=True)
        second = launch(sandboxes, folder)
    print(f"  first run    {first}\n  second run   {second}")
    wrong = faults(first, second, report)
    if wrong:
        print("\n".join(["", *(f"WRONG: {fault}" for fault in wrong)]))
        return 1
    print("\nAll as expected: the second run changed only what shows the time.")
    print(f"The report is {report / 'launch.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve()))
