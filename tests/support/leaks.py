# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Search for leaked secrets, in every form in which text, a URL, JSON or base64 can contain them."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, quote_plus

#: The time between two inspections of the running processes, in seconds.
LOOK_INTERVAL = 0.03


def usual_forms(secret: str) -> set[str]:
    """Return the forms in which text can repeat a secret: verbatim, escaped for JSON, percent-encoded, in base64."""
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    percent = {quote(secret, safe=""), quote(secret), quote_plus(secret)}
    return {secret, *escaped, *percent, base64.b64encode(secret.encode()).decode()}


def forms_of(secret: str) -> set[bytes]:
    """Return all forms that count as the secret: the usual ones, those inside JSON, and parts of base64."""
    usual = usual_forms(secret)
    forms = usual | {json.dumps(text)[1:-1] for text in usual}
    return {text.encode() for text in forms} | set(_in_base64(secret.encode()))


def _in_base64(secret: bytes) -> Iterator[bytes]:
    """Return the base64 of a secret at any offset in a longer text, without the characters that depend on the rest."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + secret)
        after = (before + len(secret)) % 3
        yield encoded[(0, 2, 3)[before] : len(encoded) - (0, 3, 2)[after]]


def leaks(secrets: Mapping[str, str], texts: Mapping[str, bytes]) -> list[str]:
    """Return which secret was found where.

    Args:
        secrets: the secrets by the names to report.
        texts: the texts to search, by name.
    """
    forms = {name: forms_of(secret) for name, secret in secrets.items()}
    return [
        f"{name} is in {where}"
        for name, searched in forms.items()
        for where, text in texts.items()
        if any(form in text for form in searched)
    ]


def files_in(*folders: Path) -> dict[str, bytes]:
    """Return all files below folders, except files that disappear while this runs."""
    found = {}
    for path in (path for folder in folders for path in folder.rglob("*")):
        try:
            if path.is_file():
                found[str(path)] = path.read_bytes()
        except FileNotFoundError:
            continue
    return found


class Watch:
    """Collects, while it is entered, the command lines of all processes and the contents of files in folders.

    Args:
        folders: the folders to watch.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self.seen: dict[str, bytes] = {}
        self._folders = folders
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(LOOK_INTERVAL):
            for line in _command_lines():
                self.seen[f"a command line {line[:60]!r}"] = line
            for name, content in files_in(*self._folders).items():
                # Files are rewritten between two inspections: the earlier content is kept.
                known = self.seen.get(name, b"")
                self.seen[name] = known if content in known else known + content


def _command_lines() -> Iterator[bytes]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                yield (entry / "cmdline").read_bytes()
            except OSError:
                continue
