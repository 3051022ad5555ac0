# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Derive what went wrong with a call from what `requests` raised, or from an error response.

Private to the collection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from http.client import HTTPException
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ConnectionFailed, NoResponse
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.problems import ErrorDetail, read_problem
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proxies import Proxy
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.untrusted import one_line

try:
    import requests
    from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError
except ImportError:  # reported by whoever runs the module
    pass

#: The ``kind`` of an error by its HTTP status; any other is ``server_error`` or ``unexpected_status``.
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
NO_CONNECTION_HINT = "Check host and port in api_url, and that this machine may connect to them."
#: The longest part of a server's text that is shown, in characters.
LONGEST_TEXT = 300
#: The largest number of a server's complaints that is shown.
MOST_COMPLAINTS = 20


def failed_attempt(call: str, error: Exception, url: str, proxy: Proxy | None, *, nothing_sent: bool) -> Exception:
    """Return the error of this collection that stands for what `requests` raised.

    Whether anything can have arrived is decided by ``nothing_sent`` alone. The error itself only decides the kind, the
    message and the hint.

    Args:
        call: for messages: the method and the path.
        error: what was raised.
        url: the address of the request.
        proxy: the proxy that the request uses.
        nothing_sent: the connection was not established; see `Handshake`.

    Returns:
        `ConnectionFailed`: certainly nothing was sent; `NoResponse`: something may have been sent; an error
        that has nothing to do with HTTP is returned unchanged.
    """
    if nothing_sent:
        target = urlsplit(url)
        port = target.port or {"https": 443}.get(target.scheme, 80)
        reason = _not_connected(error, f"{target.hostname} port {port}", target.scheme == "https", proxy)
        hint = f"{reason.hint} Nothing was sent."
        return ConnectionFailed(reason.kind, call, f"{reason.message}.", permanent=reason.permanent, hint=hint)
    if isinstance(error, (requests.RequestException, HTTPError, HTTPException, OSError)):
        return NoResponse(call, f"no complete answer: {_first_words(list(_causes(error)))}.")
    return error


class _Reason(NamedTuple):
    """Why no connection was established; see `ConnectionFailed`."""

    kind: str
    message: str
    hint: str
    permanent: bool = False


def _not_connected(error: Exception, server: str, tls: bool, proxy: Proxy | None) -> _Reason:
    """Return why no connection was established.

    Args:
        error: what was raised.
        server: its host and port.
        tls: whether it must use TLS.
        proxy: the proxy in between.
    """
    causes = list(_causes(error))
    classes = {base.__name__ for cause in causes for base in type(cause).__mro__}
    text = _first_words(causes)
    if proxy and isinstance(error, requests.exceptions.ProxyError) and "Tunnel connection failed" in str(error):
        return _Reason(
            "proxy", f"the proxy {proxy.address} refused: {text}", f"Check {proxy.option}.", permanent="407" in text
        )
    # The first comes from the standard library, the second from what urllib3 1 uses instead.
    if classes & {"SSLCertVerificationError", "CertificateError"}:
        hint = "Set ca_path if the server uses your own certificate authority."
        return _Reason("tls", f"the certificate of {server} is not trusted: {text}", hint, permanent=True)
    options = f"api_url and {proxy.option}" if proxy and proxy.speaks_tls else "api_url"
    if "WRONG_VERSION_NUMBER" in str(error):
        hint = f"Check host and port in {options}."
        return _Reason("tls", f"{server} does not speak TLS: {text}", hint, permanent=True)
    if any(isinstance(cause, (NewConnectionError, ConnectTimeoutError)) for cause in causes):
        if proxy:
            return _Reason("proxy", f"no connection to the proxy {proxy.address}: {text}", f"Check {proxy.option}.")
        return _Reason("connection", f"no connection to {server}: {text}", NO_CONNECTION_HINT)
    if "SSLError" in classes or (tls and not proxy and not isinstance(error, TimeoutError)):
        return _Reason("tls", f"the TLS handshake with {server} was not completed: {text}", f"Check {options}.")
    if proxy:
        message = f"no connection to {server} through the proxy {proxy.address}: {text}"
        return _Reason("proxy", message, f"Check {proxy.option} and api_url.")
    return _Reason("connection", f"no connection to {server}: {text}", NO_CONNECTION_HINT)


def _causes(error: BaseException) -> Iterator[BaseException]:
    """Yield the error and everything that it wraps: as its cause, its context, its arguments or its ``reason``."""
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
    """Return the innermost system error's text: the outer ones repeat the URL, whose query may hold a secret."""
    for cause in reversed(causes):
        if isinstance(cause, OSError) and not isinstance(cause, requests.RequestException) and str(cause):
            return _cut(one_line(str(cause.strerror or cause.args[0])))
    return type(causes[-1]).__name__


def refusal(service: Service, call: str, response: Response, hide: Callable[[str], str]) -> ApiError:
    """Return the error that a response reports, with the service's text and the next step for a person.

    The server's texts are shortened only after `hide` has masked them, because a part of a secret is not recognized.

    Args:
        service: how it writes errors.
        call: for the message: the method and the path.
        response: a response that is not a success.
        hide: masks the task's secrets in a text.
    """

    def shown(text: str | None) -> str | None:
        return _cut(one_line(hide(text))) or None if text else None

    detail = read_problem(response.data_or_none())
    code, text, complaints = shown(detail.code), shown(detail.text), _shown_complaints(detail, shown)
    if not (code or text or complaints):
        text = _page_title(response, shown) or shown(_body_text(response))
    # A list may repeat what stands before it.
    repeated = any((item.get("error_code"), item.get("error_text")) == (code, text) for item in complaints)
    said = ", ".join(filter(None, [*([] if repeated else [code, text]), *map(_complaint, complaints)]))
    correlation = shown(response.correlation_id())
    error = ApiError(
        KINDS.get(response.status, "server_error" if response.status >= 500 else "unexpected_status"),
        call,
        f"HTTP {response.status} {shown(response.reason) or ''}".rstrip()
        + (f": {said}" if said else "")
        + (f" (correlation id {correlation})" if correlation else "")
        + ("" if said.endswith(".") and not correlation else "."),
        status=response.status,
        code=code,
        text=text,
        validation_errors=complaints,
    )
    error.hint = service.hint(error, response.clock_offset())
    return error


def _shown_complaints(detail: ErrorDetail, shown: Callable[[str | None], str | None]) -> list[dict[str, Any]]:
    """Return the complaints as they are shown, without empty ones."""
    complaints = [
        {name: shown(text) for name, text in item.items()} for item in detail.validation_errors[:MOST_COMPLAINTS]
    ]
    return [item for item in complaints if any(item.values())]


def _complaint(item: dict[str, Any]) -> str:
    return " ".join(filter(None, (item.get("error_code"), item.get("error_text"))))


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST_TEXT else text[: LONGEST_TEXT - 1] + "…"


def _body_text(response: Response) -> str:
    """Return the body as text; an empty text if it says nothing, as ``{}`` does, or is not text."""
    text = response.content.decode("utf-8-sig", "replace")
    return "" if "\0" in text or not re.search(r"\w", text) or text.strip() == "null" else text


def _page_title(response: Response, shown: Callable[[str | None], str | None]) -> str | None:
    """Return the title of a web page, such as those of proxies and of maintenance; None for any other body."""
    start = response.content[:65536].decode("utf-8", "replace")
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if kind not in {"text/html", "application/xhtml+xml"} and not re.match(r"\ufeff?\s*<(!doctype )?html", start, re.I):
        return None
    title = re.search(r"<title[^>]*>([^<]*)</title", start, re.I)
    named = shown(unescape(title[1])) if title else None
    return f"a web page, titled {named!r}" if named else "a web page"
