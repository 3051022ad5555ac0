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
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.raw import RawCall as AnyCall
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import job_id_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    OutcomeUnknown,
    ToolkitError,
)

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Answer

#: The six collections whose POST provisions or buys.
PAYING = re.compile(
    r"/(accounts|mysqldatabases|mysqldatabases/[^/]+/users|domains/registrations|domains/transfers"
    r"|sslcertificaterequests)/?"
)
#: What the keys of such calls begin with in the journal.
KEY_PREFIX = "raw "
#: How long to wait for another process that makes the same paying call, in seconds.
LOCK_TIMEOUT = 120.0


class RawCall(AnyCall):
    """One call of the reseller API."""

    version = "/v2"
    example = "/v2/accounts"

    @property
    def pays(self) -> bool:
        """Whether it provisions or buys."""
        return self.method == "POST" and PAYING.fullmatch(self.path.lower()) is not None

    def check_confirmation(self, given: str | None) -> None:
        """Refuse a paying call that was not confirmed word for word.

        Raises:
            ToolkitError: ``purchase_not_confirmed``.
        """
        if self.pays and " ".join((given or "").split()) != self.title:
            raise ToolkitError(
                "purchase_not_confirmed",
                f"This call costs money. To make it, set confirm_purchase: {self.title!r}.",
                would_purchase=self.title,
            )

    def send(self, client: ResellerClient, *, force: bool) -> dict[str, Any]:
        """Make the call.

        Args:
            client: calls the API.
            force: make a paying call although the same one was made before.

        Returns:
            the task's result.
        """
        answer = self._pay(client, force=force) if self.pays else self._request(client)
        location = client.rest.location_path(answer)
        return {
            "changed": self.method != "GET",
            "status": answer.status,
            "data": answer.data_or_none(),
            "location": location,
            "job_id": job_id_in(location),
        }

    def _request(self, client: ResellerClient) -> Answer:
        if self.method != "GET":
            # What it is about is the user's business.
            client.shared.wrote("/")
        return self.request(client.rest, fresh=self.pays)

    def _pay(self, client: ResellerClient, *, force: bool) -> Answer:
        """Make a paying call once: its record stays in the journal, and forbids to make the same one again."""
        journal = Journal(client.state_dir)
        # The secret part is left out: a hash of a password could be guessed.
        canonical = json.dumps([self.query, self.shown_body], sort_keys=True)
        key = KEY_PREFIX + hashlib.sha256(canonical.encode()).hexdigest()[:32]
        intent = journal.intent(client.api_url, f"{self.method} {self.path}", key, client.key_fingerprint)
        with journal.lock(intent, timeout=LOCK_TIMEOUT):
            known = journal.read(intent)
            if known and known.is_open and not (force or known.resend):
                outcome = "was accepted" if known.answered else "had an unknown outcome"
                raise ToolkitError(
                    "already_sent",
                    f"{self.title} with this body was sent at {known.opened} and {outcome}. It is not sent again.",
                    hint="Look into the control panel. To send it again, and pay again, set force: true.",
                )
            intent = journal.write(intent)
            try:
                answer = self._request(client)
            except OutcomeUnknown:
                raise
            except ApiError:
                # Nothing was sent, or the API refused it.
                journal.close(intent)
                raise
            journal.write(intent, location=client.rest.location_path(answer), answered=True)
            return answer
