# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copies the collection to .venv/collections, where Ansible finds it.

Only what belongs to the project is copied (what git tracks or would track), only what changed, and what is gone
from the project goes from the copy as well. The copy is a separate git repository: ansible-test lists the files
to test with git, and in the outer repository it would find the whole copy ignored.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / ".venv/collections/ansible_collections/reseller/toolkit"

NOT_PROJECT = {".venv", ".git", ".ansible", ".cache", "dist", "__pycache__"}
MADE_IN_PLACE = {".git", ".ansible", "__pycache__", "output"}


def git(*args: str, cwd: Path) -> str:
    """Run git undisturbed by the variables that a hook sets, and return what it printed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    return subprocess.run(["git", *args], cwd=cwd, env=env, check=True, capture_output=True, text=True).stdout


def walk(top: Path, skip: set[str]) -> Iterator[str]:
    """Yield the files below a folder, as paths relative to it."""
    for folder, folders, files in os.walk(top):
        folders[:] = [name for name in folders if name not in skip and not name.endswith("_cache")]
        for name in files:
            yield os.path.relpath(os.path.join(folder, name), top)


def project_files() -> set[str]:
    """List the project's files: those that git knows, or all of them in an unpacked archive."""
    try:
        if Path(git("rev-parse", "--show-toplevel", cwd=ROOT).strip()) == ROOT:
            listed = git("ls-files", "-z", "--cached", "--others", "--exclude-standard", cwd=ROOT)
            return {name for name in listed.split("\0") if name and (ROOT / name).is_file()}
    except (OSError, subprocess.CalledProcessError):
        pass
    return set(walk(ROOT, NOT_PROJECT))


def differs(source: Path, target: Path) -> bool:
    """Return whether a file must be copied, by its size, time and mode as rsync does."""
    try:
        there = target.stat()
    except FileNotFoundError:
        return True
    here = source.stat()
    return (here.st_size, here.st_mtime_ns, here.st_mode) != (there.st_size, there.st_mtime_ns, there.st_mode)


def place() -> Path:
    """Bring the copy up to date and return where it is."""
    files = project_files()
    for name in files:
        source, target = ROOT / name, PLACE / name
        if differs(source, target):
            target.parent.mkdir(parents=True, exist_ok=True)
            part = target.with_name(f"{target.name}.{os.getpid()}.part")
            shutil.copy2(source, part)
            os.replace(part, target)
    for name in set(walk(PLACE, MADE_IN_PLACE)) - files:
        if not name.endswith(".part"):
            (PLACE / name).unlink(missing_ok=True)
    if not (PLACE / ".git").exists():
        git("init", "-q", cwd=PLACE)
    return PLACE


if __name__ == "__main__":
    place()
