# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/_sandbox``: how tests look into the sandbox and steer it. Loopback only, no signature, not counted, not logged."""

from __future__ import annotations

import asyncio
from ipaddress import ip_address
from typing import Any, Literal

from fastapi import APIRouter, Depends, Request

from sandbox import certificates, jobs, later
from sandbox.api import accounts, linuxsettings, linuxsites, mail, mysqldatabases
from sandbox.endpoint import Body, Int32
from sandbox.errors import ApiError, Invalid, not_found
from sandbox.rules import hash_password
from sandbox.world import Sandbox, World

_COUNTED = (
    "accounts",
    "catch_alls",
    "domains",
    "linux_folders",
    "linux_host_headers",
    "linux_hostings",
    "linux_sites",
    "windows_hostings",
    "mysql_databases",
    "mysql_users",
    "dns_zones",
    "dns_records",
    "mail_aliases",
    "mail_zones",
    "mailboxes",
    "scheduled_tasks",
    "smtp_domains",
    "ssh_keys",
    "ssl_certificates",
    "jobs",
)
_SEED_PACKS = (1002, 1001, 1003, 1002, 1004)


def _loopback_only(request: Request) -> None:
    if request.client is None or not ip_address(request.client.host).is_loopback:
        raise ApiError(403, "loopback_only", "Only from the machine itself.")


router = APIRouter()
_guarded = APIRouter(dependencies=[Depends(_loopback_only)])


class Advance(Body):
    """How far to move the virtual clock, in seconds; below zero to set it back."""

    advance: float


class NewJobStatus(Body):
    """The status to put a job into."""

    status: Literal["ongoing", "finished", "failed", "cancelled"]


class NewRequestStatus(Body):
    """What to do with a certificate request: let its validations count as passed, or withdraw it."""

    status: Literal["validated", "withdrawn"]


class Folder(Body):
    """A folder that a customer makes on the server of a hosting."""

    domain: str
    path: str


class MailAddOn(Body):
    """A further account of a mail zone: the size of its mailboxes in MB, and how many it has room for."""

    domain: str
    size: Int32
    mailboxes: Int32 = 10


class Moment(Body):
    """How long it takes until a change without a job shows, in seconds of the virtual clock."""

    seconds: float


class RenewalRight(Body):
    """Whether the renewal of a domain may be changed, and whether it is known."""

    can_toggle_renew: bool
    will_renew: bool | None = None


class Seed(Body):
    """How many accounts to add."""

    accounts: int


@router.get("/health")
async def health() -> dict[str, str]:
    """Answers as soon as the sandbox serves; open to everybody."""
    return {"status": "ok"}


@_guarded.get("/state")
async def state(world: Sandbox) -> dict[str, Any]:
    """How much of everything exists now, and how many paying POSTs were ever accepted or refused."""
    _settle(world)
    counts: dict[str, Any] = {table: world.store.value(f"SELECT count(*) FROM {table}") for table in _COUNTED}
    counts["ssl_requests"] = world.store.value("SELECT count(*) FROM ssl_requests WHERE status = 'ongoing'")
    counts["orders"] = world.store.counters("orders:")
    counts["refused_orders"] = world.store.counters("refused_orders:")
    return counts


@_guarded.get("/clock")
async def read_clock(world: Sandbox) -> dict[str, float]:
    """The virtual time, in seconds since 1970."""
    return {"now": world.clock.now()}


@_guarded.put("/clock")
async def advance_clock(world: Sandbox, change: Advance) -> dict[str, float]:
    """Move the virtual clock."""
    world.clock.advance(change.advance)
    _settle(world)
    return {"now": world.clock.now()}


@_guarded.get("/faults")
async def read_faults(world: Sandbox) -> list[dict[str, Any]]:
    """The rules in force with their counts."""
    return world.faults.shown()


@_guarded.put("/faults")
async def replace_faults(world: Sandbox, rules: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put other rules in force."""
    try:
        world.faults.replace(rules)
    except ValueError as error:
        raise Invalid("fault_invalid", str(error)) from error
    for rule in world.faults.rules:
        if rule.at_once:
            rule.fired += 1
            # A moment later, so that this answer still gets through.
            asyncio.get_running_loop().call_later(0.05, world.refuse_connections, rule.parameters["seconds"])
    return world.faults.shown()


@_guarded.get("/jobs")
async def list_jobs(world: Sandbox) -> list[dict[str, Any]]:
    """All jobs, the newest first, with what they are about."""
    _settle(world)
    columns = "id, kind, subject, status, outcome, due_at, links"
    return [dict(row) for row in world.store.all(f"SELECT {columns} FROM jobs ORDER BY rowid DESC")]


@_guarded.put("/jobs/{job_id}")
async def set_job(world: Sandbox, job_id: str, change: NewJobStatus) -> dict[str, Any]:
    """Put a job that is not finished into another status."""
    _settle(world)
    jobs.set_status(world, job_id, change.status)
    return {"id": job_id, "status": jobs.find(world, job_id)["status"]}


@_guarded.put("/sslcertificaterequests/{request_id}")
async def set_request(world: Sandbox, request_id: int, change: NewRequestStatus) -> dict[str, Any]:
    """Withdraw an ongoing request, or count its validations as passed (it still wants to be verified)."""
    assignment = {"validated": "validated = 1", "withdrawn": "status = 'withdrawn'"}[change.status]
    sql = f"UPDATE ssl_requests SET {assignment} WHERE id = ? AND status = 'ongoing'"
    if not world.store.run(sql, request_id):
        raise not_found("ssl_certificate_request", request_id)
    return {"id": request_id, "status": change.status}


@_guarded.post("/folders")
async def make_folder(world: Sandbox, folder: Folder) -> dict[str, str]:
    """Make a folder, as a customer does over FTP or SSH."""
    linuxsites.add_folder(world, folder.domain, folder.path)
    return {"domain": folder.domain, "path": folder.path}


@_guarded.post("/mailaccounts")
async def add_mail_account(world: Sandbox, add_on: MailAddOn) -> dict[str, int]:
    """Let a mail zone offer mailboxes of a further size."""
    return {"account_id": mail.add_account(world, add_on.domain, add_on.size, add_on.mailboxes)}


@_guarded.put("/moment")
async def set_moment(world: Sandbox, moment: Moment) -> dict[str, float]:
    """Let what is accepted without a job (aliases, further mail domains, Let's Encrypt) show so much later."""
    later.set_moment(world, moment.seconds)
    return {"seconds": later.moment(world)}


@_guarded.get("/hostings/{domain_name}")
async def hidden_settings(world: Sandbox, domain_name: str) -> dict[str, Any]:
    """The settings of a hosting that no call of the API shows, with how often each was written."""
    return linuxsettings.hidden_settings(world, domain_name)


@_guarded.put("/domains/{domain_name}")
async def set_renewal_right(world: Sandbox, domain_name: str, right: RenewalRight) -> dict[str, Any]:
    """Say whether the renewal of a domain may be changed, and what it is (null: could not be determined)."""
    sql = "UPDATE domains SET can_toggle_renew = ?, will_renew = ? WHERE domain_name = ?"
    if not world.store.run(sql, right.can_toggle_renew, right.will_renew, domain_name):
        raise not_found("domain", domain_name)
    return right.model_dump()


@_guarded.post("/seed")
async def seed(world: Sandbox, wanted: Seed) -> dict[str, int]:
    """Add accounts that are finished at once; they do not count as orders."""
    seed_accounts(world, wanted.accounts)
    return {"accounts": world.store.value("SELECT count(*) FROM accounts")}


router.include_router(_guarded)


def seed_accounts(world: World, number: int) -> None:
    """Add accounts ``seed-00001.example`` and so on, of different packs, those with MySQL with a database ``main``."""
    first = 1 + world.store.value("SELECT count(*) FROM accounts WHERE identifier LIKE 'seed-%.example'")
    password_hash = hash_password("blaBLA123")
    with world.store.transaction():
        for index in range(first, first + number):
            pack_id = _SEED_PACKS[index % len(_SEED_PACKS)]
            order = {
                "identifier": f"seed-{index:05d}.example",
                "servicepack_id": pack_id,
                "ftp_password_hash": password_hash,
            }
            account_id = int(accounts.create_account(world, order)[0].rpartition("/")[2])
            if pack_id in (1001, 1002):
                database = {"account_id": account_id, "asked_name": "main", "password_hash": password_hash}
                mysqldatabases.create_database(world, database)


def _settle(world: World) -> None:
    jobs.settle(world)
    later.settle(world)
    certificates.settle(world)
