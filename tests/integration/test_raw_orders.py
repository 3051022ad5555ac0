# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Paying calls of ``reseller_api``: every spelling of a path is guarded, and raw calls and modules share the
journal.
"""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.csr import make_csr
from tests.support.playing import BOTH_WAYS, ORDERING, NewName, Player, Task, account_task, orders_of, task
from tests.support.samples import REGISTRANT

pytestmark = pytest.mark.row(45, "paying post")

SPELLINGS = [
    "/v2/%61ccounts",
    "/v2/account%73",
    "/v2/./accounts",
    "/v2/x/%2e%2e/accounts",
    "/v2/x/../accounts",
    "/v2/ACCOUNTS",
    "/V2/accounts",
    "/v2/accounts/",
    "/accounts/.",
]
#: Paths that match no operation, and how they are sent.
UNKNOWN = {"/v2/accounts%2F": "/accounts%2F", "/v2/%2Faccounts": "/%2Faccounts", "/v2/%2561ccounts": "/%2561ccounts"}
LOST_AND_CARRIED_OUT = "reset_after"
LOST = "reset_before"


def raw(collection: str, body: dict[str, Any], *, check: bool = False, **options: Any) -> Task:
    """Return the task that orders by a raw call, with its purchase confirmed by default."""
    given = {"confirm_purchase": f"POST /v2{collection}", "path": f"/v2{collection}", **options}
    return task("reseller_api", check=check, method="POST", body=body, **given)


def raw_account(name: str, **options: Any) -> Task:
    password = {"ftp_password": "{{ ftp_password }}"}
    return raw("/accounts", {"identifier": name, "servicepack_id": 1002}, secret_body=password, **options)


def lose(server: SandboxProcess, fault: str, path: str = "/accounts") -> None:
    server.set_faults([{"match": {"method": "POST", "path": path, "nth": 1}, "fault": fault}])


def test_each_spelling_is_guarded_and_sent_as_one(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    names = [new_name() for _spelling in SPELLINGS]
    spelled = list(zip(SPELLINGS, names, strict=True))
    unconfirmed = player.play([raw_account(name, path=path, confirm_purchase=None) for path, name in spelled])
    for refused in unconfirmed:
        assert refused.error["kind"] == "purchase_not_confirmed" and refused.requests == []
        assert refused["would_purchase"] == "POST /v2/accounts"
    sent = player.play([raw_account(name, path=path) for path, name in spelled])
    again = player.play([raw_account(name) for name in names])
    for ordered, refused, name in zip(sent, again, names, strict=True):
        assert ordered.ok["status"] == 202
        assert ordered.exchanges[0]["path"] == "/v2/accounts"
        assert refused.error["kind"] == "already_sent" and refused.requests == []
        assert orders_of(server, "/accounts", name) == 1


def test_path_that_means_no_operation_is_guarded(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    tasks = [raw_account(name, path=path, confirm_purchase=None) for path in UNKNOWN]
    before = len(server.exchanges())
    for refused, path in zip(player.play(tasks), UNKNOWN.values(), strict=True):
        assert refused.error["kind"] == "purchase_not_confirmed" and refused.requests == []
        assert refused["would_purchase"] == f"POST /v2{path}"
    for refused in player.play(
        [raw_account(name, path=path) for path in ("//accounts", "/v2/accounts//", "/v2/../v2/accounts")]
    ):
        assert refused.error["kind"] == "invalid_option" and refused.requests == []
    assert len(server.exchanges()) == before


def test_check_mode_reports_the_sentence_and_refusals_of_the_journal(
    player: Player, server: SandboxProcess, new_name: NewName
) -> None:
    name = new_name()
    unconfirmed, wrong, right, free, ordered, refused, forced = player.play(
        [
            raw_account(name, check=True, confirm_purchase=None),
            raw_account(name, check=True, confirm_purchase="POST /v2/account"),
            raw_account(name, check=True),
            task("reseller_api", method="POST", path="/v2/mailboxes", body={"a": 1}, check=True),
            raw_account(name),
            raw_account(name, check=True),
            raw_account(name, check=True, force=True),
        ]
    )
    assert wrong.error["kind"] == "purchase_not_confirmed"
    assert refused.error["kind"] == "already_sent"
    for predicted in (unconfirmed, right, forced):
        assert predicted.changed and predicted["would_purchase"] == "POST /v2/accounts" and predicted["status"] is None
    assert free.changed and free["would_purchase"] is None
    assert ordered.requests == ["POST /accounts"]
    assert all(result.requests == [] for result in (unconfirmed, wrong, right, free, refused, forced))
    assert orders_of(server, "/accounts", name) == 1


@pytest.mark.parametrize("in_process", BOTH_WAYS)
def test_module_continues_an_account_that_was_ordered_raw(
    player: Player, server: SandboxProcess, new_name: NewName, in_process: bool, record_property: Any
) -> None:
    accepted, lost = new_name(), new_name()
    server.set_faults([{"match": {"method": "POST", "path": "/accounts", "nth": 2}, "fault": LOST_AND_CARRIED_OUT}])
    first, second, followed, adopted, closed = player.play(
        [
            raw_account(accepted.upper()),
            raw_account(lost),
            account_task(accepted),
            account_task(lost),
            task("reseller_journal_info"),
        ],
        in_process=in_process,
    )
    assert first.ok["status"] == 202 and second.error["kind"] == "outcome_unknown"
    for result, name in ((followed, accepted), (adopted, lost)):
        assert result.ok["recovered"] is True and result.writes == []
        assert result["account"]["identifier"].lower() == name
        sent = orders_of(server, "/accounts", name) + orders_of(server, "/accounts", name.upper())
        record_property("bought", sent)
        record_property("orders", sent)
    assert closed["entries"] == []
    assert [orders_of(server, "/accounts", name) for name in (accepted.upper(), accepted, lost)] == [1, 0, 1]


def test_module_orders_nothing_after_a_raw_call_that_is_in_doubt(
    player: Player, server: SandboxProcess, new_name: NewName
) -> None:
    name = new_name()
    lose(server, LOST)
    raw_lost, still, shown, again = player.play(
        [
            raw_account(name),
            account_task(name, settle_time=0.2),
            task("reseller_journal_info"),
            raw_account(name),
        ]
    )
    assert raw_lost.error["kind"] == still.error["kind"] == "outcome_unknown" and still.writes == []
    (entry,) = shown["entries"]
    assert (entry["endpoint"], entry["key"], entry["answered"]) == ("POST /accounts", name, False)
    assert "on_doubt: resend" in entry["next_step"] and "force: true" in entry["next_step"]
    assert again.error["kind"] == "already_sent" and "reseller_account" in again.msg and again.requests == []
    assert orders_of(server, "/accounts", name) == 1


def test_raw_call_respects_what_a_module_ordered(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    lose(server, LOST)
    module_lost, refused, forced, followed, sent_again = player.play(
        [
            account_task(name, settle_time=0.2),
            raw_account(name),
            raw_account(name, force=True),
            account_task(name),
            raw_account(name),
        ]
    )
    assert module_lost.error["kind"] == "outcome_unknown"
    assert refused.error["kind"] == "already_sent" and refused.requests == []
    assert forced.ok["status"] == 202
    assert followed.ok["recovered"] is True and followed.writes == []
    # A raw call reads nothing first: the entry is closed, and the API may refuse the call or not.
    assert sent_again.requests == ["POST /accounts"]


def test_modules_continue_databases_and_users(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name, database = new_name(), "shop"
    password = {"password": "{{ password }}"}
    full_name = "{{ made.database.name }}"
    users = f"/mysqldatabases/{full_name}/users"
    before = len(server.exchanges())
    _account, ordered, made, refused, user_ordered, user, user_refused = player.play(
        [
            account_task(name) | {"register": "account"},
            raw(
                "/mysqldatabases",
                {"account_id": "{{ account.account.id }}", "database_name": database},
                secret_body=password,
            ),
            task("reseller_mysql", account=name, name=database, password="{{ password }}") | {"register": "made"},
            raw(
                "/mysqldatabases",
                {"account_id": "{{ account.account.id }}", "database_name": database},
                secret_body=password,
                check=True,
            ),
            raw(users, {"name": "reader"}, secret_body=password),
            task("reseller_mysql_user", account=name, database=database, name="reader", password="{{ password }}"),
            raw(users, {"name": "reader"}, secret_body=password, check=True),
        ]
    )
    assert ordered.ok["status"] == 202 and user_ordered.ok["status"] == 202
    assert made.ok["recovered"] is True and made["database"]["name"].endswith("_shop")
    # A recovered object may get the desired password, and is not ordered again.
    assert not [request for request in made.writes + user.writes if request.startswith("POST")]
    assert user.ok["recovered"] is True and user["user"]["name"].endswith("reader")
    # Both orders are finished, so a raw call is no longer refused.
    assert refused.changed and user_refused.changed
    assert orders_of(server, "/mysqldatabases", since=before) == 1
    assert orders_of(server, "/mysqldatabases/*/users", since=before) == 1


@pytest.mark.parametrize(("kind", "collection"), [("register", "registrations"), ("transfer", "transfers")])
def test_module_continues_a_domain(
    player: Player, server: SandboxProcess, new_name: NewName, kind: str, collection: str
) -> None:
    name = new_name()
    server.set_faults([{"match": {"method": "POST", "path": f"/domains/{collection}"}, "fault": "job_stall"}])
    code = {"auth_code": player.secret("auth_code", "Tr4nsfer-c0de-71")} if kind == "transfer" else {}
    ordered, refused, followed, again = player.play(
        [
            raw(f"/domains/{collection}", {"domain_name": name.upper(), "registrant": REGISTRANT}, secret_body=code),
            raw(f"/domains/{collection}", {"domain_name": name}, check=True),
            task(
                "reseller_domain",
                name=name,
                registration=kind,
                registrant=REGISTRANT,
                confirm_purchase=f"domain {kind} {name}",
                wait=False,
                **{**ORDERING, **code},
            ),
            raw(f"/domains/{collection}", {"domain_name": name}),
        ]
    )
    assert ordered.ok["status"] == 202
    assert refused.error["kind"] == "already_sent" and "reseller_domain" in refused.msg
    assert followed.ok["job"]["id"] == ordered["job_id"] and followed.writes == []
    assert again.error["kind"] == "already_sent" and again.requests == []
    assert orders_of(server, f"/domains/{collection}", name.upper()) == 1
    assert orders_of(server, f"/domains/{collection}", name) == 0


@pytest.mark.parametrize("fault", [None, LOST_AND_CARRIED_OUT])
def test_module_continues_a_certificate(
    player: Player, server: SandboxProcess, new_name: NewName, fault: str | None
) -> None:
    name = new_name()
    csr = make_csr(name)
    if fault:
        lose(server, fault, "/sslcertificaterequests")
    body = {"csr": csr, "certificate_type": "standard", "validation_level": "domain_validated"}
    before = len(server.exchanges())
    ordered, followed, refused = player.play(
        [
            raw("/sslcertificaterequests", body),
            task(
                "reseller_ssl",
                csr_content=csr,
                dns_validation=False,
                state="requested",
                confirm_purchase=f"ssl standard domain_validated {name}",
            ),
            raw("/sslcertificaterequests", {**body, "csr": csr + "\n"}),
        ]
    )
    if fault:
        assert ordered.error["kind"] == "outcome_unknown"
    else:
        assert ordered.ok["status"] == 201
    assert followed.ok["request"]["common_name"] == name and followed.writes == []
    assert refused.error["kind"] == "already_sent" and "reseller_ssl" in refused.msg and refused.requests == []
    assert orders_of(server, "/sslcertificaterequests", since=before) == 1


def test_secret_query_is_shown_nowhere(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    """The answer refuses the parameter and repeats its value: `Player` searches the output for it."""
    path = "/sslcertificates/ABC/download"
    body = {"error_code": "token_bad", "error_text": f"The token {player.secrets['password']} is bad."}
    server.set_faults([{"match": {"path": path}, "fault": "status", "status": 400, "body": body}])
    for in_process in (True, False):
        (told,) = player.play(
            [
                task(
                    "reseller_api",
                    path=f"/v2{path}",
                    query={"file_format": "pfx"},
                    secret_query={"password": "{{ password }}"},
                )
            ],
            in_process=in_process,
        )
        assert told.error["code"] == "token_bad" and "The token " in told.error["text"]
        assert told.exchanges[0]["query"] == "file_format=pfx&password=***"
