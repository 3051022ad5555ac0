# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The dictionary of the role ``hosting``: its types, the tasks that use it, and its mistakes."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.reseller.toolkit.plugins.filter.hosting_part import hosting_part
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_mistakes import (
    MODULES,
    SECRET_OPTIONS,
    mistakes_across,
    mistakes_in_part,
    placed,
)
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_options import OPTIONS, ROLE, normalized
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_parts import PARTS, one_part, parts_of
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_request import request_arguments
from ansible_collections.reseller.toolkit.plugins.plugin_utils.mistakes import Mistake, secrets_in

LOGIN = {"api_key": "k", "api_secret": "s"}
PASSWORD = "Geheim0wort81"


def sample(option: dict[str, Any]) -> Any:
    """Return a value with all its suboptions."""
    if "options" in option:
        below = {name: sample(one) for name, one in option["options"].items()}
        return [below] if option["type"] == "list" else below
    return ["x"] if option["type"] == "list" else "x"


EVERYTHING = {name: sample(option) for name, option in OPTIONS.items()}


def tasks_of_role() -> list[tuple[str, str, dict[str, str]]]:
    """Yield each task that uses a part: the part's key, its module, and its options."""
    found = []
    for path in sorted((ROLE / "tasks").glob("*.yml")):
        for task in yaml.safe_load(path.read_text()):
            part = re.search(r"hosting_part\('([a-z_]+)'", task.get("vars", {}).get("hosting_part", ""))
            module = next((name for name in task if name.startswith("reseller.toolkit.")), "")
            if part:
                found.append((part.group(1), module.rpartition(".")[2], task[module]))
    return found


def test_the_role_has_a_task_for_each_part() -> None:
    assert sorted(key for key, _module, _options in tasks_of_role()) == sorted(PARTS)


@pytest.mark.parametrize(("key", "module", "options"), tasks_of_role(), ids=lambda value: str(value)[:20])
def test_a_task_passes_on_every_option_of_its_part(key: str, module: str, options: dict[str, str]) -> None:
    (part,) = one_part(key, EVERYTHING)
    assert part.module == module
    assert set(options) == set(part.args)
    for name, template in options.items():
        assert re.search(rf"hosting_part(\.{name}|\['{name}'\])", template), template


@pytest.mark.parametrize("key", PARTS)
def test_every_option_of_a_part_is_one_of_its_module(key: str) -> None:
    (part,) = one_part(key, EVERYTHING)
    assert set(part.args) <= set(MODULES[part.module].SPEC["argument_spec"])


def test_every_option_of_the_dictionary_goes_somewhere() -> None:
    passed = {name for part in parts_of(EVERYTHING) for name in part.args}
    renamed = {"ssh_keys": "keys", "scheduled_tasks": "tasks", "mail_aliases": "aliases"}
    inner = {"domain", "linux", "sites", "databases", "dns", "mail_zone", "ssl"}
    for name, option in OPTIONS.items():
        wanted = set(option["options"]) if name in inner else {renamed.get(name, name)}
        assert wanted - {"key_path", "common_name", "names", "subject"} <= passed, name


def test_parts_are_read_with_their_own_options_only() -> None:
    """A task converts its part of the dictionary, with the same result as from the whole."""
    for key in PARTS:
        whole = one_part(key, normalized(EVERYTHING)[0])[0]
        assert hosting_part(EVERYTHING, key, whole.index) == whole.args


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ({"identifier": "a.example", "servicepack": 1002}, {"identifier": "a.example", "servicepack": "1002"}),
        ({"identifier": "a", "linux": {"php_version": 8.3}}, {"identifier": "a", "linux": {"php_version": 8.3}}),
        (
            {"identifier": "a", "dns": {"record_sets": [{"type": "TXT", "value": "a,b"}]}},
            {"identifier": "a", "dns": {"record_sets": [{"type": "TXT", "value": ["a,b"]}]}},
        ),
        ({"identifier": "a", "ssh_keys": "ssh-rsa A a,b"}, {"identifier": "a", "ssh_keys": ["ssh-rsa A a,b"]}),
        ({"identifier": "a.example", "servicepack": None, "ftp_password": ""}, {"identifier": "a.example"}),
        ({"identifier": "a.example", "servicepack": "__omit_place_holder__1"}, {"identifier": "a.example"}),
        ({"identifier": "a.example", "linux": {}}, {"identifier": "a.example"}),
        (
            {"identifier": "a", "sites": [{"letsencrypt": "false"}]},
            {"identifier": "a", "sites": [{"letsencrypt": False}]},
        ),
        ({"identifier": "a", "ssl": {"names": "b.example"}}, {"identifier": "a", "ssl": {"names": ["b.example"]}}),
        ({"identifier": "a", "mail_zone": {"catch_all": []}}, {"identifier": "a", "mail_zone": {"catch_all": []}}),
        ('{"identifier": "a.example"}', {"identifier": "a.example"}),
    ],
)
def test_values_are_converted(given: Any, kept: dict[str, Any]) -> None:
    assert normalized(given) == (kept, [])


@pytest.mark.parametrize(
    ("given", "place"),
    [
        ({"linux": {"php_version": True}, "identifier": "a"}, "hosting.linux.php_version"),
        ({"identifier": 20240101}, "hosting.identifier"),
        ({"identifier": "a", "ftp_password": 12345678}, "hosting.ftp_password"),
        ({"identifier": "a", "servicepack": 1.5}, "hosting.servicepack"),
        ({"identifier": "a", "ssl": {"subject": {"C": False}}}, "hosting.ssl.subject.C"),
        ({"identifier": "a", "ssl": {"names": 5}}, "hosting.ssl.names[0]"),
        ({"identifier": "a", "ssh_keys": [None]}, "hosting.ssh_keys[0]"),
        ({"linux": {"memory_limit": "much"}, "identifier": "a"}, "hosting.linux.memory_limit"),
        ({"linux": {"memory_limit": True}, "identifier": "a"}, "hosting.linux.memory_limit"),
        ({"databases": "shop", "identifier": "a"}, "hosting.databases[0]"),
        ({"databases": [{"name": "shop", "pasword": PASSWORD}], "identifier": "a"}, "hosting.databases[0].pasword"),
        ({"databases": [{}], "identifier": "a"}, "hosting.databases[0].name"),
        ({"dns": {"record_sets": [{"type": "X", "value": []}]}, "identifier": "a"}, "hosting.dns.record_sets[0].type"),
        ({}, "hosting.identifier"),
        (["a"], "hosting"),
    ],
)
def test_inconvertible_value_is_reported_with_its_place(given: Any, place: str) -> None:
    found = normalized(given)[1]
    assert found[0].place == place
    assert PASSWORD not in str(found)


def mistakes(**hosting: Any) -> list[Mistake]:
    wanted, found = normalized({"identifier": "a.example", **hosting})
    for part in parts_of(wanted):
        found += mistakes_in_part(part, {**LOGIN, **part.args})
    return found + mistakes_across(wanted)


def test_all_mistakes_are_reported_at_once() -> None:
    found = mistakes(
        ftp_password="short",
        linux={"memory_limit": 0, "apcu": {"enabled": True, "size": -1}},
        databases=[{"name": "my-shop", "password": "short"}, {"name": "b", "users": [{"name": "X"}, {"name": "y!"}]}],
        mailboxes=[{"address": "nobody"}, {"address": "x@a.example"}, {"address": "y@b.example", "password": "short"}],
        dns={
            "record_sets": [
                {"record": "x", "type": "A", "value": ["300.1.1.1"]},
                {"record": "y", "type": "A", "value": ["192.0.2.1"]},
                {"record": "y", "type": "A", "value": ["192.0.2.2"]},
            ]
        },
    )
    assert [one.place for one in found] == [
        "hosting.ftp_password",
        "hosting.linux.memory_limit",
        "hosting.linux.apcu.size",
        "hosting.databases[0].name",
        "hosting.databases[0].password",
        "hosting.databases[1].users[0].name",
        "hosting.databases[1].users[1].name",
        "hosting.dns.record_sets[0]",
        "hosting.dns.record_sets",
        "hosting.mailboxes[0].address",
        "hosting.mailboxes[2].password",
        "hosting.mailboxes[2].address",
    ]


@pytest.mark.parametrize(
    ("parts", "place"),
    [
        ({"databases": [{"name": "shop"}, {"name": "ID12_SHOP"}]}, "hosting.databases[1].name"),
        ({"sites": [{"http2": True}, {"site": "A.example", "http2": True}]}, "hosting.sites[1].site"),
        (
            {"mail_aliases": [{"address": "x@b.example", "destinations": ["y@b.example"]}]},
            "hosting.mail_aliases[0].address",
        ),
        ({"mail_zone": {"domain": "b.example"}}, "hosting.mail_zone.domain"),
        ({"ssl": {"key_path": "/k", "common_name": "a.example"}}, "hosting.ssl.key_path"),
        (
            {"ssl": {"key_path": "/k", "csr_path": "/c", "common_name": "a.example", "names": ["a b"]}},
            "hosting.ssl.names[0]",
        ),
    ],
)
def test_contradictions_between_parts(parts: dict[str, Any], place: str) -> None:
    assert [one.place for one in mistakes_across(normalized({"identifier": "a.example", **parts})[0])] == [place]


@pytest.mark.parametrize(
    ("message", "place", "told"),
    [
        ("servicepack: 'x' names 0 service packs.", "hosting.servicepack", "'x' names 0 service packs."),
        ("servicepack is required: no account.", "hosting.servicepack", "it is required: no account."),
        ("Account x: it has another service pack.", "hosting", "Account x: it has another service pack."),
        ("GET /v2/accounts: HTTP 404.", "hosting", "GET /v2/accounts: HTTP 404."),
    ],
)
def test_messages_of_modules_get_their_place(message: str, place: str, told: str) -> None:
    (part,) = one_part("account", {"identifier": "a.example"})
    assert placed(part, message) == Mistake(place, told)


def test_mail_of_a_further_domain_is_fine() -> None:
    parts = {
        "domain": {"name": "b.example"},
        "mail_zone": {"smtp_domains": [{"hostname": "c.example"}]},
        "mailboxes": [{"address": f"x@{name}.example"} for name in "abc"],
    }
    assert mistakes_across(normalized({"identifier": "a.example", **parts})[0]) == []


def test_secrets_of_every_part_are_known() -> None:
    secret = {
        "ftp_password": "s1",
        "databases": [{"name": "x", "password": "s2", "users": [{"name": "y", "password": "s3"}]}],
        "domain": {"auth_code": "s4", "registrant": {"extra_fields": {"PassportNumber": "s5", "CodiceFiscal": "s6"}}},
        "mailboxes": [{"address": "x@a.example", "password": "s7"}],
        "ssl": {"pfx_password": "s8"},
    }
    assert sorted(secrets_in(secret, SECRET_OPTIONS)) == [f"s{number}" for number in range(1, 9)]


def test_the_role_is_part_of_the_collection() -> None:
    assert Path(ROLE / "meta/argument_specs.yml").is_file()


def test_request_of_the_role_is_for_names_in_ascii() -> None:
    arguments = request_arguments({"common_name": "Fußball.example", "names": ["fußball.example", "*.bücher.example"]})
    assert arguments[2] == "/CN=xn--fuball-cta.example"
    assert arguments[4] == "subjectAltName=DNS:xn--fuball-cta.example,DNS:*.xn--bcher-kva.example"


def test_databases_that_differ_in_case_only_are_one() -> None:
    databases = [{"name": "ShopDB"}, {"name": "blog"}, {"name": "shopdb"}]
    (mistake,) = mistakes_across({"identifier": "example.com", "databases": databases})
    assert mistake.place == "hosting.databases[2].name"
