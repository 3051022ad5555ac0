# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Predefined variations: checks of options, responses of both expected forms, and which ids are sent."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.predefined_variations import (
    checked_variations,
    put_variations,
    variations_of,
    without_ids,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response

FLAG: dict[str, Any] = {"setting_id": 5, "key": "limit", "setting_type": "int"}
ONE = {"predefinedVariationId": "a", "value": {"intValue": 1, "stringValue": None}, "name": None, "hint": "H"}


class Server:
    """Replaces the HTTP client: answers reads with the same data, and keeps the bodies of writes."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer
        self.sent: list[Any] = []

    def request(self, method: str, path: str, *, body: Any = None, **_more: Any) -> Response:
        if method != "GET":
            self.sent.append((method, path, body))
            return Response(204, "", {}, b"")
        return Response(200, "", {}, json.dumps(self.answer).encode())


def client_of(server: Server, tmp_path: Path) -> ConfigCatClient:
    return ConfigCatClient(cast("Any", server), api_url="https://a.example", storage=FileStorage(str(tmp_path)))


def option(value: Any, **more: Any) -> dict[str, Any]:
    return {"value": value, "name": None, "hint": None, **more}


@pytest.mark.parametrize("answer", [[ONE], {"predefinedVariations": [ONE]}])
def test_both_forms_of_a_response_are_read(answer: Any, tmp_path: Path) -> None:
    found = variations_of(client_of(Server(answer), tmp_path), FLAG)
    assert found == [{"predefined_variation_id": "a", "value": 1, "name": "", "hint": "H"}]
    assert without_ids(found) == [{"value": 1, "name": "", "hint": "H"}]


@pytest.mark.parametrize("bad", [{"value": {"boolValue": True}}, {"value": 1}, {"predefinedVariationId": None}])
def test_what_is_compared_must_be_readable(bad: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(Unreadable):
        variations_of(client_of(Server([{**ONE, **bad}]), tmp_path), FLAG)


def test_the_same_value_keeps_its_id(tmp_path: Path) -> None:
    server = Server([ONE])
    client = client_of(server, tmp_path)
    wanted = checked_variations([option(2), option("1", name="N")], "int")
    put_variations(client, FLAG, variations_of(client, FLAG), wanted)
    items = [
        {"predefinedVariationId": None, "value": {"intValue": 2}, "name": None, "hint": None},
        {"predefinedVariationId": "a", "value": {"intValue": 1}, "name": "N", "hint": None},
    ]
    assert server.sent == [("PUT", "/settings/5/predefined-variations", {"predefinedVariations": items})]


def test_values_are_told_apart_by_their_types() -> None:
    assert len(checked_variations([option(True), option(1)], None)) == 2
    with pytest.raises(ToolkitError, match=r"^variations\[1\]\.value: "):
        checked_variations([option(1), option("1")], "int")
    with pytest.raises(ToolkitError, match=r"^variations\[0\]\.value: "):
        checked_variations([option("a")], "int")
