# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The journal of orders as people see it: its entries, what comes next, and settling one entry by hand.

Private to the collection. Tasks that order do not use this module: they read one intent whose identity they know. This
module reads whatever the journal holds, no matter who wrote it, so it neither trusts nor skips any entry.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.intents import Intent
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import job_id_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal, lock_name, unusable
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal_entries import intent_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order_ids import NAMESPACE, entry_name
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.raw import is_hash
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import LockTimeout
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The form of an entry's id.
ID = r"[0-9a-f]{16}"


@dataclass(frozen=True)
class UnreadableEntry:
    """An entry of the journal, or the journal itself, that can't be read or trusted.

    Attributes:
        id: the entry's id; None if no task uses an entry of this name.
        path: its path.
        why: what is wrong with it.
    """

    id: str | None
    path: str
    why: str

    def as_result(self) -> dict[str, Any]:
        """Return it in the form of a module's result. A file's name need not be text."""
        return {"id": self.id, "path": os.fsencode(self.path).decode("utf-8", "replace"), "why": self.why}


def read_entries(journal: Journal) -> tuple[list[Intent], list[UnreadableEntry]]:
    """Return all entries of the journal, the oldest first, and those that can't be read.

    Raises:
        ToolkitError: ``journal_unusable``, when its folder can't be read.
    """
    try:
        names = journal.storage.list_names(NAMESPACE)
        findings = journal.storage.findings(NAMESPACE) if names else []
    except OSError as error:
        raise unusable(journal.place(), error) from error
    unreadable = [
        UnreadableEntry(None, finding.path, f"{finding.why}, so nothing can be ordered; run: {finding.repair}")
        for finding in findings
    ]
    intents = []
    for name in sorted(names):
        entry = read_entry(journal, name) if name.endswith(".json") else None
        if isinstance(entry, Intent):
            intents.append(entry)
        elif entry is not None:
            unreadable.append(entry)
    return sorted(intents, key=lambda intent: intent.opened_at), unreadable


def read_entry(journal: Journal, name: str) -> Intent | UnreadableEntry | None:
    """Return an entry; None when it does not exist.

    Args:
        journal: the journal that holds it.
        name: its name.
    """
    stem = name[: -len(".json")]
    entry_id = stem if re.fullmatch(ID, stem) else None
    path = journal.storage.place(NAMESPACE, name)
    try:
        intent = intent_in(journal.storage.get(NAMESPACE, name), name)
        findings = journal.storage.findings(NAMESPACE, name)
    except (OSError, ValueError) as error:
        return UnreadableEntry(entry_id, path, str(error))
    if intent is not None and findings:
        what = f"{findings[0].why}: {intent.endpoint} for {intent.key}, opened {intent.opened}"
        return UnreadableEntry(entry_id, path, what)
    return intent


def as_entry(intent: Intent) -> dict[str, Any]:
    """Return the intent in the form of a module's result."""
    return {
        "id": intent.id,
        "api_url": intent.api_url,
        "endpoint": intent.endpoint,
        "key": intent.key,
        "opened": intent.opened,
        "location": intent.location,
        "job_id": job_id_in(intent.location),
        "answered": intent.answered,
        "verified": intent.verified,
        "gone": intent.gone,
        "resend": intent.resend,
        "closed": intent.closed,
        "key_fingerprint": intent.key_fingerprint,
        "next_step": next_step(intent),
    }


def next_step(intent: Intent) -> str:
    """Return what the next run of its task does, or what a person must do first, in one or two sentences."""
    again = "to order it again, and pay again, use on_doubt: resend there, or state: resend of reseller_journal."
    raw = "reseller_api sends the same order again only with force: true."
    if not intent.is_open:
        return "Nothing to do: it came to its end, and a task orders again only what it does not find."
    if is_raw(intent):
        if intent.resend:
            return "Run the task again: reseller_api sends the call again."
        return "reseller_api does not make this call again; to make it again, and pay again, use force: true there."
    if intent.resend:
        return (
            "Run the task again: it looks again, and orders what it does not find. reseller_api resends the same order "
            "without looking."
        )
    if intent.gone:
        return f"It ended without what was ordered: find out why in the control panel; {again} {raw}"
    job_id = job_id_in(intent.location)
    if job_id:
        return f"Run the task again: it follows job {job_id}, and orders nothing unless that job was cancelled. {raw}"
    if is_accepted(intent):
        return f"The order was accepted. Run the task again: it continues from there, and orders nothing. {raw}"
    return (
        "Its answer was never seen. Run the task again: it looks, and orders nothing. If it finds nothing, look into "
        f"the control panel; {again} {raw}"
    )


def is_raw(intent: Intent) -> bool:
    """Return whether an intent is a call of ``reseller_api`` that no module continues, so that it stays open."""
    return is_hash(intent.key)


def is_accepted(intent: Intent) -> bool:
    """Return whether the API is known to have accepted the order, and no later failure is known."""
    return (intent.answered or intent.location is not None) and not intent.gone


def settle(task: Task, journal: Journal, entry_id: str, state: str) -> dict[str, Any]:
    """Settle an entry as a person decided, unless in check mode.

    Args:
        task: check mode is taken from it.
        journal: the journal that holds the entry.
        entry_id: its id.
        state: ``forgotten`` to close it, or ``resend`` to order it again.

    Returns:
        the task's result.

    Raises:
        ToolkitError: ``locked``, ``journal_unusable``, and for ``resend`` ``not_found`` and ``order_accepted``.
    """
    name = entry_name(entry_id)
    with _entry_lock(journal, name, check_mode=task.check_mode):
        entry = read_entry(journal, name)
        settled = _forget if state == "forgotten" else _permit_resend
        return settled(task, journal, entry, entry_id)


def _forget(task: Task, journal: Journal, entry: Intent | UnreadableEntry | None, entry_id: str) -> dict[str, Any]:
    """Allow a later task to order: close an intent, or remove an entry that holds none."""
    if isinstance(entry, Intent):
        intent = entry
        current = as_entry(intent) if intent.is_open else None
        return converge(task, "entry", current=current, wanted=None, delete=lambda _entry: journal.close(intent))
    current = entry.as_result() if entry else None
    return converge(task, "entry", current=current, wanted=None, delete=lambda _entry: _remove(journal, entry_id))


def _permit_resend(
    task: Task, journal: Journal, entry: Intent | UnreadableEntry | None, entry_id: str
) -> dict[str, Any]:
    """Record that the next run orders again if it does not find the thing."""
    if entry is None:
        raise ToolkitError(
            "not_found",
            f"There is no entry {entry_id} in {journal.place()}, so nothing stops a task from ordering.",
            hint="reseller_journal_info shows what is there.",
        )
    if isinstance(entry, UnreadableEntry):
        raise unusable(entry.path, ValueError(entry.why))
    intent = entry
    if not intent.is_open:
        # A task orders again what it does not find, even without this entry.
        return {"changed": False, "entry": as_entry(intent), "diff": {"before": {}, "after": {}}}
    if is_accepted(intent) and not is_raw(intent):
        raise ToolkitError(
            "order_accepted",
            f"{intent.endpoint} for {intent.key} of {intent.opened} was accepted, so a task follows it, and would not "
            "send it again.",
            hint="If the control panel shows that nothing comes of it, use state: forgotten.",
        )
    return converge(
        task,
        "entry",
        current=as_entry(intent),
        wanted=as_entry(intent._replace(resend=True)),
        update=lambda _current, _changed: as_entry(journal.write(intent, resend=True)),
    )


def _remove(journal: Journal, entry_id: str) -> None:
    try:
        journal.storage.remove(NAMESPACE, entry_name(entry_id))
    except OSError as error:
        raise unusable(journal.place(entry_id), error) from error


@contextmanager
def _entry_lock(journal: Journal, name: str, *, check_mode: bool) -> Iterator[None]:
    """Prevent other processes from ordering what is in this entry.

    Raises:
        ToolkitError: ``locked``, when a process is ordering it, or ``journal_unusable``.
    """
    place = journal.storage.place(NAMESPACE, name)
    with ExitStack() as held:
        try:
            names = journal.storage.list_names(NAMESPACE)
            # The process that orders creates the lock. Without an entry, or in check mode, this must not create one.
            if lock_name(name) in names or (name in names and not check_mode):
                held.enter_context(journal.storage.lock(NAMESPACE, lock_name(name), timeout=0))
        except LockTimeout as error:
            raise ToolkitError(
                "locked",
                f"A process on this machine is ordering what is in {place} right now, so nothing was settled.",
                hint="Let it come to its end, and see what became of the order, before you settle it.",
            ) from error
        except OSError as error:
            raise unusable(journal.storage.place(NAMESPACE, lock_name(name)), error) from error
        yield
