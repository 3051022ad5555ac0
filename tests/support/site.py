# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small web site on loopback, whose pages all engines of the sandbox see alike."""

from __future__ import annotations

import ssl
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

#: The position of the button on `page`, in pixels.
LEFT = 100


def page(left: int = LEFT, more: str = "") -> str:
    """Return a page with a title and a button at this position; further HTML follows."""
    return (
        '<!doctype html><html lang="en"><title>Bakery</title><body style="margin: 0"><main>'
        '<h1 id="title" style="position: absolute; left: 40px; top: 20px; width: 200px; height: 40px; margin: 0">'
        f'Bakery</h1><button id="buy" style="position: absolute; left: {left}px; top: 120px; width: 120px; '
        f'height: 40px; box-sizing: border-box">Buy</button>{more}</main></body></html>'
    )


class Site:
    """A web site, while the block runs.

    Args:
        host: its name in addresses; it is then served by https. None for ``http://127.0.0.1``.
        address: the address that it listens on.
        others: its other names.

    Attributes:
        pages: the HTML of its pages by their paths; others are 404. A path that begins with ``/to/`` redirects to the
            rest of it.
        requested: the paths that were requested.
        headers: the headers of these requests.
    """

    def __init__(self, host: str | None = None, address: str = "127.0.0.1", others: tuple[str, ...] = ()) -> None:
        self.pages: dict[str, str] = {}
        self.requested: list[str] = []
        self.headers: list[dict[str, str]] = []
        self._host, self._address, self._others = host, address, others
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.requested.append(self.path)
                site.headers.append(dict(self.headers))
                target = self.path.removeprefix("/to/")
                content = site.pages.get(self.path)
                body = (content or "nothing").encode()
                if target != self.path:
                    self.send_response(302)
                    self.send_header("Location", target)
                else:
                    self.send_response(404 if content is None else 200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *values: object) -> None:
                """Print nothing."""

        self._server = ThreadingHTTPServer((address, 0), Handler)
        self._folder = tempfile.TemporaryDirectory(prefix="site-")
        if host:
            # Clients of others, which need plain sites only, are tested without it.
            import trustme

            authority = trustme.CA()
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            authority.issue_cert(host, *others).configure_cert(context)
            authority.cert_pem.write_to_path(str(self._authority))
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)

    @property
    def _authority(self) -> Path:
        return Path(self._folder.name, "authority.pem")

    @property
    def port(self) -> int:
        """Return the port that it listens on."""
        return int(self._server.server_address[1])

    @property
    def url(self) -> str:
        """Return its address, without a final slash."""
        return f"https://{self._host}" if self._host else f"http://{self._address}:{self.port}"

    @property
    def words(self) -> tuple[str, ...]:
        """Return the arguments with which a sandbox reaches it by its names."""
        places = [f"--allow-page={host}={self._address}:{self.port}" for host in (self._host, *self._others)]
        return (*places, "--page-authority", str(self._authority))

    def __enter__(self) -> Site:
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._folder.cleanup()
