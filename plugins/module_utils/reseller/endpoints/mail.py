# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Endpoints of mail zones and mailboxes.

Private to the collection. What all endpoints have in common is told by `ResellerClient`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import Enough, ResellerClient


def get_mail_zone(client: ResellerClient, domain_name: str, enough: Enough | None = None) -> dict[str, Any] | None:
    """A domain's mail zone with everything in it but mailboxes."""
    return client.cached_get(f"/mailzones/{segment(domain_name)}", enough)


def list_mailboxes(client: ResellerClient, domain_name: str) -> list[dict[str, Any]] | None:
    """The mailboxes of a domain, without their settings; None when the API does not know that domain.

    The API lists them of one domain only.
    """
    return client.items("/mailboxes", domain_name=domain_name)


def get_mailbox(client: ResellerClient, address: str) -> dict[str, Any] | None:
    """One mailbox with its settings."""
    return client.get(f"/mailboxes/{segment(address)}")
