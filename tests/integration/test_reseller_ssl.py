# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reseller_ssl`` and ``reseller_ssl_info`` against the sandbox: from a signing request to a file."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.csr import ATTRIBUTES, make_csr, pfx_fingerprints
from tests.support.playing import ALONE, NewName, Player, Task, account_task, check_refusals, orders_of, task

ORDERS = "/sslcertificaterequests"
PFX_PASSWORD = "Pfx0geheim74/=&%"
#: A password that clients sign in different ways.
ODD_PASSWORD = "Pfx0 ge+he~im75"


def sentence(*names: str, kind: str = "standard", level: str = "domain_validated") -> str:
    """Return the option that confirms a purchase."""
    return " ".join(("ssl", kind, level, *names))


def ssl_task(csr: str, **options: Any) -> Task:
    """Return the task that manages a certificate."""
    return task("reseller_ssl", csr_content=csr, **options)


@pytest.fixture
def pfx(player: Player, tmp_path: Path) -> dict[str, str]:
    """Return the options for a file in a separate folder."""
    (tmp_path / "pfx").mkdir()
    return {
        "pfx_path": str(tmp_path / "pfx/certificate.pfx"),
        "pfx_password": player.secret("pfx_password", PFX_PASSWORD),
    }


@pytest.mark.row(18, "paying post")
def test_purchase(player: Player, server: SandboxProcess, new_name: NewName, pfx: dict[str, str]) -> None:
    name = new_name()
    csr_file = player.folder / "request.csr"
    csr_file.write_text(make_csr(name))
    start = len(server.exchanges())

    def ssl(**options: Any) -> Task:
        return task("reseller_ssl", csr_path=str(csr_file), **options)

    _account, unconfirmed, other_item, predicted, bought, again, checked, without_file = player.play(
        [
            account_task(name),
            ssl(**pfx),
            ssl(confirm_purchase=sentence(f"www.{name}")),
            ssl(check=True),
            ssl(confirm_purchase=f"  SSL  {sentence(name)[4:]} ", **pfx),
            ssl(**pfx),
            ssl(check=True, **pfx),
            ssl(),
        ],
        **ALONE,
    )
    for refused in (unconfirmed, other_item):
        assert refused.error["kind"] == "purchase_not_confirmed" and refused.writes == []
        assert sentence(name) in refused.msg and refused["would_purchase"] == sentence(name)
    assert predicted.changed and predicted["would_purchase"] == sentence(name) and predicted.writes == []
    assert predicted["certificate"] is None and predicted["diff"]["after"] == {
        "certificate": sentence(name),
        "purchase": f"{sentence(name)} (paid for)",
    }
    assert bought.changed and bought["state"] == "present" and bought["validations"] == [] and not bought["recovered"]
    records = [f"POST /dns/{name}/records"] * 2
    (put,) = (request for request in bought.writes if request.startswith("PUT"))
    assert bought.writes == [f"POST {ORDERS}", *records, put] and put.startswith(f"PUT {ORDERS}/")
    certificate = bought["certificate"]
    assert {item["value"] for item in certificate["subject_alt_names"]} == {name, f"www.{name}"}
    assert bought["diff"]["after"]["certificate"] == sentence(name)
    reads = ["GET /sslcertificates", f"GET /sslcertificates/{certificate['sha1_fingerprint']}"]
    for result in (again, checked, without_file):
        assert not result.changed and result.requests == reads
        assert result["certificate"] == certificate and result["recovered"] is False
    assert checked["would_purchase"] is None
    assert orders_of(server, ORDERS, since=start) == 1


def test_check_mode_fails_where_the_purchase_would(player: Player, new_name: NewName, tmp_path: Path) -> None:
    """Mistakes that are detectable without a request are reported before any request, in check mode too."""
    name = new_name()
    csr, password = make_csr(name), player.secret("pfx_password", PFX_PASSWORD)
    wrong: list[dict[str, Any]] = [
        {"confirm_purchase": sentence(f"www.{name}")},
        {"pfx_path": str(tmp_path / "none/x.pfx"), "pfx_password": password},
        {"pfx_path": str(tmp_path), "pfx_password": password},
    ]
    tasks = [ssl_task(csr, check=check, **options) for options in wrong for check in (True, False)]
    words = ["confirm_purchase", "the folder", "is a folder"]
    check_refusals(player.play(tasks), [word for word in words for _twice in range(2)])


def test_file_with_the_certificate(
    player: Player, server: SandboxProcess, new_name: NewName, pfx: dict[str, str]
) -> None:
    name, path = new_name(), Path(pfx["pfx_path"])
    csr = make_csr(name)
    _account, bought = player.play([account_task(name), ssl_task(csr, confirm_purchase=sentence(name), **pfx)])
    first = path.stat()
    fingerprints = pfx_fingerprints(path, PFX_PASSWORD)
    assert bought["certificate"]["sha1_fingerprint"] in fingerprints and len(fingerprints) >= 2
    assert first.st_mode & 0o777 == 0o600
    path.chmod(0o644)
    predicted, repaired, again = player.play(
        [ssl_task(csr, check=True, **pfx), ssl_task(csr, **pfx), ssl_task(csr, **pfx)]
    )
    second = path.stat()
    assert predicted.changed and repaired.changed and predicted["diff"] == repaired["diff"]
    assert not any("download" in request for request in repaired.requests)
    assert not again.changed and second.st_mode & 0o777 == 0o600
    assert (second.st_ino, second.st_mtime_ns) == (first.st_ino, first.st_mtime_ns)
    other_password = {**pfx, "pfx_password": player.secret("other_password", "Neu0geheim75")}
    renew = {"confirm_purchase": sentence(name), "renew_before_days": 400}
    would_renew, renewed, reopened = player.play(
        [ssl_task(csr, check=True, **renew, **pfx), ssl_task(csr, **renew, **pfx), ssl_task(csr, **other_password)]
    )
    assert would_renew.changed and would_renew["would_purchase"] == sentence(name) and would_renew.writes == []
    assert renewed.changed and renewed["certificate"]["sha1_fingerprint"] not in fingerprints
    assert reopened.changed and reopened.writes == []
    assert renewed["certificate"]["sha1_fingerprint"] in pfx_fingerprints(path, "Neu0geheim75")
    assert path.stat().st_mtime_ns != first.st_mtime_ns and path.stat().st_mode & 0o777 == 0o600
    assert [file.name for file in path.parent.iterdir()] == [path.name]
    assert server.state()["ssl_certificates"] >= 2


def odd_password(player: Player, tmp_path: Path) -> dict[str, str]:
    """Return the options for a file whose password has no known signature."""
    return {"pfx_path": str(tmp_path / "odd.pfx"), "pfx_password": player.secret("odd_password", ODD_PASSWORD)}


def test_password_that_may_fail_is_refused_before_it_is_paid_for(
    player: Player, new_name: NewName, tmp_path: Path
) -> None:
    name = new_name()
    csr, odd, confirmed = make_csr(name), odd_password(player, tmp_path), {"confirm_purchase": sentence(name)}
    _account, predicted, refused, _bought, adopted, again = player.play(
        [
            account_task(name),
            ssl_task(csr, check=True, **odd),
            ssl_task(csr, **confirmed, **odd),
            ssl_task(csr, **confirmed),
            ssl_task(csr, **odd),
            ssl_task(csr, **odd),
        ]
    )
    for result in (predicted, refused):
        assert result.error["kind"] == "invalid_option" and result.msg.startswith("pfx_password: ")
        assert result.writes == []
    assert adopted.changed and not again.changed
    assert adopted["certificate"]["sha1_fingerprint"] in pfx_fingerprints(tmp_path / "odd.pfx", ODD_PASSWORD)
    assert [exchange["status"] for exchange in adopted.exchanges if "download" in exchange["path"]] == [200]


def test_server_that_signs_spaces_and_tildes_otherwise(tmp_path: Path, new_name: NewName) -> None:
    """After a 401 the other case is tried, then the other encoding, which is remembered for the next task."""
    with SandboxProcess("--query-signature", "rfc3986", job_seconds=0.3, rate_limit="100000/60") as server:
        player = Player(server, tmp_path)
        player.secret("ftp_password", "Ftp0geheim71")
        name = new_name()
        csr, odd = make_csr(name), odd_password(player, tmp_path)
        get = task("reseller_api", method="GET", path="/v2/accounts", query={"identifier": f"{name} ~"})
        _account, _bought, adopted, read = player.play(
            [account_task(name), ssl_task(csr, confirm_purchase=sentence(name)), ssl_task(csr, **odd), get]
        )
        assert adopted.changed
        assert [exchange["status"] for exchange in adopted.exchanges if "download" in exchange["path"]] == [
            401,
            401,
            200,
        ]
        assert adopted["certificate"]["sha1_fingerprint"] in pfx_fingerprints(tmp_path / "odd.pfx", ODD_PASSWORD)
        assert [exchange["status"] for exchange in read.exchanges] == [200]


@dataclass
class KeyPair:
    """A key that OpenSSL generated, with a signing request."""

    csr: str
    public: str

    @classmethod
    def make(cls, folder: Path, name: str, *algorithm: str) -> KeyPair:
        """Make one.

        Args:
            folder: where its files go.
            name: the common name of the request.
            algorithm: options of ``openssl req -newkey``.
        """
        files = [folder / f"{secrets.token_hex(4)}.{ending}" for ending in ("key", "csr")]
        out = ["-nodes", "-keyout", str(files[0]), "-out", str(files[1]), "-subj", f"/C=BE/CN={name}"]
        openssl("req", "-new", "-newkey", *algorithm, *out)
        return cls(files[1].read_text(), openssl("req", "-in", str(files[1]), "-noout", "-pubkey"))


def openssl(*words: str, **more: Any) -> str:
    """Run OpenSSL and return its output."""
    return subprocess.run(["openssl", *words], check=True, capture_output=True, text=True, **more).stdout


def public_keys(pfx: Path, password: str) -> list[str]:
    """Return the public keys of all certificates in a PKCS #12 file, as OpenSSL reads them."""
    env = {**os.environ, "PFX_PASSWORD": password}
    text = openssl("pkcs12", "-in", str(pfx), "-nokeys", "-passin", "env:PFX_PASSWORD", env=env)
    certificates = re.findall("-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", text, re.DOTALL)
    return [openssl("x509", "-noout", "-pubkey", input=certificate) for certificate in certificates]


EC, RSA = ("ec", "-pkeyopt", "ec_paramgen_curve:P-256"), ("rsa:2048",)


@pytest.mark.faults
@pytest.mark.row(44, "paying post")
@pytest.mark.parametrize(
    ("own", "foreign"),
    [
        pytest.param(EC, RSA, marks=pytest.mark.nightly, id="ec-rsa"),
        pytest.param(RSA, RSA, marks=pytest.mark.nightly, id="rsa-rsa"),
        pytest.param(EC, EC, id="ec-ec"),
    ],
)
def test_certificate_of_another_key_is_never_used(
    player: Player,
    server: SandboxProcess,
    new_name: NewName,
    pfx: dict[str, str],
    own: tuple[str, ...],
    foreign: tuple[str, ...],
) -> None:
    name, path, start = new_name(), Path(pfx["pfx_path"]), len(server.exchanges())
    first, other = KeyPair.make(player.folder, name, *own), KeyPair.make(player.folder, name, *foreign)
    confirmed = {"confirm_purchase": sentence(name)}
    elsewhere = {**pfx, "pfx_path": str(path.with_name("elsewhere.pfx"))}
    _account, bought = player.play([account_task(name), ssl_task(first.csr, **confirmed, **pfx)])
    assert bought.changed and bought["key_compared"] is True
    assert first.public in public_keys(path, PFX_PASSWORD) and other.public not in public_keys(path, PFX_PASSWORD)
    content, fingerprint = path.read_bytes(), bought["certificate"]["sha1_fingerprint"]
    played = player.play(
        [
            # The file holds the certificate, so nothing is downloaded.
            ssl_task(other.csr, check=True, **confirmed, **pfx),
            ssl_task(other.csr, **confirmed, **pfx),
            ssl_task(other.csr, check=True, **confirmed, **elsewhere),
            ssl_task(other.csr, **confirmed, **elsewhere),
            ssl_task(other.csr, **confirmed),
            ssl_task(first.csr, **pfx),
            ssl_task(first.csr, check=True, **elsewhere),
        ]
    )
    *refused, uncompared, again, predicted = played
    for result in refused:
        assert result.error["kind"] == "key_differs" and fingerprint in result.msg and result.writes == []
        assert result["certificate"] == bought["certificate"]
    downloads = [sum("/download" in request for request in result.requests) for result in played]
    assert downloads == [0, 0, 1, 1, 0, 0, 1]
    assert not uncompared.changed and uncompared["key_compared"] is False
    assert not again.changed and again["key_compared"] is True
    assert predicted.changed and predicted["key_compared"] is True
    assert [file.name for file in path.parent.iterdir()] == [path.name] and path.read_bytes() == content
    assert orders_of(server, ORDERS, since=start) == 1


@pytest.mark.faults
@pytest.mark.parametrize("body", ["no PFX", ""])
def test_download_that_is_another_file_is_not_written(
    player: Player, server: SandboxProcess, new_name: NewName, pfx: dict[str, str], body: str
) -> None:
    name = new_name()
    csr = make_csr(name)
    _account, bought = player.play([account_task(name), ssl_task(csr, confirm_purchase=sentence(name))])
    match = {"method": "GET", "path": "/sslcertificates/*/download"}
    kind = {"Content-Type": "application/x-pkcs12"}
    server.set_faults([{"match": match, "fault": "edit", "body": body, "headers": kind}])
    predicted, refused = player.play([ssl_task(csr, check=True, **pfx), ssl_task(csr, **pfx)])
    for result in (predicted, refused):
        assert result.error["kind"] == "protocol" and bought["certificate"]["sha1_fingerprint"] in result.msg
    assert not Path(pfx["pfx_path"]).exists()


def test_adoption_of_a_certificate(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    """A certificate that covers all names is adopted, without confirmation."""
    name = new_name()
    start = len(server.exchanges())
    wildcard, multi = {"certificate_type": "wildcard"}, {"certificate_type": "multi_domain"}
    names = [f"{label}.{name}" for label in ("a", "b", "c")]
    played = player.play(
        [
            account_task(name),
            ssl_task(make_csr(name), confirm_purchase=sentence(name)),
            ssl_task(make_csr(f"www.{name}")),
            ssl_task(make_csr(f"WWW.{name.upper()}", name)),
            ssl_task(make_csr(f"*.{name}"), **wildcard, confirm_purchase=sentence(f"*.{name}", kind="wildcard")),
            ssl_task(make_csr(f"*.{name}", name, f"shop.{name}"), **wildcard),
            ssl_task(make_csr(*names), **multi, confirm_purchase=sentence(*names, kind="multi_domain")),
            ssl_task(make_csr(names[1], names[0]), **multi),
            ssl_task(make_csr(f"shop.{name}")),
            ssl_task(make_csr(f"*.{name}", f"deep.shop.{name}"), **wildcard),
        ]
    )
    assert [result.changed for result in played.results[1:8]] == [True, False, False, True, False, True, False]
    fingerprints = [result["certificate"]["sha1_fingerprint"] for result in played.results[1:8]]
    assert fingerprints[1:3] == fingerprints[:1] * 2
    assert fingerprints[4] == fingerprints[3] and fingerprints[6] == fingerprints[5]
    # Another type is another product, and a wildcard covers one label only: other certificates are not offered.
    assert [result.error["kind"] for result in played.results[8:]] == ["purchase_not_confirmed", "invalid_option"]
    assert orders_of(server, ORDERS, since=start) == 3


def test_dns_elsewhere(player: Player, server: SandboxProcess, new_name: NewName, tmp_path: Path) -> None:
    name = new_name()
    csr, start = make_csr(name), len(server.exchanges())
    ordered, elsewhere, timed_out = player.play(
        [
            ssl_task(csr, confirm_purchase=sentence(name)),
            # Another machine without a journal: the API's list shows the request.
            ssl_task(csr, state="requested", state_dir=str(tmp_path / "other-machine")),
            ssl_task(csr, dns_validation=False, wait_timeout=0.5),
        ]
    )
    assert ordered.changed and ordered["state"] == "requested" and ordered["certificate"] is None
    assert ordered.writes == [f"POST {ORDERS}"]
    validations = ordered["validations"]
    assert {item["dns_name"] for item in validations} == {name, f"www.{name}"}
    assert not elsewhere.changed and elsewhere.writes == [] and elsewhere["validations"] == validations
    assert timed_out.error["kind"] == "certificate_timeout" and timed_out["validations"] == validations
    assert timed_out.writes == [f"PUT {ORDERS}/{ordered['request']['id']}"]
    records = [
        task(
            "reseller_api",
            method="POST",
            path=f"/v2/dns/{name}/records",
            body={
                "type": "CNAME",
                "record_name": item["cname_validation_name"].removesuffix(f".{name}"),
                "content": item["cname_validation_content"],
                "ttl": 300,
            },
        )
        for item in validations
    ]
    *_placed, present, again = player.play(
        [account_task(name), *records, ssl_task(csr, dns_validation=False), ssl_task(csr, dns_validation=False)]
    )
    assert present.changed and present["state"] == "present" and present["validations"] == []
    assert present.writes == []  # verify had been sent already, and is sent only once
    assert not again.changed and again["certificate"] == present["certificate"]
    assert orders_of(server, ORDERS, since=start) == 1


@pytest.mark.faults
@pytest.mark.row(18, "paying post")
def test_request_that_is_gone(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    """It was paid for: neither success nor another order without confirmation."""
    name = new_name()
    csr, confirmed, start = make_csr(name), {"confirm_purchase": sentence(name)}, len(server.exchanges())
    (ordered,) = player.play([ssl_task(csr, state="requested", **confirmed)])
    server.control("PUT", f"sslcertificaterequests/{ordered['request']['id']}", {"status": "withdrawn"})
    gone, still_gone, resent = player.play(
        [
            ssl_task(csr, **confirmed),
            ssl_task(csr, **confirmed),
            ssl_task(csr, on_doubt="resend", state="requested", **confirmed),
        ]
    )
    assert gone.error["kind"] == "certificate_request_gone" and "on_doubt: resend" in gone.msg
    assert still_gone.error["kind"] == "order_ended" and "on_doubt: resend" in still_gone.msg
    assert gone.writes == [] and still_gone.writes == []
    assert resent.changed and resent["request"]["id"] != ordered["request"]["id"]
    assert orders_of(server, ORDERS, since=start) == 2


def test_organization_validation_does_not_wait(player: Player, new_name: NewName) -> None:
    name = new_name()
    level = {"validation_level": "organization_validated"}
    confirmed = {"confirm_purchase": sentence(name, level="organization_validated")}
    csr = make_csr(name)
    _account, lacking, ordered, waited = player.play(
        [
            account_task(name),
            ssl_task(csr, additional_validation_attributes={**ATTRIBUTES, "Phone": ""}, **level, **confirmed),
            ssl_task(csr, additional_validation_attributes=ATTRIBUTES, **level, **confirmed),
            ssl_task(csr, additional_validation_attributes=ATTRIBUTES, wait=True, **level),
        ]
    )
    assert "additional_validation_attributes" in lacking.msg and "Phone" in lacking.msg and lacking.requests == []
    assert ordered.changed and ordered["state"] == "requested" and ordered["certificate"] is None
    assert any(request.startswith("PUT") for request in ordered.writes)
    assert waited.ok["state"] == "present" and waited.writes == []
    assert waited["certificate"]["validation_level"].lower() == "organization_validated"


def test_validations_that_dns_cannot_do(player: Player, new_name: NewName) -> None:
    """Validation by file or mail is handed to the user; automatic validation needs no one."""
    by_file, by_itself = f"{new_name()[:-8]}.file.example", f"{new_name()[:-8]}.auto.example"
    filed, automatic = player.play(
        [
            ssl_task(make_csr(by_file), confirm_purchase=sentence(by_file)),
            ssl_task(make_csr(by_itself), confirm_purchase=sentence(by_itself)),
        ]
    )
    assert filed.changed and filed["state"] == "requested"
    assert {item["type"] for item in filed["validations"]} == {"file"}
    assert all(item["file_validation_content"] for item in filed["validations"])
    assert automatic.changed and automatic["state"] == "present"


def test_bad_input_is_refused_before_any_request(player: Player, tmp_path: Path) -> None:
    csr = make_csr("fine.example")
    broken = csr.replace("A", "B", 3)
    password = player.secret("pfx_password", PFX_PASSWORD)
    both = tmp_path / "both.pem"
    both.write_text("-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIA==\n-----END EC PRIVATE KEY-----\n" + csr)
    cases = [
        (ssl_task(make_csr(None)), "csr_content: the request has no common name"),
        (ssl_task("no request"), "csr_content"),
        (ssl_task(broken), "csr_content"),
        (ssl_task(make_csr("fine.example", "other.example")), "csr_content: a standard certificate is for one name"),
        (ssl_task(make_csr("*.fine.example")), "csr_content: a standard"),
        (ssl_task(csr, certificate_type="wildcard"), "csr_content: a wildcard"),
        (ssl_task(make_csr("fine.example", "*.fine.example"), certificate_type="multi_domain"), "multi-domain"),
        (ssl_task(csr, validation_level="extended_validated"), "additional_validation_attributes"),
        (ssl_task(csr, additional_validation_attributes={"Colour": "red"}), "Colour"),
        (ssl_task(csr, pfx_path="certificate.pfx", pfx_password=password), "pfx_path"),
        (ssl_task(csr, pfx_path="/certificate.pfx"), "pfx_path, pfx_password"),
        (task("reseller_ssl", csr_path="request.csr"), "csr_path"),
        (task("reseller_ssl", csr_path=str(tmp_path / "none.csr")), "csr_path"),
        (task("reseller_ssl", csr_path="/request.csr", csr_content=csr), "mutually exclusive"),
        (task("reseller_ssl"), "one of the following is required: csr_path, csr_content"),
        (
            task("reseller_ssl", csr_path=str(both), confirm_purchase=sentence("fine.example")),
            "csr_path: it holds a private",
        ),
        (ssl_task(csr + csr, confirm_purchase=sentence("fine.example")), "csr_content: there are 2 requests"),
        (task("reseller_ssl_info", sha1_fingerprint="abc"), "sha1_fingerprint"),
        (task("reseller_ssl_info", common_name="not a name"), "common_name"),
    ]
    played = player.play([case for case, _word in cases])
    check_refusals(played, [word for _case, word in cases])


def test_info(player: Player, new_name: NewName) -> None:
    name, open_name = new_name(), new_name()
    played = player.play(
        [
            account_task(name),
            ssl_task(make_csr(name), confirm_purchase=sentence(name)) | {"register": "bought"},
            ssl_task(make_csr(open_name, full_subject=False), confirm_purchase=sentence(open_name)),
            task("reseller_ssl_info", common_name=name.upper()),
            task("reseller_ssl_info", common_name=name, details=True, requests=True),
            task("reseller_ssl_info", sha1_fingerprint="{{ bought.certificate.sha1_fingerprint | upper }}"),
            task("reseller_ssl_info", common_name=open_name, details=True, requests=True),
            task("reseller_ssl_info", common_name=name, expires_within_days=30),
            task("reseller_ssl_info", common_name=name, expires_within_days=400, check=True),
            task("reseller_ssl_info", sha1_fingerprint="0" * 40),
        ]
    )
    certificate = played[1].ok["certificate"]
    assert "C, ST, L, O, E" in played[2].ok["warnings"][0]
    listed, detailed, by_print, ongoing, not_soon, in_a_year, unknown = played.results[3:]
    assert [item["sha1_fingerprint"] for item in listed.ok["certificates"]] == [certificate["sha1_fingerprint"]]
    assert "requests" not in listed.data and listed.requests == ["GET /sslcertificates"]
    assert detailed.ok["certificates"] == [certificate] and detailed["requests"] == []
    assert by_print.ok["certificates"] == [certificate] and len(by_print.requests) == 1
    assert ongoing.ok["certificates"] == [] and len(ongoing["requests"][0]["validations"]) == 2
    assert not_soon.ok["certificates"] == [] and len(in_a_year.ok["certificates"]) == 1
    assert unknown.ok["certificates"] == []
    assert not any(result.changed for result in played.results[3:])


@pytest.mark.faults
@pytest.mark.row(17, "paying post")
def test_orders_whose_response_is_lost(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    rules: dict[str, dict[str, Any]] = {
        "cutoff": {"fault": "reset_after"},
        "broken": {"fault": "status", "status": 500, "acted": True},
        "unlocated": {"fault": "edit", "headers": {"Location": None}},
        "lost": {"fault": "reset_before"},
        "refused": {"fault": "status", "status": 500},
    }
    rejected = {"validation_errors": [{"error_code": "csr_strange", "error_text": "csr: too strange"}]}
    rules["rejected"] = {"fault": "status", "status": 400, "body": rejected}
    base, start = new_name(), len(server.exchanges())
    names = {label: f"{label}.{base}" for label in rules}
    requests = {label: make_csr(name) for label, name in names.items()}
    match = {"method": "POST", "path": ORDERS}
    server.set_faults([{"match": {**match, "nth": n}, **rule} for n, rule in enumerate(rules.values(), 1)])

    def tasks(**options: Any) -> list[Task]:
        return [
            ssl_task(csr, state="requested", confirm_purchase=sentence(names[label]), **options)
            for label, csr in requests.items()
        ]

    played = player.play([*tasks(), *tasks(), *tasks(on_doubt="resend"), *tasks()])
    first, second, third, last = (dict(zip(rules, played.results[at : at + 6], strict=True)) for at in (0, 6, 12, 18))
    for label in ("cutoff", "broken", "unlocated"):
        assert first[label].changed and first[label]["recovered"] is (label != "unlocated"), label
        assert first[label]["request"]["common_name"] == names[label]
        assert not second[label].changed and second[label].writes == [] and third[label].writes == []
    for label in ("lost", "refused"):
        assert first[label].error["kind"] == second[label].error["kind"] == "outcome_unknown"
        assert second[label].writes == [] and third[label].writes == [f"POST {ORDERS}"]
        assert third[label].changed
    assert first["rejected"].error["validation_errors"] == rejected["validation_errors"]
    assert second["rejected"].changed and second["rejected"]["recovered"] is False
    assert not any(result.changed or result.writes for result in last.values())
    # One request each that the sandbox executed, and the three that it never did.
    assert orders_of(server, ORDERS, since=start) == 6 + 3
