# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Any call of an API, as a user wrote it, under the same rules as all others.

Private to the collection; names no service.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar
from urllib.parse import unquote

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import (
    holds_line_break_or_control,
    invalid,
    line_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import RestClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response

Call = TypeVar("Call", bound="RawCall")

#: A path without empty segments, all its percent-encodings complete (RFC 3986, 3.3).
PATH = re.compile(r"(/([A-Za-z0-9\-._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})+)+/?")
#: An encoded character that needs no encoding (RFC 3986, 2.3).
UNRESERVED = re.compile(r"[A-Za-z0-9\-._~]")


def call_options(methods: Collection[str], body: str) -> dict[str, Any]:
    """Return the options from which `RawCall.of` makes a call.

    Args:
        methods: the methods of the API.
        body: the type of the option ``body``: ``dict``, or ``raw`` where an API also takes lists.
    """
    return {
        "method": {"type": "str", "choices": [*methods], "default": "GET"},
        "path": {"type": "str", "required": True},
        "query": {"type": "dict"},
        "secret_query": {"type": "dict", "no_log": True},
        "body": {"type": body},
        "secret_body": {"type": "dict", "no_log": True},
    }


def normalized(path: str, version: str, other_versions: tuple[str, ...] = ()) -> str:
    """Return the path below the version in normal form (RFC 3986, 6.2.2).

    Percent-encodings are upper case, characters that need none are decoded, and dot segments are removed (5.2.4). A
    trailing slash stays. A path of another version keeps that version.

    Args:
        path: the path with or without the version.
        version: what the paths of the API begin with, such as ``/v2``.
        other_versions: what its other paths begin with.

    Raises:
        ValueError: it is no path, is not UTF-8, holds control characters, climbs out of the version, or names nothing
            below it.
    """
    if not PATH.fullmatch(path):
        raise ValueError("is no path, or has a query")
    try:
        decoded = unquote(path, errors="strict")
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8") from error
    if holds_line_break_or_control(decoded):
        raise ValueError("holds a control character")
    given = re.sub("%(..)", _normalized_encoding, path)[1:].split("/")
    while given[:1] == ["."]:
        del given[0]
    first = "/" + "".join(given[:1]).lower()
    parts = version[1:].split("/")
    if [part.lower() for part in given[: len(parts)]] == parts:
        del given[: len(parts)]
    elif first in other_versions:
        del given[0]
    kept: list[str] = []
    below = first if first in other_versions else version
    for part in given:
        if part == "..":
            if not kept:
                raise ValueError(f"leaves {below}")
            kept.pop()
        elif part not in (".", ""):
            kept.append(part)
    if not kept:
        raise ValueError(f"names nothing below {below}")
    if below == version and f"/{kept[0].lower()}" in other_versions:
        raise ValueError(f"leaves {version}")
    beginning = "" if below == version else below
    return f"{beginning}/" + "/".join(kept) + ("/" if given[-1] in ("", ".", "..") else "")


def _normalized_encoding(found: re.Match[str]) -> str:
    character = chr(int(found.group(1), 16))
    return character if UNRESERVED.fullmatch(character) else found.group().upper()


@dataclass(frozen=True)
class RawCall:
    """One call; a service says what its paths begin with.

    Attributes:
        method: the HTTP method.
        path: below the version, in the form that is judged and sent.
        written: below the version, as the user wrote it.
        query: its parameters.
        shown_query: those of them that are no secret.
        body: what is sent, None for nothing.
        shown_body: the part of it that is no secret.
    """

    #: What the service's paths begin with, what its paths of other versions begin with, and one of them.
    version: ClassVar[str]
    other_versions: ClassVar[tuple[str, ...]] = ()
    example: ClassVar[str]

    method: str
    path: str
    written: str
    query: dict[str, Any]
    shown_query: dict[str, Any]
    body: Any
    shown_body: Any

    @classmethod
    def of(cls: type[Call], params: dict[str, Any]) -> Call:
        """Return the call that a task's options describe.

        The options are ``method``, ``path``, ``query``, ``secret_query``, ``body`` and ``secret_body``.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        given = line_of("path", params["path"])
        try:
            path = cls.canonical(params["method"], normalized(given, cls.version, cls.other_versions))
        except ValueError as error:
            raise invalid("path", f"{given!r} {error}. Write it as {cls.example}.") from error
        shown, secret = params["body"], params["secret_body"]
        if params["method"] in {"GET", "DELETE"} and (shown or secret):
            raise invalid("body", f"{params['method']} has none.")
        if secret is not None and not isinstance(shown, (dict, type(None))):
            raise invalid("secret_body", "it can be merged into a dictionary only.")
        body = shown if secret is None else {**(shown or {}), **secret}
        shown_query = params["query"] or {}
        return cls(
            method=params["method"],
            path=path,
            written=given[len(cls.version) :] if given.startswith(f"{cls.version}/") else given,
            query={**shown_query, **(params["secret_query"] or {})},
            shown_query=shown_query,
            body=body,
            shown_body=shown or {},
        )

    @classmethod
    def canonical(cls, _method: str, path: str) -> str:
        """Return the one spelling of a path in normal form; a service that knows its paths knows more of them."""
        return path

    @property
    def title(self) -> str:
        """The call in messages."""
        version = "" if self.path.startswith(tuple(f"{other}/" for other in self.other_versions)) else self.version
        return f"{self.method} {version}{self.path}"

    def request(self, rest: RestClient, *, fresh: bool = False, headers: dict[str, str] | None = None) -> Response:
        """Make the call."""
        return rest.request(self.method, self.path, query=self.query, body=self.body, headers=headers, fresh=fresh)
