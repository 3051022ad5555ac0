# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With any value in any property of a response, nothing that exists is added again, and no error is a bug."""

from __future__ import annotations

import copy
import importlib
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, result_of

DOMAIN, ADA = "example.com", "ada@example.com"
KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJxV6xhM2u7Qm8b1M2cZ1yXkqS0q6n0m8r5w0v0m8r5w ada"
SRV = {"service": "_sip", "protocol": "_tcp", "target": "sip.example.com", "priority": 10, "port": 5060, "weight": 5}
MISSING: Any = ...
#: Creates a client of an API with these responses, and the API.
ApiOf = Callable[[dict[str, Any]], tuple[ResellerClient, Any]]
#: Values instead of a property's: missing, null, another type, empty, another value, nested.
ODD: tuple[Any, ...] = (
    MISSING,
    None,
    "",
    " ",
    "another",
    0,
    7,
    -1,
    1.5,
    True,
    [],
    [None],
    ["x"],
    [[]],
    {},
    {"x": {}},
    [{}],
    "\u202e",
)
odd_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=4,
)
#: Kinds for unreadable answers, and for responses that contradict the task's prerequisites.
FITTING = {
    "unproven",
    "protocol",
    "paging",
    "ambiguous",
    "not_found",
    "no_mailbox_left",
    "invalid_option",
    "path_differs",
    "ssl_needed",
    "too_many_deletions",
    "cname_conflict",
}

#: The responses of an API in which everything that the tasks below want exists.
WORLD: dict[str, Any] = {
    f"/dns/{DOMAIN}/records": [
        {"id": "1-1", "type": "A", "record_name": "www", "ttl": 3600, "content": "192.0.2.1", "priority": None},
        {"id": "1-2", "type": "MX", "record_name": "", "ttl": 3600, "content": "mail.example.com", "priority": 10},
        {"id": "1-3", "type": "SRV", "record_name": "_sip._tcp", "ttl": 3600, "content": "5 5060 sip", **SRV},
        {"id": "1-4", "type": "NS", "record_name": "", "ttl": 3600, "content": "ns1.example.net"},
    ],
    f"/linuxhostings/{DOMAIN}": {
        "domain_name": DOMAIN,
        "php_version": "8.3",
        "ftp_enabled": True,
        "sites": [
            {
                "name": name,
                "path": "/www",
                "host_headers": [{"name": name, "enabled": True}, {"name": f"m.{name}", "enabled": True}],
                "ssl_enabled": True,
                "https_redirect_enabled": True,
                "http2_enabled": True,
            }
            for name in (DOMAIN, f"shop.{DOMAIN}")
        ],
    },
    f"/linuxhostings/{DOMAIN}/phpsettings/availableversions": [{"version": "8.3"}],
    f"/linuxhostings/{DOMAIN}/scheduledtasks": [
        {"id": "7", "script_location": "/bin/a.sh", "cron_expression": "0 3 * * *", "enabled": True}
    ],
    f"/linuxhostings/{DOMAIN}/ssh/keys": [{"fingerprint": "aa", "public_key": KEY}],
    "/ssh": [{"fingerprint": "aa", "public_key": KEY, "linux_hostings": [DOMAIN]}],
    "/linuxhostings": [{"domain_name": DOMAIN, "servicepack_id": 1}],
    "/mailboxes": [{"name": ADA, "max_size": 1, "actual_size": 0}],
    "/mailboxes/ada%40example.com": {
        "name": ADA,
        "auto_reply": {"enabled": True, "subject": "Away", "message": "Soon"},
        "auto_forward": {"enabled": True, "email_addresses": ["eve@example.com"], "copy_to_myself": True},
    },
    f"/mailzones/{DOMAIN}": {
        "name": DOMAIN,
        "available_accounts": [{"account_id": 1, "size": 1}],
        "aliases": [{"email_address": "info@example.com", "destinations": [ADA]}],
        "anti_spam": {"type": "basic", "allowed_types": ["none", "basic"]},
        "catch_all": {"email_addresses": [ADA]},
        "smtp_domains": [{"hostname": "out.example.com", "enabled": True}],
    },
    f"/domains/{DOMAIN}": {"domain_name": DOMAIN, "name_servers": [{"name": "ns1.example.net", "ip": None}]},
}


class Case(NamedTuple):
    """A task whose desired state exists.

    Attributes:
        module: its module, without the service's name.
        paths: the paths of the responses that it depends on.
        params: its options.
    """

    module: str
    paths: tuple[str, ...]
    params: dict[str, Any]


TASK = {"script_location": "/bin/a.sh", "cron_expression": "0 3 * * *", "enabled": True}
REPLY = {"enabled": True, "subject": "Away", "text": "Soon"}
FORWARD = {"enabled": True, "addresses": ["eve@example.com"], "copy_to_myself": True}
BOX = {"address": ADA, "password": "Geheim71x", "size": None, "auto_reply": REPLY, "auto_forward": FORWARD}
WRITING = {"check_name_servers": True, "allow_wildcard": False}
PURGE = {"purge_types": None, "purge_names": None, "max_delete_percent": 100.0, **WRITING}
SETS = [
    {"record": "www", "type": "A", "ttl": 3600, "value": ["192.0.2.1"]},
    {"record": "@", "type": "MX", "ttl": 3600, "value": ["10 mail.example.com"]},
    {"record": "_sip._tcp", "type": "SRV", "ttl": 3600, "value": ["10 5 5060 sip.example.com"]},
]
SITE: dict[str, Any] = {
    "domain": DOMAIN,
    "path": "/www",
    "http2": True,
    "letsencrypt": None,
    "https_redirect": True,
    "hostnames": None,
    "force": False,
    "state": "present",
}
ZONE = f"/dns/{DOMAIN}/records"
HOSTING = f"/linuxhostings/{DOMAIN}"
MAIL = f"/mailzones/{DOMAIN}"
CASES = [
    *(Case("dns_record", (ZONE,), {"zone": DOMAIN, **WRITING, "state": "present", **item}) for item in SETS),
    Case("dns_zone", (ZONE,), {"zone": DOMAIN, "record_sets": SETS, "purge": False, **PURGE}),
    Case("dns_zone", (ZONE,), {"zone": DOMAIN, "record_sets": SETS, "purge": True, **PURGE}),
    Case("dns_zone_info", (ZONE,), {"zone": DOMAIN, "record": "www", "type": None, "record_id": None}),
    *(
        Case(
            "scheduled_task",
            (f"{HOSTING}/scheduledtasks",),
            {"domain": DOMAIN, "tasks": None, **TASK, "exclusive": exclusive, "state": "present"},
        )
        for exclusive in (False, True)
    ),
    *(
        Case(
            "ssh_key",
            (f"{HOSTING}/ssh/keys",),
            {
                "domain": DOMAIN,
                "public_key": KEY,
                "keys": None,
                "exclusive": exclusive,
                "max_delete_percent": 30.0,
                "state": "present",
            },
        )
        for exclusive in (False, True)
    ),
    Case("ssh_key_info", ("/ssh",), {"domain": None}),
    Case("mailbox", ("/mailboxes/ada%40example.com",), {**BOX, "mailboxes": None}),
    Case("mailbox", ("/mailboxes", "/mailboxes/ada%40example.com"), {"address": None, "mailboxes": [BOX]}),
    Case("mailbox_info", ("/mailboxes",), {"address": None, "domain": DOMAIN, "details": True}),
    Case("mail_alias", (MAIL,), {"address": "info@example.com", "destinations": [ADA], "aliases": None}),
    Case(
        "mail_zone",
        (MAIL,),
        {
            "domain": DOMAIN,
            "anti_spam": "basic",
            "catch_all": [ADA],
            "smtp_domains": [{"hostname": "out.example.com", "enabled": True}],
            "purge_smtp_domains": True,
            "max_delete_percent": 30.0,
        },
    ),
    Case("mail_zone_info", (MAIL,), {"domain": DOMAIN, "alias": "info@example.com"}),
    Case("linux_site", (HOSTING,), {**SITE, "site": None, "host_headers": [f"m.{DOMAIN}"]}),
    Case("linux_site", (HOSTING,), {**SITE, "site": f"shop.{DOMAIN}", "host_headers": [f"m.shop.{DOMAIN}"]}),
    Case(
        "linux_hosting",
        (HOSTING, f"{HOSTING}/phpsettings/availableversions"),
        {
            "domain": DOMAIN,
            "php_version": "8.3",
            "ftp_enabled": True,
            **dict.fromkeys(("memory_limit", "apcu", "gzip", "ssh_enabled")),
            "force": False,
        },
    ),
    Case("linux_hosting_info", ("/linuxhostings",), {"domain": None, "details": True, "php_versions": True}),
]
COMMON = {"state": "present", "update_password": "on_create", "password": None, "size": None, "prefix": None}


def places(value: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Yield every place inside a JSON value, itself first."""
    yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, inner in items:
        yield from places(inner, (*place, name))


def altered(answers: dict[str, Any], path: str, place: tuple[Any, ...], odd: Any) -> dict[str, Any]:
    """Return the answers with another value at a place of one answer."""
    answers = copy.deepcopy(answers)
    *parents, last = (path, *place)
    target: Any = answers
    for name in parents:
        target = target[name]
    if odd is not MISSING:
        target[last] = odd
    elif place:
        del target[last]
    return answers


def run(
    case: Case, answers: dict[str, Any], api_of: ApiOf, monkeypatch: pytest.MonkeyPatch
) -> tuple[dict[str, Any], Any]:
    """Run the task against these responses."""
    client, api = api_of(answers)
    monkeypatch.setattr(ResellerClient, "for_task", classmethod(lambda _class, _task: client))
    module = importlib.import_module(f"ansible_collections.reseller.toolkit.plugins.modules.reseller_{case.module}")
    task = Task(params={**COMMON, **case.params}, check_mode=False)
    return result_of(module.run, task), api


def places_of(case: Case) -> list[tuple[str, tuple[Any, ...]]]:
    return [(path, place) for path in case.paths for place in places(WORLD[path])]


def judged(case: Case, path: str, place: tuple[Any, ...], odd: Any, api_of: ApiOf, patch: pytest.MonkeyPatch) -> None:
    result, api = run(case, altered(WORLD, path, place, odd), api_of, patch)
    told = f"{case.module} with {path} {place} {odd!r}: {result.get('msg')}"
    if result.get("failed"):
        assert result["error"]["kind"] in FITTING, told
    original: Any = WORLD[path]
    for name in place:
        original = original[name]
    if is_another_thing(original, place, odd):
        return
    assert not [write for write in api.writes if write.startswith("POST")], told


def is_another_thing(original: Any, place: tuple[Any, ...], odd: Any) -> bool:
    """Return whether the response is readable, and shows something else than the task wants."""
    last = place[-1] if place else None
    if odd is MISSING:
        # A list without an item is valid; the vendor describes a default of the weight.
        return isinstance(last, int) or last == "weight"
    if type(odd) is not type(original):
        return odd is None and last == "weight"
    if isinstance(odd, str):
        return bool(odd.strip()) or last == "record_name"
    if isinstance(odd, list):
        return all(isinstance(item, str) and bool(item.strip()) and isinstance(original[0], str) for item in odd)
    return not isinstance(odd, dict)


def test_unchanged_responses_need_no_change(api_of: ApiOf, monkeypatch: pytest.MonkeyPatch) -> None:
    for case in CASES:
        result, api = run(case, copy.deepcopy(WORLD), api_of, monkeypatch)
        assert not result.get("failed") and not result.get("changed") and api.writes == [], (case, result)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.module)
def test_every_property_with_every_odd_value(case: Case, api_of: ApiOf, monkeypatch: pytest.MonkeyPatch) -> None:
    for path, place in places_of(case):
        for odd in ODD:
            judged(case, path, place, odd, api_of, monkeypatch)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.module)
def test_any_json_anywhere(case: Case, api_of: ApiOf) -> None:
    @settings(max_examples=60)
    @given(st.sampled_from(places_of(case)), odd_values)
    @example((case.paths[0], ()), {})
    def holds(where: tuple[str, tuple[Any, ...]], odd: Any) -> None:
        with pytest.MonkeyPatch.context() as patch:
            judged(case, *where, odd, api_of, patch)

    holds()
