# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the check of the role ``video_platform`` makes of the results of the modules; none of them runs here."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
import yaml

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import InProcess
from ansible_collections.reseller.toolkit.plugins.plugin_utils.platform_check import SECRET_OPTIONS, PlatformCheck
from ansible_collections.reseller.toolkit.plugins.plugin_utils.platform_parts import items_of
from tests.support.playing import ROOT as PROJECT

PASSWORD = "Vid0geheim81"
SAME = {"changed": False, "diff": {"before": {}, "after": {}}}
NEW = {"changed": True, "diff": {"before": {}, "after": {"name": "x"}}}
OF_ADA = {"channel": {"name": "talks", "owner_account": {"name": "ada"}}}
#: What adds options to the modules, but no option to the dictionary.
CONNECTION = {"api_url": "https://video.example", "api_user": "root", "api_password": "Root0geheim81"}


class Modules:
    """Returns results in place of the modules, by the first option of their items; others have nothing to change.

    Attributes:
        asked: the modules that ran, with their options.
        shared: the collections that were read for several items, with their numbers.
        logged_in: the users whose logins are stored.
    """

    def __init__(self) -> None:
        self.results: dict[str, dict[str, Any]] = {}
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.shared: list[tuple[str, int]] = []
        self.logged_in: set[str] = set()

    def result_of(self, module: str, args: dict[str, Any], _task_vars: dict[str, Any]) -> dict[str, Any]:
        self.asked.append((module, {name: value for name, value in args.items() if name not in CONNECTION}))
        keys = [str(args.get(name)) for name in ("name", "username", "display_name", "following") if name in args]
        found = next((self.results[key] for key in keys if key in self.results), SAME)
        return {"warnings": [], **(OF_ADA if module == "peertube_channel" else {}), **found}

    def client(self, connection: dict[str, Any]) -> Any:
        access = "token" if connection.get("api_user") in self.logged_in else None
        return SimpleNamespace(
            share=lambda path, number: self.shared.append((path, number)), stored_access=lambda: access
        )


@pytest.fixture
def modules() -> Modules:
    return Modules()


@pytest.fixture
def check(modules: Modules, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that checks a dictionary."""
    monkeypatch.setattr(InProcess.__base__, "run", lambda *_args, **_how: {})

    def checked(**platform: Any) -> dict[str, Any]:
        action = PlatformCheck.__new__(PlatformCheck)
        action._task = SimpleNamespace(args={**CONNECTION, "video_platform": platform}, check_mode=False)
        monkeypatch.setattr(action, "_task_environment", dict)
        monkeypatch.setattr(action, "_defaults_of", lambda _module: {})
        monkeypatch.setattr(action, "_runs_here", lambda _task_vars: True)
        monkeypatch.setattr(action, "_result_of", modules.result_of)
        monkeypatch.setattr(action, "_client", modules.client)
        return action.run()

    return checked


def user(name: str, **more: Any) -> dict[str, Any]:
    return {"username": name, "password": PASSWORD, **more}


def places(result: dict[str, Any]) -> list[str]:
    return [one["place"] for one in result["mistakes"]]


def test_modules_get_the_options_of_their_tasks(check: Any, modules: Modules) -> None:
    result = check(homepage="Hello", users=[user("ada", otp="123456", channels=[{"name": "talks"}])])
    assert modules.asked == [
        ("peertube_homepage", {"content": "Hello"}),
        ("peertube_user", {"username": "ada", "password": PASSWORD}),
        ("peertube_channel", {"name": "talks"}),
    ]
    assert not result.get("failed") and result["changes"] == [] and result["logins"] == {"users": [], "minutes": 0}


def test_only_several_items_of_a_kind_are_read_as_a_whole(check: Any, modules: Modules) -> None:
    check(users=[user("ada", channels=[{"name": "a"}]), user("bob"), user("eve")], follows=["a.example"])
    assert modules.shared == [("/users", 3)]


def test_what_differs_is_named(check: Any, modules: Modules) -> None:
    modules.results = {
        "ada": NEW,
        "talks": {"changed": True, "diff": {"before": {"support": "x"}, "after": {"support": "", "description": "y"}}},
    }
    result = check(users=[user("ada", channels=[{"name": "talks"}]), {"username": "bob"}])
    assert result["changes"] == ["user ada: created", "channel talks: description, support"]
    [channel] = result["todo"]["channels"]
    assert (channel["user"], channel["index"], channel["owner"]) == (0, 0, "ada")
    assert result["logins"]["users"] == ["ada"] and PASSWORD not in str(result)


def test_what_only_its_owner_may_write_is_reported(check: Any, modules: Modules) -> None:
    modules.results = {"talks": NEW, "more": NEW}
    result = check(
        users=[
            {"username": "ada", "channels": [{"name": "talks"}]},
            {"username": "bob", "api_token": "t0ken", "channels": [{"name": "more"}]},
        ]
    )
    assert [one["title"] for one in result["differences"]] == ["channel talks"]
    assert result["changes"] == ["channel more: created"]
    assert result["logins"] == {"users": [], "minutes": 0}, "a token needs no login"


@pytest.mark.parametrize(("number", "minutes"), [(14, 0), (15, 5), (29, 5), (30, 10), (40, 10)])
def test_time_of_logins(check: Any, modules: Modules, number: int, minutes: int) -> None:
    names = [f"user{index}" for index in range(number)]
    modules.results = {f"channel_of_{name}": NEW for name in names}
    modules.logged_in = {"eve"}
    users = [user(name, channels=[{"name": f"channel_of_{name}"}]) for name in [*names, "eve"]]
    modules.results["channel_of_eve"] = NEW
    assert check(users=users)["logins"] == {"users": names, "minutes": minutes}


def test_every_mistake_has_its_place(check: Any, modules: Modules) -> None:
    modules.results = {
        "ada": {"failed": True, "msg": f"email: {PASSWORD} is not an e-mail address.", "error": {"kind": "x"}},
        "a b": {"failed": True, "msg": "following: it has a space."},
        "talks": {"failed": True, "msg": "Something else."},
    }
    result = check(users=[user("ada", channels=[{"name": "talks"}])], follows=["a b", "b.example"])
    assert places(result) == [
        "video_platform.users[0].email",
        "video_platform.users[0].channels[0]",
        "video_platform.follows[0]",
    ]
    assert result["error"]["kind"] == "invalid_option" and result["failed"] and not result["changed"]
    assert result["msg"].startswith("3 mistakes in video_platform; nothing was written:\n")
    assert PASSWORD not in str(result)


def test_what_is_missing_must_be_described(check: Any, modules: Modules) -> None:
    films, none = ({"warnings": [f"There is no channel {name} yet."], **NEW} for name in ("ada_films", "none"))
    modules.results = {"ada": NEW, "Summer": films, "Winter": none}
    videos = [{"channel": "ada_films", "name": "Summer"}, {"channel": "none", "name": "Winter"}]
    result = check(users=[user("ada", channel_name="ada_films", videos=videos)])
    assert places(result) == ["video_platform.users[0].videos[1]"]
    assert "there is no channel none, and video_platform does not describe it." in result["msg"]
    modules.results["ada"] = SAME
    assert len(check(users=[user("ada", channel_name="ada_films", videos=videos)])["mistakes"]) == 2, (
        "PeerTube creates the first channel only together with the user"
    )


def test_channel_of_somebody_else(check: Any, modules: Modules) -> None:
    modules.results = {"talks": {**SAME, "channel": {"name": "talks", "owner_account": {"name": "bob"}}}}
    result = check(users=[user("ada", channels=[{"name": "talks"}])])
    assert "video_platform.users[0].channels[0]: channel talks belongs to user bob, not to ada." in result["msg"]


@pytest.mark.parametrize("owner", [{}, {"owner_account": None}, {"owner_account": {}}, {"owner_account": {"name": ""}}])
def test_channel_whose_owner_is_unknown_is_nobodys(check: Any, modules: Modules, owner: dict[str, Any]) -> None:
    modules.results = {"talks": {**SAME, "channel": {"name": "talks", **owner}}}
    result = check(users=[user("ada", channels=[{"name": "talks"}])])
    assert result["failed"] and result["error"]["kind"] == "protocol"
    assert result["msg"].startswith("video_platform.users[0].channels[0]: ") and "todo" not in result
    modules.results = {"talks": {**NEW, "channel": {"name": "talks"}}}
    assert check(users=[user("ada", channels=[{"name": "talks"}])])["changes"] == ["channel talks: created"]


@pytest.mark.parametrize(
    "error",
    [
        ApiError("forbidden", "GET /users", "No.", status=403),
        ToolkitError("connection", "GET /users: no route."),
        ToolkitError("invalid_option", "api_url: it is no address."),
    ],
)
def test_failure_that_is_not_about_an_item_ends_the_check(check: Any, modules: Modules, error: ToolkitError) -> None:
    modules.results = {"ada": {"failed": True, **error.as_result()}}
    result = check(users=[user("ada"), user("bob")])
    assert result["msg"] == f"video_platform.users[0]: {error}" and not result["changed"]
    assert [args["username"] for _module, args in modules.asked] == ["ada"]


def test_form_is_checked_before_any_module_runs(check: Any, modules: Modules) -> None:
    result = check(users=[user("ada"), "bob"], blocked_servers="spam.example")
    assert places(result) == ["video_platform.users[1]", "video_platform.blocked_servers"]
    assert modules.asked == [] and modules.shared == []


def test_secrets_are_those_that_the_modules_declare() -> None:
    spec = yaml.safe_load((PROJECT / "roles/video_platform/meta/argument_specs.yml").read_text())
    text = str(spec["argument_specs"]["main"]["options"]["video_platform"]["options"])
    named = {"password", "passwords", "api_token", "otp", "secret_settings"}
    assert named <= SECRET_OPTIONS and all(f"'{name}'" in text for name in named)
    assert not SECRET_OPTIONS & {"username", "key", "update_password", "api_user"}


def test_wrong_place_to_run_is_told_by_the_first_item(
    check: Any, modules: Modules, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint = "reseller_toolkit_in_process: it is no boolean."

    def refuse(_self: PlatformCheck, _task_vars: dict[str, Any]) -> bool:
        raise ToolkitError("invalid_option", complaint)

    monkeypatch.setattr(PlatformCheck, "_runs_here", refuse)
    action = PlatformCheck.__new__(PlatformCheck)
    items, _mistakes = items_of({"users": [user("ada"), user("bob")]})
    action._share(items[0], 2, {}, {})
    modules.results = {"ada": {"failed": True, "msg": complaint}}
    assert complaint in check(users=[user("ada"), user("bob")])["msg"]
