# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The number of requests of a task: constant, whatever the number of customers, and as documented.

Job polling is not counted, as it depends on the duration of the job.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.cached_responses import (
    LIFETIME,
    SINGLE_QUESTIONS,
)
from sandbox.launcher import SandboxProcess
from tests.support.csr import make_csr
from tests.support.playing import DEFAULTS, JOB_SECONDS, ORDERING, ROOT, Player, PlayResult, Task, task
from tests.support.samples import REGISTRANT, SSH_KEY

FEW, MANY = 10, 5000
#: The lists that are read once for all customers, and those that are read only after some single objects.
LISTS = {"GET /accounts", "GET /ssh", "GET /sslcertificates"}
AFTER_SINGLE_ONES = 2
FLEET = 6
#: The beginning of the note in a module's documentation.
NOTE = "API requests, excluding job polling: "
#: These send one request for each given object, those of the parts of a customer, or none.
UNCOUNTED = {"reseller_api", "reseller_hosting_check", "reseller_job", "reseller_journal", "reseller_journal_info"}

DOMAIN = "{{ domain }}"
PASSWORD = "{{ password }}"
SSL = {"csr_content": "{{ csr }}", "confirm_purchase": f"ssl standard domain_validated {DOMAIN} www.{DOMAIN}"}
REPLY = {"enabled": True, "subject": "Away", "text": "Back soon."}
ADA = {"address": f"ada@{DOMAIN}", "password": PASSWORD}
BOB = {"address": f"bob@{DOMAIN}", "password": PASSWORD}
EVE = {"address": f"eve@{DOMAIN}", "password": PASSWORD, "auto_reply": REPLY}
ALIASES = [{"address": f"{name}@{DOMAIN}", "destinations": [f"ada@{DOMAIN}"]} for name in ("info", "jobs")]
USERS = [{"name": name, "password": PASSWORD} for name in ("ro", "ro2")]
CRON = [{"script_location": f"/bin/{index}.sh", "cron_expression": "0 3 * * *"} for index in range(2)]
THOUSAND = [{"record": f"h{index}", "type": "A", "value": ["192.0.2.1"]} for index in range(1000)]
ABSENT = {"state": "absent"}
ALWAYS = {"update_password": "always"}


@dataclass(frozen=True)
class Budget:
    """The request budget of a task.

    Attributes:
        what: the case, in the words of the module's documentation; empty if the task only prepares others.
        requests: how many it sends.
        task: the task.
    """

    what: str
    requests: int
    task: Task

    @property
    def module(self) -> str:
        return self.task["name"]


class Module:
    """Creates the budgets of one module, with options that all of its tasks have."""

    def __init__(self, module: str, /, **options: Any) -> None:
        self._module, self._options = module, options

    def __call__(self, what: str, requests: int, /, **options: Any) -> Budget:
        return Budget(what, requests, task(self._module, **{**self._options, **options}))


account = Module("reseller_account", identifier=DOMAIN, ftp_password="{{ ftp_password }}")
mysql = Module("reseller_mysql", account=DOMAIN, name="shop", password=PASSWORD)
mysql_user = Module("reseller_mysql_user", account=DOMAIN, database="shop")
ssl = Module("reseller_ssl", **SSL)
domain = Module(
    "reseller_domain",
    name=f"more-{DOMAIN}",
    registration="register",
    registrant=REGISTRANT,
    confirm_purchase=f"domain register more-{DOMAIN}",
    **ORDERING,
)
linux_hosting = Module("reseller_linux_hosting", domain=DOMAIN)
linux_site = Module("reseller_linux_site", domain=DOMAIN)
scheduled_task = Module("reseller_scheduled_task", domain=DOMAIN, tasks=CRON)
ssh_key = Module("reseller_ssh_key", domain=DOMAIN, public_key=SSH_KEY)
mailbox = Module("reseller_mailbox")
mail_alias = Module("reseller_mail_alias")
mail_zone = Module("reseller_mail_zone", domain=DOMAIN)
dns_record = Module("reseller_dns_record", zone=DOMAIN, record="shop", type="A")
dns_zone = Module("reseller_dns_zone", zone=DOMAIN)

#: The lists that must be read completely before an order, in as many pages as they have.
PROVING = ("/accounts", "/mysqldatabases", "/domains", "/sslcertificates", "/sslcertificaterequests")
#: The budgets in the order in which they are run, for one customer.
BUDGETS = [
    account("to create", 5, servicepack="1002"),
    account("if unchanged", 1, servicepack="1002"),
    account("if unchanged with the service pack by name", 2, servicepack="Linux Pro"),
    mysql("to create", 5),
    mysql("if unchanged", 2),
    mysql("to set the password", 3, **ALWAYS),
    mysql_user("to create two in a list", 7, users=USERS),
    mysql_user("if one or many in a list are unchanged", 3, users=USERS),
    mysql_user("", 3, name="ro"),
    mysql_user("to deny log-in", 4, name="ro", enabled=False),
    mysql_user("to remove", 4, name="ro", **ABSENT),
    mysql("to remove", 3, **ABSENT),
    ssl("to create", 5, state="requested"),
    ssl("", 0),
    ssl("if unchanged", 2),
    domain("to register", 4),
    domain("if unchanged", 1),
    domain("to change the name servers", 2, name_servers=["ns1.example.net", "ns2.example.net"]),
    linux_hosting("to set the PHP version", 3, php_version="8.2"),
    linux_hosting("to set two other settings", 3, memory_limit=512, gzip=True),
    linux_hosting("if unchanged", 1, php_version="8.2", memory_limit=512, gzip=True),
    linux_site("to add a host name", 2, host_headers=[f"m.{DOMAIN}"]),
    linux_site("if unchanged", 1, host_headers=[f"m.{DOMAIN}"]),
    scheduled_task("to create two", 3),
    scheduled_task("if unchanged", 1),
    scheduled_task("to remove two", 3, **ABSENT),
    ssh_key("to create", 2),
    ssh_key("if unchanged", 1),
    ssh_key("to remove", 2, **ABSENT),
    mailbox("to create", 4, **ADA),
    mailbox("if unchanged", 1, **ADA),
    mailbox("", 0, mailboxes=[BOB, EVE]),
    mailbox("if many of a domain in a list are unchanged", 1, mailboxes=[ADA, BOB]),
    mailbox("if they are unchanged and one has an automatic reply or forwarding", 2, mailboxes=[ADA, BOB, EVE]),
    mailbox("to set the password", 2, **ADA, **ALWAYS),
    mailbox("to remove", 2, address=ADA["address"], **ABSENT),
    mail_alias("to create", 2, **ALIASES[0]),
    mail_alias("if unchanged", 1, **ALIASES[0]),
    mail_alias("", 0, aliases=ALIASES),
    mail_alias("if many of a domain in a list are unchanged", 1, aliases=ALIASES),
    mail_alias("to remove two in a list", 3, aliases=ALIASES, **ABSENT),
    mail_zone("to set the filter and one address", 3, anti_spam="advanced", catch_all=[f"ada@{DOMAIN}"]),
    mail_zone("if unchanged", 1, anti_spam="advanced", catch_all=[f"ada@{DOMAIN}"]),
    dns_record("to create", 5, value=["192.0.2.1"]),
    dns_record("if unchanged", 1, value=["192.0.2.1"]),
    dns_record("to change", 5, value=["192.0.2.2"]),
    dns_record("to remove", 5, **ABSENT),
    dns_zone("", 0, record_sets=THOUSAND),
    dns_zone("if 1,000 records are unchanged", 2, record_sets=THOUSAND),
    dns_zone("to change one of them", 6, record_sets=[{**THOUSAND[0], "value": ["192.0.2.3"]}]),
    Module("reseller_account_info")("to read one", 1, identifier=DOMAIN),
    Module("reseller_account_info")("to read one with details", 2, identifier=DOMAIN, details=True),
    Module("reseller_mysql_info")("to read those of an account without any", 1, account=DOMAIN),
    Module("reseller_ssl_info")("to read all", 1),
    Module("reseller_domain_info")("to read one", 1, name=f"more-{DOMAIN}"),
    Module("reseller_servicepack_info")("to read all", 1),
    Module("reseller_linux_hosting_info")("to read one", 1, domain=DOMAIN),
    Module("reseller_linux_hosting_info")("to read one with its PHP versions", 2, domain=DOMAIN, php_versions=True),
    Module("reseller_windows_hosting_info")("to read one", 1, domain=DOMAIN),
    Module("reseller_scheduled_task_info")("to read those of a hosting", 1, domain=DOMAIN),
    Module("reseller_ssh_key_info")("to read those of a hosting", 1, domain=DOMAIN),
    Module("reseller_mailbox_info")("to read one", 1, address=EVE["address"]),
    Module("reseller_mailbox_info")("to read those of a domain", 1, domain=DOMAIN),
    Module("reseller_mail_zone_info")("to read one", 1, domain=DOMAIN),
    Module("reseller_dns_zone_info")("to read a zone of 1,000 records", 2, zone=DOMAIN),
]


@pytest.fixture(params=[pytest.param(FEW, marks=pytest.mark.nightly), MANY])
def player(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Player]:
    """Runs plays against a sandbox with this number of accounts, most with a database."""
    with SandboxProcess(job_seconds=JOB_SECONDS, rate_limit="100000/60", seed_accounts=request.param) as sandbox:
        made = Player(sandbox, tmp_path)
        made.secret("ftp_password", "Ftp0geheim71")
        made.secret("password", "Dbs0geheim72#!")
        yield made


def counted(requests: list[str]) -> list[str]:
    """Return the requests of a task, without job polling and without the further pages of lists that prove an
    absence.
    """
    pages = {f"GET {path}" for path in PROVING}
    return [
        request
        for request, before in zip(requests, [None, *requests], strict=False)
        if not request.startswith("GET /provisioningjobs/") and not (request == before and request in pages)
    ]


def note_of(module: str) -> str:
    """Return the request note of a module's documentation."""
    text = (ROOT / f"plugins/modules/{module}.py").read_text().partition('DOCUMENTATION = r"""')[2]
    notes = yaml.safe_load(text.partition('"""')[0]).get("notes", [])
    return next((note for note in notes if note.startswith(NOTE)), "")


def test_each_task_alone_sends_exactly_this_number(player: Player) -> None:
    here = {"domain": "budget.example", "csr": make_csr("budget.example", "www.budget.example")}
    alone = {"group/reseller.toolkit.reseller": {"read_cache": False}}
    defaults = {f"reseller.toolkit.{module}": options for module, options in DEFAULTS.items()}
    played = player.play([one.task for one in BUDGETS], variables=here, module_defaults={**alone, **defaults})
    assert [result.outcome for result in played] == ["ok"] * len(BUDGETS), played.output
    sent = [counted(result.requests) for result in played]
    differing = [
        f"{one.module}, {one.what}: {len(requests)} and not {one.requests}: {', '.join(requests)}"
        for one, requests in zip(BUDGETS, sent, strict=True)
        if one.what and len(requests) != one.requests
    ]
    assert not differing, "\n".join(differing)
    for one, result in zip(BUDGETS, played, strict=True):
        if "unchanged" in one.what:
            assert not result.changed, one


@pytest.mark.parametrize("module", sorted({one.module for one in BUDGETS}))
def test_documentation_says_so(module: str) -> None:
    told = ", ".join(f"{one.requests} {one.what}" for one in BUDGETS if one.module == module and one.what)
    assert note_of(module) == f"{NOTE}{told}."


def test_every_module_has_a_budget() -> None:
    modules = {path.stem for path in (ROOT / "plugins/modules").glob("reseller_*.py")}
    assert {one.module for one in BUDGETS} == modules - UNCOUNTED


def play_role(player: Player, customers: list[str], *, forks: int = 5, **more: Any) -> PlayResult:
    """Run the role for full customers; ``more`` goes into the dictionary ``hosting``."""
    full = yaml.safe_load((ROOT / "tests/bench/customer.yml").read_text())["hosting"]
    requests = {name: make_csr(name, f"www.{name}") for name in customers}
    return player.play(
        [],
        hosts="all",
        strategy="free",
        roles=[{"role": "reseller.toolkit.hosting"}],
        inventory="\n".join(f"{name} ansible_connection=local customer={name}" for name in customers),
        variables={"hosting": {**full, **more}, "csrs": requests, "csr": "{{ csrs[customer] }}", "ssh_key": SSH_KEY},
        module_defaults={f"reseller.toolkit.{module}": options for module, options in DEFAULTS.items()},
        env={"ANSIBLE_FORKS": str(forks)},
    )


def unchanged(played: PlayResult) -> list[str]:
    """Return the requests of a run that changed nothing."""
    assert played.code == 0, played.output
    assert [result.name for result in played if result.data.get("changed")] == []
    requests = [request for result in played for request in result.requests]
    assert [request for request in requests if not request.startswith("GET ")] == []
    return requests


def test_role_for_one_customer(player: Player) -> None:
    name = "full.example"
    reply = {"address": f"away@{name}", "password": PASSWORD, "auto_reply": REPLY}
    bought: dict[str, Any] = {"registration": "register", "registrant": REGISTRANT, "name": f"more-{name}"}
    more: dict[str, Any] = {
        "servicepack": "Linux Pro",
        "mailboxes": [{"address": f"info@{name}", "password": PASSWORD}, reply],
        "domain": {**bought, "confirm_purchase": f"domain register more-{name}"},
    }
    assert play_role(player, [name], **more).code == 0
    assert play_role(player, [name]).code == 0
    without = unchanged(play_role(player, [name]))
    assert len(without) == 12
    # Each of the parts costs one request more.
    assert Counter(unchanged(play_role(player, [name], **more))) - Counter(without) == {
        "GET /servicepacks": 1,
        f"GET /mailboxes/away%40{name}": 1,
        f"GET /domains/more-{name}": 1,
    }


@pytest.mark.nightly
@pytest.mark.parametrize("player", [FEW], indirect=True)
def test_role_for_a_fleet(player: Player) -> None:
    names = [f"fleet{number}.example" for number in range(FLEET)]
    assert play_role(player, names).code == 0
    began = len(player.sandbox.exchanges())
    unchanged(play_role(player, names))
    exchanges = player.sandbox.exchanges()[began:]
    first, last = (datetime.fromisoformat(exchanges[index]["at"]) for index in (0, -1))
    minutes = 1 + int((last - first).total_seconds() // LIFETIME)
    asked = Counter(f"{one['method']} {one['path'].removeprefix('/v2')}" for one in exchanges if is_list(one))
    assert set(asked) == LISTS and max(asked.values()) <= minutes
    assert len(exchanges) - asked.total() == 9 * FLEET + SINGLE_QUESTIONS * AFTER_SINGLE_ONES

    # A change to one customer costs the others nothing. Its keys are read again, and one is added; then three tasks,
    # for two databases and a site, read its hosting again, because it was written to.
    spoil = task("reseller_ssh_key", domain=names[0], public_key=SSH_KEY, state="absent")
    assert player.play([spoil])[0].changed
    began = len(player.sandbox.exchanges())
    played = play_role(player, names)
    assert [result.name for result in played if result.data.get("changed")] == ["Ensure the SSH keys may log in"]
    spoilt = [one for one in player.sandbox.exchanges()[began:] if not is_list(one)]
    assert len(spoilt) <= len(exchanges) - asked.total() + 5


def is_list(exchange: dict[str, Any]) -> bool:
    """Return whether the request reads a whole list from its beginning."""
    return f"GET {exchange['path'].removeprefix('/v2')}" in LISTS and "identifier" not in str(exchange["query"])
