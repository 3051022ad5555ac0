# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each fault as visible on the wire."""

from __future__ import annotations

import json
import socket
import struct
import time

import pytest
import requests

from tests.sandbox.conftest import MAIL_ONLY, authorization

ORDERS = {"method": "POST", "path": "/accounts"}


def raw(sandbox, method="GET", target="/v2/accounts", body=b"", timeout=10.0):
    """Send a request on a plain socket; return everything received, and how the connection ended."""
    header = f"Authorization: {authorization(method, target, body)}\r\nContent-Type: application/json\r\n"
    head = f"{method} {target} HTTP/1.1\r\nHost: x\r\n{header}Content-Length: {len(body)}\r\n\r\n"
    received = b""
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=timeout) as connection:
        connection.sendall(head.encode() + body)
        try:
            while part := connection.recv(65536):
                received += part
        except ConnectionResetError:
            return received, "reset"
        except TimeoutError:
            return received, "open"
    return received, "closed"


def raw_order(sandbox, api, **options):
    body = json.dumps({"servicepack_id": MAIL_ONLY, "identifier": api.new_name()}).encode()
    return raw(sandbox, "POST", "/v2/accounts", body, **options)


def orders(sandbox):
    return sandbox.state()["orders"].get("POST /accounts", 0)


@pytest.mark.parametrize(("fault", "acted"), [("reset_before", 0), ("reset_after", 1)])
def test_reset(sandbox, api, fault, acted):
    before = orders(sandbox)
    sandbox.set_faults([{"match": ORDERS, "fault": fault}])
    assert raw_order(sandbox, api) == (b"", "reset")
    assert orders(sandbox) == before + acted


def test_timeout_after(sandbox, api):
    before = orders(sandbox)
    sandbox.set_faults([{"match": ORDERS, "fault": "timeout_after", "seconds": 0.6}])
    assert raw_order(sandbox, api, timeout=0.3) == (b"", "open")
    assert raw_order(sandbox, api) == (b"", "reset")
    assert orders(sandbox) == before + 2


def test_refuse_resets_and_then_refuses(sandbox, api):
    before = orders(sandbox)
    assert api.get("/v2/accounts").status_code == 200
    sandbox.set_faults([{"match": {**ORDERS, "nth": 1}, "fault": "refuse", "seconds": 0.7}])
    assert raw_order(sandbox, api) == (b"", "reset")
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", sandbox.port), timeout=5)
    time.sleep(1)
    assert api.get("/v2/accounts").status_code == 200
    assert orders(sandbox) == before


def test_refuse_without_a_match_begins_at_once(sandbox, api):
    # Twice: the second rule counts from its start.
    sandbox.set_faults([{"fault": "refuse", "seconds": 0.2}, {"fault": "refuse", "seconds": 0.7}])
    time.sleep(0.4)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", sandbox.port), timeout=5)
    time.sleep(1)
    assert api.get("/v2/accounts").status_code == 200


@pytest.mark.parametrize("acted", [False, True])
def test_status(sandbox, api, acted):
    before = orders(sandbox)
    fault = {
        "fault": "status",
        "status": 503,
        "acted": acted,
        "body": {"error_code": "x"},
        "headers": {"X-Why": "test"},
    }
    sandbox.set_faults([{"match": {**ORDERS, "nth": 1}, **fault}])
    broken = api.order_account()
    assert (broken.status_code, broken.json(), broken.headers["X-Why"]) == (503, {"error_code": "x"}, "test")
    assert "Location" not in broken.headers
    assert "X-RateLimit-Limit" in broken.headers
    assert orders(sandbox) == before + acted
    assert api.order_account().status_code == 202


def test_status_stands_for_any_response(sandbox, api):
    sandbox.set_faults([{"match": {"method": "DELETE"}, "fault": "status", "status": 410}])
    gone = api.delete("/v2/mysqldatabases/ID100000_x")
    assert (gone.status_code, gone.content) == (410, b"")


def test_edit_changes_parts_of_the_true_response(sandbox, api):
    api.account()
    sandbox.set_faults([{"match": ORDERS, "fault": "edit", "headers": {"Location": None}}])
    accepted = api.order_account()
    assert accepted.status_code == 202
    assert "Location" not in accepted.headers
    sandbox.set_faults([{"fault": "edit", "body": [], "headers": {"X-Paging-Take": "0"}}])
    listed = api.get("/v2/accounts")
    assert (listed.status_code, listed.json(), listed.headers["X-Paging-Take"]) == (200, [], "0")
    assert int(listed.headers["X-Paging-TotalResults"]) > 0


def test_rate_limit(sandbox, api):
    before = orders(sandbox)
    sandbox.set_faults([{"match": {"nth": 1}, "fault": "rate_limit", "retry_after": 3}])
    refused = api.order_account()
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "3")
    assert (refused.headers["X-RateLimit-Remaining"], refused.headers["X-RateLimit-Reset"]) == ("0", "3")
    assert orders(sandbox) == before
    sandbox.set_faults([{"fault": "rate_limit", "retry_after": None}])
    assert "Retry-After" not in api.get("/v2/accounts").headers
    sandbox.set_faults([{"fault": "rate_limit", "retry_after": "soon"}])
    assert api.get("/v2/accounts").headers["Retry-After"] == "soon"
    sandbox.set_faults([{"fault": "rate_limit", "retry_after": "soon", "reset": 2}])
    told = api.get("/v2/accounts").headers
    assert (told["Retry-After"], told["X-RateLimit-Reset"]) == ("soon", "2")


def test_truncate(sandbox, api):
    sandbox.set_faults([{"fault": "truncate"}])
    received, end = raw(sandbox, target="/v2/servicepacks")
    head, _empty, body = received.partition(b"\r\n\r\n")
    whole = int(head.lower().partition(b"content-length: ")[2].split()[0])
    assert head.startswith(b"HTTP/1.1 200 OK\r\n")
    assert (end, len(body)) == ("closed", whole // 2)
    sandbox.set_faults([{"fault": "truncate", "keep": 3}])
    assert len(raw(sandbox, target="/v2/servicepacks")[0].partition(b"\r\n\r\n")[2]) == 3


def test_not_json(sandbox, api):
    before = orders(sandbox)
    sandbox.set_faults([{"fault": "not_json"}])
    answer = api.order_account()
    assert answer.status_code == 202
    assert answer.headers["Location"].startswith("/v2/provisioningjobs/")
    assert "html" in answer.headers["Content-Type"]
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert orders(sandbox) == before + 1


def test_delay(sandbox, api):
    sandbox.set_faults(
        [
            {"match": {"nth": 1}, "fault": "delay", "seconds": 3600},
            {"match": {"nth": 2}, "fault": "delay", "seconds": 0.1},
        ]
    )
    with pytest.raises(requests.ReadTimeout):
        api.get("/v2/accounts", timeout=0.3)
    assert [api.get("/v2/accounts").status_code for _number in range(2)] == [200, 200]
    assert [(rule["seen"], rule["fired"]) for rule in sandbox.faults()] == [(3, 1), (3, 1)]


def test_drip(sandbox, api):
    jobs = {"path": "/provisioningjobs/*"}
    sandbox.set_faults([{"match": jobs, "fault": "drip", "seconds": 0.005}])
    job = api.order_account().headers["Location"]
    assert api.get(job).json()["status"] == "ongoing"
    sandbox.set_faults([{"match": jobs, "fault": "drip", "seconds": 3600}])
    received, ending = raw(sandbox, target=job, timeout=0.5)
    body = received.partition(b"\r\n\r\n")[2]
    # Of a response in chunks: the length of the first one, and its only byte.
    assert (body, ending) == (b"1\r\n{\r\n", "open") or (body, ending) == (b"{", "open")


def test_rules_count_and_combine(sandbox, api):
    sandbox.set_faults(
        [
            {"match": {"method": "get", "path": "/v2/acc*", "nth": [2, 3]}, "fault": "status", "status": 500},
            {"match": {"path": "/accounts", "nth": 3}, "fault": "status", "status": 502},
            {"match": {"path": "/accounts", "nth": 4}, "fault": "status", "status": 503},
            {"match": {"path": "/domains"}, "fault": "delay", "seconds": 0.2},
            {"match": {"path": "/domains"}, "fault": "status", "status": 504},
        ]
    )
    assert [api.get("/v2/accounts").status_code for _number in range(5)] == [200, 500, 500, 503, 200]
    both = api.get("/v2/domains")
    assert (both.status_code, both.elapsed.total_seconds() > 0.2) == (504, True)
    assert [(rule["seen"], rule["fired"]) for rule in sandbox.faults()] == [(5, 2), (5, 1), (5, 1), (1, 1), (1, 1)]


@pytest.mark.parametrize(
    "rule",
    [{}, {"fault": "explode"}, {"fault": "status", "code": 5}, {"fault": "delay", "match": {"color": "red"}}, 5]
    + [{"fault": "delay", "match": {"nth": 0}}, {"fault": "delay", "match": {"nth": "x"}}]
    + [{"fault": ["delay"]}, {"fault": "delay", "match": {"method": 5}}, {"fault": "delay", "match": {"path": []}}]
    + [{"fault": "delay", "match": "GET"}, {"fault": "delay", "seconds": "1"}, {"fault": "delay", "seconds": -1}]
    + [{"fault": "status", "status": status} for status in ("500", 99, 600, True, None)]
    + [{"fault": "status", "acted": "yes"}, {"fault": "not_json", "body": 5}, {"fault": "truncate", "keep": -1}]
    + [{"fault": "edit", "headers": {name: value}} for name, value in (("a b", "x"), ("X", "a\nb"), ("X", "€"))]
    + [{"fault": "edit", "headers": 5}, {"fault": "edit", "headers": {"X": {}}}]
    + [{"fault": "property", "at": at} for at in (None, 5, "", "name", "$.", "$[", "$[x]", "$..name", "$[?@.a=x]")]
    + [{"fault": "property", "at": "$.a", "change": change} for change in ("lose", None, 5)]
    + [{"fault": "property", "at": "$", "change": "drop"}, {"fault": "double_header"}, {"fault": "page_cap", "take": 0}]
    + [{"fault": "total", "value": ["1"]}, {"fault": "nested", "depth": 0}, {"fault": "content_type", "value": None}],
)
def test_a_wrong_rule_is_refused_and_changes_nothing(sandbox, rule):
    sandbox.set_faults([{"fault": "delay", "seconds": 0}])
    with pytest.raises(RuntimeError, match="400"):
        sandbox.set_faults([{"fault": "truncate"}, rule])
    assert [shown["fault"] for shown in sandbox.faults()] == ["delay"]


def test_a_client_that_leaves_does_no_harm(sandbox, api):
    sandbox.set_faults([{"fault": "drip", "seconds": 0.02}])
    with socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.sendall(b"GET /v2/accounts HTTP/1.1\r\nHost: x\r\n\r\n")
        time.sleep(0.1)
    sandbox.set_faults([])
    assert api.get("/v2/accounts").status_code == 200
    assert "Traceback" not in sandbox.stderr()
