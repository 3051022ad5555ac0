# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remember what was last set where a service takes a setting and never tells it.

Private to the collection; names no service. Not the values are kept but hashes of them, keyed with a random secret
that is made once for the state folder: who reads a copy of the hashes alone can't even guess a value. Nothing here is
needed for a write to be right; it only saves setting again what was set.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Callable
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import (
    LockTimeout,
    locked,
    private_dir,
    read_json,
    write_file,
    write_json,
)

#: The version of the files' format.
FORMAT = 1
#: The name of the file with the secret that keys the hashes.
SECRET = "key"
#: How long to wait for another process that is writing, in seconds.
LOCK_TIMEOUT = 10.0
#: Stands for a value that was about to be set, and of which nobody knows whether it was.
DOUBTFUL = "doubtful"


class Remembered:
    """The last values of one object's settings, for one user on one machine.

    A folder that can't be used is warned of once, and nothing is remembered then.

    Args:
        state_dir: the folder under which they lie.
        scope: which object of which service.
        warn: tells the user.
        durable: whether what is remembered must outlive a crash of the machine.
    """

    def __init__(self, state_dir: str, scope: str, warn: Callable[[str], None], *, durable: bool = False) -> None:
        self._folder = os.path.join(state_dir, "remembered")
        self._path = os.path.join(self._folder, hashlib.sha256(scope.encode()).hexdigest()[:16] + ".json")
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
        """Whether anything was ever set from here, or tried to."""
        return setting in self._known

    def is_last(self, setting: str, value: Any) -> bool:
        """Whether this value was the last one that was set from here."""
        return self._secret is not None and hmac.compare_digest(
            self._known.get(setting, ""), self._hash(self._secret, setting, value)
        )

    def set(self, setting: str, value: Any, write: Callable[[], object]) -> None:
        """Set a value and remember it; if the write fails it is remembered that the value is in doubt.

        Args:
            setting: what is set.
            value: to what; anything that JSON can hold.
            write: sets it.
        """
        self._keep(setting, None)
        write()
        self._keep(setting, value)

    def _keep(self, setting: str, value: Any) -> None:
        try:
            private_dir(self._folder)
            with locked(os.path.join(self._folder, "lock"), timeout=LOCK_TIMEOUT):
                self._secret = self._secret or self._read_secret() or self._make_secret()
                known = DOUBTFUL if value is None else self._hash(self._secret, setting, value)
                self._known = {**self._read(), setting: known}
                write_json(self._path, {"format": FORMAT, "settings": self._known}, durable=self._durable)
        except (OSError, ValueError, LockTimeout) as error:
            self._useless(error)

    def _hash(self, secret: bytes, setting: str, value: Any) -> str:
        content = json.dumps([self._scope, setting, value], sort_keys=True).encode()
        return hmac.new(secret, content, hashlib.sha256).hexdigest()

    def _read(self) -> dict[str, str]:
        stored = read_json(self._path)
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
        try:
            with open(os.path.join(self._folder, SECRET), "rb") as file:
                return file.read() or None
        except FileNotFoundError:
            return None

    def _make_secret(self) -> bytes:
        made = secrets.token_hex(32).encode()
        write_file(os.path.join(self._folder, SECRET), made, durable=True)
        return made

    def _useless(self, error: Exception) -> None:
        self._warn(
            f"What is set can't be remembered in {self._path} ({error}). So what the API never tells is set each time. "
            "Name another folder with state_dir."
        )
