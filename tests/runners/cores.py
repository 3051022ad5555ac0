# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The ansible-core versions that plays are run with: the one of this Python, and the oldest that is supported.

The oldest one has the oldest `requests` beside it, and so urllib3 1, which many systems still ship.
"""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OLDEST = "2.16"
OLDEST_REQUESTS = "2.25.1"


@dataclass(frozen=True)
class Core:
    """An installed ansible-core: ``newest`` (the one that runs the tests), or a version."""

    name: str
    bin: Path

    def program(self, name: str) -> str:
        """The path of one of its programs."""
        return str(self.bin / name)


def newest_core() -> Core:
    return Core("newest", Path(sys.executable).parent)


def oldest_core() -> Core:
    """The oldest supported ansible-core, installed into ``.venv/cores`` the first time."""
    venv = ROOT / ".venv/cores" / f"{OLDEST}-requests-{OLDEST_REQUESTS}"
    venv.parent.mkdir(parents=True, exist_ok=True)
    done = venv / "complete"
    with (venv.parent / f"{OLDEST}.lock").open("w") as lock:
        # Several processes may run the tests; the kernel frees the lock of one that is killed.
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not done.exists():
            _install(venv, f"ansible-core=={OLDEST}.*", f"requests=={OLDEST_REQUESTS}")
            done.touch()
    return Core(OLDEST, venv / "bin")


def _install(venv: Path, *packages: str) -> None:
    shutil.rmtree(venv, ignore_errors=True)
    _run([_python_for_oldest(), "-m", "venv", str(venv)])
    python = str(venv / "bin/python")
    try:
        _run(["uv", "pip", "install", "-q", "-p", python, *packages])
    except (OSError, RuntimeError):
        _run([python, "-m", "pip", "install", "-q", "--disable-pip-version-check", *packages])


def _python_for_oldest() -> str:
    """A Python that ansible-core 2.16 runs on and that really starts: a pyenv shim may be found and yet not start."""
    versions = ("3.12", "3.11")
    try:
        pyenv = [Path(_run(["pyenv", "root"]).strip(), "versions")]
    except (OSError, RuntimeError):
        pyenv = []
    for version in versions:
        installed = [str(path) for root in pyenv for path in root.glob(f"{version}.*/bin/python{version}")]
        for python in (f"python{version}", *installed):
            try:
                _run([python, "-c", "import venv"])
            except (OSError, RuntimeError):
                continue
            return python
    raise RuntimeError(f"ansible-core {OLDEST} needs Python {' or '.join(versions)}, and there is none")


def _run(command: Sequence[str]) -> str:
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stderr}")
    return done.stdout
