# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Common behavior of all operations: paging, the rate limit, refusals, headers."""

from __future__ import annotations

import asyncio
import http.client

import pytest

from sandbox.app import build
from sandbox.launcher import SandboxProcess
from sandbox.options import Options
from tests.sandbox.conftest import PASSWORD, authorization, codes
from tests.support.samples import REGISTRANT

METER = ("X-RateLimit-Limit", "X-RateLimit-Usage", "X-RateLimit-Remaining", "X-RateLimit-Reset")
LISTS = [
    "accounts",
    "mysqldatabases",
    "domains",
    "linuxhostings",
    "windowshostings",
    "sslcertificates",
    "sslcertificaterequests",
]


@pytest.fixture(scope="module")
def seeded():
    with SandboxProcess(seed_accounts=1100, rate_limit="100000/60") as sandbox:
        yield sandbox


def paging(answer):
    return tuple(int(answer.headers[f"X-Paging-{name}"]) for name in ("Skipped", "Take", "TotalResults"))


def test_a_page_holds_25_items_by_default(seeded, client_class):
    api = client_class(seeded)
    first = api.get("/v2/accounts")
    assert (len(first.json()), paging(first)) == (25, (0, 25, 1100))
    large = api.get("/v2/accounts?take=5000&skip=20")
    assert (len(large.json()), paging(large)) == (1000, (20, 1000, 1100))
    last = api.get("/v2/accounts?skip=1090&take=100")
    assert (len(last.json()), paging(last)) == (10, (1090, 10, 1100))
    beyond = api.get("/v2/accounts?skip=2000")
    assert (beyond.json(), paging(beyond)) == ([], (2000, 0, 1100))


def test_pages_neither_overlap_nor_leave_gaps(seeded, client_class):
    api = client_class(seeded)
    for path in ("accounts", "mysqldatabases", "domains", "linuxhostings"):
        total = paging(api.get(f"/v2/{path}"))[2]
        items: list[str] = []
        for skip in range(0, total, 300):
            items += [str(item) for item in api.get(f"/v2/{path}?skip={skip}&take=300").json()]
        assert len(items) == len(set(items)) == total


@pytest.mark.parametrize("path", LISTS)
def test_every_list_is_paged(seeded, client_class, path):
    skipped, take, total = paging(client_class(seeded).get(f"/v2/{path}?take=3&skip=1"))
    assert skipped == 1
    assert take == min(3, max(0, total - 1))


@pytest.mark.parametrize("query", ["skip=-1", "take=-1", "take=many", "take=1&take=2", "take=99999999999"])
def test_paging_parameters_are_checked(api, query):
    assert codes(api.get(f"/v2/accounts?{query}"))


@pytest.mark.parametrize("path", ["/v2/nothing", "/", "/v2", "/v3/accounts", "/v2/accounts//", "/v2/accounts/12/x"])
def test_an_unknown_path_is_404(api, path):
    answer = api.get(path)
    assert answer.status_code == 404
    assert set(answer.json()) == {"error_code", "error_text"}
    assert all(name in answer.headers for name in (*METER, "Date"))


@pytest.mark.parametrize(
    "path",
    ["accounts/1", "provisioningjobs/1", "mysqldatabases/x", "linuxhostings/x.example", "windowshostings/x.example"]
    + [
        "domains/x.example",
        "mailzones/x.example",
        "dns/x.example/records",
        "sslcertificates/00",
        "sslcertificaterequests/1",
    ],
)
def test_an_unknown_object_is_404(api, path):
    answer = api.get(f"/v2/{path}")
    assert (answer.status_code, set(answer.json())) == (404, {"error_code", "error_text"})


@pytest.mark.parametrize(
    ("method", "path"), [("DELETE", "/v2/accounts"), ("PUT", "/v2/servicepacks"), ("POST", "/v2/domains")]
)
def test_a_wrong_method_is_405(api, method, path):
    assert api.call(method, path).status_code == 405


@pytest.mark.parametrize("body", [b"{", b"\xff", b'{"a":', b"not json"])
def test_malformed_json_is_400(api, body):
    assert api.post("/v2/accounts", body).status_code == 400


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        ({"identifier": "a.example"}, ["servicepack_id_required"]),
        ({}, ["servicepack_id_required", "identifier_required"]),
        ({"servicepack_id": "1003", "identifier": "a.example"}, ["servicepack_id_invalid"]),
        ({"servicepack_id": 10**20, "identifier": "a.example"}, ["servicepack_id_invalid"]),
        ({"servicepack_id": 1003, "identifier": None}, ["identifier_invalid"]),
        ({"servicepack_id": 1005, "identifier": "\ud800"}, ["identifier_invalid"]),
        ([], ["request_body_invalid"]),
        ("text", ["request_body_invalid"]),
    ],
)
def test_bodies_are_checked_strictly(api, body, wrong):
    assert codes(api.post("/v2/accounts", body)) == wrong


@pytest.mark.parametrize(
    ("path", "noted"),
    [
        ("accounts", None),
        ("accounts?take=1", None),
        ("accounts?color=red&color=blue&ton%65=dark&take=1", ["color", "tone"]),
        ("servicepacks?take=1", ["take"]),
        ("mailzones/{zone}?domain_name={zone}", ["domain_name"]),
    ],
)
def test_unknown_query_parameters_are_ignored_and_noted(seeded, client_class, path, noted):
    api = client_class(seeded)
    zone = api.get("/v2/accounts?take=1").json()[0]["identifier"]
    assert api.get(f"/v2/{path.format(zone=zone)}").status_code == 200
    names = noted and [f"unknown query parameter {name}" for name in noted]
    assert seeded.exchanges()[-1].get("unusual") == names


def test_a_trailing_slash_is_ignored_and_noted(seeded, client_class):
    api = client_class(seeded)
    for path in ("accounts", "accounts/?take=1", "servicepacks/"):
        answer = api.get(f"/v2/{path}")
        assert answer.status_code == 200, path
        assert seeded.exchanges()[-1].get("unusual") == (["trailing slash"] if "/" in path else None)
    assert api.get("/v2/mailzones/a%2F").status_code == 404
    assert "unusual" not in seeded.exchanges()[-1], "a slash that belongs to a name is no trailing one"


def test_unknown_properties_are_dropped_and_noted(sandbox, api):
    order = {"servicepack_id": 1003, "identifier": api.new_name(), "color": "red", "PASSWORD": "s3cret-word"}
    assert api.post("/v2/accounts", order).status_code == 202
    logged = sandbox.exchanges()[-1]
    assert sorted(logged["unusual"]) == ["unknown property PASSWORD", "unknown property color"]
    assert "s3cret-word" not in str(logged)


def test_unknown_properties_deep_in_a_body(sandbox, api):
    account = api.account()
    wanted = {"account_id": account, "database_name": "shop", "password": PASSWORD}
    assert api.post("/v2/mysqldatabases", wanted).status_code == 202
    assert "unusual" not in sandbox.exchanges()[-1]
    registrant = {**REGISTRANT, "extra_fields": [{"name": "PassportNumber", "value": "1", "tone": "x"}], "color": "x"}
    answer = api.post("/v2/domains/registrations", {"domain_name": api.new_name(), "registrant": registrant})
    assert answer.status_code == 202, answer.text
    assert sorted(sandbox.exchanges()[-1]["unusual"]) == ["unknown property color", "unknown property tone"]


def test_requests_that_steer_are_exact(sandbox):
    with pytest.raises(RuntimeError, match="color_unknown"):
        sandbox.control("PUT", "clock", {"advance": 0, "color": "red"})


def test_a_refusal_does_not_repeat_secrets(api):
    body = {"servicepack_id": 1001, "identifier": "a.example", "ftp_password": ["secret-in-a-list"]}
    assert "secret" not in api.post("/v2/accounts", body).text


def test_the_rate_limit(client_class):
    with SandboxProcess(rate_limit="3/60") as sandbox:
        api = client_class(sandbox)
        assert api.get("/v2/accounts", header="").headers["X-RateLimit-Usage"] == "0"
        for used in (1, 2, 3):
            meter = api.get("/v2/accounts").headers
            assert [meter[name] for name in METER[:3]] == ["3", str(used), str(3 - used)]
            assert 0 < int(meter["X-RateLimit-Reset"]) <= 60
            assert "Retry-After" not in meter
        refused = api.get("/v2/accounts")
        assert (refused.status_code, refused.reason) == (429, "Too many requests, retry later.")
        assert refused.headers["Retry-After"] == refused.headers["X-RateLimit-Reset"]
        assert refused.headers["X-RateLimit-Usage"] == "3"
        for _number in range(5):
            sandbox.state()
        sandbox.advance(int(refused.headers["Retry-After"]) - 2)
        assert api.get("/v2/accounts").status_code == 429
        sandbox.advance(2)
        assert api.get("/v2/accounts").headers["X-RateLimit-Usage"] == "1"


def test_the_reason_phrase_on_the_wire(sandbox):
    sandbox.set_faults([{"fault": "rate_limit", "retry_after": 7}])
    connection = http.client.HTTPConnection("127.0.0.1", sandbox.port, timeout=10)
    connection.request("GET", "/v2/accounts", headers={"Authorization": authorization("GET", "/v2/accounts", b"")})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert (answer.status, answer.reason) == (429, "Too many requests, retry later.")
    assert answer.headers["Retry-After"] == "7"


@pytest.fixture(scope="module")
def short_and_long():
    """Two sandboxes without a server, the second with twice as many accounts; both have more than a page of them."""
    both = [build(Options(seed_accounts=accounts)) for accounts in (60, 120)]
    yield both
    for _app, context in both:
        context.close()


@pytest.mark.parametrize("path", [*LISTS, "accounts?identifier=example", "domains?skip=5"])
def test_a_list_takes_as_much_work_whatever_its_length(short_and_long, path):
    """None asks the state for more than the items of a page: a list of thousands would be slow."""
    statements = []
    for app, context in short_and_long:
        counted: list[str] = []
        context.store._connection.set_trace_callback(counted.append)
        assert asyncio.run(status_of(app, f"/v2/{path}")) == 200
        statements.append(len(counted))
    assert 0 < statements[0] == statements[1]


async def status_of(app, target):
    """The status of a GET that is asked for without a server."""
    path, _mark, query = target.partition("?")
    header = authorization("GET", target, b"").encode()
    scope = {
        "type": "http",
        "method": "GET",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(b"authorization", header)],
        "client": ("127.0.0.1", 1),
        "server": ("127.0.0.1", 2),
        "scheme": "http",
        "root_path": "",
    }
    sent = []

    async def receive():
        return {"type": "http.request", "body": b""}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    return sent[0]["status"]
