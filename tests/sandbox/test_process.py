# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The process: its state, log, clock, start and end."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from urllib.parse import quote, quote_plus

import pytest
import requests
import trustme

from sandbox.call import Call, Response
from sandbox.exchange_log import ExchangeLog, mask_body, mask_query
from sandbox.launcher import SandboxProcess
from tests.sandbox.conftest import LINUX_PRO, PASSWORD


def test_the_state_survives_a_restart_without_passwords(tmp_path, client_class):
    with SandboxProcess(state=tmp_path / "state", job_seconds=50) as sandbox:
        api = client_class(sandbox)
        account = api.account("shop.example")
        database = api.order_database(account, "shop").headers["Location"]
        before, clock = sandbox.state(), sandbox.control("GET", "clock")["now"]
        sandbox.restart()
        assert sandbox.state() == before
        assert sandbox.control("GET", "clock")["now"] >= clock
        assert api.get(f"/v2/accounts/{account}").json()["identifier"] == "shop.example"
        assert api.get(database).json()["status"] == "ongoing"
        sandbox.advance(60)
        assert api.get(database).status_code == 201
    kept = b"".join(file.read_bytes() for file in (tmp_path / "state").iterdir())
    assert b"shop" in kept
    assert PASSWORD.encode() not in kept


def test_a_killed_sandbox_keeps_what_it_has_answered(tmp_path, client_class):
    sandbox = SandboxProcess(state=tmp_path, job_seconds=0).start()
    try:
        job = client_class(sandbox).order_account("shop.example").headers["Location"]
        os.kill(sandbox.pid, signal.SIGKILL)
        sandbox.restart()
        assert client_class(sandbox).get(job).status_code == 201
    finally:
        sandbox.stop()


def test_the_exchange_log(tmp_path, monkeypatch, client_class):
    monkeypatch.delenv("EXCHANGE_LOG_DIR", raising=False)
    log = tmp_path / "deep" / "log.jsonl"
    with SandboxProcess(exchange_log=log, job_seconds=0) as sandbox:
        api = client_class(sandbox)
        api.order_account("shop.example", LINUX_PRO)
        api.get("/v2/sslcertificates/ab/download?file_format=pfx&password=geheim1234&api_key=geheim")
        api.post("/v2/accounts", b'{"ftp_password": "geheim1234", "iden')
        sandbox.set_faults([{"fault": "reset_after"}])
        with pytest.raises(requests.ConnectionError):
            api.get("/v2/accounts")
        entries = sandbox.exchanges()
        text = log.read_text()
    assert [set(entry) - {"fault", "unusual"} for entry in entries] == [
        {"method", "path", "query", "request_headers", "request_body", "status"}
        | {"response_headers", "response_body", "at"}
    ] * 4
    assert [entry.get("fault") for entry in entries] == [None, None, None, "reset_after"]
    assert [entry["status"] for entry in entries] == [202, 404, 400, None]
    order, download, malformed, cut = entries
    assert (order["method"], order["path"]) == ("POST", "/v2/accounts")
    assert json.loads(order["request_body"])["ftp_password"] == "***"
    assert json.loads(order["request_body"])["identifier"] == "shop.example"
    assert order["request_headers"]["authorization"] == "hmac sandbox-key"
    assert order["response_headers"]["location"].startswith("/v2/provisioningjobs/")
    assert download["query"] == "file_format=pfx&password=***&api_key=***"
    assert [entry.get("unusual") for entry in entries] == [None, ["unknown query parameter api_key"], None, None]
    assert "iden" in malformed["request_body"]
    assert (cut["response_headers"], cut["response_body"]) == ({}, "")
    assert "geheim" not in text and PASSWORD not in text and "_sandbox" not in text


@pytest.mark.parametrize(
    ("body", "shown"),
    [
        (b'{"a": {"password": "x"}, "b": [{"auth_code": 5}]}', {"a": {"password": "***"}, "b": [{"auth_code": "***"}]}),
        (b'{"PASSWORD": "x", "password_hint": "y"}', {"PASSWORD": "***", "password_hint": "y"}),
    ],
)
def test_secrets_are_masked_at_any_depth(body, shown):
    assert json.loads(mask_body(body)) == shown


def test_a_secret_that_a_response_repeats_is_masked(tmp_path):
    secret = 'Geheim7 "x/'
    body = json.dumps({"account": 1, "password": secret})
    forms = [secret, quote(secret), quote_plus(secret), json.dumps(secret)[1:-1], body]
    log = ExchangeLog(tmp_path / "log.jsonl")
    call = Call("POST", "/v2/a", "/v2/a", f"password={quote('Andere8!')}", [], body.encode(), ("127.0.0.1", 1))
    log.write(call, Response.of(400, {"error_text": f"Andere8! {' '.join(forms)}"}, {"X-Said": secret}))
    log.close()
    line = (tmp_path / "log.jsonl").read_text()
    assert "Geheim7" not in line and "Andere8" not in line
    assert "account" in json.loads(line)["response_body"]


def test_type_of_a_response_is_shown_although_it_is_also_a_password(tmp_path):
    log = ExchangeLog(tmp_path / "log.jsonl")
    body = json.dumps({"password": "application/json"}).encode()
    call = Call("POST", "/v2/a", "/v2/a", "", [], body, ("127.0.0.1", 1))
    log.write(call, Response.of(400, {"error_text": "application/json: too simple"}))
    log.close()
    logged = json.loads((tmp_path / "log.jsonl").read_text())
    assert logged["response_headers"]["content-type"].startswith("application/json")
    assert json.loads(logged["response_body"]) == {"error_text": "***: too simple"}


def test_masking_leaves_the_rest_alone():
    assert mask_body(b'{"a":  1}') == '{"a":  1}'
    assert mask_body(b"\x30\x82\xff") == "<3 bytes>"
    assert mask_body(b'{"ftp_password": "ab\\"cd') == '{"ftp_password": "***"'
    assert mask_query("a=%20&pass%77ord=x&b") == "a=%20&pass%77ord=***&b"


def test_the_shared_folder_for_logs(tmp_path, monkeypatch, client_class):
    monkeypatch.setenv("EXCHANGE_LOG_DIR", str(tmp_path))
    with SandboxProcess() as one, SandboxProcess(exchange_log=tmp_path / "mine.jsonl") as two:
        for sandbox in (one, two):
            client_class(sandbox).get("/v2/accounts")
            assert len(sandbox.exchanges()) == 1
    files = list(tmp_path.iterdir())
    assert len(files) == 2
    assert all(file.suffix == ".jsonl" and file.name != "mine.jsonl" for file in files)


def test_control_needs_no_signature_and_does_not_count(client_class):
    with SandboxProcess(rate_limit="1/60", seed_accounts=3) as sandbox:
        assert requests.get(f"{sandbox.url}/_sandbox/health", timeout=10).json() == {"status": "ok"}
        sandbox.seed(2)
        assert sandbox.state()["accounts"] == 5
        assert sandbox.state()["orders"] == {}
        assert client_class(sandbox).get("/v2/accounts").headers["X-RateLimit-Usage"] == "1"
        with pytest.raises(RuntimeError, match="400"):
            sandbox.control("PUT", "clock", {"advance": "soon"})


def test_the_process_says_where_it_is_and_ends_cleanly():
    command = [sys.executable, "-m", "sandbox", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        requests.get(line.removeprefix("sandbox: ").strip() + "/_sandbox/health", timeout=10)
        process.send_signal(signal.SIGINT)
        rest, errors = process.communicate(timeout=10)
    assert (process.returncode, rest, errors) == (0, "", "")


def test_it_ends_although_a_client_waits(client_class):
    sandbox = SandboxProcess(faults=[{"fault": "timeout_after", "seconds": 60}]).start()
    with socket.create_connection(("127.0.0.1", sandbox.port)) as connection:
        connection.sendall(b"GET /v2/accounts HTTP/1.1\r\nHost: x\r\n\r\n")
        while not sandbox.exchanges():
            time.sleep(0.02)
        # Another code would say that it had to be killed.
        assert sandbox.stop() == 0


@pytest.mark.parametrize(
    "words",
    [["--rate-limit", "many"], ["--rate-limit", "0/60"], ["--allow", "x"], ["--faults", "/nowhere"], ["--mysql", "x"]],
)
def test_a_wrong_command_line(words):
    ended = subprocess.run(
        [sys.executable, "-m", "sandbox", *words], capture_output=True, text=True, timeout=30, check=False
    )
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "Traceback" not in ended.stderr


def test_a_port_that_is_taken(sandbox):
    command = [sys.executable, "-m", "sandbox", "--port", str(sandbox.port)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert "Traceback" not in ended.stderr
    with pytest.raises(RuntimeError, match="did not start"):
        SandboxProcess(port=sandbox.port).start()


def test_latency_and_rules_from_a_file(client_class):
    with SandboxProcess(latency_ms=150, faults=[{"fault": "status", "status": 500}]) as sandbox:
        answer = client_class(sandbox).get("/v2/accounts")
        assert answer.status_code == 500
        assert answer.elapsed.total_seconds() > 0.15


def test_tls(tmp_path, client_class):
    authority = trustme.CA()
    issued = authority.issue_cert("127.0.0.1")
    ca, certificate, key = (tmp_path / name for name in ("ca.pem", "cert.pem", "key.pem"))
    authority.cert_pem.write_to_path(ca)
    issued.cert_chain_pems[0].write_to_path(certificate)
    issued.private_key_pem.write_to_path(key)
    with SandboxProcess(tls=(certificate, key), tls_ca=ca) as sandbox:
        api = client_class(sandbox)
        api.session.verify = str(ca)
        assert sandbox.url.startswith("https://")
        assert api.get("/v2/accounts").status_code == 200
        sandbox.set_faults([{"fault": "reset_after"}])
        with pytest.raises(requests.ConnectionError):
            api.get("/v2/accounts")


def test_secret_fields_of_a_form_with_files_are_masked() -> None:
    fields = {"name": "Film", "videoPasswords[0]": "Flm0geheim", "password": "Own0geheim"}
    head = "--x\r\nContent-Disposition: form-data; name="
    parts = [f'{head}"{name}"\r\n\r\n{value}\r\n' for name, value in fields.items()]
    shown = mask_body(("".join(parts) + "--x--\r\n").encode())
    assert "Film" in shown and "geheim" not in shown and shown.count("***") == 2
