# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A message about missing credentials names the variables that can hold them."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import (
    connection_options as configcat_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.missing_options import with_variables
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options


def test_variables_of_missing_credentials_are_named() -> None:
    assert with_variables("missing required arguments: api_key, api_secret", connection_options()) == (
        "missing required arguments: api_key, api_secret. Set RESELLER_API_KEY and RESELLER_API_SECRET in the "
        "environment of the controller, or set these options."
    )
    one = with_variables("missing required arguments: api_password, name", configcat_options())
    assert "Set CONFIGCAT_API_PASSWORD in" in one


@pytest.mark.parametrize(
    "message",
    [
        "missing required arguments: name",
        "missing required arguments: value found in rules",
        "missing parameter(s) required by 'api_key': name",
        "GET /v2/accounts: HTTP 401.",
        "",
    ],
)
def test_other_messages_stay(message: str) -> None:
    assert with_variables(message, connection_options()) == message
