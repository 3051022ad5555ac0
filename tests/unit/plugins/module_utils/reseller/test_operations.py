# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of the API: they are those of the contract, and each path matches at most one of them."""

from __future__ import annotations

import itertools
import json
from pathlib import Path

import pytest
import yaml

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.operations import (
    ORDERED_BY,
    TEMPLATES,
    Operation,
    operation_of,
    pays,
)

ROOT = Path(__file__).resolve().parents[5]
CONTRACT = json.loads((ROOT / "tests/contract/reseller.json").read_text())["operations"]
ALL = [(method, template) for method, templates in TEMPLATES.items() for template in templates]


def filled(template: str, value: str) -> str:
    parts = template.split("/")
    return "/".join(value if part.startswith("{") else part for part in parts)


def test_table_is_the_contract() -> None:
    assert sorted(f"{method} {template}" for method, template in ALL) == sorted(CONTRACT)
    assert len(ALL) == len(set(ALL)) == 75


def test_orders_are_the_posts_that_answer_with_a_job_or_a_request() -> None:
    # POSTs that are only accepted have jobs; a certificate request is created at once.
    accepted = {name for name, facts in CONTRACT.items() if name.startswith("POST ") and "202" in facts["answers"]}
    assert {f"POST {template}" for template in ORDERED_BY} == accepted | {"POST /sslcertificaterequests"}


def test_module_that_orders_exists_and_says_so() -> None:
    for module in ORDERED_BY.values():
        source = (ROOT / f"plugins/modules/{module}.py").read_text()
        documentation = yaml.safe_load(source.split('"""')[3])
        assert documentation["module"] == module
        assert "ordering_options()" in source


def test_literals_are_written_in_one_case() -> None:
    for _method, template in ALL:
        assert all(part.islower() and part.isalnum() for part in template[1:].split("/") if not part.startswith("{"))


@pytest.mark.parametrize("method", TEMPLATES)
def test_no_path_means_two_operations(method: str) -> None:
    for one, other in itertools.combinations(TEMPLATES[method], 2):
        pairs = list(zip(one.split("/"), other.split("/"), strict=False))
        literal = any(left != right and "{" not in left + right for left, right in pairs)
        assert one.count("/") != other.count("/") or literal, (one, other)


@pytest.mark.parametrize(("method", "template"), ALL)
def test_path_of_each_operation_means_it(method: str, template: str) -> None:
    count = template.count("{")
    operation = operation_of(method, filled(template, "a.be"))
    assert operation == Operation(template, ("a.be",) * count)
    assert operation.path == filled(template, "a.be")
    assert operation_of(method, filled(template, "a.be") + "/") == operation
    assert operation_of(method, filled(template, "X").upper()) == Operation(template, ("X",) * count)
    longer = operation_of(method, filled(template, "a.be") + "/b/c/d/e")
    assert longer is None


@pytest.mark.parametrize(("method", "template"), ALL)
def test_six_operations_pay(method: str, template: str) -> None:
    assert pays(method, filled(template, "a.be")) == (method == "POST" and template in ORDERED_BY)


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_only_posts_pay(method: str) -> None:
    assert not pays(method, "/accounts")
    assert not pays(method, "/nothing")


@pytest.mark.parametrize(
    "path",
    [
        "/nothing",
        "/accounts/1",
        "/accountsx",
        "/accounts%20",
        "/accounts;a=1",
        "/accounts%2F",
        "/%2561ccounts",
        "/mysqldatabases%2FID1_x%2Fusers",
        "/mysqldatabases/ID1_x/users/y",
        "/dns/records",
        "/v2/accounts",
        "/linuxhostings/a.be/phpsettings/version",
    ],
)
def test_post_that_is_not_described_counts_as_paying(path: str) -> None:
    assert operation_of("POST", path) is None
    assert pays("POST", path)


@pytest.mark.parametrize("character", ["%2F", "%5C", "%25", "%3F", "%23", "%3B", ";"])
def test_parameter_that_servers_read_differently_means_nothing_in_a_post(character: str) -> None:
    assert operation_of("POST", f"/dns/a{character}b/records") is None
    assert pays("POST", f"/dns/a{character}b/records")
    described = operation_of("DELETE", f"/dns/a.be/records/a{character}b")
    assert described and described.template == "/dns/{domainName}/records/{recordId}"


@pytest.mark.parametrize("character", ["%20", "!", "@", "%C3%A9", ":", "+", "~"])
def test_other_characters_are_welcome_in_a_parameter(character: str) -> None:
    assert not pays("POST", f"/dns/a{character}b/records")


def test_parameters_are_decoded_and_go_out_encoded() -> None:
    operation = operation_of("DELETE", "/Mailzones/A.be/ALIASES/a@b%2Fc%C3%A9")
    assert operation == Operation("/mailzones/{domainName}/aliases/{emailAddress}", ("A.be", "a@b/cé"))
    assert operation.path == "/mailzones/A.be/aliases/a%40b%2Fc%C3%A9"


def test_method_without_operations_has_none() -> None:
    assert operation_of("PATCH", "/accounts") is None
    assert not pays("PATCH", "/accounts")
