# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any call of the API, as a user wrote it, under the same rules as all others.

Private to the collection.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.raw import RawCall
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import job_id_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal, JournalUnusable
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.natural_keys import natural_key
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.operations import (
    ORDERED_BY,
    operation_of,
    pays,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    OutcomeUnknown,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response

#: What the keys begin with in the journal of calls whose body does not name their object; a hash follows.
KEY_PREFIX = "raw "
#: The hexadecimal digits of that hash.
KEY_DIGITS = 32
#: How long to wait for another process that orders the same, in seconds.
LOCK_TIMEOUT = 120.0

Warn = Callable[[str], None]


class ResellerCall(RawCall):
    """One call of the reseller API."""

    version = "/v2"
    example = "/v2/accounts"

    @classmethod
    def canonical(cls, method: str, path: str) -> str:
        """Return the path of the operation that the call means, or the path in normal form without a trailing slash."""
        operation = operation_of(method, path)
        # Encoded, a plus sign is one for every server, also in what is signed.
        return (operation.path if operation else path.rstrip("/")).replace("+", "%2B")

    @property
    def pays(self) -> bool:
        """Whether it may provision or buy."""
        return pays(self.method, self.path)

    def check_body(self) -> None:
        """Refuse a private key, which no operation needs.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        if "PRIVATE KEY" in json.dumps(self.body, default=str):
            raise invalid("body", "it holds a private key, which must stay with you. Nothing was sent.")

    def check_confirmation(self, given: str | None, *, check_mode: bool) -> None:
        """Refuse a paying call that was not confirmed word for word.

        Args:
            given: what the user wrote.
            check_mode: a call that is not confirmed at all is predicted, so that the sentence can be read there.

        Raises:
            ToolkitError: ``purchase_not_confirmed``.
        """
        sentence = " ".join((given or "").split())
        if self.pays and sentence != self.title and (sentence or not check_mode):
            raise ToolkitError(
                "purchase_not_confirmed",
                f"This call costs money. To make it, set confirm_purchase: {self.title!r}.",
                would_purchase=self.title,
            )

    def predict(self, client: ResellerClient, *, force: bool) -> dict[str, Any]:
        """Return the task's result in check mode, in which the call is not sent.

        Raises:
            ToolkitError: ``already_sent`` or ``journal_unusable``, as for real.
        """
        if self.pays:
            journal = Journal(client.storage)
            self._refuse_if_sent(_known(journal, self._intents(journal, client)), force=force)
        unsent = dict.fromkeys(("status", "data", "location", "job_id"))
        return {"changed": True, **unsent, "would_purchase": self.title if self.pays else None}

    def send(self, client: ResellerClient, *, force: bool, warn: Warn) -> dict[str, Any]:
        """Make the call.

        Args:
            client: calls the API.
            force: make a paying call although the same one was made before.
            warn: shows a warning.

        Returns:
            the task's result.

        Raises:
            ToolkitError: for a paying call ``already_sent``, ``journal_unusable``, or ``locked``.
            ApiError: the call failed.
        """
        answer = self._pay(client, force=force, warn=warn) if self.pays else self._request(client)
        location = client.rest.location_path(answer)
        return {
            "changed": self.method != "GET",
            "status": answer.status,
            "data": answer.data_or_none(),
            "location": location,
            "job_id": job_id_in(location),
        }

    def _request(self, client: ResellerClient) -> Response:
        if self.method != "GET":
            # What it is about is the user's business.
            client.read_cache.wrote("/")
        return self.request(client.rest, fresh=self.pays)

    def _intents(self, journal: Journal, client: ResellerClient) -> list[Intent]:
        """The intents that this call may be noted as: the first is where it is noted now.

        The others are those of version 1, which knew a call by a hash and by its path as it was written.
        """
        # The secret part is left out: a hash of a password could be guessed.
        shown = json.dumps([self.shown_query, self.shown_body], sort_keys=True)
        hashed = KEY_PREFIX + hashlib.sha256(shown.encode()).hexdigest()[:KEY_DIGITS]
        names = [(self.path, self._natural_key() or hashed), (self.path, hashed), (self.written, hashed)]
        return [
            journal.intent(client.api_url, f"{self.method} {path}", key, client.key_fingerprint)
            for path, key in dict.fromkeys(names)
        ]

    def _natural_key(self) -> str | None:
        """The key that a module would note this order under; None if the part of the body that is shown tells none."""
        operation = operation_of(self.method, self.path)
        if operation is None:
            return None
        sent, shown = (natural_key(operation.template, body) for body in (self.body, self.shown_body))
        return sent if sent == shown else None

    def _refuse_if_sent(self, known: list[Intent], *, force: bool) -> None:
        """Refuse an order that may be pending already.

        Raises:
            ToolkitError: ``already_sent``.
        """
        blocking = [intent for intent in known if intent.is_open and not intent.resend]
        if not blocking or force:
            return
        intent = blocking[0]
        operation = operation_of(self.method, self.path)
        outcome = "was accepted" if intent.answered else "had an unknown outcome"
        about, follow = "with this body", ""
        if operation and not is_hash(intent.key):
            about = f"for {intent.key}"
            follow = f"To continue this order, run {ORDERED_BY[operation.template]} for it. "
        raise ToolkitError(
            "already_sent",
            f"{self.title} {about} was sent at {intent.opened} and {outcome}. It is not sent again.",
            hint=f"{follow}Look into the control panel. To send it again, and pay again, set force: true.",
        )

    def _pay(self, client: ResellerClient, *, force: bool, warn: Warn) -> Response:
        """Make a paying call once: its record stays in the journal, and forbids to make the same one again."""
        journal = Journal(client.storage)
        intents = self._intents(journal, client)
        before = journal.read(intents[0])
        with journal.lock(intents[0], timeout=LOCK_TIMEOUT) as waited:
            known = _known(journal, intents)
            self._refuse_if_sent(known, force=force)
            mine = next((intent for intent in known if intent.id == intents[0].id), None)
            if waited and mine != before and not force:
                raise ToolkitError(
                    "already_sent",
                    f"{self.title}: while this task waited, another process ordered the same. It is not sent again.",
                    hint="See what became of it. If it is missing, run the task again.",
                )
            for old in known:
                # A wish to send it again holds for one call.
                if old.is_open and old.resend:
                    journal.write(old)
            intent = journal.write(intents[0])
            try:
                answer = self._request(client)
            except OutcomeUnknown:
                raise
            except ApiError as error:
                # Nothing was sent, or the API refused it. An earlier order is still pending.
                with _noted(warn, error.message):
                    journal.write(mine) if force and mine and mine.is_open else journal.close(intent)
                raise
            location = client.rest.location_path(answer)
            with _noted(warn, f"{self.title} was accepted: HTTP {answer.status}, Location {location}."):
                journal.write(intent, location=location, answered=True)
            return answer


def is_hash(key: str) -> bool:
    """Return whether a key in the journal identifies a call whose body did not name its object."""
    return re.fullmatch(rf"{KEY_PREFIX}[0-9a-f]{{{KEY_DIGITS}}}", key) is not None


@contextmanager
def _noted(warn: Warn, happened: str) -> Iterator[None]:
    """Note in the journal what happened; a failure to do so must not hide it."""
    try:
        yield
    except JournalUnusable as error:
        warn(
            f"{happened} The journal can't note it ({error.reason}), so the same call is refused until you settle it. "
            "Do not use another state_dir before, the order could be sent again."
        )


def _known(journal: Journal, intents: list[Intent]) -> list[Intent]:
    """What the journal knows of these intents, also under another spelling of the API's address."""
    ids = [journal.entry_id(intent) for intent in intents]
    found = [journal.read_id(entry_id) for entry_id in ids]
    return [known for known in found if known]
