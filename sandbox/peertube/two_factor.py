# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two-factor authentication of users: TOTP (RFC 6238), six digits, 30 seconds."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import struct
from urllib.parse import quote

from sandbox.peertube.ask import ADMINISTRATOR, Ask
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_STEP = 30

routes = Routes()
router = routes.router


def code(secret: str, moment: float) -> str:
    """Return the code of a secret at a time."""
    key = base64.b32decode(secret)
    digest = hmac.new(key, struct.pack(">Q", int(moment) // _STEP), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06d}"


def is_valid(secret: str, given: str, moment: float) -> bool:
    """Return whether a code is valid; those of the steps before and after are too."""
    return any(hmac.compare_digest(code(secret, moment + _STEP * step).encode(), given.encode()) for step in (-1, 0, 1))


def _user(ask: Ask) -> Row:
    user = ask.tables.users.get(ask.number())
    if user is None:
        raise not_found("User")
    if not ask.owns(user["id"]) and not ask.has_role(ADMINISTRATOR):
        who = ask.me["username"]
        raise problem(403, f"User {who} does not have right to change two factor setting of this user.")
    if ask.owns(user["id"]) or user["role"] == ADMINISTRATOR:
        _check_password(ask)
    return user


def _check_password(ask: Ask) -> None:
    if ask.path.endswith("/confirm-request"):
        return
    given = ask.body.get("currentPassword")
    if not given:
        raise problem(400, "currentPassword is missing")
    if given != ask.me["password"]:
        raise problem(403, "currentPassword is invalid.", "current_password_is_invalid")


@routes.add("POST", "/users/{id}/two-factor/request")
def request_two_factor(ask: Ask) -> Row:
    """Return a secret, which counts once a code of it is confirmed."""
    user = _user(ask)
    if user["otp"]:
        raise problem(400, "Two factor is already enabled.")
    secret, token = base64.b32encode(secrets.token_bytes(20)).decode(), secrets.token_hex(32)
    user["otpRequest"] = {"token": token, "secret": secret, "until": ask.now + 600}
    ask.tables.users.save(user)
    uri = f"otpauth://totp/PeerTube:{quote(user['email'])}?issuer=PeerTube&secret={secret}&period={_STEP}&digits=6"
    return {"otpRequest": {"requestToken": token, "secret": secret, "uri": f"{uri}&algorithm=SHA1"}}


@routes.add("POST", "/users/{id}/two-factor/confirm-request")
def confirm(ask: Ask) -> None:
    """Enable two factors."""
    user = _user(ask)
    asked = user.get("otpRequest")
    if not asked or asked["token"] != ask.body.get("requestToken") or asked["until"] < ask.now:
        raise problem(403, "Invalid request token")
    if not is_valid(asked["secret"], str(ask.body.get("otpToken", "")), ask.now):
        raise problem(403, "Invalid OTP token")
    user["otp"] = asked["secret"]
    ask.tables.users.save(user)


@routes.add("POST", "/users/{id}/two-factor/disable")
def disable(ask: Ask) -> None:
    """Disable two factors."""
    user = _user(ask)
    if not user["otp"]:
        raise problem(400, "Two factor is already disabled.")
    user["otp"] = None
    ask.tables.users.save(user)
