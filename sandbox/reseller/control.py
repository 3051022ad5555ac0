# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control endpoints of the reseller sandbox, below ``/_sandbox``."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Body, Int32
from sandbox.errors import not_found
from sandbox.reseller import (
    accounts,
    certificates,
    delayed_effects,
    dns,
    jobs,
    linuxsettings,
    linuxsites,
    mail,
    mysqldatabases,
)
from sandbox.reseller.dns_rules import NewRecord
from sandbox.reseller.names_and_passwords import hash_password

_SEED_PACKS = (1002, 1001, 1003, 1002, 1004)

router = APIRouter()


class NewJobStatus(Body):
    """The desired status of a job."""

    status: Literal["ongoing", "finished", "failed", "cancelled"]


class NewRequestStatus(Body):
    """A change of a certificate request: count its validations as passed, or withdraw it."""

    status: Literal["validated", "withdrawn"]


class Folder(Body):
    """A folder that a customer creates on the server of a hosting."""

    domain: str
    path: str


class MailAddOn(Body):
    """A further account of a mail zone: the size of its mailboxes in MB, and their maximum number."""

    domain: str
    size: Int32
    mailboxes: Int32 = 10


class Moment(Body):
    """The delay until a change without a job is visible, in seconds of the virtual clock."""

    seconds: float


class NewDuplicates(Body):
    """What happens to a second paying order of the same natural key."""

    duplicates: Literal["accept", "refuse"]


class NewWildcards(Body):
    """What happens to new records with a ``*`` in their name."""

    wildcards: Literal["refuse", "accept"]


class NewValidationNames(Body):
    """The form of the names of validation records."""

    names: Literal["host", "whole"]


class DatabaseNames(Body):
    """The maximum length of the names of new databases; null: only the API's rule applies."""

    longest: Int32 | None


class RenewalRight(Body):
    """Whether the renewal of a domain may be changed, and its value."""

    can_toggle_renew: bool
    will_renew: bool | None = None


class Seed(Body):
    """How many accounts to add."""

    accounts: int


@router.get("/jobs")
async def list_jobs(context: CurrentContext) -> list[dict[str, Any]]:
    """Return all jobs, the newest first, with their subjects."""
    columns = "id, kind, subject, status, outcome, due_at, links"
    return [dict(row) for row in context.store.all(f"SELECT {columns} FROM jobs ORDER BY rowid DESC")]


@router.put("/jobs/{job_id}")
async def set_job(context: CurrentContext, job_id: str, change: NewJobStatus) -> dict[str, Any]:
    """Change the status of a job that is not finished."""
    jobs.set_status(context, job_id, change.status)
    return {"id": job_id, "status": jobs.find(context, job_id)["status"]}


@router.put("/sslcertificaterequests/{request_id}")
async def set_request(context: CurrentContext, request_id: int, change: NewRequestStatus) -> dict[str, Any]:
    """Withdraw an ongoing request, or count its validations as passed (it still has to be verified)."""
    assignment = {"validated": "validated = 1", "withdrawn": "status = 'withdrawn'"}[change.status]
    sql = f"UPDATE ssl_requests SET {assignment} WHERE id = ? AND status = 'ongoing'"
    if not context.store.run(sql, request_id):
        raise not_found("ssl_certificate_request", request_id)
    return {"id": request_id, "status": change.status}


@router.post("/folders")
async def make_folder(context: CurrentContext, folder: Folder) -> dict[str, str]:
    """Create a folder, as a customer does over FTP or SSH."""
    linuxsites.add_folder(context, folder.domain, folder.path)
    return {"domain": folder.domain, "path": folder.path}


@router.post("/mailaccounts")
async def add_mail_account(context: CurrentContext, add_on: MailAddOn) -> dict[str, int]:
    """Add mailboxes of a further size to a mail zone."""
    return {"account_id": mail.add_account(context, add_on.domain, add_on.size, add_on.mailboxes)}


@router.put("/moment")
async def set_moment(context: CurrentContext, moment: Moment) -> dict[str, float]:
    """Set the delay of changes without a job (aliases, further mail domains, Let's Encrypt)."""
    delayed_effects.MOMENT.write(context.store, repr(moment.seconds))
    return moment.model_dump()


@router.put("/duplicates")
async def set_duplicates(context: CurrentContext, new: NewDuplicates) -> dict[str, str]:
    """Accept or refuse duplicate orders from now on, until the sandbox is restarted."""
    context.duplicates = new.duplicates
    return new.model_dump()


@router.post("/dns/{domain_name}")
async def add_record(context: CurrentContext, domain_name: str, record: NewRecord) -> dict[str, str]:
    """Add a record that the API would refuse, as the control panel or an older tool may have created it."""
    return {"id": dns.insert_record(context, domain_name, record)}


@router.put("/wildcards")
async def set_wildcards(context: CurrentContext, new: NewWildcards) -> dict[str, str]:
    """Accept or refuse new records with a ``*`` in their name from now on."""
    dns.WILDCARDS.write(context.store, new.wildcards)
    return new.model_dump()


@router.put("/validationnames")
async def set_validation_names(context: CurrentContext, new: NewValidationNames) -> dict[str, str]:
    """Show the names of validation records without or with the domain from now on."""
    certificates.VALIDATION_NAMES.write(context.store, new.names)
    return new.model_dump()


@router.put("/databasenames")
async def cut_database_names(context: CurrentContext, names: DatabaseNames) -> dict[str, int | None]:
    """Truncate the names of databases ordered from now on, until the sandbox is restarted."""
    context.longest_database_name = names.longest
    return names.model_dump()


@router.get("/hostings/{domain_name}")
async def hidden_settings(context: CurrentContext, domain_name: str) -> dict[str, Any]:
    """Return the write-only settings of a hosting, with the number of writes of each."""
    return linuxsettings.hidden_settings(context, domain_name)


@router.put("/domains/{domain_name}")
async def set_renewal_right(context: CurrentContext, domain_name: str, right: RenewalRight) -> dict[str, Any]:
    """Set whether the renewal of a domain may be changed, and its value (null: could not be determined)."""
    sql = "UPDATE domains SET can_toggle_renew = ?, will_renew = ? WHERE domain_name = ?"
    if not context.store.run(sql, right.can_toggle_renew, right.will_renew, domain_name):
        raise not_found("domain", domain_name)
    return right.model_dump()


@router.post("/seed")
async def seed(context: CurrentContext, wanted: Seed) -> dict[str, int]:
    """Add accounts at once; they do not count as orders."""
    seed_accounts(context, wanted.accounts)
    return {"accounts": context.store.value("SELECT count(*) FROM accounts")}


def seed_accounts(context: Context, number: int) -> None:
    """Add accounts ``seed-00001.example`` and so on, of different packs, those with MySQL with a database ``main``."""
    first = 1 + context.store.value("SELECT count(*) FROM accounts WHERE identifier LIKE 'seed-%.example'")
    password_hash = hash_password("blaBLA123")
    with context.store.transaction():
        for index in range(first, first + number):
            pack_id = _SEED_PACKS[index % len(_SEED_PACKS)]
            order = {
                "identifier": f"seed-{index:05d}.example",
                "servicepack_id": pack_id,
                "ftp_password_hash": password_hash,
            }
            account_id = int(accounts.create_account(context, order)[0].rpartition("/")[2])
            if pack_id in (1001, 1002):
                database = {"account_id": account_id, "asked_name": "main", "password_hash": password_hash}
                mysqldatabases.create_database(context, database)
