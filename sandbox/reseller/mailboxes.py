# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Mailboxes with their automatic replies and forwards."""

from __future__ import annotations

import json
from sqlite3 import Row
from typing import Any

from fastapi import APIRouter, Response

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Body, Int32, created, shown
from sandbox.errors import Invalid, not_found
from sandbox.reseller import mail
from sandbox.reseller.names_and_passwords import check_password, hash_password

SCHEMA = """
CREATE TABLE IF NOT EXISTS mailboxes (
    name TEXT PRIMARY KEY COLLATE NOCASE,
    domain_name TEXT NOT NULL COLLATE NOCASE REFERENCES mail_zones (domain_name),
    account_id INTEGER NOT NULL,
    max_size INTEGER NOT NULL,
    actual_size INTEGER NOT NULL DEFAULT 0,
    password_hash TEXT NOT NULL DEFAULT '',
    auto_reply TEXT NOT NULL DEFAULT '{"enabled": false, "subject": "", "message": ""}',
    auto_forward TEXT NOT NULL DEFAULT '{"enabled": false, "email_addresses": [], "copy_to_myself": false}'
);
CREATE INDEX IF NOT EXISTS mailboxes_domain ON mailboxes (domain_name);
"""

router = APIRouter(prefix="/mailboxes")


class CreateMailbox(Body):
    """Order of a mailbox in an account that the mail zone offers."""

    email_address: str
    password: str
    account_id: Int32


class NewMailboxPassword(Body):
    """The new password of a mailbox."""

    password: str


class AutoReply(Body):
    """An automatic reply."""

    enabled: bool
    subject: str | None = None
    message: str | None = None


class AutoForward(Body):
    """Automatic forwarding."""

    enabled: bool
    email_addresses: list[str] | None = None
    copy_to_myself: bool | None = None


@router.get("")
async def list_mailboxes(context: CurrentContext, domain_name: str | None = None) -> list[dict[str, Any]]:
    """Return the mailboxes of one domain; not paged."""
    if not domain_name:
        raise Invalid("domain_name_required", "domain_name: needed to list mailboxes.")
    sql = "SELECT * FROM mailboxes WHERE domain_name = ? ORDER BY name"
    return [shown(row, "name", "max_size", "actual_size") for row in context.store.all(sql, domain_name)]


@router.post("", status_code=201)
async def add_mailbox(context: CurrentContext, order: CreateMailbox) -> Response:
    """Add a mailbox within the limit of the service pack."""
    zone = mail.find(context, order.email_address.rpartition("@")[2])
    address = mail.check_address("email_address", order.email_address, zone["domain_name"])
    check_password(order.password)
    offered = {row["account_id"]: row for row in mail.available_accounts(context, zone)}
    account = offered.get(order.account_id)
    if account is None:
        raise Invalid("account_id_invalid", "account_id: the mail zone does not offer this account.")
    mail.refuse_taken(context, address)
    present = context.store.value("SELECT count(*) FROM mailboxes WHERE account_id = ?", order.account_id)
    if present >= account["mailboxes"]:
        raise Invalid("mailbox_limit_reached", "The service pack of this account allows no further mailbox.")
    context.store.insert(
        "mailboxes",
        name=address,
        domain_name=zone["domain_name"],
        account_id=order.account_id,
        max_size=account["size"],
        password_hash=hash_password(order.password),
    )
    return created(f"/v2/mailboxes/{address}")


@router.get("/{name}")
async def get_mailbox(context: CurrentContext, name: str) -> dict[str, Any]:
    """Return one mailbox."""
    mailbox = _find(context, name)
    return {
        **shown(mailbox, "name", "max_size", "actual_size"),
        "login": mailbox["name"],
        "auto_reply": json.loads(mailbox["auto_reply"]),
        "auto_forward": json.loads(mailbox["auto_forward"]),
    }


@router.delete("/{name}", status_code=204)
async def delete_mailbox(context: CurrentContext, name: str) -> Response:
    """Delete a mailbox with its mail."""
    context.store.run("DELETE FROM mailboxes WHERE name = ?", _find(context, name)["name"])
    return Response(status_code=204)


@router.put("/{name}/password", status_code=204)
async def set_password(context: CurrentContext, name: str, new: NewMailboxPassword) -> Response:
    """Change the password of a mailbox."""
    check_password(new.password)
    return _set(context, name, "password_hash", hash_password(new.password))


@router.put("/{name}/autoreply", status_code=204)
async def set_auto_reply(context: CurrentContext, name: str, reply: AutoReply) -> Response:
    """Enable or disable the automatic reply."""
    if reply.enabled and not (reply.subject and reply.message):
        raise Invalid("message_required", "An automatic reply needs a subject and a message.")
    value = {"enabled": reply.enabled, "subject": reply.subject or "", "message": reply.message or ""}
    return _set(context, name, "auto_reply", json.dumps(value))


@router.put("/{name}/autoforward", status_code=204)
async def set_auto_forward(context: CurrentContext, name: str, forward: AutoForward) -> Response:
    """Enable or disable forwarding."""
    addresses = [mail.check_address("email_addresses", address) for address in forward.email_addresses or []]
    if forward.enabled and not addresses:
        raise Invalid("email_addresses_required", "email_addresses: at least one.")
    copy = bool(forward.copy_to_myself)
    value = {"enabled": forward.enabled, "email_addresses": addresses, "copy_to_myself": copy}
    return _set(context, name, "auto_forward", json.dumps(value))


def _set(context: Context, name: str, column: str, value: str) -> Response:
    context.store.run(f"UPDATE mailboxes SET {column} = ? WHERE name = ?", value, _find(context, name)["name"])
    return Response(status_code=204)


def _find(context: Context, name: str) -> Row:
    mailbox = context.store.one("SELECT * FROM mailboxes WHERE name = ?", name)
    if mailbox is None:
        raise not_found("mailbox", name)
    return mailbox
