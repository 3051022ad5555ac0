# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The first steps of the README, block after block in one shell with an empty home folder, as a new user runs them.

The setup by ``make demo`` is replaced by the environment that these tests run in, and the port by a free one.
"""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.playing import ROOT

SECTION = "Try it without an account"
PORT = "8390"
RECAP = re.compile(r"^localhost +: ok=(\d+) +changed=(\d+) +unreachable=0 +failed=0 ", re.MULTILINE)


def blocks(page: str, section: str) -> Iterator[tuple[str, str]]:
    """Yield the language and the text of each block of code in a section."""
    (text,) = re.findall(rf"^## {section}\n(.*?)^## ", page, re.MULTILINE | re.DOTALL)
    yield from re.findall(r"^```(\w+)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


def free_port() -> str:
    """Return a TCP port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return str(listener.getsockname()[1])


def script(page: str) -> str:
    """Return the blocks as one script, in which the playbook is saved under the name that the README gives."""
    lines = ["set -eu", "trap 'kill %1' EXIT"]
    for language, text in blocks(page, SECTION):
        lines.append(text if language == "shell" else f"cat > first.yml <<'END'\n{text}END\n")
        if "sandbox.log" in text:
            lines.append("for _ in $(seq 100); do grep -q http sandbox.log && break; sleep 0.1; done")
    return "\n".join(lines).replace(PORT, free_port())


def test_first_steps_run_as_printed(tmp_path: Path) -> None:
    clone, home = tmp_path / "clone", tmp_path / "home"
    shutil.copytree(ROOT, clone, ignore=shutil.ignore_patterns(".*", "__pycache__", "dist", "_build"))
    (clone / ".venv").symlink_to(Path(sys.prefix))
    home.mkdir()
    done = subprocess.run(
        ["/bin/bash"],
        input=script((ROOT / "README.md").read_text(encoding="utf-8")),
        cwd=clone,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TMPDIR": os.environ.get("TMPDIR", "/tmp")},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    # Check mode, the first run, and the second, which changes nothing.
    assert RECAP.findall(done.stdout) == [("2", "2"), ("2", "2"), ("2", "0")], done.stdout
