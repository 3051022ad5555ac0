# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PeerTube's own command line program works against the sandbox: accounts, an upload, plugins."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from sandbox.launcher import SandboxProcess
from tests.support.playing import ROOT

pytestmark = pytest.mark.node

PROGRAM = ROOT / ".venv/node/node_modules/@peertube/peertube-cli/dist/peertube.js"
PASSWORD = "Root-geheim-71"
PLUGIN = "peertube-plugin-hello-world"
FILM = b"\0\0\0\x18ftypmp42" + bytes(200_000)

Run = Callable[..., str]


@pytest.fixture(scope="module", params=["6.3", "8.2"])
def instance(request: pytest.FixtureRequest) -> Iterator[SandboxProcess]:
    words = ("--peertube-version", request.param)
    with SandboxProcess(*words, service="peertube", api_key="root", api_secret=PASSWORD) as running:
        yield running


@pytest.fixture
def run(instance: SandboxProcess, tmp_path: Path) -> Run:
    """Runs the program with these arguments, and returns what it prints; its accounts are in a folder of the test."""

    def run(*words: str) -> str:
        # Its requests without a token are limited, as those of any visitor.
        instance.control("PUT", "ratelimit/reset")
        environment = {**os.environ, "HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path), "NO_COLOR": "1"}
        made = subprocess.run(
            ["node", str(PROGRAM), *words], env=environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert made.returncode == 0, made.stdout + made.stderr
        return made.stdout

    run("auth", "add", "-u", instance.url, "-U", "root", "-p", PASSWORD, "--default")
    return run


def test_account_is_remembered_and_gives_a_token(instance: SandboxProcess, run: Run) -> None:
    assert instance.url in run("auth", "list")
    token = run("get-access-token", "-u", instance.url, "-n", "root", "-p", PASSWORD).strip()
    header = {"Authorization": f"Bearer {token}"}
    me = requests.get(f"{instance.url}/api/v1/users/me", headers=header, timeout=10)
    assert me.json()["username"] == "root"


def test_video_is_uploaded(instance: SandboxProcess, run: Run, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(FILM)
    described = ["-d", "A film", "-t", "one,two", "-P", "1", "-c", "1", "-C", "root_channel"]
    run("upload", "-f", str(film), "-n", "By the program", *described, "--no-wait-transcoding")
    found = requests.get(f"{instance.url}/api/v1/video-channels/root_channel/videos", timeout=10).json()
    [video] = [one for one in found["data"] if one["name"] == "By the program"]
    shown = requests.get(f"{instance.url}/api/v1/videos/{video['uuid']}", timeout=10).json()
    assert sorted(shown["tags"]) == ["one", "two"] and shown["category"]["id"] == 1
    sent = {(one["method"], one["path"]) for one in instance.exchanges()}
    assert ("POST", "/api/v1/videos/upload") in sent


def test_plugin_is_installed_and_removed(instance: SandboxProcess, run: Run) -> None:
    assert PLUGIN.removeprefix("peertube-plugin-") not in run("plugins", "list")
    run("plugins", "install", "-n", PLUGIN)
    assert PLUGIN.removeprefix("peertube-plugin-") in run("plugins", "list")
    run("plugins", "uninstall", "-n", PLUGIN)
    assert PLUGIN.removeprefix("peertube-plugin-") not in run("plugins", "list")
