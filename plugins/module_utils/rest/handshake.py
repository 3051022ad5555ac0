# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Record, for one attempt to send a request, whether its connection was established before anything was sent.

Private to the collection. The record is made around the connection's own ``connect()``: for https that includes a
proxy's CONNECT, the TLS handshake and the check of the certificate. The class and the text of an error prove nothing:
a server that has read a whole request can make OpenSSL raise the same error as one that does not speak TLS.
"""

from __future__ import annotations

import threading
from functools import cache
from typing import Any

try:
    from requests.adapters import HTTPAdapter
except ImportError:  # reported by whoever runs the module
    HTTPAdapter = object  # type: ignore[misc, assignment]


class Abandoned(Exception):
    """No caller waits for this attempt any longer, so it must not send anything."""


class Handshake:
    """What one attempt did with connections. The thread that sends writes it, the one that waits for it reads it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._began = False
        self._usable = False
        self._abandoned = False

    def begin(self) -> None:
        """Note that a new connection is being established."""
        self._began = True

    def usable(self) -> None:
        """Note that a connection is established: from now on the request may be sent.

        Raises:
            Abandoned: it must not be sent any more.
        """
        with self._lock:
            if self._abandoned:
                raise Abandoned
            self._usable = True

    def abandon(self) -> bool:
        """Give up the attempt: what has not been sent is never sent.

        Returns:
            whether certainly nothing was sent: a new connection was begun, and none was established. A connection that
            is not recorded here leaves doubt.
        """
        with self._lock:
            self._abandoned = True
            return self._began and not self._usable


class _Current(threading.local):
    """The attempt that this thread carries out."""

    handshake = Handshake()


_current = _Current()


def record(handshake: Handshake) -> None:
    """Make the connections that this thread uses from now on write into this record."""
    _current.handshake = handshake


class _Recorded:
    """Mixed into urllib3's connections: notes when a new one is established and when a kept one is used."""

    sock: Any

    def connect(self) -> None:
        """Connect; for https with the tunnel, the TLS handshake and the check of the certificate."""
        _current.handshake.begin()
        super().connect()  # type: ignore[misc]
        try:
            _current.handshake.usable()
        except Abandoned:
            self.close()  # type: ignore[attr-defined]
            raise

    def putrequest(self, *args: Any, **more: Any) -> Any:
        """Begin a request; without a connection it is only kept until `connect` has made one."""
        if self.sock is not None:
            _current.handshake.usable()
        return super().putrequest(*args, **more)  # type: ignore[misc]


class RecordingAdapter(HTTPAdapter):
    """The adapter of `requests` whose connections, to servers and to proxies of any kind, keep the record."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        """Make the pools for connections without a proxy."""
        super().init_poolmanager(*args, **more)
        _record_in(self.poolmanager)

    def proxy_manager_for(self, *args: Any, **more: Any) -> Any:
        """Return the pools for connections through a proxy."""
        manager = super().proxy_manager_for(*args, **more)
        _record_in(manager)
        return manager


def _record_in(manager: Any) -> None:
    manager.pool_classes_by_scheme = {
        scheme: _recorded(pool_class) for scheme, pool_class in manager.pool_classes_by_scheme.items()
    }


@cache
def _recorded(pool_class: Any) -> Any:
    """Return the pool's class with connections that keep the record; itself if they already do."""
    connection = pool_class.ConnectionCls
    if issubclass(connection, _Recorded):
        return pool_class
    recorded = type(connection.__name__, (_Recorded, connection), {})
    return type(pool_class.__name__, (pool_class,), {"ConnectionCls": recorded})
