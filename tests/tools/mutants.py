# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Change the code in one place at a time, and report the changes that no unit test notices.

mutmut makes the changes and runs, for each one, the tests that reach the changed function. It works in a copy of the
collection in .venv/mutants, laid out so that ``ansible_collections.reseller.toolkit`` imports. Each call starts from
an empty copy: mutmut's cache would keep old verdicts although the tests have changed.

`mutate.py` defines what is not changed.
"""

from __future__ import annotations

import argparse
import ast
import fnmatch
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

from tests.tools.place_collection import ROOT, project_files

TREE = ROOT / ".venv/mutants"
COLLECTION = "ansible_collections/reseller/toolkit"
UTILS = "plugins/module_utils"
#: The minimum share of killed changes in percent, by file; the first matching pattern applies.
THRESHOLDS = {
    **{
        f"{UTILS}/reseller/{name}.py": 90
        for name in ("order", "orders", "placing", "purchases", "journal", "intents", "journal_entries", "raw")
    },
    **{f"{UTILS}/rest/{name}.py": 90 for name in ("paging", "proof", "properties")},
    **{f"{UTILS}/reseller/{name}.py": 75 for name in ("certificates", "certificate_lookup", "certificate_issuance")},
    **{f"{UTILS}/reseller/{name}.py": 75 for name in ("databases", "database_names", "database_orders")},
    **{f"{UTILS}/reseller/{name}.py": 75 for name in ("zone_plan", "zone_writes", "zone_purge")},
    f"{UTILS}/rest/*.py": 75,
}
#: The parts of the project that `TESTS` need.
NEEDED = ("plugins/", "sandbox/", "tests/", "galaxy.yml")
TESTS = f"{COLLECTION}/tests/unit/plugins/module_utils"
#: The tests of the other service reach little of the files above, and take long.
LEFT_OUT = f"{TESTS}/configcat"
SETTINGS = f"""\
[tool.mutmut]
source_paths = ["ansible_collections"]
only_mutate = {{only}}
pytest_add_cli_args = ["-p", "no:cacheprovider", "-p", "no:xdist"]
pytest_add_cli_args_test_selection = ["{TESTS}", "--ignore={LEFT_OUT}"]
use_git_change_detection = false

[tool.pytest.ini_options]
pythonpath = ["{COLLECTION}", "."]
addopts = "--import-mode=importlib"
"""
#: The verdicts by mutmut's exit codes; with any other code the change was detected, too slow, or crashed: killed.
VERDICTS = {0: "survived", 5: "no tests", 33: "no tests", None: "not tried", 2: "not tried"}
LOG = TREE / "mutmut.log"
#: The interval of progress output, and the time mutmut may take to stop, in seconds.
PROGRESS_EVERY = 60
MAY_STOP_FOR = 30


class Change(NamedTuple):
    """One change: its place, its content, and the verdict of the tests."""

    line: int
    text: str
    verdict: str


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="*", help="files below the project's root; all that have a threshold if none")
    parser.add_argument("--minutes", type=float, default=90, help="stop after this time")
    args = parser.parse_args()
    until = time.monotonic() + args.minutes * 60
    files = [os.path.relpath(file, ROOT) for file in args.files] or sorted(with_threshold())
    lay_out(files)
    code = run_inside(files, until)
    results = {file: list(changes(file)) for file in files}
    if not any(change.verdict != "not tried" for found in results.values() for change in found):
        print(re.sub(r"[^\n]*\r", "", LOG.read_text())[-3000:])
        print(f"No change was tried: mutmut ended with {code}. Its output is in {LOG}.")
        return 2
    return report(results)


def with_threshold() -> set[str]:
    """Return the files with a threshold."""
    return {file for file in project_files() if threshold(file) is not None and (ROOT / file).stat().st_size}


def threshold(file: str) -> int | None:
    """Return the minimum share of killed changes of a file."""
    return next((least for pattern, least in THRESHOLDS.items() if fnmatch.fnmatch(file, pattern)), None)


def lay_out(files: list[str]) -> None:
    """Create the copy in which mutmut works."""
    shutil.rmtree(TREE, ignore_errors=True)
    for name in project_files():
        if name.startswith(NEEDED):
            target = TREE / COLLECTION / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    (TREE / "pyproject.toml").write_text(SETTINGS.format(only=json.dumps([f"{COLLECTION}/{file}" for file in files])))


def run_inside(files: list[str], until: float) -> int | None:
    """Run mutmut until it is done or the time is over; return its exit code."""
    env = {**os.environ, "ANSIBLE_COLLECTIONS_PATH": str(TREE / "mutants")}
    command = [sys.executable, str(ROOT / "tests/tools/mutate.py")]
    with LOG.open("w") as log:
        child = subprocess.Popen(command, cwd=TREE, env=env, stdout=log, stderr=log, start_new_session=True)
    try:
        while child.poll() is None and time.monotonic() < until:
            try:
                child.wait(min(PROGRESS_EVERY, max(0.1, until - time.monotonic())))
            except subprocess.TimeoutExpired:
                print(f"{time.strftime('%H:%M:%S')} {progress(files)}", flush=True)
    finally:
        stop(child)
    return child.returncode


def stop(child: subprocess.Popen[bytes]) -> None:
    """End mutmut as Ctrl+C does, and by force with its workers if that is not enough."""
    if child.poll() is None:
        child.send_signal(signal.SIGINT)
        try:
            child.wait(MAY_STOP_FOR)
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()


def verdicts(file: str) -> dict[str, str]:
    """Return the verdict on each change of a file, by mutmut's name of the change."""
    try:
        codes = json.loads((TREE / f"mutants/{COLLECTION}/{file}.meta").read_text())["exit_code_by_key"]
    except (FileNotFoundError, ValueError):  # not yet written, or just being written
        return {}
    return {name: VERDICTS.get(code, "killed") for name, code in codes.items()}


def progress(files: list[str]) -> str:
    """Return the number of changes of each verdict."""
    counts = Counter(verdict for file in files for verdict in verdicts(file).values())
    return ", ".join(f"{number} {verdict}" for verdict, number in sorted(counts.items())) or "preparing"


def changes(file: str) -> Iterator[Change]:
    """Return the changes of a file with the verdicts."""
    found = verdicts(file)
    if not found:
        return
    mutated = TREE / f"mutants/{COLLECTION}/{file}"
    lines = mutated.read_text().splitlines()
    spans = json.loads(mutated.with_name(f"{mutated.name}.spans").read_text())["spans"]
    starts = first_lines(ROOT / file)
    for name, verdict in found.items():
        mutant = name.rpartition(".")[2]
        function = mutant.partition("__mutmut_")[0]
        before, after = (lines[first - 1 : last] for first, last in (spans[f"{function}__mutmut_orig"], spans[mutant]))
        yield difference(starts.get(function, 0), before, after, verdict)


def first_lines(path: Path) -> dict[str, int]:
    """Return the line of each function's ``def``, by mutmut's name of the function."""
    found = {}
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef):
            found[f"x_{node.name}"] = node.lineno
        elif isinstance(node, ast.ClassDef):
            methods = [item for item in node.body if isinstance(item, ast.FunctionDef)]
            found |= {f"xǁ{node.name}ǁ{method.name}": method.lineno for method in methods}
    return found


def difference(start: int, before: list[str], after: list[str], verdict: str) -> Change:
    """Return the first line that differs, ignoring mutmut's name of the function in its ``def``."""
    for number, (old, new) in enumerate(zip_longest(before, after, fillvalue="")):
        old, new = (re.sub(r"\bx\w*__mutmut_(orig|[0-9]+)", "…", line).strip() for line in (old, new))
        if old != new:
            return Change(start + number, f"{old}  ->  {new}", verdict)
    return Change(start, "", verdict)


def report(results: dict[str, list[Change]]) -> int:
    """Print the surviving changes, and a line for each file; return 1 if one is below its threshold."""
    for file, found in results.items():
        for change in sorted(found):
            if change.verdict in {"survived", "no tests"}:
                print(f"{file}:{change.line}: {change.verdict}: {change.text}")
    print(f"\n{'killed':>7} {'survived':>9} {'not tried':>10} {'share':>6} {'least':>6}  file")
    failed = False
    for file, found in results.items():
        counts = Counter(change.verdict for change in found)
        survived = counts["survived"] + counts["no tests"]
        untried = counts["not tried"]
        killed = len(found) - survived - untried
        share = 100 * killed / (killed + survived) if killed + survived else 0.0
        least = threshold(file)
        low = least is not None and bool(killed + survived) and share < least
        failed = failed or low
        shown = f"{least} %" if least is not None else ""
        note = "  TOO FEW" if low else ""
        print(f"{killed:>7} {survived:>9} {untried:>10} {share:>4.0f} % {shown:>6}  {file}{note}")
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
