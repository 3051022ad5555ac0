# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One HTTP client for all services: it signs requests, keeps to the rate limit, retries what is safe, reports errors.

Private to the collection; names no service. A `Service` describes what it must know about one.

Each attempt is prepared and signed separately. That is why this module retries in its own loop instead of using
urllib3's, which would send the same nonce again. A request that may have been carried out is not resent, unless
carrying it out twice has the same effect as once.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from contextlib import nullcontext
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.auth import Signer
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import (
    ApiError,
    Damaged,
    ToolkitError,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import Pacer
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.read_cache import ReadCache
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import WEB_PAGE, Response
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Transport

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.check_reads import ModuleReads
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.multipart import FilePart
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.retries import Retries

#: Methods that do the same when they are carried out twice (RFC 9110, 9.2.2).
IDEMPOTENT = frozenset({"GET", "HEAD", "PUT", "DELETE"})
#: Methods that change nothing (RFC 9110, 9.2.1).
SAFE = frozenset({"GET", "HEAD"})
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
WEB_PAGE_HINT = "Check api_url: a web server or a proxy responded instead of the API."


class Limits(NamedTuple):
    """How long a call may take, in seconds.

    Attributes:
        timeout: one request with its response.
        retry_timeout: one call with its retries after errors.
        rate_limit_timeout: all waiting of one task for the rate limit.
    """

    timeout: float = 30.0
    retry_timeout: float = 60.0
    rate_limit_timeout: float = 300.0

    def longer(self, timeout: float) -> Limits:
        """Return the limits for a request that may take this long, at least as long as any other."""
        return self._replace(timeout=max(self.timeout, timeout), retry_timeout=max(self.retry_timeout, timeout))


def is_object(data: Any) -> bool:
    """Return whether a response's JSON is an object: a shape for `RestClient.request`."""
    return isinstance(data, dict)


def is_collection(data: Any) -> bool:
    """Return whether a response's JSON is a list of objects: a shape for `RestClient.request`."""
    return isinstance(data, list) and all(isinstance(item, dict) for item in data)


def segment(text: object) -> str:
    """Return one segment of a path, percent-encoded (RFC 3986, 3.3).

    Raises:
        ToolkitError: ``invalid_option``, when it is empty or would lead to another path.
    """
    if str(text) in {"", ".", ".."}:
        raise ToolkitError("invalid_option", f"{str(text)!r} can't be a name in a path.")
    return quote(str(text), safe="")


class RestClient:
    """Calls one service.

    Args:
        service: describes the service.
        auth: signs each attempt.
        transport: sends one attempt.
        pacer: delays requests to keep to the rate limit.
        limits: how long a call may take.
        read_only: refuse every method that could change something (check mode).
        read_cache: is notified of each write; None without one.
        check_reads: the responses of the check that the module is part of; None if it is not part of one.
        hide: masks the task's secrets in a text of the server.
        clock: unix time; the deadlines use it only for differences.
        sleep: how to wait between retries.
    """

    def __init__(
        self,
        service: Service,
        auth: Signer,
        transport: Transport,
        pacer: Pacer,
        *,
        limits: Limits,
        read_only: bool,
        read_cache: ReadCache | None = None,
        check_reads: ModuleReads | None = None,
        hide: Callable[[str], str] = str,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._service = service
        self._auth = auth
        self._transport = transport
        self._pacer = pacer
        self._limits = limits
        self._read_only = read_only
        self._read_cache = read_cache
        self._check_reads = check_reads
        self._hide = hide
        self._clock = clock
        self._sleep = sleep

    def request(
        self,
        method: str,
        path: str,
        *,
        query: dict[str, Any] | None = None,
        body: Any = None,
        form: dict[str, str] | None = None,
        files: dict[str, FilePart] | None = None,
        content: bytes | None = None,
        headers: dict[str, str] | None = None,
        expect: tuple[int, ...] = (),
        repeat: bool | None = None,
        fresh: bool = False,
        timeout: float | None = None,
        shape: Callable[[Any], bool] | None = None,
    ) -> Response:
        """Send one request, and retry as long as that is safe and there is time.

        Args:
            method: the HTTP method, upper case.
            path: below the service's base URL, beginning with ``/``, its segments encoded (`segment`). It may begin
                with another version of the API.
            query: the parameters; those with the value None are omitted.
            body: sent as JSON; None sends no body.
            form: sent as the fields of a form instead of a body.
            files: sent in a multipart form after the fields of ``form``; if empty, these fields alone are.
            content: sent unchanged instead of a body; ``headers`` must name its type.
            headers: more headers for this call.
            expect: the statuses that are not errors; by default every 2xx. For a read, another 2xx is an error.
            repeat: whether it may be resent although it may have been carried out; by default what RFC 9110 says about
                the method.
            fresh: use a new connection, because the request is lost if the server is just closing a kept one.
            timeout: how long the request may take with its response, in seconds, where the usual time is too short.
            shape: whether the JSON of a read with a 2xx is of the expected kind. If it is not, the response counts as
                incomplete: taken for an empty list, it would say that something does not exist. The same holds for a
                200 without a body, or with a body of another content type.

        Raises:
            ConnectionFailed: certainly nothing was sent.
            OutcomeUnknown: it may have been carried out, and must not be sent again.
            ApiError: everything else that went wrong, by its ``kind``.
        """
        url = self._service.url_of(path)
        call = f"{method} {urlsplit(url).path}"
        if self._read_only and method not in SAFE:
            raise ToolkitError("check_mode", f"{call}: would change something, which check mode must not.")
        repeat = method in IDEMPOTENT if repeat is None else repeat
        if body is not None:
            content = json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()
        if files is not None:
            # Imported lazily: few tasks send files.
            from ansible_collections.reseller.toolkit.plugins.module_utils.rest.multipart import encoded

            content, content_type = encoded(form or {}, files)
            headers = {**(headers or {}), "Content-Type": content_type}
        elif form is not None:
            content, headers = urlencode(form).encode(), {**(headers or {}), **FORM}
        limits = self._limits if timeout is None else self._limits.longer(timeout)
        deadline = self._own_time() + limits.retry_timeout
        retries: Retries | None = None
        reads = self._check_reads if method in SAFE else None
        while True:
            try:
                with self._read_cache.writing(path) if self._read_cache and method not in SAFE else nullcontext():
                    response = (reads.earlier(method, url, query, headers) if reads else None) or self._attempt(
                        call, method, url, query, content, headers, limits, deadline, fresh
                    )
                if response.status in expect or (not expect and response.status // 100 == 2):
                    # Complete headers decide the outcome of a write, even if the body is lost.
                    damage = _damage(response, shape) if method in SAFE else ""
                    if not damage:
                        if reads:
                            reads.add(response, method, url, query, headers)
                        return response
                    hint = WEB_PAGE_HINT if damage == WEB_PAGE else ""
                    raise Damaged(call, f"the response can't be used ({damage}).", hint=hint)
                if method in SAFE and response.status // 100 == 2:
                    raise Damaged(call, f"HTTP {response.status} does not answer what was asked for.")
                if retries and retries.in_doubt and method == "DELETE" and response.status in (404, 410):
                    return response
                # Imported lazily: most tasks never fail, and an ordinary module would take 5 ms more to compile.
                from ansible_collections.reseller.toolkit.plugins.module_utils.rest.failures import refusal

                raise refusal(self._service, call, response, self._hide)
            except ApiError as error:
                if error.call != call:
                    # Of a request that authentication needed, which was retried separately. This one was not sent.
                    raise
                # Imported lazily, as `failures`: an ordinary module saves 1 ms.
                from ansible_collections.reseller.toolkit.plugins.module_utils.rest.retries import Retries

                retries = retries or Retries(
                    limits.retry_timeout,
                    deadline,
                    reads=method in SAFE,
                    repeat=repeat,
                    clock=self._own_time,
                    sleep=self._sleep,
                )
                if not retries.wait_after(error):
                    raise

    def location_path(self, response: Response) -> str | None:
        """Return the path below the base URL that the response's ``Location`` names; None without a trustworthy one.

        Only an address with this service's origin (RFC 6454) and without credentials is trusted.
        """
        # Imported lazily: most responses name no place, and an ordinary module saves 1 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.locations import path_in_location

        return path_in_location(self._service.base_url, response)

    def _attempt(
        self,
        call: str,
        method: str,
        url: str,
        query: dict[str, Any] | None,
        content: bytes | None,
        headers: dict[str, str] | None,
        limits: Limits,
        deadline: float,
        fresh: bool,
    ) -> Response:
        """Make one attempt; again if it certainly was not carried out: a used-up window, a bad signature."""
        while True:
            self._auth.get_ready()
            self._hold_back(call)
            request = self._transport.prepare(method, url, query, content, self._auth, headers)
            within = min(limits.timeout, max(1.0, deadline - self._own_time()))
            response = self._transport.send(call, request, within=within, fresh=fresh)
            self._pacer.learn(response.headers)
            if response.status == 429:
                self._wait_for_limit(call, self._pacer.refused(response.headers))
            elif response.status != 401:
                self._auth.accepted(request)
                return response
            elif not self._auth.sign_anew(request, response.clock_offset(), _code(response)):
                return response

    def _own_time(self) -> float:
        """Return the clock's time without the waiting for the rate limit, which has a separate limit."""
        return self._clock() - self._pacer.waited

    def _hold_back(self, call: str) -> None:
        while (delay := self._pacer.delay()) > 0:
            self._wait_for_limit(call, delay)

    def _wait_for_limit(self, call: str, seconds: float) -> None:
        if self._pacer.waited + seconds > self._limits.rate_limit_timeout:
            raise ApiError(
                "rate_limited",
                call,
                f"the rate limit is used up, and room comes in {seconds:.0f} s.",
                status=429,
                hint="Run less at once (throttle, forks), or raise rate_limit_timeout.",
            )
        self._pacer.wait(seconds)


def _damage(response: Response, shape: Callable[[Any], bool] | None) -> str:
    """Return what is wrong with the response to a read; an empty text if nothing is."""
    damage = response.damage()
    if damage or shape is None or response.status // 100 != 2:
        return damage
    if not response.content:
        return "it is empty" if response.status == 200 else ""
    if not response.is_json():
        return "its content type is not that of JSON"
    return "" if shape(response.data_or_none()) else "it is JSON, but not what was asked for"


def _code(response: Response) -> str | None:
    """Return the error code of a refusal, None without one."""
    # Imported lazily, as `failures`.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.problems import read_problem

    return read_problem(response.data_or_none()).code
