# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Refuse a password that the API would refuse, before any request is sent.

Private to the collection. Source of the rules: the vendor's description of the API.
"""

from __future__ import annotations

import re
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid

#: Characters that no password of the API may hold.
FORBIDDEN_IN_PASSWORDS = "*€$&+}{'\"\\"


def check_password(option: str, password: str | None) -> None:
    """Refuse a password that the API would refuse, without showing it.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if password is None:
        return
    if not 8 <= len(password) <= 20:
        raise invalid(option, f"a password has 8 to 20 characters, and this one has {len(password)}.")
    if not re.search("[A-Za-z]", password) or not re.search("[0-9]", password):
        raise invalid(option, "a password has at least one letter and one digit.")
    if re.search(r"\s", password) or not password.isprintable():
        raise invalid(option, "a password has no spaces and no control characters.")
    if set(password) & set(FORBIDDEN_IN_PASSWORDS):
        raise invalid(option, f"a password has none of {' '.join(FORBIDDEN_IN_PASSWORDS)}")


def check_new_password(params: dict[str, Any]) -> None:
    """Refuse an invalid password, and a missing one if it must be set each time.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    check_password("password", params["password"])
    if params["update_password"] == "always" and params["password"] is None:
        raise invalid("password", "it is needed with update_password: always.")
