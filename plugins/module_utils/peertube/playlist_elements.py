# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The videos of a playlist, in order: compare them with a list, and send the fewest writes that make them equal.

Private to the collection. Each POST adds another element, also for a video that the playlist already has, so one whose
response is lost is looked for. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from collections.abc import Callable, Collection, Sequence
from difflib import SequenceMatcher
from functools import partial
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import has_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.once_only import created_in, found_again
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import camel
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import OutcomeUnknown, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    is_null,
    nullable_in,
    number_in,
    object_in,
    text_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.unproven import Unproven
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

TIMES = ("start_timestamp", "stop_timestamp")
#: The type of an element whose video was deleted. Other elements without a video are hidden from the user.
DELETED = 1
#: How often an order is established after a response was lost, and how long to wait before, in seconds.
ATTEMPTS = 3
PAUSE = 2.0


class Entry(NamedTuple):
    """A video in a playlist.

    Attributes:
        video: its UUID, or as it was given while it is unknown; None for a deleted or hidden one.
        start_timestamp: where to start, in seconds; None for its beginning.
        stop_timestamp: where to stop, in seconds; None for its end.
    """

    video: str | None
    start_timestamp: int | None = None
    stop_timestamp: int | None = None

    def shown(self) -> dict[str, Any]:
        """Return it in the form of a result."""
        return self._asdict()


class Element(NamedTuple):
    """An element that the server has: its id and its entry."""

    id: int
    entry: Entry


class Move(NamedTuple):
    """One request that moves elements behind a position; positions begin at 1, and 0 is the beginning."""

    start_position: int
    insert_after_position: int
    reorder_length: int


class Elements:
    """The elements of a playlist.

    Args:
        client: sends the requests.
        playlist: the path of the playlist.
        title: the playlist, for messages.

    Attributes:
        visible: the elements whose videos are known or deleted, in order.
        hidden: the ids of those whose videos the user may not see, which a person excluded from the decision.
    """

    def __init__(self, client: PeerTubeClient, playlist: str, title: str) -> None:
        self._client = client
        self._path = f"{playlist}/videos"
        self._title = title
        self._items: list[Item] = []
        self.visible: list[Element] = []
        self.hidden: list[int] = []

    def read(self, *, with_hidden: bool = False) -> Elements:
        """Read all elements.

        Args:
            with_hidden: whether to read only what it takes to compare the playlist. Hidden videos are then among the
                visible ones, each with an entry whose video is None.

        Raises:
            Unproven: one can't be read, or its video is hidden.
        """
        with self._client.evidence.proving(f"the videos of {self._title}"):
            reading = self._client.reading(self._path)
            self._items = reading.items() if with_hidden else reading.all_items()
            for item in self._items:
                number, is_hidden = number_in(item, "id"), is_null(item, "video") and number_in(item, "type") != DELETED
                if is_hidden:
                    self.hidden.append(number)
                if is_hidden and not with_hidden:
                    why = f"the video of element {number} is hidden from this user"
                    self._client.evidence.except_or_raise(Unproven(self._title, why, item_id=str(number)))
                else:
                    self.visible.append(Element(number, entry_of(item)))
        return self

    def entries(self, task: Task, given: Sequence[Entry], absent: Collection[str] = ()) -> list[Entry]:
        """Return entries by the UUIDs of their videos. A video that is not in the playlist yet must exist.

        An entry at the place of a hidden video counts as that video if their times are equal.

        Args:
            task: check mode is taken from it.
            given: the entries, with the ids that the user gave.
            absent: those of them that are known not to exist yet.

        Raises:
            ToolkitError: ``not_found``, unless in check mode.
        """
        wanted = self._with_hidden(given)
        uuids: dict[str | None, str | None] = {None: None, **{name: name for name in absent}}
        for video in dict.fromkeys(entry.video for entry in wanted if entry.video not in uuids):
            shown = self._shown_video(str(video)) or self._client.get(f"/videos/{segment(video)}")
            if shown is None:
                missing(task, f"video {video}", "Check its number or UUID.")
            uuids[video] = text_in(shown, "uuid") if shown else video
        return [entry._replace(video=uuids[entry.video]) for entry in wanted]

    def _with_hidden(self, given: Sequence[Entry]) -> list[Entry]:
        if len(self.visible) != len(given):
            return list(given)
        return [
            element.entry if element.id in self.hidden and element.entry == entry._replace(video=None) else entry
            for element, entry in zip(self.visible, given)
        ]

    def _shown_video(self, video: str) -> Item | None:
        """Return a video of the playlist by its number or UUID."""
        shown = (item["video"] for item in self._items if item.get("video"))
        return next((item for item in shown if has_id(item, video)), None)

    def steps(self, wanted: Sequence[Entry]) -> list[Step]:
        """Return the writes that turn the elements into the desired ones, in their order."""
        kept = matched(self.visible, wanted)
        used = {element.id for element in kept if element}
        removed = [element for element in self.visible if element.id not in used]
        steps = [Step(f"remove element {element.id}", partial(self._remove, element)) for element in removed]
        target: list[int] = []
        order = [item_id for item_id in self._order() if item_id in used or item_id in self.hidden]
        for entry, element in zip(wanted, kept):
            if element is None:
                steps.append(Step(f"add video {entry.video}", partial(self._add, entry, target, len(target), order)))
                target.append(0)
                continue
            target.append(element.id)
            if element.entry != entry:
                steps.append(Step(f"change element {element.id}", partial(self._change, element, entry)))
        target += self.hidden
        # What is added comes last, in the desired order.
        steps.append(Step("order", lambda: self._arrange(order, target)))
        return steps

    def _order(self) -> list[int]:
        return [number_in(item, "id") for item in self._items]

    def _remove(self, element: Element) -> None:
        self._client.delete(f"{self._path}/{segment(element.id)}")

    def _change(self, element: Element, entry: Entry) -> None:
        times = {"start_timestamp": entry.start_timestamp, "stop_timestamp": entry.stop_timestamp}
        self._client.put(f"{self._path}/{segment(element.id)}", camel(times))

    def _add(self, entry: Entry, target: list[int], place: int, order: list[int]) -> None:
        """Add a video at the end, once, and note the id of its element in the desired and in the current order."""
        times = {name: value for name, value in zip(TIMES, entry[1:]) if value is not None}
        body = {"video_id": entry.video, **times}
        known = {*self._order(), *target}
        title = f"video {entry.video} in {self._title}"
        find = partial(self._find_added, title, str(entry.video), known)
        response = self._client.post_free(self._path, camel(body), self._client.evidence.absent(title), find)
        made = created_in(response, "videoPlaylistElement") or found_again(title, find)
        element = number_in(made, "id")
        target[place] = element
        order.append(element)

    def _find_added(self, title: str, video: str, known: Collection[int]) -> Item | Absence:
        """Return the element of a video that was added since the elements were read, or the proof that none was."""

        def is_new(item: Item) -> bool:
            shown = nullable_in(item, "video", object_in, None)
            return number_in(item, "id") not in known and shown is not None and has_id(shown, video)

        return self._client.evidence.find(title, self._client.reading(self._path), "id", is_new)

    def _arrange(self, order: list[int], target: list[int], sleep: Callable[[float], None] = time.sleep) -> None:
        """Move the elements into the desired order. A move whose response was lost is not repeated but looked at."""
        current = list(order)
        for attempt in range(ATTEMPTS):
            if sorted(current) != sorted(target):
                raise ToolkitError(
                    "conflict", f"The videos of {self._title} were changed by someone else.", hint="Run the task again."
                )
            try:
                for move in moves_to(current, target):
                    self._client.rest.request("POST", f"{self._path}/reorder", body=camel(move._asdict()))
                return
            except OutcomeUnknown:
                if attempt == ATTEMPTS - 1:
                    raise
            sleep(PAUSE)
            current = [number_in(item, "id") for item in self._client.reading(self._path).all_items()]


def entry_of(item: Item) -> Entry:
    """Return the video of an element, with its times.

    Raises:
        Unreadable: it does not show them.
    """
    video = nullable_in(item, "video", object_in, None)
    times = (nullable_in(item, name, number_in, None) for name in TIMES)
    return Entry(text_in(video, "uuid") if video else None, *times)


def matched(current: Sequence[Element], wanted: Sequence[Entry]) -> list[Element | None]:
    """Return the element for each entry; None if it must be added.

    Equal ones in the same order come first, because they need not move; then equal ones, then those with other times.
    """
    found: list[Element | None] = [None] * len(wanted)
    entries = [element.entry for element in current]
    for block in SequenceMatcher(None, entries, wanted, autojunk=False).get_matching_blocks():
        found[block.b : block.b + block.size] = current[block.a : block.a + block.size]
    free = [element for element in current if element not in found]
    for length in (len(Entry._fields), 1):
        for place, entry in enumerate(wanted):
            if found[place] is None:
                element = next((element for element in free if element.entry[:length] == entry[:length]), None)
                if element is not None:
                    found[place] = element
                    free.remove(element)
    return found


def moves_to(current: Sequence[int], target: Sequence[int]) -> list[Move]:
    """Return the fewest moves that turn an order into another one, each of a run that stays together.

    Args:
        current: distinct elements.
        target: the same elements in the desired order.
    """
    place = {element: index for index, element in enumerate(target)}
    runs: list[list[int]] = []
    for element in current:
        if runs and place[element] == place[runs[-1][-1]] + 1:
            runs[-1].append(element)
        else:
            runs.append([element])
    staying = _longest_increasing([place[run[0]] for run in runs])
    order = list(current)
    moves = []
    for run in sorted(runs, key=lambda run: place[run[0]]):
        first = place[run[0]]
        if first in staying:
            continue
        behind = order.index(target[first - 1]) + 1 if first else 0
        moves.append(Move(order.index(run[0]) + 1, behind, len(run)))
        order = [element for element in order if element not in run]
        at = order.index(target[first - 1]) + 1 if first else 0
        order[at:at] = run
    return moves


def _longest_increasing(numbers: Sequence[int]) -> set[int]:
    """Return the members of a longest increasing subsequence of distinct numbers."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(ends, number)
        before[number] = ends[at - 1] if at else None
        ends[at : at + 1] = [number]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return found
