# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Authentication of requests."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import pytest

from sandbox.errors import ApiError
from sandbox.launcher import SandboxProcess
from sandbox.reseller.signature import MAX_CLOCK_DIFFERENCE, SignatureCheck, encode_target
from tests.sandbox.conftest import authorization
from tests.support.samples import ENCODED_TARGETS

MAILBOX = "/v2/mailboxes/first.last%2Btag%40example.com"
ORDER = b'{"servicepack_id":1001,"identifier":"example.com","ftp_password":"blaBLA123"}'
# Method, target, body, header: computed with another implementation, secret S3cr+t/==, case of the target kept.
KNOWN = [
    ("POST", MAILBOX, ORDER, "sandbox-key:svoKmFojvHs0v/QnYCwiC2KmRU5oqI/Focizt+1uldY=:5f0c0000004a:1760002738"),
    (
        "GET",
        "/v2/dns/example.com/records?type=TXT&record_name=*._domainkey",
        b"",
        "sandbox-key:jEV0epqI9nwE7erQkZst6/NCOOFjBInzjceMcCyiO50=:5f0c00000064:1760003700",
    ),
    (
        "PUT",
        "/v2/accounts?asset_type=linux_hosting&identifier=example.com",
        b"{}",
        "sandbox-key:ql95TlzoK20UQrb5DDZ6xtE8zbNtJELZGWNOX+LQ2hU=:5f0c0000001a:1760000962",
    ),
    (
        "GET",
        "/v2/mysqldatabases/ID909001_tests",
        b"",
        "sandbox-key:bld9osDH2aSDbEkpTH3UfCAPjh7DhtGt62t1rTJcuS4=:5f0c000000d0:1760007696",
    ),
]


# The same for targets with a plus sign, an encoded space, an encoded plus sign and a tilde; all at one time.
SPACES = [
    ("GET", "/v2/accounts?identifier=a+b", b"", "FQOfWsogFRaAIsliNaaclD4uYiSm01TSu+8GN1v4qMA=:6b0820b241ce8"),
    ("GET", "/v2/accounts?identifier=a%20b", b"", "3WGFzDJ1VwzC7cD8I4MLZEV8csZ+WnBjI324c89ny9E=:6b0820b244f83"),
    ("GET", "/v2/accounts?identifier=a%2Bb&take=5", b"", "fKOY7gWUpxaxUHU5du33MasWwyGTJDWFjPmiVycuAi4=:6b0820b248cd7"),
    ("GET", "/v2/mailboxes/a+b@php.example", b"", "ktnqKf9akk7vf3E4/DVvwPB2Uy8ihDkjyx9cytemMfY=:6b0820b2490f2"),
    (
        "GET",
        "/v2/sslcertificates/ABCDEF0123/download?file_format=pfx&password=pa+ss%26w~rd%2B1",
        b"",
        "63YjCs1no9W49O/fizlSCLfeLEYpfMYRm7QuvmAnPRE=:6b0820b24dd73",
    ),
]
KNOWN += [(method, target, body, f"sandbox-key:{signed}:1795694770") for method, target, body, signed in SPACES]


@pytest.mark.parametrize(("method", "target", "body", "header"), KNOWN, ids=[row[1][:30] for row in KNOWN])
def test_known_signatures(method, target, body, header):
    check = SignatureCheck("sandbox-key", "S3cr+t/==")
    now = int(header.rpartition(":")[2])

    assert check.check(f"hmac {header}", method, target, body, now=now, cases=(False,)) == "sandbox-key"
    with pytest.raises(ApiError, match="used before"):
        check.check(f"hmac {header}", method, target, body, now=now, cases=(False,))
    with pytest.raises(ApiError, match="does not match"):
        check.check(f"hmac {header}", method, target, body + b" ", now=now, cases=(False,))


@pytest.mark.parametrize(("target", "form", "rfc3986"), ENCODED_TARGETS)
def test_two_ways_to_encode_a_space_a_plus_sign_and_a_tilde(target, form, rfc3986):
    assert encode_target(target, lower=False) == encode_target(target, lower=False, encoding="form") == form
    assert encode_target(target, lower=False, encoding="rfc3986") == rfc3986


def test_a_plus_sign_in_a_query_is_a_space(sandbox, api, client_class):
    """As the vendor's client sends and signs it; the sandbox can be set to the other encoding."""
    signed = authorization("GET", "/v2/accounts?identifier=a%20b", b"")
    assert api.get("/v2/accounts?identifier=a+b", header=signed).status_code == 200
    with SandboxProcess("--query-signature", "rfc3986") as other:
        client = client_class(other)
        assert client.get("/v2/accounts?identifier=a%20b").status_code == 401
        assert client.get("/v2/accounts?identifier=ab").status_code == 200


def test_both_cases_of_the_target_are_accepted(api):
    database = api.finish(api.order_database(api.account(), "Tests"))
    assert database.startswith("/v2/mysqldatabases/ID")
    for lower in (True, False):
        assert api.get(database, lower=lower).status_code == 200


@pytest.mark.parametrize(("fault", "accepted"), [("lower_case_rejected", False), ("kept_case_rejected", True)])
def test_a_fault_rejects_one_case_of_the_target(sandbox, api, fault, accepted):
    database = api.finish(api.order_database(api.account(), "Tests"))
    sandbox.set_faults([{"fault": fault}])
    assert api.get(database, lower=accepted).status_code == 200
    refused = api.get(database, lower=not accepted)
    assert (refused.status_code, refused.json()["error_code"]) == (401, "authorization_hmac_invalid")
    assert api.get("/v2/accounts", lower=not accepted).status_code == 200


@pytest.mark.parametrize(
    "signing",
    [
        {"secret": "wrong"},
        {"key": "unknown"},
        {"clock": -MAX_CLOCK_DIFFERENCE - 60},
        {"clock": MAX_CLOCK_DIFFERENCE + 60},
    ],
    ids=["secret", "key", "past", "future"],
)
def test_a_wrong_signature_executes_nothing(sandbox, api, signing):
    if "clock" in signing:
        signing = {"timestamp": int(time.time()) + signing["clock"]}
    before = sandbox.state()
    refused = api.post("/v2/accounts", {"servicepack_id": 1003, "identifier": api.new_name()}, **signing)
    assert (refused.status_code, refused.json()["error_code"]) == (401, "authorization_hmac_invalid")
    assert int(refused.headers["X-RateLimit-Limit"]) == 100000
    after = sandbox.state()
    sent, sent_before = after.pop("orders_sent"), before.pop("orders_sent")
    assert after == before
    assert sent["POST /accounts"] == sent_before.get("POST /accounts", 0) + 1, "it arrived all the same"


def test_a_timestamp_within_the_window_is_accepted(api):
    assert api.get("/v2/accounts", timestamp=int(time.time()) - MAX_CLOCK_DIFFERENCE + 60).status_code == 200


def test_the_signature_covers_method_path_query_and_body(api):
    header = authorization("GET", "/v2/accounts?take=5", b"")
    assert api.get("/v2/accounts?take=6", header=header).status_code == 401
    assert api.get("/v2/domains?take=5", header=header).status_code == 401
    assert api.call("DELETE", "/v2/accounts?take=5", header=header).status_code == 401
    assert api.call("GET", "/v2/accounts?take=5", b"{}", header=header).status_code == 401
    assert api.get("/v2/accounts?take=5", header=header).status_code == 200


def test_a_nonce_serves_once(api):
    assert api.get("/v2/accounts", nonce="once").status_code == 200
    again = api.get("/v2/accounts", nonce="once")
    assert (again.status_code, again.json()["error_code"]) == (401, "authorization_hmac_invalid")


@pytest.mark.parametrize("header", ["", "Basic c2FuZGJveA==", "hmac", "hmac a:b:c", "hmac a:b:c:d", "hmac a:b:c:1:2"])
def test_a_header_of_another_form(api, header):
    refused = api.get("/v2/accounts", header=header)
    assert refused.status_code == 401
    assert refused.json()["error_code"] == "auth_authorization_header_invalid_format"


def test_the_clock_of_the_server_can_be_wrong(sandbox, api):
    sandbox.set_faults([{"fault": "clock_skew", "seconds": 7200}])
    refused = api.get("/v2/accounts")
    assert refused.status_code == 401
    server_time = int(parsedate_to_datetime(refused.headers["Date"]).timestamp())
    assert abs(server_time - time.time() - 7200) < 10
    assert api.get("/v2/accounts", timestamp=server_time).status_code == 200


def test_an_address_that_is_not_allowed(client_class):
    with SandboxProcess(allow=["192.0.2.0/24", "2001:db8::/32"]) as sandbox:
        refused = client_class(sandbox).get("/v2/accounts")
        assert refused.status_code == 401
        assert refused.json()["error_code"] != "authorization_hmac_invalid"
        assert "127.0.0.1" in refused.json()["error_text"]
        assert "X-RateLimit-Limit" in refused.headers


def test_the_secret_of_the_environment(client_class):
    with SandboxProcess(api_key="other", api_secret="S3cr+t/==") as sandbox:
        api = client_class(sandbox)
        assert api.get("/v2/accounts", key="other", secret="S3cr+t/==").status_code == 200
        assert api.get("/v2/accounts", key="other").status_code == 401
