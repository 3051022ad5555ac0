# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials: from the environment, from options, wrong ones; ad-hoc commands; loops."""

from __future__ import annotations

import http.server
import secrets
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, account_task, check_refusals, task


def test_ad_hoc(player: Player) -> None:
    done = player.ad_hoc("reseller_account_info", "-a", "identifier=nobody.example", "-vvvv")
    assert done.code == 0 and '"accounts": []' in done.output


@pytest.mark.row(22, "read")
@pytest.mark.row(32, "read")
@pytest.mark.parametrize("in_process", [True, False])
def test_wrong_secret_is_reported_in_one_line(player: Player, in_process: bool) -> None:
    env = {"RESELLER_API_SECRET": "wrong-" + secrets.token_urlsafe(20)}
    extra = f"reseller_toolkit_in_process={str(in_process).lower()}"
    done = player.ad_hoc("reseller_account_info", "-vvvv", "-e", extra, env=env)
    assert done.code != 0
    (result,) = done
    assert result.error["kind"] == "unauthorized" and result.error["status"] == 401
    assert result.error["code"] == "authorization_hmac_invalid"
    assert "api_key and api_secret" in result.msg and "allow-list" in result.msg and "\n" not in result.msg
    assert result.requests == ["GET /accounts"]
    assert done.output.count("GET /v2/accounts: HTTP 401") <= 2


@pytest.mark.parametrize("in_process", [True, False])
def test_missing_credentials_are_named(player: Player, in_process: bool) -> None:
    env = {"RESELLER_API_SECRET": None}
    hosting = {"identifier": "nobody.example"}
    tasks = [task("reseller_account_info"), task("reseller_hosting_check", hosting=hosting)]
    played = player.play(tasks, env=env, in_process=in_process)
    hint = "Set RESELLER_API_SECRET in the environment of the controller"
    check_refusals(played, [f"missing required arguments: api_secret. {hint}"] * 2)


class WebServer(http.server.BaseHTTPRequestHandler):
    """Responds with a web page, like a server that is not the API; below `/wrong` with 404, as behind a wrong path."""

    def do_GET(self) -> None:
        page = b"<!doctype html><title>It works!</title>"
        self.send_response(404 if self.path.startswith("/wrong/") else 200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, *_args: object) -> None:
        """Print nothing."""


@pytest.fixture
def web_server() -> Iterator[str]:
    """Return the address of a server that is not the API."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), WebServer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_wrong_connection_is_followed_by_the_next_step(player: Player, server: SandboxProcess, web_server: str) -> None:
    space = player.secret("padded_secret", f"{server.api_secret} ")
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"api_url": f"{web_server}/wrong"}, "not_found", "Check the path in api_url (RESELLER_API_URL)."),
        ({"api_url": web_server}, "protocol", "Check api_url: a web server or a proxy responded instead of the API."),
        ({"api_secret": space}, "unauthorized", "Remove the space at the beginning or the end of api_secret"),
        ({"api_url": "http://127.0.0.1:9"}, "connection", "Check host and port in api_url, and that this machine may"),
    ]
    played = player.play(
        [task("reseller_servicepack_info", retry_timeout=0.1, **options) for options, _kind, _hint in cases]
    )
    for result, (_options, kind, hint) in zip(played, cases, strict=True):
        assert (result.error["kind"], hint in result.msg) == (kind, True), result.msg


def test_credentials_from_group_defaults(player: Player, server: SandboxProcess) -> None:
    """Options win over the environment, and one group serves all modules."""
    options = {
        "api_key": server.api_key,
        "api_secret": player.secret("given_secret", server.api_secret),
        "api_url": f"{server.url}/v2/",
    }
    wrong = {
        "RESELLER_API_KEY": "nobody",
        "RESELLER_API_SECRET": secrets.token_hex(9),
        "RESELLER_API_URL": "http://[::1]:9",
    }
    played = player.play(
        [task("reseller_servicepack_info"), task("reseller_account_info", identifier="nobody.example")],
        env=wrong,
        module_defaults={"group/reseller.toolkit.reseller": options},
    )
    assert played[0].ok["servicepacks"] and played[1].ok["accounts"] == []


def test_environment_of_a_task(player: Player, server: SandboxProcess) -> None:
    """``environment:`` of a task applies to that task only."""
    nowhere = {"RESELLER_API_URL": "http://127.0.0.1:9"}
    info = task("reseller_servicepack_info", retry_timeout=0.1)
    failed, fine = player.play([{**info, "environment": nowhere}, info])
    assert failed.error["kind"] == "connection" and "127.0.0.1" in failed.msg
    assert fine.ok["servicepacks"]


@pytest.mark.row(22, "read")
def test_address_that_is_not_on_the_allow_list(player: Player) -> None:
    with SandboxProcess(allow=["10.0.0.0/8"], api_key=player.sandbox.api_key) as closed:
        env = {"RESELLER_API_URL": closed.url, "RESELLER_API_SECRET": closed.api_secret}
        (result,) = player.play([task("reseller_account_info")], env=env)
        assert len(closed.exchanges()) == 1
    assert result.error["status"] == 401 and "allow-list" in result.msg


@pytest.mark.row(21, "read")
def test_clock_that_is_wrong(player: Player, server: SandboxProcess) -> None:
    """The request is signed again with the server's time."""
    server.set_faults([{"match": {"path": "/servicepacks"}, "fault": "clock_skew", "seconds": 7200}])
    (result,) = player.play([task("reseller_servicepack_info")])
    assert result.ok["servicepacks"] and [item["status"] for item in result.exchanges] == [401, 200]


def test_case_that_a_server_accepts_is_learned(player: Player, server: SandboxProcess) -> None:
    """The original case is tried first, as clients in production do."""
    info = task("reseller_mysql_info", name="ID123456_None")
    server.set_faults([{"match": {"path": "/mysqldatabases/*"}, "fault": "lower_case_rejected"}])
    (usual,) = player.play([info])
    assert [item["status"] for item in usual.exchanges] == [404]
    server.set_faults([{"match": {"path": "/mysqldatabases/*"}, "fault": "kept_case_rejected"}])
    first, second = player.play([info, info])
    assert [item["status"] for item in first.exchanges] == [401, 404]
    assert [item["status"] for item in second.exchanges] == [404]


def test_loop_over_names(player: Player, new_name: NewName) -> None:
    names = [new_name(), new_name()]
    looped, again = player.play([account_task("{{ item }}") | {"loop": names}] * 2)
    assert [item["account"]["identifier"] for item in looped.ok["results"]] == names and looped.changed
    assert not again.changed and again.requests == ["GET /accounts"] * 2


def test_check_mode_of_a_whole_play(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    """Dependent tasks are predicted although nothing exists yet."""
    name = new_name()
    account, database, user = player.play(
        [
            account_task(name),
            task("reseller_mysql", account=name, name="shop", password="{{ password }}"),
            task("reseller_mysql_user", account=name, database="shop", name="reports", password="{{ password }}"),
        ],
        check_mode=True,
    )
    for result in (account, database, user):
        assert result.changed and result.writes == []
    assert not (player.state_dir / "journal").exists() or not list((player.state_dir / "journal").glob("*.json"))
