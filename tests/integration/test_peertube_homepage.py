# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_homepage``: the text of the homepage, which can be replaced and removed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.launcher import SandboxProcess
from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Player, task

HOMEPAGE = "peertube_homepage"
PATH = "/custom-pages/homepage/instance"
TEXT = "# Wëlcome\r\n\n\t<peertube-videos-list data-count='6'></peertube-videos-list> \n"


def test_life_of_a_homepage(instance: Instance) -> None:
    instance.run(HOMEPAGE, state="absent")
    made = check_life(instance, HOMEPAGE, content=TEXT)
    assert made.requests == [f"GET {PATH}", f"PUT {PATH}"]
    assert made["diff"] == {"before": {}, "after": {"content": TEXT}}
    assert instance.get(PATH)["content"] == TEXT
    changed = check_life(instance, HOMEPAGE, content="# Other")
    assert changed["diff"] == {"before": {"content": TEXT}, "after": {"content": "# Other"}}
    gone = check_life(instance, HOMEPAGE, state="absent")
    assert gone["homepage"] is None and instance.get(PATH) == {"content": ""}
    check_life(instance, HOMEPAGE, content="# Again")


def test_mistakes_and_errors(instance: Instance) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({}, "content: it is required."),
        ({"content": " \n"}, "set state to absent"),
        ({"content": "a\x07"}, "content: it contains a control character."),
    ]
    for options, words in cases:
        refused = instance.run(HOMEPAGE, **options)
        check_refused(refused, words)
        assert refused.requests == []
    refused = instance.run(HOMEPAGE, content="# Mine", **login_of(instance.add_user(role=1)))
    assert refused.error["status"] == 403
    instance.server.set_faults([{"match": {"method": "PUT", "nth": 1}, "fault": "reset_after"}])
    lost = instance.run(HOMEPAGE, content="# Lost")
    assert lost.changed and instance.get(PATH)["content"] == "# Lost"


def test_in_a_play(peertube: SandboxProcess, instance: Instance, tmp_path: Path) -> None:
    instance.run(HOMEPAGE, state="absent")
    first, again = Player(peertube, tmp_path).play([task(HOMEPAGE, content=TEXT)] * 2)
    assert first.changed and not again.changed and again.writes == []
