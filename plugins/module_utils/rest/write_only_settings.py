# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remember the last value of settings that a service accepts but never returns.

Private to the collection; names no service. Only hashes of the values are kept, keyed with a random secret that is
created once: a copy of the hashes alone does not even allow guessing a value. Writes are correct without this module;
it only avoids setting the same value again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import (
    LockTimeout,
    fingerprint,
    json_content,
    json_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage

#: Where the hashes are stored.
NAMESPACE = "remembered"
#: The version of the entries' format.
FORMAT = 1
#: The name of the entry with the secret that keys the hashes.
SECRET = "key"
#: The name of the lock of all who write.
LOCK = "lock"
#: How long to wait for another process that is writing, in seconds.
LOCK_TIMEOUT = 10.0
#: Stands for a value that was about to be set, while it is unknown whether it was.
DOUBTFUL = "doubtful"


class WriteOnlySettings:
    """The last values of one object's settings, for one user on one machine.

    If the storage can't be used, nothing is remembered, and one warning says so.

    Args:
        storage: where they are stored.
        scope: which object of which service.
        warn: shows a warning to the user.
        durable: whether what is remembered must outlive a crash of the machine.
    """

    def __init__(self, storage: Storage, scope: str, warn: Callable[[str], None], *, durable: bool = False) -> None:
        self._storage = storage
        self._name = fingerprint(scope) + ".json"
        self._scope = scope
        self._warn = warn
        self._durable = durable
        self._secret: bytes | None = None
        self._known: dict[str, str] = {}
        try:
            self._secret = self._read_secret()
            self._known = self._read()
        except (OSError, ValueError) as error:
            self._useless(error)

    def is_known(self, setting: str) -> bool:
        """Return whether anything was ever set from here, or attempted."""
        return setting in self._known

    def is_last(self, setting: str, value: Any) -> bool:
        """Return whether this value was the last one that was set from here."""
        return self._secret is not None and hmac.compare_digest(
            self._known.get(setting, ""), self._hash(self._secret, setting, value)
        )

    def set(self, setting: str, value: Any, write: Callable[[], object]) -> None:
        """Set a value and remember it; if the write fails, remember that the value is in doubt.

        Args:
            setting: what is set.
            value: to what; anything that JSON can hold.
            write: sets it.
        """

        def written() -> Any:
            write()
            return value

        self.set_to_result(setting, written)

    def set_to_result(self, setting: str, write: Callable[[], Any]) -> None:
        """Do the same as `set`, and remember what ``write`` returns: what names the value that was set."""
        self._keep(setting, None)
        self._keep(setting, write())

    def _keep(self, setting: str, value: Any) -> None:
        try:
            with self._storage.lock(NAMESPACE, LOCK, timeout=LOCK_TIMEOUT):
                self._secret = self._secret or self._read_secret() or self._make_secret()
                known = DOUBTFUL if value is None else self._hash(self._secret, setting, value)
                self._known = {**self._read(), setting: known}
                content = json_content({"format": FORMAT, "settings": self._known})
                self._storage.put(NAMESPACE, self._name, content, durable=self._durable)
        except (OSError, ValueError, LockTimeout) as error:
            self._useless(error)

    def _hash(self, secret: bytes, setting: str, value: Any) -> str:
        content = json.dumps([self._scope, setting, value], sort_keys=True).encode()
        return hmac.new(secret, content, hashlib.sha256).hexdigest()

    def _read(self) -> dict[str, str]:
        stored = json_in(self._storage.get(NAMESPACE, self._name))
        if stored is None:
            return {}
        if (
            not isinstance(stored, dict)
            or stored.get("format") != FORMAT
            or not isinstance(stored.get("settings"), dict)
        ):
            raise ValueError("it has a format that this version does not know")
        return {str(setting): str(known) for setting, known in stored["settings"].items()}

    def _read_secret(self) -> bytes | None:
        return self._storage.get(NAMESPACE, SECRET) or None

    def _make_secret(self) -> bytes:
        made = secrets.token_hex(32).encode()
        self._storage.put(NAMESPACE, SECRET, made, durable=True)
        return made

    def _useless(self, error: Exception) -> None:
        place = self._storage.place(NAMESPACE, self._name)
        self._warn(
            f"Settings can't be remembered in {place} ({error}). So those that the API never returns are set each "
            "time. Name another folder with state_dir."
        )
