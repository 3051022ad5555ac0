# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Logins, errors and limits, as clients meet them."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.sandbox.peertube.replay import Answer, Replay

PASSWORD = "root-Password1"


class Client:
    """Sends calls to a sandbox in this process."""

    def __init__(self, version: str) -> None:
        self._replay = Replay(version)
        self.control = self._replay.control
        self.close = self._replay.close
        self.own = self.call("GET", "/oauth-clients/local").body

    def call(self, method: str, path: str, form: Any = None, **headers: str) -> Answer:
        names = {"host": "peertube.example", **{name.replace("_", "-"): value for name, value in headers.items()}}
        if form is not None:
            names["content-type"] = "application/x-www-form-urlencoded"
        return self._replay.send(method, f"/api/v1{path}", "", names, urlencode(form or {}).encode())

    def log_in(self, **more: str) -> Answer:
        form = {**self.own, "grant_type": "password", "username": "root", "password": PASSWORD, **more}
        return self.call("POST", "/users/token", form)


@pytest.fixture(params=["6.3", "8.2"])
def client(request: pytest.FixtureRequest) -> Iterator[Client]:
    made = Client(request.param)
    yield made
    made.close()


def test_refresh_replaces_both_tokens(client: Client) -> None:
    old = client.log_in().body
    refresh = {**client.own, "grant_type": "refresh_token", "refresh_token": old["refresh_token"]}
    new = client.call("POST", "/users/token", refresh).body
    assert client.call("GET", "/users/me", authorization=f"Bearer {old['access_token']}").status == 401
    assert client.call("POST", "/users/token", refresh).body["code"] == "invalid_grant"
    me = client.call("GET", "/users/me", authorization=f"Bearer {new['access_token']}").body
    assert (me["username"], me["role"]) == ("root", {"id": 0, "label": "Administrator"})


def test_sixteenth_login_in_five_minutes_is_refused_though_all_succeeded(client: Client) -> None:
    assert [client.log_in().status for _number in range(15)] == [200] * 15
    refused = client.log_in()
    assert (refused.status, refused.headers["content-type"]) == (429, "text/html; charset=utf-8")
    assert 0 < int(refused.headers["retry-after"]) <= 300
    client.control("PUT", "/clock", {"advance": 300})
    assert client.log_in().status == 200


def test_limit_of_calls_does_not_hold_for_an_administrator(client: Client) -> None:
    token = client.log_in().body["access_token"]
    client.control("PUT", "/ratelimit/reset")
    statuses = [client.call("GET", "/config").status for _number in range(51)]
    assert statuses == [200] * 50 + [429]
    assert client.call("GET", "/config", authorization=f"Bearer {token}").status == 200


def test_reset_time_goes_by_the_date_of_the_response_however_far_virtual_time_is_ahead(client: Client) -> None:
    client.control("PUT", "/clock", {"advance": 3600})
    headers = client.call("GET", "/config").headers
    ahead = int(headers["x-ratelimit-reset"]) - parsedate_to_datetime(headers["date"]).timestamp()
    assert 0 < ahead <= 11


def test_client_is_shown_under_the_configured_name_only(client: Client) -> None:
    assert client.call("GET", "/oauth-clients/local", host="other.example").status == 403


def test_unknown_path_and_method_are_400_without_a_body(client: Client) -> None:
    for method, path in (("GET", "/nothing"), ("POST", "/users/me"), ("DELETE", "/config")):
        answer = client.call(method, path)
        assert (answer.status, answer.content) == (400, b"")


def test_only_6_3_repeats_the_detail_of_an_error() -> None:
    for version, has_error in (("6.3", True), ("8.2", False)):
        client = Client(version)
        body = client.call("GET", "/users/me").body
        client.close()
        assert ("error" in body, body["code"], body["status"]) == (has_error, "unauthorized_request", 401)
