# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Databases and their users."""

from __future__ import annotations

import re

import pytest

from sandbox.launcher import SandboxProcess
from tests.sandbox.conftest import LINUX_START, MAIL_ONLY, PASSWORD, codes


@pytest.fixture
def database(api):
    """Return the path of a new database called shop."""
    return api.finish(api.order_database(api.account(), "shop"))


def add_user(api, database, name="reader"):
    return api.post(f"{database}/users", {"name": name, "password": PASSWORD})


def test_the_name_is_prefixed_with_a_unique_number(api):
    account = api.account()
    links = [api.finish(api.order_database(account, name)) for name in ("shop", "my_shop")]
    found = [re.findall(r"^/v2/mysqldatabases/ID(\d{6})_(shop|my_shop)$", link) for link in links]
    (first, second) = (match[0] for match in found)
    assert (first[1], second[1]) == ("shop", "my_shop")
    assert len({first[0], second[0], str(account)}) == 3


@pytest.mark.parametrize(("longest", "kept"), [(None, "customer_webshop"), (14, "customer_websh")])
def test_long_names_are_cut_if_configured(sandbox, api, longest, kept):
    sandbox.cut_database_names(longest)
    try:
        link = api.finish(api.order_database(api.account(), "customer_webshop"))
    finally:
        sandbox.cut_database_names(None)
    assert re.fullmatch(rf"/v2/mysqldatabases/ID\d{{6}}_{kept}", link)


def test_a_database_appears_with_its_main_user(sandbox, api):
    domain = api.new_name()
    account = api.account(domain)
    ordered = api.order_database(account, "shop")
    assert api.get(f"/v2/linuxhostings/{domain}").json()["mysql_database_names"] == []
    link = api.finish(ordered)
    name = link.rpartition("/")[2]
    detail = api.get(link).json()
    assert detail["name"] == name
    assert (detail["account_id"], detail["user_count"], detail["max_size"]) == (account, 1, 1024)
    assert api.get(f"{link}/users").json() == [{"name": name, "rights": "read_and_write", "enabled": True}]
    assert api.get(f"/v2/linuxhostings/{domain}").json()["mysql_database_names"] == [name]
    listed = api.get("/v2/mysqldatabases?take=1000").json()
    assert [entry for entry in listed if entry["name"] == name] == [detail]


def test_a_name_exists_once_in_an_account(refusing, api):
    account, other = api.account(), api.account()
    ordered = api.order_database(account, "shop")
    assert codes(api.order_database(account, "Shop")) == ["database_name_already_exists"]
    api.finish(ordered)
    assert codes(api.order_database(account, "shop")) == ["database_name_already_exists"]
    assert api.order_database(other, "shop").status_code == 202


def test_the_pack_limits_the_number(sandbox, api):
    start = api.account(pack=LINUX_START)
    ordered = api.order_database(start, "one")
    assert codes(api.order_database(start, "two")) == ["mysql_database_limit_reached"]
    link = api.finish(ordered)
    assert codes(api.order_database(start, "two")) == ["mysql_database_limit_reached"]
    assert api.delete(link).status_code == 204
    assert api.order_database(start, "two").status_code == 202
    assert codes(api.order_database(api.account(pack=MAIL_ONLY), "one")) == ["mysql_database_limit_reached"]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"account_id": 1}, "account_id_invalid"),
        ({"database_name": "no spaces"}, "database_name_invalid"),
        ({"database_name": ""}, "database_name_invalid"),
        ({"password": "short1"}, "password_invalid"),
    ],
)
def test_orders_are_checked(api, change, wrong):
    order = {"account_id": api.account(), "database_name": "shop", "password": PASSWORD}
    assert codes(api.post("/v2/mysqldatabases", {**order, **change})) == [wrong]


def test_deleting_takes_the_users_along(sandbox, api, database):
    before = sandbox.state()
    assert api.delete(database).status_code == 204
    assert api.get(database).status_code == 404
    assert api.delete(database).status_code == 404
    after = sandbox.state()
    assert after["mysql_databases"] == before["mysql_databases"] - 1
    assert after["mysql_users"] == before["mysql_users"] - 1
    assert after["orders"] == before["orders"]


def test_a_further_user_may_only_read_and_can_be_deleted(api, database):
    prefix = database.rpartition("/")[2].partition("_")[0]
    link = api.finish(add_user(api, database))
    assert link == f"{database}/users/{prefix}_reader"
    added = api.get(f"{database}/users").json()[1]
    assert added == {"name": f"{prefix}_reader", "rights": "read_only", "enabled": True}
    assert api.get(database).json()["user_count"] == 2

    assert api.delete(link).status_code == 204
    assert api.delete(link).status_code == 404
    assert api.get(database).json()["user_count"] == 1


def test_the_main_user_cannot_be_deleted(api, database):
    main = database.rpartition("/")[2]
    assert codes(api.delete(f"{database}/users/{main}")) == ["user_rights_invalid"]


@pytest.mark.parametrize("name", ["a", "x" * 15, "Upper", "under_score", "blank ", ""])
def test_user_names_are_checked(api, database, name):
    assert codes(add_user(api, database, name)) == ["name_invalid"]


def test_a_user_name_exists_once_in_a_database(refusing, api, database):
    ordered = add_user(api, database)
    assert codes(add_user(api, database)) == ["name_already_exists"]
    api.finish(ordered)
    assert codes(add_user(api, database)) == ["name_already_exists"]


def test_a_user_can_be_disabled(api, database):
    user = f"{database}/users/{database.rpartition('/')[2]}"
    for enabled in (False, True):
        assert api.put(f"{user}/status", {"enabled": enabled}).status_code == 204
        assert api.get(f"{database}/users").json()[0]["enabled"] is enabled
    assert codes(api.put(f"{user}/status", {"enabled": "no"})) == ["enabled_invalid"]
    assert api.put(f"{database}/users/nobody/status", {"enabled": True}).status_code == 404


def test_a_password_can_be_changed(api, database):
    user = f"{database}/users/{database.rpartition('/')[2]}"
    assert api.put(f"{user}/password", {"password": "another12"}).status_code == 204
    assert codes(api.put(f"{user}/password", {"password": "onlyletters"})) == ["password_invalid"]
    assert codes(api.put(f"{user}/password", {})) == ["password_required"]


def test_user_names_without_prefix_are_a_switch(client_class):
    with SandboxProcess("--plain-user-names", job_seconds=0) as sandbox:
        api = client_class(sandbox)
        database = api.finish(api.order_database(api.account(), "shop"))
        assert api.finish(add_user(api, database)) == f"{database}/users/reader"
