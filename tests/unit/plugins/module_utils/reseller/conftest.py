# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures: a client for logic that sends nothing, and one for an API with given responses."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import UNPAGED, ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, Damaged
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Evidence


@pytest.fixture
def client(tmp_path: Path) -> ResellerClient:
    """A client without HTTP client: any request fails."""
    return ResellerClient(
        cast(Any, None), api_url="https://api.example", key_fingerprint="", storage=FileStorage(str(tmp_path))
    )


class Told(NamedTuple):
    """A response with JSON, as far as clients read it."""

    data: Any
    status: int = 200
    headers: Any = {}  # noqa: RUF012


class Api:
    """Replaces the HTTP client: answers reads from the given JSON, and records all calls.

    Attributes:
        answers: the JSON at each path; an exception is raised; responses in `Turns` are given one after the other.
        totals: the reported lengths of collections.
        take: the maximum number of items in a page; None for all.
        failures: the exceptions of the next writes; None for a success.
        reads: the paths of the reads.
        writes: the calls that write.
        bodies: their bodies.
    """

    def __init__(self, answers: dict[str, Any]) -> None:
        self.answers = answers
        self.totals: dict[str, int] = {}
        self.take: int | None = None
        self.failures: list[Exception | None] = []
        self.reads: list[str] = []
        self.writes: list[str] = []
        self.bodies: list[Any] = []

    def request(self, method: str, path: str, **more: Any) -> Told:
        if method != "GET":
            self.writes.append(f"{method} {path}")
            self.bodies.append(more.get("body"))
            failure = self.failures.pop(0) if self.failures else None
            if failure is not None:
                raise failure
            return Told(None, 204)
        self.reads.append(path)
        known: Any = self.answers.get(path)
        if isinstance(known, Turns):
            known = known.next()
        if isinstance(known, Exception):
            raise known
        if path not in self.answers or known is NOT_FOUND:
            if 404 in more.get("expect", ()):
                return Told(None, 404)
            raise ApiError("not_found", f"GET {path}", "no.", status=404)
        if isinstance(known, list) and not UNPAGED.fullmatch(path):
            known = known[(more.get("query") or {}).get("skip") or 0 :][: self.take]
        if more.get("shape") and not more["shape"](known):
            raise Damaged(f"GET {path}", "it is JSON, but not what was asked for")
        return Told(known, headers={"X-Paging-TotalResults": str(self.totals.get(path, ""))})


NOT_FOUND = object()


class Turns:
    """Responses given one after the other; the last one is repeated."""

    def __init__(self, *answers: Any) -> None:
        self._answers = list(answers)

    def next(self) -> Any:
        """Return the next answer."""
        return self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]


@pytest.fixture(scope="session")
def api_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[ResellerClient, Api]]:
    """Creates a client of an API with these responses, and the API."""
    storage = FileStorage(str(tmp_path_factory.mktemp("state")))

    def make(answers: dict[str, Any], evidence: Evidence | None = None) -> tuple[ResellerClient, Api]:
        api = Api(answers)
        client = ResellerClient(
            cast(Any, api),
            api_url="https://api.example",
            key_fingerprint="",
            storage=storage,
            evidence=evidence,
            sleep=lambda _seconds: None,
        )
        return client, api

    return make


@pytest.fixture(scope="session")
def turns() -> type[Turns]:
    """Creates responses that are given one after the other."""
    return Turns


@pytest.fixture(scope="session")
def not_found() -> object:
    """The placeholder of a 404 among `turns`."""
    return NOT_FOUND
