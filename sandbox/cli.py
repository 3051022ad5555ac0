# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line."""

from __future__ import annotations

import argparse
import json
import os
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from sandbox import faults
from sandbox.allowed_pages import AllowedPages, Place
from sandbox.options import (
    DUPLICATES,
    ENGINES,
    LOOPBACK,
    PEERTUBE_VERSIONS,
    QUERY_SIGNATURES,
    SERVICES,
    Network,
    Options,
    RateLimit,
)


def main(words: list[str] | None = None) -> int:
    """Run a sandbox until it gets a signal; return the exit code."""
    options = parse(words)
    # Imported late, so that --help and errors on the command line print at once.
    import uvicorn

    from sandbox.app import build
    from sandbox.server import SandboxServer, TrackedProtocol, bind

    try:
        listener = bind(options.host, options.port)
    except OSError as error:
        raise SystemExit(f"sandbox: {options.host}:{options.port}: {error.strerror}") from error
    app, context = build(options)
    certificate, key = options.tls or (None, None)
    config = uvicorn.Config(
        app,
        http=TrackedProtocol,
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        date_header=False,
        proxy_headers=False,
        # As usual for web servers: clients that poll every few seconds can reuse the connection.
        timeout_keep_alive=75,
        timeout_graceful_shutdown=1,
        ssl_certfile=certificate,
        ssl_keyfile=key,
    )
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    ready = f"sandbox: {'https' if options.tls else 'http'}://{shown}:{port}"
    server = SandboxServer(config, listener, ready)
    context.refuse_connections = server.refuse_connections
    try:
        server.run()
    finally:
        context.close()
    return 0


def parse(words: list[str] | None = None) -> Options:
    """Read the command line; end the process with code 2 and a message if it is wrong."""
    defaults = Options()
    parser = argparse.ArgumentParser(
        prog="python -m sandbox",
        description="A stateful server that speaks the API of a service.",
        epilog=faults.__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("--service", choices=SERVICES, default=defaults.service, help="service to serve (default %(default)s)")
    add("--port", type=int, default=defaults.port, help="port to listen on; 0 selects a free one (default %(default)s)")
    add("--host", default=defaults.host, help="address to listen on (default %(default)s)")
    add(
        "--state",
        default=defaults.state,
        metavar="DIR|:memory:",
        help="folder for the state (default %(default)s)",
    )
    add(
        "--api-key",
        default=defaults.api_key,
        help="API key, or user name for ConfigCat and CrossBrowserTesting (default %(default)s)",
    )
    add(
        "--api-secret",
        help="API secret, password for ConfigCat and CrossBrowserTesting, or password of root for PeerTube (default: "
        "$SANDBOX_API_SECRET, else sandbox-secret)",
    )
    add(
        "--job-seconds",
        type=float,
        default=defaults.job_seconds,
        help="duration of provisioning jobs; reseller only (default %(default)s)",
    )
    add(
        "--rate-limit",
        type=_rate_limit,
        default=defaults.rate_limit,
        metavar="REQUESTS/SECONDS",
        help="rate limit (default 1000/60)",
    )
    add(
        "--allow",
        type=_network,
        action="append",
        metavar="CIDR",
        help="allowed client network; may be repeated (default loopback)",
    )
    add("--latency-ms", type=int, default=0, metavar="N", help="delay of each response (default %(default)s)")
    add("--seed-accounts", type=int, default=0, metavar="N", help="create N accounts at start; reseller only")
    add("--faults", type=_faults, default=[], metavar="FILE", help="JSON file with a list of fault rules, see below")
    add("--exchange-log", type=Path, metavar="FILE", help="log every exchange, one JSON object per line")
    add("--tls", nargs=2, metavar=("CERT", "KEY"), help="serve HTTPS with these PEM files")
    add(
        "--plain-user-names",
        action="store_true",
        help="add no prefix to the names of further MySQL users; reseller only",
    )
    add(
        "--duplicates",
        choices=DUPLICATES,
        default=defaults.duplicates,
        help="accept or refuse duplicate paying orders of the same thing; reseller only (default %(default)s)",
    )
    add(
        "--query-signature",
        choices=QUERY_SIGNATURES,
        default=defaults.query_signature,
        help="encoding of a space, a plus sign and a tilde in signed text: as in HTML forms (the vendor's client), or "
        "by RFC 3986; reseller only (default %(default)s)",
    )
    add(
        "--longest-database-name",
        type=int,
        metavar="N",
        help="truncate the names of new databases to N characters; reseller only (default: keep them)",
    )
    add(
        "--peertube-version",
        choices=PEERTUBE_VERSIONS,
        default=defaults.peertube_version,
        help="version of PeerTube to serve; peertube only (default %(default)s)",
    )
    add(
        "--engine",
        choices=ENGINES,
        default=defaults.engine,
        help="what renders pages: the browsers of this machine (auto), or a drawing without a browser (stub); services "
        "with a browser only (default %(default)s)",
    )
    add(
        "--allow-page",
        type=_place,
        action="append",
        metavar="PLACE",
        help="page to fetch besides those on loopback: ADDRESS, or HOST[:PORT]=ADDRESS[:PORT], because no name is "
        "looked up; may be repeated; services with a browser only",
    )
    add(
        "--page-authority",
        type=Path,
        metavar="FILE",
        help="PEM file of a certificate authority to trust for pages; services with a browser only",
    )
    given = parser.parse_args(words)
    return Options(
        service=given.service,
        state=given.state,
        host=given.host,
        port=given.port,
        api_key=given.api_key,
        api_secret=given.api_secret or os.environ.get("SANDBOX_API_SECRET") or defaults.api_secret,
        job_seconds=given.job_seconds,
        rate_limit=given.rate_limit,
        allow=tuple(given.allow) if given.allow else LOOPBACK,
        latency_ms=given.latency_ms,
        seed_accounts=given.seed_accounts,
        faults=given.faults,
        exchange_log=given.exchange_log,
        tls=tuple(given.tls) if given.tls else None,
        plain_user_names=given.plain_user_names,
        duplicates=given.duplicates,
        query_signature=given.query_signature,
        longest_database_name=given.longest_database_name,
        peertube_version=given.peertube_version,
        engine=given.engine,
        allowed_pages=AllowedPages(tuple(given.allow_page or ()), given.page_authority),
    )


def _rate_limit(text: str) -> RateLimit:
    requests, _slash, seconds = text.partition("/")
    limit = RateLimit(int(requests), float(seconds))
    if limit.requests < 1 or limit.seconds <= 0:
        raise ValueError(text)
    return limit


def _place(text: str) -> Place:
    try:
        return Place.parse(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _network(text: str) -> Network:
    return ip_network(text, strict=False)


def _faults(text: str) -> list[dict[str, Any]]:
    try:
        rules = json.loads(Path(text).read_text(encoding="utf-8"))
        if not isinstance(rules, list):
            raise ValueError("expected a JSON list of rules")
        faults.Faults(rules)
    except (OSError, ValueError) as error:
        raise argparse.ArgumentTypeError(f"{text}: {error}") from error
    return rules
