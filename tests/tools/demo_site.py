# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site of a demo: static pages on loopback, with the certificate that the play ordered and its key."""

from __future__ import annotations

import ssl
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, pkcs12

#: How long a visitor waits for the certificate, in seconds.
PATIENCE = 60.0


class CertifiedSite:
    """A site that is served by HTTPS as soon as its certificate exists, while the block runs.

    Args:
        html: the home page.
        key: the file of its key, which exists before the certificate.
        pfx: the file with certificate and chain, which may be created later.
        password: the password of the file.
        authority: the file to write the root's certificate into, as soon as it is known.
    """

    def __init__(self, html: str, key: Path, pfx: Path, password: str, authority: Path) -> None:
        self._key, self._pfx, self._password, self._authority = key, pfx, password, authority
        self._context: ssl.SSLContext | None = None
        self._ends = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def setup(self) -> None:
                context = site._certified()
                if context is None:
                    raise ConnectionAbortedError("there is no certificate")
                self.request = context.wrap_socket(self.request, server_side=True)
                super().setup()

            def do_GET(self) -> None:
                found = self.path == "/"
                body = (html if found else "Not found").encode()
                self.send_response(200 if found else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8" if found else "text/plain")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def finish(self) -> None:
                super().finish()
                self.request.close()

            def log_message(self, format: str, *values: object) -> None:
                """Print nothing."""

        class Server(ThreadingHTTPServer):
            def handle_error(self, request: Any, client_address: Any) -> None:
                """Print nothing: browsers close connections as they like."""

        self._server = Server(("127.0.0.1", 0), Handler)

    @property
    def port(self) -> int:
        """The port on loopback."""
        return int(self._server.server_address[1])

    def __enter__(self) -> CertifiedSite:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        threading.Thread(target=self._watch, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ends.set()
        self._server.shutdown()
        self._server.server_close()

    def _watch(self) -> None:
        """Wait for the certificate, and use it."""
        while not self._pfx.is_file():
            if self._ends.wait(0.1):
                return
        # Without a key in the file, no certificate counts as the one of the key.
        _key, first, others = pkcs12.load_key_and_certificates(self._pfx.read_bytes(), self._password.encode())
        found = [*([first] if first else []), *others]
        issuers = {one.issuer for one in found}
        found.sort(key=lambda one: one.subject in issuers)
        root = next(one for one in found if one.subject == one.issuer)
        served = self._authority.with_name("served.pem")
        served.write_bytes(b"".join(one.public_bytes(Encoding.PEM) for one in found))
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(served, self._key)
        self._authority.write_bytes(root.public_bytes(Encoding.PEM))
        self._context = context

    def _certified(self) -> ssl.SSLContext | None:
        """Return the context of connections, once there is a certificate; None if there is none in time."""
        deadline = time.monotonic() + PATIENCE
        while self._context is None and time.monotonic() < deadline:
            if self._ends.wait(0.1):
                return None
        return self._context
