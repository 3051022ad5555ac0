# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is gathered: which requests, with which filters, and which options are refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.gather import (
    NARROWING,
    SOURCES,
    InstanceReads,
    checked_gather_options,
    source_of,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Page
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task


def options(*gather: str, **given: Any) -> dict[str, Any]:
    defaults = {"limit": None, "redundancy_target": "local", "metric": "viewers"}
    return {**dict.fromkeys(NARROWING), **defaults, "gather": list(gather), **given}


class Moving:
    """A client whose collection loses its first item between two pages."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self._items = [{"id": str(number)} for number in range(150)]

    def page(self, path: str, start: int, count: int, **query: Any) -> Page:
        self.asked.append({"path": path, "start": start, "count": count, **query})
        page = Page(self._items[start : start + count], len(self._items))
        self._items = self._items[1:]
        return page


def gather(client: Moving, name: str, **given: Any) -> Any:
    params = checked_gather_options(options(name, **given))
    return InstanceReads(Task({}, check_mode=False), cast(PeerTubeClient, client), params).gather(name)


def test_jobs_that_end_while_they_are_read_are_no_error() -> None:
    client = Moving()
    found = gather(client, "jobs", job_state="active", job_type="video-import")
    # The one that moved to the first page after it was read is missed; none is there twice.
    assert [int(one["id"]) for one in found] == [number for number in range(150) if number != 100]
    assert client.asked == [
        {"path": "/jobs/active", "start": 0, "count": 100, "jobType": "video-import"},
        {"path": "/jobs/active", "start": 100, "count": 100, "jobType": "video-import"},
    ]


@pytest.mark.parametrize(("limit", "counts"), [(1, [1]), (100, [100]), (101, [100, 1])])
def test_limit_reads_no_more_than_it_returns(limit: int, counts: list[int]) -> None:
    client = Moving()
    assert len(gather(client, "users", limit=limit)) == limit
    assert [asked["count"] for asked in client.asked] == counts


@pytest.mark.parametrize(
    ("given", "path"),
    [
        ({}, "/videos"),
        ({"account": "ada"}, "/accounts/{account}/videos"),
        ({"channel": "films", "account": "ada"}, "/video-channels/{channel}/videos"),
    ],
)
def test_narrowest_path_counts(given: dict[str, Any], path: str) -> None:
    assert source_of("videos", options("videos", **given)).path == path


def refusals() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield, for each option of a path, what can't be gathered without it."""
    for name, sources in SOURCES.items():
        for option in sources[-1].in_path - {"metric"}:
            yield option, options(name)


@pytest.mark.parametrize(("option", "params"), [*refusals()])
def test_what_a_path_needs_is_required(option: str, params: dict[str, Any]) -> None:
    needed = {one: "1" for one in ("video", "account") if one != option}
    with pytest.raises(ToolkitError, match=f"^{option}: it is required to gather {params['gather'][0]}"):
        checked_gather_options({**params, **needed})


@pytest.mark.parametrize("option", sorted({*NARROWING} - {"metric", "redundancy_target"}))
def test_option_that_nothing_takes_is_refused(option: str) -> None:
    with pytest.raises(ToolkitError, match=f"^{option}: nothing of config takes it"):
        checked_gather_options(options("config", **{option: "1"}))


def test_times_are_sent_in_utc() -> None:
    checked = checked_gather_options(options("logs", since="2026-11-24 13:00:00+01:00", until="2026-11-25T00:00:00Z"))
    assert (checked["since"], checked["until"]) == ("2026-11-24T12:00:00Z", "2026-11-25T00:00:00Z")
