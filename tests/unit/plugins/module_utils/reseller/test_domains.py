# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Domain names: confirming a purchase, finding them, and bringing a new one into its desired state."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.domains import (
    Purchase,
    check_renewal,
    domain_name,
    existing_domain,
    find_domain,
    finish_new,
    is_known_to_renew,
    name_servers_in,
    renewals_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order import Placed
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from tests.support.fake_api import FakeApi, answer


@pytest.mark.parametrize("name", ["www.example.com", "example", "a_b.example", "-a.example", "*.example.com"])
def test_names_that_cannot_be_registered(name: str) -> None:
    with pytest.raises(ToolkitError, match="name"):
        domain_name("name", name)


def test_purchase_is_confirmed_word_for_word() -> None:
    purchase = Purchase("transfer", "example.com", {}, "code", [])
    purchase.check_confirmation("  Domain  transfer example.com ")
    for given in (None, "", "domain register example.com", "domain transfer example.org"):
        with pytest.raises(ToolkitError, match=r"domain transfer example\.com") as caught:
            purchase.check_confirmation(given)
        assert caught.value.kind == "purchase_not_confirmed"


def test_renewal_that_is_locked() -> None:
    check_renewal({"domain_name": "example.com", "can_toggle_renew": True}, False)
    # The API does not always return it.
    check_renewal({"domain_name": "example.com"}, False)
    check_renewal({"domain_name": "example.com", "can_toggle_renew": None}, False)
    with pytest.raises(ToolkitError, match="invoice") as caught:
        check_renewal({"domain_name": "example.com", "can_toggle_renew": False, "will_renew": True}, False)
    assert caught.value.kind == "renewal_locked"


NAME, PATH = "example.com", "/domains/example.com"
LISTED = {"domain_name": "Example.COM", "will_renew": True}
DETAIL: dict[str, Any] = {
    **LISTED,
    "can_toggle_renew": True,
    "name_servers": [{"name": "NS1.Example.net.", "ip": "192.0.2.53"}, {"name": "ns2.example.net", "ip": None}],
    "registrant": {"first_name": "ADA", "city": "Brugge", "email": "ada@example.net"},
}
SERVERS = ["ns1.example.net", "ns2.example.net"]


@pytest.fixture
def api(tmp_path: Path) -> FakeApi:
    api = FakeApi(tmp_path)
    api.lists["/domains"] = [{"domain_name": "other.example"}]
    return api


def fails(work: Callable[[], Any], kind: str) -> ToolkitError:
    with pytest.raises(ToolkitError) as caught:
        work()
    assert caught.value.kind == kind, caught.value
    return caught.value


def purchase(*servers: str) -> Purchase:
    return Purchase(
        "register", NAME, {"first_name": "Ada", "city": "Gent", "email": "ada@example.net"}, None, [*servers]
    )


def test_domain_is_found_by_its_detail_and_absent_by_the_list(api: FakeApi) -> None:
    assert isinstance(find_domain(api.client(), NAME), Absence)
    assert api.reads() == [PATH, "/domains", "/domains"]
    api.things[PATH] = DETAIL
    assert find_domain(api.client(), NAME) == DETAIL
    assert existing_domain(api.client(), NAME) == DETAIL


@pytest.mark.parametrize("name", [None, "", 7, "other.example"])
def test_detail_of_another_domain_is_not_it(api: FakeApi, name: Any) -> None:
    api.things[PATH] = {**DETAIL, "domain_name": name}
    fails(lambda: find_domain(api.client(), NAME), "unproven")
    fails(lambda: existing_domain(api.client(), NAME), "protocol")


def test_listed_domain_without_a_detail_is_a_contradiction(api: FakeApi) -> None:
    api.lists["/domains"].append(LISTED)
    assert NAME in fails(lambda: find_domain(api.client(), NAME), "unproven").message
    assert isinstance(find_domain(api.client(accepted=(NAME,)), NAME), Absence)


def test_unreadable_name_servers_are_not_mistaken_for_none() -> None:
    assert name_servers_in(DETAIL) == SERVERS
    odd: list[Any] = [None, {}, "ns1.example.net", [None], ["ns1.example.net"], [{}], [{"name": None}]]
    for servers in odd:
        with pytest.raises(Unreadable):
            name_servers_in({"name_servers": servers})


def test_renewal_is_as_reported_or_as_last_set(api: FakeApi) -> None:
    remembered = renewals_of(api.task(), api.client(), NAME)
    assert is_known_to_renew({"will_renew": True}, remembered, True)
    assert not is_known_to_renew({"will_renew": True}, remembered, False)
    assert not is_known_to_renew({}, remembered, True)
    odd: list[Any] = ["true", 1, []]
    for told in odd:
        with pytest.raises(Unreadable):
            is_known_to_renew({"will_renew": told}, remembered, True)


@pytest.mark.parametrize("is_own", [True, False])
def test_name_servers_of_a_recovered_domain_are_set(api: FakeApi, is_own: bool) -> None:
    """An earlier order may have named others; the order of this run did not."""
    task = api.task()
    placed = Placed(DETAIL, changed=False, recovered=not is_own, is_own=is_own)
    domain, is_set = finish_new(task, api.client(), placed, purchase("ns1.example.net", "ns3.example.net"), None)
    assert is_set is not is_own
    if is_own:
        assert (domain, api.sent, task.warnings) == (DETAIL, [], [])
        return
    body = {"domain_name": NAME, "name_servers": ["ns1.example.net", "ns3.example.net"]}
    assert [request for request in api.sent if request[0] == "PUT"] == [
        ("PUT", "/domains/Example.COM/nameservers", {**body, "domain_name": "Example.COM"})
    ]
    assert domain is not None
    assert domain["name_servers"] == [DETAIL["name_servers"][0], {"name": "ns3.example.net"}]
    assert "registrant that differs in city." in task.warnings[0]
    assert "Brugge" not in task.warnings[0]


def test_recovered_domain_that_is_as_wanted_is_left_alone(api: FakeApi) -> None:
    placed = Placed(DETAIL, recovered=True)
    for wanted in (purchase(*reversed(SERVERS)), purchase()):
        assert finish_new(api.task(), api.client(), placed, wanted, True) == (DETAIL, False)
    assert finish_new(api.task(), api.client(), Placed(None), purchase(*SERVERS), True) == (None, False)
    assert api.sent == []


def test_renewal_of_a_new_domain_is_set_if_it_can_be(api: FakeApi) -> None:
    domain, is_set = finish_new(api.task(), api.client(), Placed(DETAIL, is_own=True), purchase(), False)
    assert (domain, is_set) == ({**DETAIL, "will_renew": False}, True)
    untold = {name: value for name, value in DETAIL.items() if name not in {"can_toggle_renew", "registrant"}}
    domain, is_set = finish_new(api.task(), api.client(), Placed(untold, is_own=False), purchase(), False)
    assert (domain, is_set) == ({**untold, "will_renew": False}, True)
    assert api.writes() == ["PUT /domains/Example.COM/renew"] * 2
    task, locked = api.task(), {**DETAIL, "can_toggle_renew": False}
    assert finish_new(task, api.client(), Placed(locked, is_own=True), purchase(), False) == (locked, False)
    assert "can't be changed yet" in task.warnings[0]


@pytest.mark.parametrize("changed", [True, False])
def test_failure_after_an_order_reports_the_state_of_the_order(api: FakeApi, changed: bool) -> None:
    api.on["PUT /domains/Example.COM/nameservers"] = lambda _body: answer(400, {})
    placed = Placed(DETAIL, changed=changed, recovered=True)
    with pytest.raises(ToolkitError) as caught:
        finish_new(api.task(), api.client(), placed, purchase("ns3.example.net"), None)
    facts = caught.value.facts
    assert (facts["changed"], facts["recovered"], facts["failed_writes"]) == (changed, True, ["name_servers"])
