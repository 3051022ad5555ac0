# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How requests to PeerTube are authenticated, and the requests that give tokens (OAuth 2, RFC 6749).

Private to the collection.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.login import Login, Tokens
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.auth import Signer
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import RestClient, is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, Damaged

with suppress(ImportError):  # reported by whoever runs the module
    from requests.models import PreparedRequest

CLIENT_PATH = "/oauth-clients/local"
TOKEN_PATH = "/users/token"
ME_PATH = "/users/me"
REVOKE_PATH = "/users/revoke-token"
OTP_HEADER = "x-peertube-otp"
#: The error code of a 401 for a token that expired, was replaced or was revoked. Other 401s are about something else,
#: such as a wrong current password, or a list that only moderators may read.
DEAD_TOKEN = "invalid_token"
#: How often a request gets another token in a row. More than once, because other processes renew tokens as well.
MOST_RENEWALS = 3


class Anonymous(Signer):
    """Sends requests without credentials."""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Return the request unchanged."""
        return request


class GivenToken(Signer):
    """Sends an access token that the user gave.

    Args:
        token: the access token.
    """

    def __init__(self, token: str) -> None:
        self._token = token

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header."""
        return _with_token(request, self._token)


class TokenAuth(Signer):
    """Sends the access token of a login, and renews it when the server no longer accepts it.

    Args:
        login: the login.
    """

    def __init__(self, login: Login) -> None:
        self._login = login
        self._access = ""
        self._renewals = 0

    def get_ready(self) -> None:
        """Log in if nobody did."""
        self._login.tokens()

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        """Add the header."""
        self._access = self._login.tokens().access
        return _with_token(request, self._access)

    def sign_anew(self, request: PreparedRequest, clock_offset: float | None, code: str | None = None) -> bool:
        """Renew the token if the server says that it is dead."""
        if code != DEAD_TOKEN or self._renewals == MOST_RENEWALS:
            return False
        self._renewals += 1
        self._login.renew(self._access)
        return True

    def accepted(self, request: PreparedRequest) -> None:
        """Count from the beginning."""
        self._renewals = 0


def _with_token(request: PreparedRequest, token: str) -> PreparedRequest:
    request.headers["Authorization"] = f"Bearer {token}"
    return request


class PasswordLogin:
    """Gets tokens with a user's name and password.

    Args:
        api: sends requests without credentials.
        tokens: the same, within the limit of logins.
        user: name or e-mail address.
        password: the password.
        otp: the current code of the second factor, None without one.
        secrets: the task's secrets; what the server makes is added to it.
    """

    def __init__(
        self, api: RestClient, tokens: RestClient, user: str, password: str, otp: str | None, secrets: set[str]
    ) -> None:
        self._api = api
        self._tokens = tokens
        self._user = user
        self._password = password
        self._otp = otp
        self._secrets = secrets

    def log_in(self) -> Tokens:
        """See `OAuth.log_in`."""
        answer = self._token(
            {"grant_type": "password", "username": self._user, "password": self._password},
            headers={OTP_HEADER: self._otp} if self._otp else None,
        )
        return answer._replace(role=self._role(answer.access))

    def refreshed(self, tokens: Tokens) -> Tokens | None:
        """See `OAuth.refreshed`."""
        if not tokens.refresh:
            return None
        try:
            answer = self._token({"grant_type": "refresh_token", "refresh_token": tokens.refresh})
        except ApiError as error:
            # Also after a response that was lost: its tokens are unknown, and the old ones are dead.
            if error.status == 400:
                return None
            raise
        return answer._replace(role=tokens.role)

    def _token(self, grant: dict[str, str], headers: dict[str, str] | None = None) -> Tokens:
        """Return the tokens for a grant; repeating it does no harm."""
        client = self._api.request("GET", CLIENT_PATH, shape=is_object).data
        self._secrets.add(str(client.get("client_secret")))
        credentials = {name: str(client.get(name)) for name in ("client_id", "client_secret")}
        form = {**credentials, **grant}
        response = self._tokens.request("POST", TOKEN_PATH, form=form, headers=headers, repeat=True)
        told = response.data_or_none()
        access = _text(told, "access_token")
        if not access:
            raise Damaged(f"POST /api/v1{TOKEN_PATH}", "the response has no access token.")
        return Tokens(access, _text(told, "refresh_token"))

    def _role(self, access: str) -> int | None:
        """Return the number of the user's role; None if the server does not say."""
        headers = {"Authorization": f"Bearer {access}"}
        self._secrets.add(access)
        try:
            me = self._api.request("GET", ME_PATH, headers=headers, shape=is_object).data
        except ApiError:
            return None
        return role_number(me)


def role_number(user: dict[str, Any]) -> int | None:
    """Return the number of a user's role; None if the server does not show it."""
    role = user.get("role")
    number = role.get("id") if isinstance(role, dict) else None
    return number if isinstance(number, int) else None


def _text(told: Any, name: str) -> str:
    value = told.get(name) if isinstance(told, dict) else None
    return value if isinstance(value, str) else ""
