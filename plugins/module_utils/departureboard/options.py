# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that departureboard.io modules share.

Private to the collection. Their documentation is in ``doc_fragments/departureboard.py`` and
``doc_fragments/connection.py``.
"""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

from ansible_collections.reseller.toolkit.plugins.module_utils.connection import transport_options

#: The address of the public service, which may have ended.
DEFAULT_URL = "https://api.departureboard.io"
#: The values of ``filter_type``.
FILTER_TYPES = ("to", "from")


def connection_options() -> dict[str, dict[str, Any]]:
    """Return the options of the connection, which every module has."""
    return {
        "api_key": {
            "type": "str",
            "no_log": True,
            "fallback": (env_fallback, ["DEPARTUREBOARD_API_KEY"]),
        },
        "api_url": {
            "type": "str",
            "default": DEFAULT_URL,
            "fallback": (env_fallback, ["DEPARTUREBOARD_API_URL"]),
        },
        **transport_options(),
    }


def board_options() -> dict[str, dict[str, Any]]:
    """Return the options that say which services a board shows."""
    return {
        "num_services": {"type": "int"},
        "time_offset": {"type": "int"},
        "time_window": {"type": "int"},
        "service_details": {"type": "bool"},
        "filter_station": {"type": "str"},
        "filter_type": {"type": "str", "choices": list(FILTER_TYPES)},
        "filter_list": {"type": "list", "elements": "str"},
    }
