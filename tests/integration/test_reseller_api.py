# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reseller_api``, ``reseller_job`` and ``reseller_servicepack_info`` against the sandbox."""

from __future__ import annotations

import uuid
from typing import Any

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, account_task, check_refusals, orders_of, task


def test_api_reads_and_writes(player: Player, new_name: NewName) -> None:
    name = new_name()
    played = player.play(
        [
            account_task(name),
            task("reseller_mysql", account=name, name="shop", password="{{ password }}") | {"register": "made"},
            task("reseller_api", path=f"/v2/accounts?identifier={name}"),
            task("reseller_api", path="/v2/accounts", query={"identifier": name}),
            task("reseller_api", path=f"linuxhostings/{name}"),
            task("reseller_api", path=f"/linuxhostings/{name}", check=True),
            task(
                "reseller_api",
                method="PUT",
                path="/v2/mysqldatabases/{{ made.database.name }}/users/{{ made.database.name }}/password",
                secret_body={"password": "{{ new_password }}"},
            ),
            task(
                "reseller_api",
                method="PUT",
                path="/v2/mysqldatabases/{{ made.database.name }}/users/{{ made.database.name }}/status",
                body={"enabled": False},
                check=True,
            ),
            task("reseller_api", method="DELETE", path="/v2/mysqldatabases/{{ made.database.name }}"),
            task("reseller_api", path="/v2/mysqldatabases/{{ made.database.name }}"),
        ]
    )
    full_name = played[1].ok["database"]["name"]
    with_query, listed, no_slash, hosting, password_set, checked, deleted, missing = played.results[2:]
    for refused in (with_query, no_slash):
        assert refused.error["kind"] == "invalid_option" and "path" in refused.msg and refused.requests == []
    assert not listed.changed and listed["status"] == 200 and listed["data"][0]["identifier"] == name
    assert listed.exchanges[0]["query"] == f"identifier={name}"
    assert not hosting.changed and hosting["data"]["domain_name"] == name
    assert password_set.changed and password_set["status"] in (200, 202, 204) and len(password_set.writes) == 1
    assert '"password": "***"' in password_set.exchanges[0]["request_body"]
    assert checked.changed and checked["status"] is None and checked.requests == []
    assert deleted.changed and deleted["status"] == 204 and deleted["data"] is None
    assert deleted.writes == [f"DELETE /mysqldatabases/{full_name}"]
    assert missing.error["kind"] == "not_found" and missing.error["status"] == 404


def test_api_pays_once(player: Player, refusing: SandboxProcess, new_name: NewName) -> None:
    server = refusing
    name = new_name()
    order: dict[str, Any] = {
        "method": "POST",
        "path": "/v2/accounts",
        "body": {"identifier": name, "servicepack_id": 1002},
        "secret_body": {"ftp_password": "{{ ftp_password }}"},
    }
    confirmed = {**order, "confirm_purchase": "POST /v2/accounts"}
    played = player.play(
        [
            task("reseller_api", **order),
            task("reseller_api", **{**confirmed, "confirm_purchase": "POST /v2/mysqldatabases"}),
            task("reseller_api", **confirmed, check=True),
            task("reseller_api", **confirmed) | {"register": "ordered"},
            task("reseller_api", **{**confirmed, "path": "/accounts"}),
            task("reseller_job", job_ids=["{{ ordered.job_id }}"]),
            task("reseller_api", **confirmed, force=True),
        ]
    )
    unconfirmed, other, checked, ordered, second, waited, forced = played
    for refused in (unconfirmed, other):
        assert refused.error["kind"] == "purchase_not_confirmed" and refused.requests == []
        assert refused["would_purchase"] == "POST /v2/accounts"
    assert checked.changed and checked.requests == [] and checked["would_purchase"] == "POST /v2/accounts"
    assert ordered.changed and ordered["status"] == 202 and ordered.requests == ["POST /accounts"]
    assert ordered["location"] == f"/provisioningjobs/{ordered['job_id']}"
    assert second.error["kind"] == "already_sent" and second.requests == [] and "force: true" in second.msg
    assert waited.ok["jobs"][0]["status"] == "finished"
    assert forced.error["code"] == "identifier_already_exists"
    assert orders_of(server, "/accounts", name) == 2


def test_api_does_not_repeat_a_paying_call_in_doubt(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    server.set_faults([{"match": {"method": "POST", "path": "/accounts", "nth": 1}, "fault": "reset_before"}])
    order = task(
        "reseller_api",
        method="POST",
        path="/v2/accounts",
        body={"identifier": name, "servicepack_id": 1003},
        confirm_purchase="POST /v2/accounts",
    )
    lost, again = player.play([order, order])
    assert lost.error["kind"] == "outcome_unknown" and lost.requests == ["POST /accounts"]
    assert again.error["kind"] == "already_sent" and "unknown outcome" in again.msg and again.requests == []


def test_api_shows_no_secret_that_comes_back(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    """A server that repeats the password in its error: `Player` searches the output for it."""
    body = {"error_code": "password_bad", "error_text": f"The password {player.secrets['password']} is bad."}
    server.set_faults([{"match": {"method": "PUT"}, "fault": "status", "status": 400, "body": body}])
    path = f"/v2/mysqldatabases/ID1_{new_name()[:2]}/users/x/password"
    for in_process in (True, False):
        (told,) = player.play(
            [task("reseller_api", method="PUT", path=path, secret_body={"password": "{{ password }}"})],
            in_process=in_process,
        )
        assert told.error["code"] == "password_bad" and "The password " in told.error["text"]


def test_api_input(player: Player) -> None:
    cases = [
        (task("reseller_api", path="/v2/../_sandbox/state"), "path"),
        (task("reseller_api", path="https://elsewhere.example/v2/accounts"), "path"),
        (task("reseller_api", path="/v2/accounts", body={"a": 1}), "body"),
        (task("reseller_api", path="/v2/accounts", method="PATCH"), "value of method must be one of"),
        (task("reseller_job", job_ids=["42"]), "job_ids"),
        (task("reseller_job"), "missing required arguments: job_ids"),
        (task("reseller_job", job_ids=[str(uuid.uuid4())], wait_timeout=0), "wait_timeout"),
    ]
    check_refusals(player.play([case for case, _word in cases]), [word for _case, word in cases])


def test_order_now_and_wait_later(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    first, second = new_name(), new_name()
    server.set_faults([{"match": {"method": "POST", "path": "/accounts"}, "fault": "job_stall"}])
    ordered, again, _other, look, timeout, checked = player.play(
        [
            account_task(first, wait=False) | {"register": "one"},
            account_task(first, wait=False),
            account_task(second, wait=False) | {"register": "two"},
            task("reseller_job", job_ids=["{{ one.job.id }}", "{{ two.job.id | upper }}"], wait=False),
            task("reseller_job", job_ids=["{{ one.job.id }}", "{{ two.job.id }}"], wait_timeout=0.5),
            task("reseller_job", job_ids=["{{ one.job.id }}"], wait=False, check=True),
        ]
    )
    job_id = ordered["job"]["id"]
    assert ordered.changed and ordered["account"] is None and ordered["job"]["status"] == "ongoing"
    assert ordered["job"]["estimate"].endswith("Z") and ordered["recovered"] is False
    assert not again.changed and again["job"]["id"] == job_id and again["recovered"] is True and again.writes == []
    assert [job["status"] for job in look.ok["jobs"]] == ["ongoing", "ongoing"] and look["jobs"][0]["id"] == job_id
    assert timeout.error["kind"] == "job_timeout" and job_id in timeout.msg
    assert not checked.changed
    ids = [job["id"] for job in look["jobs"]]
    for number in ids:
        server.set_job(number, "finished")
    done, there = player.play([task("reseller_job", job_ids=ids), account_task(first)])
    assert [job["status"] for job in done.ok["jobs"]] == ["finished", "finished"] and not done.changed
    assert [job["id"] for job in done["jobs"]] == ids and done["jobs"][0]["resource_links"][0].startswith(
        "/v2/accounts/"
    )
    assert not there.changed and there["account"]["identifier"] == first and there["recovered"] is True


def test_jobs_that_end_badly(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    server.set_faults(
        [
            {"match": {"method": "POST", "path": "/accounts", "nth": 1}, "fault": "job_fail", "until_polls": 3},
            {"match": {"method": "POST", "path": "/accounts", "nth": 2}, "fault": "job_cancel"},
        ]
    )
    *_ordered, failed, mended, cancelled, unknown = player.play(
        [
            account_task(new_name(), wait=False) | {"register": "failing"},
            account_task(new_name(), wait=False) | {"register": "withdrawn"},
            task("reseller_job", job_ids=["{{ failing.job.id }}"]),
            task("reseller_job", job_ids=["{{ failing.job.id }}"], on_job_failure="wait"),
            task("reseller_job", job_ids=["{{ withdrawn.job.id }}"]),
            task("reseller_job", job_ids=[str(uuid.uuid4())], wait=False),
        ]
    )
    assert failed.error["kind"] == "provisioning_failed" and failed["job"]["status"] == "failed"
    assert failed["job"]["id"] in failed.msg
    assert mended.ok["jobs"][0]["status"] == "finished"
    assert cancelled.error["kind"] == "provisioning_cancelled" and cancelled["job"]["status"] == "cancelled"
    assert unknown.error["kind"] == "job_unknown"


def test_unknown_state_of_a_job_is_not_trusted(player: Player, server: SandboxProcess) -> None:
    job_id = str(uuid.uuid4())
    path = f"/provisioningjobs/{job_id}"
    body = {"id": job_id, "status": "celebrating"}
    server.set_faults([{"match": {"path": path}, "fault": "edit", "status": 200, "body": body}])
    (result,) = player.play([task("reseller_job", job_ids=[job_id])])
    assert result.error["kind"] == "unexpected_state" and "celebrating" in result.msg


def test_servicepacks(player: Player) -> None:
    everything, one, none, checked = player.play(
        [
            task("reseller_servicepack_info"),
            task("reseller_servicepack_info", name="LINUX pro"),
            task("reseller_servicepack_info", name="Linux"),
            task("reseller_servicepack_info", check=True),
        ]
    )
    assert everything.requests == ["GET /servicepacks"] and not everything.changed
    assert {"id": 1002, "name": "Linux Pro"} in everything["servicepacks"] and len(everything["servicepacks"]) > 3
    assert one.ok["servicepacks"] == [{"id": 1002, "name": "Linux Pro"}]
    assert none.ok["servicepacks"] == [] and checked.ok["servicepacks"] == everything["servicepacks"]
