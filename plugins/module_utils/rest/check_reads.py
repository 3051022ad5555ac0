# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The responses that the modules of one check share: a task that runs many modules in check mode, one after the other.

Private to the collection; names no service. The read cache shares only what shows that there is nothing to do. A check
predicts, and writes nothing, so its modules share all responses, also those that say that something does not exist. A
module that reads the same a second time wants to see whether it has changed, and sends the request.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response


class CheckReads:
    """The responses of one check, by their requests."""

    def __init__(self) -> None:
        self._responses: dict[str, Response] = {}

    def of_module(self, user: str) -> ModuleReads:
        """Return the reads of the next module.

        Args:
            user: names the address and the user of the service, as another one may see other things.
        """
        return ModuleReads(self._responses, user)


class ModuleReads:
    """The reads of one module of a check.

    Args:
        responses: those of all modules of the check.
        user: names the address and the user of the service.
    """

    def __init__(self, responses: dict[str, Response], user: str) -> None:
        self._responses = responses
        self._user = user
        self._own: set[str] = set()

    def earlier(self, *request: Any) -> Response | None:
        """Return the response that an earlier module got; None if the request must be sent.

        Args:
            request: what distinguishes the request from others: its address, parameters and headers.
        """
        name = self._name(request)
        if name in self._own:
            return None
        self._own.add(name)
        return self._responses.get(name)

    def add(self, response: Response, *request: Any) -> None:
        """Share the response to a request that was sent."""
        self._responses[self._name(request)] = response

    def _name(self, request: tuple[Any, ...]) -> str:
        return json.dumps([self._user, *request], sort_keys=True, default=str)
