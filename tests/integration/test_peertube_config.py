# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_config``: all of the configuration is read and written, and only what was given changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.children import Child, connection
from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Player, task

PATH = "/config/custom"
BASIS = {"instance": {"name": "Before", "short_description": "About"}, "signup": {"limit": 50, "enabled": True}}


@pytest.fixture
def configured(instance: Instance) -> Iterator[Instance]:
    """The instance with the configuration of its files, apart from some properties."""
    instance.send("DELETE", PATH)
    assert instance.run("peertube_config", config=BASIS).changed
    yield instance
    instance.server.set_faults([])
    instance.send("DELETE", PATH)


def leaves(data: dict[str, Any], before: str = "") -> dict[str, Any]:
    """Return the values of nested objects by their dotted names."""
    found: dict[str, Any] = {}
    for name, value in data.items():
        found.update(leaves(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value})
    return found


def test_only_given_properties_change_and_all_are_sent(configured: Instance) -> None:
    before = configured.get(PATH)
    wanted = {
        "instance": {"name": "Videos of Example", "is_nsfw": True, "categories": [1, 7], "languages": ["en", "de"]},
        "signup": {"limit": "60"},
        "transcoding": {"resolutions": {"720p": True}},
    }
    made = check_life(configured, "peertube_config", config=wanted)
    assert made.requests == [f"GET {PATH}", f"PUT {PATH}"]
    sent = json.loads(made.exchanges[1]["request_body"])
    differing = {name: value for name, value in leaves(sent).items() if leaves(before).get(name) != value}
    assert differing == {
        "instance.name": "Videos of Example",
        "instance.isNSFW": True,
        "instance.categories": [1, 7],
        "instance.languages": ["en", "de"],
        "signup.limit": 60,
        "transcoding.resolutions.720p": True,
    }
    assert leaves(sent).keys() == leaves(before).keys()
    assert configured.get(PATH) == sent
    assert made["diff"]["after"]["signup"] == {"limit": 60} and made["diff"]["before"]["signup"] == {"limit": 50}
    assert leaves(made["diff"]["after"]).keys() == leaves(made["diff"]["before"]).keys() and len(differing) == 6
    assert made["config"]["instance"]["is_nsfw"] is True and "auto_blacklist" in made["config"]


def test_mistakes_are_refused_before_anything_is_written(configured: Instance) -> None:
    before = configured.get(PATH)
    cases: list[tuple[dict[str, Any], tuple[str, ...]]] = [
        ({"instance": {"nmae": "x"}}, ("config.instance.nmae: this server has no such property", "name,")),
        ({"instance": {"shortDescription": "x"}}, ("config.instance.shortDescription", "Write short_description.")),
        ({"videos": {}, "signup": {"limit": True}}, ("config.videos:", "config.signup.limit: a whole number is")),
        ({"instance": "x"}, ("config.instance: a dictionary is needed, and this is a text",)),
        ({"instance": {"name": None}}, ("config.instance.name: there is nothing",)),
        ({"instance": {"name": 5}}, ("config.instance.name: a text is needed",)),
        ({"signup": {"enabled": "yes"}}, ("config.signup.enabled: a boolean is needed, and this is a text",)),
        ({"signup": {"limit": 1.5}}, ("config.signup.limit: a whole number is needed",)),
        ({"signup": {"limit": None}}, ("config.signup.limit: a whole number is needed, and this is nothing",)),
        ({"instance": {"languages": "en"}}, ("config.instance.languages: a list is needed, and this is a text",)),
        ({"instance": {"languages": [1]}}, ("config.instance.languages[0]: a text is needed",)),
        ({"instance": {"categories": ["film"]}}, ("config.instance.categories[0]: a whole number is needed",)),
        ({"instance": {True: "x"}}, ("config.instance: the key True is not a text",)),
    ]
    for config, words in cases:
        check_refused(configured.run("peertube_config", config=config), *words)
    assert configured.get(PATH) == before


def test_what_may_be_null_can_be_set_and_cleared(configured: Instance) -> None:
    shown = configured.run("peertube_config", config={}).ok["config"]
    colors = shown["theme"].get("customization")
    if colors is None:
        refused = configured.run("peertube_config", config={"theme": {"customization": {"primary_color": "#F2690D"}}})
        check_refused(refused, "config.theme.customization: this server has no such property. Here it has default.")
        return
    for color, licence in (("#F2690D", 1), (None, None)):
        wanted = {
            "theme": {"customization": {"primary_color": color}},
            "defaults": {"publish": {"licence": licence}},
        }
        made = check_life(configured, "peertube_config", config=wanted)
        assert made["config"]["defaults"]["publish"]["licence"] == licence
    wrong = {"theme": {"customization": {"primary_color": 5}}, "defaults": {"publish": {"licence": "CC"}}}
    refused = configured.run("peertube_config", config=wrong)
    check_refused(refused, "primary_color: a text is needed", "licence: a whole number is needed")


def test_errors_of_the_api(configured: Instance) -> None:
    none = {"web_videos": {"enabled": False}, "hls": {"enabled": False}}
    refused = configured.run("peertube_config", config={"transcoding": none})
    assert refused.error["status"] == 400 and "You need to enable at least" in refused.msg
    moderator = login_of(configured.add_user(role=1))
    forbidden = configured.run("peertube_config", config=BASIS, **moderator)
    assert forbidden.error["status"] == 403 and forbidden.writes == []


def complaint(*names: str) -> dict[str, Any]:
    """Return the rule of a fault that refuses the next configuration because of these properties."""
    params = {name: {"type": "field", "msg": "Invalid value", "path": name, "location": "body"} for name in names}
    body = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": "Wrong", "invalid-params": params}
    return {"match": {"method": "PUT", "nth": 1}, "fault": "status", "status": 400, "body": body}


def test_own_values_that_the_server_refuses_are_left_out(configured: Instance) -> None:
    refused = "theme.customization"
    if "customization" not in configured.get(PATH)["theme"]:
        # All bodies that a real 6.3 was seen to accept were complete.
        return
    configured.server.set_faults([complaint(refused)])
    made = configured.run("peertube_config", config={"instance": {"name": "Left out"}})
    assert made.changed and made.writes == [f"PUT {PATH}"] * 2
    first, second = (leaves(json.loads(exchange["request_body"])) for exchange in made.exchanges[1:])
    left_out = first.keys() - second.keys()
    assert len(left_out) > 1 and all(name.startswith(f"{refused}.") for name in left_out)
    assert second["instance.name"] == "Left out"
    assert made["warnings"] == [f"The server refuses its own value of {refused}, so this was left out."]
    # Not what the task changes.
    configured.server.set_faults([complaint(refused, "instance.name")])
    failed = configured.run("peertube_config", config={"instance": {"name": "Refused"}})
    assert failed.error["status"] == 400 and failed.writes == [f"PUT {PATH}"]
    assert configured.get(PATH)["instance"]["name"] == "Left out"


def test_value_that_the_server_does_not_take_is_said(configured: Instance) -> None:
    answer = configured.get(PATH)
    rule = {"match": {"method": "PUT"}, "fault": "status", "status": 200, "body": answer}
    configured.server.set_faults([rule])
    made = configured.run("peertube_config", config={"instance": {"name": "Ignored"}})
    assert made.changed and made["warnings"] == ["The server did not take config.instance.name as given."]


def test_processes_that_change_different_properties_lose_nothing(configured: Instance, tmp_path: Path) -> None:
    options = connection(configured.server, tmp_path / "state")
    parts: list[dict[str, Any]] = [
        {"instance": {"terms": "Be kind."}},
        {"signup": {"minimum_age": 14}},
        {"live": {"max_user_lives": 2}},
        {"export": {"users": {"enabled": False}}},
    ]
    children = [Child("peertube_config", {**options, "config": part}).start() for part in parts]
    assert [(child.result() or {}).get("changed") for child in children] == [True] * 4
    assert not configured.run("peertube_config", config={key: part[key] for part in parts for key in part}).changed


def test_in_a_play(peertube: SandboxProcess, configured: Instance, tmp_path: Path) -> None:
    play = Player(peertube, tmp_path)
    wanted = {"broadcast_message": {"enabled": True, "message": "We move on Sunday."}}
    first, again = play.play([task("peertube_config", config=wanted)] * 2)
    assert first.changed and not again.changed and again.writes == []
    assert first["config"]["broadcast_message"]["level"] == "info"
