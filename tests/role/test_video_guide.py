# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command of ``docs/video_platform.md``, as printed, in its order; and what the instance has afterwards."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import yaml

from sandbox.launcher import SandboxProcess
from tests.integration.conftest import ONE_VERSION
from tests.role.test_playbooks import EXAMPLES, changes
from tests.support.films import film, sha256
from tests.support.peertube import PASSWORD, Person
from tests.support.playing import ROOT, Player, run_program

GUIDE = ROOT / "docs/video_platform.md"
SUBTITLES = "WEBVTT\n\n00:00:00.000 --> 00:00:02.000\nHello\n"


def commands() -> list[list[str]]:
    """Return the words of the guide's commands. The vault is Ansible's own, so the file of secrets is not encrypted."""
    blocks = re.findall(r"^```shell\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    lines = [shlex.split(line) for block in blocks for line in block.splitlines()]
    return [[word for word in words if word != "--ask-vault-pass"] for words in lines]


class Customer:
    """Runs the commands with the home folder of somebody who has films.

    Args:
        player: knows the sandbox.
        home: the home folder, which is also the working directory.
    """

    def __init__(self, player: Player, home: Path) -> None:
        self._player = player
        self._home = home
        for folder in ("films", "archive"):
            (home / folder).mkdir()
        self.welcome = film(home / "films/welcome.mp4", 40_000)
        self.archive = [
            film(home / f"archive/{name}", 30_000, seed) for seed, name in enumerate(("a_fair.mkv", "bread.mp4"))
        ]
        (home / "films/welcome.en.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nHello\n")
        (home / "archive/a_fair.en.vtt").write_text(SUBTITLES)
        (home / "archive/a_fair.de.vtt").write_text(SUBTITLES)
        for picture in ("films/welcome.jpg", "archive/a_fair.jpg"):
            (home / picture).write_bytes(b"\xff\xd8\xff")
        (home / "secrets.yml").write_text(yaml.safe_dump({"vault_customer_password": PASSWORD}))
        (home / "ansible.cfg").touch()

    def run(self, words: list[str], *, times: int = 1) -> str:
        """Run a command, its playbook several times; return the output."""
        playbook = [str(EXAMPLES / word) for word in words if word.endswith(".yml") and not word.startswith("@")]
        others = [word for word in words if word not in (words[0], Path(playbook[0]).name)]
        command = [words[0], *playbook * times, *others]
        environment = {**self._player.environment(self._home), "HOME": str(self._home)}
        code, output, errors = run_program(command, self._home, environment)
        assert code == 0 and PASSWORD not in output + errors, output + errors
        return output


@pytest.mark.parametrize("peertube", ONE_VERSION, indirect=True)
def test_commands_of_the_guide(peertube: SandboxProcess, tmp_path: Path) -> None:
    player = Player(peertube, tmp_path / "player")
    customer = Customer(player, tmp_path)
    predict, create, move, publish = commands()
    before = len(peertube.exchanges())
    assert changes(customer.run(predict))[0] > 0
    assert [one["path"] for one in peertube.exchanges()[before:] if one["method"] != "GET"] == ["/api/v1/users/token"]
    output = customer.run(create, times=2)
    first, second = changes(output)
    assert first and second == 0, output
    person = Person(peertube, "bakery", PASSWORD)
    (welcome,) = person.videos()
    assert f"/videos/watch/{welcome['uuid']}" in output and person.stored_hash(welcome["uuid"]) == sha256(
        customer.welcome
    )
    shown = person.json(f"/videos/{welcome['uuid']}")
    assert (shown["state"]["id"], shown["privacy"]["id"], shown["category"]["label"]) == (1, 1, "Food")
    assert person.json(f"/videos/{welcome['uuid']}/captions")["total"] == 1

    peertube.control("PUT", "ratelimit/reset")
    assert changes(customer.run(move)) == [2]
    assert {video["name"]: video["privacy"]["id"] for video in person.videos()} == {
        "Welcome to the bakery": 1,
        "a fair": 2,
        "bread": 2,
    }
    peertube.control("PUT", "ratelimit/reset")
    assert changes(customer.run(publish, times=2)) == [1, 0]
    videos = {video["name"]: video for video in person.videos()}
    assert [video["privacy"]["id"] for video in videos.values()] == [1, 1, 1]
    stored = [person.stored_hash(videos[name]["uuid"]) for name in ("a fair", "bread")]
    assert stored == [sha256(path) for path in customer.archive]
    assert person.json(f"/videos/{videos['a fair']['uuid']}/captions")["total"] == 2
    lists = person.json("/accounts/bakery/video-playlists", playlistType=1)["data"]
    (archive,) = [one for one in lists if one["displayName"] == "From our archive"]
    elements = person.json(f"/video-playlists/{archive['uuid']}/videos")["data"]
    assert [one["video"]["name"] for one in elements] == ["a fair", "bread"]
