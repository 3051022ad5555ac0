# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""With any JSON from the API, a module reports what is wrong, and orders nothing that exists."""

from __future__ import annotations

import copy
import tempfile
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, result_of
from tests.support.csr import make_csr
from tests.support.fake_api import BASE, FakeApi, answer
from tests.support.samples import REGISTRANT

FINGERPRINT, JOB = "a" * 40, "0ca5b5d2-3cf0-4c44-9f09-5ee4ac8a8f2d"
NAME = "shop.example"
PRODUCT = {"common_name": NAME, "validation_level": "domain_validated"}
NAMES = {"subject_alt_names": [{"type": "dns", "value": NAME}]}
CERTIFICATE = {**PRODUCT, "sha1_fingerprint": FINGERPRINT, "type": "standard", "expires_after": "2099-01-01T00:00:00Z"}
REQUEST = {**PRODUCT, "id": 7, "certificate_type": "standard"}
VALIDATION = {
    "dns_name": NAME,
    "type": "dns",
    "auto_validated": False,
    "cname_validation_name": f"_abc.{NAME}",
    "cname_validation_content": "abc.vendor.example",
}
RECORD = {"id": "1-1", "type": "CNAME", "record_name": "_abc", "content": "old.vendor.example"}
DOMAIN = {"domain_name": NAME, "will_renew": True}
SERVERS = {"name_servers": [{"name": "NS1.Example.net", "ip": "192.0.2.53"}]}
JOB_PATH = f"/provisioningjobs/{JOB}"
HOSTING, ACCOUNTS = f"/linuxhostings/{NAME}", "/accounts"
ACCOUNT = {"id": 5, "identifier": NAME, "servicepack_id": 1002}
DATABASE = {"name": "ID12_main", "account_id": 5}
USERS = [{"name": "ID12_main", "rights": "read_and_write", "enabled": True}] + [
    {"name": "ID12_ro", "rights": "read_only", "enabled": True}
]
PACKS = [{"id": 1002, "name": "Linux Pro"}]
DATABASES = {
    ACCOUNTS: [ACCOUNT],
    "/accounts/5": ACCOUNT,
    HOSTING: {"domain_name": NAME, "mysql_database_names": ["ID12_main"]},
    "/mysqldatabases": [DATABASE],
    "/mysqldatabases/ID12_main": DATABASE,
    "/mysqldatabases/ID12_main/users": USERS,
}
CERTIFICATES = {
    "/sslcertificaterequests": [],
    "/sslcertificates": [CERTIFICATE],
    f"/sslcertificates/{FINGERPRINT}": {**CERTIFICATE, **NAMES},
}
REQUESTS = {
    "/sslcertificaterequests": [REQUEST],
    "/sslcertificaterequests/7": {**REQUEST, **NAMES, "validations": [VALIDATION]},
    "/sslcertificates": [],
    f"/dns/{NAME}/records": [RECORD],
}
DOMAINS = {
    "/domains": [DOMAIN],
    f"/domains/{NAME}": {**DOMAIN, "can_toggle_renew": True, "registrant": REGISTRANT, **SERVERS},
}
CSR = make_csr(NAME)
PASSWORD = "Dbs0geheim72"


class Case(NamedTuple):
    """A module, its options, the API's responses, and those of them on which orders depend."""

    module: str
    options: dict[str, Any]
    answers: dict[str, Any]


SSL = {"csr_content": CSR, "confirm_purchase": f"ssl standard domain_validated {NAME}"}
BUY = {"registration": "register", "registrant": REGISTRANT, "confirm_purchase": f"domain register {NAME}"}
USER = {"account": NAME, "database": "main", "name": "ro", "password": PASSWORD}
CASES = {
    "account": Case(
        "reseller_account",
        {"identifier": NAME, "servicepack": "Linux Pro"},
        {ACCOUNTS: [ACCOUNT], HOSTING: DATABASES[HOSTING], "/servicepacks": PACKS},
    ),
    "account info": Case(
        "reseller_account_info",
        {"details": True},
        {ACCOUNTS: [ACCOUNT], "/accounts/5": {**ACCOUNT, "servicepack": PACKS[0]}},
    ),
    "servicepack info": Case("reseller_servicepack_info", {"name": "Linux Pro"}, {"/servicepacks": PACKS}),
    "database": Case("reseller_mysql", {"account": NAME, "name": "main", "password": PASSWORD}, DATABASES),
    "database, account by id": Case(
        "reseller_mysql",
        {"account": "5", "name": "main", "password": PASSWORD, "update_password": "always"},
        DATABASES,
    ),
    "database by full name": Case("reseller_mysql", {"name": "ID12_main", "password": PASSWORD}, DATABASES),
    "database to remove": Case("reseller_mysql", {"account": NAME, "name": "main", "state": "absent"}, DATABASES),
    "database info": Case("reseller_mysql_info", {"account": NAME, "users": True}, DATABASES),
    "databases of all": Case("reseller_mysql_info", {"users": True}, DATABASES),
    "user": Case("reseller_mysql_user", {**USER, "update_password": "always", "enabled": False}, DATABASES),
    "user to remove": Case("reseller_mysql_user", {**USER, "state": "absent"}, DATABASES),
    "certificate": Case("reseller_ssl", SSL, CERTIFICATES),
    "request": Case("reseller_ssl", SSL, REQUESTS),
    "request, only followed": Case("reseller_ssl", {**SSL, "state": "requested"}, REQUESTS),
    "certificate info": Case(
        "reseller_ssl_info",
        {"details": True, "requests": True, "expires_within_days": 30000, "common_name": NAME},
        {**REQUESTS, **CERTIFICATES, "/sslcertificaterequests": [REQUEST]},
    ),
    "domain": Case("reseller_domain", {"name": NAME, "name_servers": ["ns2.example.net"], **BUY}, DOMAINS),
    "domain, renewal": Case("reseller_domain", {"name": NAME, "will_renew": False}, DOMAINS),
    "domain info": Case("reseller_domain_info", {"details": True}, DOMAINS),
    "job": Case(
        "reseller_job",
        {"job_ids": [JOB], "wait": False},
        {JOB_PATH: {"id": JOB, "status": "ongoing", "completion": {"estimate": "2026-01-01T00:00:00Z"}}},
    ),
    "account's order": Case(
        "reseller_account",
        {"identifier": NAME, "servicepack": "1002"},
        {ACCOUNTS: [], "/servicepacks": PACKS, JOB_PATH: {"status": "finished", "resource_links": ["/v2/accounts/5"]}},
    ),
    "database's order": Case(
        "reseller_mysql",
        {"account": NAME, "name": "other", "password": PASSWORD},
        {
            **DATABASES,
            JOB_PATH: {"status": "finished", "resource_links": ["/v2/mysqldatabases/ID12_other"]},
            "/mysqldatabases/ID12_other": {"name": "ID12_other", "account_id": 5},
        },
    ),
}
MISSING: Any = object()
ODD: list[Any] = [MISSING, None, "", " ", "x", "..", 0, -1, 1.5, True, [], [None], [7], [{}], [[]], {}, {"a": None}]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


def places(value: Any, *at: Any) -> Iterator[tuple[Any, ...]]:
    """Return the place of a property or an item in JSON."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []:
        yield (*at, key)
        yield from places(inner, *at, key)


PLACES = {name: [at for at in places(case.answers) if len(at) > 1] for name, case in CASES.items()}


def run(name: str, at: tuple[Any, ...], value: Any, *, check_mode: bool) -> tuple[dict[str, Any], FakeApi, Any]:
    """Run a case with one odd value in the responses; return its result, what was sent, and the usual value."""
    case = CASES[name]
    answers = copy.deepcopy(case.answers)
    *outer, last = at
    inside: Any = answers
    for key in outer:
        inside = inside[key]
    usual = inside[last]
    if value is MISSING:
        del inside[last]
    else:
        inside[last] = value
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        api = FakeApi(Path(folder))
        for path, told in answers.items():
            (api.lists if isinstance(told, list) else api.things)[path] = told
        for path in (ACCOUNTS, "/mysqldatabases", "/domains/registrations", "/mysqldatabases/ID12_main/users"):
            api.on[f"POST {path}"] = lambda _body: answer(202, Location=f"{BASE}{JOB_PATH}")
        api.on["PUT /sslcertificaterequests/7"] = lambda _body: answer(202)
        if "order" in name:
            api.on[f"GET {JOB_PATH}"] = lambda _body: answer(201, answers[JOB_PATH])
        patch.setattr(ResellerClient, "for_task", lambda task: api.client(read_only=task.check_mode))
        module = import_module(f"ansible_collections.reseller.toolkit.plugins.modules.{case.module}")
        spec = module.SPEC["argument_spec"]
        times = {"settle_time": 0.0, "wait": False, "poll_min": 0.001, "poll_max": 0.001, "wait_timeout": 0.01}
        params = {option: told.get("default") for option, told in spec.items()}
        params.update({option: time for option, time in times.items() if option in spec})
        return result_of(module.run, Task({**params, **case.options}, check_mode, verbosity=3)), api, usual


def check(name: str, at: tuple[Any, ...], value: Any, *, check_mode: bool) -> None:
    result, api, usual = run(name, at, value, check_mode=check_mode)
    kind = result["error"]["kind"] if result.get("failed") else ""
    assert kind != "internal", (at, value, result)
    assert not (check_mode and api.writes())
    if type(value) is not type(usual) and "order" not in name:
        orders = [write for write in api.writes() if write.startswith("POST ") and "/dns/" not in write]
        assert orders == [], (at, value, result)


@pytest.mark.parametrize("name", CASES)
def test_usual_responses_are_no_error(name: str) -> None:
    at = PLACES[name][0]
    case = CASES[name]
    usual: Any = case.answers
    for key in at:
        usual = usual[key]
    result, _api, _usual = run(name, at, usual, check_mode=False)
    assert not result.get("failed"), result


@pytest.mark.parametrize("name", CASES)
def test_any_odd_value_in_a_response_is_reported(name: str) -> None:
    for at in PLACES[name]:
        # A list without one of its items is valid: the missing thing is not an error.
        for value in ODD if isinstance(at[-1], str) else ODD[1:]:
            check(name, at, value, check_mode=value is None)


@pytest.mark.parametrize("name", CASES)
@settings(max_examples=40)
@given(data=st.data())
def test_any_json_in_a_response_is_reported(name: str, data: st.DataObject) -> None:
    at = data.draw(st.sampled_from(PLACES[name]))
    check(name, at, data.draw(JSON), check_mode=data.draw(st.booleans()))
