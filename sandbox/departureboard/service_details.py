# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The details of one service at a station."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path

from sandbox.context import CurrentContext
from sandbox.departureboard.queries import KEYED, no_such
from sandbox.departureboard.shown import details
from sandbox.departureboard.timetable import looked_up

router = APIRouter(dependencies=[KEYED])


@router.get("/getServiceDetailsByID/{serviceID}")
async def service_details(
    context: CurrentContext, service_id: Annotated[str, Path(alias="serviceID")]
) -> dict[str, Any]:
    """Return a service by its id in the form for URLs."""
    now = context.clock.now()
    visit = looked_up(service_id, int(now // 60))
    if visit is None:
        raise no_such("service_not_found", "There is no service with this ID.")
    return details(visit, now)
