# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database whose name the API truncated is not ordered twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller import database_orders, databases
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.database_names import (
    AskedName,
    check_database_name,
    check_length,
    check_user_name,
    is_cut,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.named_accounts import NamedAccount
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Orders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
from tests.support.fake_api import ORDERING, FakeApi, answer

LONG = "customer_webshop"
CUT = "ID12_customer_websh"
JOB = "11111111-2222-4333-8444-555555555555"
ACCOUNT = {"id": 5, "identifier": "shop.example"}


@pytest.mark.parametrize(
    ("asked", "there", "cut"),
    [
        (LONG, CUT, True),
        (LONG.upper(), CUT, True),
        (LONG, "ID12_customer_webs", False),
        (LONG, "ID12_customer_webshop", False),
        (LONG, "ID12_customer_websk", False),
        (LONG, "ID12_customer", False),
        ("customer_websh", CUT, False),
        ("customer_webshop_of_the_year", "ID12_customer_webshop_of", True),
    ],
)
def test_cut_is_the_beginning_of_a_long_name(asked: str, there: str, cut: bool) -> None:
    assert is_cut(asked, there) is cut


@pytest.mark.parametrize("name", ["a" * 14, "ID123456_" + "a" * 14, "a"])
def test_short_names_may_be_ordered(name: str) -> None:
    check_length("name", name, allow_long=False)


@pytest.mark.parametrize("name", ["a" * 15, "ID123456_" + "a" * 15, "ID_" + "a" * 12])
def test_long_names_may_be_ordered_only_when_allowed(name: str) -> None:
    check_length("name", name, allow_long=True)
    with pytest.raises(ToolkitError, match=r"15 characters.*allow_long_name: true") as caught:
        check_length("name", name, allow_long=False)
    assert caught.value.kind == "invalid_option"


class Api(FakeApi):
    """An API with one account and its hosting; the names of its databases are truncated."""

    def __init__(self, state_dir: Path) -> None:
        super().__init__(state_dir)
        names = {"mysql_database_names": [CUT]}
        detail = {"name": CUT, "account_id": 5}
        self.lists = {"/accounts": [{**ACCOUNT, "servicepack_id": 1}], "/mysqldatabases": [detail]}
        self.things: dict[str, Any] = {
            "/linuxhostings/shop.example": {"domain_name": "shop.example", **names},
            "/accounts/5": ACCOUNT,
            f"/mysqldatabases/{CUT}": detail,
        }

    def find(self, *accepted: str, name: str = LONG, shared: bool = False) -> Any:
        client = self.client(accepted=accepted)
        find = databases.known_database if shared else databases.find_database
        return find(client, NamedAccount(client, "shop.example"), name)

    def links_to(self, name: str) -> Any:
        """Use the object that a finished job names."""
        order = database_orders.database_order(self.client(), ACCOUNT, LONG, "geheim", warn=self.warnings.append)
        assert order.from_links is not None
        return order.from_links((f"/v2/mysqldatabases/{name}",))


@pytest.fixture
def api(tmp_path: Path) -> Api:
    return Api(tmp_path)


def test_name_that_may_be_a_cut_one_proves_nothing(api: Api) -> None:
    with pytest.raises(Unproven, match="cut by the API") as caught:
        api.find()
    assert caught.value.facts["unproven"]["id"] == CUT
    assert isinstance(api.find(CUT), Absence) and CUT in api.warnings[0]


def test_cut_name_in_another_account_proves_absence(api: Api) -> None:
    api.lists["/mysqldatabases"][0]["account_id"] = 6
    assert isinstance(api.find(), Absence)


def test_name_from_a_job_is_found_again(api: Api) -> None:
    """With both searches, whatever the name; without a second warning."""
    api.things["/mysqldatabases/ID13_other"] = {"name": "ID13_other", "account_id": 5}
    assert api.links_to(CUT)["name"] == CUT and len(api.warnings) == 1 and CUT in api.warnings[0]
    assert api.find()["name"] == api.find(shared=True)["name"] == CUT
    assert api.links_to(CUT)["name"] == CUT and len(api.warnings) == 1
    api.things["/linuxhostings/shop.example"]["mysql_database_names"] = []
    assert api.find()["name"] == CUT
    with pytest.raises(Unproven):
        api.find(name=LONG + "s")


def test_name_as_asked_for_wins_over_a_remembered_one(api: Api) -> None:
    api.links_to(CUT)
    full = f"ID14_{LONG}"
    api.things[f"/mysqldatabases/{full}"] = {"name": full, "account_id": 5}
    api.things["/linuxhostings/shop.example"]["mysql_database_names"].append(full)
    assert api.find()["name"] == full


def test_best_name_is_the_exact_one_then_the_asked_one_then_what_a_job_reported(api: Api) -> None:
    api.links_to(CUT)
    asked = AskedName(api.client(), LONG)
    others = ["ID12_other", CUT]
    assert asked.best_of(others) == [CUT]
    assert asked.best_of([*others, f"ID12_{LONG.upper()}"]) == [f"ID12_{LONG.upper()}"]
    assert asked.best_of([*others, f"ID12_{LONG.upper()}", f"ID13_{LONG}"]) == [f"ID13_{LONG}"]
    assert asked.best_of(["ID12_other"]) == []


def test_name_of_another_account_is_not_remembered(api: Api) -> None:
    api.things[f"/mysqldatabases/{CUT}"]["account_id"] = 6
    assert api.links_to(CUT) is None and api.warnings == []
    assert not AskedName(api.client(), LONG).means(CUT)


@pytest.mark.parametrize("noted", [True, False])
def test_job_of_an_open_order_gives_the_name(api: Api, noted: bool) -> None:
    """The run that ordered was killed while it waited."""
    client = api.client()
    orders = Orders(client, ORDERING, warn=api.warnings.append, clock=api.clock)
    if noted:
        intent = orders.intent(databases.PATH, database_orders.order_key(5, LONG))
        orders.journal.write(intent, location=f"/v2/provisioningjobs/{JOB}", answered=True)
    links = {"id": JOB, "resource_links": [f"/v2/mysqldatabases/{CUT}"]}
    api.on[f"GET /provisioningjobs/{JOB}"] = lambda _body: answer(201, links)
    account = NamedAccount(client, "shop.example")
    assert database_orders.learn_name(client, orders, account, LONG, warn=api.warnings.append) is noted
    assert AskedName(client, LONG).means(CUT) is noted


def test_ongoing_job_gives_no_name(api: Api) -> None:
    client = api.client()
    orders = Orders(client, ORDERING, warn=api.warnings.append, clock=api.clock)
    intent = orders.intent(databases.PATH, database_orders.order_key(5, LONG))
    orders.journal.write(intent, location=f"/v2/provisioningjobs/{JOB}", answered=True)
    api.on[f"GET /provisioningjobs/{JOB}"] = lambda _body: answer(200, {"id": JOB, "status": "ongoing"})
    account = NamedAccount(client, "shop.example")
    assert not database_orders.learn_name(client, orders, account, LONG, warn=api.warnings.append)


@pytest.mark.parametrize(("check", "good", "bad"), [
    (check_database_name, ["shop", "A_1", "ID1_shop", "x" * 50], ["", "my-shop", "a b", "é", "x" * 51, "a\n"]),
    (check_user_name, ["ab", "a1", "x" * 14], ["", "a", "A1", "a_b", "x" * 15, "ab\n"]),
])  # fmt: skip
def test_database_and_user_names(check: Any, good: list[str], bad: list[str]) -> None:
    for name in good:
        check("name", name)
    for name in bad:
        with pytest.raises(ToolkitError):
            check("name", name)
