# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The login of one user, which all processes of this machine share.

Private to the collection. PeerTube replaces both tokens when a login is refreshed: the old ones are dead at once. So
one process refreshes at a time, and the others take what it stored.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from typing import Any, NamedTuple, Protocol

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import (
    LockTimeout,
    fingerprint,
    json_content,
    json_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: Where logins are stored.
NAMESPACE = "logins"
#: The version of the entries' format.
FORMAT = 1


class Tokens(NamedTuple):
    """The tokens of a login.

    Attributes:
        access: sent with each request.
        refresh: exchanged for new tokens; empty if there is none.
        role: the number of the user's role (0 administrator, 1 moderator, 2 user); None if unknown.
    """

    access: str
    refresh: str = ""
    role: int | None = None


class OAuth(Protocol):
    """The requests that give tokens."""

    def log_in(self) -> Tokens:
        """Log in with name and password.

        Raises:
            ApiError: the server refuses, or does not respond.
        """

    def refreshed(self, tokens: Tokens) -> Tokens | None:
        """Return new tokens for old ones; None if their refresh token is no longer valid.

        Raises:
            ApiError: the server does not respond.
        """


class Login:
    """The login of one user at one server.

    If the storage can't be used, the task logs in for itself, and one warning says so.

    Args:
        oauth: gets tokens.
        storage: where they are stored.
        scope: which user of which server.
        secrets: the task's secrets; all tokens are added to it.
        warn: shows a warning to the user.
        timeout: how long to wait for another process that is logging in, in seconds.
    """

    def __init__(
        self,
        oauth: OAuth,
        storage: Storage,
        scope: str,
        *,
        secrets: set[str],
        warn: Callable[[str], None],
        timeout: float,
    ) -> None:
        self._oauth = oauth
        self._storage = storage
        self._name = fingerprint(scope)
        self._scope = scope
        self._secrets = secrets
        self._warn = warn
        self._timeout = timeout
        self._tokens: Tokens | None = None

    def known(self) -> Tokens | None:
        """Return the tokens of an earlier login without sending a request; None if there was none."""
        if self._tokens is None:
            self._tokens = self._stored()
        return self._tokens

    def tokens(self) -> Tokens:
        """Return the tokens; log in if nobody did.

        Raises:
            ApiError: the login failed.
            ToolkitError: ``locked``.
        """
        return self.known() or self._in_turn(lambda: self._stored() or self._oauth.log_in())

    def renew(self, dead: str) -> None:
        """Replace an access token that the server no longer accepts, unless another process has already done so.

        Args:
            dead: the access token that was refused.

        Raises:
            ApiError: the login failed.
            ToolkitError: ``locked``.
        """

        def work() -> Tokens:
            current = self._stored() or self._tokens
            if current and current.access != dead:
                return current
            return (current and self._oauth.refreshed(current)) or self._oauth.log_in()

        self._in_turn(work)

    def forget(self) -> None:
        """Remove the stored tokens."""
        self._storage.remove(NAMESPACE, f"{self._name}.json")
        self._tokens = None

    def _in_turn(self, work: Callable[[], Tokens]) -> Tokens:
        """Get tokens while no other process does, and store them."""
        with ExitStack() as stack:
            try:
                stack.enter_context(self._storage.lock(NAMESPACE, f"{self._name}.lock", timeout=self._timeout))
            except LockTimeout:
                message = f"Another process on this machine has been logging in at {self._scope} for too long."
                raise ToolkitError("locked", message, hint="Run the task again.") from None
            except OSError as error:
                self._useless(error)
            before = self._stored()
            self._tokens = tokens = work()
            self._secrets.update(filter(None, (tokens.access, tokens.refresh)))
            if tokens != before:
                self._store(tokens)
        return tokens

    def _stored(self) -> Tokens | None:
        """Return the stored tokens; damaged ones count as missing."""
        try:
            tokens = _tokens_in(json_in(self._storage.get(NAMESPACE, f"{self._name}.json")))
        except (OSError, ValueError):
            return None
        if tokens:
            self._secrets.update(filter(None, (tokens.access, tokens.refresh)))
        return tokens

    def _store(self, tokens: Tokens) -> None:
        content = json_content({"format": FORMAT, **tokens._asdict()})
        try:
            self._storage.put(NAMESPACE, f"{self._name}.json", content)
        except OSError as error:
            self._useless(error)

    def _useless(self, error: OSError) -> None:
        place = self._storage.place(NAMESPACE)
        self._warn(
            f"The login can't be stored in {place} ({error}). So each task logs in, and PeerTube allows 15 logins in 5 "
            "minutes. Name another folder with state_dir."
        )


def _tokens_in(stored: Any) -> Tokens | None:
    """Return the tokens of an entry; None if it has none, or has a format that this version does not know."""
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        return None
    access, refresh, role = (stored.get(name) for name in Tokens._fields)
    if not (isinstance(access, str) and access and isinstance(refresh, str)):
        return None
    return Tokens(access, refresh, role if isinstance(role, int) else None)
