# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reseller_mysql``, ``reseller_mysql_user`` and ``reseller_mysql_info`` against the sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, Task, account_task, check_refusals, orders_of, task

NEW_VALUE = "(new value)"


def database_task(account: str | None, **options: Any) -> Task:
    """Return the task that manages the database ``shop``."""
    return task("reseller_mysql", **{"account": account, "name": "shop", "password": "{{ password }}", **options})


def user_task(account: str | None, **options: Any) -> Task:
    """Return the task that manages the user ``reports`` of the database ``shop``."""
    wanted = {"account": account, "database": "shop", "name": "reports", "password": "{{ password }}", **options}
    return task("reseller_mysql_user", **wanted)


def test_life_of_a_database(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    account = new_name()
    before = server.state()["mysql_databases"]
    owner, predicted, made, again, by_full_name, set_checked, password_set, password_again = player.play(
        [
            account_task(account) | {"register": "owner"},
            database_task(account, check=True),
            database_task(account) | {"register": "made"},
            database_task(account, password=None),
            database_task("{{ owner.account.id }}", name="{{ made.database.name }}"),
            database_task(account, password="{{ new_password }}", update_password="always", check=True),
            database_task(account, password="{{ new_password }}", update_password="always"),
            database_task(account, password="{{ new_password }}", update_password="always"),
        ]
    )
    full_name = made["database"]["name"]
    detail = [f"GET /linuxhostings/{account}", f"GET /mysqldatabases/{full_name}"]
    assert predicted.changed and predicted.writes == []
    assert predicted["database"] == {"name": "shop", "account_id": owner["account"]["id"]}
    assert made.changed and made["recovered"] is False and made.writes == ["POST /mysqldatabases"]
    assert full_name.endswith("_shop") and made["database"]["account_id"] == owner["account"]["id"]
    assert made["diff"] == predicted["diff"]
    assert made["diff"]["after"]["password"] == NEW_VALUE
    assert made["job"]["resource_links"] == [f"/v2/mysqldatabases/{full_name}"]
    assert not again.changed and again.requests == detail and again["database"] == made["database"]
    assert not by_full_name.changed and by_full_name.requests == detail[1:]
    put = f"PUT /mysqldatabases/{full_name}/users/{full_name}/password"
    assert set_checked.changed and set_checked.writes == []
    assert password_set.changed and password_set.requests == [*detail, put]
    assert password_set["diff"] == set_checked["diff"]
    assert password_set["diff"]["after"] == {"password": NEW_VALUE}
    assert password_again.changed and password_again.writes == [put]
    assert server.state()["mysql_databases"] == before + 1
    assert orders_of(server, "/mysqldatabases", "shop") >= 1


def test_removal_of_a_database(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    account = new_name()
    _owner, made, predicted, removed, again, checked, unknown_account, order_again = player.play(
        [
            account_task(account),
            database_task(account),
            database_task(account, state="absent", check=True),
            database_task(account, state="absent"),
            database_task(account, state="absent"),
            database_task(account, state="absent", check=True),
            database_task(new_name(), state="absent"),
            database_task(account),
        ]
    )
    full_name = made["database"]["name"]
    assert predicted.changed and predicted.writes == [] and predicted["database"] is None
    assert removed.changed and removed.writes == [f"DELETE /mysqldatabases/{full_name}"]
    assert removed["diff"] == predicted["diff"] == {"before": made["database"], "after": {}}
    for result in (again, checked, unknown_account):
        assert not result.changed and result.writes == [] and result["database"] is None
    # A database that was removed on purpose may be ordered again.
    assert order_again.changed and order_again["recovered"] is False and len(order_again.writes) == 1


def test_removal_counts_when_it_is_gone_in_the_meantime(
    player: Player, server: SandboxProcess, new_name: NewName
) -> None:
    account = new_name()
    server.set_faults([{"match": {"method": "DELETE", "nth": 1}, "fault": "reset_after"}])
    *_made, removed = player.play(
        [account_task(account), database_task(account), database_task(account, state="absent")]
    )
    assert removed.changed and len(removed.writes) == 2


def test_life_of_a_user(player: Player, new_name: NewName) -> None:
    account = new_name()
    played = player.play(
        [
            account_task(account),
            database_task(account),
            user_task(account, check=True),
            user_task(account),
            user_task(account, password=None),
            user_task(account, enabled=False, check=True),
            user_task(account, enabled=False),
            user_task(account, enabled=False),
            user_task(account, enabled=True, password="{{ new_password }}", update_password="always"),
            user_task(account, state="absent", check=True),
            user_task(account, state="absent"),
            user_task(account, state="absent"),
        ]
    )
    database = played[1]["database"]["name"]
    path = f"/mysqldatabases/{database}/users"
    predicted, made, again, off_checked, off, off_again, on, gone_checked, gone, gone_again = played.results[2:]
    reads = [f"GET /linuxhostings/{account}", f"GET /mysqldatabases/{database}", f"GET {path}"]
    assert predicted.changed and predicted.requests == reads
    assert made.changed and made.writes == [f"POST {path}"] and made["diff"] == predicted["diff"]
    user = made["user"]["name"]
    assert user.endswith("reports") and made["user"]["rights"] == "read_only" and made["user"]["enabled"] is True
    assert not again.changed and again.requests == reads
    assert off_checked.changed and off_checked.writes == []
    assert off.changed and off.writes == [f"PUT {path}/{user}/status"] and off["user"]["enabled"] is False
    assert off["diff"] == off_checked["diff"] == {"before": {"enabled": True}, "after": {"enabled": False}}
    assert not off_again.changed and off_again.writes == [] and off_again["user"] == off["user"]
    assert on.changed and on.writes == [f"PUT {path}/{user}/password", f"PUT {path}/{user}/status"]
    assert on["diff"]["after"] == {"enabled": True, "password": NEW_VALUE}
    assert gone_checked.changed and gone_checked.writes == [] and gone["diff"] == gone_checked["diff"]
    assert gone.changed and gone.writes == [f"DELETE {path}/{user}"]
    assert not gone_again.changed and gone_again.writes == []


def test_user_that_came_with_the_database(player: Player, new_name: NewName) -> None:
    account = new_name()
    _owner, made, disabled, kept, no_database, new_and_off = player.play(
        [
            account_task(account),
            database_task(account) | {"register": "made"},
            user_task(account, name="{{ made.database.name }}", enabled=False),
            user_task(account, name="{{ made.database.name }}", state="absent"),
            user_task(account, database="other", state="absent"),
            user_task(account, name="later", enabled=False),
        ]
    )
    assert disabled.changed and disabled["user"]["rights"] == "read_and_write"
    assert disabled["user"]["name"] == made["database"]["name"] and disabled["user"]["enabled"] is False
    assert kept.error["kind"] == "invalid_option" and "name" in kept.msg and kept.writes == []
    assert not no_database.changed and no_database.writes == []
    assert new_and_off.changed and new_and_off["user"]["enabled"] is False
    assert new_and_off["diff"]["after"]["enabled"] is False
    assert [request.split()[0] for request in new_and_off.writes] == ["POST", "PUT"]


def test_bad_input_is_refused_before_any_request(player: Player) -> None:
    player.secret("bad", "ohneziffernzq")
    played = player.play(
        [
            database_task("fine.example", name="web-shop"),
            database_task("fine.example", name="x" * 51),
            database_task("fine.example", password="{{ bad }}"),
            database_task("not..a-domain.example"),
            database_task(None),
            database_task("fine.example", update_password="always", password=None),
            user_task("fine.example", name="R"),
            user_task("fine.example", name="x" * 15),
            user_task("fine.example", password="{{ bad }}"),
            user_task("fine.example", database="web shop"),
            user_task(None),
            task("reseller_mysql_info", name="web;shop"),
            task("reseller_mysql_info", name="shop"),
        ]
    )
    words = ["name", "name", "password", "account", "account", "password"]
    words += ["name", "name", "password", "database", "account", "name", "account"]
    check_refusals(played, words)


def test_what_cannot_be_ordered(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    account, small = new_name(), new_name()
    played = player.play(
        [
            account_task(account),
            account_task(small, servicepack="Linux Start"),
            database_task(new_name()),
            database_task(new_name(), check=True),
            database_task(account, name="ID999999_shop"),
            database_task(account, password=None),
            user_task(account),
            user_task(account, check=True),
            database_task(small, name="first"),
            database_task(small, name="second"),
        ]
    )
    no_account, no_account_checked, prefixed, no_password, no_database, no_database_checked = played.results[2:8]
    assert no_account.error["kind"] == "not_found" and no_account.writes == []
    assert no_account_checked.changed and "There is no account" in no_account_checked["warnings"][0]
    assert prefixed.error["kind"] == "not_found" and prefixed.writes == []
    assert "password" in no_password.msg and no_password.writes == []
    assert no_database.error["kind"] == "not_found" and "reseller_mysql" in no_database.msg
    assert no_database_checked.changed and "There is no database shop yet" in no_database_checked["warnings"][0]
    assert played[9].error["code"] == "mysql_database_limit_reached"
    assert [result.writes for result in played.results[2:8]] == [[]] * 6


def test_info(player: Player, new_name: NewName) -> None:
    account, other = new_name(), new_name()
    played = player.play(
        [
            account_task(account),
            account_task(other, servicepack="MySQL Only", ftp_password=None),
            database_task(account) | {"register": "made"},
            database_task(account, name="blog"),
            database_task(other, name="store"),
            user_task(account),
            task("reseller_mysql_info", account=account, users=True),
            task("reseller_mysql_info", account=account, name="shop"),
            task("reseller_mysql_info", name="{{ made.database.name }}"),
            task("reseller_mysql_info", account=other),
            task("reseller_mysql_info", account=new_name()),
            task("reseller_mysql_info", check=True),
        ]
    )
    shop, blog, store = (played[index].ok["database"] for index in (2, 3, 4))
    all_of_it, by_name, by_full_name, without_hosting, nobody, everything = played.results[6:]
    found = {database["name"]: database for database in all_of_it.ok["databases"]}
    assert set(found) == {shop["name"], blog["name"]}
    assert {user["rights"] for user in found[shop["name"]]["users"]} == {"read_and_write", "read_only"}
    assert len(found[blog["name"]]["users"]) == 1 and len(all_of_it.requests) == 5
    assert [item["name"] for item in by_name.ok["databases"]] == [shop["name"]] and len(by_name.requests) == 2
    assert by_full_name.requests == [f"GET /mysqldatabases/{shop['name']}"]
    assert [item["name"] for item in without_hosting.ok["databases"]] == [store["name"]]
    assert nobody.ok["databases"] == []
    assert {shop["name"], blog["name"], store["name"]} <= {item["name"] for item in everything.ok["databases"]}
    assert not any(result.changed for result in played.results[6:])


#: Names that the API may truncate; each test has its own, so that its orders can be counted.
WEBSHOP, WEBSTORE, WEBSITE = "customer_webshop", "customer_webstore", "customer_website"


def test_long_name_is_ordered_only_when_allowed(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    account = new_name()
    played = player.play(
        [
            account_task(account),
            database_task(account, name=WEBSHOP, check=True),
            database_task(account, name=WEBSHOP),
            database_task(account, name="customer_websh", check=True),
            database_task(account, name=WEBSHOP, state="absent"),
            database_task(account, name=WEBSHOP, allow_long_name=True),
            database_task(account, name=WEBSHOP, check=True),
            database_task(account, name=WEBSHOP),
        ]
    )
    _owner, predicted, refused, short, nothing_to_remove, made, again_checked, again = played.results
    for result in (predicted, refused):
        assert result.error["kind"] == "invalid_option" and "allow_long_name" in result.msg and result.writes == []
    assert short.changed and not nothing_to_remove.changed
    assert made.changed and made["database"]["name"].endswith(f"_{WEBSHOP}")
    assert not again_checked.changed and not again.changed
    assert orders_of(server, "/mysqldatabases", WEBSHOP) == 1


def test_database_with_a_truncated_name_is_not_ordered_again(
    player: Player, server: SandboxProcess, new_name: NewName, tmp_path: Path
) -> None:
    account, elsewhere = new_name(), str(tmp_path / "elsewhere")
    server.cut_database_names(14)
    try:
        _owner, made, again, password, user, other_state_dir, excepted = player.play(
            [
                account_task(account),
                database_task(account, name=WEBSTORE, allow_long_name=True) | {"register": "made"},
                database_task(account, name=WEBSTORE, allow_long_name=True),
                database_task(account, name=WEBSTORE, password="{{ new_password }}", update_password="always"),
                user_task(account, database=WEBSTORE),
                database_task(account, name=WEBSTORE, allow_long_name=True, state_dir=elsewhere),
                database_task(
                    account,
                    name=WEBSTORE,
                    allow_long_name=True,
                    state_dir=elsewhere,
                    accept_unproven=["{{ made.database.name }}"],
                    check=True,
                ),
            ]
        ).results
    finally:
        server.cut_database_names(None)
    assert made.changed and made["database"]["name"].endswith("_customer_webst")
    assert f"named database {WEBSTORE} {made['database']['name']}" in made["warnings"][0]
    assert not again.changed and again["database"] == made["database"] and "warnings" not in again.data
    assert password.changed and user.changed
    assert other_state_dir.error["kind"] == "unproven" and made["database"]["name"] in other_state_dir.msg
    assert other_state_dir.writes == []
    assert excepted.changed
    assert orders_of(server, "/mysqldatabases", WEBSTORE) == 1


def test_order_that_was_interrupted_finds_its_cut_name(
    player: Player, server: SandboxProcess, new_name: NewName
) -> None:
    account = new_name()
    server.cut_database_names(14)
    try:
        server.set_faults([{"match": {"method": "POST", "path": "/mysqldatabases"}, "fault": "job_stall"}])
        _owner, ordered = player.play(
            [account_task(account), database_task(account, name=WEBSITE, allow_long_name=True, wait=False)]
        )
        server.set_faults([])
        server.set_job(ordered["job"]["id"], "finished")
        (recovered,) = player.play([database_task(account, name=WEBSITE, allow_long_name=True)])
    finally:
        server.cut_database_names(None)
    assert recovered["recovered"] is True and recovered["database"]["name"].endswith("_customer_websi")
    assert [write.split()[0] for write in recovered.writes] == ["PUT"]
    assert orders_of(server, "/mysqldatabases", WEBSITE) == 1
