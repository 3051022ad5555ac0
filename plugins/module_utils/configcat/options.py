# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that ConfigCat modules share.

Private to the collection. Their documentation is in ``doc_fragments/configcat.py`` and
``doc_fragments/connection.py``.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.basic_login import login_options

#: The address of the public management API.
DEFAULT_URL = "https://api.configcat.com"


def connection_options() -> dict[str, dict[str, Any]]:
    """Return the options of the connection, which every module has."""
    return login_options("CONFIGCAT", DEFAULT_URL)


def object_options() -> dict[str, dict[str, Any]]:
    """Return the options that identify an object of a product, by product and name or by id, and its desired state."""
    return {
        "product": {"type": "str"},
        "name": {"type": "str"},
        "id": {"type": "str"},
        "state": {"type": "str", "choices": ["present", "absent"], "default": "present"},
    }


#: The constraints on `object_options`, for a module's ``SPEC``.
OBJECT_CONSTRAINTS: dict[str, Any] = {
    "required_one_of": [("name", "id"), ("product", "id")],
    "mutually_exclusive": [("product", "id")],
}
