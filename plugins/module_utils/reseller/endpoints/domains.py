# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints of domain names and their DNS records.

Private to the collection. What all endpoints have in common is told by `ResellerClient`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading


def list_domains(client: ResellerClient) -> list[dict[str, Any]]:
    """All domain names, without their name servers and registrants."""
    return reading_of_domains(client).items()


def reading_of_domains(client: ResellerClient) -> Reading:
    """All domain names, to be read as far as a decision needs it."""
    return client.reading("/domains", "domain_name")


def get_domain(client: ResellerClient, domain_name: str) -> dict[str, Any] | None:
    """One domain name with its name servers and its registrant."""
    return client.get(f"/domains/{segment(domain_name)}")


def list_dns_records(client: ResellerClient, domain_name: str, **filters: Any) -> list[dict[str, Any]] | None:
    """The records of a zone; None when the zone is not hosted here."""
    try:
        return reading_of_dns_records(client, domain_name, **filters).items()
    except ApiError as error:
        if error.status == 404:
            return None
        raise


def reading_of_dns_records(client: ResellerClient, domain_name: str, **filters: Any) -> Reading:
    """The records of a zone, to be read as far as a decision needs it; reading fails with 404 where there is none."""
    return client.reading(f"/dns/{segment(domain_name)}/records", "id", **filters)
