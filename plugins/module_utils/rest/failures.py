# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What went wrong with a call: told from what `requests` raised, or from an answer that is an error.

Private to the collection. It is loaded when something went wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ConnectionFailed, NoAnswer

try:
    import requests
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
except ImportError:  # reported by whoever runs the module
    pass

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import Service
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Answer

#: The ``kind`` of an error by its HTTP status; what is not here is ``server_error`` or ``unexpected_status``.
KINDS = {
    400: "invalid_request",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    409: "conflict",
    410: "gone",
    422: "invalid_request",
    429: "rate_limited",
}


def failed_attempt(call: str, error: Exception, host: str) -> Exception:
    """What `requests` raised, in our terms: whether anything can have arrived at the server is what matters.

    Args:
        call: for messages: the method and the path.
        error: what was raised.
        host: the server.

    Returns:
        `ConnectionFailed`: certainly nothing was sent; `NoAnswer`: something may have been; what is no failure of
        HTTP is returned as it is.
    """
    causes = list(_causes(error))
    text = _first_words(causes)
    if any(type(cause).__name__ == "SSLCertVerificationError" for cause in causes):
        return ConnectionFailed(
            "tls",
            call,
            f"the certificate of {host} is not trusted: {text}.",
            permanent=True,
            hint="Nothing was sent. Give your own certificate authority with ca_path.",
        )
    if isinstance(error, requests.exceptions.ProxyError) and "Tunnel connection failed" in str(error):
        return ConnectionFailed("proxy", call, f"the proxy refused: {text}.", permanent="407" in text)
    if any(isinstance(cause, (NewConnectionError, ConnectTimeoutError)) for cause in causes):
        return ConnectionFailed("connection", call, f"no connection to {host}: {text}.", permanent=False)
    if isinstance(error, requests.RequestException):
        return NoAnswer(call, f"no complete answer: {text}.")
    return error


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The error and everything that it wraps: as its cause, its context, its arguments or its ``reason``."""
    seen: set[int] = set()
    waiting: list[Any] = [error]
    while waiting:
        cause = waiting.pop(0)
        if not isinstance(cause, BaseException) or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]


def _first_words(causes: list[BaseException]) -> str:
    """The innermost system error's words: the outer ones repeat the URL, whose query may hold a secret."""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and not isinstance(cause, requests.RequestException) and str(cause):
            return str(cause.strerror or cause.args[0])
    return type(causes[-1]).__name__


def refusal(service: Service, call: str, answer: Answer) -> ApiError:
    """The error that an answer tells of, with the service's own words and the next step for a person.

    Args:
        service: how it writes errors.
        call: for the message: the method and the path.
        answer: one that is no success.
    """
    detail = service.read_error(answer.data_or_none())
    said = ", ".join(filter(None, [detail.code, detail.text, *(_complaint(item) for item in detail.validation_errors)]))
    correlation = answer.correlation_id()
    error = ApiError(
        KINDS.get(answer.status, "server_error" if answer.status >= 500 else "unexpected_status"),
        call,
        f"HTTP {answer.status} {answer.reason}".rstrip()
        + (f": {said}" if said else "")
        + (f" (correlation id {correlation})" if correlation else "")
        + ("" if said.endswith(".") else "."),
        status=answer.status,
        code=detail.code,
        text=detail.text,
        validation_errors=list(detail.validation_errors),
    )
    error.hint = service.hint(error, answer.clock_offset())
    return error


def _complaint(item: dict[str, Any]) -> str:
    return " ".join(str(part) for part in (item.get("error_code"), item.get("error_text")) if part)
