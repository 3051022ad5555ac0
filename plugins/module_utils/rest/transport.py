# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Send one request and read its response, limited in time and size, and report whether anything can have arrived.

Private to the collection; the only place that sends with `requests`.
"""

from __future__ import annotations

import ipaddress
import queue
import threading
import time
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.handshake import (
    Handshake,
    RecordingAdapter,
    record,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proxies import Proxy, proxy_for
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response

try:
    import requests
    from requests.auth import AuthBase
    from requests.models import PreparedRequest
    from urllib3.exceptions import HTTPError

    REQUESTS_ERROR: str | None = None
except ImportError:
    import traceback

    REQUESTS_ERROR = traceback.format_exc()

#: The longest body that is read, in bytes after decompression.
LARGEST_BODY = 16 * 1024 * 1024
#: The part of a request's time that connecting may take, to distinguish it from waiting for the response.
CONNECT_SHARE = 0.5


def is_loopback(host: str) -> bool:
    """Return whether the host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class Transport:
    """Connections to one service.

    Args:
        user_agent: the value of the header ``User-Agent``.
        ca_path: a file or folder of certificates to trust instead of the usual ones.
        proxy: the proxy for all requests; None takes it from the environment (``HTTPS_PROXY``, ``NO_PROXY``, …).
    """

    def __init__(self, user_agent: str, *, ca_path: str | None = None, proxy: str | None = None) -> None:
        self._user_agent = user_agent
        self._ca_path = ca_path
        self._proxy = proxy
        self._session: Any = None

    def prepare(
        self,
        method: str,
        url: str,
        query: dict[str, Any] | None,
        content: bytes | None,
        auth: AuthBase,
        more_headers: dict[str, str] | None = None,
    ) -> PreparedRequest:
        """Return a request that is ready to be sent once: signed now.

        Raises:
            ToolkitError: ``invalid_option``, when the URL is invalid or would send credentials unencrypted.
        """
        address = urlsplit(url)
        if address.scheme != "https" and not (address.scheme == "http" and is_loopback(address.hostname or "")):
            raise ToolkitError("invalid_option", f"{address.scheme}://{address.hostname}: only https:// is used.")
        headers = {"Accept": "application/json", "User-Agent": self._user_agent, **(more_headers or {})}
        if content is not None:
            headers.setdefault("Content-Type", "application/json; charset=utf-8")
        given = {name: value for name, value in (query or {}).items() if value is not None}
        # A space as %20, which means the same everywhere; the meaning of + depends on the server.
        parameters = urlencode(given, doseq=True, quote_via=quote)
        return self._shared_session().prepare_request(
            requests.Request(method, url, params=parameters, data=content, headers=headers, auth=auth)
        )

    def send(self, call: str, request: PreparedRequest, *, within: float, fresh: bool) -> Response:
        """Send a request and read the whole response.

        This happens in a thread, because the timeouts of `requests` apply to each read: a server that sends a byte a
        second would never exceed them.

        Args:
            call: for messages: the method and the path.
            request: from `prepare`.
            within: the time for all of it, in seconds.
            fresh: use a new connection.

        Raises:
            ConnectionFailed: certainly nothing was sent.
            NoResponse: it was sent, at least in part, and no complete headers came.
        """
        session = _new_session() if fresh else self._shared_session()
        proxy = proxy_for(request.url or "", self._proxy)
        handshake = Handshake()
        results: queue.SimpleQueue[Response | Exception] = queue.SimpleQueue()

        def work() -> None:
            try:
                record(handshake)
                results.put(self._exchange(session, request, proxy, within))
            except Exception as error:  # handed to the caller's thread
                results.put(error)

        threading.Thread(target=work, daemon=True).start()
        try:
            result = results.get(timeout=within)
        except queue.Empty:
            result = TimeoutError(f"nothing within {within:.0f} s")
        if isinstance(result, Exception):
            nothing_sent = handshake.abandon()
            # Imported lazily: most tasks never fail, and an ordinary module would take 5 ms more to compile.
            from ansible_collections.reseller.toolkit.plugins.module_utils.rest.failures import failed_attempt

            raise failed_attempt(call, result, request.url or "", proxy, nothing_sent=nothing_sent) from result
        return result

    def _shared_session(self) -> requests.Session:
        if self._session is None:
            self._session = _new_session()
        return self._session

    def _exchange(
        self, session: requests.Session, request: PreparedRequest, proxy: Proxy | None, within: float
    ) -> Response:
        sent_at = time.time()
        response = session.send(
            request,
            timeout=(within * CONNECT_SHARE, within),
            verify=self._ca_path or True,
            proxies={urlsplit(request.url or "").scheme: proxy.url} if proxy else {},
            allow_redirects=False,
            stream=True,
        )
        got_at = time.time()
        content, broken = _body(response)
        return Response(response.status_code, response.reason or "", response.headers, content, broken, sent_at, got_at)


def _new_session() -> requests.Session:
    session = requests.Session()
    # Neither ~/.netrc nor the system's proxy settings: the first would send other credentials than ours, the second
    # crashes a forked process on macOS.
    session.trust_env = False
    # Redirections are not followed, and `requests` fails on a Location that can't be parsed even so.
    session.get_redirect_target = lambda resp: None  # type: ignore[method-assign]
    for scheme in ("https://", "http://"):
        session.mount(scheme, RecordingAdapter())
    return session


def _body(response: requests.Response) -> tuple[bytes, str]:
    """Return the body, and why it was not read completely: it was cut off, or is too large.

    Its length is checked here, because urllib3 before 2 returns a truncated body without an error.
    """
    content = bytearray()
    try:
        for chunk in response.iter_content(8192):
            content += chunk
            if len(content) > LARGEST_BODY:
                response.close()
                return b"", f"it is larger than {LARGEST_BODY} bytes"
    except (requests.RequestException, HTTPError):
        # Not every version of `requests` wraps what urllib3 raises.
        return bytes(content), "it was cut off"
    announced = response.headers.get("Content-Length", "")
    if announced.isdigit() and int(announced) > response.raw.tell():
        return bytes(content), "it was cut off"
    return bytes(content), ""
