# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a command against a new sandbox with generated credentials: ``with_sandbox.py COMMAND [arguments]``."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import tempfile

from sandbox.launcher import SandboxProcess


def main() -> int:
    """Start the sandbox, run the command with RESELLER_* in its environment, and return its exit code."""
    key, secret = secrets.token_hex(8), secrets.token_hex(24)
    with (
        tempfile.TemporaryDirectory(prefix="reseller-state-") as state,
        SandboxProcess(api_key=key, api_secret=secret, job_seconds=1) as sandbox,
    ):
        settings = {
            "RESELLER_API_KEY": key,
            "RESELLER_API_SECRET": secret,
            "RESELLER_API_URL": sandbox.url,
            "RESELLER_STATE_DIR": state,
        }
        env = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        return subprocess.run(sys.argv[1:], env={**env, **settings}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
