# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The description of the PeerTube sandbox."""

from __future__ import annotations

from types import ModuleType

from fastapi import APIRouter, Request, Response

from sandbox.context import Authenticate, Context
from sandbox.options import Options
from sandbox.peertube import (
    abuses,
    accounts,
    blocklists,
    channels,
    comments,
    config,
    control,
    follows,
    imports,
    jobs,
    limits,
    lives,
    me,
    notifications,
    oauth,
    ownership,
    playlists,
    plugins,
    registrations,
    resumable,
    runners,
    search,
    server_info,
    static_files,
    subscriptions,
    syncs,
    tables,
    transcoding,
    two_factor,
    user_archives,
    users,
    video_blocks,
    video_parts,
    video_source,
    videos,
    watched_words,
    watching,
)
from sandbox.peertube.errors import refuse
from sandbox.rate_limit import Meter
from sandbox.service import Service

PREFIX = "/api/v1"

_FAMILIES: tuple[ModuleType, ...] = (
    oauth,
    registrations,
    me,
    two_factor,
    blocklists,
    accounts,
    channels,
    config,
    resumable,
    abuses,
    follows,
    imports,
    notifications,
    plugins,
    runners,
    search,
    server_info,
    syncs,
    user_archives,
    watched_words,
    comments,
    lives,
    ownership,
    playlists,
    subscriptions,
    transcoding,
    video_blocks,
    video_parts,
    video_source,
    watching,
    # Behind the others, whose paths begin in the same way.
    videos,
    users,
)

_unknown = APIRouter()


@_unknown.api_route("/{path:path}", methods=["GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"])
async def _refuse_path(request: Request, path: str) -> Response:
    # Browsers ask with OPTIONS whether they may call.
    return Response(status_code=204 if request.method == "OPTIONS" else 400)


def _operations() -> APIRouter:
    """Return all operations; any other path or method below the prefix is a 400 without a body."""
    router = APIRouter(prefix=PREFIX)
    for family in (*_FAMILIES, None):
        router.include_router(family.router if family else _unknown)
    return router


def _authenticator(options: Options) -> Authenticate:
    """Return a function that is never called: operations check their tokens on their own."""
    return lambda call, active: ""


def _begin(context: Context) -> None:
    oauth.begin(context)
    users.begin(context)
    runners.begin(context)


def _settle(context: Context) -> None:
    jobs.finish(context)


def _no_headers(context: Context, meter: Meter, now: float) -> dict[str, str]:
    return {}


SERVICE = Service(
    title="PeerTube",
    prefix=PREFIX,
    families=(),
    parts=(tables,),
    authenticator=_authenticator,
    meter=_no_headers,
    refuse=refuse,
    control=control.router,
    counted=("accounts", "channels", "playlists", "registrations", "tokens", "users", "videos"),
    outside=(_operations(), static_files.router),
    open_paths=("/",),
    begin=_begin,
    settle=_settle,
    before=limits.before,
    after=limits.after,
    is_tolerant=True,
)
