# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd values for every option of every module: each is refused before any request, in words that name the option, or
what is sent of it is in canonical form and nothing that a client should have caught."""

from __future__ import annotations

import itertools
import json
import re
import time
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sandbox.launcher import SandboxProcess
from tests.contract import checker
from tests.faults.odd_values import odd_values
from tests.faults.options import (
    HOSTING,
    MODULES,
    OPTIONS,
    QUICK,
    Option,
    Options,
    bases,
    holds,
    options_of,
    replaced,
    value_at,
)
from tests.support.children import connection, run_module
from tests.support.csr import make_csr

#: How many values an option gets: in the quick part, and in the long one.
FEW, MANY = 3, 12
UNRESERVED = r"[A-Za-z0-9\-._~!$&'()*+,;=:@]"
SENT_PATH = re.compile(rf"/v2(/({UNRESERVED}|%[0-9A-F]{{2}})+)+")
SENT_QUERY = re.compile(rf"({UNRESERVED}|[/?]|%[0-9A-F]{{2}})*")
LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?"
DOMAIN = re.compile(rf"(?=.{{1,253}}$)({LABEL}\.)+{LABEL}")
RECORD = re.compile(rf"@|(\*|{LABEL})(\.{LABEL})*")
ADDRESS = re.compile(rf"[a-z0-9!#$%&'*+=?^_`{{|}}~.-]{{1,64}}@({LABEL}\.)+{LABEL}")
DOMAIN_PATH = re.compile("/v2/(dns|linuxhostings|windowshostings|mailzones|domains)/([^/]+)")
#: The properties and parameters whose values have one form.
FORMS = {
    "domain_name": DOMAIN,
    "hostname": DOMAIN,
    "name_servers": DOMAIN,
    "target": DOMAIN,
    "record_name": RECORD,
    "email_address": ADDRESS,
    "email_addresses": ADDRESS,
    "destinations": ADDRESS,
}
#: Texts of several lines.
LINES = frozenset({"message", "csr"})
#: Refusals that depend on what the API has, and not on the form of what was given.
OF_THE_WORLD = frozenset(
    {
        "account_id_invalid",
        "database_name_already_exists",
        "domain_name_already_exists",
        "domain_name_invalid",
        "domain_name_not_available",
        "email_address_already_exists",
        "email_address_invalid",
        "ftp_password_not_allowed",
        "ftp_password_required",
        "hostname_already_exists",
        "identifier_already_exists",
        "identifier_invalid",
        "apcu_size_invalid",
        "mailbox_limit_reached",
        "memory_limit_invalid",
        "mysql_database_limit_reached",
        "name_already_exists",
        "name_servers_invalid",
        "path_not_found",
        "public_key_already_exists",
        "ssl_required",
    }
)
#: Kinds of errors before any request that say enough without being about one option.
TOLD_OTHERWISE = frozenset(
    {"purchase_not_confirmed", "connection", "proxy", "tls", "journal_unusable", "file", "rate_limited"}
)
MASK = "********"
#: Kinds of errors that tell that an answer was not waited for.
GIVEN_UP = frozenset({"connection", "outcome_unknown"})
#: What Ansible itself says of an item of a list without telling of which.
UNNAMED = frozenset(
    {"dictionary requested, could not parse JSON or key=value", "unable to evaluate string as dictionary"}
)
#: What can only be refused after a look at what there is.
NEEDS_A_LOOK = frozenset({"php_version", "servicepack", "password", "name", "state"})


class Shop:
    """A sandbox, and what happens at it."""

    def __init__(self, server: SandboxProcess, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self._numbers = itertools.count(1)
        self._read = 0
        server.seed(5)
        csr = folder / "request.csr"
        csr.write_text(make_csr("csr.example"))
        self.facts = {"folder": str(folder), "csr_path": str(csr), "job_id": "", "account_id": 0}
        self.facts["sentence"] = "ssl standard domain_validated csr.example"
        account = self.run("reseller_account_info", {"identifier": HOSTING})["accounts"][0]
        self.facts["account_id"] = account["id"]
        self.facts["job_id"] = self.run("reseller_mysql_user", self.bases("reseller_mysql_user")[0])["job"]["id"]
        server.control("POST", "folders", {"domain": HOSTING, "path": "/www"})
        self.exchanges()

    def bases(self, module: str) -> list[Options]:
        """Good options for a module, with those for the connection."""
        more = {
            "ca_path": str(self.folder),
            "proxy": "",
            "timeout": 20,
            "retry_timeout": 20,
            "rate_limit_timeout": 0.01,
            "rate_limit_reserve": 0,
            "read_cache": True,
        }
        reach = connection(self.server, self.folder / "state", **more)
        return [{**reach, **base} for base in bases(module, self.facts, next(self._numbers))]

    def run(self, module: str, options: Options, *, check_mode: bool = False) -> Options:
        given = {**connection(self.server, self.folder / "state"), **options}
        with chdir(self.folder):
            return run_module(module, given, check_mode=check_mode)

    def exchanges(self) -> list[Options]:
        """What was sent since the last look."""
        with self.server.exchange_log.open(encoding="utf-8") as log:
            log.seek(self._read)
            lines = log.read()
            self._read = log.tell()
        return [json.loads(line) for line in lines.splitlines()]

    def hold(self, option: Option, base: Options, value: Any, check_mode: bool) -> None:
        """Run the module with this value, and see that it keeps what it must keep."""
        if option.is_shared:
            # Where nobody may be at the other end, nothing is repeated for long.
            base = {**base, "retry_timeout": 0.1}
        try:
            result = self.run(option.module, replaced(base, option.path, value), check_mode=check_mode)
        except (TypeError, OverflowError) as error:
            # Ansible's own check stumbles over a number where options are inside, and over one that is too large.
            assert re.search("is not iterable|convert Infinity|too large to convert", str(error))
            assert self.exchanges() == []
            return
        kind = result.get("error", {}).get("kind")
        if kind in GIVEN_UP:
            # The sandbox may still be at a request that nobody waits for any more.
            time.sleep(0.3)
        # One that an earlier run gave up can be logged late on a busy machine.
        sent = [one for one in self.exchanges() if f"; {option.module})" in one["request_headers"]["user-agent"]]
        if option.spec.get("no_log") and MASK in str(kind):
            # A secret of one letter is hidden in all words.
            assert sent == [] or option.is_shared
            return
        assert kind != "internal", result
        if sent:
            for exchange in sent:
                check_canonical(exchange, own_query=option.module == "reseller_api")
            if kind == "invalid_option":
                assert NEEDS_A_LOOK & {*option.path, result["msg"].partition(":")[0]}, result
        elif result.get("failed") and kind not in TOLD_OTHERWISE and value not in option.spec.get("choices", ()):
            assert kind in {None, "invalid_option"}, result
            # What is not given leaves the word to the option that may stand in its place.
            named = value is None or any(name in result["msg"] for name in option.path)
            assert named or result["msg"] in UNNAMED, result
        json.dumps(result).encode()


def check_canonical(exchange: Options, *, own_query: bool) -> None:
    """One exchange must be of a request in canonical form, and not of one that a client should have caught.

    Args:
        exchange: as logged.
        own_query: the user wrote path, query and body.
    """
    path, query = exchange["path"], exchange["query"]
    assert SENT_PATH.fullmatch(path) and SENT_QUERY.fullmatch(query), exchange
    for segment in path.split("/")[1:]:
        text = unquote(segment, errors="strict")
        assert text.isprintable() and text not in {".", ".."}, exchange
        assert own_query or not {"/", "\\"} & set(text), exchange
    assert exchange["status"] is None or exchange["status"] < 500, exchange
    if own_query:
        return
    assert [found for found in checker.check(exchange) if found.side == "request"] == [], exchange
    named = DOMAIN_PATH.match(path)
    assert not named or named.group(2) in {"registrations", "transfers"} or DOMAIN.fullmatch(named.group(2)), exchange
    body = json.loads(exchange["request_body"] or "{}")
    for name, text in [*texts_of("", body), *parse_qsl(query)]:
        assert name in LINES or text.isprintable(), exchange
        assert name not in FORMS or FORMS[name].fullmatch(text), exchange
    if exchange["status"] == 400:
        complaints = json.loads(exchange["response_body"])["validation_errors"]
        assert {item["error_code"] for item in complaints} <= OF_THE_WORLD, exchange


def texts_of(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """All texts in a body, each with the property that it belongs to."""
    if isinstance(value, str):
        yield name, value
    elif isinstance(value, list):
        for item in value:
            yield from texts_of(name, item)
    elif isinstance(value, dict):
        for inner, item in value.items():
            yield from texts_of(inner, item)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    with pytest.MonkeyPatch.context() as patch:
        # What users are free to call with reseller_api need not be in the contract.
        patch.delenv("EXCHANGE_LOG_DIR", raising=False)
        server = SandboxProcess(job_seconds=0, rate_limit="10000000/60")
    with server:
        yield Shop(server, tmp_path_factory.mktemp("bad_input"))


@pytest.mark.parametrize("module", MODULES)
def test_every_option_has_a_good_value_to_begin_with(module: str, shop: Shop) -> None:
    sets = shop.bases(module)
    lacking = [str(option) for option in options_of(module) if not any(holds(one, option.path) for one in sets)]
    assert lacking == []
    for one in sets:
        for check_mode in (True, False):
            result = shop.run(module, one, check_mode=check_mode)
            assert not result.get("failed"), result


def check_option(shop: Shop, option: Option, examples: int) -> None:
    """Give an option so many odd values."""
    number = next(index for index, one in enumerate(shop.bases(option.module)) if holds(one, option.path))
    good = value_at(shop.bases(option.module)[number], option.path)

    @settings(max_examples=examples, deadline=None, suppress_health_check=list(HealthCheck), print_blob=False)
    @given(odd_values(option, good), st.booleans())
    def is_refused_or_canonical(value: Any, check_mode: bool) -> None:
        shop.hold(option, shop.bases(option.module)[number], value, check_mode)

    is_refused_or_canonical()


@pytest.mark.parametrize(
    ("module", "option"),
    [
        ("reseller_account_info", "identifier"),
        ("reseller_domain_info", "name"),
        ("reseller_linux_hosting_info", "domain"),
        ("reseller_linux_site", "site"),
        ("reseller_mail_zone_info", "alias"),
        ("reseller_mailbox_info", "address"),
        ("reseller_mysql_info", "account"),
        ("reseller_ssh_key_info", "domain"),
        ("reseller_ssl_info", "common_name"),
        ("reseller_windows_hosting_info", "domain"),
    ],
)
def test_an_empty_name_does_not_stand_for_all(module: str, option: str, shop: Shop) -> None:
    shop.exchanges()
    result = shop.run(module, replaced(shop.bases(module)[0], (option,), ""))
    assert result["error"]["kind"] == "invalid_option"
    assert result["msg"].startswith(f"{option}: ")
    assert shop.exchanges() == []


@pytest.mark.parametrize("option", QUICK, ids=str)
def test_odd_values(option: Option, shop: Shop) -> None:
    check_option(shop, option, FEW)


@pytest.mark.faults
@pytest.mark.parametrize("option", OPTIONS, ids=str)
def test_many_odd_values(option: Option, shop: Shop) -> None:
    check_option(shop, option, MANY)
