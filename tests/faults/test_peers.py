# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The order of a certificate under common retry policies and under ours: the number of purchases of each."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

import pytest
import requests

from sandbox.launcher import SandboxProcess
from tests.faults.conftest import CERTIFICATE, Bench, Call
from tests.faults.peers import POLICIES, Policy
from tests.sandbox.conftest import authorization
from tests.support.csr import make_csr
from tests.support.scoreboard import PolicyRun

pytestmark = [pytest.mark.faults, pytest.mark.row(17, "paying post")]

PATH = "/v2/sslcertificaterequests"
FAULTS: dict[str, dict[str, Any]] = {
    "answer lost": {"fault": "reset_after"},
    "timeout, carried out": {"fault": "timeout_after"},
    "lost before": {"fault": "reset_before"},
    **{
        f"{status}, carried out": {"fault": "status", "status": status, "acted": True}
        for status in (500, 502, 503, 504)
    },
    "503, not carried out": {"fault": "status", "status": 503, "acted": False},
}
#: The faults under which each policy buys twice: those after which it resends an executed order.
TWICE = {
    POLICIES[0].name: {"timeout, carried out", "502, carried out", "504, carried out"},
    POLICIES[1].name: {
        "answer lost",
        "timeout, carried out",
        "502, carried out",
        "503, carried out",
        "504, carried out",
    },
    POLICIES[2].name: {name for name in FAULTS if name.endswith(", carried out")} | {"answer lost"},
}


def sender(server: SandboxProcess, *, sign_anew: bool) -> Callable[[], requests.Response]:
    """Orders a certificate manually."""
    order = {"csr": make_csr(f"{secrets.token_hex(4)}.example")}
    body = json.dumps({**order, "certificate_type": "standard", "validation_level": "domain_validated"}).encode()
    signatures: list[str] = []

    def send() -> requests.Response:
        if sign_anew or not signatures:
            signatures.append(authorization("POST", PATH, body, key=server.api_key, secret=server.api_secret))
        headers = {"Authorization": signatures[-1], "Content-Type": "application/json"}
        return requests.post(server.url + PATH, data=body, headers=headers, timeout=1, allow_redirects=False)

    return send


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("sign_anew", [True, False], ids=["signed anew", "same signature"])
@pytest.mark.parametrize("policy", POLICIES, ids=lambda policy: policy.name)
def test_usual_policy(
    server: SandboxProcess, record_property: Any, policy: Policy, sign_anew: bool, fault: str
) -> None:
    before = server.state()["ssl_requests"]
    server.set_faults([{"match": {"method": "POST", "path": PATH, "nth": 1}, **FAULTS[fault]}])
    policy.follow(sender(server, sign_anew=sign_anew))
    bought = server.state()["ssl_requests"] - before
    name = policy.name if sign_anew else f"{policy.name}; the same signature again, which this server refuses"
    PolicyRun(name, fault, bought).record(record_property)
    assert (bought == 2) is (sign_anew and fault in TWICE[policy.name])


@pytest.mark.parametrize("fault", FAULTS)
def test_this_collection(new_bench: Callable[[Call], Bench], record_property: Any, fault: str) -> None:
    bench = new_bench(CERTIFICATE)
    bench.fault(**FAULTS[fault])
    bench.run(timeout=2)
    bench.again()
    PolicyRun("this collection, run twice", fault, bench.made()).record(record_property)
    assert bench.made() <= 1
