# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Raw calls as users write them: which cost money, and that none is made twice."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
import re
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller import raw as raw_module
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal_entries import intent_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.raw import ResellerCall, is_hash
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    ConnectionFailed,
    OutcomeUnknown,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response

PAYING = [
    "/accounts",
    "/mysqldatabases",
    "/mysqldatabases/ID1_x/users",
    "/domains/registrations",
    "/domains/transfers",
    "/sslcertificaterequests",
]
FREE = [
    "/dns/example.com/records",
    "/mailboxes",
    "/mailzones/example.com/aliases",
    "/linuxhostings/example.com/ssh/keys",
    "/linuxhostings/example.com/scheduledtasks",
]
LOCATION = "/provisioningjobs/1-a"
URL = "https://api.example"


def call(path: str, method: str = "POST", **more: Any) -> ResellerCall:
    return ResellerCall.of(
        {"method": method, "path": path, "query": None, "secret_query": None, "body": None, "secret_body": None, **more}
    )


@pytest.mark.parametrize("path", PAYING)
def test_six_posts_pay_however_they_are_written(path: str) -> None:
    for written in (path, f"/v2{path}", f"{path}/", f"/v2{path}/"):
        assert call(written).pays
        assert call(written).title == f"POST /v2{path}"
        assert not call(written, "GET").pays


@pytest.mark.parametrize("path", FREE)
def test_other_posts_are_free(path: str) -> None:
    assert not call(path).pays


@pytest.mark.parametrize(
    "spelling",
    [
        "/v2/%61ccounts",
        "/v2/account%73",
        "/v2/%41CCOUNTS",
        "/v2/./accounts",
        "/v2/%2e/accounts",
        "/v2/x/../accounts",
        "/v2/x/%2e%2e/accounts",
        "/v2/x/y/.%2E/%2e./accounts",
        "/v2/accounts/x/..",
        "/v2/accounts/.",
        "/v2/ACCOUNTS",
        "/V2/Accounts",
        "/%76%32/accounts",
        "/v2/accounts/",
        "/accounts/",
        "/ACCOUNTS",
    ],
)
def test_each_spelling_of_a_paying_path_is_that_path(spelling: str) -> None:
    assert (call(spelling).pays, call(spelling).path) == (True, "/accounts")


@pytest.mark.parametrize(
    ("spelling", "path"),
    [
        ("/v2/nothing", "/nothing"),
        ("/v2/nothing/", "/nothing"),
        ("/v2/noX/", "/noX"),
        ("/v2/Nothing", "/Nothing"),
        ("/v2/accounts%2F", "/accounts%2F"),
        ("/v2/%2Faccounts", "/%2Faccounts"),
        ("/v2/x%2f..%2faccounts", "/x%2F..%2Faccounts"),
        ("/v2/accounts%20", "/accounts%20"),
        ("/v2/accounts;a=b", "/accounts;a=b"),
        ("/v2/accounts%3Fa=b", "/accounts%3Fa=b"),
        ("/v2/%2561ccounts", "/%2561ccounts"),
        ("/v2/mysqldatabases%2FID1_x%2Fusers", "/mysqldatabases%2FID1_x%2Fusers"),
        ("/v2/dns/..%2F..%2Faccounts%3F/records", "/dns/..%2F..%2Faccounts%3F/records"),
        ("/v2/dns/..%5Caccounts/records", "/dns/..%5Caccounts/records"),
        ("/v2/accounts/1", "/accounts/1"),
    ],
)
def test_post_that_means_no_operation_counts_as_paying(spelling: str, path: str) -> None:
    assert (call(spelling).pays, call(spelling).path) == (True, path)
    assert not call(spelling, "PUT").pays


@pytest.mark.parametrize(
    "path", ["//accounts", "/v2//accounts", "/v2/accounts//", "/x/..//accounts", "/v2/../accounts", "/v2/accounts%00"]
)
def test_path_that_servers_read_differently_is_refused(path: str) -> None:
    with pytest.raises(ToolkitError) as caught:
        call(path)
    assert caught.value.kind == "invalid_option"
    assert caught.value.message.endswith("Write it as /v2/accounts.")


def encodings(character: str) -> st.SearchStrategy[str]:
    code = ord(character)
    cases = [character, f"%{code:02x}", f"%{code:02X}"]
    return st.sampled_from(cases)


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, str]:
    """Yield a paying path and another spelling of it."""
    path = draw(st.sampled_from(PAYING))
    parts = [*draw(st.sampled_from([[], ["v2"]])), *path[1:].split("/")]
    dots = st.sampled_from([".", "%2e", "%2E"])
    written = ""
    for number, part in enumerate(parts):
        cased = part if part == "ID1_x" else draw(st.sampled_from([part, part.upper(), part.title()]))
        # Without the version prefix, the rest of a path with dot segments could match.
        detours = st.sampled_from(["", "one", "two"]) if number or parts[0] != "v2" else st.sampled_from(["", "one"])
        detour = draw(detours)
        written += "/" + draw(dots) if detour == "one" else ""
        written += "/x/" + draw(dots) + draw(dots) if detour == "two" else ""
        written += "/" + "".join(draw(encodings(character)) for character in cased)
    return path, written + draw(st.sampled_from(["", "/", "/.", "/%2e", "/y/.."]))


@given(spellings())
def test_any_encoding_of_a_paying_path_pays(spelled: tuple[str, str]) -> None:
    path, written = spelled
    assert call(written).pays
    assert call(written).path == path
    assert call(call(written).path).path == path


PIECES = st.sampled_from(
    ["accounts", "ACCOUNTS", "%61ccounts", "domains", "transfers", "dns", "records", "mailboxes", "x", "v2", "%2561"]
    + ["/", "/", "/", "//", "%2F", "%2f", "%5C", ".", "..", "%2e", "%2E%2e", "%252e", "%252F", ";", "%3F", "%00", "%20"]
)


@given(st.lists(PIECES, max_size=9).map(lambda pieces: "/" + "".join(pieces)))
def test_free_post_reaches_no_paying_path_whatever_a_server_makes_of_it(written: str) -> None:
    """The reference is Python's own code, as lenient as any server: it decodes twice, and treats a backslash as a
    slash.
    """
    try:
        one = call(written)
    except ToolkitError:
        return
    for decode in (lambda path: path, unquote, lambda path: unquote(unquote(path))):
        for path in (f"/v2{one.path}", f"/v2{one.written}"):
            decoded = re.split(r"[?;\0]", decode(path).replace("\\", "/"))[0].strip()
            reached = posixpath.normpath(decoded).lower()
            if reached in {f"/v2{paying}" for paying in PAYING} | {"/accounts", "/domains/transfers"}:
                assert one.pays, (path, reached)


def test_private_key_is_sent_nowhere() -> None:
    key = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n"
    for body in ({"body": {"csr": [key]}}, {"body": {}, "secret_body": {"csr": key}}):
        with pytest.raises(ToolkitError, match="private key") as caught:
            call("/sslcertificaterequests", **body).check_body()
        assert caught.value.kind == "invalid_option" and "MHcCAQEE" not in str(caught.value)
    call("/sslcertificaterequests", body={"csr": "-----BEGIN CERTIFICATE REQUEST-----"}).check_body()


def test_paying_call_is_confirmed_word_for_word() -> None:
    one = call("/v2/%61ccounts")
    for wrong in ("yes", "POST /accounts", "post /v2/accounts", "POST /v2/%61ccounts"):
        for check_mode in (True, False):
            with pytest.raises(ToolkitError) as caught:
                one.check_confirmation(wrong, check_mode=check_mode)
            assert caught.value.kind == "purchase_not_confirmed"
            assert caught.value.facts == {"would_purchase": "POST /v2/accounts"}
            assert str(caught.value) == (
                "This call costs money. To make it, set confirm_purchase: 'POST /v2/accounts'."
            )
    for check_mode in (True, False):
        one.check_confirmation(" POST  /v2/accounts ", check_mode=check_mode)


@pytest.mark.parametrize("missing", [None, "", "  "])
def test_missing_confirmation_fails_for_real_only(missing: str | None) -> None:
    with pytest.raises(ToolkitError) as caught:
        call("/accounts").check_confirmation(missing, check_mode=False)
    assert caught.value.kind == "purchase_not_confirmed"
    call("/accounts").check_confirmation(missing, check_mode=True)


@pytest.mark.parametrize("check_mode", [True, False])
def test_free_call_needs_no_confirmation(check_mode: bool) -> None:
    for sentence in (None, "POST /v2/accounts"):
        call("/dns/a.be/records").check_confirmation(sentence, check_mode=check_mode)
        call("/accounts", "GET").check_confirmation(sentence, check_mode=check_mode)


class Api:
    """Takes calls."""

    def __init__(self, folder: Path, outcome: Any = None) -> None:
        self.state_dir, self.api_url, self.key_fingerprint = str(folder), URL, "print"
        self.state_dir_group = False
        self.outcome, self.calls = outcome, 0
        self.sent: list[tuple[str, str, dict[str, Any]]] = []
        self.wrote: list[str] = []
        self.warnings: list[str] = []
        self.during: Callable[[], object] = lambda: None
        self.read_cache = SimpleNamespace(wrote=self.wrote.append)
        self.rest = SimpleNamespace(request=self.request, location_path=lambda answer: answer.headers.get("Location"))

    @property
    def storage(self) -> FileStorage:
        """What outlives a task."""
        return FileStorage(self.state_dir, trusted_to_group=("", "journal") if self.state_dir_group else ())

    def request(self, method: str, path: str, **options: Any) -> Response:
        self.calls += 1
        self.sent.append((method, path, options))
        self.during()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return Response(202, "", {"Location": LOCATION}, b'{"a": 1}')

    def make(self, one: ResellerCall, *, force: bool = False) -> dict[str, Any]:
        client: Any = self
        return one.send(client, force=force, warn=self.warnings.append)

    def predict(self, one: ResellerCall, *, force: bool = False) -> dict[str, Any]:
        client: Any = self
        return one.predict(client, force=force)

    def refused(self, one: ResellerCall) -> ToolkitError:
        """Return the error of a call that the journal prevents; check mode must report the same."""
        calls = self.calls
        with pytest.raises(ToolkitError) as caught:
            self.make(one)
        with pytest.raises(ToolkitError) as predicted:
            self.predict(one)
        assert str(predicted.value) == str(caught.value)
        assert caught.value.kind == predicted.value.kind == "already_sent"
        assert self.calls == calls
        return caught.value


@pytest.fixture
def api(tmp_path: Path) -> Api:
    return Api(tmp_path)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    return Journal(FileStorage(str(tmp_path)))


def entries(journal: Journal) -> list[Intent]:
    if not os.path.isdir(journal.place()):
        return []
    found = [intent_in(path.read_bytes(), path.name) for path in sorted(Path(journal.place()).glob("*.json"))]
    return [intent for intent in found if intent]


def order(**body: Any) -> ResellerCall:
    return call("/accounts", body={"identifier": "a.be", **body}, secret_body={"ftp_password": "Hidden71"})


def hashed(query: Any, body: Any) -> str:
    """Return the key of a call in version 1."""
    return "raw " + hashlib.sha256(json.dumps([query, body], sort_keys=True).encode()).hexdigest()[:32]


def test_paying_call_is_made_once(api: Api, journal: Journal) -> None:
    assert api.make(order()) == {
        "changed": True,
        "status": 202,
        "data": {"a": 1},
        "location": LOCATION,
        "job_id": "1-a",
    }
    ((method, path, options),) = api.sent
    assert (method, path, options["fresh"]) == ("POST", "/accounts", True)
    assert options["body"] == {"identifier": "a.be", "ftp_password": "Hidden71"}
    assert api.wrote == ["/"]
    (intent,) = entries(journal)
    assert intent[:3] == (URL, "POST /accounts", "a.be")
    assert (intent.key_fingerprint, intent.location, intent.answered) == ("print", LOCATION, True)
    assert intent.is_open
    error = api.refused(order())
    assert error.message == (
        f"POST /v2/accounts for a.be was sent at {intent.opened} and was accepted. It is not sent again."
    )
    assert error.hint == (
        "To continue this order, run reseller_account for it. Look into the control panel. To send it again, and pay "
        "again, set force: true."
    )
    assert api.make(order(), force=True)["status"] == 202
    assert api.calls == 2
    assert all("Hidden71" not in path.read_text() for path in Path(journal.place()).iterdir())
    assert api.warnings == []


def test_same_thing_is_one_order_however_it_is_described(api: Api) -> None:
    api.make(order())
    api.refused(order(servicepack_id=2))
    api.refused(order(identifier=" A.BE. "))
    api.refused(call("/v2/./%41ccounts/", body={"Identifier": "a.be"}, query={"x": 1}))
    api.make(order(identifier="b.be"))
    assert api.calls == 2


def test_secret_part_does_not_reveal_the_key(api: Api, journal: Journal) -> None:
    """A secret is never in the journal, and the shown values must be the sent ones."""
    api.make(call("/accounts", secret_body={"identifier": "hidden.be"}))
    api.make(call("/accounts", body={"identifier": "a.be"}, secret_body={"identifier": "hidden.be"}))
    api.make(call("/accounts", body={"identifier": "b.be"}, secret_body={"Identifier": "hidden.be"}))
    shown: list[dict[str, str]] = [{}, {"identifier": "a.be"}, {"identifier": "b.be"}]
    assert {intent.key for intent in entries(journal)} == {hashed({}, body) for body in shown}


def test_body_without_a_name_is_identified_by_a_hash_of_what_is_shown(api: Api, journal: Journal) -> None:
    one = call(
        "/accounts", query={"a": 1}, secret_query={"token": "Hidden71"}, body={"name": "x"}, secret_body={"b": 1}
    )
    api.make(one)
    (intent,) = entries(journal)
    assert intent[:3] == (URL, "POST /accounts", hashed({"a": 1}, {"name": "x"}))
    assert api.sent[0][2]["query"] == {"a": 1, "token": "Hidden71"}
    error = api.refused(one)
    assert error.message == (
        f"POST /v2/accounts with this body was sent at {intent.opened} and was accepted. It is not sent again."
    )
    assert error.hint == "Look into the control panel. To send it again, and pay again, set force: true."
    api.refused(call("/accounts/", query={"a": 1}, body={"name": "x"}))
    two = {"name": "y", "b": 1}
    api.make(call("/accounts", body=two))
    api.refused(call("/accounts", body=dict(reversed(two.items()))))
    api.make(call("/accounts", query={"a": 2}, body={"name": "x"}))
    api.make(call("/accounts", query={"a": 1}, body={"name": "y"}))
    assert api.calls == 4


def test_undescribed_order_is_identified_by_its_path_and_a_hash(api: Api, journal: Journal) -> None:
    api.make(call("/Nothing/", body={"identifier": "a.be"}))
    (intent,) = entries(journal)
    assert intent[:3] == (URL, "POST /Nothing", hashed({}, {"identifier": "a.be"}))
    assert api.sent[0][:2] == ("POST", "/Nothing") and api.sent[0][2]["fresh"] is True
    error = api.refused(call("/x/../Nothing", body={"identifier": "a.be"}))
    assert error.hint.startswith("Look into")


def test_parameters_of_the_path_are_part_of_the_identity(api: Api, journal: Journal) -> None:
    api.make(call("/MYSQLDATABASES/ID1_x/users", body={"name": "bob"}))
    api.refused(call("/mysqldatabases/ID1%5fx/users/", body={"name": "bob", "password": "x"}))
    api.make(call("/mysqldatabases/ID2_x/users", body={"name": "bob"}))
    assert {intent[1:3] for intent in entries(journal)} == {
        ("POST /mysqldatabases/ID1_x/users", "bob"),
        ("POST /mysqldatabases/ID2_x/users", "bob"),
    }


@pytest.mark.parametrize("answered", [True, False])
def test_order_of_a_module_is_respected(api: Api, journal: Journal, answered: bool) -> None:
    intent = journal.write(journal.intent(URL, "POST /accounts", "a.be", "other"), answered=answered)
    error = api.refused(order())
    assert ("was accepted" in error.message) == answered
    assert ("had an unknown outcome" in error.message) == (not answered)
    journal.close(intent)
    api.make(order())
    assert api.calls == 1


@pytest.mark.parametrize("path", ["/accounts", "/Accounts/", "/v2/accounts/"])
@pytest.mark.parametrize("noted_at", ["/accounts", None])
def test_open_call_of_version_1_is_respected(api: Api, journal: Journal, path: str, noted_at: str | None) -> None:
    """It was recorded under a hash, and under the path as written."""
    written = path[len("/v2") :] if path.startswith("/v2/") else path
    body = {"identifier": "a.be"}
    one = call(path, body=body, secret_body={"ftp_password": "Hidden71"})
    old = journal.intent(URL, f"POST {noted_at or written}", hashed({}, body), "print")
    old = journal.write(old, answered=True)
    assert "with this body" in api.refused(one).message
    api.make(one, force=True)
    assert api.calls == 1
    after = journal.read(old)
    assert after and after.is_open
    assert {intent.key for intent in entries(journal)} == {"a.be", old.key}


@pytest.mark.parametrize("key", ["a.be", hashed({}, {"identifier": "a.be"})])
def test_open_call_is_respected_under_another_spelling_of_the_address(api: Api, journal: Journal, key: str) -> None:
    journal.write(journal.intent(f"{URL}:443", "POST /accounts", key, "print"))
    for attempt in (api.predict, api.make):
        with pytest.raises(ToolkitError) as caught:
            attempt(order())
        assert caught.value.kind == "already_sent"
    assert api.calls == 0


def test_call_of_version_1_that_came_to_its_end_forbids_nothing(api: Api, journal: Journal) -> None:
    journal.close(journal.intent(URL, "POST /accounts", hashed({}, {"identifier": "a.be"}), "print"))
    api.make(order())
    assert api.calls == 1


@pytest.mark.parametrize("key", ["a.be", hashed({}, {"identifier": "a.be"})])
def test_call_repeated_on_request_is_made_exactly_once_again(api: Api, journal: Journal, key: str) -> None:
    known = journal.write(journal.intent(URL, "POST /accounts", key, "print"), answered=True)
    journal.write(known, resend=True)
    assert api.predict(order())["changed"] is True
    assert api.make(order())["changed"] is True
    api.refused(order())
    assert api.calls == 1
    assert not any(intent.resend for intent in entries(journal))


def test_unknown_outcome_is_not_resent(api: Api, journal: Journal) -> None:
    api.outcome = OutcomeUnknown("POST /v2/accounts", "lost.")
    with pytest.raises(OutcomeUnknown):
        api.make(order())
    (intent,) = entries(journal)
    assert (intent.is_open, intent.answered, intent.location) == (True, False, None)
    assert f"was sent at {intent.opened} and had an unknown outcome." in api.refused(order()).message
    assert api.calls == 1


REFUSED = ApiError("refused", "POST /v2/accounts", "no.", status=400)
UNREACHABLE = ConnectionFailed("connection", "POST /v2/accounts", "refused.", permanent=False)


@pytest.mark.parametrize("outcome", [REFUSED, UNREACHABLE])
def test_refused_call_may_be_made_again(api: Api, journal: Journal, outcome: ApiError) -> None:
    api.outcome = outcome
    for _attempt in range(2):
        with pytest.raises(type(outcome)):
            api.make(order())
        assert [intent.is_open for intent in entries(journal)] == [False]
    assert api.calls == 2 and api.warnings == []


@pytest.mark.parametrize("outcome", [REFUSED, UNREACHABLE])
def test_forced_call_that_is_refused_leaves_the_earlier_order_open(
    api: Api, journal: Journal, outcome: ApiError
) -> None:
    """Its job continues, and who forgets it orders again."""
    api.make(order())
    (first,) = entries(journal)
    api.outcome = outcome
    with pytest.raises(type(outcome)):
        api.make(order(), force=True)
    assert entries(journal) == [first]
    journal.close(first)
    with pytest.raises(type(outcome)):
        api.make(order(), force=True)
    assert [intent.is_open for intent in entries(journal)] == [False]


def test_wish_to_send_again_ends_with_a_refusal(api: Api, journal: Journal) -> None:
    journal.write(journal.intent(URL, "POST /accounts", "a.be", "print"), resend=True)
    api.outcome = REFUSED
    with pytest.raises(ApiError):
        api.make(order())
    assert [intent.is_open for intent in entries(journal)] == [False]


def test_intent_is_on_the_disk_before_the_call_is_made(api: Api, journal: Journal) -> None:
    seen: list[list[Intent]] = []
    api.during = lambda: seen.append(entries(journal))
    api.make(order())
    ((intent,),) = seen
    assert intent.is_open and not intent.answered and intent.key == "a.be"


def test_accepted_order_that_cannot_be_noted_is_reported(
    api: Api, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    api.during = lambda: fill_disk(monkeypatch)
    assert api.make(order())["job_id"] == "1-a"
    (warning,) = api.warnings
    assert warning.startswith(
        f"POST /v2/accounts was accepted: HTTP 202, Location {LOCATION}. The journal can't note it"
    )
    assert "No space left" in warning and "nothing was ordered" not in warning
    assert warning.endswith(
        "), so the same call is refused until you settle it. Do not use another state_dir before, the order could be "
        "sent again."
    )
    assert [intent.is_open for intent in entries(journal)] == [True]


def test_refusal_that_cannot_be_noted_is_reported(api: Api, journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    api.during = lambda: fill_disk(monkeypatch)
    api.outcome = REFUSED
    with pytest.raises(ApiError, match=r"no\."):
        api.make(order())
    (warning,) = api.warnings
    assert warning.startswith("POST /v2/accounts: no. The journal can't note it (")
    assert [intent.is_open for intent in entries(journal)] == [True]


def fill_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_given: object, **_named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(FileStorage, "put", full)


def test_unusable_journal_forbids_to_pay(api: Api, tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("no folder")
    for attempt in (api.make, api.predict):
        with pytest.raises(ToolkitError) as caught:
            attempt(order())
        assert caught.value.kind == "journal_unusable"
    assert api.predict(call("/mailboxes"))["changed"] is True
    assert api.make(call("/mailboxes"))["status"] == 202
    assert api.calls == 1


def test_folder_of_a_group_is_refused_unless_the_group_is_trusted(api: Api, journal: Journal) -> None:
    Path(journal.place()).mkdir(mode=0o700)
    Path(journal.place()).chmod(0o775)
    with pytest.raises(ToolkitError) as caught:
        api.make(order())
    assert caught.value.kind == "journal_unusable" and api.calls == 0
    api.state_dir_group = True
    assert api.make(order())["status"] == 202
    (file,) = Path(journal.place()).glob("*.json")
    file.chmod(0o660)
    api.refused(order())
    api.state_dir_group = False
    with pytest.raises(ToolkitError) as predicted:
        api.predict(order())
    assert predicted.value.kind == "journal_unusable"


def test_other_process_is_waited_for_and_what_it_ordered_is_not_ordered_again(api: Api, journal: Journal) -> None:
    """It came to its end in the meantime, so that the journal alone would allow to order."""
    mine = journal.intent(URL, "POST /accounts", "a.be", "print")
    holding, waiting = threading.Event(), threading.Event()

    def other() -> None:
        with journal.lock(mine, timeout=5):
            holding.set()
            waiting.wait(5)
            time.sleep(0.2)
            journal.close(journal.write(mine))

    thread = threading.Thread(target=other)
    thread.start()
    holding.wait(5)
    waiting.set()
    with pytest.raises(ToolkitError) as caught:
        api.make(order())
    thread.join()
    assert caught.value.kind == "already_sent" and api.calls == 0
    assert str(caught.value) == (
        "POST /v2/accounts: while this task waited, another process ordered the same. It is not sent again. See what "
        "became of it. If it is missing, run the task again."
    )
    api.make(order())
    assert api.calls == 1


@pytest.mark.parametrize(("writes", "force"), [(False, False), (True, True)])
def test_other_process_that_sent_nothing_forbids_nothing(api: Api, journal: Journal, writes: bool, force: bool) -> None:
    mine = journal.intent(URL, "POST /accounts", "a.be", "print")
    holding = threading.Event()

    def other() -> None:
        with journal.lock(mine, timeout=5):
            holding.set()
            time.sleep(0.3)
            if writes:
                journal.close(mine)

    thread = threading.Thread(target=other)
    thread.start()
    holding.wait(5)
    api.make(order(), force=force)
    thread.join()
    assert api.calls == 1


def test_other_process_is_waited_for_no_longer_than_two_minutes(
    api: Api, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert raw_module.LOCK_TIMEOUT == 120.0
    monkeypatch.setattr(raw_module, "LOCK_TIMEOUT", 0.2)
    mine = journal.intent(URL, "POST /accounts", "a.be", "print")
    with journal.lock(mine, timeout=0), pytest.raises(ToolkitError) as caught:
        api.make(order())
    assert caught.value.kind == "locked" and api.calls == 0


def test_prediction_sends_nothing_and_writes_nothing(api: Api, tmp_path: Path) -> None:
    unsent = {"changed": True, "status": None, "data": None, "location": None, "job_id": None}
    assert api.predict(order()) == {**unsent, "would_purchase": "POST /v2/accounts"}
    for method, path in (("POST", "/mailboxes"), ("PUT", "/accounts"), ("DELETE", "/accounts")):
        assert api.predict(call(path, method)) == {**unsent, "would_purchase": None}
    assert api.calls == 0 and list(tmp_path.iterdir()) == []


def test_prediction_of_a_forced_call(api: Api) -> None:
    api.make(order())
    assert api.predict(order(), force=True)["would_purchase"] == "POST /v2/accounts"
    assert api.calls == 1


def test_free_call_leaves_no_trace(api: Api, tmp_path: Path) -> None:
    assert api.make(call("/dns/a.be/records"))["changed"] is True
    assert api.wrote == ["/"]
    assert api.make(call("/Accounts/", "GET"))["changed"] is False
    assert api.wrote == ["/"]
    assert [sent[:2] for sent in api.sent] == [("POST", "/dns/a.be/records"), ("GET", "/accounts")]
    assert [sent[2]["fresh"] for sent in api.sent] == [False, False]
    assert list(tmp_path.iterdir()) == []


def test_hash_is_distinguished_from_a_name() -> None:
    assert is_hash("raw " + "0a" * 16)
    for key in ("raw 0a", "raw " + "0a" * 17, "raw " + "0A" * 16, "0a" * 16, "a raw " + "0a" * 16, "raw material"):
        assert not is_hash(key)
