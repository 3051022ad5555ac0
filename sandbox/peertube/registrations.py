# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sign-up: at once, or by a request that a moderator decides on."""

from __future__ import annotations

import secrets

from sandbox.peertube import config, rules, users
from sandbox.peertube.ask import MODERATOR, USER, Ask
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

PENDING, REJECTED, ACCEPTED = 1, 2, 3
_STATES = {PENDING: "Pending", REJECTED: "Rejected", ACCEPTED: "Accepted"}
_RIGHT = 28

routes = Routes()
router = routes.router

_FIELDS = {"username": rules.username, "password": rules.PASSWORD, "email": rules.EMAIL}
_OPTIONAL = {
    "displayName": rules.DISPLAY_NAME,
    "channel.name": rules.CHANNEL_NAME,
    "channel.displayName": rules.DISPLAY_NAME,
}


def _check_allowed(ask: Ask) -> None:
    if not config.value(ask.context, "signup.enabled"):
        raise problem(403, "User registration is not allowed")


@routes.add("POST", "/users/register", login=None)
def register(ask: Ask) -> Row | None:
    """Sign up."""
    needs_approval = config.value(ask.context, "signup.requiresApproval")
    if ask.newer and needs_approval:
        return {"state": _state(_request(ask))}
    _check_allowed(ask)
    if needs_approval:
        raise problem(403, "User registration requires approval")
    ask.check("body", _FIELDS, optional=_OPTIONAL)
    _create_user(ask, {**ask.body, "emailVerified": False if _verifies(ask) else None})
    return {"state": {"id": ACCEPTED, "label": _STATES[ACCEPTED]}} if ask.newer else None


def _verifies(ask: Ask) -> bool:
    return bool(config.value(ask.context, "signup.requiresEmailVerification"))


def _create_user(ask: Ask, body: Row) -> Row:
    users.check_unique(ask, body["username"], body["email"])
    channel = body.get("channel") or {}
    more = {"channelName": channel.get("name"), "channelDisplayName": channel.get("displayName")}
    verified = {"emailVerified": body["emailVerified"], "displayName": body.get("displayName")}
    user, _account = users.create(ask, body["username"], body["password"], body["email"], USER, **more, **verified)
    return user


def _request(ask: Ask) -> Row:
    _check_allowed(ask)
    ask.check("body", {**_FIELDS, "registrationReason": rules.text(2, 3000)}, optional=_OPTIONAL)
    body = ask.body
    users.check_unique(ask, body["username"], body["email"])
    same = ask.tables.registrations.all(
        lambda row: row["username"] == body["username"] or row["email"] == body["email"]
    )
    if same:
        raise problem(409, "Registration with this username, channel name or email already exists.")
    return ask.tables.registrations.insert(
        **{name: body.get(name) for name in (*_FIELDS, "registrationReason", "displayName", "channel")},
        state=PENDING,
        moderationResponse=None,
        emailVerified=False if _verifies(ask) else None,
        verifyString=secrets.token_hex(32),
        user_id=None,
        createdAt=ask.time,
        updatedAt=ask.time,
    )


@routes.add("POST", "/users/registrations/request", login=None)
def request_registration(ask: Ask) -> Row:
    """Ask for an account."""
    _check_allowed(ask)
    if not config.value(ask.context, "signup.requiresApproval"):
        raise problem(400, "Signup approval is not enabled on this instance")
    return _shown(_request(ask))


def _state(row: Row) -> Row:
    return {"id": row["state"], "label": _STATES[row["state"]]}


def _shown(row: Row) -> Row:
    names = ("id", "registrationReason", "moderationResponse", "username", "email", "emailVerified")
    channel = row["channel"] or {}
    return {
        **{name: row[name] for name in (*names, "createdAt", "updatedAt")},
        "state": _state(row),
        "accountDisplayName": row["displayName"],
        "channelHandle": channel.get("name"),
        "channelDisplayName": channel.get("displayName"),
        "user": {"id": row["user_id"]} if row["user_id"] else None,
    }


@routes.add("GET", "/users/registrations", role=MODERATOR, right=_RIGHT)
def list_registrations(ask: Ask) -> Row:
    """Return the requests for accounts."""
    rows = ask.search(ask.tables.registrations.all(), "username", "email")
    return ask.page(rows, _shown, "createdAt", "state")


def _find(ask: Ask) -> Row:
    row = ask.tables.registrations.get(ask.number())
    if row is None:
        raise not_found("User")
    return row


def _decide(ask: Ask, state: int) -> Row:
    ask.check(moderationResponse=rules.text(2, 3000))
    row = _find(ask)
    if row["state"] != PENDING:
        raise problem(409, "This registration is already accepted or rejected.")
    row |= {"state": state, "moderationResponse": ask.body["moderationResponse"], "updatedAt": ask.time}
    ask.tables.registrations.save(row)
    return row


@routes.add("POST", "/users/registrations/{id}/accept", role=MODERATOR, right=_RIGHT)
def accept(ask: Ask) -> None:
    """Create the account that was asked for."""
    row = _decide(ask, ACCEPTED)
    ask.tables.registrations.save({**row, "user_id": _create_user(ask, row)["id"]})


@routes.add("POST", "/users/registrations/{id}/reject", role=MODERATOR, right=_RIGHT)
def reject(ask: Ask) -> None:
    """Reject a request."""
    _decide(ask, REJECTED)


@routes.add("DELETE", "/users/registrations/{id}", role=MODERATOR, right=_RIGHT)
def remove(ask: Ask) -> None:
    """Remove a request; an account stays."""
    ask.tables.registrations.delete(_find(ask))


@routes.add("POST", "/users/registrations/{id}/verify-email", login=None)
def verify_registration(ask: Ask) -> None:
    """Confirm the address of a request."""
    row = _find(ask)
    if ask.body.get("verificationString") != row["verifyString"]:
        raise problem(403, "Invalid verification string.")
    ask.tables.registrations.save({**row, "emailVerified": True, "updatedAt": ask.time})


@routes.add("POST", "/users/{id}/verify-email", login=None)
def verify_user(ask: Ask) -> None:
    """Confirm the address of a user."""
    user = ask.tables.users.get(ask.number())
    if user is None:
        raise not_found("User")
    if ask.body.get("verificationString") != user["verifyString"]:
        raise problem(403, "Invalid verification string.")
    ask.tables.users.save({**user, "emailVerified": True})


@routes.add("POST", "/users/ask-send-verify-email", login=None)
@routes.add("POST", "/users/registrations/ask-send-verify-email", login=None)
def send_again(ask: Ask) -> None:
    """Accept every address: no e-mail is sent."""
    ask.check(email=rules.EMAIL)
