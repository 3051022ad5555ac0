# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reseller_account`` and ``reseller_account_info`` against the sandbox."""

from __future__ import annotations

from typing import Any

from sandbox.launcher import SandboxProcess
from tests.support.playing import ALONE, NewName, Player, account_task, check_refusals, orders_of, task


def test_life_of_an_account(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    before = server.state()
    predicted, made, again, upper_case, by_name, checked = player.play(
        [
            {**account_task(name), "check_mode": True},
            account_task(name),
            account_task(name),
            account_task(f"{name.upper()}.", servicepack=None, ftp_password=None),
            account_task(name, servicepack="linux PRO"),
            {**account_task(name), "check_mode": True},
        ],
        **ALONE,
    )
    assert predicted.changed and predicted.requests == [
        "GET /accounts",
        f"GET /linuxhostings/{name}",
        "GET /servicepacks",
    ]
    assert predicted["account"] == {"identifier": name, "servicepack_id": 1002}
    assert made.changed and made.writes == ["POST /accounts"]
    assert made["diff"] == predicted["diff"]
    assert made["diff"]["before"] == {}
    purchase = f"account {name} with service pack 1002 (Linux Pro) (paid for)"
    assert made["diff"]["after"] == {"identifier": name, "servicepack_id": 1002, "purchase": purchase}
    assert made["job"]["status"] == "finished" and made["recovered"] is False
    assert made["account"]["identifier"] == name and made["account"]["servicepack_id"] == 1002
    assert made["job"]["resource_links"] == [f"/v2/accounts/{made['account']['id']}"]
    for result in (again, upper_case, checked):
        assert not result.changed and result.requests == ["GET /accounts"]
        assert result["account"] == made["account"] and result["job"] is None
    assert not by_name.changed and by_name.requests == ["GET /accounts", "GET /servicepacks"]
    after = server.state()
    assert after["accounts"] == before["accounts"] + 1
    assert orders_of(server, "/accounts", name) == 1


def test_filter_of_the_server_is_not_trusted(player: Player, new_name: NewName) -> None:
    name = new_name()
    _longer, prediction, info = player.play(
        [
            account_task(f"shop.{name}"),
            {**account_task(name), "check_mode": True},
            task("reseller_account_info", identifier=name),
        ]
    )
    assert prediction.changed
    assert info.ok["accounts"] == []


def test_pack_without_hosting_needs_no_password_and_the_api_refuses_one(
    player: Player, server: SandboxProcess, new_name: NewName
) -> None:
    mail, hosting = new_name(), new_name()
    refused, without, missing, mended = player.play(
        [
            account_task(mail, servicepack="1003"),
            account_task(mail, servicepack="Mail Only", ftp_password=None),
            account_task(hosting, ftp_password=None),
            account_task(hosting),
        ]
    )
    assert refused.error["kind"] == "invalid_request" and refused.error["status"] == 400
    assert refused.error["code"] == "ftp_password_not_allowed"
    assert without.changed and without["account"]["servicepack_id"] == 1003
    assert missing.error["code"] == "ftp_password_required"
    assert "ftp_password: needed" in missing.msg
    # A refusal closes the intent, so the corrected task may order.
    assert mended.changed and mended["recovered"] is False
    assert server.state()["refused_orders"]


def test_other_service_pack_is_an_error_and_no_order(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    _made, mismatch, unknown, ordering_unknown = player.play(
        [
            account_task(name),
            account_task(name, servicepack="Linux Start"),
            account_task(name, servicepack="Linux Gigantic"),
            account_task(new_name(), servicepack="4711"),
        ]
    )
    assert mismatch.error["kind"] == "servicepack_mismatch"
    assert "1002" in mismatch.msg and "1001" in mismatch.msg
    for result in (unknown, ordering_unknown):
        assert result.error["kind"] == "not_found" and "servicepack" in result.msg and "Linux Pro" in result.msg
    assert [result.writes for result in (mismatch, unknown, ordering_unknown)] == [[], [], []]
    assert orders_of(server, "/accounts", name) == 1


def test_ambiguity_is_an_error(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    twins = [{"id": 1, "identifier": name, "servicepack_id": 1002}, {"id": 2, "identifier": name.upper()}]
    for wanted in (account_task(name), task("reseller_mysql", account=name, name="shop", password="{{ password }}")):
        first_page = {"method": "GET", "path": "/accounts", "nth": 1}
        server.set_faults([{"match": first_page, "fault": "edit", "body": twins}])
        (two,) = player.play([wanted])
        assert two.error["kind"] == "ambiguous" and "id 1, 2" in two.msg and two.writes == []


def test_bad_input_is_refused_before_any_request(player: Player) -> None:
    wrong = {
        "short": "Kurz9zq",
        "long": "Lang9" + "zq" * 8,
        "no_digit": "OhneZiffernzq",
        "no_letter": "90817263549",
        "space": "Leer 9zeichen",
        "forbidden": "Dollar$9zeichen",
    }
    for name, password in wrong.items():
        player.secret(name, password)
    bad: list[tuple[str, Any]] = [
        ("identifier", ""),
        ("identifier", "not..a-domain.example"),
        ("identifier", "-begins.example"),
        ("identifier", f"{'x' * 64}.example"),
        *(("ftp_password", f"{{{{ {name} }}}}") for name in wrong),
        ("wait_timeout", 0),
        ("poll_min", -1),
        ("api_url", "ftp://127.0.0.1"),
        ("api_url", "https://user@127.0.0.1/v2"),
    ]
    good = {"identifier": "fine.example", "servicepack": "1002", "ftp_password": "{{ ftp_password }}"}
    played = player.play([task("reseller_account", **{**good, option: value}) for option, value in bad])
    check_refusals(played, [option for option, _value in bad])
    assert {result.error["kind"] for result in played} == {"invalid_option"}


def test_argument_errors_are_those_of_any_module(player: Player) -> None:
    played = player.play(
        [
            task("reseller_account", identifier="fine.example", colour="red"),
            task("reseller_account"),
            task("reseller_account", identifier="fine.example", state="absent"),
            task("reseller_account_info", id=1, identifier="fine.example"),
        ]
    )
    check_refusals(
        played,
        [
            "Unsupported parameters for (reseller.toolkit.reseller_account) module: colour",
            "missing required arguments: identifier",
            "value of state must be one of: present, got: absent",
            "parameters are mutually exclusive: id|identifier",
        ],
    )


def test_plain_http_goes_to_this_machine_only(player: Player) -> None:
    (result,) = player.play([account_task("fine.example", api_url="http://api.reseller.example")])
    assert "http" in result.error["kind"] or result.error["kind"] == "invalid_option"
    assert "https" in result.msg and result.requests == []


def test_api_errors_are_reported_in_full(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    complaint = {"validation_errors": [{"error_code": "identifier_strange", "error_text": "identifier: too strange"}]}
    code = {"error_code": "role_missing", "error_text": "The user lacks the role finance."}
    server.set_faults(
        [
            {"match": {"method": "POST", "nth": 1}, "fault": "status", "status": 400, "body": complaint},
            {"match": {"method": "POST", "nth": 2}, "fault": "status", "status": 403, "body": code},
            {"match": {"method": "POST", "nth": 3}, "fault": "status", "status": 409},
        ]
    )
    name = new_name()
    bad, forbidden, conflict, fine = player.play([account_task(name)] * 4)
    assert bad.error == {
        "kind": "invalid_request",
        "status": 400,
        "code": None,
        "text": None,
        "validation_errors": complaint["validation_errors"],
    }
    assert "POST /v2/accounts" in bad.msg and "too strange" in bad.msg
    assert forbidden.error["kind"] == "forbidden" and forbidden.error["status"] == 403
    assert forbidden.error["code"] == "role_missing" and forbidden.error["text"] == code["error_text"]
    assert conflict.error["kind"] == "conflict" and conflict.error["code"] is None
    assert fine.changed and orders_of(server, "/accounts", name) == 4


def test_reads_are_repeated_and_limits_waited_for(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    server.set_faults(
        [
            {"match": {"path": "/accounts", "nth": 1}, "fault": "status", "status": 500},
            {"match": {"path": "/accounts", "nth": 2}, "fault": "reset_before"},
            {"match": {"path": "/accounts", "nth": 3}, "fault": "truncate"},
            {"match": {"path": "/accounts", "nth": 5}, "fault": "rate_limit", "retry_after": 1},
            {"match": {"path": "/accounts", "nth": [*range(7, 20)]}, "fault": "status", "status": 503},
        ]
    )
    info = task("reseller_account_info", identifier=new_name())
    repeated, limited, given_up = player.play([info, info, task("reseller_account_info", retry_timeout=0.1)])
    assert repeated.ok["accounts"] == []
    assert [exchange["status"] for exchange in repeated.exchanges] == [500, None, 200, 200]
    assert [exchange["status"] for exchange in limited.exchanges] == [429, 200]
    assert given_up.error["kind"] == "server_error" and given_up.error["status"] == 503


def test_a_hosting_contradicts_a_list_that_lacks_its_account(
    player: Player, server: SandboxProcess, new_name: NewName
) -> None:
    name = new_name()
    (made,) = player.play([account_task(name)])
    assert made.changed
    accounts = {"match": {"method": "GET", "path": "/accounts"}}
    server.set_faults([{**accounts, "fault": "edit", "body": []}, {**accounts, "fault": "total", "value": "0"}])
    (refused,) = player.play([account_task(name, settle_time=0)])
    assert refused.error["kind"] == "unproven" and refused.writes == []
    assert f"the Linux hosting {name} exists, and the list of accounts lacks its account" in refused.msg
    assert f"GET /linuxhostings/{name}" in refused.requests
    assert orders_of(server, "/accounts", name) == 1


def test_info(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    first, second = new_name(), new_name()
    made, _other, one, by_id, mail, unknown_id, details, everything = player.play(
        [
            account_task(first) | {"register": "made"},
            account_task(second, servicepack="1003", ftp_password=None),
            task("reseller_account_info", identifier=f"{first.upper()}"),
            task("reseller_account_info", id="{{ made.account.id }}"),
            task("reseller_account_info", identifier=second, asset_type="mysql"),
            task("reseller_account_info", id=1),
            task("reseller_account_info", identifier=second, details=True),
            task("reseller_account_info", check=True),
        ]
    )
    assert one.ok["accounts"] == [made["account"]] and one.requests == ["GET /accounts"]
    number = made["account"]["id"]
    assert by_id.requests == [f"GET /accounts/{number}"] and by_id.ok["accounts"][0]["identifier"] == first
    assert by_id["accounts"][0]["servicepack_id"] == 1002 and by_id["accounts"][0]["servicepack"]["name"] == "Linux Pro"
    assert mail.ok["accounts"] == [] and unknown_id.ok["accounts"] == []
    assert details.ok["accounts"][0]["servicepack_id"] == 1003 and len(details.requests) == 2
    assert {first, second} <= {account["identifier"] for account in everything.ok["accounts"]}
    assert len(everything["accounts"]) == server.state()["accounts"]
    assert not any(result.changed for result in (one, by_id, mail, unknown_id, details, everything))
