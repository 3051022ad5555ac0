# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The whole role at ``-vvvv`` with ``--diff``, on success and on failure: no secret leaks.

`Player` checks the output and the files of a run; here processes and files are also watched while it runs.
"""

from __future__ import annotations

import base64
import itertools
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import pytest

from sandbox.launcher import SandboxProcess
from tests.integration.conftest import new_name, running, server
from tests.kill.conftest import wait_for
from tests.role.conftest import SECRETS, Customer
from tests.role.test_parts import RECORDS, other_parts, transfer_of
from tests.support.csr import make_csr
from tests.support.leaks import Watch, files_in, leaks, usual_forms
from tests.support.playing import DEFAULTS, ORDERING, NewName, Player, PlayResult, Task, task
from tests.support.samples import REGISTRANT

__all__ = ["new_name", "running", "server"]

pytestmark = [pytest.mark.faults, pytest.mark.row(32, "any")]

MORE_SECRETS = {**SECRETS, "mail_password": "Mbx0geheim76=%", "auth_code": 'Aut0 "geheim77"\\/é'}
#: The requests that send secrets, and the one that reads with a secret.
SENT_TO = {
    "POST /accounts": "ftp_password",
    "POST /domains/transfers": "auth_code",
    "POST /mysqldatabases": "shop_password",
    "POST /mysqldatabases/*/users": "user_password",
    "POST /mailboxes": "mail_password",
    "GET /sslcertificates/*/download": "pfx_password",
}


def echo(secret: str) -> str:
    """Return the response of a careless server: what it was sent, in all forms."""
    return f"{json.dumps({'password': secret})} {' '.join(sorted(usual_forms(secret)))}"


def faults_of(secret: str) -> dict[str, dict[str, Any]]:
    """Return faults for a request with this secret, by name."""
    said = echo(secret)
    complaint = {"validation_errors": [{"error_code": "password_invalid", "error_text": f"password: {said}"}]}
    refusal = {"error_code": "refused", "error_text": said}
    elsewhere = {"Location": f"https://other.example/?password={quote_plus(secret)}"}
    return {
        "refused": {"fault": "status", "status": 400, "body": refusal},
        "complained of": {"fault": "status", "status": 400, "body": complaint},
        "code with it": {"fault": "status", "status": 409, "body": {"error_code": said, "error_text": None}},
        "unauthorized": {"fault": "status", "status": 401, "body": refusal},
        "failed": {"fault": "status", "status": 500, "body": refusal},
        "no answer": {"fault": "reset_after"},
        "not JSON": {"fault": "not_json", "body": f"<html>{said}</html>"},
        "cut": {"fault": "edit", "body": refusal, "headers": {"Content-Length": "99999"}},
        "truncated": {"fault": "truncate", "keep": 20},
        "elsewhere": {"fault": "status", "status": 302, "headers": elsewhere},
    }


FAULTS = tuple(faults_of(""))


def rule(fault: str, target: str) -> dict[str, Any]:
    method, _space, path = target.partition(" ")
    return {"match": {"method": method, "path": path}, **faults_of(MORE_SECRETS[SENT_TO[target]])[fault]}


@pytest.fixture
def customer(server: SandboxProcess, tmp_path: Path, new_name: NewName) -> Customer:
    player = Player(server, tmp_path / "runs")
    for name, value in MORE_SECRETS.items():
        player.secret(name, value)
    folder = tmp_path / "customer"
    folder.mkdir()
    return Customer(new_name(), player, folder)


def everything(customer: Customer) -> dict[str, Any]:
    """Return a customer with everything that the role can do."""
    mailbox = {**other_parts(customer)["mailboxes"][0], "password": "{{ mail_password }}"}
    return {
        **other_parts(customer),
        "identifier": customer.identifier,
        "servicepack": "Linux Pro",
        "ftp_password": "{{ ftp_password }}",
        "domain": {**transfer_of(f"more-{customer.identifier}"), "auth_code": "{{ auth_code }}"},
        "databases": customer.databases,
        "dns": RECORDS,
        "mailboxes": [mailbox],
        "ssl": customer.ssl,
    }


def provision(customer: Customer, *, in_process: bool = True, env: dict[str, str] | None = None, **play: Any) -> Any:
    """Run the whole role, watched; the checks of `Player` are done when this returns."""
    return watched(
        customer,
        [],
        in_process=in_process,
        env=env,
        roles=[{"role": "reseller.toolkit.hosting"}],
        variables={"hosting": everything(customer)},
        **play,
    )


def watched(customer: Customer, tasks: list[Task], **play: Any) -> PlayResult:
    """Run a play, and check that no secret is in a command line or in our files while it runs."""
    player = customer.player
    player.starts_anew = True
    impatient = {"group/reseller.toolkit.reseller": {"retry_timeout": 2}}
    quick = {f"reseller.toolkit.{module}": {**options, "settle_time": 0.3} for module, options in DEFAULTS.items()}
    quick.pop("reseller.toolkit.reseller_job")
    quick["reseller.toolkit.reseller_domain"] = {**ORDERING, "settle_time": 0.3}
    # Ansible's files, which contain a running ordinary module with its options, are checked afterwards.
    with Watch([player.state_dir, player.temporary, customer.folder]) as watch:
        played = player.play(tasks, module_defaults={**impatient, **quick}, **play)
    secrets = {"api_secret": player.sandbox.api_secret, **player.secrets, **key_of(customer)}
    left = files_in(player.folder, customer.folder)
    left.pop(str(customer.folder / "private.key"), None)
    watch.seen.pop(str(customer.folder / "private.key"), None)
    watch.seen.pop(str(customer.folder / "private.key.new"), None)
    assert any(b"ansible-playbook" in seen for seen in watch.seen.values())
    assert leaks(secrets, {"the output": played.output.encode(), **watch.seen, **left}) == []
    return played


def key_of(customer: Customer) -> dict[str, str]:
    """Return a line of the private key that the role created, which is a secret too."""
    path = customer.folder / "private.key"
    return {"private key": path.read_text().splitlines()[3]} if path.exists() else {}


def test_the_search_finds_existing_files(tmp_path: Path) -> None:
    secret = MORE_SECRETS["auth_code"]
    hidden = [json.dumps(json.dumps({"a": secret})).encode()]
    hidden += [base64.b64encode(before + secret.encode() + b"tail") for before in (b"", b"a", b"ab")]
    hidden += [form.encode() for form in usual_forms(secret)]
    for text in hidden:
        assert leaks({"it": secret}, {"here": b"x" + text + b"x"}) == ["it is in here"], text
    assert leaks({"it": secret}, {"here": secret.encode()[:-1]}) == []


def test_the_watch_sees_short_lived_secrets(tmp_path: Path) -> None:
    # A secret that no other test searches, as one may run now.
    secret = "Nur0hier78"
    with Watch([tmp_path]) as watch:
        file = tmp_path / "short-lived"
        file.write_text(secret)
        process = subprocess.Popen(
            [sys.executable, "-c", "import sys; sys.stdin.read()", secret], stdin=subprocess.PIPE
        )
        wait_for("both", lambda: len(leaks({"it": secret}, dict(watch.seen))) == 2)
        file.unlink()
        process.communicate()
    places = " ".join(leaks({"it": secret}, watch.seen))
    assert "short-lived" in places and "a command line" in places


@pytest.mark.parametrize(("way", "checks"), [("in process", (True, False, False)), ("through a pipe", (False,))])
def test_role_that_succeeds(way: str, checks: tuple[bool, ...], customer: Customer) -> None:
    env = {"ANSIBLE_PIPELINING": str(way == "through a pipe")}
    in_process = way == "in process"
    for check in checks:
        played = provision(customer, in_process=in_process, env=env, check_mode=check)
        assert played.code == 0, played.output
    # The checked files include the shared read cache.
    assert list((customer.player.state_dir / "reads").rglob("*.json"))
    payload = [name for name in files_in(customer.player.folder / "ansible") if "ansible-tmp" in name]
    assert payload == []


@pytest.mark.parametrize(
    ("fault", "target"),
    [
        # Single tasks fail in each way below; the role shows how its tasks handle a failure.
        pytest.param(fault, target, marks=() if number < len(SENT_TO) // 2 else pytest.mark.nightly)
        for number, (fault, target) in enumerate(zip(FAULTS, itertools.cycle(SENT_TO), strict=False))
    ],
)
def test_role_that_fails(fault: str, target: str, server: SandboxProcess, customer: Customer) -> None:
    failing = rule(fault, target)
    if target == "POST /mysqldatabases":
        # A second database is ordered nevertheless; its messages must not contain a secret of the first one.
        failing["match"]["nth"] = 1
    server.set_faults([failing])
    provision(customer)
    assert server.faults()[0]["fired"]


@pytest.mark.parametrize(
    ("fault", "pipelining"),
    [*((fault, False) for fault in FAULTS), *((fault, True) for fault in ("complained of",))],
)
def test_tasks_that_fail(fault: str, pipelining: bool, server: SandboxProcess, customer: Customer) -> None:
    name, other = customer.identifier, f"other-{customer.identifier}"
    sentence = f"ssl standard domain_validated {name}"
    before = [
        task("reseller_account", identifier=name, servicepack="1002", ftp_password="{{ ftp_password }}"),
        task("reseller_mysql", account=name, name="blog", password="{{ blog_password }}"),
        task("reseller_ssl", csr_content=make_csr(name), confirm_purchase=sentence),
    ]
    assert customer.player.play(before).code == 0
    spoilt = [
        task("reseller_account", identifier=other, servicepack="1002", ftp_password="{{ ftp_password }}"),
        task(
            "reseller_domain",
            **{**transfer_of(f"moved-{name}"), "auth_code": "{{ auth_code }}", "registrant": REGISTRANT},
            wait=False,
        ),
        task("reseller_mysql", account=name, name="shop", password="{{ shop_password }}"),
        task("reseller_mysql_user", account=name, database="blog", name="ro", password="{{ user_password }}"),
        task("reseller_mailbox", address=f"ada@{name}", password="{{ mail_password }}"),
        task(
            "reseller_ssl",
            csr_content=make_csr(name),
            confirm_purchase=sentence,
            pfx_path=str(customer.folder / "certificate.pfx"),
            pfx_password="{{ pfx_password }}",
        ),
        task(
            "reseller_api",
            method="POST",
            path="/v2/mailboxes",
            secret_body={"email_address": f"eve@{name}", "password": "{{ mail_password }}"},
        ),
    ]
    server.set_faults([rule(fault, target) for target in SENT_TO])
    env = {"ANSIBLE_PIPELINING": "True"} if pipelining else {}
    played = watched(customer, spoilt, in_process=not pipelining, env=env)
    assert len(played.results) == len(spoilt)
    assert [met["match"] for met in server.faults() if not met["fired"]] == [], played.output
