# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Order accounts.

Private to the collection.
"""

from __future__ import annotations

from functools import partial

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.accounts import (
    PATH,
    account_title,
    find_account,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order import Order
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.servicepacks import check_pack


def account_order(client: ResellerClient, identifier: str, servicepack_id: int, ftp_password: str | None) -> Order:
    """Return the order of an account."""
    body = {"servicepack_id": servicepack_id, "identifier": identifier}
    if ftp_password is not None:
        body["ftp_password"] = ftp_password
    return Order(
        path=PATH,
        key=identifier.lower(),
        title=account_title(identifier),
        body=body,
        find=lambda: find_account(client, identifier),
        compare=partial(check_pack, servicepack_id),
    )
