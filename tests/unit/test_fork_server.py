# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A program in a fork behaves like one that was started by its path."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.fork_server import SETTINGS, ForkServer, run_anew

ENVIRONMENT = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
SAYS = """\
import atexit, json, os, signal, sys
for stream in (sys.stdout, sys.stderr):
    stream.reconfigure(errors="surrogateescape")
atexit.register(print, "the end", flush=True)
print(json.dumps({
    "words": sys.argv, "name": __name__, "path": sys.path[0], "folder": os.getcwd(), "one": os.environ.get("ONE"),
    "two": os.environ.get("TWO"), "input": sys.stdin.read(), "child": signal.getsignal(signal.SIGCHLD),
    "open": sorted(set(os.listdir("/proc/self/fd")) & {"0", "1", "2"}), "zone": os.environ.get("TZ"),
}))
print("to the other", file=sys.stderr)
sys.exit(3)
"""


@pytest.fixture(scope="module")
def server() -> ForkServer:
    return ForkServer()


def program(folder: Path, text: str) -> str:
    file = folder / "program.py"
    file.write_text(f"#!{sys.executable}\n{text}")
    file.chmod(0o700)
    return str(file)


@pytest.mark.parametrize("more", [{"ONE": "1"}, {"TZ": "Asia/Tokyo"}], ids=["in a fork", "in a new interpreter"])
def test_the_same_as_by_its_path(server: ForkServer, tmp_path: Path, more: dict[str, str]) -> None:
    words = [program(tmp_path, SAYS), "--some", "words"]
    there = tmp_path / "there"
    there.mkdir()
    environment = {**ENVIRONMENT, **more}
    code, output = server.run(words, there, environment, timeout=60)
    options: dict[str, Any] = {"stdin": subprocess.DEVNULL, "text": True, "capture_output": True}
    by_path = subprocess.run(words, cwd=there, env=environment, check=False, **options)
    assert code == by_path.returncode == 3
    end, other, said = sorted(output.splitlines())
    assert (end, other) == ("the end", "to the other")
    assert json.loads(said) == json.loads(by_path.stdout.splitlines()[0])
    assert json.loads(said)["folder"] == str(there)


def test_a_traceback_and_a_signal(server: ForkServer, tmp_path: Path) -> None:
    code, output = server.run([program(tmp_path, "1 / 0")], tmp_path, ENVIRONMENT, timeout=60)
    assert code == 1 and output.splitlines()[-1].startswith("ZeroDivisionError")
    text = "import os, signal\nos.kill(os.getpid(), signal.SIGTERM)"
    assert server.run([program(tmp_path, text)], tmp_path, ENVIRONMENT, timeout=60) == (-signal.SIGTERM, "")


def test_a_program_that_does_not_end_is_killed(server: ForkServer, tmp_path: Path) -> None:
    text = "import signal\nprint('here', flush=True)\nsignal.pause()"
    assert server.run([program(tmp_path, text)], tmp_path, ENVIRONMENT, timeout=1) in (
        (-signal.SIGKILL, "here\n"),
        (-signal.SIGKILL, ""),
    )


def test_what_reads_settings_is_not_imported_before_them(server: ForkServer, tmp_path: Path) -> None:
    text = "import sys\nprint(*sys.modules, sep='\\n')"
    _code, output = server.run([program(tmp_path, text)], tmp_path, ENVIRONMENT, timeout=60)
    modules = set(output.split())
    assert {"requests", "jinja2", "yaml", "ansible.errors", "ansible.parsing.splitter"} <= modules
    assert not modules & {*SETTINGS, "ansible_collections"}


def test_what_is_parsed_once_is_the_same_each_time(server: ForkServer, tmp_path: Path) -> None:
    text = """\
import hashlib, yaml, ansible
from ansible.module_utils.common.yaml import yaml_load
from pathlib import Path
folder = Path(ansible.__file__).parent / "config"
for _ in range(2):
    with open(folder / "base.yml", "rb") as base:
        settings = yaml_load(base)
    redirects = yaml.load((folder / "ansible_builtin_runtime.yml").read_bytes(), yaml.CBaseLoader)
    print(*(hashlib.sha256(repr(one).encode()).hexdigest() for one in (settings, redirects)))
    settings.clear()
    redirects.clear()
"""
    code, output = server.run([program(tmp_path, text)], tmp_path, ENVIRONMENT, timeout=60)
    assert (code, output) == run_anew([program(tmp_path, text)], tmp_path, ENVIRONMENT, timeout=60)
    assert len(set(output.splitlines())) == 1


def test_a_changed_file_of_a_collection_runs_as_it_is(server: ForkServer, tmp_path: Path) -> None:
    """The first run leaves the bytecode of the file."""
    plugins = tmp_path / "ansible_collections/some/one/plugins/module_utils"
    plugins.mkdir(parents=True)
    text = f"""\
from ansible.utils.collection_loader._collection_finder import _AnsibleCollectionFinder
_AnsibleCollectionFinder([{str(tmp_path)!r}])._install()
from ansible_collections.some.one.plugins.module_utils import said
print(said.WORD, said.__file__)
"""
    for word in ("first", "second"):
        (plugins / "said.py").write_text(f"WORD = {word!r}\n")
        ran = server.run([program(tmp_path, text)], tmp_path, ENVIRONMENT, timeout=60)
        assert ran == (0, f"{word} {plugins / 'said.py'}\n")
    assert list(plugins.glob("__pycache__/said.*.pyc"))


@pytest.mark.parametrize("end", ["sys.exit('a reason')", "raise SystemExit", "sys.exit(256 + 7)", "import missing_one"])
def test_ends(server: ForkServer, tmp_path: Path, end: str) -> None:
    text = f"""\
import atexit, sys, threading, time
threading.Thread(target=lambda: (time.sleep(0.1), print("a thread"))).start()
atexit.register(print, "at its end")
{end}
"""
    words = [program(tmp_path, text)]
    code, output = server.run(words, tmp_path, ENVIRONMENT, timeout=60)
    code_anew, output_anew = run_anew(words, tmp_path, ENVIRONMENT, timeout=60)
    # A traceback begins with the frames of the server.
    assert (code, sorted(output.splitlines())[-3:]) == (code_anew, sorted(output_anew.splitlines())[-3:])
    assert {"a thread", "at its end"} <= set(output.splitlines())


@pytest.mark.parametrize("more", [{}, {"TZ": "Asia/Tokyo"}], ids=["in a fork", "in a new interpreter"])
def test_a_started_program(server: ForkServer, tmp_path: Path, more: dict[str, str]) -> None:
    text = """\
import os, signal, sys
print("to the other", file=sys.stderr, flush=True)
print(os.getpid(), flush=True)
signal.pause()
"""
    output, errors = tmp_path / "output", tmp_path / "errors"
    with output.open("w") as first, errors.open("w") as second:
        words = [program(tmp_path, text)]
        process = server.start(words, tmp_path, {**ENVIRONMENT, **more}, first.fileno(), second.fileno())
    while not output.read_text():
        assert process.poll() is None
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == process.poll() == -signal.SIGTERM
    process.kill()
    assert output.read_text() == f"{process.pid}\n" and errors.read_text() == "to the other\n"
