# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files whose content a service makes for money: PDFs, screenshots, extracted data.

Private to the collection; names no service. A file is replaced as a whole, and only when its content differs. What was
made last, from which options and when, is remembered, so that a young file is kept without a call. A call is noted
before it is sent: if its outcome remains unknown, another run does not spend money on it again by itself.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import LONGEST_TIME, absolute, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.new_files import check_new_file
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.atomic_files import write_file
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import OutcomeUnknown, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import (
    LockTimeout,
    fingerprint,
    json_content,
    json_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: Where it is remembered how files were made.
NAMESPACE = "artifacts"
#: The version of the entries' format.
FORMAT = 1
#: How long to wait for another run that is making the same file, in seconds.
LOCK_TIMEOUT = 300.0
#: The permissions of a new file.
NEW_MODE = 0o644
RESEND_HINT = (
    "Check the credits in the service's dashboard. To send it again, and perhaps pay again, run with on_doubt: resend."
)
#: What differs between two PDFs of the same page (ISO 32000-1, 14.3.3 and 14.4): the times, and the identifiers.
_PDF_TIMES = re.compile(rb"/(?:CreationDate|ModDate)\s*(\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>)")
_PDF_ID = re.compile(rb"/ID\s*(\[\s*(?:\((?:[^()\\]|\\.)*\)|<[0-9A-Fa-f\s]*>|\s)*\])")


def artifact_options() -> dict[str, dict[str, Any]]:
    """Return the options of modules that make files; their documentation is in ``doc_fragments/artifact.py``."""
    return {
        "dest": {"type": "path", "required": True},
        "max_age": {"type": "float", "default": 0},
        "on_doubt": {"type": "str", "choices": ["fail", "resend"], "default": "fail"},
    }


class PaidContent(NamedTuple):
    """A content that a service makes for money.

    Attributes:
        call: the method and the path, for messages.
        options: what the content depends on, with the address of the service; anything that JSON can hold.
        make: makes it, for money. It raises `OutcomeUnknown` if nobody knows whether that happened.
        comparable: returns the part of a content that two contents of the same things have in common.
    """

    call: str
    options: Any
    make: Callable[[], bytes]
    comparable: Callable[[bytes], bytes] = bytes


class Remembered(NamedTuple):
    """What is known of a file from earlier runs.

    Attributes:
        options: the fingerprint of what it was made from; an empty text if it was never made.
        made_at: the unix time when it was made.
        sha256: the hash of the file.
        doubt_options: the fingerprint of what a call without a known outcome was to make; an empty text without one.
        doubt_at: the unix time when that call was sent.
    """

    options: str = ""
    made_at: float = 0.0
    sha256: str = ""
    doubt_options: str = ""
    doubt_at: float = 0.0


def ensure_artifact(task: Task, storage: Storage, paid: PaidContent) -> dict[str, Any]:
    """Make a file, unless a young one of the same options exists, and return the result of the task.

    Raises:
        ToolkitError: ``invalid_option``, ``outcome_unknown``, ``state_unusable``, ``locked``, ``file``; what
            `PaidContent.make` raises.
    """
    params = task.params
    path = _checked_path(task)
    if isinstance(params["max_age"], bool) or not 0 <= params["max_age"] <= LONGEST_TIME:
        raise invalid("max_age", f"it must be 0 to {LONGEST_TIME} s, and is {params['max_age']:g}.")
    memory = _Memory(storage, path)
    options = fingerprint(json.dumps(paid.options, sort_keys=True))
    if task.check_mode:
        return _predicted(task, memory, paid, options, path)
    with memory.locked():
        known = memory.read()
        if _is_young(known, options, path, params["max_age"]):
            return _result(path, changed=False, called=False)
        _refuse_doubt(known, options, paid, path, params["on_doubt"])
        content = _made(memory, known, options, paid)
        changed = _write(path, content, paid.comparable)
        memory.write(Remembered(options, time.time(), _sha256_of(path)))
    return _result(path, changed=changed, called=True)


def _checked_path(task: Task) -> str:
    """Return the path of the file. In check mode its folder may be missing: another task may create it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    path = str(task.params["dest"])
    folder = os.path.dirname(absolute("dest", path))
    if task.check_mode and not os.path.isdir(folder):
        task.warn(f"dest: the folder {folder} does not exist yet.")
        return path
    return check_new_file("dest", path)


def _predicted(task: Task, memory: _Memory, paid: PaidContent, options: str, path: str) -> dict[str, Any]:
    """Return the result in check mode, which calls nothing that costs."""
    known = memory.read()
    if _is_young(known, options, path, task.params["max_age"]):
        return _result(path, changed=False, called=False)
    _refuse_doubt(known, options, paid, path, task.params["on_doubt"])
    task.warn(f"{paid.call} was not called in check mode, as it costs credits. Whether {path} changes is unknown.")
    return {"changed": True, "called": False, "path": path}


def _is_young(known: Remembered, options: str, path: str, max_age: float) -> bool:
    """Return whether the file is still what was made from the same options, less than so many seconds ago."""
    # A time in the future comes from a clock that was set back.
    age = max(0.0, time.time() - known.made_at)
    return known.options == options and age < max_age and _sha256_of(path) == known.sha256


def _refuse_doubt(known: Remembered, options: str, paid: PaidContent, path: str, on_doubt: str) -> None:
    """Refuse to repeat a call whose outcome is unknown.

    Raises:
        ToolkitError: ``outcome_unknown``.
    """
    if known.doubt_options == options and on_doubt == "fail":
        at = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(known.doubt_at))
        message = f"{paid.call} for {path} was sent at {at}, and its outcome is unknown: it may have cost credits."
        raise ToolkitError("outcome_unknown", message, hint=RESEND_HINT)


def _made(memory: _Memory, known: Remembered, options: str, paid: PaidContent) -> bytes:
    """Call the service, and note before that it is called."""
    memory.write(known._replace(doubt_options=options, doubt_at=time.time()), durable=True)
    try:
        content = paid.make()
    except OutcomeUnknown as error:
        error.hint = RESEND_HINT
        raise
    except ToolkitError:
        # Nothing was made.
        memory.write(known)
        raise
    memory.write(known._replace(doubt_options="", doubt_at=0.0))
    return content


def _write(path: str, content: bytes, comparable: Callable[[bytes], bytes]) -> bool:
    """Write a file if its content differs; return whether it did.

    Raises:
        ToolkitError: ``file``.
    """
    try:
        mode = NEW_MODE
        if os.path.exists(path):
            with open(path, "rb") as file:
                mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
                if comparable(file.read()) == comparable(content):
                    return False
        write_file(path, content, durable=False, mode=mode)
    except OSError as error:
        raise ToolkitError("file", f"dest: {path} can't be written: {error}.", hint="Check the path.") from error
    return True


def _sha256_of(path: str) -> str:
    """Return the hash of a file in hexadecimal digits; an empty text if it can't be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""


def _result(path: str, *, changed: bool, called: bool) -> dict[str, Any]:
    size = os.path.getsize(path)
    return {"changed": changed, "called": called, "path": path, "size": size, "sha256": _sha256_of(path)}


def without_times(pdf: bytes) -> bytes:
    """Return a PDF with the values of CreationDate, ModDate and ID blanked: the rest is the same for the same page."""
    for pattern in (_PDF_TIMES, _PDF_ID):
        pdf = pattern.sub(_blanked, pdf)
    return pdf


def _blanked(match: re.Match[bytes]) -> bytes:
    return match[0][: match.start(1) - match.start()] + b" " * len(match[1])


class _Memory:
    """What is remembered of one file.

    All methods raise `ToolkitError` (``state_unusable``) if the storage can't be used, because a call that was
    forgotten could be paid for twice.
    """

    def __init__(self, storage: Storage, path: str) -> None:
        self._storage = storage
        self._path = path
        self._name = f"{fingerprint(path)}.json"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep other runs from making the same file in the meantime."""
        with self._using():
            lock = self._storage.lock(NAMESPACE, f"{self._name}.lock", timeout=LOCK_TIMEOUT)
            try:
                lock.__enter__()
            except LockTimeout as error:
                message = f"Another run has been making {self._path} for more than {LOCK_TIMEOUT:.0f} s."
                raise ToolkitError("locked", message, hint="Run the task again.") from error
        try:
            yield
        finally:
            lock.__exit__(None, None, None)

    def read(self) -> Remembered:
        """Return what is remembered."""
        with self._using():
            stored = json_in(self._storage.get(NAMESPACE, self._name))
            if stored is None:
                return Remembered()
            if not isinstance(stored, dict) or stored.pop("format", None) != FORMAT:
                raise ValueError("it has a format that this version does not know")
            try:
                return Remembered(**stored)
            except TypeError as error:
                raise ValueError("it has a format that this version does not know") from error

    def write(self, known: Remembered, *, durable: bool = False) -> None:
        """Store what to remember."""
        with self._using():
            content = json_content({"format": FORMAT, **known._asdict()})
            self._storage.put(NAMESPACE, self._name, content, durable=durable)

    @contextmanager
    def _using(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError) as error:
            raise ToolkitError(
                "state_unusable",
                f"What was made can't be remembered in {self._storage.place(NAMESPACE, self._name)} "
                f"({error}), so a call could be paid for twice.",
                hint="Repair it, or name another folder with state_dir.",
            ) from error
