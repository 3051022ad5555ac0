# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Faults that alter responses: each as visible on the wire, in responses to executed requests."""

from __future__ import annotations

import http.client
import json

import pytest

from sandbox import json_path
from tests.sandbox.conftest import MAIL_ONLY, authorization

PACKS = "/v2/servicepacks"


def altered(sandbox, api, *faults, path=PACKS):
    """Return the response to a read under these faults."""
    sandbox.set_faults([*faults])
    return api.get(path)


def true_packs(sandbox, api):
    packs = altered(sandbox, api).json()
    assert [pack["id"] for pack in packs] == [1001, 1002, 1003, 1004, 1005]
    return packs


def headers_of(sandbox, path, name):
    """Return all values of a header of the response."""
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    connection.request("GET", path, headers={"Authorization": authorization("GET", path, b"")})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers.get_all(name)


@pytest.mark.parametrize("status", [202, 203, 206, 226, 299])
def test_another_status(sandbox, api, status):
    packs = true_packs(sandbox, api)
    answer = altered(sandbox, api, {"fault": "edit", "status": status})
    assert (answer.status_code, answer.json()) == (status, packs)


@pytest.mark.parametrize("status", [204, 304])
def test_a_status_without_a_body_has_none(sandbox, api, status):
    answer = altered(sandbox, api, {"fault": "edit", "status": status})
    assert (answer.status_code, answer.content, answer.headers.get("Content-Type")) == (status, b"", None)
    assert altered(sandbox, api).status_code == 200, "the connection still works"


def test_no_body(sandbox, api):
    answer = altered(sandbox, api, {"fault": "no_body"})
    assert (answer.status_code, answer.content, answer.headers.get("Content-Type")) == (200, b"", None)
    answer = altered(sandbox, api, {"fault": "no_body", "content_type": "text/plain"})
    assert (answer.content, answer.headers["Content-Type"]) == (b"", "text/plain")


def test_another_content_type(sandbox, api):
    packs = true_packs(sandbox, api)
    answer = altered(sandbox, api, {"fault": "content_type", "value": "text/html"})
    assert (answer.headers["Content-Type"], answer.json()) == ("text/html", packs)


def test_nested_without_end(sandbox, api):
    answer = altered(sandbox, api, {"fault": "nested"})
    assert (answer.status_code, answer.content) == (200, b"[" * 200_000)
    assert altered(sandbox, api, {"fault": "nested", "depth": 3, "opening": '{"a":'}).content == b'{"a":{"a":{"a":'


def test_headers_set_dropped_and_doubled(sandbox, api):
    true = headers_of(sandbox, "/v2/accounts", "X-Paging-TotalResults")
    assert len(true) == 1
    for fault, expected in (
        ({"fault": "edit", "headers": {"X-Paging-TotalResults": "7"}}, ["7"]),
        ({"fault": "edit", "headers": {"x-paging-totalresults": None}}, None),
        ({"fault": "edit", "headers": {"X-Paging-TotalResults": ["7", "8"]}}, ["7", "8"]),
        ({"fault": "double_header", "name": "X-Paging-TotalResults"}, true * 2),
        ({"fault": "double_header", "name": "X-Paging-TotalResults", "value": "7"}, [*true, "7"]),
        ({"fault": "double_header", "name": "X-Not-There"}, true),
        ({"fault": "total"}, None),
        *(({"fault": "total", "value": value}, [value]) for value in ("40, 40", "25", "²", "-1", "")),
    ):
        sandbox.set_faults([fault])
        assert headers_of(sandbox, "/v2/accounts", "X-Paging-TotalResults") == expected, fault


def test_a_total_is_not_invented(sandbox, api):
    assert "X-Paging-TotalResults" not in altered(sandbox, api, {"fault": "total", "value": "7"}).headers


def test_pages_are_capped(sandbox, api):
    sandbox.seed(5)
    sandbox.set_faults([])
    total = int(api.get("/v2/accounts?take=1000").headers["X-Paging-TotalResults"])
    sandbox.set_faults([{"fault": "page_cap", "take": 2}])
    answer = api.get("/v2/accounts?take=1000&skip=1")
    told = [answer.headers[f"X-Paging-{name}"] for name in ("Skipped", "Take", "TotalResults")]
    assert (len(answer.json()), told) == (2, ["1", "2", str(total)])
    assert len(api.get("/v2/accounts?take=1").json()) == 1
    assert api.get(PACKS).status_code == 200


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"change": "drop"}, {}),
        ({"change": "null"}, {"name": None}),
        ({}, {"name": None}),
        ({"change": "empty"}, {"name": ""}),
        ({"change": "other"}, {"name": "xLinux Pro"}),
        ({"change": "wrong_type"}, {"name": 7}),
        ({"change": "set", "value": ["a"]}, {"name": ["a"]}),
    ],
)
def test_a_property(sandbox, api, change, expected):
    packs = true_packs(sandbox, api)
    packs[1] = {"id": 1002, **expected}
    for at in ("$[1].name", "$[-4]['name']", "$[?@.id==1002].name", "$[?@.name=='Linux Pro'].name"):
        answer = altered(sandbox, api, {"fault": "property", "at": at, **change})
        assert answer.json() == packs, at
        assert int(answer.headers["Content-Length"]) == len(answer.content)


@pytest.mark.parametrize(
    ("value", "empty", "other", "wrong_type"),
    [
        (5, "", 6, "x"),
        (1.5, "", 2.5, "x"),
        (True, "", False, "x"),
        (None, "", "x", 7),
        ([1, 2], [], ["x"], {}),
        ({"a": 1}, {}, {"x": "x"}, []),
    ],
)
def test_what_a_property_of_each_type_becomes(sandbox, api, value, empty, other, wrong_type):
    known = {"fault": "edit", "body": {"a": value}}
    for change, expected in (("empty", empty), ("other", other), ("wrong_type", wrong_type)):
        answer = altered(sandbox, api, known, {"fault": "property", "at": "$.a", "change": change})
        assert answer.json() == {"a": expected}, change


def test_properties_of_all_items_items_and_the_whole(sandbox, api):
    ids = [{"id": pack["id"]} for pack in true_packs(sandbox, api)]
    drop = {"fault": "property", "change": "drop"}
    assert altered(sandbox, api, {**drop, "at": "$[*].name"}).json() == ids
    assert altered(sandbox, api, {**drop, "at": "$[*].*"}).json() == [{}] * 5
    assert altered(sandbox, api, {**drop, "at": "$[*].name"}, {**drop, "at": "$[0]"}).json() == ids[1:]
    assert altered(sandbox, api, {**drop, "at": "$[*]"}).json() == []
    assert altered(sandbox, api, {"fault": "property", "at": "$"}).json() is None
    nothing = ("$[9].name", "$.name", "$[0].nothing", "$[0].name.a", "$[?@.id==7]", "$[?@.nothing==null]")
    packs = true_packs(sandbox, api)
    assert altered(sandbox, api, *({**drop, "at": at} for at in nothing)).json() == packs


def test_a_body_that_is_no_json_stays(sandbox, api):
    drop = {"fault": "property", "at": "$.a", "change": "drop"}
    assert altered(sandbox, api, {"fault": "edit", "body": "text"}, drop).content == b"text"


def test_alterations_go_with_how_the_exchange_ends(sandbox, api):
    sandbox.set_faults([{"fault": "property", "at": "$[0]", "change": "drop"}, {"fault": "truncate", "keep": 8}])
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    connection.request("GET", PACKS, headers={"Authorization": authorization("GET", PACKS, b"")})
    with pytest.raises(http.client.IncompleteRead) as cut:
        connection.getresponse().read()
    connection.close()
    assert cut.value.partial == b'[{"id": '


def test_an_altered_response_is_to_a_request_that_was_executed(sandbox, api):
    before = sandbox.state()
    sandbox.set_faults([{"match": {"method": "POST"}, "fault": "no_body"}])
    order = {"servicepack_id": MAIL_ONLY, "identifier": api.new_name()}
    assert api.post("/v2/accounts", order).status_code == 202
    assert sandbox.state()["orders"]["POST /accounts"] == before["orders"].get("POST /accounts", 0) + 1


def test_the_log_says_what_was_altered(sandbox, api):
    altered(sandbox, api, {"fault": "total"}, {"fault": "property", "at": "$[*].id"}, {"fault": "total"})
    logged = sandbox.exchanges()[-1]
    assert logged["fault"] == "total+property"
    assert all(pack["id"] is None for pack in json.loads(logged["response_body"]))


def test_what_paths_lead_to():
    document = {"a": [{"b": 1, "c d": True}, {"b": "1"}, {"b": None}, 5], "n": {"a": [{"b": 1}]}}
    for path, values in (
        ("$", [document]),
        ("$.a[*].b", [1, "1", None]),
        ("$.a[?@.b==1].b", [1]),
        ("$.a[?@.b=='1'].b", ["1"]),
        ("$.a[?@.b==null].b", [None]),
        ("$.a[0]['c d']", [True]),
        ("$.a[-1]", [5]),
        ("$.n.*[0].b", [1]),
        ("$.a.b", []),
    ):
        assert [place.value for place in json_path.find([document], json_path.parse(path))] == values, path
