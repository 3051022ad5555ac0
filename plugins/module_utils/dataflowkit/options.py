# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that Dataflow Kit modules share.

Private to the collection. Their documentation is in ``doc_fragments/dataflowkit.py`` and
``doc_fragments/connection.py``.
"""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

from ansible_collections.reseller.toolkit.plugins.module_utils.connection import transport_options

#: The address of the public service.
DEFAULT_URL = "https://api.dataflowkit.com"
FETCHERS = ["base", "chrome"]
FORMATS = ["csv", "json", "jsonl", "xml", "excel"]


def connection_options() -> dict[str, dict[str, Any]]:
    """Return the options of the connection, which every module has."""
    return {
        "api_key": {
            "type": "str",
            "required": True,
            "no_log": True,
            "fallback": (env_fallback, ["DATAFLOWKIT_API_KEY"]),
        },
        "api_url": {
            "type": "str",
            "default": DEFAULT_URL,
            "fallback": (env_fallback, ["DATAFLOWKIT_API_URL"]),
        },
        **transport_options(),
    }


def page_options() -> dict[str, dict[str, Any]]:
    """Return the options that say how to load a page."""
    return {
        "url": {"type": "str"},
        "page_proxy": {"type": "str"},
        "initial_cookies": {
            "type": "list",
            "elements": "dict",
            "default": [],
            "no_log": False,
            "options": {
                "name": {"type": "str", "required": True},
                "value": {"type": "str", "required": True, "no_log": True},
                "domain": {"type": "str"},
                "path": {"type": "str"},
                "expiration_date": {"type": "float", "aliases": ["expirationDate"]},
                "host_only": {"type": "bool", "aliases": ["hostOnly"]},
                "http_only": {"type": "bool", "aliases": ["httpOnly"]},
                "secure": {"type": "bool"},
                "session": {"type": "bool"},
                "same_site": {
                    "type": "str",
                    "choices": ["unspecified", "strict", "lax", "no_restriction"],
                    "aliases": ["sameSite"],
                },
                "store_id": {"type": "str", "aliases": ["storeId", "storeID"]},
                "id": {"type": "int"},
            },
        },
        "wait_delay": {"type": "float"},
        "ignore_http_status_codes": {"type": "bool", "default": False},
        "actions": {"type": "list", "elements": "dict", "default": []},
    }
