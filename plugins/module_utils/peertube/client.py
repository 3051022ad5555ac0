# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""PeerTube's API: how a task reaches an instance, and what its errors mean.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import (
    canonical_url,
    check_transport,
    rest_client,
    storage_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.auth import (
    CLIENT_PATH,
    ME_PATH,
    REVOKE_PATH,
    TOKEN_PATH,
    Anonymous,
    GivenToken,
    PasswordLogin,
    TokenAuth,
    role_number,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.login import Login
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import EXAMPLE_URL
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.secrets_in import secrets_in
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import shown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.auth import Signer
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import RestClient, is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import Properties
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Page, Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Criterion, Evidence, matches
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    is_whole_number,
    number_in,
    objects_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.read_cache import ReadCache
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.resources import Resources
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

VERSION = "/api/v1"
#: The number of items requested at once, the most that the server accepts.
COUNT = 100
RATE_LIMIT = RateLimitHeaders("X-RateLimit-Remaining", "X-RateLimit-Reset", "X-RateLimit-Limit", reset_is="time")
#: For administrators and moderators, whom the server does not stop although its headers count down.
NO_RATE_LIMIT = RateLimitHeaders()
#: The users of the instance, for administrators and moderators.
USERS_PATH = "/users"
#: The collections that the tasks of a run can share, with their queries. That of the videos asks for every privacy, and
#: for what is not published yet (1), blocked (2), and of blocked owners (4).
SHARED: dict[str, dict[str, Any]] = {
    USERS_PATH: {"sort": "createdAt"},
    "/video-channels": {"sort": "createdAt"},
    "/videos": {"sort": "createdAt", "isLocal": "true", "include": 7, "privacyOneOf": [1, 2, 3, 4, 5]},
    "/video-playlists": {"sort": "createdAt"},
    "/plugins": {},
    "/server/following": {},
    "/server/blocklist/accounts": {},
    "/server/blocklist/servers": {},
}
#: What the paths of caption files begin with, which lie outside of the API.
CAPTION_FILES = "/lazy-static/video-captions/"
#: The roles by their numbers.
ROLES = {0: "administrator", 1: "moderator", 2: "user"}
#: The roles of administrators and moderators.
STAFF = (0, 1)
#: The next step after a refused login, by the error's code.
LOGIN_HINTS = {
    "missing_two_factor": "Set otp (PEERTUBE_OTP) to the current code of the second factor.",
    "invalid_two_factor": "Set otp (PEERTUBE_OTP) to the current code. Each code is valid for a short time only.",
    "invalid_grant": "Check api_user (PEERTUBE_API_USER) and api_password (PEERTUBE_API_PASSWORD).",
    "account_waiting_for_approval": "Accept the registration of this user first.",
}
#: The next step when the name or the address of a new user is taken.
NAME_HINT = (
    "Choose another user name, channel name or e-mail address. A name that a user or a channel ever had can't be used "
    "again, even after its removal."
)


class _TooLong(Exception):
    """A collection has more pages than it may have to be shared."""


class PeerTubeClient(Resources):
    """Calls the API of a PeerTube instance. All methods raise `ApiError`."""

    notes_posts = True
    #: None with ``api_token``.
    _login: Login | None
    #: Revokes a login without renewing it first.
    _anonymous: RestClient
    _task: Task
    #: The responses that the tasks of this run share. A write makes those of its whole collection stale.
    _read_cache: ReadCache
    #: Stands for the user: not everybody can read the same.
    _reader: str

    @classmethod
    def for_task(cls, task: Task) -> PeerTubeClient:
        """Return the client for a task's connection options. It sends nothing yet.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        params = task.params
        _check_credentials(params)
        check_transport(params)
        api_url = canonical_url(params["api_url"], version=VERSION, example=EXAMPLE_URL)
        storage = storage_of(params)
        hints = _Hints()
        service = Service(f"{api_url}{VERSION}", RATE_LIMIT, hints, root_url=api_url, root_paths=(CAPTION_FILES,))
        # A login changes nothing that check mode protects.
        logging_in = replace(task, check_mode=False)
        anonymous = rest_client(logging_in, service, Anonymous(), storage=storage, budget=api_url)
        hints.anonymous = anonymous
        login = None if params["api_token"] else _login(task, logging_in, service, anonymous, storage)
        auth: Signer = TokenAuth(login) if login else GivenToken(params["api_token"])
        known = login.known() if login else None
        # One for all users: what one of them writes, the others must not find in what they read before.
        read_cache = ReadCache(storage, fingerprint(api_url), task.playbook_run, segments=1)
        if known and known.role in STAFF:
            unpaced = service._replace(rate_limit=NO_RATE_LIMIT)
            rest = rest_client(task, unpaced, auth, storage=storage, budget=f"{api_url} staff", read_cache=read_cache)
        else:
            rest = rest_client(task, service, auth, storage=storage, budget=api_url, read_cache=read_cache)
        evidence = Evidence(params.get("accept_unproven") or (), task.warn)
        client = cls(rest, api_url=api_url, storage=storage, evidence=evidence)
        client._login, client._anonymous, client._task = login, anonymous, task
        client._read_cache = read_cache
        client._reader = fingerprint(params["api_token"] or params["api_user"].lower())
        return client

    def _read(self, path: str, shape: Callable[[Any], bool], query: dict[str, Any]) -> Any:
        return shown(path, super()._read(path, shape, query))

    def existing(self, path: str, **query: Any) -> dict[str, Any]:
        """Return the object at a path that every server has, so that a 404 is an error."""
        found: dict[str, Any] = shown(path, self.rest.request("GET", path, query=query, shape=is_object).data)
        return found

    def reading(
        self, path: str, identity: str | None = "id", *, properties: Properties | None = None, **query: Any
    ) -> Reading:
        """Return a collection that is read as far as a decision requires.

        Args:
            path: the collection, which the server returns as ``{total, data}``.
            identity: the property that distinguishes two items; None if the server never splits it into pages.
            properties: as in `page`.
            query: filters and ``sort``, with the API's own names. The server sorts by creation, newest first, if it is
                not told otherwise, so what is added in the meantime moves items to the next page; `Reading` notices.
        """

        def read_page(start: int) -> Page:
            count = None if identity is None else COUNT
            return self.page(path, start, count, properties=properties, **query)

        return Reading(read_page, identity)

    def page(
        self, path: str, start: int, count: int | None, *, properties: Properties | None = None, **query: Any
    ) -> Page:
        """Return one page of a collection.

        Args:
            path: the collection.
            start: how many items to skip.
            count: how many items to return, at most `COUNT`; None if the server never splits it into pages.
            properties: the properties to return; by default those that results may show.
            query: filters and ``sort``, with the API's own names.
        """
        pages = {"start": start or None, "count": count}
        data = self.rest.request("GET", path, query={**pages, **query}, expect=(200,), shape=is_object).data
        total = data.get("total")
        return Page(shown(path, objects_in(data, "data"), properties), total if is_whole_number(total) else None)

    def collection(self, path: str, identity: str = "id", **query: Any) -> list[dict[str, Any]]:
        """Return all items of a collection, as far as a consistent total says; this proves no absence."""
        return self.reading(path, identity, **query).items()

    def total(self, path: str, **query: Any) -> int:
        """Return how many items the server says that a collection has; this proves no absence.

        Raises:
            Unreadable: the response does not say it.
        """
        query = {"count": 1, **query}
        return number_in(self.rest.request("GET", path, query=query, expect=(200,), shape=is_object).data, "total")

    def share(self, path: str, most: int) -> None:
        """Read a collection that the tasks of this run then share (`shared`), unless one of them has done so.

        Args:
            path: the collection; see `SHARED`.
            most: how many requests it may take. If the collection is longer, nobody shares it.
        """

        def read() -> list[Any] | None:
            reading = Reading(lambda start: self._page_of_few(path, start, most), "id")
            try:
                return reading.items()
            except _TooLong:
                return None

        self._read_cache.get(f"{path} {self._reader}", path, read, lambda _items: True)

    def _page_of_few(self, path: str, start: int, most: int) -> Page:
        page = self.page(path, start, COUNT, **SHARED[path])
        if page.total is None or page.total > most * COUNT:
            raise _TooLong
        return page

    def shared(self, path: str, *criteria: Criterion) -> Item | None:
        """Return the only item of a shared collection that certainly meets all criteria.

        It is None if there is no such item or several, and if nobody shares the collection. The item may be a minute
        old, so it is good enough only if nothing about it has to change.

        Args:
            path: the collection.
            criteria: what distinguishes the item from others.
        """
        found = matches(self._read_cache.shared(f"{path} {self._reader}", path) or [], *criteria)
        return found[0] if len(found) == 1 else None

    def acts_as(self, user: str) -> bool:
        """Return whether this user is the one who is logged in.

        It sends a request unless the name decides: an e-mail address also names a user, and a token names nobody.

        Raises:
            Unreadable: the response does not show the name.
        """
        name = self._task.params["api_user"] or ""
        if self._task.params["api_token"] or "@" in name:
            name = text_in(self.existing(ME_PATH), "username")
        return name.lower() == user.lower()

    def post_again(self, path: str, body: Any = None) -> Response:
        """Send a POST that has the same effect when it is carried out twice, so it is retried as a PUT is."""
        return self.rest.request("POST", path, body=body, repeat=True)

    def note_secrets(self, response: Response) -> None:
        """Add the secrets of a response to those of the task, so that they are masked everywhere."""
        self._task.secrets.update(secrets_in(response.data_or_none()))

    def stored_access(self) -> str | None:
        """Return the access token of the stored login; None if there is none."""
        known = self._login.known() if self._login else None
        return known.access if known else None

    def own_user(self) -> dict[str, Any]:
        """Return the name and the role of the user who is logged in."""
        me = self.existing(ME_PATH)
        number = role_number(me)
        return {"username": me.get("username"), "role": ROLES.get(number) if number is not None else None}

    def own_account(self) -> int:
        """Return the number of the account of the user who is logged in.

        Raises:
            Unreadable: the response does not show it.
        """
        me = self.existing(ME_PATH)
        return number_in(value_in(me, "account", dict), "id")

    def log_out(self) -> bool:
        """Revoke the stored login and remove it, except in check mode; return whether there was one."""
        access = self.stored_access()
        if self._login is None or access is None:
            return False
        if not self._task.check_mode:
            # A 401: it is no longer valid.
            headers = {"Authorization": f"Bearer {access}"}
            self._anonymous.request("POST", REVOKE_PATH, headers=headers, expect=(200, 401), repeat=True)
            self._login.forget()
        return True


def _check_credentials(params: dict[str, Any]) -> None:
    """Refuse a missing login.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["api_token"]:
        if not params["api_token"].isascii() or not params["api_token"].isprintable() or " " in params["api_token"]:
            raise invalid("api_token", "it contains a character that no token has.")
        return
    if not params["api_user"] or not params["api_password"]:
        raise ToolkitError(
            "invalid_option",
            "api_user and api_password are required unless api_token is given.",
            hint="Set them, or PEERTUBE_API_USER and PEERTUBE_API_PASSWORD in the environment of the controller.",
        )
    if line_of("api_user", params["api_user"]) != params["api_user"]:
        raise invalid("api_user", "it begins or ends with a space.")
    if any(unicodedata.category(character) == "Cs" for character in params["api_password"]):
        raise invalid("api_password", "it contains half a character, which can't be sent.")
    otp = params["otp"]
    if otp and not (otp.isascii() and otp.isdigit()):
        raise invalid("otp", "it is not a code of digits.")


def _login(task: Task, logging_in: Task, service: Service, anonymous: RestClient, storage: Storage) -> Login:
    params = task.params
    api_url, user = service.base_url[: -len(VERSION)], params["api_user"]
    # Logins have a separate limit, whose headers count 15 in 5 minutes.
    tokens = rest_client(logging_in, service, Anonymous(), storage=storage, budget=f"{api_url} login")
    oauth = PasswordLogin(anonymous, tokens, user, params["api_password"], params["otp"], task.secrets)
    return Login(
        oauth,
        storage,
        f"{api_url} as {user.lower()}",
        secrets=task.secrets,
        warn=task.warn,
        timeout=params["rate_limit_timeout"] + params["retry_timeout"],
    )


class _Hints:
    """Returns the next step for the user after an error.

    Attributes:
        anonymous: asks the server for its version; None until it is known.
    """

    anonymous: RestClient | None = None

    def __call__(self, error: ApiError, clock_offset: float | None) -> str:
        if error.call.endswith(f" {VERSION}{TOKEN_PATH}") and error.code:
            return LOGIN_HINTS.get(error.code, "")
        if error.call.endswith(f" {VERSION}{CLIENT_PATH}") and error.status == 403:
            return "Set api_url (PEERTUBE_API_URL) to the name and port that the server's configuration has."
        if error.status == 401 and error.code in ("invalid_token", "unauthorized_request"):
            return "Check api_token (PEERTUBE_API_TOKEN), or use api_user and api_password."
        if error.status == 409 and error.call.startswith("POST ") and error.call.endswith(f"{VERSION}{USERS_PATH}"):
            return NAME_HINT
        if error.status == 400 and not (error.code or error.text or error.validation_errors):
            return f"Check method and path: this server has no such call (version {self._version()})."
        return ""

    def _version(self) -> str:
        """Return the version of the server, for messages."""
        try:
            told = self.anonymous.request("GET", "/config", shape=is_object).data if self.anonymous else {}
        except ApiError:
            told = {}
        version = told.get("serverVersion")
        return version if isinstance(version, str) else "unknown"
