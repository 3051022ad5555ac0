# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that modules of the reseller API have in common.

Private to the collection. Their documentation is in ``doc_fragments/reseller.py``.
"""

from __future__ import annotations

from typing import Any

from ansible.module_utils.basic import env_fallback

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_seconds
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import canonical_url, transport_options

#: The API's address for most customers.
DEFAULT_URL = "https://api.combell.com"


def connection_options(*, sends: bool = True) -> dict[str, dict[str, Any]]:
    """How to reach the API and how patient to be with it: every module has these.

    Args:
        sends: whether the module sends requests. One that does not has the options all the same, as the defaults of
            the action group are given to it too; it needs no credentials.
    """
    return {
        "api_key": {
            "type": "str",
            "required": sends,
            "no_log": False,
            "fallback": (env_fallback, ["RESELLER_API_KEY"]),
        },
        "api_secret": {
            "type": "str",
            "required": sends,
            "no_log": True,
            "fallback": (env_fallback, ["RESELLER_API_SECRET"]),
        },
        "api_url": {
            "type": "str",
            "default": DEFAULT_URL,
            "fallback": (env_fallback, ["RESELLER_API_URL"]),
        },
        "read_cache": {"type": "bool", "default": True},
        **transport_options(),
    }


def api_address(params: dict[str, Any]) -> str:
    """The API's address in one form, which also names the API in the journal.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    return canonical_url(params["api_url"], version="/v2", example=DEFAULT_URL)


def password_options() -> dict[str, dict[str, Any]]:
    """A password that the API takes and never tells, and when to set it."""
    return {
        "password": {"type": "str", "no_log": True},
        "update_password": {
            "type": "str",
            "choices": ["on_create", "always"],
            "default": "on_create",
            "no_log": False,
        },
    }


def zone_write_options() -> dict[str, dict[str, Any]]:
    """Return the options of modules that write to a DNS zone."""
    return {
        "allow_wildcard": {"type": "bool", "default": False},
        "check_name_servers": {"type": "bool", "default": True},
    }


def polling_options() -> dict[str, dict[str, Any]]:
    """How to wait for a provisioning job."""
    return {
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 900},
        "poll_min": {"type": "float", "default": 1},
        "poll_max": {"type": "float", "default": 90},
        "on_job_failure": {"type": "str", "choices": ["fail", "wait"], "default": "fail"},
    }


def ordering_options() -> dict[str, dict[str, Any]]:
    """How to order something: `polling_options`, and what to do when the outcome of an order is unknown."""
    return {
        **polling_options(),
        "on_doubt": {"type": "str", "choices": ["fail", "resend"], "default": "fail"},
        "settle_time": {"type": "float", "default": 300},
    }


def check_polling(params: dict[str, Any]) -> None:
    """Refuse times of `polling_options` that make no sense.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    check_seconds(params, "wait_timeout", "poll_min", "poll_max")


def check_ordering(params: dict[str, Any]) -> None:
    """Refuse times of `ordering_options` that make no sense.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["settle_time"]:
        check_seconds(params, "settle_time")
    check_polling(params)
