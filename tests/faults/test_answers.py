# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Answers that are refusals, damaged or slow, or that redirect to another origin."""

from __future__ import annotations

import gzip
import itertools
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.faults.conftest import (
    ACCOUNT,
    ALL,
    BY_JOB,
    CERTIFICATE,
    DATABASE,
    DELETE,
    DOMAIN,
    FREE,
    ONE_OF_EACH,
    PUT,
    READ,
    Bench,
    Call,
    cases,
)
from tests.faults.front import Front, answer

pytestmark = pytest.mark.faults

#: Calls of modules whose targets have no capitals: after a 401 those are signed again with their case kept.
WITHOUT_CAPITALS = (READ, PUT, DELETE, *FREE[1:], ACCOUNT, DATABASE, DOMAIN, CERTIFICATE)


def moments(exchanges: list[dict[str, Any]]) -> list[float]:
    """Return when requests were answered, in unix time."""
    return [datetime.fromisoformat(one["at"]).timestamp() for one in exchanges]


# The rate limit


@pytest.mark.parametrize("call", cases(6, ALL))
def test_full_window_is_waited_for(bench: Bench, call: Call) -> None:
    bench.fault("rate_limit", retry_after=1)
    run = bench.run(rate_limit_timeout=10)
    assert run.sent(call) == 2
    refused, repeated = (one for one in run.exchanges if call.is_made_by(one))
    assert moments([repeated])[0] - moments([refused])[0] >= 0.99
    bench.check_done(run, recovered=False)


@pytest.mark.parametrize(
    ("call", "retry_after"),
    [case for said in (0, -5, "Wed, 21 Oct 2015 07:28:00 GMT") for case in cases(8, [READ, ACCOUNT], said)],
)
def test_strange_times_to_wait_are_survived(bench: Bench, call: Call, retry_after: Any) -> None:
    # Unchanged, the other headers would give the true end of the window, up to a minute away, which is waited for.
    bench.fault("rate_limit", retry_after=retry_after, reset=1)
    run = bench.run()
    assert run.sent(call) == 2
    bench.check_done(run, recovered=False)


@pytest.mark.parametrize(
    ("call", "retry_after"),
    [case for said in (10**9, "99999999999999999999", "soon", None) for case in cases(8, [READ, ACCOUNT], said)],
)
def test_time_to_wait_that_is_too_long_fails_at_once(bench: Bench, call: Call, retry_after: Any) -> None:
    bench.fault("rate_limit", retry_after=retry_after)
    run = bench.run(rate_limit_timeout=2)
    assert (run.error["kind"], run.sent(call)) == ("rate_limited", 1)
    # Later tasks remember the refusal for a while, and this test is about orders.
    for known in bench.state_dir.glob("pacing/*"):
        known.unlink()
    bench.check_done(bench.again(), recovered=False)


# Refusals


@pytest.mark.parametrize("call", cases(21, ALL))
def test_wrong_clock_is_corrected_for(bench: Bench, call: Call) -> None:
    bench.server.set_faults([{"fault": "clock_skew", "seconds": 7200}])
    bench.check_done(bench.run(), recovered=False)


@pytest.mark.parametrize("call", cases(21, ONE_OF_EACH))
def test_wrong_clock_is_reported_when_correcting_does_not_help(bench: Bench, call: Call) -> None:
    bench.fault("status", nth=[1, 2], status=401, headers={"Date": "Wed, 21 Oct 2015 07:28:00 GMT"})
    run = bench.run()
    assert run.sent(call) == 2
    assert "Set the clock of this machine: it differs" in run.result["msg"]
    bench.check_not_sent(run, "unauthorized")


@pytest.mark.parametrize(("call", "status"), [*cases(22, WITHOUT_CAPITALS, 401), *cases(22, ALL, 403)])
def test_refused_write_is_sent_once_and_forgotten(bench: Bench, call: Call, status: int) -> None:
    bench.fault("status", status=status)
    run = bench.run()
    assert run.sent(call) == 1
    bench.check_not_sent(run, "unauthorized", "forbidden")


@pytest.mark.parametrize("call", cases(22, WITHOUT_CAPITALS))
def test_wrong_secret_is_tried_once(bench: Bench, call: Call) -> None:
    run = bench.run(api_secret="not-the-secret")
    assert run.error["kind"] == "unauthorized" and len(run.exchanges) == 1
    assert "api_secret" in run.result["msg"]
    bench.check_done(bench.again(), recovered=False)


@pytest.mark.parametrize("call", cases(22, WITHOUT_CAPITALS))
def test_address_that_is_not_allowed_is_tried_once(bench: Bench, strict: SandboxProcess, call: Call) -> None:
    before = len(strict.exchanges())
    run = bench.run(api_url=strict.url, api_key=strict.api_key, api_secret=strict.api_secret)
    assert run.error["kind"] in {"unauthorized", "forbidden"} and "allow-list" in run.result["msg"]
    assert len(strict.exchanges()) == before + 1


@pytest.fixture(scope="module")
def strict() -> Iterator[SandboxProcess]:
    """A sandbox that admits nobody from here."""
    with SandboxProcess(allow=["192.0.2.0/24"]) as sandbox:
        yield sandbox


# Damaged answers

#: Calls whose thing is searched in a list; others are read by name.
LISTED = ("service packs", "record", "ssh key", "account", "certificate")

#: The error kinds for unreadable answers: an order also reports what can't be proven because of them.
UNREADABLE = {call: ("unproven",) if call.orders else ("protocol", "unproven") for call in ALL}

DAMAGES: dict[str, dict[str, Any]] = {
    "cut": {"fault": "truncate"},
    "nothing of it": {"fault": "truncate", "keep": 0},
    "web page": {"fault": "not_json"},
    "cut JSON": {"fault": "not_json", "body": '{"id": '},
    "empty": {"fault": "edit", "body": ""},
}


@pytest.mark.parametrize(("call", "damage"), [case for name in DAMAGES for case in cases(23, ONE_OF_EACH, name)])
def test_damaged_response(bench: Bench, call: Call, damage: str) -> None:
    bench.fault(**DAMAGES[damage])
    run = bench.run()
    # A read is resent; the complete head of a write's answer has confirmed its execution.
    assert run.sent(call) == (1 if call.writes else 2)
    bench.check_done(run, recovered=False)


@pytest.mark.parametrize("call", cases(23, ALL))
def test_lasting_damage_is_reported(bench: Bench, call: Call) -> None:
    bench.server.set_faults([{"match": {"method": "GET"}, "fault": "not_json"}])
    run = bench.run(retry_timeout=0.5)
    assert "web page" in run.result["msg"] and run.writes == []
    bench.check_not_sent(run, *UNREADABLE[call])


@pytest.mark.parametrize(
    ("call", "body"),
    [
        *(case for call in ALL for case in cases(23, [call], "{}" if call.thing in LISTED else "[]")),
        *(case for body in ("[null]", '"text"', "null") for case in cases(23, ONE_OF_EACH, body)),
    ],
)
def test_response_of_another_type_is_not_trusted(bench: Bench, call: Call, body: str) -> None:
    """Nothing is ordered or removed because of a read that returned nothing understandable."""
    bench.server.set_faults([{"match": {"method": "GET"}, "fault": "edit", "status": 200, "body": body}])
    run = bench.run(retry_timeout=0.5)
    assert run.writes == []
    bench.check_not_sent(run, *UNREADABLE[call])


@pytest.mark.parametrize("call", cases(23, ONE_OF_EACH))
def test_byte_order_mark_before_the_body_is_ignored(bench: Bench, call: Call) -> None:
    def marked(front: Front, request: Any, _connection: Any) -> bytes:
        head, _empty, body = front.pass_on(request, close=True).partition(b"\r\n\r\n")
        if not body:
            return head + b"\r\n\r\n"
        kept = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
        return b"\r\n".join([*kept, b"Content-Length: %d" % (len(body) + 3), b"", b"\xef\xbb\xbf" + body])

    with Front(bench.server, marked) as front:
        bench.check_done(bench.run(api_url=front.url), recovered=False)


@pytest.mark.parametrize(
    ("call", "packed"), [case for how in (True, False) for case in cases(24, [READ, ACCOUNT], how)]
)
def test_enormous_response_is_not_read(bench: Bench, call: Call, packed: bool) -> None:
    size = 64 * 1024 * 1024
    bomb = gzip.compress(bytes(size)) if packed else b""

    def script(_front: Front, _request: Any, connection: Any) -> bytes | None:
        if packed:
            return answer(200, bomb, Content_Encoding="gzip")
        connection.sendall(answer(200, Content_Length=str(size)))
        for _part in range(size // 1024**2):
            connection.sendall(bytes(1024**2))
        return b""

    with Front(None, script) as front:
        run = bench.run(api_url=front.url, retry_timeout=1)
    assert "larger than" in run.result["msg"]
    bench.check_not_sent(run, *UNREADABLE[call])


@pytest.mark.parametrize("call", cases(35, ONE_OF_EACH))
def test_body_that_comes_a_byte_at_a_time(bench: Bench, call: Call) -> None:
    """The call times out: a read is repeated, and the effect of a write is searched."""
    bench.fault("drip", seconds=1.0)
    run = bench.run(timeout=2)
    bench.check_done(run)


@pytest.mark.parametrize("call", cases(35, ONE_OF_EACH))
def test_head_that_comes_a_byte_at_a_time(bench: Bench, call: Call) -> None:
    """All of a server's responses drip, and none would ever be complete: the deadline holds, for reads too."""

    def drip(_front: Front, _request: Any, connection: Any) -> bytes:
        # Until the client is gone.
        for byte in itertools.chain(b"HTTP/1.1 200 OK\r\nX-Nothing: ", itertools.repeat(ord("x"))):
            connection.sendall(bytes([byte]))
            time.sleep(0.2)
        return b""

    with Front(None, drip) as front:
        run = bench.run(api_url=front.url, timeout=1, retry_timeout=2)
    bench.check_not_sent(run, "connection")


# Elsewhere


@pytest.mark.parametrize(
    ("call", "status"), [case for status in (301, 302, 307, 308) for case in cases(19, ONE_OF_EACH, status)]
)
def test_redirection_to_another_origin_is_not_followed(bench: Bench, call: Call, status: int) -> None:
    with Front() as elsewhere:
        bench.fault(
            "status", status=status, headers={"Location": f"{elsewhere.url}/v2{call.path}"}, nth=[*range(1, 30)]
        )
        run = bench.run(retry_timeout=1)
        assert run.result.get("failed"), run.result
        assert elsewhere.connections == 0
    if call.orders:
        bench.check_unknown(run)
    else:
        assert run.error["status"] == status
        bench.check_done(bench.again())


OTHER_ORIGINS = (
    "http://127.0.0.1:{port}{path}",
    "http://localhost:{own}{path}",
    "https://127.0.0.1:{own}{path}",
    "http://someone@127.0.0.1:{own}{path}",
    "//127.0.0.1:{port}{path}",
)


@pytest.mark.parametrize(
    ("call", "location"), [case for form in OTHER_ORIGINS for case in cases(19, [ACCOUNT, CERTIFICATE], form)]
)
def test_location_of_another_origin_is_not_followed(bench: Bench, call: Call, location: str) -> None:
    with Front() as elsewhere:
        told = location.format(port=elsewhere.port, own=bench.server.port, path="/v2/provisioningjobs/1")
        bench.fault("edit", headers={"Location": told})
        run = bench.run()
        assert elsewhere.connections == 0
    assert not any("provisioningjobs" in one["path"] for one in run.exchanges)
    bench.check_done(run, recovered=False)


@pytest.mark.parametrize(
    ("call", "form"), [case for form in ("no version", "whole") for case in cases(20, BY_JOB, form)]
)
def test_location_in_other_forms_is_followed(bench: Bench, call: Call, form: str) -> None:
    def rewritten(front: Front, request: Any, _connection: Any) -> bytes | None:
        made = front.pass_on(request, close=True)
        replaced = b"/provisioningjobs/" if form == "no version" else f"{front.url}/v2/provisioningjobs/".encode()
        return made.replace(b": /v2/provisioningjobs/", b": " + replaced)

    with Front(bench.server, rewritten) as front:
        run = bench.run(api_url=front.url)
    assert sum("provisioningjobs" in one["path"] for one in run.exchanges) > 0
    bench.check_done(run, recovered=False)


@pytest.mark.parametrize("call", cases(20, BY_JOB))
def test_without_a_location_it_is_looked_for(bench: Bench, call: Call) -> None:
    bench.fault("edit", headers={"Location": None})
    bench.check_done(bench.run(), recovered=False)
