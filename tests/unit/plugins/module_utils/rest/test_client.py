# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which requests are resent after which failures."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.parser import BytesParser
from email.policy import HTTP
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from requests.structures import CaseInsensitiveDict

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.auth import HmacAuth
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.check_reads import CheckReads, ModuleReads
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import (
    Limits,
    RestClient,
    is_collection,
    is_object,
    segment,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    ConnectionFailed,
    NoResponse,
    OutcomeUnknown,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.multipart import FilePart
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import Pacer, RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.read_cache import ReadCache
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Transport

RATE = RateLimitHeaders("X-Remaining", "X-Reset")


class ScriptedClient:
    """A client of a scripted server, with a clock that only waiting advances."""

    def __init__(
        self,
        url: str,
        *,
        read_only: bool = False,
        read_cache: ReadCache | None = None,
        check_reads: ModuleReads | None = None,
        **limits: float,
    ) -> None:
        self.now = 1000.0
        self.hints: list[float | None] = []

        def hint(error: ApiError, offset: float | None) -> str:
            self.hints.append(offset)
            return "Do this."

        self.rest = RestClient(
            Service(f"{url}/v2", RATE, hint),
            HmacAuth("key", "secret"),
            Transport("tests"),
            Pacer(RATE, None, clock=lambda: self.now, sleep=self.sleep),
            limits=Limits(**{"timeout": 1.0, **limits}),
            read_only=read_only,
            read_cache=read_cache,
            check_reads=check_reads,
            clock=lambda: self.now,
            sleep=self.sleep,
        )

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def scripted(script: Any) -> ScriptedClient:
    return ScriptedClient(script.url)


DOUBTFUL = ["reset", "hang_up", "silent", 500, 502, 503, 504, 408]
REPEATABLE = ["GET", "PUT", "DELETE"]


def step(losses: Any, http: Any, loss: str | int) -> Any:
    return http(loss, '{"code": "broken"}') if isinstance(loss, int) else losses[loss]


@pytest.mark.parametrize("loss", DOUBTFUL)
@pytest.mark.parametrize("method", REPEATABLE)
def test_repeatable_call_is_resent_with_a_new_signature(
    scripted: ScriptedClient, script: Any, http: Any, losses: Any, method: str, loss: str | int
) -> None:
    script.will(step(losses, http, loss), http(200, '{"fine": 1}'))
    assert scripted.rest.request(method, "/a", body={"b": "é"} if method == "PUT" else None).data == {"fine": 1}
    first, second = script.requests
    assert (first.method, first.target, first.body) == (second.method, second.target, second.body)
    assert first.headers["authorization"].split(":")[2] != second.headers["authorization"].split(":")[2]


@pytest.mark.parametrize("loss", [*DOUBTFUL, 301, 302, 303, 307])
def test_post_is_never_resent(scripted: ScriptedClient, script: Any, http: Any, losses: Any, loss: str | int) -> None:
    script.will(step(losses, http, loss), http(202))
    with pytest.raises(OutcomeUnknown) as caught:
        scripted.rest.request("POST", "/a", body={})
    assert caught.value.kind == "outcome_unknown"
    assert caught.value.status == (loss if isinstance(loss, int) else None)
    assert script.methods == ["POST"]


def test_repeat_false_makes_a_put_a_single_one(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(503), http(200, "{}"))
    with pytest.raises(OutcomeUnknown):
        scripted.rest.request("PUT", "/a", repeat=False)
    assert script.methods == ["PUT"]


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
def test_call_that_did_not_leave_is_tried_again(script: Any, http: Any, method: str, monkeypatch: Any) -> None:
    scripted = ScriptedClient("http://localhost:9")
    real = scripted.rest._transport.send
    attempts: list[str] = []

    def send(call: str, request: Any, **options: Any) -> Response:
        attempts.append(request.headers["Authorization"])
        if len(attempts) == 3:
            return Response(200, "OK", CaseInsensitiveDict(), b"{}")
        return real(call, request, **options)

    monkeypatch.setattr(scripted.rest._transport, "send", send)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    scripted.rest._service = Service(f"http://127.0.0.1:{port}/v2", RATE, lambda *_: "")
    assert scripted.rest.request(method, "/a").status == 200
    assert len(set(attempts)) == 3


def test_connection_that_never_comes_fails_in_time() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    scripted = ScriptedClient(f"http://127.0.0.1:{port}", retry_timeout=20.0)
    with pytest.raises(ConnectionFailed):
        scripted.rest.request("POST", "/a")
    assert scripted.now < 1000 + 20


@pytest.mark.parametrize("body", ["[1", "", "<html>"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_damaged_response_is_read_again_but_decides_a_write(
    scripted: ScriptedClient, script: Any, http: Any, method: str, body: str
) -> None:
    script.will(http(200, body), http(200, "[2]"))
    answer = scripted.rest.request(method, "/a")
    assert answer.content == (b"[2]" if method == "GET" else body.encode())
    assert len(script.requests) == (2 if method == "GET" else 1)


def test_response_of_another_shape_is_read_again(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(200, "{}"), http(200, "null"), http(200, "[5]"), http(200, '[{"a": 1}]'))
    assert scripted.rest.request("GET", "/a", shape=is_collection).data == [{"a": 1}]
    assert len(script.requests) == 4
    script.will(http(200, "[]"))
    with pytest.raises(ApiError) as caught:
        scripted.rest.request("GET", "/a", shape=is_object)
    assert caught.value.kind == "protocol"


def test_cut_response_decides_a_write(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(202, "{", Content_Length=100, Location="/v2/there"))
    assert scripted.rest.location_path(scripted.rest.request("POST", "/a")) == "/there"
    assert script.methods == ["POST"]


@pytest.mark.parametrize("status", [404, 410])
def test_delete_that_is_gone_after_its_own_doubt_has_succeeded(
    scripted: ScriptedClient, script: Any, http: Any, status: int
) -> None:
    script.will(http(503), http(status))
    assert scripted.rest.request("DELETE", "/a").status == status
    script.will(http(status))
    with pytest.raises(ApiError):
        scripted.rest.request("DELETE", "/a")


@pytest.mark.parametrize("status", [400, 403, 404, 409, 410, 422])
@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
def test_complete_refusal_is_final(scripted: ScriptedClient, script: Any, http: Any, method: str, status: int) -> None:
    script.will(http(status, '{"code": "no_way"}', phrase="No", X_Correlation_Id="c-71"))
    with pytest.raises(ApiError) as caught:
        scripted.rest.request(method, "/a", query={"password": "secret71"})
    result = caught.value.as_result()
    assert result["error"]["status"] == status
    assert result["error"]["code"] == "no_way"
    for words in (f"{method} /v2/a: HTTP {status} No", "no_way", "c-71", "Do this."):
        assert words in result["msg"]
    assert "secret71" not in result["msg"]
    assert len(script.requests) == 1


def test_connection_that_can_never_come_is_tried_once(
    scripted: ScriptedClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []

    def send(call: str, *_request: Any, **_options: Any) -> Response:
        tries.append(call)
        raise ConnectionFailed("tls", call, "the certificate is not trusted.", permanent=True)

    monkeypatch.setattr(scripted.rest._transport, "send", send)
    with pytest.raises(ConnectionFailed):
        scripted.rest.request("GET", "/a")
    assert tries == ["GET /v2/a"]
    assert scripted.now == 1000


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH"])
def test_what_other_tasks_read_before_a_write_is_not_trusted_after_it(
    script: Any, http: Any, tmp_path: Path, method: str
) -> None:
    path = "/linuxhostings/example.com"

    def read_by_another_task() -> Any:
        return ReadCache(FileStorage(str(tmp_path)), "me", "run").get(path, path, lambda: "new", lambda _answer: True)

    ReadCache(FileStorage(str(tmp_path)), "me", "run").get(path, path, lambda: "old", lambda _answer: True)
    script.will(http(200, "{}"))
    ScriptedClient(script.url, read_cache=ReadCache(FileStorage(str(tmp_path)), "me", "run")).rest.request(
        method, f"{path}/phpsettings"
    )
    assert read_by_another_task() == ("old" if method == "GET" else "new")


@pytest.mark.parametrize("method", ["POST", "PUT"])
def test_write_is_noted_before_it_is_sent_and_when_it_ended(script: Any, http: Any, method: str) -> None:
    noted: list[tuple[str, int]] = []

    class Notes(ReadCache):
        @contextmanager
        def writing(self, path: str) -> Iterator[None]:
            noted.append((path, len(script.requests)))
            try:
                yield
            finally:
                noted.append((path, len(script.requests)))

    script.will(http(400))
    with pytest.raises(ApiError):
        ScriptedClient(script.url, read_cache=Notes(FileStorage("none"), "", "")).rest.request(method, "/a/b")
    assert noted == [("/a/b", 0), ("/a/b", 1)]


def test_last_attempt_ends_with_the_time_for_the_whole_call(script: Any, losses: Any) -> None:
    # It sends nothing until the client leaves, which would be in an hour.
    scripted = ScriptedClient(script.url, timeout=3600.0, retry_timeout=1.0)
    script.will(losses["silent"])
    with pytest.raises(ApiError, match=r"timed out|within"):
        scripted.rest.request("GET", "/a")


@pytest.mark.parametrize("retry_timeout", [0.0, 60.0])
def test_attempt_has_a_second_and_never_more_than_its_own_time(
    scripted: ScriptedClient, script: Any, http: Any, monkeypatch: pytest.MonkeyPatch, retry_timeout: float
) -> None:
    scripted = ScriptedClient(script.url, timeout=5.0, retry_timeout=retry_timeout)
    times = []
    real = scripted.rest._transport.send

    def send(*request: Any, within: float, **options: Any) -> Response:
        times.append(within)
        return real(*request, within=within, **options)

    monkeypatch.setattr(scripted.rest._transport, "send", send)
    script.will(http(200, "{}"))
    scripted.rest.request("GET", "/a")
    assert times == [5.0 if retry_timeout else 1.0]


def test_waiting_for_the_rate_limit_leaves_the_time_for_repetitions(script: Any, http: Any) -> None:
    scripted = ScriptedClient(script.url, retry_timeout=30.0)
    script.will(http(429, Retry_After="90"), http(503), http(200, "{}"))
    assert scripted.rest.request("GET", "/a").status == 200


def test_server_that_stays_broken_fails_with_its_last_status(script: Any, http: Any) -> None:
    scripted = ScriptedClient(script.url, retry_timeout=30.0)
    script.will(http(502), http(503))
    with pytest.raises(ApiError) as caught:
        scripted.rest.request("GET", "/a")
    assert (caught.value.kind, caught.value.status) == ("server_error", 503)
    assert scripted.now < 1000 + 30


def test_expected_status_is_a_response(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(303, Location="/v2/b"))
    assert scripted.rest.request("GET", "/a", expect=(200, 303)).status == 303


def test_other_case_is_tried_once(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(401), http(200, "{}"))
    assert scripted.rest.request("POST", "/ID1_x").status == 200
    first, second = (request.headers["authorization"].split(":") for request in script.requests)
    assert first[1] != second[1]
    assert first[2] != second[2]


@pytest.mark.parametrize(("path", "times"), [("/ID1_x", 3), ("/id1_x", 2)])
def test_401_is_signed_again_once_for_each_cause(
    scripted: ScriptedClient, script: Any, http: Any, path: str, times: int
) -> None:
    script.will(http(401, Date=formatdate(1_500_000_000, usegmt=True)))
    with pytest.raises(ApiError) as caught:
        scripted.rest.request("POST", path)
    assert caught.value.kind == "unauthorized"
    assert len(script.requests) == times
    assert len({request.headers["authorization"].split(":")[2] for request in script.requests}) == times
    assert abs(int(script.requests[1].headers["authorization"].split(":")[3]) - 1_500_000_000) < 10
    assert scripted.hints[-1] is not None


def test_401_without_a_cause_is_final(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(401))
    with pytest.raises(ApiError):
        scripted.rest.request("GET", "/a")
    assert len(script.requests) == 1


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_429_waits_and_continues(script: Any, http: Any, method: str) -> None:
    # Longer than all retries after errors may take.
    scripted = ScriptedClient(script.url, retry_timeout=5.0)
    script.will(http(429, Retry_After="90"), http(429, Retry_After="90"), http(200, "{}"))
    assert scripted.rest.request(method, "/a").status == 200
    assert scripted.now >= 1000 + 180
    assert len(script.requests) == 3


@pytest.mark.parametrize("wait", ["301", str(10**9), "9" * 400])
def test_429_beyond_the_timeout_fails_at_once(scripted: ScriptedClient, script: Any, http: Any, wait: str) -> None:
    script.will(http(429, Retry_After=wait))
    with pytest.raises(ApiError) as caught:
        scripted.rest.request("GET", "/a")
    assert caught.value.kind == "rate_limited"
    assert scripted.now == 1000
    assert len(script.requests) == 1


def test_waits_for_the_rate_limit_are_added_up(script: Any, http: Any) -> None:
    scripted = ScriptedClient(script.url, rate_limit_timeout=150.0)
    script.will(http(429, Retry_After="90"), http(200, "{}"), http(429, Retry_After="90"), http(200, "{}"))
    scripted.rest.request("GET", "/a")
    waited = scripted.now - 1000
    assert 90 <= waited < 150
    with pytest.raises(ApiError) as caught:
        scripted.rest.request("GET", "/b")
    assert caught.value.kind == "rate_limited"
    assert scripted.now == 1000 + waited


def test_used_up_budget_holds_the_next_call_back(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(200, "{}", X_Remaining=0, X_Reset=50))
    scripted.rest.request("GET", "/a")
    assert scripted.now == 1000
    scripted.rest.request("GET", "/a")
    assert scripted.now >= 1050


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_check_mode_sends_no_write(script: Any, method: str) -> None:
    with pytest.raises(ToolkitError, match="check mode"):
        ScriptedClient(script.url, read_only=True).rest.request(method, "/a")
    assert script.requests == []


def test_check_mode_reads(script: Any, http: Any) -> None:
    script.will(http(200, "{}"))
    assert ScriptedClient(script.url, read_only=True).rest.request("GET", "/a").data == {}


def test_modules_of_a_check_share_responses_until_one_reads_again(script: Any, http: Any) -> None:
    check = CheckReads()

    def module(user: str = "me") -> ScriptedClient:
        return ScriptedClient(script.url, read_only=True, check_reads=check.of_module(user))

    def read(client: ScriptedClient, **query: Any) -> int:
        return client.rest.request("GET", "/a", query=query, expect=(200, 404)).status

    script.will(http(404), http(200, "{}"), http(404), http(404))
    first, second = module(), module()
    assert (read(first), read(second), len(script.requests)) == (404, 404, 1)
    # A module that reads the same again wants to see whether it has changed. The others see what it saw.
    assert (read(second), read(module()), len(script.requests)) == (200, 200, 2)
    assert (read(module(), skip=1), len(script.requests)) == (404, 3)
    assert (read(module("another")), len(script.requests)) == (404, 4)


def test_failed_read_of_a_check_is_not_shared(script: Any, http: Any) -> None:
    check = CheckReads()
    script.will(http(403), http(200, "[]"), http(200, "{}"))
    with pytest.raises(ApiError):
        ScriptedClient(script.url, check_reads=check.of_module("me")).rest.request("GET", "/a")
    client = ScriptedClient(script.url, check_reads=check.of_module("me"))
    assert client.rest.request("GET", "/a", shape=is_collection).data == []
    # What is shared is not what this module asks for, so it reads again, as after any other damaged response.
    other = ScriptedClient(script.url, check_reads=check.of_module("me"))
    assert other.rest.request("GET", "/a", shape=is_object).data == {}
    assert len(script.requests) == 3


def test_body_is_signed_and_sent_as_the_same_bytes(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(200, "{}"))
    scripted.rest.request("PUT", "/a", body={"name": "é", "n": [1]}, query={"skip": None, "q": "x y"})
    (request,) = script.requests
    assert json.loads(request.body) == {"name": "é", "n": [1]}
    assert request.target == "/v2/a?q=x%20y"


@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/v2/jobs/1", "/jobs/1"),
        ("https://api.example/v2/jobs/1", "/jobs/1"),
        ("https://API.example:443/v2/jobs/1", "/jobs/1"),
        ("//api.example/v2/jobs/1", "/jobs/1"),
        ("jobs/1", "/jobs/1"),
        ("/jobs/1", "/jobs/1"),
        ("https://other.example/v2/jobs/1", None),
        ("https://api.example:444/v2/jobs/1", None),
        ("http://api.example/v2/jobs/1", None),
        ("https://user:pw@api.example/v2/jobs/1", None),
        ("https://api.example@other.example/v2/jobs/1", None),
        ("https://api.example.other/v2/jobs/1", None),
        ("https://[/v2/jobs/1", None),
        ("https://api.example:x/v2", None),
        ("", None),
        (None, None),
    ],
)
def test_location_is_followed_on_the_same_origin_only(location: str | None, path: str | None) -> None:
    headers = CaseInsensitiveDict({} if location is None else {"Location": location})
    assert ScriptedClient("https://api.example").rest.location_path(Response(202, "", headers, b"")) == path


@pytest.mark.parametrize(("text", "encoded"), [("a/b", "a%2Fb"), ("é?", "%C3%A9%3F"), (5, "5"), ("..x", "..x")])
def test_segment(text: object, encoded: str) -> None:
    assert segment(text) == encoded


@pytest.mark.parametrize("text", ["", ".", ".."])
def test_segment_that_climbs_is_refused(text: str) -> None:
    with pytest.raises(ToolkitError):
        segment(text)


def test_form_is_sent_as_its_fields(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(200, "{}"))
    scripted.rest.request("POST", "/a", form={"name": "a b&c", "word": "é"})
    (request,) = script.requests
    assert request.body == b"name=a+b%26c&word=%C3%A9"
    assert request.headers["content-type"] == "application/x-www-form-urlencoded"


def parts_of(request: Any) -> list[tuple[Any, ...]]:
    """Return the fields of a multipart request as the standard library reads them: name, file, type, content."""
    head = f"Content-Type: {request.headers['content-type']}\r\n\r\n".encode()
    message = BytesParser(policy=HTTP).parsebytes(head + request.body)
    assert message.get_content_type() == "multipart/form-data"
    found = []
    for part in message.iter_parts():
        name = part.get_param("name", header="Content-Disposition")
        content = part.get_payload(decode=True)
        found.append((name, part.get_filename(), part.get_content_type(), content))
    return found


def test_files_are_sent_as_multipart_after_the_fields(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(200))
    picture = FilePart('a "b".png', b"\x89PNG\r\n--\x00", "image/png")
    scripted.rest.request("POST", "/a", files={"avatarfile": picture}, form={"tags[0]": "é", "name": "a\r\nb"})
    (request,) = script.requests
    assert parts_of(request) == [
        ("tags[0]", None, "text/plain", "é".encode()),
        ("name", None, "text/plain", b"a\r\nb"),
        ("avatarfile", "a %22b%22.png", "image/png", picture.content),
    ]


def test_form_without_files_can_be_sent_as_multipart(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(200))
    scripted.rest.request("PUT", "/a", form={"name": "a"}, files={})
    (request,) = script.requests
    assert parts_of(request) == [("name", None, "text/plain", b"a")]


def test_file_is_not_resent_when_the_outcome_is_in_doubt(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(503))
    with pytest.raises(OutcomeUnknown):
        scripted.rest.request("POST", "/a", files={"videofile": FilePart("a.mp4", b"a")})
    assert len(script.requests) == 1


def test_content_is_sent_unchanged(scripted: ScriptedClient, script: Any, http: Any) -> None:
    script.will(http(308), http(200))
    headers = {"Content-Type": "application/octet-stream", "Content-Range": "bytes 0-2/3"}
    response = scripted.rest.request("PUT", "/a", content=b"\x00{}", headers=headers, expect=(308,))
    scripted.rest.request("PUT", "/a", content=b"", headers=headers)
    first, second = script.requests
    assert response.status == 308
    assert (first.body, first.headers["content-type"]) == (b"\x00{}", "application/octet-stream")
    assert (second.body, second.headers["content-length"]) == (b"", "0")


def test_request_may_take_longer_than_others(script: Any, http: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    scripted = ScriptedClient(script.url, timeout=1.0, retry_timeout=2.0)
    given: list[float] = []

    def send(_call: str, _request: Any, *, within: float, fresh: bool) -> Response:
        given.append(within)
        return Response(200, "OK", CaseInsensitiveDict(), b"{}")

    monkeypatch.setattr(scripted.rest._transport, "send", send)
    for timeout in (None, 600.0, 0.5):
        scripted.rest.request("PUT", "/a", timeout=timeout)
    assert given == [1.0, 600.0, 1.0]


class LoginFails(HmacAuth):
    """Fails to get what it needs to sign a request."""

    def __init__(self, error: ApiError) -> None:
        super().__init__("key", "secret")
        self.error = error

    def __call__(self, request: Any) -> Any:
        raise self.error


@pytest.mark.parametrize(
    "error",
    [
        ApiError("server_error", "POST /v2/token", "HTTP 503.", status=503),
        NoResponse("POST /v2/token", "no complete answer."),
        ConnectionFailed("connection", "POST /v2/token", "no connection.", permanent=False),
    ],
    ids=["status", "lost", "not sent"],
)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_failure_of_authentication_leaves_no_doubt_and_is_not_retried(
    script: Any, http: Any, error: ApiError, method: str
) -> None:
    script.will(http(200, "{}"))
    client = ScriptedClient(script.url)
    client.rest._auth = LoginFails(error)
    with pytest.raises(ApiError) as caught:
        client.rest.request(method, "/a")
    assert caught.value is error and caught.value.kind != "outcome_unknown"
    assert script.requests == [] and client.now == 1000.0


def test_authentication_learns_the_code_of_a_refusal(scripted: ScriptedClient, script: Any, http: Any) -> None:
    codes: list[str | None] = []

    class Learns(HmacAuth):
        def sign_anew(self, request: Any, clock_offset: float | None, code: str | None = None) -> bool:
            codes.append(code)
            return len(codes) < 2

    scripted.rest._auth = Learns("key", "secret")
    script.will(http(401, '{"code": "invalid_token"}'), http(401, "Unauthorized"))
    with pytest.raises(ApiError):
        scripted.rest.request("POST", "/a")
    assert codes == ["invalid_token", None]


def test_requests_of_authentication_do_not_wait_for_the_one_that_needs_them(script: Any, http: Any) -> None:
    """Before a response says how large the window is, requests go one by one, each some time after the other."""
    client, token = ScriptedClient(script.url), ScriptedClient(script.url)
    token.rest._pacer = client.rest._pacer

    class LogsIn(HmacAuth):
        def get_ready(self) -> None:
            token.rest.request("GET", "/token")

    client.rest._auth = LogsIn("key", "secret")
    script.will(http(200, "{}"), http(200, "{}"))
    client.rest.request("GET", "/a")
    assert [request.target for request in script.requests] == ["/v2/token", "/v2/a"]
    assert client.now == 1000.0
