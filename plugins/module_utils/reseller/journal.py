# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What was ordered and not yet seen finished, so that nothing is ever bought twice.

Private to the collection. One file per intent lies in ``STATE_DIR/journal``, for one user on one machine. It is
written, and forced to the disk, before the order is sent: whatever kills the process afterwards, the next run knows
that an order may be on its way. It never holds a secret.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timezone
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.memory import journal_dir, order_file, order_id
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import (
    LockTimeout,
    locked,
    private_dir,
    read_json,
    write_json,
)

#: The version of the files' format.
FORMAT = 1
#: How long the record of a closed intent is kept, in seconds.
KEEP_CLOSED = 7 * 86400.0
#: Unix time that no clock shows, with years of five digits.
LAST_MOMENT = 253_402_300_800.0


class Intent(NamedTuple):
    """One thing that someone wants to have once.

    The first three attributes are its identity; the API key is not part of it, since keys are replaced.

    Attributes:
        api_url: which API.
        endpoint: the order's method and path, ``POST /accounts``.
        key: the natural key of the thing, such as the account's identifier.
        opened_at: unix time when the order was about to be sent.
        key_fingerprint: stands for the API key that it was sent with; information only.
        location: the path that the answer named, of a job or of the thing itself; None while no answer is known.
        answered: whether a complete answer accepted the order.
        verified: whether the certificate's validation was asked for.
        gone: whether the order ended without its thing, in a way that does not allow to order again unasked.
        closed_at: unix time when the thing was seen, or certainly nothing had been ordered; None while open.
        resend: whether a person wants the next run to order again what it does not find.
    """

    api_url: str
    endpoint: str
    key: str
    opened_at: float
    key_fingerprint: str
    location: str | None = None
    answered: bool = False
    verified: bool = False
    gone: bool = False
    closed_at: float | None = None
    resend: bool = False

    @property
    def is_open(self) -> bool:
        """Whether it is not known to have come to an end."""
        return self.closed_at is None

    def age(self, now: float) -> float:
        """The seconds since the order was about to be sent; 0 if that lies in the future, by a clock that was off.

        Args:
            now: unix time.
        """
        return max(0.0, now - self.opened_at)

    @property
    def opened(self) -> str:
        """When the order was about to be sent, in UTC (ISO 8601)."""
        return _iso(self.opened_at)

    @property
    def closed(self) -> str | None:
        """When it came to its end, in UTC (ISO 8601); None while open."""
        return None if self.closed_at is None else _iso(self.closed_at)

    @property
    def id(self) -> str:
        """The name of its file."""
        return order_id(self.api_url, self.endpoint, self.key)


class Journal:
    """The intents of one user on one machine.

    Attributes:
        folder: where their files are.

    Args:
        state_dir: the folder under which it lies.
        clock: unix time.
    """

    def __init__(self, state_dir: str, *, clock: Callable[[], float] = time.time) -> None:
        self.folder = journal_dir(state_dir)
        self._clock = clock

    def intent(self, api_url: str, endpoint: str, key: str, key_fingerprint: str) -> Intent:
        """An intent as it is opened now; not written yet."""
        return Intent(api_url, endpoint, key, self._clock(), key_fingerprint)

    def read(self, intent: Intent) -> Intent | None:
        """What is known of it, None when nothing is.

        Raises:
            ToolkitError: ``journal_unusable``.
        """
        path = self.path(intent.id)
        try:
            return stored_intent(path)
        except (OSError, ValueError) as error:
            raise unusable(path, error) from error

    def write(self, intent: Intent, **changed: Any) -> Intent:
        """Keep the intent with these changes, for good before this returns.

        The wish to order again ends with whatever is noted next: it was about what was known then.

        Raises:
            ToolkitError: ``journal_unusable``.
        """
        intent = intent._replace(**{"resend": False, **changed})
        path = self.path(intent.id)
        try:
            private_dir(self.folder)
            write_json(path, {"format": FORMAT, **intent._asdict()}, durable=True)
        except OSError as error:
            raise unusable(path, error) from error
        return intent

    def close(self, intent: Intent) -> None:
        """Note that it came to its end."""
        self.write(intent, closed_at=self._clock())

    @contextmanager
    def lock(self, intent: Intent, *, timeout: float) -> Iterator[bool]:
        """Be the only process that orders this; also removes records of intents that were closed long ago.

        Args:
            intent: what to order.
            timeout: how long to wait for the process that is at it, in seconds.

        Yields:
            whether another process was at it.

        Raises:
            ToolkitError: ``journal_unusable``, or ``locked`` when the other process did not come to an end.
        """
        path = self.path(intent.id)
        try:
            private_dir(self.folder)
            self._forget_closed()
            lock = locked(path + ".lock", timeout=timeout)
            waited = lock.__enter__()
        except LockTimeout as error:
            raise ToolkitError(
                "locked",
                f"{intent.endpoint} for {intent.key}: another process on this machine is ordering it, and was not "
                f"done within {timeout:.0f} s.",
                hint="Run the task again: it takes over what the other one got.",
            ) from error
        except OSError as error:
            raise unusable(path, error) from error
        try:
            yield waited
        finally:
            lock.__exit__(None, None, None)

    def _forget_closed(self) -> None:
        horizon = self._clock() - KEEP_CLOSED
        for name in os.listdir(self.folder):
            path = os.path.join(self.folder, name)
            if not name.endswith(".json"):
                continue
            try:
                # Another process may have removed it meanwhile.
                if os.stat(path).st_mtime > horizon:
                    continue
                # Only who holds a lock may remove its file: others would lock another one of that name.
                with locked(path + ".lock", timeout=0):
                    known = stored_intent(path)
                    if known and known.closed_at is not None and known.closed_at < horizon:
                        os.unlink(path)
                        os.unlink(path + ".lock")
            except (LockTimeout, OSError, ValueError):
                continue

    def path(self, intent_id: str) -> str:
        """The file of an intent."""
        return order_file(self.folder, intent_id)


def stored_intent(path: str) -> Intent | None:
    """The intent in a file, None when there is no file.

    Raises:
        OSError: it can't be read.
        ValueError: it was not written by a journal, or by one of another format.
    """
    stored = read_json(path)
    if stored is None:
        return None
    if not isinstance(stored, dict) or stored.get("format") != FORMAT:
        raise ValueError("it has a format that this version does not know")
    try:
        intent = Intent(**{name: value for name, value in stored.items() if name in Intent._fields})
    except TypeError as error:
        raise ValueError("something is missing in it") from error
    _check_types(intent)
    if os.path.basename(path) != intent.id + ".json":
        raise ValueError(f"its name is not that of what it holds, {intent.endpoint} for {intent.key}")
    return intent


def _check_types(intent: Intent) -> None:
    """Refuse values that no journal has written.

    Raises:
        ValueError: there is one.
    """
    texts = [intent.api_url, intent.endpoint, intent.key, intent.key_fingerprint]
    texts += [] if intent.location is None else [intent.location]
    times = [intent.opened_at] + ([] if intent.closed_at is None else [intent.closed_at])
    flags = [intent.answered, intent.verified, intent.gone, intent.resend]
    if not all(isinstance(text, str) and _is_unicode(text) for text in texts):
        raise ValueError("there is something else in it where a text belongs")
    if not all(type(moment) in (int, float) and 0 <= moment < LAST_MOMENT for moment in times):
        raise ValueError("there is something else in it where a time belongs")
    if not all(isinstance(flag, bool) for flag in flags):
        raise ValueError("there is something else in it where a yes or no belongs")


def _is_unicode(text: str) -> bool:
    """Whether it can be written anywhere: JSON can spell halves of characters."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def unusable(path: str, error: Exception) -> ToolkitError:
    """The error for a journal that can't be read or written."""
    return ToolkitError(
        "journal_unusable",
        f"The journal of orders can't be used, so nothing was ordered: {path}: {error}.",
        hint="Make it readable and writable for this user, or name another folder with state_dir (RESELLER_STATE_DIR). "
        "The module reseller_journal_info shows what is in it. A damaged file is removed by reseller_journal with "
        "state: forgotten; look into the control panel first whether it was ordered.",
    )
