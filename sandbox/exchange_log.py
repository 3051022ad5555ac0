# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The exchange log: every request with its response, one JSON object a line, secrets masked."""

from __future__ import annotations

import contextlib
import json
import re
from base64 import b64decode, b64encode
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, unquote_plus

from sandbox.call import Call, Response

MASK = "***"
_SECRET_PROPERTIES = frozenset(
    {
        "password",
        "ftp_password",
        "passwords",
        "videopasswords",
        "auth_code",
        "jirajwttoken",
        "access_token",
        "refresh_token",
        "client_secret",
        "currentpassword",
        "otptoken",
        "requesttoken",
        "feedtoken",
        "registrationtoken",
        "runnertoken",
        "jobtoken",
        "streamkey",
        "initialcookies",
        # ConfigCat: signing keys of webhooks, and parameters of integrations.
        *("key1", "key2", "apikey", "secretkey", "serviceaccountsecret", "writekey", "incoming_webhook.url"),
        *("pubkey", "subkey"),
    }
)
_SECRET_PARAMETERS = frozenset({"password", "api_key", "apikey", "access_token", "refresh_token", "client_secret"})
_SECRET_HEADERS = frozenset({"x-configcat-sdkkey", "x-peertube-otp", "x-peertube-video-password"})
#: Response headers that repeat nothing of the request, whatever its secrets are.
_OWN_HEADERS = frozenset({"content-type"})
_FORM = re.compile(r"[^\s=&{}\[\]\"]+=[^\s=&]*(&[^\s=&]+=[^\s=&]*)+")
#: A secret field of a form with files, and its value.
_SECRET_FIELD = re.compile(r'(?is)(name="(?:password|videoPasswords(?:\[\d*\])?)"\r\n\r\n)(.*?)(?=\r\n--)')
_SHORTEST_SECRET = 6
_REMEMBERED = 30
_CUT_STRING = re.compile(
    rf'"({"|".join(map(re.escape, sorted(_SECRET_PROPERTIES)))})"\s*:\s*("(?:[^"\\]|\\.)*"?|[^,}}\s]+)', re.IGNORECASE
)


class ExchangeLog:
    """Appends to a file, if one is given, flushed after each line; and keeps a summary of the last exchanges."""

    def __init__(self, file: Path | None) -> None:
        self.recent: deque[dict[str, Any]] = deque(maxlen=_REMEMBERED)
        """Summaries of the last exchanges, the latest first."""
        self._file = None
        if file is not None:
            file.parent.mkdir(parents=True, exist_ok=True)
            self._file = file.open("a", encoding="utf-8")

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()

    def write(self, call: Call, response: Response | None, *, fault: str | None = None) -> None:
        """Log an exchange; ``response`` is None if no byte of it was sent, ``fault`` names the fault that applied."""
        at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        query = mask_query(call.query)
        target = f"{call.raw_path}?{query}" if query else call.raw_path
        status = response.status if response else None
        self.recent.appendleft({"at": at, "method": call.method, "target": target, "status": status, "fault": fault})
        if self._file is None:
            return
        # An error may repeat the value that it is about.
        secrets = _secrets_in(call)
        entry: dict[str, Any] = {
            "method": call.method,
            "path": call.raw_path,
            "query": query,
            "request_headers": {name: _mask_header(name, value) for name, value in call.headers},
            "request_body": mask_body(call.body),
            "status": status,
            "response_headers": {
                name.lower(): value if name.lower() in _OWN_HEADERS else _mask_texts(_mask_header(name, value), secrets)
                for name, value in response.headers
            }
            if response
            else {},
            "response_body": _mask_texts(mask_body(response.body), secrets) if response else "",
            "at": at,
        }
        if fault is not None:
            entry["fault"] = fault
        if call.unusual:
            entry["unusual"] = call.unusual
        self._file.write(json.dumps(entry) + "\n")
        self._file.flush()


def _secrets_in(call: Call) -> list[str]:
    """Return the secrets of a request in all forms in which its response may repeat them, the longest first."""
    pairs = [pair.partition("=") for pair in call.query.split("&")]
    values = {unquote_plus(value) for name, _equals, value in pairs if unquote_plus(name).lower() in _SECRET_PARAMETERS}
    values |= {value for _name, value in _SECRET_FIELD.findall(call.body.decode("utf-8", "replace"))}
    with contextlib.suppress(ValueError, RecursionError):
        values |= set(_secret_values(json.loads(call.body)))
    forms = set()
    for value in values:
        # Shorter ones would match parts of ordinary words.
        if len(value) >= _SHORTEST_SECRET:
            escaped = {json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1]}
            encoded = {quote(value, safe=""), quote(value), quote_plus(value), b64encode(value.encode()).decode()}
            forms |= {value} | escaped | {json.dumps(text)[1:-1] for text in escaped} | encoded
    return sorted(forms, key=len, reverse=True)


def _mask_texts(text: str, secrets: list[str]) -> str:
    for secret in secrets:
        text = text.replace(secret, MASK)
    return text


def _secret_values(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, inner in value.items():
            if _is_secret(value, name) and isinstance(inner, str):
                yield inner
            else:
                yield from _secret_values(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _secret_values(inner)


def _is_secret(item: dict[str, Any], name: str) -> bool:
    """Return whether a property is a secret by its name, or the value of a header that is marked as one."""
    return name.lower() in _SECRET_PROPERTIES or (name == "value" and item.get("isSecure") is True)


def mask_query(query: str) -> str:
    """Return the query with the values of secret parameters masked and everything else as sent."""
    return "&".join(_mask_pair(pair) for pair in query.split("&"))


def _mask_pair(pair: str) -> str:
    name, equals, _value = pair.partition("=")
    return f"{name}={MASK}" if equals and unquote_plus(name).lower() in _SECRET_PARAMETERS else pair


def _mask_header(name: str, value: str) -> str:
    if name.lower() in _SECRET_HEADERS:
        return MASK
    if name.lower() in ("authorization", "proxy-authorization"):
        scheme, _space, rest = value.partition(" ")
        shown = _SHOWN_CREDENTIALS.get(scheme.lower())
        return f"{scheme} {shown(rest)}" if shown else MASK
    if name.lower() == "location":
        path, mark, query = value.partition("?")
        return path + mark + mask_query(query)
    return value


def _key(credentials: str) -> str:
    return credentials.partition(":")[0]


def _user(credentials: str) -> str:
    """Return the user of Basic credentials (RFC 7617)."""
    try:
        return _key(b64decode(credentials, validate=True).decode())
    except ValueError:
        return MASK


_SHOWN_CREDENTIALS = {"hmac": _key, "basic": _user}
"""The visible part of the credentials of each scheme."""


def mask_body(body: bytes) -> str:
    """Return the body as text with secret properties masked, at any depth; binary content becomes a placeholder."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        return f"<{len(body)} bytes>"
    if not text:
        return ""
    text = _SECRET_FIELD.sub(rf"\1{MASK}", text)
    if _FORM.fullmatch(text):
        return mask_query(text)
    try:
        parsed = json.loads(text)
        masked = _mask_value(parsed)
    except (ValueError, RecursionError):
        # Truncated, malformed or endlessly nested JSON can contain a secret too.
        return _CUT_STRING.sub(rf'"\1": "{MASK}"', text)
    return text if masked == parsed else json.dumps(masked, ensure_ascii=False)


def _mask_value(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: MASK if _is_secret(value, name) else _mask_value(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_mask_value(inner) for inner in value]
    return value
