# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role ``hosting``: all parts, some parts, again, in check mode, and after a fault.

Each play also makes sure that no secret is in its output (``-vvvv --diff``), its results and its state folder.
"""

from __future__ import annotations

import re
import secrets
import stat
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sandbox.launcher import SandboxProcess
from tests.role.conftest import Customer, result_of
from tests.support.playing import PlayResult, orders_of


def changes(played: PlayResult) -> int:
    """Return the number of changed tasks in the recap."""
    assert played.code == 0, played.output
    return int(re.findall(r"changed=(\d+)", played.output)[-1])


def methods(played: PlayResult) -> list[str]:
    """Return the methods of all requests of a play."""
    return [request.split()[0] for result in played for request in result.requests]


def own_host(name: str) -> str:
    """Return the name of a hosting below the provider's domain."""
    return f"{name.replace('.', '')}.hosting.sandbox.example"


def test_everything_and_again(customer: Customer) -> None:
    name = customer.identifier
    first = customer.play(databases=customer.databases, ssl=customer.ssl)
    result = result_of(first)
    assert result["account"]["identifier"] == name
    assert result["hosting"]["host_names"] == [name, f"www.{name}", own_host(name)]
    assert result["hosting"]["ftp_username"] and result["hosting"]["ssh_username"]
    assert [database["asked_name"] for database in result["databases"]] == ["shop", "blog"]
    shop, blog = result["databases"]
    assert re.fullmatch(r"ID\d+_shop", shop["name"]) and shop["hostname"]
    assert [(user["rights"], user["enabled"]) for user in shop["users"]] == [("read_only", False)]
    assert blog["users"] == []
    assert result["certificate"]["state"] == "present" and result["certificate"]["validations"] == []
    assert re.fullmatch(r"[0-9a-f]{40}", result["certificate"]["sha1_fingerprint"])
    assert result["certificate"]["expires_after"]
    assert result["recovered"] == []
    assert changes(first) == 6

    second = customer.play(databases=customer.databases, ssl=customer.ssl)
    assert changes(second) == 0
    assert result_of(second) == {**result, "changed": False}
    # Account 1 and its packs 1, hosting 1 for its databases, each database 1, its users 1, certificate 2, hosting 1.
    assert methods(second) == ["GET"] * 9

    checked = customer.play(check=True, databases=customer.databases, ssl=customer.ssl)
    assert changes(checked) == 0
    assert result_of(checked) == {**result, "changed": False}


@pytest.mark.faults
def test_check_of_parts_that_run_as_ordinary_modules(customer: Customer) -> None:
    """Predictions and mistakes are the same when modules run in separate processes."""
    hosting = {"identifier": customer.identifier, "servicepack": "1002", "ftp_password": "{{ ftp_password }}"}
    right = {**hosting, "databases": customer.databases[1:]}
    wrong = {**hosting, "databases": [{"name": "blog"}], "servicepack": "No Such Pack"}
    checks: list[dict[str, Any]] = [
        {
            "reseller.toolkit.reseller_hosting_check": {"hosting": given},
            "ignore_errors": True,
            "vars": {"reseller_toolkit_in_process": in_process},
        }
        for given in (right, wrong)
        for in_process in (True, False)
    ]
    predicted, as_modules, refused, as_modules_too = customer.player.play(checks)
    told, told_too = ({**one.ok, "warnings": None} for one in (predicted, as_modules))
    assert told == told_too
    assert [order["kind"] for order in predicted["orders"]] == ["account", "database"]
    assert predicted.writes == as_modules.writes == [] and not predicted.changed
    # In this process they share what they read, also that something does not exist.
    assert set(predicted.requests) == set(as_modules.requests)
    assert len(predicted.requests) < len(as_modules.requests)
    assert refused["mistakes"] == as_modules_too["mistakes"]
    assert [one["place"] for one in refused["mistakes"]] == ["hosting.servicepack", "hosting.databases[0].password"]
    assert refused.error["kind"] == "invalid_hosting"


def test_key_and_request(customer: Customer) -> None:
    assert customer.play(ssl=customer.ssl).code == 0
    key_path, csr_path = customer.folder / "private.key", customer.folder / "request.csr"
    assert stat.S_IMODE(key_path.stat().st_mode) == 0o600
    key, csr = key_path.read_bytes(), x509.load_pem_x509_csr(csr_path.read_bytes())
    assert csr.public_key() == load_pem_private_key(key, None).public_key()
    assert csr.subject.rfc4514_string() == rf"O=A Shop\, Ünlimited,C=BE,CN={customer.identifier}"

    other = {**customer.ssl, "names": [], "confirm_purchase": f"ssl standard domain_validated {customer.identifier}"}
    again = customer.play(ssl=other)
    # With other names a new request is created, but no new key, and the certificate covers the names.
    assert changes(again) == 1
    assert key_path.read_bytes() == key
    assert "www." not in str(x509.load_pem_x509_csr(csr_path.read_bytes()).extensions)
    assert "POST" not in methods(again)


def test_check_mode_on_an_empty_sandbox(customer: Customer) -> None:
    checked = customer.play(check=True, databases=customer.databases, ssl=customer.ssl)
    result = result_of(checked)
    assert set(methods(checked)) == {"GET"}
    assert changes(checked) == 6
    assert result["account"]["identifier"] == customer.identifier and "id" not in result["account"]
    assert result["hosting"] is None
    assert [database["name"] for database in result["databases"]] == ["shop", "blog"]
    assert result["certificate"]["would_purchase"] == customer.ssl["confirm_purchase"]
    assert f"There is no account {customer.identifier} yet" in checked.output
    assert list(customer.folder.glob("*.*")) == []
    assert not (customer.player.state_dir / "journal").exists()


def test_only_the_account(customer: Customer) -> None:
    first = customer.play()
    result = result_of(first)
    assert (result["databases"], result["certificate"]) == ([], None)
    assert changes(first) == 1
    second = customer.play(databases=None, ssl=None, servicepack=None, ftp_password=None)
    assert changes(second) == 0
    assert methods(second) == ["GET"] * 2


def test_an_account_without_hosting(customer: Customer) -> None:
    result = result_of(customer.play(servicepack="Mail Only", ftp_password=None))
    assert result["hosting"] is None


@pytest.mark.faults
@pytest.mark.parametrize("prefix", ["name-", pytest.param("47", marks=pytest.mark.nightly)])
def test_an_identifier_that_is_no_domain(customer: Customer, prefix: str) -> None:
    identifier = f"{prefix}{secrets.randbelow(10**12):012}"
    parts: dict[str, Any] = {"servicepack": "MySQL Only", "ftp_password": None, "databases": customer.databases}
    customer.identifier = identifier
    first = result_of(customer.play(**parts))
    assert (first["account"]["identifier"], first["hosting"]) == (identifier, None)
    second = customer.play(**parts)
    assert changes(second) == 0
    assert result_of(second) == {**first, "changed": False}


@pytest.mark.faults
def test_dns_elsewhere(customer: Customer) -> None:
    elsewhere = f"elsewhere-{customer.identifier}"
    ssl = customer.requested_for(elsewhere)
    played = customer.play(ssl=ssl)
    certificate = result_of(played)["certificate"]
    assert (certificate["state"], certificate["sha1_fingerprint"]) == ("requested", None)
    assert {validation["dns_name"] for validation in certificate["validations"]} == {elsewhere, f"www.{elsewhere}"}
    assert all(validation["cname_validation_content"] for validation in certificate["validations"])
    again = customer.play(ssl={**ssl, "wait": False})
    assert result_of(again)["certificate"]["state"] == "requested"
    assert "POST" not in methods(again)


def test_a_purchase_that_is_not_confirmed(customer: Customer) -> None:
    ssl = customer.requested_for(customer.identifier)
    played = customer.play(ssl={**ssl, "confirm_purchase": None})
    assert played.code != 0
    assert ssl["confirm_purchase"] in played.output


@pytest.mark.faults
def test_continues_after_a_lost_response(customer: Customer, server: SandboxProcess) -> None:
    server.set_faults([{"match": {"method": "POST", "path": "/v2/mysqldatabases"}, "fault": "reset_after"}])
    parts: dict[str, Any] = {"databases": customer.databases[:1]}
    since = len(server.exchanges())
    result = result_of(customer.play(**parts))
    assert result["recovered"] == ["database shop"]
    server.set_faults([])
    again = customer.play(**parts)
    assert changes(again) == 0
    assert len(result_of(again)["databases"]) == 1
    assert orders_of(server, "/mysqldatabases", "shop", since=since) == 1


@pytest.mark.faults
def test_continues_after_a_failure_half_way(customer: Customer, server: SandboxProcess) -> None:
    # The order's response is lost, and so are the reads that would find its result, after six reads of both checks and
    # of the orders.
    hosting = {"path": f"/v2/linuxhostings/{customer.identifier}", "nth": list(range(7, 60))}
    server.set_faults(
        [
            {"match": {"method": "POST", "path": "/v2/mysqldatabases"}, "fault": "reset_after"},
            {"match": hosting, "fault": "status", "status": 403},
        ]
    )
    parts: dict[str, Any] = {"databases": customer.databases[:1]}
    since = len(server.exchanges())
    failed = customer.play(**parts)
    assert failed.code != 0
    server.set_faults([])
    result = result_of(customer.play(**parts))
    assert result["recovered"] == ["database shop"]
    assert len(result["databases"]) == 1 and result["certificate"] is None
    assert orders_of(server, "/mysqldatabases", "shop", since=since) == 1


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        ({"identifier": None}, "identifier"),
        ({"databases": [{"name": "shop", "pasword": "{{ shop_password }}"}]}, "pasword"),
        ({"ssl": {"key_path": "/nowhere/k", "common_name": "a.example"}}, "Set hosting.ssl.csr_path"),
    ],
)
def test_mistakes_are_reported(customer: Customer, parts: dict[str, Any], words: str) -> None:
    played = customer.play(**parts)
    assert played.code != 0
    assert words in re.sub(r"\s+", " ", played.output)
