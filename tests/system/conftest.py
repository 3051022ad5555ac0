# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sandbox and the player of the integration tests, and an SSH server."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.conftest import new_name, player, running, server

__all__ = ["new_name", "player", "running", "server", "ssh_host"]


def needed(program: str, package: str) -> str:
    """Return the path of a program that a system test requires."""
    found = shutil.which(program, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if found is None:
        pytest.fail(f"{program} is missing: install the package {package} of the operating system", pytrace=False)
    return found


@pytest.fixture
def ssh_host(tmp_path: Path) -> Iterator[str]:
    """The inventory line of a host behind a real sshd that accepts no environment variables."""
    sshd, keygen = needed("sshd", "openssh-server"), needed("ssh-keygen", "openssh-client")
    needed("ssh", "openssh-client")
    folder = tmp_path / "sshd"
    folder.mkdir(mode=0o700)
    for name in ("host_key", "user_key"):
        subprocess.run([keygen, "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)], check=True)
    shutil.copy(folder / "user_key.pub", folder / "authorized_keys")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = {
        "ListenAddress": f"127.0.0.1:{port}",
        "HostKey": folder / "host_key",
        "AuthorizedKeysFile": folder / "authorized_keys",
        "PidFile": folder / "sshd.pid",
        "StrictModes": "no",
        "UsePAM": "no",
        "PasswordAuthentication": "no",
        "PermitRootLogin": "prohibit-password",
    }
    (folder / "sshd_config").write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    with (folder / "sshd.log").open("wb") as log:
        process = subprocess.Popen([sshd, "-D", "-e", "-f", str(folder / "sshd_config")], stdout=log, stderr=log)
    try:
        _wait_until_open(port, process, folder / "sshd.log")
        arguments = (
            f"-F none -o UserKnownHostsFile={folder}/known_hosts -o StrictHostKeyChecking=accept-new "
            "-o ControlPath=none"
        )
        yield (
            f"remote ansible_connection=ssh ansible_host=127.0.0.1 ansible_port={port} "
            f"ansible_user={getpass.getuser()} ansible_ssh_private_key_file={folder}/user_key "
            f"ansible_ssh_common_args='{arguments}'"
        )
    finally:
        process.terminate()
        process.wait(10)


def _wait_until_open(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    pytest.fail(f"sshd does not run: {log.read_text()}", pytrace=False)
