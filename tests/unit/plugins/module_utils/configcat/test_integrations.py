# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Integrations: checks of parameters, which of them are secret, and what a PUT keeps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.integrations import (
    TYPES,
    as_integration,
    body_of,
    check_new,
    check_type,
    checked_parameters,
    wanted_secrets,
    without_values,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import camel, shown
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable

DATADOG: dict[str, Any] = {
    "integrationId": "5",
    "name": "Datadog",
    "integrationType": "dataDog",
    "parameters": {"site": "Eu", "apikey": "geheim-71", "newInJuly": "geheim-72", "nothing": None},
    "environmentIds": ["2", "1"],
    "configIds": None,
}


def read(**changed: Any) -> dict[str, Any]:
    """Return the integration with Datadog as modules read it."""
    return as_integration(shown("/integrations/5", {**DATADOG, **changed}), set())


def test_names_of_parameters_are_not_translated() -> None:
    body = {"config_ids": [], "parameters": {"incoming_webhook.url": "x", "projectId": "1", "apiKey": "2"}}
    assert camel(body) == {"configIds": [], "parameters": body["parameters"]}
    for path in ("/integrations/5", "/products/9/integrations"):
        assert shown(path, camel(body)) == body
    listed = shown("/products/9/integrations", {"integrations": [camel(body)]})
    assert listed == {"integrations": [body]}


def test_every_parameter_that_is_not_known_to_be_public_is_a_secret() -> None:
    secrets: set[str] = set()
    found = as_integration(shown("/integrations/5", DATADOG), secrets)
    result = without_values(found)
    assert result["parameters"] == {"site": "Eu"} and result["secret_parameters"] == ["apikey"]
    assert "geheim" not in json.dumps(result) and secrets == {"geheim-71", "geheim-72"}
    assert result["environment_ids"] == ["1", "2"] and result["config_ids"] == []


@pytest.mark.parametrize("bad", [{"parameters": "x"}, {"environmentIds": [1]}, {"configIds": "x"}])
def test_what_is_compared_must_be_readable(bad: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        read(**bad)
    assert read(parameters=None)["parameters"] == {}


@pytest.mark.parametrize("missing", ["parameters", "environmentIds", "configIds"])
def test_what_is_missing_is_not_taken_as_empty(missing: str) -> None:
    shown_without = {name: value for name, value in DATADOG.items() if name != missing}
    with pytest.raises(Unreadable):
        as_integration(shown("/integrations/5", shown_without), set())


def test_a_put_keeps_what_does_not_change() -> None:
    current = read()
    everything = {"site": "Eu", "apikey": "geheim-71", "newInJuly": "geheim-72"}
    assert body_of(current, {"name": "DD"}) == {
        "name": "DD",
        "parameters": everything,
        "environment_ids": ["1", "2"],
        "config_ids": [],
    }
    assert body_of(current, {"parameters": {"site": "Us"}})["parameters"] == {**everything, "site": "Us"}
    new = {"secret_parameters": {"apikey": "geheim-73"}}
    assert body_of(current, new)["parameters"] == {"site": "Eu", "apikey": "geheim-73"}


def test_secrets_are_compared_with_what_the_api_returns() -> None:
    current = read(parameters={"apikey": "geheim-71"})
    assert wanted_secrets(current, None) is None
    assert wanted_secrets(current, {"apikey": "geheim-71"}) == ["apikey"]
    assert isinstance(wanted_secrets(current, {"apikey": "geheim-72"}), Secret)
    assert isinstance(wanted_secrets(None, {"apikey": "geheim-71"}), Secret)


@pytest.mark.parametrize(
    ("option", "kind", "given"),
    [
        ("parameters", "dataDog", {"apikey": "geheim"}),
        ("parameters", None, {"apikey": "geheim"}),
        ("parameters", "slack", {"site": "geheim"}),
        ("parameters", "dataDog", {"site": True}),
        ("parameters", "dataDog", {"site": ["geheim"]}),
        ("secret_parameters", "dataDog", {"site": "geheim"}),
        ("secret_parameters", "dataDog", {"apikey": " "}),
        ("secret_parameters", "dataDog", {"apikey": None}),
        ("secret_parameters", "dataDog", {"apikey": "geheim" * 200}),
    ],
)
def test_parameters_that_are_refused(option: str, kind: str | None, given: dict[str, Any]) -> None:
    with pytest.raises(ToolkitError, match=rf"^{option}\.{next(iter(given))}: ") as caught:
        checked_parameters(option, given, kind)
    assert "geheim" not in str(caught.value)


def test_parameters_become_texts() -> None:
    assert checked_parameters("parameters", {"projectId": 12, "server": " Eu "}, "mixPanel") == {
        "projectId": "12",
        "server": "Eu",
    }
    assert checked_parameters("parameters", None, None) is None
    assert checked_parameters("secret_parameters", {"writeKey": "x"}, None) == {"writeKey": "x"}


@pytest.mark.parametrize("kind", TYPES)
def test_new_integration_requires_its_parameters(kind: str) -> None:
    with pytest.raises(ToolkitError, match=kind):
        check_new(kind, None, None)
    with pytest.raises(ToolkitError, match=r"^type: "):
        check_new(None, {}, {})


def test_type_can_not_change() -> None:
    check_type(read(), None)
    check_type(read(), "dataDog")
    with pytest.raises(ToolkitError) as caught:
        check_type(read(), "slack")
    assert caught.value.kind == "type_differs"
