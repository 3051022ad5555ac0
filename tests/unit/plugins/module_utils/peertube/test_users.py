# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users: the form of options and results, and the form that the API takes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import users
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError

GIVEN: dict[str, Any] = {
    "username": "ada",
    **dict.fromkeys(users.CHANGEABLE),
    **dict.fromkeys(("channel_name", "blocked", "blocked_reason", "two_factor_enabled")),
    "update_password": "on_create",
    "state": "present",
}


def test_shown_user_has_a_role_by_name_and_no_null_text() -> None:
    user = {"id": 7, "role": {"id": 0, "label": "Administrator"}, "blocked_reason": None, "plugin_auth": None}
    assert users.shown_user(user) == {"id": 7, "role": "administrator", "blocked_reason": "", "plugin_auth": ""}
    for role in (None, {"id": 9, "label": "Guest"}, {"label": "User"}, 2):
        assert users.shown_user({"role": role}) == {"role": None}


def test_properties_as_the_api_takes_them() -> None:
    given = {"role": "moderator", "plugin_auth": "", "video_quota_daily": -1, "email": None, "email_verified": False}
    assert users.sent(given) == {"role": 1, "pluginAuth": None, "videoQuotaDaily": -1, "emailVerified": False}


def test_password_is_wanted_of_a_new_user_or_always() -> None:
    wanted = users.wanted_user({**GIVEN, "password": "secret"}, is_new=False)
    assert wanted["password"] is None
    for changed, is_new in (({"update_password": "always"}, False), ({"email": "ada@example.com"}, True)):
        wanted = users.wanted_user({**GIVEN, "password": "secret", **changed}, is_new=is_new)
        assert isinstance(wanted["password"], Secret) and wanted["password"].value == "secret"


def test_role_of_a_new_user_is_the_lowest() -> None:
    given = {**GIVEN, "password": "", "email": "ada@example.com"}
    assert users.wanted_user(given, is_new=True)["role"] == "user"
    assert users.wanted_user(given, is_new=False)["role"] is None


def test_empty_password_is_for_new_users_only() -> None:
    assert users.checked_user({**GIVEN, "password": ""})["username"] == "ada"
    with pytest.raises(ToolkitError, match="6 to 255"):
        users.checked_user({**GIVEN, "password": "", "update_password": "always"})


@pytest.mark.parametrize("length", [3, 250])
def test_longest_and_shortest_reason(length: int) -> None:
    given = {**GIVEN, "blocked": True, "blocked_reason": "x" * length}
    assert users.checked_user(given)["blocked_reason"] == "x" * length
    with pytest.raises(ToolkitError, match="must have 3 to 250"):
        users.checked_user({**given, "blocked_reason": "x" * (2 if length == 3 else 251)})


class Refusing:
    """A client whose writes are refused, and that reads one user."""

    def __init__(self, status: int, user: dict[str, Any] | None) -> None:
        self.status = status
        self.user = user

    def post_again(self, path: str, body: Any = None) -> None:
        raise ApiError("invalid_request", f"POST {path}", json.dumps(body), status=self.status)

    def get(self, path: str) -> dict[str, Any] | None:
        return self.user


@pytest.mark.parametrize(
    ("status", "user"),
    [(403, {"two_factor_enabled": False}), (400, {"two_factor_enabled": True}), (400, {}), (400, None)],
)
def test_refusal_to_disable_a_second_factor_is_an_error(status: int, user: dict[str, Any] | None) -> None:
    client: Any = Refusing(status, user)
    (step,) = users.user_steps(client, {"id": 7}, {"two_factor_enabled": False})
    with pytest.raises(ApiError):
        step.write()


def test_refusal_is_none_if_the_second_factor_is_gone() -> None:
    client: Any = Refusing(400, {"two_factor_enabled": False})
    (step,) = users.user_steps(client, {"id": 7}, {"two_factor_enabled": False})
    step.write()
