# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""New properties of responses reach no result; missing or unreadable collections do not count as empty."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Transport
from sandbox.launcher import SandboxProcess
from tests.faults.odd_configcat import ConfigCat
from tests.faults.odd_reseller import Reseller
from tests.faults.odd_service import Service
from tests.faults.options import Options
from tests.support.children import connection, run_module

NEW, SECRET = "provider_portal_url", "https://ca.example/enter?token=Xk93hq"
SERVICES: dict[str, type[Service]] = {service.name: service for service in (Reseller, ConfigCat)}
#: These return the API's response unchanged, as documented.
RAW = {"reseller_api", "configcat_api"}
#: These send no request.
LOCAL = {"reseller_journal", "reseller_journal_info"}
MODULES = [(name, module) for name, service in SERVICES.items() for module in service.modules() if module not in RAW]


class Shop:
    """A sandbox that is a service, with what its modules need."""

    def __init__(self, kind: type[Service], server: SandboxProcess, folder: Path) -> None:
        self._server = server
        self._folder = folder
        self._numbers = itertools.count(1)
        self._service = kind(server, folder, self.run)

    def run(self, module: str, options: Options, *, check_mode: bool = False) -> Options:
        given = {**connection(self._server, self._folder / "state"), **options}
        with chdir(self._folder):
            return run_module(module, given, check_mode=check_mode)

    def bases(self, module: str) -> list[Options]:
        return self._service.bases(module, next(self._numbers))


@pytest.fixture(scope="module")
def shops(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Shop]]:
    folder = tmp_path_factory.mktemp("shops")
    made = {}
    servers = []
    for name, kind in SERVICES.items():
        server = kind.sandbox()
        server.start()
        servers.append(server)
        (folder / name).mkdir()
        made[name] = Shop(kind, server, folder / name)
    yield made
    for server in servers:
        server.stop()


def marked(data: Any) -> Any:
    """Return the data with one more property in each object."""
    if isinstance(data, list):
        return [marked(item) for item in data]
    if isinstance(data, dict):
        return {**{name: marked(value) for name, value in data.items()}, NEW: SECRET}
    return data


@pytest.fixture
def change(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[Any], Any]], list[str]]:
    """Change the JSON of all responses from now on; return the list of the calls that got changed responses."""

    def begin(changed: Callable[[Any], Any]) -> list[str]:
        calls: list[str] = []
        send = Transport.send

        def send_and_change(self: Transport, call: str, *given: Any, **more: Any) -> Response:
            answer = send(self, call, *given, **more)
            data = answer.data_or_none()
            if answer.status >= 300 or not isinstance(data, (dict, list)):
                return answer
            calls.append(call)
            return answer._replace(content=json.dumps(changed(data)).encode())

        monkeypatch.setattr(Transport, "send", send_and_change)
        return calls

    return begin


Change = Callable[[Callable[[Any], Any]], "list[str]"]


@pytest.mark.parametrize(("service", "module"), MODULES)
def test_new_property_is_in_no_result(shops: dict[str, Shop], change: Change, service: str, module: str) -> None:
    shop = shops[service]
    bases = shop.bases(module)
    calls = change(marked)
    for base in bases:
        for check_mode in (True, False):
            result = shop.run(module, base, check_mode=check_mode)
            assert not result.get("failed"), result
            told = json.dumps(result)
            assert NEW not in told and SECRET not in told
    assert bool(calls) == (module not in LOCAL)


#: The properties of ConfigCat's responses that contain objects, each with a module that reads it.
HOLDERS = [
    ("configcat_flag", "tags"),
    ("configcat_flag_value", "setting"),
    ("configcat_flag_value", "settingTags"),
    ("configcat_flag_value", "settingValues"),
    ("configcat_flag_value", "rolloutRules"),
    ("configcat_flag_value", "rolloutPercentageItems"),
    ("configcat_flag_value", "config"),
    ("configcat_flag_value", "environment"),
    ("configcat_flag_value", "readOnly"),
    ("configcat_integration_link", "integrationLinks"),
    ("configcat_integration_link_info", "details"),
    ("configcat_permission_group", "environmentAccesses"),
    ("configcat_info", "settingValues"),
    ("configcat_sdk_key_info", "primary"),
]
#: The properties that contain one object instead of a list.
OBJECTS = {"setting", "config", "environment"}


#: Each property with a damaged value: missing, or of another type.
UNREADABLE = [
    (module, name, value)
    for module, name in HOLDERS
    for value in ("missing", {"name": "x"}, [5], 7)
    if not (isinstance(value, dict) and name in OBJECTS)
]


@pytest.mark.parametrize(("module", "name", "value"), UNREADABLE)
def test_unreadable_collection_is_not_empty(
    shops: dict[str, Shop], change: Change, module: str, name: str, value: Any
) -> None:
    shop = shops["configcat"]
    bases = shop.bases(module)

    def without(data: Any) -> Any:
        if isinstance(data, list):
            return [without(item) for item in data]
        if isinstance(data, dict):
            kept = {key: without(inner) for key, inner in data.items() if key != name}
            return {**kept, name: value} if name in data and value != "missing" else kept
        return data

    change(without)
    results = [shop.run(module, base, check_mode=True) for base in bases]
    assert {result["error"]["kind"] for result in results if result.get("failed")} <= {"protocol", "unproven"}, results
    assert any(result.get("failed") for result in results), results
