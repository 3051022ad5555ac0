# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which database or user is meant, ignoring case; a user named like its database is not the owner."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller import database_orders, databases
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.natural_keys import natural_key
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Page, Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence, Evidence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven

ACCOUNT: Any = SimpleNamespace(title="1", identifier=None, found={"id": 1})
#: Without remembered settings.
UNKNOWN = {"api_url": "https://api.example", "storage": FileStorage("/nonexistent")}


def client(*names: str) -> Any:
    """Return an account without hosting whose databases have these names."""
    items = [{"name": name, "account_id": 1} for name in names]
    reading = Reading(lambda skip: Page(items[skip:], len(items)), "name")
    return SimpleNamespace(evidence=Evidence(), reading=lambda _path, _key: reading, **UNKNOWN)


def hosting_client(*names: str) -> Any:
    """Return an account whose hosting lists these databases."""

    def get(path: str) -> Any:
        if path == "/linuxhostings/example.com":
            return {"domain_name": "example.com", "mysql_database_names": list(names)}
        return {"name": path.rpartition("/")[2], "account_id": 1}

    return SimpleNamespace(evidence=Evidence(), get=get, cached_get=lambda path, _enough: get(path), **UNKNOWN)


@pytest.mark.parametrize(
    ("there", "asked", "found"),
    [
        (["ID1_shopdb"], "shopdb", "ID1_shopdb"),
        (["ID1_shopdb"], "ShopDB", "ID1_shopdb"),
        (["ID1_ShopDB"], "shopdb", "ID1_ShopDB"),
        (["ID1_ShopDB", "ID2_shopdb"], "shopdb", "ID2_shopdb"),
        (["ID1_ShopDB", "ID2_shopdb"], "ShopDB", "ID1_ShopDB"),
        (["ID1_shop", "ID2_shopdbs"], "shopdb", None),
    ],
)
def test_database_is_found_whatever_its_case(there: list[str], asked: str, found: str | None) -> None:
    listed = databases.find_database(client(*there), ACCOUNT, asked)
    assert (None if isinstance(listed, Absence) else listed["name"]) == found
    if found:
        hosted: Any = SimpleNamespace(title="example.com", identifier="example.com", found={"id": 1})
        named = databases.find_database(hosting_client(*there), hosted, asked)
        assert not isinstance(named, Absence) and named["name"] == found


@pytest.mark.parametrize(
    ("hosting", "enough"),
    [
        ({"mysql_database_names": ["ID1_blog", "ID2_ShopDB"]}, True),
        ({"mysql_database_names": ["ID1_blog"]}, False),
        ({"mysql_database_names": []}, False),
        ({"mysql_database_names": None}, False),
        ({"mysql_database_names": ["ID1_shopdb", 5]}, False),
        ({}, False),
    ],
)
def test_what_another_task_read_is_enough_if_it_names_the_database(hosting: dict[str, Any], enough: bool) -> None:
    asked: list[bool] = []
    api = hosting_client("ID2_ShopDB")
    get = api.get

    def cached_get(path: str, is_enough: Any) -> Any:
        asked.append(is_enough({"domain_name": "example.com", **hosting}))
        return get(path)

    api.cached_get = cached_get
    account: Any = SimpleNamespace(title="example.com", identifier="example.com", found={"id": 1})
    found = databases.known_database(api, account, "shopdb")
    assert not isinstance(found, Absence) and found["name"] == "ID2_ShopDB" and asked == [enough]


def test_doubt_about_a_known_database_can_be_excepted_by_its_account() -> None:
    """It is looked for again, and what is told then names both."""
    account: Any = SimpleNamespace(title="example.com", identifier="example.com", found={"id": 1})
    api = hosting_client()
    api.get = lambda path: {"domain_name": "example.com"} if path.startswith("/linux") else None
    api.cached_get = lambda path, _enough: api.get(path)
    with pytest.raises(Unproven) as caught:
        databases.known_database(api, account, "shopdb")
    assert "database shopdb of account example.com" in caught.value.message
    assert caught.value.facts["unproven"]["id"] == "example.com"


def test_several_that_differ_in_case_only_are_ambiguous() -> None:
    with pytest.raises(ToolkitError, match="ID1_ShopDB, ID2_shopdb") as caught:
        databases.find_database(client("ID1_ShopDB", "ID2_shopdb"), ACCOUNT, "SHOPDB")
    assert caught.value.kind == "ambiguous"


def test_orders_that_differ_in_case_only_have_one_key() -> None:
    keys = {natural_key("/mysqldatabases", {"account_id": 1, "database_name": name}) for name in ("ShopDB", "shopdb")}
    assert keys == {database_orders.order_key(1, "SHOPDB")}


@pytest.mark.parametrize(
    ("database", "users", "asked", "found"),
    [
        ("ID1_shop", ["ID1_shop"], "shop", None),
        ("ID1_Shop", ["ID1_Shop"], "shop", None),
        ("shop", ["shop"], "shop", None),
        ("ID1_shop", ["ID1_shop"], "ID1_shop", "ID1_shop"),
        ("ID1_shop", ["ID1_shop", "shop"], "shop", "shop"),
        ("ID1_shop", ["ID1_shop", "ID1_reader"], "reader", "ID1_reader"),
        ("ID1_shop", ["ID1_shop", "reader"], "reader", "reader"),
        ("ID1_shop", ["ID1_shop", "ID1_Reader"], "reader", "ID1_Reader"),
    ],
)
def test_owner_is_meant_by_its_full_name_only(database: str, users: list[str], asked: str, found: str | None) -> None:
    listed = [{"name": name, "rights": "read_only"} for name in users]
    user = databases.find_user(client(), listed, database, asked)
    assert (None if isinstance(user, Absence) else user["name"]) == found
