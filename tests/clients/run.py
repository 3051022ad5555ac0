# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate a client from the vendor's description, and run it and schemathesis against the sandbox: ``make
test-clients``.

python -m tests.clients.run [WORDS FOR PYTEST…]: exits with 0 without a description.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from tests.clients import description
from tests.clients.places import FOLDER, FURTHER, PACKAGE, PYTHON, STRIPPED

OPTIONS = "-ra --strict-markers --import-mode=importlib"


def main(words: list[str]) -> int:
    """Run everything, and return pytest's exit code."""
    source = description.find()
    if source is None:
        print("test-clients did not run: the vendor's description does not lie beside the project")
        return 0
    if shutil.which("java") is None:
        print("test-clients needs Java: apt-get install default-jre-headless", file=sys.stderr)
        return 1
    _install(Path(__file__).with_name("requirements.txt"))
    parsed = json.loads(source.read_text(encoding="utf-8"))
    print(f"{source.name}: {description.strip(parsed)} doubled query parameters removed")
    STRIPPED.write_text(json.dumps(parsed), encoding="utf-8")
    _generate(STRIPPED, PACKAGE)
    for package, pattern in FURTHER.items():
        for found in source.parent.glob(pattern):
            _generate(found, package)
    environment = {**os.environ, "SANDBOX_PYTHON": sys.executable}
    # Without the plugin of all other tests, which imports Ansible.
    command = [str(PYTHON), "-m", "pytest", "tests/clients", "-m", "clients", "-o", f"addopts={OPTIONS}", *words]
    return subprocess.run(command, env=environment, check=False).returncode


def _install(requirements: Path) -> None:
    """Install the requirements into a separate venv unless it exists."""
    wanted, stamp = requirements.read_text(encoding="utf-8"), FOLDER / "installed.txt"
    if stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
        return
    began = time.monotonic()
    shutil.rmtree(FOLDER, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "venv", PYTHON.parents[1]], check=True)
    pip = [str(PYTHON), "-m", "pip", "install", "-q", "--disable-pip-version-check", "-r", str(requirements)]
    subprocess.run(pip, check=True)
    stamp.write_text(wanted, encoding="utf-8")
    print(f"installed the generator of clients and schemathesis in {time.monotonic() - began:.0f} s")


def _generate(source: Path, package: str) -> None:
    """Generate a client of this name from a description."""
    shutil.rmtree(FOLDER / package, ignore_errors=True)
    command = [str(PYTHON.with_name("openapi-generator-cli")), "generate", "-g", "python"]
    command += ["-i", str(source), "-o", str(FOLDER)]
    command += ["--additional-properties", f"packageName={package},generateSourceCodeOnly=true"]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    if made.returncode:
        sys.exit(f"{made.stdout}\n{made.stderr}")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
