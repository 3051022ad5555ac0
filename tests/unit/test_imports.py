# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""An ordinary module imports what an unchanged object needs.

Ansible runs it from a zip file, and Python compiles each file of a zip file twice: 100 kB of source take 35 ms, in each
task. `tests/bench/overhead.py` measures the time; this test holds what it depends on.
"""

from __future__ import annotations

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any, NamedTuple

import pytest

#: Files of `module_utils` that no unchanged account needs, each with what it is for.
NOT_NEEDED = {
    "address_checks": "a proxy",
    "convergence": "an object that is created or changed",
    "given": "options that are lists, dictionaries or no texts",
    "missing_options": "missing options",
    "new_files": "a file that is written",
    "reseller.account_orders": "an order",
    "reseller.hints": "a failure",
    "reseller.hostings": "an account that is missing",
    "reseller.intents": "an order",
    "reseller.international_names": "names that are not in ASCII",
    "reseller.journal": "an order",
    "reseller.noted_orders": "an order",
    "reseller.order": "an order",
    "reseller.other_forms": "a failure",
    "reseller.passwords": "an order",
    "reseller.placing": "an order",
    "reseller.polling": "an order",
    "reseller.servicepacks": "a service pack by its name",
    "rest.atomic_files": "what is stored for other tasks",
    "rest.basic_auth": "other services",
    "rest.cached_responses": "tasks that share responses",
    "rest.failures": "a failure",
    "rest.free_posts": "an addition",
    "rest.locations": "an order",
    "rest.multipart": "a file that is sent",
    "rest.problems": "a failure",
    "rest.process_lock": "an addition",
    "rest.query_key_auth": "other services",
    "rest.reset_times": "a request that the rate limit refused",
    "rest.retries": "a failure",
    "rest.sent_notes": "an addition",
    "rest.storage_interface": "annotations",
    "rest.times": "times in headers",
    "rest.trust_findings": "a folder that others can change",
    "rest.unproven": "a failure",
}
#: The most files with code, and the most nodes of their syntax trees, that an unchanged account may need. A docstring
#: is two nodes, however long it is.
MOST_FILES, MOST_NODES = 35, 19_900
#: Those that no module needs before its first request.
LATER = {name for name in NOT_NEEDED if name.startswith("rest.")} | {"missing_options", "given"}
LATER -= {"rest.basic_auth", "rest.storage_interface", "rest.unproven"}
ACCOUNT = {"id": 1, "identifier": "example.com", "servicepack_id": 7}
RUN = """
import gc, importlib, json, sys
from ansible.module_utils import basic

package = "ansible_collections.reseller.toolkit.plugins"
name, arguments = sys.argv[1:]
module = importlib.import_module(f"{package}.modules.{name}")
if arguments:
    basic._ANSIBLE_ARGS, basic._ANSIBLE_PROFILE = arguments.encode(), "legacy"
    try:
        module.main()
    except SystemExit:
        pass
files = {name: loaded.__file__ for name, loaded in sys.modules.items() if name.startswith(package)}
print()
print(len(gc.get_objects()), gc.get_freeze_count())
print(json.dumps({name[len(package) + 1:]: file for name, file in files.items() if file}))
"""


class Accounts(BaseHTTPRequestHandler):
    """Responds with one account."""

    def do_GET(self) -> None:
        """Send it."""
        content = json.dumps([ACCOUNT]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Paging-TotalResults", "1")
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_args: Any) -> None:
        """Print nothing."""


@pytest.fixture
def api_url() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Accounts)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class Loaded(NamedTuple):
    """A process that imported a module, and ran it if there were options.

    Attributes:
        result: the module's result, empty if it did not run.
        files: the files of the collection that the process loaded.
        objects: the number of objects that it searches for garbage.
        frozen: the number of those that it does not search.
    """

    result: dict[str, Any]
    files: dict[str, Path]
    objects: int
    frozen: int


def loaded_by(module: str, **options: Any) -> Loaded:
    """Import a module in a new process, and run it if there are options."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
    arguments = json.dumps({"ANSIBLE_MODULE_ARGS": options}) if options else ""
    done = subprocess.run(
        [sys.executable, "-c", RUN, module, arguments], env=env, capture_output=True, text=True, check=True
    )
    *printed, counts, files = done.stdout.strip().splitlines()
    result = json.loads(next((line for line in printed if line.strip()), "{}"))
    return Loaded(result, {name: Path(file) for name, file in json.loads(files).items()}, *map(int, counts.split()))


def test_unchanged_account_loads_no_more_than_it_needs(api_url: str, tmp_path: Path) -> None:
    options = {"identifier": "example.com", "servicepack": "7", "state_dir": str(tmp_path), "read_cache": False}
    result, files, objects, frozen = loaded_by(
        "reseller_account", api_url=api_url, api_key="key", api_secret="secret", **options
    )
    assert (result.get("changed"), result.get("account")) == (False, ACCOUNT)
    assert frozen > 10 * objects
    needless = {name: use for name, use in NOT_NEEDED.items() if f"module_utils.{name}" in files}
    assert needless == {}
    nodes = {name: sum(1 for _node in ast.walk(ast.parse(path.read_text()))) for name, path in files.items()}
    with_code = {name: number for name, number in nodes.items() if number > 1}
    assert len(with_code) <= MOST_FILES
    assert sum(with_code.values()) <= MOST_NODES


@pytest.mark.parametrize("module", ["configcat_tag", "peertube_user"])
def test_module_of_another_service_loads_the_same_later(module: str) -> None:
    loaded = loaded_by(module)
    assert [name for name in sorted(LATER) if f"module_utils.{name}" in loaded.files] == []


def test_files_that_are_not_needed_exist() -> None:
    root = Path(__file__).resolve().parents[2] / "plugins/module_utils"
    assert [name for name in NOT_NEEDED if not (root / f"{name.replace('.', '/')}.py").exists()] == []
