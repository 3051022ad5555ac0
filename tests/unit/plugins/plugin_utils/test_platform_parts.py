# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The items of the role ``video_platform``, and that its tasks pass on every option."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.reseller.toolkit.plugins.plugin_utils.platform_parts import (
    KINDS,
    OF_USERS,
    WITH_OWNER,
    items_of,
)

ROLE = Path(__file__).resolve().parents[4] / "roles/video_platform"
#: What describes a user in the role and is no option of the task that manages the user.
LOGIN = {"api_token", "otp"}
#: The options with which a task logs in as a user, and waits for that.
AS_USER = {"api_user", "api_password", "api_token", "otp", "rate_limit_timeout"}


def options() -> dict[str, Any]:
    spec = yaml.safe_load((ROLE / "meta/argument_specs.yml").read_text())["argument_specs"]["main"]
    found: dict[str, Any] = spec["options"]["video_platform"]["options"]
    return found


def options_of_task(part: str) -> set[str]:
    """Return the options that the role passes to the module of a part."""
    tasks = yaml.safe_load((ROLE / "tasks/main.yml").read_text())
    (found,) = [task for task in tasks if f"todo.{part} " in str(task.get("when"))]
    return set(found[f"reseller.toolkit.{KINDS[part].module}"])


def test_every_part_is_documented() -> None:
    documented = {*options(), *options()["users"]["options"]} & {*KINDS}
    assert documented == {*KINDS} and {*options()} == {*KINDS} - {*OF_USERS}


def test_tasks_pass_on_every_option() -> None:
    users = options()["users"]["options"]
    assert options_of_task("users") == {*users} - LOGIN - {*OF_USERS}
    assert options_of_task("channels") == {*users["channels"]["options"]} | AS_USER
    for part in WITH_OWNER:
        assert options_of_task(part) == {*users[part]["options"], "owner"} | AS_USER
    assert options_of_task("plugins") == {*options()["plugins"]["options"]}


def test_items_come_in_the_order_of_their_tasks_and_without_logins() -> None:
    user = {"username": "ada", "password": "Vid0geheim81", "otp": "123456", "api_token": "abc", "email": None}
    users = [{**user, "channels": [{"name": "talks"}]}, {"username": "bob"}]
    items, mistakes = items_of({"follows": ["a.example"], "users": users, "homepage": "Hello", "plugins": None})
    assert mistakes == []
    assert [(item.place, item.title, item.args) for item in items] == [
        ("video_platform.homepage", "homepage", {"content": "Hello"}),
        ("video_platform.users[0]", "user ada", {"username": "ada", "password": "Vid0geheim81"}),
        ("video_platform.users[1]", "user bob", {"username": "bob"}),
        ("video_platform.users[0].channels[0]", "channel talks", {"name": "talks"}),
        ("video_platform.follows[0]", "follow of a.example", {"following": "a.example"}),
    ]
    assert [(item.user, item.owner) for item in items if item.part == "channels"] == [(0, "ada")]


@pytest.mark.parametrize(
    ("platform", "places"),
    [
        ({"users": "ada"}, ["video_platform.users"]),
        ({"users": ["ada"]}, ["video_platform.users[0]"]),
        ({"users": [{"username": "ada", "channels": "a"}]}, ["video_platform.users[0].channels"]),
        ({"users": [{"username": "ada"}, {"username": "ada"}]}, ["video_platform.users[1].username"]),
        (
            {"users": [{"username": "ada", "videos": [{"channel": "a", "name": "B"}, {"channel": "a", "name": "B"}]}]},
            ["video_platform.users[0].videos[1].name"],
        ),
        (
            {
                "users": [
                    {"username": "ada", "channels": [{"name": "a"}]},
                    {"username": "bob", "videos": [{"channel": "a", "key": "b"}], "playlists": [{"channel": "a"}]},
                ]
            },
            ["video_platform.users[1].videos[0].channel", "video_platform.users[1].playlists[0].channel"],
        ),
        ({"follows": ["a.example", "a.example"]}, ["video_platform.follows[1]"]),
    ],
)
def test_mistakes_in_the_form(platform: dict[str, Any], places: list[str]) -> None:
    _items, mistakes = items_of(platform)
    assert [mistake.place for mistake in mistakes] == places


def test_videos_and_playlists_are_named_as_their_modules_name_them() -> None:
    video = {"channel": "films", "key": "summer", "name": "Summer"}
    other = {"channel": "films", "key": "later", "name": "Summer"}
    lists = [{"display_name": "Best", "channel": "films"}, {"display_name": "Best"}]
    items, mistakes = items_of({"users": [{"username": "ada", "videos": [video, other], "playlists": lists}]})
    assert mistakes == [] and [item.title for item in items[1:]] == [
        "video Summer of channel films",
        "video Summer of channel films",
        "playlist Best of channel films",
        "playlist Best",
    ]
    assert items[1].titles == {"video Summer of channel films", "video summer of channel films"}
    assert items[1].args == {**video, "owner": "ada"}
