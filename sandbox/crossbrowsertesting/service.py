# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The description of the CrossBrowserTesting sandbox."""

from __future__ import annotations

import sys

from fastapi import APIRouter

from sandbox import basic_auth
from sandbox.context import Context
from sandbox.crossbrowsertesting import comparisons, pages, screenshots, tables
from sandbox.crossbrowsertesting.engines import engine_of
from sandbox.crossbrowsertesting.responses import refuse
from sandbox.crossbrowsertesting.taking import Taker
from sandbox.rate_limit import Meter
from sandbox.service import Service

PREFIX = "/api/v3"


def _begin(context: Context) -> None:
    tables.begin(context)
    engine = engine_of(context.options.engine, context.browser, context.options.allowed_pages)
    context.parts["taker"] = Taker(engine)
    if engine.notice:
        print(f"sandbox: {engine.notice}.", file=sys.stderr, flush=True)


def _no_headers(context: Context, meter: Meter, now: float) -> dict[str, str]:
    return {}


SERVICE = Service(
    title="CrossBrowserTesting",
    prefix=PREFIX,
    families=(screenshots, comparisons),
    parts=(tables,),
    authenticator=basic_auth.authenticator,
    meter=_no_headers,
    refuse=refuse,
    control=APIRouter(),
    counted=("screenshot_tests", "screenshot_versions", "screenshot_results"),
    outside=(pages.router,),
    open_paths=pages.PATHS,
    begin=_begin,
    is_tolerant=True,
)
