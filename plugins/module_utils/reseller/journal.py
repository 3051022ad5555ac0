# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The write-ahead journal of orders, so that nothing is ever bought twice.

Private to the collection. There is one entry per intent, for one user on one machine. It is written, and forced to the
disk, before the order is sent: whatever kills the process afterwards, the next run knows that an order may be pending.
It never holds a secret.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import Job, job_id_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal_entries import FORMAT, intent_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import api_address
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order_ids import NAMESPACE, entry_name
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import LockTimeout, json_content
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Finding, Storage

#: How long the record of a closed intent is kept, in seconds.
KEEP_CLOSED = 7 * 86400.0


class JournalUnusable(ToolkitError):
    """The journal can't be read, written or trusted (``journal_unusable``).

    Attributes:
        reason: the file or folder, and what is wrong with it.
    """

    def __init__(self, reason: str, message: str, *, hint: str, **facts: Any) -> None:
        super().__init__("journal_unusable", message, hint=hint, **facts)
        self.reason = reason


class Journal:
    """The intents of one user on one machine.

    Attributes:
        storage: where they are recorded.

    Args:
        storage: as above.
        clock: unix time.
    """

    def __init__(self, storage: Storage, *, clock: Callable[[], float] = time.time) -> None:
        self.storage = storage
        self._clock = clock

    def place(self, intent_id: str = "") -> str:
        """Return where the journal is kept, or one of its entries, for messages."""
        return self.storage.place(NAMESPACE, entry_name(intent_id) if intent_id else "")

    def intent(self, api_url: str, endpoint: str, key: str, key_fingerprint: str) -> Intent:
        """Return an intent that is opened now; it is not written yet."""
        return Intent(api_url, endpoint, key, self._clock(), key_fingerprint)

    def read(self, intent: Intent) -> Intent | None:
        """Return the recorded intent; None when nothing is recorded.

        Raises:
            ToolkitError: ``journal_unusable``.
        """
        return self.read_id(intent.id)

    def read_id(self, intent_id: str) -> Intent | None:
        """Return the intent that is recorded under an id; None when nothing is.

        Raises:
            ToolkitError: ``journal_unusable``.
        """
        name = entry_name(intent_id)
        try:
            self._check_entry(name)
            return intent_in(self.storage.get(NAMESPACE, name), name)
        except (OSError, ValueError) as error:
            raise self._unusable(name, error) from error

    def write(self, intent: Intent, **changed: Any) -> Intent:
        """Write the intent with these changes durably before returning.

        Any new record ends a person's wish to order again, because the wish was based on the earlier state.

        Raises:
            ToolkitError: ``journal_unusable``.
        """
        intent = intent._replace(**{"resend": False, **changed})
        name = entry_name(intent.id)
        try:
            self._check_place()
            self.storage.put(NAMESPACE, name, json_content({"format": FORMAT, **intent._asdict()}), durable=True)
        except OSError as error:
            raise self._unusable(name, error) from error
        return intent

    def close(self, intent: Intent) -> None:
        """Record that the intent has ended."""
        self.write(intent, closed_at=self._clock())

    @contextmanager
    def lock(self, intent: Intent, *, timeout: float) -> Iterator[bool]:
        """Hold the lock that a process needs to order this; remove records that were closed long ago.

        Args:
            intent: the order.
            timeout: how long to wait for another process that holds the lock, in seconds.

        Yields:
            whether another process held the lock.

        Raises:
            ToolkitError: ``journal_unusable``, or ``locked`` when the other process did not release the lock in time.
        """
        name = entry_name(intent.id)
        try:
            self._check_place()
            self._check_entry(lock_name(name))
            names = self.storage.list_names(NAMESPACE)
            self._forget_closed(names)
            lock = self.storage.lock(NAMESPACE, lock_name(name), timeout=timeout)
            waited = lock.__enter__()
        except LockTimeout as error:
            raise ToolkitError(
                "locked",
                f"{intent.endpoint} for {intent.key}: another process on this machine is ordering it, and was not "
                f"done within {timeout:.0f} s.",
                hint="Run the task again: it takes over what the other one got.",
            ) from error
        except OSError as error:
            raise self._unusable(name, error) from error
        try:
            self._adopt_other_spelling(intent, names)
            yield waited
        finally:
            lock.__exit__(None, None, None)

    def _check_place(self) -> None:
        """Make sure that no other user can change the journal. If so, what is created there stays as it was created.

        Raises:
            JournalUnusable: others can change it.
            OSError: it can't be inspected.
        """
        findings = self.storage.findings(NAMESPACE)
        if findings:
            raise untrusted(findings)

    def _check_entry(self, name: str) -> None:
        """Make sure that no other user can have written the entry.

        Raises:
            JournalUnusable: others can have written it.
            OSError: it can't be inspected.
        """
        findings = self.storage.findings(NAMESPACE, name)
        if findings:
            raise untrusted(findings)

    def _unusable(self, name: str, error: Exception) -> JournalUnusable:
        return unusable(self.storage.place(NAMESPACE, name), error, never_used=self._is_unused())

    def _is_unused(self) -> bool:
        """Return whether certainly no order was ever recorded here."""
        try:
            return not any(name.endswith((".json", ".tmp")) for name in self.storage.list_names(NAMESPACE))
        except NotADirectoryError:
            return True
        except OSError:
            return False

    def entry_id(self, intent: Intent) -> str:
        """Return the id under which the intent is recorded, which an earlier version made from another spelling.

        Raises:
            ToolkitError: ``journal_unusable``.
        """
        try:
            names = self.storage.list_names(NAMESPACE)
        except OSError as error:
            raise self._unusable("", error) from error
        other = self._other_spelling(intent, names)
        return other.id if other else intent.id

    def _adopt_other_spelling(self, intent: Intent, names: Iterable[str]) -> None:
        """Rename an entry that an earlier version recorded under another spelling of the address.

        Raises:
            ToolkitError: ``journal_unusable``.
        """
        other = self._other_spelling(intent, names)
        if other is None:
            return
        self.write(other, api_url=intent.api_url, key=intent.key, resend=other.resend)
        # A process that is killed before this leaves two entries, of which the first one counts.
        for name in (entry_name(other.id), lock_name(entry_name(other.id))):
            with suppress(OSError):
                self.storage.remove(NAMESPACE, name)

    def _other_spelling(self, intent: Intent, names: Iterable[str]) -> Intent | None:
        """Return the open entry of the same order under another spelling of its address or its key; None without one.

        Earlier versions recorded databases under their names as written; now their case does not matter.

        Args:
            intent: the order; if it has an entry already, no other is read.
            names: the names in the journal.
        """
        try:
            if self.storage.get(NAMESPACE, entry_name(intent.id)) is not None:
                return None
        except OSError:
            # Whatever it is, it exists.
            return None
        for name in sorted(name for name in names if name.endswith(".json")):
            with suppress(OSError, ValueError, ToolkitError):
                self._check_entry(name)
                known = intent_in(self.storage.get(NAMESPACE, name), name)
                if (
                    known is not None
                    and known.is_open
                    and known.endpoint == intent.endpoint
                    and known.key.casefold() == intent.key.casefold()
                    and api_address({"api_url": known.api_url}) == intent.api_url
                ):
                    return known
        return None

    def _forget_closed(self, names: dict[str, float]) -> None:
        """Remove the entries that were closed long ago.

        Args:
            names: the names in the journal, each with the time when it was last written.
        """
        horizon = self._clock() - KEEP_CLOSED
        for name, written_at in names.items():
            if not name.endswith(".json") or written_at > horizon:
                continue
            # Only the holder of a lock may remove it: otherwise others would hold a new lock of that name.
            with suppress(LockTimeout, OSError, ValueError), self.storage.lock(NAMESPACE, lock_name(name), timeout=0):
                known = intent_in(self.storage.get(NAMESPACE, name), name)
                if known is None or (known.closed_at is not None and known.closed_at < horizon):
                    self.storage.remove(NAMESPACE, name)
                    self.storage.remove(NAMESPACE, lock_name(name))


def lock_name(name: str) -> str:
    """Return the name of the lock that a process needs to order what an entry of this name records."""
    return name + ".lock"


def unusable(path: str, error: Exception, *, never_used: bool = False) -> JournalUnusable:
    """Return the error for a journal that can't be read or written, so that nothing was ordered.

    Args:
        path: the entry, or the journal.
        error: what is wrong with it.
        never_used: whether certainly no order was ever recorded there, so that another folder loses none.
    """
    if never_used:
        first = "Make it readable and writable for this user, or name another folder with state_dir "
        first += "(RESELLER_STATE_DIR)."
    else:
        first = "Make it readable and writable for this user. Do not use another state_dir before: an order that is "
        first += "noted here could be sent again."
    return JournalUnusable(
        f"{path}: {error}",
        f"The journal of orders can't be used, so nothing was ordered: {path}: {error}.",
        hint=f"{first} The module reseller_journal_info shows what is in it. A damaged file is removed by "
        "reseller_journal with state: forgotten; look into the control panel first whether it was ordered.",
    )


def untrusted(findings: list[Finding]) -> JournalUnusable:
    """Return the error for a journal that others can change, so that nothing was ordered."""
    told = "; ".join(map(str, findings))
    hint = f"Run: {' && '.join(finding.repair for finding in findings)}"
    if all(finding.by_group for finding in findings):
        hint += ". If all members of that group are trusted, set state_dir_group: true (RESELLER_STATE_DIR_GROUP)."
    return JournalUnusable(
        told, f"The journal of orders can be changed by others, so nothing was ordered: {told}.", hint=hint
    )


def accepted_but_not_noted(what: str, location: str | None, error: JournalUnusable) -> JournalUnusable:
    """Return the error for an order that the API accepted while the journal can no longer be written.

    Args:
        what: the order, as the message's subject.
        location: the path that the response named, if any.
        error: what is wrong with the journal.
    """
    job_id = job_id_in(location)
    named = ", ".join(filter(None, (job_id and f"job {job_id}", location)))
    return JournalUnusable(
        error.reason,
        f"{what} was accepted{f' ({named})' if named else ''}, but the journal can't be written: {error.reason}.",
        hint="Make room on the disk or repair the folder, and run the task again with the same state_dir: it finds the "
        "open order and orders nothing. Do not use another state_dir before, the order could be sent again.",
        changed=True,
        job=Job(job_id, "ongoing").as_result() if job_id else None,
        location=location,
    )


def not_closed(intent: Intent, error: JournalUnusable) -> str:
    """Return the warning for an intent that ended while the journal can't be written."""
    return (
        f"{intent.endpoint} for {intent.key} stays noted as open, because the journal can't be written: "
        f"{error.reason}. The next run settles it. Do not use another state_dir before."
    )
