# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One request to the PeerTube API, with what handlers need to know about it."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn
from urllib.parse import parse_qsl

from sandbox.clock import iso
from sandbox.context import Context
from sandbox.peertube import rules
from sandbox.peertube.errors import PeerTubeError, problem
from sandbox.peertube.tables import Row, Tables
from sandbox.store import Setting

ADMINISTRATOR, MODERATOR, USER = 0, 1, 2
"""The roles."""

HOST = Setting("host", "")
"""The configured name of the instance, with its port; empty: any loopback address."""
_NUMBERS = ("category", "licence", "privacy", "latencyMode")
"""Fields that are numbers, although a form has texts."""
_JSON_LIMIT = 500 * 1024


class UploadedFile(NamedTuple):
    """A file of a form: its name and content."""

    name: str
    content: bytes


@dataclass
class Ask:
    """A request.

    :param now: the virtual time, in seconds since 1970.
    :param newer: whether the server is an 8.2, not a 6.3.
    :param query: the parameters; one that occurs more than once is a list.
    :param body: the content of a JSON body or a form, nested as PeerTube reads it.
    :param user: who is logged in, or None; ``token`` is the row of the access token.
    """

    context: Context
    method: str
    path: str
    params: dict[str, str]
    headers: dict[str, str]
    raw: bytes
    newer: bool
    now: float
    own_host: str
    query: dict[str, Any] = field(default_factory=dict)
    body: Any = field(default_factory=dict)
    files: dict[str, UploadedFile] = field(default_factory=dict)
    user: Row | None = None
    token: Row | None = None
    is_form: bool = False

    def __post_init__(self) -> None:
        self.tables = Tables(self.context.store)

    @property
    def time(self) -> str:
        """The virtual time as PeerTube writes it."""
        return at(self.now)

    @property
    def me(self) -> Row:
        """Who is logged in, where a login is required."""
        assert self.user is not None
        return self.user

    def has_role(self, least: int) -> bool:
        """Return whether somebody with at least this role is logged in."""
        return self.user is not None and self.user["role"] <= least

    def owns(self, user_id: object) -> bool:
        """Return whether the user of this id is logged in."""
        return self.user is not None and self.user["id"] == user_id

    def check(
        self,
        location: str = "body",
        needed: Mapping[str, rules.Rule] | None = None,
        *,
        optional: Mapping[str, rules.Rule] | None = None,
        **more: rules.Rule,
    ) -> None:
        """Check fields of the body, the query or the path.

        :raises PeerTubeError: 400 with all fields that are missing or invalid.
        """
        rules_of = {**(needed or {}), **more}
        source = {"body": self.body, "query": self.query, "params": self.params}[location]
        wrong = {name: source.get(name) for name, rule in rules_of.items() if not _passes(rule, dig(source, name))}
        for name, rule in (optional or {}).items():
            value = dig(source, name)
            if value is not None and value != "null" and not _passes(rule, value):
                wrong[name] = value
        if wrong:
            self.wrong(location, **{name: self._as_read(name, value) for name, value in wrong.items()})

    def _as_read(self, name: str, value: Any) -> Any:
        """Return a value of a form as the server reads it."""
        is_number = self.is_form and name in _NUMBERS and re.fullmatch(r"\d+", str(value))
        return int(value) if is_number else value

    def wrong(self, location: str = "body", /, **fields: Any) -> NoReturn:
        """Refuse fields."""
        raise invalid(self.path, location, fields)

    def number(self, name: str = "id") -> int:
        """Return a number of the path, or refuse it."""
        self.check("params", {name: rules.number(1)})
        return int(self.params[name])

    def page(self, rows: list[Any], show: Callable[[Any], Any], *sorts: str, default: str = "-createdAt") -> Row:
        """Return one page of rows: the requested part in the requested order.

        :param sorts: the fields by which the caller may sort.
        """
        self.check(
            "query",
            optional={
                "start": rules.number(0),
                "count": rules.number(0, 100),
                "sort": lambda value: str(value).lstrip("-") in sorts,
            },
        )
        sort = str(self.query.get("sort") or default)
        name, backwards = sort.lstrip("-"), sort.startswith("-")
        rows = sorted(rows, key=lambda row: (_sortable(row.get(name, row["id"])), row["id"]), reverse=backwards)
        start, count = int(self.query.get("start", 0)), int(self.query.get("count", 15))
        found: Row = {"total": len(rows), "data": [show(row) for row in rows[start : start + count]]}
        if self.query.get("skipCount") == "true":
            del found["total"]
        return found

    def search(self, rows: list[Row], *names: str) -> list[Row]:
        """Return the rows of which one of these fields contains the parameter ``search``."""
        wanted = str(self.query.get("search") or "").lower()
        return [row for row in rows if any(wanted in str(row.get(name) or "").lower() for name in names)]


def at(moment: float) -> str:
    """Return a time as PeerTube writes it: with milliseconds."""
    return iso(moment, digits=3)


def invalid(path: str, location: str, fields: dict[str, Any]) -> PeerTubeError:
    """Return the 400 that names invalid fields."""
    shown = {}
    for name, value in fields.items():
        entry = {"type": "field", "msg": "Invalid value", "path": name, "location": location}
        shown[name] = entry if value is None else {**entry, "value": value}
    detail = f"Incorrect request parameters: {', '.join(fields)}"
    error = problem(400, detail, instance=path)
    error.body["invalid-params"] = shown
    return error


def dig(source: Any, name: str) -> Any:
    """Return the value at a dotted name, or None."""
    for part in name.split("."):
        source = source.get(part) if isinstance(source, dict) else None
    return source


def _passes(rule: rules.Rule, value: Any) -> bool:
    return value is not None and bool(rule(value))


def _sortable(value: Any) -> tuple[str, float, str]:
    number = float(value) if isinstance(value, (int, float)) else 0.0
    return (type(value).__name__ if value is not None else "", number, str(value).lower())


def parse_query(text: str) -> dict[str, Any]:
    """Return the parameters of a query or of an encoded form."""
    return nested(parse_qsl(text, keep_blank_values=True))


def nested(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Return fields with names such as ``tags[0]`` and ``a[b]`` as lists and objects."""
    found: dict[str, Any] = {}
    for name, value in pairs:
        first, *rest = re.findall(r"[^\[\]]+|(?<=\[)(?=\])", name) or [name]
        keys = [first, *rest]
        place: Any = found
        for key in keys[:-1]:
            place = place.setdefault(key, {})
        last = keys[-1]
        if last == "":
            place[str(len(place))] = value
        elif last in place and not isinstance(place[last], dict):
            held = place[last]
            place[last] = [*held, value] if isinstance(held, list) else [held, value]
        else:
            place[last] = value
    return {name: _as_list(value) for name, value in found.items()}


def _as_list(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    inner = {key: _as_list(item) for key, item in value.items()}
    return list(inner.values()) if inner and all(key.isdigit() for key in inner) else inner


def read_body(ask: Ask) -> None:
    """Read the body as its type says; another type than JSON or a form is as no body."""
    kind = ask.headers.get("content-type", "")
    if kind.startswith("multipart/form-data"):
        ask.is_form = True
        _read_multipart(ask, kind)
    elif kind.startswith("application/x-www-form-urlencoded"):
        ask.is_form = True
        ask.body = parse_query(ask.raw.decode("utf-8", "replace"))
    elif "json" in kind and ask.raw:
        if len(ask.raw) > _JSON_LIMIT:
            raise problem(413, "request entity too large", "PayloadTooLargeError")
        try:
            read = json.loads(ask.raw)
        except ValueError:
            raise problem(400, "Unexpected token in JSON", "SyntaxError") from None
        ask.body = read if isinstance(read, dict) else {}


def _read_multipart(ask: Ask, kind: str) -> None:
    found = re.search(r'boundary="?([^";]+)"?', kind)
    if found is None:
        raise problem(500, "Multipart: Boundary not found", "Error")
    pairs: list[tuple[str, Any]] = []
    for part in ask.raw.split(b"--" + found[1].encode())[1:-1]:
        head, _blank, content = part.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        content = content.removesuffix(b"\r\n")
        names = dict(re.findall(r'\b(name|filename)="([^"]*)"', head.decode("utf-8", "replace")))
        if "filename" in names:
            ask.files[names.get("name", "")] = UploadedFile(names["filename"], content)
        else:
            pairs.append((names.get("name", ""), content.decode("utf-8", "replace")))
    ask.body = nested(pairs)


def new_uuid() -> str:
    """Return a new UUID."""
    return str(uuid.uuid4())


_DIGITS = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"


def short_uuid(long: str) -> str:
    """Return the short form of a UUID: base 58, 22 characters."""
    number, digits = uuid.UUID(long).int, ""
    while number:
        number, digit = divmod(number, 58)
        digits = _DIGITS[digit] + digits
    return digits.rjust(22, "1")


def by_any_id(rows: list[Row], wanted: str) -> Row | None:
    """Return the row with this number, UUID or short UUID."""
    return next((row for row in rows if wanted in (str(row["id"]), row["uuid"], short_uuid(row["uuid"]))), None)
