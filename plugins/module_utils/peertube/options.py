# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that PeerTube modules share.

Private to the collection. Their documentation is in ``doc_fragments/peertube.py`` and ``doc_fragments/connection.py``.
"""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

from ansible_collections.reseller.toolkit.plugins.module_utils.connection import transport_options

#: What an address looks like, for messages.
EXAMPLE_URL = "https://video.example.com"
#: What a path looks like, for messages.
EXAMPLE_PATH = "/api/v1/videos"


def connection_options() -> dict[str, dict[str, Any]]:
    """Return the options of the connection, which every module has."""
    return {
        "api_url": {"type": "str", "required": True, "fallback": (env_fallback, ["PEERTUBE_API_URL"])},
        "api_user": {"type": "str", "no_log": False, "fallback": (env_fallback, ["PEERTUBE_API_USER"])},
        "api_password": {"type": "str", "no_log": True, "fallback": (env_fallback, ["PEERTUBE_API_PASSWORD"])},
        "otp": {"type": "str", "no_log": True, "fallback": (env_fallback, ["PEERTUBE_OTP"])},
        "api_token": {"type": "str", "no_log": True, "fallback": (env_fallback, ["PEERTUBE_API_TOKEN"])},
        **transport_options(),
    }


def password_options() -> dict[str, dict[str, Any]]:
    """Return the options of a password, which the API accepts and never returns."""
    return {
        "password": {"type": "str", "no_log": True},
        "update_password": {
            "type": "str",
            "choices": ["on_create", "always"],
            "default": "on_create",
            "no_log": False,
        },
    }
