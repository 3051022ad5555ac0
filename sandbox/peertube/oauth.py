# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login: the client, access and refresh tokens, the tokens of feeds."""

from __future__ import annotations

import secrets
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from sandbox.context import Context
from sandbox.peertube import two_factor
from sandbox.peertube.ask import HOST, Ask
from sandbox.peertube.errors import PeerTubeError, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row
from sandbox.store import Setting

ACCESS_SECONDS = 86399
REFRESH_SECONDS = 1209599
_CLIENT_ID = Setting("client_id", "")
_CLIENT_SECRET = Setting("client_secret", "")

routes = Routes()
router = routes.router


def begin(context: Context) -> None:
    """Create the client once."""
    for setting in (_CLIENT_ID, _CLIENT_SECRET):
        if not setting.read(context.store):
            setting.write(context.store, secrets.token_hex(16))


def _is_own(ask: Ask) -> bool:
    given, configured = ask.headers.get("host", ""), HOST.read(ask.context.store)
    if configured:
        return given == configured
    name = urlsplit(f"//{given}").hostname or ""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


@routes.add("GET", "/oauth-clients/local", login=None, docs="getOAuthClient")
def read_client(ask: Ask) -> Row:
    """Return the client to callers under the configured name."""
    if not _is_own(ask):
        raise problem(403, f"Getting client tokens for host {ask.headers.get('host')} is forbidden")
    store = ask.context.store
    return {"client_id": _CLIENT_ID.read(store), "client_secret": _CLIENT_SECRET.read(store)}


@routes.add("POST", "/users/token", login=None, docs="getOAuthToken")
def get_token(ask: Ask) -> Row:
    """Log in, or refresh a login."""
    if not ask.is_form or ask.files:
        raise problem(400, "Invalid request: content must be application/x-www-form-urlencoded", "invalid_request")
    given = ask.body
    if not given.get("client_id") or not given.get("client_secret"):
        raise problem(400, "Invalid client: cannot retrieve client credentials", "invalid_client")
    store = ask.context.store
    if (given["client_id"], given["client_secret"]) != (_CLIENT_ID.read(store), _CLIENT_SECRET.read(store)):
        raise problem(400, "Invalid client: client is invalid", "invalid_client")
    grant = given.get("grant_type")
    if not grant:
        raise problem(400, "Missing parameter: `grant_type`", "invalid_request")
    if grant not in ("password", "refresh_token"):
        raise problem(400, "Unsupported grant type: `grant_type` is invalid", "unsupported_grant_type")
    for name in ("username", "password") if grant == "password" else ("refresh_token",):
        if not given.get(name):
            raise problem(400, f"Missing parameter: `{name}`", "invalid_request")
    user = _by_password(ask) if grant == "password" else _by_refresh(ask)
    return _issue(ask, user)


def _by_password(ask: Ask) -> Row:
    name, password = str(ask.body["username"]).lower(), ask.body["password"]
    users = ask.tables.users.all(lambda row: name in (row["username"].lower(), row["email"].lower()))
    user = users[0] if users else None
    if user is None or not user["password"] or user["password"] != password:
        raise _unknown_user(ask, name)
    if user["blocked"]:
        raise problem(400, "User is blocked.", "account_blocked" if ask.newer else "access_denied")
    if user["emailVerified"] is False:
        raise problem(400, "User email is not verified.", "email_not_verified" if ask.newer else "access_denied")
    if user["otp"]:
        code = ask.headers.get("x-peertube-otp")
        if not code:
            raise problem(401, "Missing two factor header", "missing_two_factor")
        if not two_factor.is_valid(user["otp"], code, ask.now):
            raise problem(400, "Invalid two factor header", "invalid_two_factor")
    user["lastLoginDate"] = ask.time
    ask.tables.users.save(user)
    return user


def _unknown_user(ask: Ask, name: str) -> PeerTubeError:
    waiting = ask.tables.registrations.all(lambda row: name in (row["username"].lower(), row["email"].lower()))
    state = waiting[-1]["state"] if waiting else None
    if state == 1:
        return problem(400, "Registration for this account is awaiting approval", "account_waiting_for_approval")
    if state == 2:
        return problem(400, "Registration approval for this account has been rejected", "account_approval_rejected")
    return problem(400, "Invalid grant: user credentials are invalid", "invalid_grant")


def _by_refresh(ask: Ask) -> Row:
    token = ask.tables.tokens.one(refresh=ask.body["refresh_token"])
    user = ask.tables.users.get(token["user_id"]) if token else None
    if token is None or user is None:
        raise problem(400, "Invalid grant: refresh token is invalid", "invalid_grant")
    if token["refresh_until"] <= ask.now:
        raise problem(400, "Invalid grant: refresh token has expired", "invalid_grant")
    ask.tables.tokens.delete(token)
    return user


def _issue(ask: Ask, user: Row) -> Row:
    access, refresh = secrets.token_hex(20), secrets.token_hex(20)
    ask.tables.tokens.insert(
        user_id=user["id"],
        access=access,
        refresh=refresh,
        access_until=ask.now + ACCESS_SECONDS,
        refresh_until=ask.now + REFRESH_SECONDS,
    )
    return {
        "token_type": "Bearer",
        "access_token": access,
        "refresh_token": refresh,
        "expires_in": ACCESS_SECONDS,
        "refresh_token_expires_in": REFRESH_SECONDS,
    }


@routes.add("POST", "/users/revoke-token", docs="revokeOAuthToken")
def revoke(ask: Ask) -> Row:
    """Log out."""
    assert ask.token is not None
    ask.tables.tokens.delete(ask.token)
    return {"success": True}


def forget_tokens(ask: Ask, user_id: int) -> None:
    """End all logins of a user."""
    ask.tables.tokens.delete_all(user_id=user_id)


@routes.add("GET", "/users/scoped-tokens")
def read_feed_token(ask: Ask) -> Any:
    """Return the token of the caller's feeds."""
    if not ask.me.get("feedToken"):
        _renew(ask)
    return {"feedToken": ask.me["feedToken"]}


@routes.add("POST", "/users/scoped-tokens")
def renew_feed_token(ask: Ask) -> Any:
    """Replace the token of the caller's feeds."""
    _renew(ask)
    return {"feedToken": ask.me["feedToken"]}


def _renew(ask: Ask) -> None:
    ask.me["feedToken"] = secrets.token_hex(16)
    ask.tables.users.save(ask.me)
