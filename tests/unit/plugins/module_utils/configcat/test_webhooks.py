# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhooks: checks of options, responses of any shape, and what is remembered of secure headers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.webhooks import (
    SecureHeaders,
    as_webhook,
    change_webhook,
    check_headers_known,
    checked_headers,
    checked_url,
    find_webhook,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven

URL = "https://hooks.example/1"
SHOP, SITE, LIVE = {"product_id": "9"}, {"config_id": "1"}, {"environment_id": "2"}
TOKEN = {"name": "X-Token", "value": "Hook-geheim-71"}
SHOWN: dict[str, Any] = {
    "webhookId": 5,
    "url": URL,
    "httpMethod": "get",
    "content": None,
    "webHookHeaders": [
        {"key": "X-Token", "value": "*****", "isSecure": True},
        {"key": "B", "value": "2", "isSecure": False},
        {"key": "A", "value": "1", "isSecure": False},
    ],
    "config": {"configId": "1"},
    "environment": {"environmentId": "2"},
}


class Server:
    """Replaces the HTTP client: answers reads with the same data, keeps the bodies of writes, or fails them."""

    def __init__(self, answer: Any, fails: ApiError | None = None) -> None:
        self.answer = answer
        self.fails = fails
        self.sent: list[Any] = []

    def request(self, method: str, path: str, *, body: Any = None, **_more: Any) -> Response:
        if method != "GET":
            self.sent.append(body)
            if self.fails:
                raise self.fails
            return Response(204, "", {}, b"")
        return Response(200, "", {}, json.dumps(self.answer).encode())


def client_of(server: Server, tmp_path: Path) -> ConfigCatClient:
    return ConfigCatClient(cast("Any", server), api_url="https://a.example", storage=FileStorage(str(tmp_path)))


def found(answer: list[dict[str, Any]], tmp_path: Path) -> Any:
    return find_webhook(client_of(Server(answer), tmp_path), SHOP, SITE, LIVE, URL)


@pytest.mark.parametrize("url", ["http:/", "shop.example", "ftp://shop.example", "https://a b.example", "x" * 1001])
def test_no_address(url: str) -> None:
    with pytest.raises(ToolkitError, match=r"^url: "):
        checked_url("url", url)


def test_headers_are_sorted_and_checked_without_showing_values() -> None:
    assert checked_headers("headers", None) is None and checked_headers("headers", []) == []
    given = [{"name": "b", "value": " 2 "}, {"name": "a", "value": "1"}]
    assert checked_headers("headers", given) == [{"name": "a", "value": "1"}, {"name": "b", "value": "2"}]
    for bad in ({"name": "no colon:"}, {"name": ""}, {"value": ""}, {"value": "geheim\n"}, {"value": "geheim" * 200}):
        if bad == {"value": "geheim\n"}:
            # The end of a line around a value is no part of it.
            assert checked_headers("headers", [{**TOKEN, **bad}]) == [{"name": "X-Token", "value": "geheim"}]
            continue
        with pytest.raises(ToolkitError, match=rf"^headers\[0\]\.{next(iter(bad))}: ") as caught:
            checked_headers("headers", [{**TOKEN, **bad}])
        assert "geheim" not in str(caught.value)


def test_webhook_is_found_by_config_environment_and_url(tmp_path: Path) -> None:
    others = [
        {**SHOWN, "webhookId": 6, "url": f"{URL}/2"},
        {**SHOWN, "webhookId": 7, "config": {"configId": "3"}},
        {**SHOWN, "webhookId": 8, "environment": {"environmentId": "3"}},
    ]
    webhook = found([*others, SHOWN], tmp_path)
    assert webhook["webhook_id"] == 5 and webhook["content"] == ""
    assert webhook["headers"] == [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}]
    assert webhook["secure_headers"] == [{"name": "X-Token"}] and "*****" not in json.dumps(webhook)
    assert isinstance(found(others, tmp_path), Absence)
    with pytest.raises(ToolkitError) as caught:
        found([SHOWN, {**SHOWN, "webhookId": 9}], tmp_path)
    assert caught.value.kind == "ambiguous"


@pytest.mark.parametrize("hidden", [{"config": None}, {"environment": {}}, {"url": None}, {"url": ""}])
def test_webhook_that_may_be_the_one_is_no_proof_of_absence(hidden: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(Unproven):
        found([{**SHOWN, **hidden}], tmp_path)


def test_header_that_does_not_show_whether_it_is_secure_is_reported(tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        as_webhook({"content": None, "web_hook_headers": [{"key": "A", "value": "geheim"}]})
    assert as_webhook({"content": None, "web_hook_headers": None})["headers"] == []


def test_content_that_is_not_shown_is_not_taken_as_empty() -> None:
    with pytest.raises(Unreadable) as caught:
        as_webhook({"web_hook_headers": []})
    assert caught.value.name == "content"


def test_secure_headers_are_set_once(tmp_path: Path) -> None:
    server = Server(None)
    client = client_of(server, tmp_path)
    current = found([SHOWN], tmp_path)
    secure = SecureHeaders(client, [TOKEN], pytest.fail)
    assert isinstance(secure.wanted(None), Secret) and isinstance(secure.wanted(current), Secret)
    changed = change_webhook(client, current, {"secure_headers": [TOKEN]}, secure)
    assert changed["secure_headers"] == [{"name": "X-Token"}] and "geheim" not in json.dumps(changed)
    sent = [(one["key"], one["value"], one["isSecure"]) for one in server.sent[0][0]["value"]]
    assert sent == [("A", "1", False), ("B", "2", False), ("X-Token", TOKEN["value"], True)], "the others stay"
    assert secure.wanted(changed) == [{"name": "X-Token"}], "its value is known now"
    other = SecureHeaders(client, [{**TOKEN, "value": "Hook-geheim-72"}], pytest.fail)
    assert isinstance(other.wanted(changed), Secret)
    assert isinstance(secure.wanted({**changed, "webhook_id": 6}), Secret), "another webhook"
    assert isinstance(secure.wanted({**changed, "secure_headers": []}), Secret), "somebody removed it"
    assert "geheim" not in "".join(path.read_text() for path in tmp_path.rglob("*") if path.is_file())


def test_secure_headers_are_set_again_after_a_failure(tmp_path: Path) -> None:
    good, bad = Server(None), Server(None, ApiError("server_error", "PATCH /webhooks/5", "It broke."))
    current = found([SHOWN], tmp_path)
    SecureHeaders(client_of(good, tmp_path), [TOKEN], pytest.fail).remember(5, lambda: None)
    rotated = [{**TOKEN, "value": "Hook-geheim-72"}]
    with pytest.raises(ApiError):
        change_webhook(
            client_of(bad, tmp_path),
            current,
            {"secure_headers": rotated},
            SecureHeaders(client_of(bad, tmp_path), rotated, pytest.fail),
        )
    before = SecureHeaders(client_of(good, tmp_path), [TOKEN], pytest.fail)
    assert isinstance(before.wanted(current), Secret), "nobody knows which value it has"


def test_headers_beside_unknown_secure_ones(tmp_path: Path) -> None:
    current = found([SHOWN], tmp_path)
    nothing = {"headers": None, "secure_headers": None}
    check_headers_known(current, nothing)
    check_headers_known(current, {**nothing, "headers": current["headers"]})
    check_headers_known(current, {**nothing, "headers": [], "secure_headers": []})
    check_headers_known({**current, "secure_headers": []}, {**nothing, "headers": []})
    check_headers_known(None, {**nothing, "headers": []})
    with pytest.raises(ToolkitError, match="X-Token"):
        check_headers_known(current, {**nothing, "headers": []})


def test_nothing_is_sent_without_changes(tmp_path: Path) -> None:
    server = Server(None)
    current = found([SHOWN], tmp_path)
    client = client_of(server, tmp_path)
    assert change_webhook(client, current, {}, SecureHeaders(client, None, pytest.fail)) == current
    assert server.sent == []
