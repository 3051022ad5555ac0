# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""ConfigCat's client: names of properties, names and ids of objects, requests and error messages."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import (
    ConfigCatClient,
    _hint,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import (
    CONFIG,
    PERMISSION_GROUP,
    SEGMENT,
    TAG,
    only_named,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import (
    PERMISSIONS,
    camel,
    snake,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, OutcomeUnknown, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.problems import read_problem
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven

ABSENT = Evidence().absent("config Web")
WEB = {"configId": "1", "name": "Web", "description": None, "product": {"productId": "7"}}


class Server:
    """Replaces the HTTP client: has one collection, and records requests."""

    def __init__(self, *items: dict[str, Any], lost: bool = False) -> None:
        self.items = list(items)
        self.lost = lost
        self.calls: list[tuple[str, str, Any]] = []

    def request(self, method: str, path: str, *, body: Any = None, **_more: Any) -> Response:
        self.calls.append((method, path, body))
        if method == "POST":
            self.items.append({"configId": "2", **body})
            if self.lost:
                raise OutcomeUnknown("POST /v1/things", "lost.")
            told: Any = self.items[-1]
        elif method == "GET":
            told = self.items
        else:
            told = None
        return Response(200, "", {}, b"" if told is None else json.dumps(told).encode())


def client_of(server: Server, tmp_path: Path) -> ConfigCatClient:
    return ConfigCatClient(
        cast(Any, server), api_url="", storage=FileStorage(str(tmp_path)), sleep=lambda _seconds: None
    )


def test_names_of_properties_are_those_of_options_and_back() -> None:
    told = {
        "settingId": 1,
        "rolloutRules": [{"segmentId": "x", "value": "keepThis"}],
        "product": {"reasonRequired": True},
    }
    ours = {
        "setting_id": 1,
        "rollout_rules": [{"segment_id": "x", "value": "keepThis"}],
        "product": {"reason_required": True},
    }
    assert snake(told) == ours and camel(ours) == told
    assert snake([told]) == [ours] and camel(None) is None and snake(None) is None
    patch = [{"op": "replace", "path": "/rolloutRules", "value": True}]
    assert camel(patch) == patch


@pytest.mark.parametrize("name", [*PERMISSIONS, *PERMISSION_GROUP.properties, *SEGMENT.properties, *TAG.properties])
def test_every_property_has_one_name_on_each_side(name: str) -> None:
    (written,) = camel({name: 1})
    assert snake({written: 1}) == {name: 1}


def test_two_of_one_name_are_an_error_with_their_ids() -> None:
    items = [{"tag_id": 1, "name": "web"}, {"tag_id": 2, "name": "web"}, {"tag_id": 3, "name": "Web"}]
    with pytest.raises(ToolkitError, match="1, 2") as caught:
        only_named(TAG, items, "web")
    assert caught.value.kind == "ambiguous"
    assert only_named(TAG, items, "Web") == items[2] and only_named(TAG, items, "app") is None


def test_empty_value_is_reported_as_an_empty_text(tmp_path: Path) -> None:
    (found,) = client_of(Server(WEB), tmp_path).of_product(CONFIG, "7")
    assert found == {"config_id": "1", "name": "Web", "description": "", "product": {"product_id": "7"}}


def test_put_sends_all_that_can_be_written(tmp_path: Path) -> None:
    server = Server()
    current = {"config_id": "1", "name": "Web", "description": "Seen", "order": 3}
    updated = client_of(server, tmp_path).update(CONFIG, current, {"description": ""})
    assert server.calls == [("PUT", "/configs/1", {"name": "Web", "description": "", "order": 3})]
    assert updated == {**current, "description": ""}


def test_an_empty_color_is_sent_only_to_remove_one(tmp_path: Path) -> None:
    server = Server()
    client = client_of(server, tmp_path)
    client.create(TAG, "/products/7/tags", {"name": "web", "color": ""}, ABSENT, lambda: ABSENT)
    client.update(TAG, {"tag_id": 1, "name": "web", "color": ""}, {"name": "Web"})
    client.update(TAG, {"tag_id": 1, "name": "web", "color": "whale"}, {"color": ""})
    assert [body for _method, _path, body in server.calls] == [
        {"name": "web"},
        {"name": "Web"},
        {"name": "web", "color": ""},
    ]


def test_accesses_are_sent_without_what_the_api_only_shows(tmp_path: Path) -> None:
    server = Server()
    access = {"environment_id": "7", "name": "test", "order": 0, "color": None, "environment_access_type": "full"}
    group = {"permission_group_id": 1, "name": "Staff", "access_type": "custom", "environment_accesses": [access]}
    client_of(server, tmp_path).update(PERMISSION_GROUP, group, {"name": "Editors"})
    sent = {"environmentId": "7", "environmentAccessType": "full"}
    said = {"name": "Editors", "accessType": "custom", "environmentAccesses": [sent]}
    assert {name: value for name, value in server.calls[0][2].items() if value is not None} == said
    client_of(server, tmp_path).update(PERMISSION_GROUP, group, {"access_type": "readOnly"})
    said = {"name": "Staff", "accessType": "readOnly"}
    assert {name: value for name, value in server.calls[1][2].items() if value is not None} == said
    assert server.calls[1][2]["environmentAccesses"] is None


def test_new_object_is_taken_from_the_response(tmp_path: Path) -> None:
    server = Server()
    made = client_of(server, tmp_path).create(CONFIG, "/products/7/configs", {"name": "Web"}, ABSENT, lambda: ABSENT)
    assert made == {"config_id": "2", "name": "Web", "description": ""} and len(server.calls) == 1


def test_object_is_adopted_and_updated_after_a_lost_response(tmp_path: Path) -> None:
    server = Server(lost=True)
    client = client_of(server, tmp_path)

    def find() -> dict[str, Any] | Absence:
        found = client.named(CONFIG, "7", "Web")
        return found if isinstance(found, Absence) else {**found, "description": "Another run's"}

    made = client.create(CONFIG, "/products/7/configs", {"name": "Web", "description": "Ours"}, ABSENT, find)
    assert made["config_id"] == "2" and made["description"] == "Ours"
    assert [method for method, _path, _body in server.calls] == ["POST", "GET", "GET", "PUT"]


def test_object_that_does_not_show_is_an_error(tmp_path: Path) -> None:
    class Silent(Server):
        def request(self, method: str, path: str, **_more: Any) -> Response:
            return Response(201, "", {}, b"")

    with pytest.raises(ToolkitError, match="does not list"):
        client_of(Silent(), tmp_path).create(CONFIG, "/products/7/configs", {"name": "Web"}, ABSENT, lambda: ABSENT)


@pytest.mark.parametrize(
    ("body", "text", "complaints"),
    [
        ("Name is taken.", "Name is taken.", []),
        ({"title": "Bad request"}, "Bad request", []),
        ({"title": "Bad", "errors": {"name": ["too long", "odd"]}}, "Bad", [("name", "too long odd")]),
        ({"errors": {"name": "too long"}}, None, [("name", "too long")]),
        ({"errors": "many"}, "many", []),
        (["too long", "odd"], "too long odd", []),
        (None, None, []),
    ],
)
def test_error_bodies(body: Any, text: str | None, complaints: list[tuple[str, str]]) -> None:
    detail = read_problem(body)
    assert detail.text == text
    assert [(one["error_code"], one["error_text"]) for one in detail.validation_errors] == complaints


@pytest.mark.parametrize(
    ("status", "word"),
    [(401, "CONFIGCAT_API_PASSWORD"), (403, "permission"), (503, "later"), (404, "CONFIGCAT_API_URL"), (409, "")],
)
def test_hints(status: int, word: str) -> None:
    assert word in _hint("secret", ApiError("kind", "GET /v1/me", "no.", status=status), None)


def test_space_beside_the_password_is_named_as_the_reason() -> None:
    error = ApiError("unauthorized", "GET /v1/me", "no.", status=401)
    assert _hint("secret ", error, None) == (
        "Remove the space at the beginning or the end of api_password (CONFIGCAT_API_PASSWORD)."
    )


def test_missing_object_says_nothing_about_the_address() -> None:
    assert _hint("secret", ApiError("not_found", "GET /v1/tags/5", "no.", status=404), None) == ""


@pytest.mark.parametrize("name", [None, 5, ["Web"], {}, "", True, ...])
def test_object_that_may_be_the_one_is_neither_found_nor_absent(tmp_path: Path, name: Any) -> None:
    strange = {key: value for key, value in {**WEB, "name": name}.items() if value is not ...}
    client = client_of(Server({"configId": "2", "name": "App"}, strange), tmp_path)
    with pytest.raises(Unproven, match="config Web") as caught:
        client.named(CONFIG, "7", "Web")
    assert caught.value.facts["unproven"]["id"] == "1" and caught.value.facts["unproven"]["property"] == "name"
    found = client.named(CONFIG, "7", "App")
    assert not isinstance(found, Absence) and found["config_id"] == "2"
    client.evidence = Evidence(["1"])
    assert client.named(CONFIG, "7", "Web") == Absence("config Web")


def test_absence_is_proven_by_a_list_that_can_be_read(tmp_path: Path) -> None:
    assert client_of(Server(WEB), tmp_path).named(CONFIG, "7", "App") == Absence("config App")


def test_list_of_a_product_that_is_gone_proves_nothing(tmp_path: Path) -> None:
    class Gone(Server):
        def request(self, method: str, path: str, **more: Any) -> Response:
            assert more["expect"] == (200,)
            raise ApiError("not_found", f"{method} {path}", "no.", status=404)

    with pytest.raises(ApiError, match="no"):
        client_of(Gone(), tmp_path).named(CONFIG, "7", "App")


def test_segment_that_is_listed_and_has_no_detail_is_neither_found_nor_absent(tmp_path: Path) -> None:
    class Half(Server):
        def request(self, method: str, path: str, **more: Any) -> Response:
            return (
                Response(404, "", {}, b"") if path.startswith("/segments/") else super().request(method, path, **more)
            )

    half = Half({"segmentId": "3", "name": "Beta"})
    with pytest.raises(Unproven, match=r"segment Beta .* does not know its id 3"):
        client_of(half, tmp_path).named(SEGMENT, "7", "Beta")


def test_config_of_another_run_keeps_its_evaluation_version(monkeypatch: pytest.MonkeyPatch) -> None:
    """The API can't change it, so a PUT with it would fail."""
    written: list[dict[str, Any]] = []
    monkeypatch.setattr(ConfigCatClient, "add", lambda *_args: None)
    monkeypatch.setattr(ConfigCatClient, "update", lambda _self, _kind, _current, changed: written.append(changed))
    there = {"config_id": "1", "name": "App", "description": "", "evaluation_version": "v1"}
    client = ConfigCatClient.__new__(ConfigCatClient)
    body, first = {"name": "App"}, {"evaluation_version": "v2"}
    assert client.create(CONFIG, "/products/1/configs", body, None, lambda: there, first) == there
    assert written == []
