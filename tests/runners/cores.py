# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ansible-core versions that plays are run with: that of this Python, the oldest supported, and one between.

The oldest one has the oldest `requests` beside it, and so urllib3 1, which many systems still ship. Which can be
installed depends on the Pythons of this machine: tests of the others are skipped, with the reason, unless
``REQUIRE_ALL_CORES`` is set in the environment.

``python -m tests.runners.cores`` prints the path of a Python 3.9, the oldest that modules support, with the oldest
`requests`.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ansible.release import __version__ as release

ROOT = Path(__file__).resolve().parents[2]
OLDEST = "2.16"
BETWEEN = "2.19"
OLDEST_REQUESTS = "requests==2.25.1"
OLDEST_MODULE_PYTHON = "3.9"
#: The Pythons that each ansible-core runs on, of those that the tests can use; the preferred one first.
PYTHONS = {OLDEST: ("3.12", "3.11"), BETWEEN: ("3.13", "3.12", "3.11")}


class MissingPythonError(RuntimeError):
    """This machine has no Python that an environment needs."""


@dataclass(frozen=True)
class Core:
    """An installed ansible-core: ``newest`` (the one that runs the tests), or a version."""

    name: str
    bin: Path

    @property
    def version(self) -> tuple[int, int]:
        """The first two numbers of its version."""
        major, minor, *_rest = (release if self.name == "newest" else self.name).split(".")
        return int(major), int(minor)

    def program(self, name: str) -> str:
        """Return the path of one of its programs."""
        return str(self.bin / name)


def newest_core() -> Core:
    return Core("newest", Path(sys.executable).parent)


def older_core(version: str) -> Core:
    """Return an ansible-core, installed into ``.venv/cores`` the first time.

    Raises:
        MissingPythonError: no Python that it runs on can make environments.
    """
    packages = [f"ansible-core=={version}.*", OLDEST_REQUESTS if version == OLDEST else "requests"]
    return Core(version, _environment(version, PYTHONS[version], packages) / "bin")


def oldest_module_python() -> Path:
    """Return the oldest Python that modules support, with the oldest `requests`, and what `reseller_ssl` needs.

    Raises:
        MissingPythonError: this machine has none.
    """
    name = f"python{OLDEST_MODULE_PYTHON}"
    return _environment(name, (OLDEST_MODULE_PYTHON,), [OLDEST_REQUESTS, "cryptography"]) / "bin/python"


def _environment(name: str, versions: Sequence[str], packages: Sequence[str]) -> Path:
    """Return the folder of an environment in ``.venv/cores``, made the first time with one of the Pythons."""
    venv = ROOT / ".venv/cores" / name
    venv.parent.mkdir(parents=True, exist_ok=True)
    done = venv / "complete"
    with (venv.parent / f"{name}.lock").open("w") as lock:
        # Several processes may run the tests; the kernel frees the lock of one that is killed.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists() or done.read_text() != " ".join(packages):
            _install(venv, _python(versions), packages)
            done.write_text(" ".join(packages))
    return venv


def _install(venv: Path, python: str, packages: Sequence[str]) -> None:
    shutil.rmtree(venv, ignore_errors=True)
    _run([python, "-m", "venv", str(venv)])
    inside = str(venv / "bin/python")
    try:
        _run([str(Path(sys.executable).with_name("uv")), "pip", "install", "-q", "-p", inside, *packages])
    except (OSError, RuntimeError):
        _run([inside, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages])


def _python(versions: Sequence[str]) -> str:
    try:
        return _run(["sh", str(ROOT / "tests/tools/find_python.sh"), *versions]).strip()
    except RuntimeError:
        raise MissingPythonError(f"Python {' or '.join(versions)} is missing") from None


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    return done.stdout


def main() -> int:
    """Print the path of the oldest Python for modules; 1 if this machine has none."""
    try:
        print(oldest_module_python())
    except MissingPythonError as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
