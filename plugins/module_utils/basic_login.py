# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Services with basic authentication (RFC 7617): their options, and the login that these describe.

Private to the collection; names no service.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible.module_utils.basic import env_fallback

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import (
    canonical_url,
    check_login,
    check_transport,
    transport_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.basic_auth import BasicAuth
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


class BasicLogin(NamedTuple):
    """Where to log in, and as whom.

    Attributes:
        api_url: the address of the service in its canonical form.
        auth: signs requests.
        budget: names who shares one rate limit.
    """

    api_url: str
    auth: BasicAuth
    budget: str


def login_options(prefix: str, default_url: str) -> dict[str, dict[str, Any]]:
    """Return the options of the connection, which every module of a service has.

    Args:
        prefix: what the environment variables of the service begin with.
        default_url: the address of the public service.
    """
    return {
        "api_user": {
            "type": "str",
            "required": True,
            "no_log": False,
            "fallback": (env_fallback, [f"{prefix}_API_USER"]),
        },
        "api_password": {
            "type": "str",
            "required": True,
            "no_log": True,
            "fallback": (env_fallback, [f"{prefix}_API_PASSWORD"]),
        },
        "api_url": {"type": "str", "default": default_url, "fallback": (env_fallback, [f"{prefix}_API_URL"])},
        **transport_options(),
    }


def login_of(task: Task, *, version: str, example: str) -> BasicLogin:
    """Return the login that a task's options describe. Nothing is sent.

    Args:
        task: its options include `login_options`.
        version: the path of the version of the API.
        example: an address that would do, for messages.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    params = task.params
    user, password = params["api_user"], params["api_password"]
    check_login("api_user", user)
    if not password:
        raise invalid("api_password", "it is empty.")
    check_transport(params)
    api_url = canonical_url(params["api_url"], version=version, example=example)
    # The form that the Authorization header encodes, in case an error of the server repeats it.
    task.secrets.add(f"{user}:{password}")
    return BasicLogin(api_url, BasicAuth(user, password), f"{api_url} {user}")
