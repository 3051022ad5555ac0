# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PeerTube's logins: what is stored and shared, when tokens are renewed, and which secrets responses contain."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.auth import (
    MOST_RENEWALS,
    TokenAuth,
    role_number,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.login import Login, Tokens
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.secrets_in import secrets_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint

SCOPE = "https://video.example as root"
ENTRY = f"logins/{fingerprint(SCOPE)}.json"


class Server:
    """Gives tokens with increasing numbers; old ones are dead."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.refresh = ""

    def _tokens(self) -> Tokens:
        self.refresh = f"refresh{len(self.calls)}"
        return Tokens(f"access{len(self.calls)}", self.refresh, 0)

    def log_in(self) -> Tokens:
        self.calls.append("log in")
        return self._tokens()

    def refreshed(self, tokens: Tokens) -> Tokens | None:
        self.calls.append("refresh")
        return self._tokens() if tokens.refresh == self.refresh else None


def login_of(server: Server, folder: Path, secrets: set[str] | None = None) -> Login:
    storage = FileStorage(str(folder))
    known = set() if secrets is None else secrets
    return Login(server, storage, SCOPE, secrets=known, warn=lambda _text: None, timeout=0.2)


def test_login_is_stored_in_this_form(tmp_path: Path) -> None:
    secrets: set[str] = set()
    assert login_of(Server(), tmp_path, secrets).tokens() == Tokens("access1", "refresh1", 0)
    assert json.loads((tmp_path / ENTRY).read_text()) == {
        "format": 1,
        "access": "access1",
        "refresh": "refresh1",
        "role": 0,
    }
    assert secrets == {"access1", "refresh1"}


def test_second_task_uses_the_stored_login_and_hides_its_tokens(tmp_path: Path) -> None:
    server, secrets = Server(), set[str]()
    login_of(server, tmp_path).tokens()
    assert login_of(server, tmp_path, secrets).tokens().access == "access1"
    assert server.calls == ["log in"] and secrets == {"access1", "refresh1"}


def test_loser_of_two_refreshers_takes_what_the_other_got(tmp_path: Path) -> None:
    server = Server()
    one, other = login_of(server, tmp_path), login_of(server, tmp_path)
    assert one.tokens() == other.tokens()
    one.renew("access1")
    other.renew("access1")
    assert one.tokens() == other.tokens() == Tokens("access2", "refresh2", 0)
    assert server.calls == ["log in", "refresh"]


def test_dead_refresh_token_leads_to_a_login(tmp_path: Path) -> None:
    server = Server()
    login = login_of(server, tmp_path)
    login.tokens()
    server.refresh = "another"
    login.renew("access1")
    assert server.calls == ["log in", "refresh", "log in"] and login.tokens().access == "access3"


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": 2, "access": "a", "refresh": "b"}', '{"format": 1}'])
def test_entry_that_cannot_be_read_counts_as_missing(tmp_path: Path, content: str) -> None:
    (tmp_path / ENTRY).parent.mkdir()
    (tmp_path / ENTRY).write_text(content)
    server = Server()
    assert login_of(server, tmp_path).known() is None
    assert login_of(server, tmp_path).tokens().access == "access1"


def test_process_that_holds_the_lock_is_waited_for(tmp_path: Path) -> None:
    storage = FileStorage(str(tmp_path))
    with storage.lock("logins", f"{fingerprint(SCOPE)}.lock", timeout=1), pytest.raises(ToolkitError) as caught:
        login_of(Server(), tmp_path).tokens()
    assert caught.value.kind == "locked"


@pytest.mark.parametrize(
    "code",
    [None, "unauthorized_request", "current_password_is_invalid", "missing_two_factor", "video_requires_password"],
)
def test_other_401s_renew_nothing(tmp_path: Path, code: str | None) -> None:
    server = Server()
    assert TokenAuth(login_of(server, tmp_path)).sign_anew(request(), 0.0, code) is False
    assert server.calls == []


def test_renewing_without_success_ends(tmp_path: Path) -> None:
    auth = TokenAuth(login_of(Server(), tmp_path))
    renewed = []
    for _number in range(MOST_RENEWALS + 1):
        auth(request())
        renewed.append(auth.sign_anew(request(), None, "invalid_token"))
    assert renewed == [True] * MOST_RENEWALS + [False]
    auth.accepted(request())
    assert auth.sign_anew(request(), None, "invalid_token")


def request() -> Any:
    """Return something with headers."""
    return SimpleNamespace(headers={})


def test_secrets_in_responses() -> None:
    told = {
        "otpRequest": {"requestToken": "a1", "secret": "b2", "uri": "otpauth://totp/x?secret=b2"},
        "data": [{"id": 1, "password": "c3"}, {"files": {"token": "d4", "expires": "2026"}}],
        "videoPasswords": ["e5", "f6"],
        "streamKey": "g7",
        "rtmpUrl": "rtmp://host/live",
        "twoFactorEnabled": False,
        "passwordless": "no",
        "token": None,
    }
    assert sorted(secrets_in(told)) == ["a1", "b2", "c3", "d4", "e5", "f6", "g7", "otpauth://totp/x?secret=b2"]


@pytest.mark.parametrize(("role", "number"), [({"id": 0}, 0), ({"id": 2}, 2), ({}, None), (1, None), (None, None)])
def test_role(role: Any, number: int | None) -> None:
    assert role_number({"role": role}) == number
