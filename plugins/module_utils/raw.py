# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any call of an API, as a user wrote it, under the same rules as all others.

Private to the collection; names no service.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import RestClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import Answer

Call = TypeVar("Call", bound="RawCall")


@dataclass(frozen=True)
class RawCall:
    """One call; a service says what its paths begin with.

    Attributes:
        method: the HTTP method.
        path: below the version.
        query: its parameters.
        body: what is sent, None for nothing.
        shown_body: the part of it that is no secret.
    """

    #: What the service's paths begin with, and one of them.
    version: ClassVar[str]
    example: ClassVar[str]

    method: str
    path: str
    query: dict[str, Any]
    body: Any
    shown_body: Any

    @classmethod
    def of(cls: type[Call], params: dict[str, Any]) -> Call:
        """The call that a task's options describe: ``method``, ``path``, ``query``, ``body`` and ``secret_body``.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        given = line_of("path", params["path"])
        path = given[len(cls.version) :] if given.startswith(f"{cls.version}/") else given
        if not re.fullmatch(r"(/[A-Za-z0-9\-._~!$&'()*+,;=:@%]+)+/?", path) or "/../" in f"{path}/":
            raise invalid("path", f"{given!r} is not a path such as {cls.example}, without a query.")
        shown, secret = params["body"], params["secret_body"]
        if params["method"] in {"GET", "DELETE"} and (shown or secret):
            raise invalid("body", f"{params['method']} has none.")
        if secret is not None and not isinstance(shown, (dict, type(None))):
            raise invalid("secret_body", "it can be merged into a dictionary only.")
        body = shown if secret is None else {**(shown or {}), **secret}
        return cls(params["method"], path, params["query"] or {}, body, shown or {})

    @property
    def title(self) -> str:
        """The call in messages."""
        return f"{self.method} {self.version}{self.path}"

    def request(self, rest: RestClient, *, fresh: bool = False, headers: dict[str, str] | None = None) -> Answer:
        """Make the call."""
        return rest.request(self.method, self.path, query=self.query, body=self.body, headers=headers, fresh=fresh)
