# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The description of the reseller sandbox."""

from __future__ import annotations

import posixpath
from typing import Any

from sandbox.call import Call, Response
from sandbox.context import Authenticate, Context
from sandbox.errors import ApiError, Gone, Invalid
from sandbox.faults import ActiveFaults
from sandbox.options import Options
from sandbox.rate_limit import Meter
from sandbox.reseller import (
    accounts,
    certificates,
    control,
    delayed_effects,
    dns,
    domains,
    jobs,
    linuxhostings,
    linuxsettings,
    linuxsites,
    mail,
    mailboxes,
    mysqldatabases,
    provisioningjobs,
    scheduledtasks,
    sshkeys,
    sslcertificaterequests,
    sslcertificates,
    windowshostings,
)
from sandbox.reseller.signature import SignatureCheck
from sandbox.service import Service

PREFIX = "/v2"
PAYING_POSTS = {
    "/v2/accounts": "POST /accounts",
    "/v2/mysqldatabases": "POST /mysqldatabases",
    "/v2/mysqldatabases/*/users": "POST /mysqldatabases/{databaseName}/users",
    "/v2/domains/registrations": "POST /domains/registrations",
    "/v2/domains/transfers": "POST /domains/transfers",
    "/v2/sslcertificaterequests": "POST /sslcertificaterequests",
}
"""The POSTs that cost money or provision, by their path, with the names under which they are counted."""

_JOB_PATH = f"{PREFIX}/provisioningjobs/"
_JOB_FAULTS = {"job_fail": "failed", "job_cancel": "cancelled", "job_stall": "ongoing"}


def _authenticator(options: Options) -> Authenticate:
    signatures = SignatureCheck(options.api_key, options.api_secret, options.query_signature)

    def authenticate(call: Call, active: ActiveFaults) -> str:
        signed = call.header("authorization")
        return signatures.check(signed, call.method, call.target, call.body, now=call.now, cases=active.cases)

    return authenticate


def _meter(context: Context, meter: Meter, now: float) -> dict[str, str]:
    """Return the four headers of each response, in lower case as they come since 2020."""
    return {
        "x-ratelimit-limit": str(meter.limit),
        "x-ratelimit-usage": str(meter.used),
        "x-ratelimit-remaining": str(meter.remaining),
        "x-ratelimit-reset": str(meter.seconds),
    }


def _refuse(error: ApiError) -> Response:
    """Return a code and a text, as recorded; with a list of them, as described, for several problems."""
    body: dict[str, Any] | None = {"error_code": error.code, "error_text": str(error)}
    if isinstance(error, Gone):
        body = None
    elif isinstance(error, Invalid) and len(error.problems) > 1:
        found = [{"error_code": problem.code, "error_text": problem.text} for problem in error.problems]
        body = {"error_code": error.code, "error_text": str(error), "validation_errors": found}
    return Response.of(error.status, body, error.headers)


def _arrived(context: Context, method: str, path: str) -> None:
    name = paying_post(path) if method == "POST" else None
    if name:
        context.store.count_up(f"orders_sent:{name}")


def _before(context: Context, call: Call, active: ActiveFaults) -> None:
    if call.method == "GET":
        _doom_job(context, call.path, active, at_once=True)


def _after(context: Context, call: Call, response: Response, active: ActiveFaults) -> None:
    if call.method == "POST":
        name = paying_post(call.path)
        if name:
            context.store.count_up(f"{'orders' if response.status < 400 else 'refused_orders'}:{name}")
        _doom_job(context, response.header("Location") or "", active, at_once=False)


def _doom_job(context: Context, job_path: str, active: ActiveFaults, *, at_once: bool) -> None:
    """Apply the job faults to the job at this path: when it is due, or at once before its poll."""
    if not job_path.startswith(_JOB_PATH):
        return
    for fault, outcome in _JOB_FAULTS.items():
        rule = active.conditions.get(fault)
        if rule:
            polls = rule.parameters.get("until_polls")
            jobs.doom(context, job_path.removeprefix(_JOB_PATH), outcome, at_once=at_once, until_polls=polls)
    if at_once:
        jobs.settle(context)


def paying_post(path: str) -> str | None:
    """Return the name under which a POST to this path is counted, if it is one that costs money or provisions.

    Other spellings of the same path count too: upper case, dot segments, a trailing slash.
    """
    parts = posixpath.normpath(path).lower().split("/")
    for pattern, name in PAYING_POSTS.items():
        wanted = pattern.split("/")
        if len(parts) == len(wanted) and all(want in ("*", part) for want, part in zip(wanted, parts, strict=True)):
            return name
    return None


def _settle(context: Context) -> None:
    jobs.settle(context)
    delayed_effects.settle(context)
    certificates.settle(context)


def _counts(context: Context) -> dict[str, Any]:
    return {
        "ssl_requests": context.store.value("SELECT count(*) FROM ssl_requests WHERE status = 'ongoing'"),
        "orders": context.store.counters("orders:"),
        "orders_sent": context.store.counters("orders_sent:"),
        "refused_orders": context.store.counters("refused_orders:"),
    }


def _begin(context: Context) -> None:
    if context.options.seed_accounts:
        control.seed_accounts(context, context.options.seed_accounts)


SERVICE = Service(
    title="Reseller API",
    prefix=PREFIX,
    parts=(jobs, delayed_effects, certificates),
    families=(
        accounts,
        provisioningjobs,
        mysqldatabases,
        dns,
        domains,
        linuxhostings,
        linuxsettings,
        linuxsites,
        scheduledtasks,
        sshkeys,
        windowshostings,
        mail,
        mailboxes,
        sslcertificaterequests,
        sslcertificates,
    ),
    authenticator=_authenticator,
    meter=_meter,
    refuse=_refuse,
    control=control.router,
    counted=(
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
    ),
    counts=_counts,
    begin=_begin,
    settle=_settle,
    arrived=_arrived,
    before=_before,
    after=_after,
    is_tolerant=True,
)
