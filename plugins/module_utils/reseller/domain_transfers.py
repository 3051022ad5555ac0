# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfers of domain names, whose jobs last long after the domain is listed.

Private to the collection. Such a job stays ``ongoing`` until the change of the name servers has spread. Source: a
client in production.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.domains import (
    ORDER_PATHS,
    domain_path,
    existing_domain,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import Job, job_id_in
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal_admin import read_entries
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


class Transfers:
    """The transfers among some jobs, as far as the journal of this machine knows them.

    Args:
        client: calls the API.
        job_ids: the jobs.
    """

    def __init__(self, client: ResellerClient, job_ids: Collection[str]) -> None:
        self._client = client
        self._names = _names(client, job_ids)

    def is_listed(self, job_id: str) -> bool:
        """Return whether the domain of this job exists, which it may long before the job ends; False for other jobs."""
        name = self._names.get(job_id)
        try:
            return name is not None and existing_domain(self._client, name) is not None
        except ToolkitError:
            # The job tells in the end.
            return False

    def with_links(self, job: Job) -> Job:
        """Return a job that was followed, with the path of its domain if it is an ongoing transfer."""
        name = self._names.get(job.id)
        if name is None or job.status != "ongoing":
            return job
        return replace(job, resource_links=(f"/v2{domain_path(name)}",))


def _names(client: ResellerClient, job_ids: Collection[str]) -> dict[str, str]:
    try:
        intents, _unreadable = read_entries(Journal(client.storage))
    except ToolkitError:
        # Nothing is ordered here, so nothing depends on the journal.
        return {}
    endpoint = f"POST {ORDER_PATHS['transfer']}"
    jobs = {
        job_id_in(intent.location): intent.key
        for intent in intents
        if (intent.api_url, intent.endpoint) == (client.api_url, endpoint)
    }
    return {job_id: jobs[job_id] for job_id in job_ids if job_id in jobs}
