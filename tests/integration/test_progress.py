# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The callback plugin ``progress`` in a real run, with and without a terminal."""

from __future__ import annotations

import fcntl
import os
import re
import struct
import subprocess
import sys
import termios
from pathlib import Path

import yaml

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player

ROWS, COLUMNS = 24, 140
#: Everything is drawn between saving and restoring the cursor; the first time, space is made for it.
DRAWN = re.compile(r"(?:\n\x1b\[A\x1b7\x1b\[1;23r\x1b8)?\x1b7([^\n]*?)\x1b8")


def command(player: Player, folder: Path, names: list[str]) -> tuple[list[str | Path], dict[str, str]]:
    """Return the arguments and environment of a fleet run; the first customer has a mistake."""
    hosts = {name: {"hosting": {"identifier": name, "servicepack": "Mail Only"}} for name in names}
    hosts[names[0]]["hosting"]["servicepack"] = "No Such Pack"
    (folder / "customers.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}))
    (folder / "ansible.cfg").touch()
    words: list[str | Path] = [
        Path(sys.executable).with_name("ansible-playbook"),
        "reseller.toolkit.fleet",
        "-i",
        "customers.yml",
    ]
    environment = {**player.environment(folder), "ANSIBLE_CALLBACKS_ENABLED": "reseller.toolkit.progress"}
    # A test runner may set variables about its own terminal.
    sizes = {"COLUMNS": str(COLUMNS), "LINES": str(ROWS)}
    return words, {**environment, **sizes, "TERM": "xterm"}


def on_a_terminal(words: list[str | Path], environment: dict[str, str], folder: Path) -> str:
    """Return everything that a run writes to its terminal."""
    terminal, end = os.openpty()
    fcntl.ioctl(end, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
    with subprocess.Popen(
        words, cwd=folder, env=environment, stdin=end, stdout=end, stderr=end, start_new_session=True
    ) as process:
        os.close(end)
        written = b""
        while True:
            try:
                part = os.read(terminal, 65536)
            except OSError:  # Linux reports this when the other end is closed.
                break
            written += part
        os.close(terminal)
    assert process.returncode != 0
    return written.decode().replace("\r\n", "\n")


def test_line_at_the_bottom(tmp_path: Path, new_name: NewName) -> None:
    names = [new_name() for _customer in range(3)]
    # Long enough for a job to be seen in a line that is drawn every second.
    with SandboxProcess(job_seconds=4, rate_limit="100000/60") as sandbox:
        words, environment = command(Player(sandbox, tmp_path), tmp_path, names)
        written = on_a_terminal([*words, "--forks", "1"], environment, tmp_path)
    drawn = DRAWN.findall(written)
    assert all(one.startswith("\x1b[24;1H\x1b[2K\x1b[7m") for one in drawn[:-1])
    lines = [re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", one) for one in drawn[:-1]]
    # The first customer already failed in the check, which read from the API.
    first = r"0 of 3 customers done, 1 at work, 1 waiting, 1 failed \| \d+ requests left for \d+ s"
    assert re.fullmatch(first, lines[0]), lines[0]
    assert any(
        re.search(r"\| 1 job (to end in \d s|due now) \| \d+ requests left for \d+ s$", line) for line in lines
    ), lines
    assert any("1 of 3 customers done, 1 at work, 0 waiting, 1 failed" in line for line in lines)
    # At the end the terminal is restored, and Ansible's output between the drawings is complete.
    assert drawn[-1] == "\x1b[r\x1b[24;1H\x1b[2K"
    rest = DRAWN.sub("", written)
    assert "\x1b" not in rest
    assert f"changed: [{names[2]}]\n" in rest and "3 customers: 2 changed, 0 unchanged, 1 failed" in rest


def test_nothing_without_a_terminal(server: SandboxProcess, tmp_path: Path, new_name: NewName) -> None:
    words, environment = command(Player(server, tmp_path), tmp_path, [new_name()])
    done = subprocess.run(words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "1 customers: 0 changed, 0 unchanged, 1 failed" in done.stdout
    assert "\x1b" not in done.stdout + done.stderr and "customers done" not in done.stdout + done.stderr
