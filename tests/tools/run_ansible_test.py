# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs ansible-test in the current folder, the placed copy of the collection: ``sanity|matrix|units [arguments]``.

``matrix`` runs the sanity tests ``compile`` and ``import`` on each Python that modules support and that this machine
has, but for this one, which ``sanity`` runs on. Those left out are printed; with ``REQUIRE_ALL_PYTHONS`` set in the
environment they are failures.

ansible-test fetches a script that installs pip, from a host that many networks do not reach. It first looks for that
script in its cache, so one is put there, in a separate home folder, that unpacks pip's wheel from the package index.
"""

from __future__ import annotations

import ast
import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

HOME = Path(sys.prefix) / "ansible-test-home"
THIS_PYTHON = f"{sys.version_info.major}.{sys.version_info.minor}"
MODULE_PYTHONS = ("3.9", "3.10", "3.11", "3.12", "3.13")
"""The Pythons that modules support and that every release of ansible-test since 2.19 knows."""
FIND_PYTHON = Path(__file__).resolve().with_name("find_python.sh")

GET_PIP = """\
import sysconfig
import zipfile

with zipfile.ZipFile({wheel!r}) as wheel:
    wheel.extractall(sysconfig.get_path("purelib"))
"""


def provide_pip() -> None:
    """Put a script for each pip version of this ansible-test into its cache."""
    package = importlib.util.find_spec("ansible_test")
    if package is None or package.origin is None:
        sys.exit("ansible-test is not installed in this Python")
    source = Path(package.origin).with_name("_internal") / "python_requirements.py"
    cache = HOME / ".ansible/test/cache"
    cache.mkdir(parents=True, exist_ok=True)
    for version in sorted(set(re.findall(r"\bpip='([\d.]+)'", source.read_text()))):
        script = cache / f"get_pip_{version.replace('.', '_')}.py"
        if not script.exists():
            download = ["download", "-q", "--no-deps", "--only-binary=:all:", f"pip=={version}", "-d", str(cache)]
            subprocess.run([sys.executable, "-m", "pip", *download], check=True)
            script.write_text(GET_PIP.format(wheel=str(next(cache.glob(f"pip-{version}-*.whl")))))


def provide_pip_settings() -> None:
    """Write pip's settings to a file: ansible-test hides the environment, and the home folder is not the user's."""
    shown = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True
    ).stdout
    settings = {"quiet": 2}
    for line in shown.splitlines():
        name, value = line.split("=", 1)
        scope, key = name.rsplit(".", 1)
        if scope in ("global", ":env:"):
            settings[key] = ast.literal_eval(value)
    path = HOME / ".config/pip/pip.conf"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text("\n".join(["[global]", *(f"{key} = {value}" for key, value in settings.items())]) + "\n")


def command(kind: str, python: str = THIS_PYTHON) -> list[str]:
    """Return the ansible-test command for a Python."""
    where = "--local" if kind == "sanity" else "--venv"
    return [str(Path(sys.executable).with_name("ansible-test")), kind, where, "--python", python, "--color", "no"]


def other_pythons() -> dict[str, str]:
    """Return the programs of the other Pythons that modules support, by version; an empty text where one is missing."""
    return {
        version: subprocess.run(
            ["sh", FIND_PYTHON, version], capture_output=True, text=True, check=False
        ).stdout.strip()
        for version in MODULE_PYTHONS
        if version != THIS_PYTHON
    }


def tests_seen(kind: str, output: str) -> int:
    """Count the tests that ansible-test reports: it also succeeds without tests."""
    if kind == "sanity":
        return len(re.findall(r"^Running sanity test", output, re.MULTILINE))
    return sum(int(count) for count in re.findall(r"(\d+) passed", output))


def main() -> int:
    """Run ansible-test, once or on each of the other Pythons."""
    kind, *arguments = sys.argv[1:]
    HOME.mkdir(exist_ok=True)
    with (HOME / "lock").open("w") as lock:
        # `.ci/run` makes two targets that share the home folder at once.
        fcntl.flock(lock, fcntl.LOCK_EX)
        provide_pip()
        provide_pip_settings()
    if kind != "matrix":
        return run(kind, command(kind) + arguments)
    codes = []
    for version, program in other_pythons().items():
        if program:
            words = [*command("sanity", version), "--test", "compile", "--test", "import", *arguments]
            codes.append(run("sanity", words, os.path.dirname(shutil.which(program) or program)))
        else:
            print(f"Python {version} is left out: this machine has none that can make environments", file=sys.stderr)
            codes.append(int("REQUIRE_ALL_PYTHONS" in os.environ))
    return max(codes)


def run(kind: str, words: list[str], more_path: str = "") -> int:
    """Run an ansible-test command; fail also when it tested nothing."""
    env = {**os.environ, "HOME": str(HOME)}
    path = [os.path.dirname(sys.executable), more_path, env.get("PATH", os.defpath)]
    env["PATH"] = os.pathsep.join(filter(None, path))
    output = []
    with subprocess.Popen(
        words,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        for line in process.stdout or ():
            print(line, end="", flush=True)
            output.append(line)
    seen = tests_seen(kind, "".join(output))
    if process.returncode == 0 and not seen:
        print(f"ansible-test {kind} has tested nothing", file=sys.stderr)
        return 1
    print(f"ansible-test {kind}: {seen} tests, {'failed' if process.returncode else 'passed'}")
    return process.returncode


if __name__ == "__main__":
    sys.exit(main())
