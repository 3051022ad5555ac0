# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_plugin``: install, update and uninstall plugins and themes, and their settings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import client
from sandbox.launcher import SandboxProcess
from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Player, task

PLUGIN = "peertube_plugin"
HELLO = "peertube-plugin-hello-world"
THEME = "peertube-theme-background-red"
LDAP = "peertube-plugin-auth-ldap"
PASSWORD = "Pgn0geheim83"


@pytest.fixture
def without(instance: Instance) -> Iterator[Instance]:
    """The instance without plugins, and without settings of earlier ones; afterwards too."""
    uninstall(instance)
    yield instance
    instance.server.set_faults([])
    uninstall(instance)


def uninstall(instance: Instance) -> None:
    """Uninstall all plugins that tests install, and forget their settings."""
    for name in (HELLO, THEME, LDAP):
        instance.send("PUT", f"/plugins/{name}/settings", json={"settings": {}})
        instance.send("POST", "/plugins/uninstall", json={"npmName": name})


def test_life_of_a_plugin(without: Instance) -> None:
    old = check_life(without, PLUGIN, npm_name=HELLO, version="0.0.17")
    assert old.requests == [f"GET /plugins/{HELLO}", "POST /plugins/install"]
    assert json.loads(old.exchanges[1]["request_body"]) == {"npmName": HELLO, "pluginVersion": "0.0.17"}
    assert old["plugin"].items() >= {"npm_name": HELLO, "type": "plugin", "version": "0.0.17", "enabled": True}.items()
    assert not without.run(PLUGIN, npm_name=HELLO).changed
    newest = check_life(without, PLUGIN, npm_name=HELLO, state="latest")
    assert newest.writes == ["POST /plugins/update"]
    assert newest["diff"] == {"before": {"version": "0.0.17"}, "after": {"version": "0.0.25"}}
    assert check_life(without, PLUGIN, npm_name=HELLO, version="0.0.17").writes == ["POST /plugins/install"]
    gone = check_life(without, PLUGIN, npm_name=HELLO, state="absent")
    assert gone["plugin"] is None and gone.writes == ["POST /plugins/uninstall"]
    assert without.get("/plugins")["total"] == 0
    assert check_life(without, PLUGIN, npm_name=THEME, state="latest")["plugin"]["type"] == "theme"


def test_settings_are_merged_and_kept(without: Instance) -> None:
    wanted = {"npm_name": HELLO, "settings": {"user-name": "Somebody", "admin-name": "Root"}}
    made = check_life(without, PLUGIN, **wanted)
    assert made.writes == ["POST /plugins/install", f"PUT /plugins/{HELLO}/settings"]
    assert made["plugin"]["settings"] == wanted["settings"]
    changed = check_life(without, PLUGIN, npm_name=HELLO, settings={"user-name": "Another"})
    assert changed["diff"]["after"] == {"settings": {"user-name": "Another"}}
    assert json.loads(changed.exchanges[-1]["request_body"]) == {
        "settings": {"user-name": "Another", "admin-name": "Root"}
    }
    # A text is no number.
    assert without.run(PLUGIN, npm_name=HELLO, settings={"user-name": 7}, check=True).changed
    check_life(without, PLUGIN, npm_name=HELLO, state="absent")
    kept = without.run(PLUGIN, npm_name=HELLO, settings={"user-name": "Another"})
    assert kept.writes == ["POST /plugins/install"] and kept["plugin"]["settings"]["admin-name"] == "Root"


def test_secret_settings_are_not_shown(without: Instance) -> None:
    without.run(PLUGIN, npm_name=HELLO)
    for password in (PASSWORD, PASSWORD + "x"):
        made = check_life(without, PLUGIN, npm_name=HELLO, secret_settings={"admin-name": password})
        assert PASSWORD not in json.dumps(made.data)
        assert made["plugin"]["settings"] == {"admin-name": "(not shown)"}
        assert made["diff"]["after"]["settings"] == {"admin-name": "(new value)"}
        assert without.get(f"/plugins/{HELLO}")["settings"]["admin-name"] == password
    # The plugin says that a setting is a password.
    rule = {
        "match": {"path": "*/registered-settings"},
        "fault": "edit",
        "body": {"registeredSettings": [{"name": "admin-name", "type": "input-password"}]},
    }
    without.server.set_faults([rule])
    shown = without.run(PLUGIN, npm_name=HELLO, settings={"admin-name": "Sec0ndgeheim"})
    assert shown.changed and PASSWORD not in json.dumps(shown.data) and "Sec0ndgeheim" not in json.dumps(shown.data)


def test_mistakes_and_errors(without: Instance) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"npm_name": "hello-world"}, "npm_name: 'hello-world' does not begin with peertube-plugin-"),
        ({"npm_name": HELLO, "version": "latest"}, "version: 'latest' is not a version"),
        ({"npm_name": HELLO, "version": "0.0.17", "state": "latest"}, "version: it applies only to state present."),
        ({"npm_name": HELLO, "settings": {}, "state": "absent"}, "settings: it does not apply to state absent."),
        ({"npm_name": HELLO, "settings": {5: 1}}, "settings: the key 5 is not a text"),
    ]
    for options, words in cases:
        refused = without.run(PLUGIN, **options)
        check_refused(refused, words)
        assert refused.requests == []
    impossible: list[dict[str, Any]] = [
        {"npm_name": LDAP, "version": "99.0.0"},
        {"npm_name": "peertube-plugin-nothing"},
    ]
    for options in impossible:
        refused = without.run(PLUGIN, **options)
        assert refused.error["status"] == 400 and "Check npm_name and version" in refused.msg
    without.run(PLUGIN, npm_name=HELLO)
    unknown = without.run(PLUGIN, npm_name=HELLO, version="0.0.17", settings={"user-nmae": "x"})
    check_refused(unknown, f"{HELLO} has no setting user-nmae. It has admin-name, super-checkbox, user-name.")
    assert not without.run(PLUGIN, npm_name="peertube-plugin-nothing", state="absent").changed
    assert without.run(PLUGIN, npm_name=HELLO, **login_of(without.add_user(role=1))).error["status"] == 403


def test_newest_version_beyond_one_page_and_lost_answers(without: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "COUNT", 1)
    without.run(PLUGIN, npm_name=HELLO, version="0.0.17")
    without.server.set_faults([{"match": {"method": "POST", "nth": 1}, "fault": "reset_after"}])
    made = without.run(PLUGIN, npm_name=HELLO, state="latest")
    assert made["plugin"]["version"] == "0.0.25" and made.writes == ["POST /plugins/update"] * 2
    assert made.requests.count("GET /plugins/available") > 1


def test_in_a_play(peertube: SandboxProcess, without: Instance, tmp_path: Path) -> None:
    wanted = task(PLUGIN, npm_name=HELLO, settings={"user-name": "Somebody"})
    first, again = Player(peertube, tmp_path).play([wanted, wanted])
    assert first.changed and not again.changed and again.writes == []
    assert without.get(f"/plugins/{HELLO}")["settings"] == {"user-name": "Somebody"}
