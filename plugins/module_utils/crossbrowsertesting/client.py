# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CrossBrowserTesting's screenshot API: how a task reaches it, and what its errors mean.

Private to the collection. Source: the vendor's description of comparisons; for screenshot tests its sample scripts, and
public clients of others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.basic_login import login_of
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import (
    rest_client,
    storage_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.options import DEFAULT_URL
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.shown_properties import shown
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.resources import Resources
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

VERSION = "/api/v3"
#: No headers of a limit are described or were seen; a 429 says how long to wait.
NO_RATE_LIMIT = RateLimitHeaders()
_OTHER_SERVER = "The public service may no longer exist; set api_url to a compatible server."


class CrossBrowserTestingClient(Resources):
    """Calls CrossBrowserTesting's screenshot API. All methods raise `ApiError`."""

    @classmethod
    def for_task(cls, task: Task) -> CrossBrowserTestingClient:
        """Return the client for a task's connection options. It sends nothing yet.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        login = login_of(task, version=VERSION, example=DEFAULT_URL)
        service = Service(f"{login.api_url}{VERSION}", NO_RATE_LIMIT, partial(_hint, login.api_url))
        storage = storage_of(task.params)
        rest = rest_client(task, service, login.auth, storage=storage, budget=login.budget)
        return cls(rest, api_url=login.api_url, storage=storage)

    def get(self, path: str, **query: Any) -> dict[str, Any] | None:
        """Return the object at a path; None if it does not exist (404, 410)."""
        return shown(path, super().get(path, **query))

    def one(self, path: str, shape: Callable[[Any], bool] = is_object, **query: Any) -> Any:
        """Return what is at a path that must exist.

        Args:
            path: below the version.
            shape: what kind of data it must be.
            query: the query parameters; those that are None are left out.

        Raises:
            ApiError: also if the path does not exist.
        """
        return shown(path, self.rest.request("GET", path, query=query, expect=(200,), shape=shape).data)


def _hint(api_url: str, error: ApiError, clock_offset: float | None) -> str:
    """Return the next step for the user."""
    if error.status == 401:
        return (
            "Check api_user (CROSSBROWSERTESTING_API_USER) and api_password (CROSSBROWSERTESTING_API_PASSWORD): the "
            "address and the authkey of an account."
        )
    if error.status in (404, 410) and api_url == DEFAULT_URL:
        return f"Check the ids. {_OTHER_SERVER}"
    if (error.status or 0) >= 500:
        return "Try again later." + (f" {_OTHER_SERVER}" if api_url == DEFAULT_URL else "")
    return ""
