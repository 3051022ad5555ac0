# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stations, services and boards of National Rail in the corpus."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.boards import read_board
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.client import DepartureBoardClient
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.codes import (
    checked_crs,
    checked_service_id,
    checked_station_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from tests.support.corpus import Input, check_read, inputs, name_of


@pytest.mark.parametrize("one", inputs("crs_codes"), ids=name_of)
def test_crs_code(one: Input) -> None:
    check_read(one, lambda: checked_crs("crs", one.text))


@pytest.mark.parametrize("one", inputs("service_ids"), ids=name_of)
def test_service_id(one: Input) -> None:
    check_read(one, lambda: checked_service_id("service_id", one.text))


@pytest.mark.parametrize("one", inputs("station_names"), ids=name_of)
def test_station_name(one: Input) -> None:
    check_read(one, lambda: checked_station_name("station_name", one.text))


@pytest.mark.parametrize("one", inputs("boards"), ids=name_of)
def test_board(one: Input) -> None:
    """The response of a server: never read as one with fewer services."""
    response = SimpleNamespace(data=json.loads(one.text))
    rest: Any = SimpleNamespace(request=lambda *_call, **_how: response)
    if one.is_taken:
        board = read_board(DepartureBoardClient(rest), "departures", "KGX", {})
        assert [service["std"] for service in board["services"]] == one.expected["taken"]
        assert "secret" not in board and not any("formation" in service for service in board["services"])
        return
    with pytest.raises(Unreadable, match=one.expected["refused"]):
        read_board(DepartureBoardClient(rest), "departures", "KGX", {})
