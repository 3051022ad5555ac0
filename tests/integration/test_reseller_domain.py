# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reseller_domain`` and ``reseller_domain_info`` against the sandbox."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.playing import ORDERING, NewName, Player, Task, account_task, check_refusals, orders_of, task
from tests.support.samples import REGISTRANT

SERVERS = ["ns1.example.net", "NS2.example.net."]


def domain_task(name: str, **options: Any) -> Task:
    """Return the task that manages a domain name."""
    return task("reseller_domain", name=name, **{**ORDERING, **options})


def buy(name: str, kind: str = "register", **options: Any) -> Task:
    """Return the task that orders a domain name, with its purchase confirmed."""
    wanted = {"registration": kind, "registrant": REGISTRANT, "confirm_purchase": f"domain {kind} {name}", **options}
    return domain_task(name, **wanted)


def test_registration(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    unconfirmed, predicted, made, again, info, everything = player.play(
        [
            buy(name, confirm_purchase="domain transfer " + name),
            buy(name, confirm_purchase=None, name_servers=SERVERS, check=True),
            buy(name, name_servers=SERVERS),
            buy(name, name_servers=SERVERS),
            task("reseller_domain_info", name=name),
            task("reseller_domain_info"),
        ],
    )
    assert unconfirmed.error["kind"] == "purchase_not_confirmed" and unconfirmed.writes == []
    assert unconfirmed["would_purchase"] == predicted["would_purchase"] == f"domain register {name}"
    assert predicted.changed and predicted.requests[:2] == [f"GET /domains/{name}", "GET /domains"]
    assert set(predicted.requests[2:]) <= {"GET /domains"}
    assert made.changed and made.writes == ["POST /domains/registrations"] and made["diff"] == predicted["diff"]
    assert made["job"]["status"] == "finished" and made["domain"]["domain_name"] == name
    assert not again.changed and again.requests == [f"GET /domains/{name}"] and again["recovered"] is False
    # The API shows them in upper case.
    assert {server["name"] for server in info["domains"][0]["name_servers"]} == {"NS1.EXAMPLE.NET", "NS2.EXAMPLE.NET"}
    assert name in {item["domain_name"] for item in everything["domains"]}
    assert orders_of(server, "/domains/registrations", name) == 1


def test_registrant_may_be_left_to_the_vendor(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    """As in the vendor's example; a message says whose data is used before anything is paid for."""
    name = new_name()
    predicted, made, again = player.play(
        [buy(name, registrant=None, check=True), buy(name, registrant=None), buy(name, registrant=None)]
    )
    for result in (predicted, made):
        assert result.changed and ["reseller's account" in warning for warning in result["warnings"]] == [True]
    [order] = [exchange for exchange in made.exchanges if exchange["method"] == "POST"]
    assert json.loads(order["request_body"]) == {"domain_name": name}
    assert not again.changed and "warnings" not in again.data


def test_detail_that_lacks_what_older_responses_lack(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    """Without registrant and can_toggle_renew, with renewal null, as recorded in 2019."""
    name = new_name()
    player.play([account_task(name)])
    odd = {"match": {"method": "GET", "path": f"/domains/{name}"}, "fault": "property"}
    drop = [{**odd, "at": f"$.{part}", "change": "drop"} for part in ("registrant", "can_toggle_renew")]
    server.set_faults([*drop, {**odd, "at": "$.will_renew", "change": "null"}])
    changed, again, info = player.play(
        [
            domain_task(name, name_servers=SERVERS, will_renew=False),
            domain_task(name, name_servers=SERVERS, will_renew=False),
            task("reseller_domain_info", name=name),
        ]
    )
    assert changed.changed and changed.writes == [f"PUT /domains/{name}/nameservers", f"PUT /domains/{name}/renew"]
    assert not again.changed and "registrant" not in info["domains"][0]


@pytest.mark.row(2, "paying post")
def test_lost_response_is_recovered_and_nothing_is_bought_twice(
    player: Player, server: SandboxProcess, new_name: NewName
) -> None:
    name = new_name()
    server.set_faults([{"match": {"method": "POST", "path": "*/registrations", "nth": 1}, "fault": "reset_after"}])
    made, again = player.play([buy(name), buy(name)])
    assert made.changed and made["recovered"] is True and made["domain"]["domain_name"] == name
    assert not again.changed and orders_of(server, "/domains/registrations", name) == 1


def test_transfer_does_not_wait(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    auth_code = player.secret("auth_code", "Tr4nsfer-c0de-71")
    server.set_faults([{"match": {"method": "POST", "path": "/domains/transfers"}, "fault": "job_stall"}])
    (ordered,) = player.play([buy(name, "transfer", auth_code=auth_code)])
    assert ordered.changed and ordered.writes == ["POST /domains/transfers"]
    assert ordered["job"]["status"] == "ongoing" and ordered["domain"] is None
    (waiting,) = player.play([buy(name, "transfer", auth_code=auth_code)])
    assert not waiting.changed and waiting.writes == [] and waiting["job"]["id"] == ordered["job"]["id"]
    server.set_job(ordered["job"]["id"], "finished")
    followed, there = player.play(
        [buy(name, "transfer", auth_code=auth_code, wait=True), buy(name, "transfer", auth_code=auth_code)]
    )
    assert followed.writes == [] and followed["recovered"] and followed["domain"]["domain_name"] == name
    assert not there.changed and orders_of(server, "/domains/transfers", name) == 1


def test_transfer_is_done_when_its_domain_is_listed(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    """Its job is ongoing until the change of the name servers has spread."""
    waited_for, followed, found = new_name(), new_name(), new_name()
    auth_code = player.secret("auth_code", "Tr4nsfer-c0de-73")
    made, again, _ordered, jobs, ordered = player.play(
        [
            buy(waited_for, "transfer", auth_code=auth_code, wait=True),
            buy(waited_for, "transfer", auth_code=auth_code),
            buy(followed, "transfer", auth_code=auth_code) | {"register": "ordered"},
            task("reseller_job", job_ids=["{{ ordered.job.id }}"]),
            buy(found, "transfer", auth_code=auth_code),
        ]
    )
    assert made.changed and made["job"]["status"] == "ongoing" and made["domain"]["domain_name"] == waited_for
    assert not made["recovered"] and made.writes == ["POST /domains/transfers"]
    assert not again.changed and again.requests == [f"GET /domains/{waited_for}"] and not again["recovered"]
    (job,) = jobs.ok["jobs"]
    assert job["status"] == "ongoing" and job["resource_links"] == [f"/v2/domains/{followed}"]
    assert ordered["domain"] is None
    server.advance(1)
    (there,) = player.play([buy(found, "transfer", auth_code=auth_code, will_renew=False)])
    assert there["recovered"] and there.changed and there.writes == [f"PUT /domains/{found}/renew"]
    for name in (waited_for, followed, found):
        assert orders_of(server, "/domains/transfers", name) == 1


def test_settings_of_a_domain(player: Player, new_name: NewName) -> None:
    name = new_name()
    played = player.play(
        [
            account_task(name),
            domain_task(name, name_servers=SERVERS, will_renew=False, check=True),
            domain_task(name, name_servers=SERVERS, will_renew=False),
            domain_task(name, name_servers=SERVERS[::-1], will_renew=False),
            domain_task(name, will_renew=True),
        ],
    )
    predicted, changed, again, renewed = played.results[1:]
    path = f"/domains/{name}"
    assert predicted.changed and predicted.requests == [f"GET {path}"]
    assert changed.changed and changed.writes == [f"PUT {path}/nameservers", f"PUT {path}/renew"]
    assert changed["diff"] == predicted["diff"] and changed["domain"]["will_renew"] is False
    assert [server["name"] for server in changed["domain"]["name_servers"]] == ["ns1.example.net", "ns2.example.net"]
    assert not again.changed and again.requests == [f"GET {path}"]
    assert renewed.changed and renewed.writes == [f"PUT {path}/renew"]


def test_role_that_renewals_need(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    server.set_faults([{"match": {"method": "PUT", "path": "*/renew", "nth": 1}, "fault": "status", "status": 403}])
    _owner, refused = player.play([account_task(name), domain_task(name, name_servers=SERVERS, will_renew=False)])
    assert refused.outcome == "failed" and "finance role" in refused.msg and refused["changed"] is True
    assert refused["applied"] == ["name_servers"] and refused["failed_writes"] == ["will_renew"]


def test_renewal_that_is_never_reported(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    _owner, info = player.play([account_task(name), task("reseller_domain_info", name=name)])
    untold = {**info["domains"][0], "will_renew": None, "can_toggle_renew": True}
    server.set_faults([{"match": {"method": "GET", "path": f"/domains/{name}"}, "fault": "edit", "body": untold}])
    played = player.play(
        [
            domain_task(name, will_renew=False, check=True),
            domain_task(name, will_renew=False),
            domain_task(name, will_renew=False),
            domain_task(name, will_renew=True),
        ]
    )
    assert [result.changed for result in played] == [True, True, False, True]
    assert [len(result.writes) for result in played] == [0, 1, 0, 1]


def test_renewal_that_is_locked(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    name = new_name()
    player.play([account_task(name)])
    server.control("PUT", f"domains/{name}", {"can_toggle_renew": False, "will_renew": True})
    for check in (False, True):
        (refused,) = player.play([domain_task(name, name_servers=SERVERS, will_renew=False, check=check)])
        assert refused.error["kind"] == "renewal_locked" and refused.writes == []
    (same,) = player.play([domain_task(name, will_renew=True)])
    assert not same.changed


def test_refusals(player: Player, new_name: NewName) -> None:
    code = player.secret("auth_code", "Tr4nsfer-c0de-72")
    lacking = {name: value for name, value in REGISTRANT.items() if name != "city"}
    nobody = new_name()
    played = player.play(
        [
            domain_task("www.fine.example"),
            domain_task("fine.example", name_servers=[]),
            domain_task("fine.example", name_servers=["-"]),
            buy("fine.example", registrant=lacking),
            buy("fine.example", registrant={**REGISTRANT, "phone": "092345678"}),
            buy("fine.ca"),
            buy("fine.es"),
            buy("fine.it", registrant={**REGISTRANT, "extra_fields": {"CodiceFiscal": "X"}}),
            buy("fine.example", "transfer"),
            buy("fine.example", "transfer", auth_code=code, registrant=lacking),
            domain_task(nobody, will_renew=False),
            domain_task(nobody, will_renew=False, check=True),
        ]
    )
    words = ["name", "name_servers", "name_servers", "city", "phone", ".ca", "PassportNumber"]
    check_refusals(played.results[:10], [*words, "PassportNumber", "auth_code", "city"])
    missing, missing_checked = played.results[10:]
    assert missing.error["kind"] == "not_found" and "registration" in missing.msg and missing.writes == []
    assert missing_checked.changed and "no domain" in missing_checked["warnings"][0]
