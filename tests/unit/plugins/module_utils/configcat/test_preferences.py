# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Preferences in responses of any shape, and what is sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.preferences import (
    preferences_of,
    put_preferences,
    with_environments,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response

SHOP: dict[str, Any] = {"product_id": "9"}
TEST: dict[str, Any] = {"environmentId": "1", "environmentName": "test", "reasonRequired": True}
ANSWER: dict[str, Any] = {
    "reasonRequired": False,
    "keyGenerationMode": "camelCase",
    "showVariationId": False,
    "mandatorySettingHint": True,
    "reasonRequiredEnvironments": [TEST],
}
ENVIRONMENTS = [{"environment_id": "1", "name": "test"}, {"environment_id": "2", "name": "production"}]


class Server:
    """Replaces the HTTP client: answers each request with the same preferences, and keeps the bodies of writes."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self.answer = answer
        self.sent: list[tuple[str, str, Any]] = []

    def request(self, method: str, path: str, *, body: Any = None, **_more: Any) -> Response:
        if method != "GET":
            self.sent.append((method, path, body))
        return Response(200, "", {}, json.dumps(self.answer).encode())


def client_of(server: Server, tmp_path: Path) -> ConfigCatClient:
    return ConfigCatClient(cast("Any", server), api_url="https://a.example", storage=FileStorage(str(tmp_path)))


@pytest.mark.parametrize("listed", [None, []])
def test_environments_that_are_not_listed_require_no_reason(listed: Any, tmp_path: Path) -> None:
    server = Server({**ANSWER, "reasonRequiredEnvironments": listed})
    found = preferences_of(client_of(server, tmp_path), SHOP)
    assert found["reason_required_environments"] == [] and found["mandatory_setting_hint"] is True
    shown = with_environments(found, ENVIRONMENTS)["reason_required_environments"]
    assert [one["reason_required"] for one in shown] == [False, False]


@pytest.mark.parametrize("item", [{"reasonRequired": True}, {"environmentId": "1", "reasonRequired": None}, {}])
def test_environment_that_shows_too_little_is_reported(item: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        preferences_of(client_of(Server({**ANSWER, "reasonRequiredEnvironments": [item]}), tmp_path), SHOP)


@pytest.mark.parametrize("name", list(ANSWER))
@pytest.mark.parametrize("value", ["missing", 5])
def test_preference_that_is_not_shown_is_reported(name: str, value: Any, tmp_path: Path) -> None:
    """A write sends all of them, so one that is not known would be reset."""
    answer = {**ANSWER, name: value}
    if value == "missing":
        del answer[name]
    with pytest.raises(Unreadable):
        preferences_of(client_of(Server(answer), tmp_path), SHOP)


def test_all_preferences_are_sent(tmp_path: Path) -> None:
    server = Server(ANSWER)
    client = client_of(server, tmp_path)
    current = with_environments(preferences_of(client, SHOP), ENVIRONMENTS)
    put_preferences(client, SHOP, current, {"mandatory_setting_hint": False})
    reasons = [{"environmentId": "1", "reasonRequired": True}, {"environmentId": "2", "reasonRequired": False}]
    body = {**ANSWER, "mandatorySettingHint": False, "reasonRequiredEnvironments": reasons}
    assert server.sent == [("POST", "/products/9/preferences", body)]
