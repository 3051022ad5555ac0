# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client generated from the vendor's description drives every operation, and its models accept every response."""

from __future__ import annotations

import importlib
import inspect
import re
import sys
import typing
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from sandbox.launcher import SandboxProcess
from tests.clients.places import FOLDER, PACKAGE
from tests.clients.scenario import Reply, play
from tests.clients.signing import Signer
from tests.contract import coverage
from tests.contract.contracts import RESELLER

pytestmark = pytest.mark.clients


def signing_pools(signer: Signer) -> urllib3.PoolManager:
    """Return a connection pool that signs each request as sent, also after a redirect."""

    class Connection(urllib3.connection.HTTPConnection):
        def request(self, method: str, url: str, body: Any = None, headers: Any = None, **how: Any) -> None:
            super().request(method, url, body, {**headers, "Authorization": signer.header(method, url, body)}, **how)

    class Pool(urllib3.HTTPConnectionPool):
        ConnectionCls = Connection

    pools = urllib3.PoolManager()
    pools.pool_classes_by_scheme = {"http": Pool}
    return pools


class TypedClient:
    """Calls the generated methods with the generated models."""

    def __init__(self, sandbox: SandboxProcess, description: dict[str, Any]) -> None:
        sys.path.insert(0, str(FOLDER))
        package = importlib.import_module(PACKAGE)
        client = package.ApiClient(package.Configuration(host=f"{sandbox.url}/v2"))
        signer = Signer(sandbox.api_key, sandbox.api_secret, lower=True)
        client.rest_client.pool_manager = signing_pools(signer)
        self._description = description
        parts: list[Any] = [part for _name, part in inspect.getmembers(package.api, inspect.isclass)]
        self._parts = [part(client) for part in parts]

    def __call__(self, operation: str, *path: str, query: dict[str, Any] | None = None, body: Any = None) -> Reply:
        """Send a request; see ``Send``."""
        name = self._method_name(operation)
        [method] = [getattr(part, f"{name}_with_http_info") for part in self._parts if hasattr(part, name)]
        kinds = typing.get_type_hints(method)
        names = [_snake(found) for found in re.findall(r"{(\w+)}", operation)]
        arguments = {key: kinds[key](value) for key, value in zip(names, path, strict=True)}
        if body is not None:
            [(key, model)] = [(key, model) for key in kinds if (model := _model(kinds[key]))]
            arguments[key] = model.from_dict(body)
        answer = method(**arguments, **(query or {}))
        documented, status = RESELLER.operations[operation]["answers"], str(answer.status_code)
        # The client follows the 303 of an issued certificate and returns the certificate.
        assert status in documented or (status == "200" and "303" in documented), (operation, status)
        if status in documented:
            assert (answer.data is None) == (documented[status]["body"] is None), operation
        return Reply(urllib3.HTTPHeaderDict(answer.headers or {}).get("Location", ""), _plain(answer.data))

    def _method_name(self, operation: str) -> str:
        """Return the generated name: from the operation's id, else from its path and method."""
        method, path = operation.lower().split()[0], operation.split()[1]
        found = self._description["paths"][path][method].get("operationId")
        return _snake(found) if found else _snake("_".join(re.findall(r"\w+", path)) + f"_{method}")


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def _model(kind: Any) -> Any:
    """Return the model of a parameter, if it has one."""
    return next((one for one in typing.get_args(kind) if hasattr(one, "from_dict")), None)


def _plain(data: Any) -> Any:
    if isinstance(data, list):
        return [_plain(one) for one in data]
    return data.to_dict() if hasattr(data, "to_dict") else data


@pytest.fixture(scope="module")
def exchanges(description: dict[str, Any], told: list[str]) -> Iterator[list[dict[str, Any]]]:
    """The exchanges in which the client called each operation."""
    with SandboxProcess(job_seconds=50, rate_limit="100000/60") as sandbox:
        play(TypedClient(sandbox, description), sandbox)
        found = sandbox.exchanges()
        known = len(RESELLER.operations)
        reached = known - len(coverage.not_worked(RESELLER, found))
        told.append(f"generated client: {reached} of {known} operations with success, in {len(found)} requests")
        yield found


def test_every_operation_works(exchanges: list[dict[str, Any]]) -> None:
    assert coverage.not_worked(RESELLER, exchanges) == set()


def test_nothing_is_refused(exchanges: list[dict[str, Any]]) -> None:
    assert [one for one in exchanges if one["status"] >= 400] == []
    assert coverage.violations(exchanges) == []


def test_what_it_sends_by_default_is_noted(exchanges: list[dict[str, Any]]) -> None:
    """Its models send values that a type does not use, which our modules must not send."""
    noted = {text for one in exchanges for text in one.get("unusual", ())}
    names = {"priority", "weight", "protocol"}
    unused = dict.fromkeys(("A", "AAAA", "ALIAS", "CAA", "CNAME", "TLSA", "TXT"), names)
    # It sends back a record unchanged as read.
    unused |= {"MX": names - {"priority"}, "SRV": {"record_name", "content"}}
    assert noted == {f"{name} of a record of type {kind}" for kind, names in unused.items() for name in names}
