# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Calls as a user wrote them: which are accepted, and which cost money."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal, stored_intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.raw import RawCall
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    OutcomeUnknown,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.shared import SharedReads
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Answer

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
    "/aliases",
    "/ssh",
    "/linuxhostings/example.com/scheduledtasks",
    "/mysqldatabases/ID1_x/users/y",
    "/accounts/1",
]


def call(path: str, method: str = "POST", **more: Any) -> RawCall:
    return RawCall.of({"method": method, "path": path, "query": None, "body": None, "secret_body": None, **more})


@pytest.mark.parametrize("path", PAYING)
def test_six_posts_pay_however_they_are_written(path: str) -> None:
    for written in (path, f"/v2{path}", f"{path}/", path.upper()):
        assert call(written).pays
        assert not call(written, "GET").pays


@pytest.mark.parametrize("path", FREE)
def test_other_posts_are_free(path: str) -> None:
    assert not call(path).pays


@pytest.mark.parametrize("path", ["accounts", "/accounts?x=1", "/a/../b", "/..", "//a", "/a b", "", "/", "/a#b", "/é"])
def test_path_that_is_none_is_refused(path: str) -> None:
    with pytest.raises(ToolkitError, match="path"):
        call(path)


@pytest.mark.parametrize("method", ["GET", "DELETE"])
@pytest.mark.parametrize("body", ["body", "secret_body"])
def test_reading_and_removing_have_no_body(method: str, body: str) -> None:
    with pytest.raises(ToolkitError, match="body"):
        call("/a", method, **{body: {"a": 1}})


def test_secret_part_is_merged_and_kept_apart() -> None:
    one = call("/a", "PUT", body={"a": 1}, secret_body={"password": "x"})
    assert one.body == {"a": 1, "password": "x"}
    assert one.shown_body == {"a": 1}
    assert call("/a").body is None


def test_paying_call_is_confirmed_word_for_word() -> None:
    one = call("/v2/accounts")
    for given in (None, "", "yes", "POST /accounts", "post /v2/accounts"):
        with pytest.raises(ToolkitError) as caught:
            one.check_confirmation(given)
        assert caught.value.facts == {"would_purchase": "POST /v2/accounts"}
    one.check_confirmation(" POST  /v2/accounts ")
    call("/dns/a.be/records").check_confirmation(None)


class Api:
    """Takes calls."""

    def __init__(self, folder: Path, outcome: Any) -> None:
        self.state_dir, self.api_url, self.key_fingerprint = str(folder), "https://api.example", "print"
        self.outcome, self.calls = outcome, 0
        self.shared = SharedReads(None, "")
        self.rest = SimpleNamespace(request=self.request, location_path=lambda answer: answer.headers.get("Location"))

    def request(self, method: str, path: str, **options: Any) -> Answer:
        self.calls += 1
        assert options["fresh"] == (method == "POST" and path == "/accounts")
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return Answer(202, "", {"Location": "/provisioningjobs/1-a"}, b'{"a": 1}')


def order(**body: Any) -> RawCall:
    return call("/accounts", body={"identifier": "a.be", **body}, secret_body={"ftp_password": "Hidden71"})


def test_paying_call_is_made_once(tmp_path: Path) -> None:
    api: Any = Api(tmp_path, None)
    result = order().send(api, force=False)
    assert result == {
        "changed": True,
        "status": 202,
        "data": {"a": 1},
        "location": "/provisioningjobs/1-a",
        "job_id": "1-a",
    }
    with pytest.raises(ToolkitError) as caught:
        order().send(api, force=False)
    assert caught.value.kind == "already_sent"
    assert api.calls == 1
    order(servicepack_id=2).send(api, force=False)
    order().send(api, force=True)
    assert api.calls == 3
    assert all("Hidden71" not in path.read_text() for path in (tmp_path / "journal").iterdir())


def test_unknown_outcome_is_not_sent_again(tmp_path: Path) -> None:
    api: Any = Api(tmp_path, OutcomeUnknown("POST /v2/accounts", "lost."))
    for kind in ("outcome_unknown", "already_sent"):
        with pytest.raises(ToolkitError) as caught:
            order().send(api, force=False)
        assert caught.value.kind == kind
    assert api.calls == 1


def test_call_that_a_person_wants_again_is_made_once_more_and_no_oftener(tmp_path: Path) -> None:
    api: Any = Api(tmp_path, None)
    order().send(api, force=False)
    (path,) = (tmp_path / "journal").glob("*.json")
    journal = Journal(str(tmp_path))
    known = stored_intent(str(path))
    assert known is not None
    journal.write(known, resend=True)
    order().send(api, force=False)
    assert api.calls == 2
    with pytest.raises(ToolkitError, match="was accepted"):
        order().send(api, force=False)
    assert api.calls == 2


def test_refused_call_may_be_made_again(tmp_path: Path) -> None:
    api: Any = Api(tmp_path, ApiError("refused", "POST /v2/accounts", "no.", status=400))
    for _attempt in range(2):
        with pytest.raises(ApiError):
            order().send(api, force=False)
    assert api.calls == 2


def test_free_call_leaves_no_trace(tmp_path: Path) -> None:
    api: Any = Api(tmp_path, None)
    assert call("/dns/a.be/records").send(api, force=False)["changed"] is True
    assert call("/accounts", "GET").send(api, force=False)["changed"] is False
    assert list(tmp_path.iterdir()) == []
