# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reading provisioning jobs."""

from __future__ import annotations

import json

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from sandbox.clock import iso
from sandbox.context import CurrentContext
from sandbox.reseller import jobs

router = APIRouter()


@router.get("/provisioningjobs/{job_id}")
async def get_job(context: CurrentContext, job_id: str) -> JSONResponse:
    """Return 200 with the status until the job is finished, then 201 with links."""
    job = jobs.find(context, job_id)
    jobs.polled(context, job)
    if job["status"] == "finished":
        links = json.loads(job["links"])
        return JSONResponse({"id": job["id"], "resource_links": links}, 201, {"Location": links[0]})
    # The estimate of a late job moves: it expects to need its whole duration again.
    now = context.clock.now()
    expected = job["due_at"] if job["due_at"] > now else now + jobs.duration(context, job["id"])
    # Both forms are in use: three digits without a zone, seven digits with one.
    zone = int(job["id"][-1], 16) % 2 == 1
    estimate = iso(expected, digits=7 if zone else 3, zone=zone)
    return JSONResponse({"id": job["id"], "status": job["status"], "completion": {"estimate": estimate}})
