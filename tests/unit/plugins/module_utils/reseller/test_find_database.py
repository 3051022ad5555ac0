# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A database and its users are found under their provisioned names, and their absence is proven."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller import (
    database_names,
    database_orders,
    databases,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.named_accounts import NamedAccount
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Unreadable
from tests.support.fake_api import FakeApi, answer

HOSTING = "/linuxhostings/shop.example"
FULL = "ID12_shop"


class Api(FakeApi):
    """An API with one account, its hosting and a database of another account."""

    def __init__(self, state_dir: Path) -> None:
        super().__init__(state_dir)
        self.account = {"id": 5, "identifier": "shop.example", "servicepack_id": 1}
        self.lists = {"/accounts": [self.account], "/mysqldatabases": [{"name": "ID9_shop", "account_id": 9}]}
        self.hosting: dict[str, Any] = {"domain_name": "shop.example", "mysql_database_names": []}
        self.things = {HOSTING: self.hosting, "/accounts/5": {"id": 5, "identifier": "shop.example"}}

    def database(self, name: str = FULL, *, named: bool = True, listed: bool = True, account_id: int = 5) -> Any:
        """Add a database; return its detail."""
        detail = {"name": name, "account_id": account_id}
        self.things[f"/mysqldatabases/{name}"] = detail
        if named:
            self.hosting["mysql_database_names"].append(name)
        if listed:
            self.lists["/mysqldatabases"].append(dict(detail))
        return detail

    def find(self, *accepted: str, name: str = "shop", account: str = "shop.example") -> Any:
        """Search a database of an account."""
        client = self.client(accepted=accepted)
        return databases.find_database(client, NamedAccount(client, account), name)


@pytest.fixture
def api(tmp_path: Path) -> Api:
    return Api(tmp_path)


@pytest.fixture
def client(api: Api) -> ResellerClient:
    return api.client()


def fails(work: Callable[[], Any], kind: str) -> ToolkitError:
    with pytest.raises(ToolkitError) as caught:
        work()
    assert caught.value.kind == kind, caught.value
    return caught.value


def title(found: Any) -> str:
    assert isinstance(found, Absence)
    return found.title


def test_names_with_and_without_prefix() -> None:
    assert database_names.is_provisioned_name("ID123_shop")
    assert not any(map(database_names.is_provisioned_name, ("shop", "ID_shop", "id1_shop", "my_ID1_shop", "ID1shop")))
    assert database_names.asked_name("ID123_shop") == "shop"
    assert database_names.asked_name("ID1_ID2_shop") == "ID2_shop"
    assert database_names.asked_name("my_ID1_shop") == "my_ID1_shop"


def test_database_that_its_hosting_names_is_read_without_the_list(api: Api) -> None:
    detail = api.database()
    assert api.find() == detail
    assert "/mysqldatabases" not in api.reads()


def test_database_of_another_name_or_account_is_not_it(api: Api) -> None:
    api.database("ID12_other")
    assert title(api.find()) == "database shop of account shop.example"
    # Up to an empty page.
    assert api.reads().count("/mysqldatabases") == 2


def test_database_that_only_the_list_has_is_found(api: Api) -> None:
    api.database(named=False)
    assert api.find() == {"name": FULL, "account_id": 5}


def test_account_without_a_hosting_is_looked_up_in_the_list(api: Api) -> None:
    del api.things[HOSTING]
    assert isinstance(api.find(), Absence)
    api.database(named=False)
    assert api.find() == {"name": FULL, "account_id": 5}


def test_account_that_is_no_domain_has_no_hosting_to_ask(api: Api) -> None:
    api.account["identifier"] = "a customer"
    api.database(named=False)
    assert api.find(account="a customer") == {"name": FULL, "account_id": 5}
    assert not any(path.startswith("/linuxhostings") for path in api.reads())


def test_account_by_its_id_is_asked_for_its_identifier(api: Api) -> None:
    detail = api.database()
    assert api.find(account="5") == detail
    assert api.reads() == ["/accounts/5", HOSTING, f"/mysqldatabases/{FULL}"]


@pytest.mark.parametrize("changed", [{"id": 6}, {"id": None}, {"identifier": None}, {"identifier": ""}])
def test_response_about_another_account_is_not_trusted(api: Api, changed: dict[str, Any]) -> None:
    api.things["/accounts/5"].update(changed)
    api.database()
    fails(lambda: api.find(account="5"), "protocol")


def test_account_that_does_not_exist_has_no_database(api: Api) -> None:
    api.lists["/accounts"].clear()
    del api.things[HOSTING]
    assert isinstance(api.find(), Absence)
    assert "/mysqldatabases" not in api.reads()


def test_two_databases_of_one_name_are_ambiguous(api: Api) -> None:
    api.database("ID12_shop")
    api.database("ID13_shop")
    error = fails(api.find, "ambiguous")
    assert "ID12_shop, ID13_shop" in error.message
    api.hosting["mysql_database_names"].clear()
    fails(api.find, "ambiguous")


@pytest.mark.parametrize("value", [None, "ID12_shop", [None], [""], [7], {}])
def test_hosting_without_a_list_of_databases_proves_nothing(api: Api, value: Any) -> None:
    api.hosting["mysql_database_names"] = value
    error = fails(api.find, "unproven")
    assert error.facts["unproven"] == {
        "id": "shop.example",
        "property": "mysql_database_names",
        "value": error.facts["unproven"]["value"],
    }
    # Without the excepted database the list decides.
    assert isinstance(api.find("shop.example"), Absence)
    api.database(named=False)
    assert api.find("shop.example") == {"name": FULL, "account_id": 5}


def test_empty_hosting_proves_nothing(api: Api) -> None:
    api.things[HOSTING] = {}
    fails(api.find, "unproven")


def test_named_database_without_a_detail_is_a_contradiction(api: Api) -> None:
    detail = api.database(listed=False)
    del api.things[f"/mysqldatabases/{FULL}"]
    start = api.now
    assert FULL in fails(api.find, "unproven").message
    assert api.now - start > 10
    assert isinstance(api.find(FULL), Absence)
    assert FULL in api.warnings[0]
    asked: list[float] = []

    def appears(_body: Any) -> Any:
        asked.append(api.now)
        return answer(200, detail) if len(asked) > 1 else answer(404, {})

    api.on[f"GET /mysqldatabases/{FULL}"] = appears
    assert api.find() == detail


@pytest.mark.parametrize("name", [None, "", "ID12_other", 7])
def test_detail_of_another_database_is_not_it(api: Api, name: Any) -> None:
    api.database()["name"] = name
    fails(api.find, "unproven")


@pytest.mark.parametrize(("name", "value"), [("name", None), ("name", ""), ("account_id", None), ("account_id", "5")])
def test_listed_database_that_cannot_be_read_proves_nothing(api: Api, name: str, value: Any) -> None:
    api.database(named=False)
    api.lists["/mysqldatabases"][-1][name] = value
    assert fails(api.find, "unproven").facts["unproven"]["property"] == name


def test_database_of_a_stranger_need_not_be_readable(api: Api) -> None:
    api.lists["/mysqldatabases"] += [{"name": None, "account_id": 9}, {"name": "ID9_other", "account_id": None}]
    assert isinstance(api.find(), Absence)


def known(api: Api, name: str = "shop") -> Any:
    client = api.client()
    return databases.known_database(client, NamedAccount(client, "shop.example"), name)


def test_known_database_is_read_like_any_other(api: Api) -> None:
    assert isinstance(known(api), Absence)
    detail = api.database()
    assert known(api) == detail


def test_known_database_that_was_replaced_is_requested_again(api: Api) -> None:
    api.database("ID11_shop", listed=False)
    del api.things["/mysqldatabases/ID11_shop"]

    def told(_body: Any) -> Any:
        """The second response is the newer one."""
        names = api.reads().count(HOSTING) > 1
        return answer(200, {"mysql_database_names": [FULL] if names else ["ID11_shop"]})

    detail = api.database(named=False)
    api.on[f"GET {HOSTING}"] = told
    assert known(api) == detail


def test_known_database_missing_from_the_response_is_unproven(api: Api) -> None:
    api.hosting["mysql_database_names"] = None
    fails(lambda: known(api), "unproven")


def listed(client: ResellerClient, account: str = "shop.example", **more: Any) -> list[str]:
    return [item["name"] for item in databases.databases_of(client, NamedAccount(client, account), **more)]


def test_databases_of_an_account_are_read_one_by_one(api: Api, client: ResellerClient) -> None:
    api.database()
    api.database("ID12_other")
    assert listed(client) == [FULL, "ID12_other"]
    assert listed(client, wanted=lambda name: name.endswith("other")) == ["ID12_other"]
    assert "/mysqldatabases" not in api.reads()
    del api.things[f"/mysqldatabases/{FULL}"]
    assert listed(client) == ["ID12_other"]


def test_databases_of_an_account_without_hosting_come_from_the_list(api: Api, client: ResellerClient) -> None:
    """Without databases of other accounts and unreadable ones the list proves nothing."""
    del api.things[HOSTING]
    api.database(named=False)
    api.database("ID12_other", named=False)
    api.lists["/mysqldatabases"] += [{"name": None, "account_id": 5}, {"name": "ID12_odd", "account_id": None}]
    assert listed(client) == [FULL, "ID12_other"]
    assert listed(client, wanted=lambda name: name == FULL) == [FULL]
    api.lists["/accounts"].clear()
    assert listed(api.client()) == []


def order(api: Api) -> Any:
    return database_orders.database_order(
        api.client(), {"id": 5, "identifier": "shop.example"}, "shop", "geheim", warn=print
    )


def test_order_of_a_database(api: Api) -> None:
    made = order(api)
    assert (made.path, made.key, made.title) == ("/mysqldatabases", "5 shop", "database shop of account shop.example")
    assert made.body == {"account_id": 5, "database_name": "shop", "password": "geheim"}
    assert isinstance(made.find(), Absence)
    detail = api.database()
    assert made.find() == detail


@pytest.mark.parametrize("account", [{"identifier": "shop.example"}, {"id": "5", "identifier": "x"}, {"id": 5}])
def test_account_that_cannot_be_read_is_no_one_to_order_for(client: ResellerClient, account: dict[str, Any]) -> None:
    with pytest.raises(Unreadable):
        database_orders.database_order(client, account, "shop", "geheim", warn=print)


@pytest.mark.parametrize(
    ("links", "found"),
    [
        (["/v2/mysqldatabases/ID12_shop"], True),
        (["/v2/accounts/5", "/v2/mysqldatabases/ID12_shop", "/v2/mysqldatabases/ID12_other"], True),
        (["/v2/mysqldatabases/ID12_other"], False),
        (["/v2/mysqldatabases/ID12_shop", "/v2/mysqldatabases/ID13_shop"], False),
        (["/v2/mysqldatabases/ID12_shop/users"], False),
        (["/v2/mysqldatabases/ID99_shop"], False),
        ([], False),
    ],
)
def test_database_is_taken_from_the_one_link_of_its_name(api: Api, links: list[str], found: bool) -> None:
    detail = api.database()
    assert order(api).from_links(tuple(links)) == (detail if found else None)


def test_link_to_a_database_of_another_account_is_not_followed(api: Api) -> None:
    api.database(account_id=6)
    assert order(api).from_links((f"/v2/mysqldatabases/{FULL}",)) is None


def parent(api: Api, name: str, *, check_mode: bool = False, fine: bool = False, account: str | None = "5") -> Any:
    client, task = api.client(), api.task(check_mode=check_mode)
    named = NamedAccount(client, account) if account else None
    found = databases.parent_database(task, client, named, name, missing_is_fine=fine)
    api.warnings += task.warnings
    return found


def test_users_of_a_database_by_either_name(api: Api) -> None:
    users = [{"name": FULL}]
    api.lists[f"/mysqldatabases/{FULL}/users"] = users
    assert parent(api, FULL, account=None) == (FULL, users)
    assert parent(api, FULL) == (FULL, users)
    assert api.reads() == [f"/mysqldatabases/{FULL}/users"] * 2
    api.database()
    assert parent(api, "shop") == (FULL, users)


def test_missing_database_of_users(api: Api) -> None:
    for name in (FULL, "shop"):
        assert f"database {name}" in fails(lambda name=name: parent(api, name), "not_found").message  # type: ignore[misc]
        assert parent(api, name, fine=True) == ("", [])
        assert api.warnings == []
        assert parent(api, name, check_mode=True) == ("", [])
        assert api.warnings.pop() == f"There is no database {name} yet."


def user(client: ResellerClient, name: str, *names: Any) -> Any:
    return databases.find_user(client, [{"name": each} for each in names], FULL, name)


def test_user_is_found_by_its_name_with_and_without_prefix(client: ResellerClient) -> None:
    assert user(client, "ro", FULL, "ID12_ro") == {"name": "ID12_ro"}
    assert user(client, "ro", FULL, "ro") == {"name": "ro"}
    assert user(client, "ID12_ro", "ID12_ro", "ro") == {"name": "ID12_ro"}
    assert user(client, "ro", "ID12_ro", "ro") == {"name": "ro"}
    assert title(user(client, "ro", FULL, "ID12_rw")) == f"user ro of database {FULL}"


def test_user_named_like_its_database_is_not_the_owner(client: ResellerClient) -> None:
    """The owner has the name of the database, and only the full name refers to it."""
    assert isinstance(user(client, "shop", FULL), Absence)
    assert user(client, FULL, FULL) == {"name": FULL}
    assert user(client, "shop", FULL, "ID13_shop") == {"name": "ID13_shop"}
    assert user(client, "shop", FULL, "shop") == {"name": "shop"}


def test_users_that_are_ambiguous_or_cannot_be_read(client: ResellerClient) -> None:
    fails(lambda: user(client, "ro", "ID12_ro", "ID13_ro"), "ambiguous")
    fails(lambda: user(client, "ro", "ro", "ro"), "ambiguous")
    for name in (None, "", 7):
        fails(lambda name=name: user(client, "ro", name), "unproven")  # type: ignore[misc]
        assert user(client, "ro", name, "ro") == {"name": "ro"}


def test_order_of_a_user(api: Api, client: ResellerClient) -> None:
    made = database_orders.user_order(client, FULL, "ro", "geheim")
    path = f"/mysqldatabases/{FULL}/users"
    assert (made.path, made.key, made.title) == (path, "ro", f"user ro of database {FULL}")
    assert made.body == {"name": "ro", "password": "geheim"}
    # A missing database does not prove that its user is missing.
    assert FULL in fails(made.find, "unproven").message
    api.lists[path] = []
    assert isinstance(made.find(), Absence)
    api.lists[path] = [{"name": "ID12_ro"}]
    assert made.find() == {"name": "ID12_ro"}


def test_writes(api: Api, client: ResellerClient) -> None:
    databases.delete_database(client, FULL)
    databases.delete_user(client, FULL, "ro")
    databases.set_password(client, FULL, "ro", "geheim")
    databases.set_enabled(client, FULL, "ro", False)
    path = f"/mysqldatabases/{FULL}"
    assert api.sent == [
        ("DELETE", path, None),
        ("DELETE", f"{path}/users/ro", None),
        ("PUT", f"{path}/users/ro/password", {"password": "geheim"}),
        ("PUT", f"{path}/users/ro/status", {"enabled": False}),
    ]


@pytest.mark.parametrize(
    ("account", "path"), [("shop.example", HOSTING), ("5", HOSTING), ("a customer", "/linuxhostings/a%20customer")]
)
def test_change_of_names_makes_the_hosting_old(api: Api, account: str, path: str, monkeypatch: Any) -> None:
    client = api.client()
    told: list[str] = []
    monkeypatch.setattr(client.read_cache, "wrote", told.append)
    databases.names_changed(client, NamedAccount(client, account))
    databases.names_changed(client, None)
    assert told == [path, "/"]
