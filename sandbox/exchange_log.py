# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exchange log: every request with its answer, one JSON object a line, secrets masked."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

from sandbox.call import Answer, Call

MASK = "***"
_SECRET_PROPERTIES = frozenset({"password", "ftp_password", "auth_code"})
_SECRET_PARAMETERS = frozenset({"password", "api_key"})
_CUT_STRING = re.compile(r'"(password|ftp_password|auth_code)"\s*:\s*("(?:[^"\\]|\\.)*"?|[^,}\s]+)')


class ExchangeLog:
    """Appends to one file, flushed after each line. With no file it does nothing."""

    def __init__(self, file: Path | None) -> None:
        self._file = None
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._file = file.open("a", encoding="utf-8")

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()

    def write(self, call: Call, answer: Answer | None, *, fault: str | None = None) -> None:
        """Log an exchange; ``answer`` is None when not one byte of it was sent, ``fault`` is what ended it."""
        if self._file is None:
            return
        entry = {
            "method": call.method,
            "path": call.raw_path,
            "query": mask_query(call.query),
            "request_headers": {name: _mask_header(name, value) for name, value in call.headers},
            "request_body": mask_body(call.body),
            "status": answer.status if answer else None,
            "response_headers": {name.lower(): _mask_header(name, value) for name, value in answer.headers}
            if answer
            else {},
            "response_body": mask_body(answer.body) if answer else "",
            "at": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        }
        if fault is not None:
            entry["fault"] = fault
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()


def mask_query(query: str) -> str:
    """The query with the values of secret parameters masked and everything else as it was sent."""
    return "&".join(_mask_pair(pair) for pair in query.split("&"))


def _mask_pair(pair: str) -> str:
    name, equals, _value = pair.partition("=")
    return f"{name}={MASK}" if equals and unquote_plus(name).lower() in _SECRET_PARAMETERS else pair


def _mask_header(name: str, value: str) -> str:
    if name.lower() in ("authorization", "proxy-authorization"):
        scheme, _space, rest = value.partition(" ")
        return f"{scheme} {rest.partition(':')[0]}" if scheme.lower() == "hmac" else MASK
    if name.lower() == "location":
        path, mark, query = value.partition("?")
        return path + mark + mask_query(query)
    return value


def mask_body(body: bytes) -> str:
    """The body as text with secret properties masked, at any depth; binary content becomes a placeholder."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return f"<{len(body)} bytes>"
    if not text:
        return ""
    try:
        parsed = json.loads(text)
    except ValueError:
        # Cut or malformed JSON can hold a secret too.
        return _CUT_STRING.sub(rf'"\1": "{MASK}"', text)
    masked = _mask_value(parsed)
    return text if masked == parsed else json.dumps(masked, ensure_ascii=False)


def _mask_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            name: MASK if name.lower() in _SECRET_PROPERTIES else _mask_value(inner) for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_mask_value(inner) for inner in value]
    return value
