# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Control endpoints of the PeerTube sandbox, below ``/_sandbox``."""

from __future__ import annotations

from typing import Literal

from fastapi import APIRouter

from sandbox.context import Context, CurrentContext
from sandbox.endpoint import Body
from sandbox.peertube import follows, jobs, lives, two_factor, video_access
from sandbox.peertube.ask import HOST
from sandbox.peertube.tables import Row, Tables

router = APIRouter()


class Host(Body):
    """The name of an instance."""

    host: str


@router.put("/host")
async def set_host(context: CurrentContext, wanted: Host) -> dict[str, str]:
    """Set the name under which the instance is configured, with its port; clients must use it."""
    HOST.write(context.store, wanted.host)
    return {"host": wanted.host}


@router.get("/users/{username}/secrets")
async def read_secrets_by_name(context: CurrentContext, username: str) -> dict[str, str | None]:
    """Return what only an e-mail or an authenticator application would have: the texts and the current code."""
    tables = Tables(context.store)
    return _secrets(context, tables.users.one(username=username) or tables.registrations.one(username=username))


@router.get("/secrets/{kind}/{number}")
async def read_secrets(
    context: CurrentContext, kind: Literal["users", "registrations"], number: int
) -> dict[str, str | None]:
    """Return the same of a user or a registration by its id."""
    tables = Tables(context.store)
    return _secrets(context, (tables.users if kind == "users" else tables.registrations).get(number))


def _secrets(context: Context, found: Row | None) -> dict[str, str | None]:
    found = found or {}
    secret = (found.get("otpRequest") or {}).get("secret") or found.get("otp")
    return {
        "otp": two_factor.code(secret, context.clock.now()) if secret else None,
        "reset": found.get("resetString"),
        "verify": found.get("verifyString"),
    }


@router.post("/finish")
async def finish(context: CurrentContext, video: str | None = None) -> dict[str, int]:
    """End all jobs now, or those of the video with this number, UUID or short UUID."""
    video_id = video_access.by_id(jobs.system_ask(context), video)["id"] if video else None
    return {"ended": jobs.finish(context, everything=True, video_id=video_id)}


@router.post("/lives/{uuid}/{action}")
async def stream(context: CurrentContext, uuid: str, action: Literal["start", "end"]) -> dict[str, str]:
    """Begin or end to stream a live."""
    ask = jobs.system_ask(context)
    video = video_access.by_id(ask, uuid)
    (lives.start if action == "start" else lives.end)(ask, video)
    return {"uuid": uuid}


@router.put("/videos/{video}/host")
async def set_host_of_video(context: CurrentContext, video: str, wanted: Host) -> dict[str, str]:
    """Make a video one of another instance."""
    found = video_access.by_id(jobs.system_ask(context), video)
    Tables(context.store).videos.save({**found, "host": wanted.host})
    return {"host": wanted.host}


class Federation(Body):
    """What the instance can reach.

    :param enabled: whether it has HTTPS and federates.
    :param hosts: the instances that it can reach.
    """

    enabled: bool
    hosts: list[str]


@router.put("/federation")
async def set_federation(context: CurrentContext, wanted: Federation) -> dict[str, bool]:
    """Enable or disable federation."""
    follows.FEDERATION.write(context.store, "yes" if wanted.enabled else "")
    follows.KNOWN_HOSTS.write(context.store, " ".join(wanted.hosts))
    return {"enabled": wanted.enabled}


@router.post("/followers/{host}")
async def add_follower(context: CurrentContext, host: str) -> dict[str, str]:
    """Let another instance ask to follow this one."""
    follows.add_follower(jobs.system_ask(context), host)
    return {"host": host}


@router.put("/ratelimit/reset")
async def reset_limits(context: CurrentContext) -> dict[str, int]:
    """Forget all calls that were counted."""
    Tables(context.store).windows.delete_all()
    return {"windows": 0}
