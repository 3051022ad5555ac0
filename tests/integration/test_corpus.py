# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries of the corpus through their whole life with the real modules: names, addresses, keys, requests, databases.

Each is predicted, created, found again, changed and removed if the API supports it; invalid ones are refused before any
request. `test_dns_corpus.py` covers zone files and TXT records, `test_corpus_written.py` values that depend on YAML's
parsing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest

from sandbox.launcher import SandboxProcess
from tests.support import judges
from tests.support.corpus import CORPUS, Input
from tests.support.lives import bodies, check_refused, check_steps, each, over, refused, step, taken
from tests.support.playing import BOTH_WAYS, JOB_SECONDS, NewName, Player, Task, account_task, orders_of, task

pytestmark = pytest.mark.faults

BOTH = pytest.mark.parametrize("in_process", BOTH_WAYS, ids=["here", "apart"])
NAME, TEXT = "{{ item.name }}", "{{ item.text }}"
#: The test of each kind, and the steps that it does not have.
LIVES = {
    "boards": "the unit tests: responses, which no option holds",
    "calls": "test_corpus_calls.py: requests of other clients, which no module sends",
    "crons": "test_corpus_written.py",
    "crs_codes": "the unit tests of departureboard, which only reads",
    "databases": "here; a provisioned name can't be created",
    "flags": "test_corpus_written.py",
    "hosts": "test_peertube_blocklist.py; no change, as an entry has only its name",
    "keys": "here; no change, as a key with another content is another key",
    "mail": "here",
    "names": "here; no removal of accounts, which the API has not, and no creation of wildcards, which it refuses",
    "passwords": "test_corpus_written.py",
    "payloads": "the unit tests of dataflowkit; no removal, as they are calls",
    "registrants": "test_corpus_written.py; no removal of domains, which the API has not",
    "requests": "here; neither change nor removal of certificates, which the API has not",
    "service_ids": "the unit tests of departureboard, which only reads",
    "station_names": "the unit tests of departureboard, which only reads",
    "targets": "the unit tests: paths as they are signed, which no option holds",
    "texts": "test_corpus_written.py",
    "txt": "test_dns_corpus.py",
    "usernames": "test_peertube_user.py; no change, as a name stays",
    "video_ids": "test_peertube_comment.py; neither creation nor change, as the server makes them",
    "zones": "test_dns_corpus.py",
}


def test_every_kind_has_its_place() -> None:
    assert set(LIVES) == {path.name for path in CORPUS.iterdir() if path.is_dir()}


@pytest.fixture
def alone() -> Iterator[SandboxProcess]:
    """A sandbox for one test, which needs the exact names of the corpus."""
    with SandboxProcess(job_seconds=JOB_SECONDS, rate_limit="100000/60") as sandbox:
        yield sandbox


@pytest.fixture
def alone_player(alone: SandboxProcess, tmp_path: Path) -> Player:
    made = Player(alone, tmp_path)
    made.secret("ftp_password", "Ftp0geheim71")
    made.secret("password", "Dbs0geheim72#!")
    return made


def texts(entries: list[Input]) -> list[dict[str, Any]]:
    """Return the items of a loop over entries."""
    return [{"text": one.text} for one in entries]


def by_meaning(entries: list[Input]) -> dict[str, Input]:
    """Return the first entry of each canonical form."""
    return {one.expected["taken"]: one for one in reversed(entries)}


@BOTH
@judges.needs_ssh_keygen
def test_keys(player: Player, new_name: NewName, in_process: bool) -> None:
    domain = new_name()
    key = task("reseller_ssh_key", domain=domain, public_key=TEXT)
    # The same key with several comments, and with other spaces between its parts, counts as one.
    entries = {judges.key_fingerprint(one.text): one for one in taken("keys")}
    items = texts(list(entries.values()))
    _account, *lives, held, wrong = player.play(
        [
            account_task(domain),
            *step(items, key),
            *step(items, task("reseller_ssh_key", domain=domain, public_key=TEXT, state="absent")),
            task("reseller_ssh_key_info", domain=domain),
            over(texts(refused("keys")), key),
        ],
        in_process=in_process,
    )
    made, removed = check_steps(lives)
    assert [judges.key_fingerprint(sent["public_key"] + "\n") for sent in bodies(made, "POST")] == list(entries)
    # Also removed by the fingerprint that ssh-keygen reports.
    md5 = [judges.key_fingerprint(one.text, "md5") for one in entries.values()]
    assert ["MD5:" + unquote(write.rpartition("/")[2]) for write in removed.writes] == md5
    assert held.ok["ssh_keys"] == [] and wrong.requests == []
    check_refused(refused("keys"), each(wrong))


@BOTH
@judges.needs_openssl
def test_requests(alone: SandboxProcess, alone_player: Player, in_process: bool) -> None:
    """Each is bought, as if all earlier ones expired soon, and then found again."""
    files = {one.path.name: alone_player.folder / one.path.name for one in taken("requests") + refused("requests")}
    for one in taken("requests") + refused("requests"):
        files[one.path.name].write_bytes(one.content)

    def items(entries: list[Input]) -> list[dict[str, str]]:
        return [
            {"path": str(files[one.path.name]), "type": one.expected.get("type", "standard"), "sentence": sentence(one)}
            for one in entries
        ]

    def ssl(**options: Any) -> Task:
        return task("reseller_ssl", csr_path="{{ item.path }}", certificate_type="{{ item.type }}", **options)

    buy = ssl(confirm_purchase="{{ item.sentence }}", renew_before_days=36525)
    _net, _com, *lives, wrong = alone_player.play(
        [
            account_task("example.net"),
            account_task("example.com"),
            *step(items(taken("requests")), buy, ssl()),
            over(items(refused("requests")), ssl()),
        ],
        in_process=in_process,
    )
    (made,) = check_steps(lives)
    assert [one["would_purchase"] for one in each(lives[0])] == [sentence(one) for one in taken("requests")]
    assert orders_of(alone, "/sslcertificaterequests") == len(taken("requests"))
    for one, sent, bought in zip(
        taken("requests"), bodies(made, "POST", "/sslcertificaterequests"), each(made), strict=True
    ):
        assert judges.is_verified_request(sent["csr"]), one.path.name
        read = [judges.openssl_request(text, "-text", "-pubkey").stdout for text in (one.text, sent["csr"])]
        assert read[0] == read[1] or "judge" in one.expected, one.path.name
        covered = {name["value"] for name in bought["certificate"]["subject_alt_names"]}
        assert set(one.expected["taken"]) <= covered, one.path.name
    assert wrong.requests == []
    check_refused(refused("requests"), each(wrong))


def sentence(one: Input) -> str:
    """Return the confirmation of a certificate's purchase, also for a refused one."""
    names = one.expected.get("taken", [""])
    return " ".join(("ssl", one.expected.get("type", "standard"), "domain_validated", names[0], *sorted(names[1:])))


PROVISIONED = re.compile("ID[0-9]+_")


@BOTH
def test_databases(player: Player, server: SandboxProcess, new_name: NewName, in_process: bool) -> None:
    account = new_name()
    new = [one for one in taken("databases") if not PROVISIONED.match(one.text)]
    existing = [one for one in taken("databases") if PROVISIONED.match(one.text)]
    # The longest first: a long name is not ordered beside one that may be its truncated form.
    new.sort(key=lambda one: -len(one.text))
    long = [one for one in new if "new" in one.expected]

    def database(**options: Any) -> Task:
        return task("reseller_mysql", account=account, name=TEXT, **options)

    made_so = database(password="{{ password }}", allow_long_name=True)
    other_password = database(password="{{ new_password }}", update_password="always")
    _account, too_long, *lives, none, wrong = player.play(
        [
            account_task(account),
            over(texts(long), database(password="{{ password }}")),
            *step(texts(new), made_so),
            *step(texts(new), other_password, made_so),
            *step(texts(new), database(state="absent")),
            over(texts(existing), made_so),
            over(texts(refused("databases")), made_so),
        ],
        in_process=in_process,
    )
    made, changed, removed = check_steps(lives)
    assert [body["database_name"] for body in bodies(made, "POST")] == [one.text for one in new]
    full_names = [result["database"]["name"] for result in each(made)]
    assert [PROVISIONED.sub("", name, count=1) for name in full_names] == [one.text for one in new]
    assert changed.writes == [f"PUT /mysqldatabases/{name}/users/{name}/password" for name in full_names]
    assert removed.writes == [f"DELETE /mysqldatabases/{name}" for name in full_names]
    for one, result in zip(long, each(too_long), strict=True):
        assert result["error"]["kind"] == "invalid_option" and one.expected["new"] in result["msg"], result
    assert [result["error"]["kind"] for result in each(none)] == ["not_found"] * len(existing)
    assert too_long.writes == none.writes == wrong.requests == []
    check_refused(refused("databases"), each(wrong))


@pytest.mark.nightly
@BOTH
def test_mail(alone_player: Player, in_process: bool) -> None:
    """As mailboxes; `test_dns_corpus.py` covers aliases and their destinations."""
    domains = sorted({one.expected["taken"].rpartition("@")[2] for one in taken("mail")})
    items = texts(taken("mail"))
    away = {"enabled": True, "subject": "Away", "text": "Back in May."}
    mailbox: dict[str, Any] = {"address": TEXT, "password": "{{ password }}"}
    _accounts, *lives, no_mailbox, no_destination = alone_player.play(
        [
            over([{"text": domain} for domain in domains], account_task(TEXT)),
            *step(items, task("reseller_mailbox", **mailbox)),
            *step(items, task("reseller_mailbox", **mailbox, auto_reply=away)),
            *step(items, task("reseller_mailbox", address=TEXT, state="absent")),
            over(texts(refused("mail")), task("reseller_mailbox", **mailbox)),
            over(texts(refused("mail")), task("reseller_mail_alias", address="a@example.com", destinations=[TEXT])),
        ],
        in_process=in_process,
    )
    made, _replied, _removed = check_steps(lives)
    addresses = [one.expected["taken"] for one in taken("mail")]
    assert [body["email_address"] for body in bodies(made, "POST")] == addresses
    alike = [one for one in taken("mail") if "judge" not in one.expected]
    assert [judges.mail_address(one.text) for one in alike] == [one.expected["taken"] for one in alike] != []
    for wrong in (no_mailbox, no_destination):
        assert wrong.requests == []
        check_refused(refused("mail"), each(wrong))


def of_place(entries: list[Input], *places: str) -> list[Input]:
    return [one for one in entries if one.expected["place"] in places]


@BOTH
def test_names_of_hosts(alone: SandboxProcess, alone_player: Player, in_process: bool) -> None:
    """As accounts: each spelling of a name finds the account that another spelling ordered."""
    hosts = of_place(taken("names"), "host")
    names = by_meaning(hosts)
    items = texts(list(names.values()))
    domain = task("reseller_domain", name=TEXT, registration="register")
    *lives, spelled, wrong, wrong_domain = alone_player.play(
        [
            *step(items, account_task(TEXT)),
            *step(items, task("reseller_linux_hosting", domain=TEXT, gzip=True)),
            over(texts(hosts), account_task(TEXT)),
            over(texts(of_place(refused("names"), "host")), account_task(TEXT)),
            over(texts(of_place(refused("names"), "host")), domain),
        ],
        in_process=in_process,
    )
    made, _changed = check_steps(lives)
    assert [body["identifier"] for body in bodies(made, "POST", "/accounts")] == list(names)
    judged = {one.expected["taken"]: judges.host_name(one.text) for one in hosts if "judge" not in one.expected}
    assert list(judged) == list(judged.values()) != []
    assert orders_of(alone, "/accounts") == len(names) < len(hosts)
    assert not spelled.changed and spelled.writes == []
    # An account without hosting may have any identifier, so it is refused only before an order.
    assert wrong.writes == wrong_domain.requests == []
    for found in (wrong, wrong_domain):
        check_refused(of_place(refused("names"), "host"), each(found))


@pytest.mark.nightly
@BOTH
def test_names_of_records(player: Player, server: SandboxProcess, new_name: NewName, in_process: bool) -> None:
    zone = new_name()
    owners = of_place(taken("names"), "owner")
    new = [one for one in owners if "*" not in one.text]
    wildcards = [one for one in owners if "*" in one.text]
    record: dict[str, Any] = {"zone": zone, "prefix": TEXT, "type": "TXT", "value": ["one"]}
    whole: dict[str, Any] = {"zone": zone, "record": f"{TEXT}.{zone}", "type": "TXT", "value": ["one"]}
    servers = task("reseller_domain", name=zone, name_servers=[TEXT])
    _account, *lives, wildcard, wrong, wrong_new = player.play(
        [
            account_task(zone),
            # {record: bücher.example.com} and {prefix: bücher} are the same name.
            *step(texts(new), task("reseller_dns_record", **record), task("reseller_dns_record", **whole)),
            *step(texts(new), task("reseller_dns_record", **record, ttl=777)),
            *step(texts(new), task("reseller_dns_record", **record, state="absent")),
            over(texts(wildcards), task("reseller_dns_record", **record)),
            over(texts(of_place(refused("names"), "owner")), task("reseller_dns_record", **record)),
            over(texts(of_place(refused("names"), "new")), servers),
        ],
        in_process=in_process,
    )
    made, changed, _removed = check_steps(lives)
    sent = [body["record_name"] for body in bodies(made, "POST")]
    assert sent == [one.expected["taken"] for one in new] == [judges.owner_name(one.text) for one in new]
    # A change of a record repeats its name as shown by the API, in Unicode.
    assert [judges.owner_name(body["record_name"]) for body in bodies(changed, "PUT")] == sent
    assert {result["error"]["kind"] for result in each(wildcard)} == {"wildcard_refused"} and wildcard.writes == []
    for found, place in ((wrong, "owner"), (wrong_new, "new")):
        assert found.requests == []
        check_refused(of_place(refused("names"), place), each(found))


@pytest.mark.nightly
@BOTH
def test_wildcards_that_exist(player: Player, server: SandboxProcess, new_name: NewName, in_process: bool) -> None:
    """As the control panel can create them: they are found, changed and removed like any other."""
    zone = new_name()
    player.play([account_task(zone)], in_process=in_process)
    entries = [one for one in of_place(taken("names"), "owner") if "*" in one.text]
    for one in entries:
        content = {"type": "TXT", "record_name": one.expected["taken"], "content": "one", "ttl": 3600}
        server.control("POST", f"dns/{zone}", content)
    record: dict[str, Any] = {"zone": zone, "prefix": TEXT, "type": "TXT", "value": ["one"]}
    found, *lives = player.play(
        [
            over(texts(entries), task("reseller_dns_record", **record)),
            *step(texts(entries), task("reseller_dns_record", **record, ttl=777)),
            *step(texts(entries), task("reseller_dns_record", **record, state="absent")),
        ],
        in_process=in_process,
    )
    assert not found.changed and found.writes == []
    check_steps(lives)
