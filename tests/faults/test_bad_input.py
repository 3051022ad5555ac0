# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Odd values for every option of every module: each is refused before any request by a message that names the option,
or it is sent in canonical form, without mistakes that a client should have caught.
"""

from __future__ import annotations

import itertools
import json
import os
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, chdir
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.launcher import SandboxProcess
from tests.contract import checker
from tests.faults.odd_configcat import ConfigCat
from tests.faults.odd_crossbrowsertesting import CrossBrowserTesting
from tests.faults.odd_dataflowkit import DataflowKit
from tests.faults.odd_departureboard import DepartureBoard
from tests.faults.odd_peertube import PeerTube
from tests.faults.odd_reseller import Reseller
from tests.faults.odd_service import Service
from tests.faults.odd_values import odd_values
from tests.faults.options import Option, Options, holds, replaced, value_at
from tests.support.children import connection, run_module

SERVICES: dict[str, type[Service]] = {
    service.name: service
    for service in (Reseller, ConfigCat, PeerTube, CrossBrowserTesting, DataflowKit, DepartureBoard)
}
MODULES = [(service, module) for service in SERVICES.values() for module in service.modules()]
OPTIONS = [option for service, module in MODULES for option in service.options(module)]
#: Common options behave the same in all modules: one module represents the others.
SIMPLEST = {service.simplest for service in SERVICES.values()}
QUICK = [option for option in OPTIONS if not option.is_shared or option.module in SIMPLEST]
#: The number of values for each option, besides none: in `make test`, and in `make faults`, if not FAULT_EXAMPLES.
FEW, MANY = 1, int(os.environ.get("FAULT_EXAMPLES", "4"))
#: Whether each run of one version draws the same values, so that one that failed can be repeated.
IS_REPEATABLE = "FAULT_EXAMPLES" not in os.environ
UNRESERVED = r"[A-Za-z0-9\-._~!$&'()*+,;=:@]"
SENT_PATH = re.compile(rf"(/({UNRESERVED}|%[0-9A-F]{{2}})+)+")
SENT_QUERY = re.compile(rf"({UNRESERVED}|[/?]|%[0-9A-F]{{2}})*")
#: Control characters (C0, DEL, C1), marks that reorder text, line separators.
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
#: The minimum length of the secrets that are searched.
SECRET = 8
MASK = "********"
#: Kinds of errors that mean that a response was not waited for.
GIVEN_UP = frozenset({"connection", "outcome_unknown"})
#: Ansible's messages about an item of a list that don't name the list.
UNNAMED = frozenset(
    {
        "dictionary requested, could not parse JSON or key=value",
        "unable to evaluate string as dictionary",
        'unable to evaluate string in the "key=value" format as dictionary',
    }
)


class Shop:
    """A sandbox of a service, and its exchanges."""

    def __init__(self, kind: type[Service], server: SandboxProcess, folder: Path) -> None:
        self.server = server
        self.folder = folder
        self._numbers = itertools.count(1)
        self._read = 0
        self.service = kind(server, folder, self.run)
        self.exchanges()

    def bases(self, module: str) -> list[Options]:
        """Return valid options for a module, with those for the connection."""
        more = {
            "ca_path": str(self.folder),
            "proxy": "",
            "timeout": 20,
            "retry_timeout": 20,
            "rate_limit_timeout": 0.01,
            "rate_limit_reserve": 0,
            "state_dir_group": False,
            **self.service.more_that_is_shared(),
        }
        if any(option.path == ("accept_unproven",) for option in self.service.options(module)):
            more["accept_unproven"] = ["4711"]
        reach = connection(self.server, self.folder / "state", **more)
        return [{**reach, **base} for base in self.service.bases(module, next(self._numbers))]

    def run(self, module: str, options: Options, *, check_mode: bool = False) -> Options:
        given = {**connection(self.server, self.folder / "state"), **options}
        with chdir(self.folder):
            return run_module(module, given, check_mode=check_mode)

    def secrets(self, module: str, options: Options) -> list[str]:
        """Return the secret texts among options, as escaped in JSON."""
        hidden = [one.path[0] for one in self.service.options(module) if one.spec.get("no_log")]
        return [json.dumps(options[name])[1:-1] for name in hidden if isinstance(options.get(name), str)]

    def exchanges(self) -> list[Options]:
        """Return the exchanges since the last call."""
        with self.server.exchange_log.open(encoding="utf-8") as log:
            log.seek(self._read)
            lines = log.read()
            self._read = log.tell()
        return [json.loads(line) for line in lines.splitlines()]

    def sent_by(self, module: str) -> list[Options]:
        """Return the exchanges of a module since the last call.

        An abandoned request of an earlier run can be logged late on a busy machine.
        """
        return [one for one in self.exchanges() if f"; {module})" in one["request_headers"]["user-agent"]]

    def hold(self, option: Option, base: Options, value: Any, check_mode: bool) -> None:
        """Run the module with this value, and check its guarantees."""
        if option.is_shared:
            # With a possibly missing server, nothing is retried for long.
            base = {**base, "retry_timeout": 0.1}
        options = replaced(base, option.path, value)
        try:
            result = self.run(option.module, options, check_mode=check_mode)
        except (TypeError, ValueError, OverflowError) as error:
            # Ansible's check fails on a number instead of suboptions, and on one that is too large.
            assert re.search("is not iterable|convert Infinity|too large to convert|Exceeds the limit", str(error))
            assert self.sent_by(option.module) == []
            return
        kind = result.get("error", {}).get("kind")
        if kind in GIVEN_UP:
            # The sandbox may still execute an abandoned request.
            time.sleep(0.3)
        sent = self.sent_by(option.module)
        if MASK in str(kind):
            # A secret of one letter is masked in all words; `proxy` can contain a secret too.
            assert sent == [] or option.is_shared or self.service.needs_a_read & {*option.path}
            return
        assert kind != "internal", result
        if sent:
            for exchange in sent:
                check_canonical(exchange, self.service, own_query=option.module == f"{self.service.name}_api")
            if kind == "invalid_option" and "a text is needed" in result["msg"]:
                # The module first reads whether anything would change: if not, it only warns.
                methods = {exchange["method"] for exchange in sent if exchange["path"] != self.service.login}
                assert methods == {"GET"}, result
                assert not option.module.endswith("_info"), result
            elif kind == "invalid_option":
                told = re.split(r"[.\[\]]+", result["msg"].partition(":")[0])
                assert self.service.needs_a_read & {*option.path, *told}, result
        elif (
            result.get("failed")
            and kind not in self.service.without_option
            and value not in option.spec.get("choices", ())
        ):
            assert kind in {None, "invalid_option"}, result
            # Without the option, the message is about its alternative.
            named = value is None or any(name in result["msg"] for name in option.path)
            assert named or result["msg"] in UNNAMED, result
        text = json.dumps(result)
        text.encode()
        # Shorter secrets can be part of harmless words.
        assert not any(len(secret) >= SECRET and secret in text for secret in self.secrets(option.module, options))


def check_canonical(exchange: Options, service: Service, *, own_query: bool) -> None:
    """Check that the request of an exchange is canonical, without mistakes that a client should have caught.

    Args:
        exchange: as logged.
        service: the service that received it.
        own_query: the user wrote path, query and body.
    """
    path, query = exchange["path"], exchange["query"]
    assert path.startswith(service.roots), exchange
    assert SENT_PATH.fullmatch(path) and SENT_QUERY.fullmatch(query), exchange
    for segment in path.split("/")[1:]:
        text = unquote(segment, errors="strict")
        assert not CONTROL.search(text) and text not in {".", ".."}, exchange
        assert own_query or not {"/", "\\"} & set(text), exchange
    assert exchange["status"] is None or exchange["status"] < 500, exchange
    if own_query:
        return
    assert [found for found in checker.check(exchange) if found.side == "request"] == [], exchange
    service.check_more(exchange)
    for name, text in service.texts(exchange):
        assert name in service.lines or not CONTROL.search(text), exchange
        assert name not in service.forms or service.forms[name].fullmatch(text), exchange
    if exchange["status"] == 400:
        assert service.refusals(exchange["response_body"]) <= service.of_the_state, exchange


@pytest.fixture(scope="module")
def shop_of(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Shop]]:
    """Returns the shop for a module; a sandbox starts when the first module of its service needs it."""
    with ExitStack() as stack, pytest.MonkeyPatch.context() as patch:
        # Raw calls need not be in the contract.
        patch.delenv("EXCHANGE_LOG_DIR", raising=False)

        @cache
        def opened(service: type[Service]) -> Shop:
            server = stack.enter_context(service.sandbox())
            return Shop(service, server, tmp_path_factory.mktemp(service.name))

        yield lambda module: opened(SERVICES[module.partition("_")[0]])


@pytest.mark.parametrize("module", [module for _service, module in MODULES])
def test_every_option_has_a_good_value_to_begin_with(module: str, shop_of: Callable[[str], Shop]) -> None:
    shop = shop_of(module)
    sets = shop.bases(module)
    options = shop.service.options(module)
    lacking = [str(option) for option in options if not any(holds(one, option.path) for one in sets)]
    assert lacking == []
    for one in sets:
        for check_mode in (True, False):
            result = shop.run(module, one, check_mode=check_mode)
            assert not result.get("failed"), result
    # The next test must not take them for its exchanges.
    shop.exchanges()


def check_option(shop: Shop, option: Option, examples: int) -> None:
    """Give an option no value, and this number of odd values."""
    goods = {
        number: value_at(one, option.path)
        for number, one in enumerate(shop.bases(option.module))
        if holds(one, option.path)
    }
    drawn = st.sampled_from([*goods]).flatmap(
        lambda number: st.tuples(st.just(number), odd_values(option, goods[number]))
    )

    @settings(
        max_examples=examples,
        derandomize=IS_REPEATABLE,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=False,
    )
    @given(drawn, st.booleans())
    @example((min(goods), None), False)
    def is_refused_or_canonical(odd: tuple[int, Any], check_mode: bool) -> None:
        number, value = odd
        shop.hold(option, shop.bases(option.module)[number], value, check_mode)

    is_refused_or_canonical()


@pytest.mark.parametrize(
    ("module", "option"),
    [
        ("configcat_info", "organization"),
        ("configcat_info", "product"),
        ("configcat_info", "config"),
        ("configcat_info", "environment"),
        ("configcat_info", "tag"),
        ("configcat_integration_link_info", "link_key"),
        ("configcat_sdk_key_info", "product"),
        ("configcat_sdk_key_info", "config"),
        ("configcat_sdk_key_info", "environment"),
        ("departureboard_info", "crs"),
        ("departureboard_info", "station_name"),
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
def test_an_empty_name_does_not_stand_for_all(module: str, option: str, shop_of: Callable[[str], Shop]) -> None:
    shop = shop_of(module)
    shop.exchanges()
    base = next(one for one in shop.bases(module) if option in one)
    result = shop.run(module, {**base, option: ""})
    assert result["error"]["kind"] == "invalid_option"
    assert result["msg"].startswith(f"{option}: ")
    assert shop.exchanges() == []


@pytest.mark.parametrize("option", QUICK, ids=str)
def test_odd_values(option: Option, shop_of: Callable[[str], Shop]) -> None:
    check_option(shop_of(option.module), option, FEW)


@pytest.mark.faults
@pytest.mark.parametrize("option", OPTIONS, ids=str)
def test_many_odd_values(option: Option, shop_of: Callable[[str], Shop]) -> None:
    check_option(shop_of(option.module), option, MANY)
