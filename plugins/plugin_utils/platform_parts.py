# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The tasks of the role ``video_platform``: the module of each item of the dictionary, and its options.

Private to the collection. The check before the tasks runs these modules, and the tasks name the same options.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.plugin_utils.mistakes import Mistake

#: The place of the dictionary.
ROOT = "video_platform"


class PartKind(NamedTuple):
    """What the items of a list are.

    Attributes:
        title: what messages call one.
        module: the module that manages one.
        named_by: the option that names one.
        collection: the collection that the tasks of a run read once; an empty text if each is read alone.
        also_named_by: the option that names one which lacks ``named_by``.
        in_channel: whether its name is unique in its channel only.
    """

    title: str
    module: str
    named_by: str
    collection: str = ""
    also_named_by: str = ""
    in_channel: bool = False


#: The parts, in the order in which their tasks run.
KINDS = {
    "config": PartKind("configuration", "peertube_config", "config"),
    "plugins": PartKind("plugin", "peertube_plugin", "npm_name", "/plugins"),
    "homepage": PartKind("homepage", "peertube_homepage", "content"),
    "users": PartKind("user", "peertube_user", "username", "/users"),
    "channels": PartKind("channel", "peertube_channel", "name", "/video-channels"),
    "videos": PartKind("video", "peertube_video", "name", "/videos", also_named_by="key", in_channel=True),
    "playlists": PartKind("playlist", "peertube_playlist", "display_name", "/video-playlists", in_channel=True),
    "follows": PartKind("follow of", "peertube_follow", "following", "/server/following"),
    "blocked_accounts": PartKind("block of account", "peertube_blocklist", "account", "/server/blocklist/accounts"),
    "blocked_servers": PartKind("block of server", "peertube_blocklist", "server", "/server/blocklist/servers"),
}
#: The parts of which an instance has one.
SINGLE = ("config", "homepage")
#: The parts whose items are texts.
TEXTS = ("follows", "blocked_accounts", "blocked_servers")
#: The parts that belong to a user. Only the user can create them.
OF_USERS = ("channels", "videos", "playlists")
#: Those whose module is told the owner.
WITH_OWNER = ("videos", "playlists")
#: What else describes a user: how to log in as the user, and what belongs to the user.
NOT_FOR_THE_USER = frozenset({*OF_USERS, "api_token", "otp"})


@dataclass(frozen=True)
class PlatformItem:
    """One item of a list: the options of one task.

    Attributes:
        part: the list, such as ``channels``.
        place: its place, such as ``video_platform.users[0].channels[1]``.
        index: its index in the list.
        args: the options of its module.
        user: the index of the user who owns it; None if nobody does.
        owner: the name of that user.
    """

    part: str
    place: str
    index: int
    args: dict[str, Any]
    user: int | None = None
    owner: str | None = None

    @property
    def kind(self) -> PartKind:
        """What it is."""
        return KINDS[self.part]

    @property
    def name(self) -> str:
        """Its name, as far as the user gave one; an empty text for what an instance has one of."""
        found = self.args.get(self.kind.named_by) or self.args.get(self.kind.also_named_by)
        return "" if self.part in SINGLE else str(found)

    @property
    def title(self) -> str:
        """How messages name it."""
        return self.kind.title if self.part in SINGLE else self._title_by(self.name)

    @property
    def titles(self) -> set[str]:
        """How modules can name it when it does not exist yet."""
        names = (self.args.get(option) for option in (self.kind.named_by, self.kind.also_named_by))
        return {self._title_by(str(name)) for name in names if name is not None}

    def _title_by(self, name: str) -> str:
        channel = self.args.get("channel") if self.kind.in_channel else None
        return f"{self.kind.title} {name}" + (f" of channel {channel}" if channel else "")

    @property
    def identity(self) -> tuple[str | None, ...]:
        """What distinguishes it from the other items."""
        if not self.kind.in_channel:
            return (self.part, self.name)
        key = self.args.get(self.kind.also_named_by)
        return (self.part, self.owner, self.args.get("channel"), key, self.name if key is None else None)

    def place_of(self, option: str) -> str:
        """Return the place of an option: its own if the item is a dictionary, otherwise that of the item."""
        return self.place if self.part in (*SINGLE, *TEXTS) else f"{self.place}.{option}"


def items_of(platform: Mapping[str, Any]) -> tuple[list[PlatformItem], list[Mistake]]:
    """Return the items of a dictionary in the order of their tasks, and the mistakes in their form.

    Args:
        platform: the dictionary as the user wrote it.
    """
    found: dict[str, list[PlatformItem]] = defaultdict(list)
    mistakes: list[Mistake] = []
    for part, kind in KINDS.items():
        place, given = f"{ROOT}.{part}", platform.get(part)
        if part in SINGLE and given is not None:
            found[part].append(PlatformItem(part, place, 0, {kind.named_by: given}))
        elif part in TEXTS:
            found[part] += [
                PlatformItem(part, f"{place}[{index}]", index, {kind.named_by: text})
                for index, text in _items(place, given, mistakes)
            ]
        elif part not in OF_USERS:
            for index, args in _dictionaries(place, given, mistakes):
                own = NOT_FOR_THE_USER if part == "users" else frozenset()
                options = {name: value for name, value in args.items() if name not in own}
                found[part].append(PlatformItem(part, f"{place}[{index}]", index, options))
    for user, args in _dictionaries(f"{ROOT}.users", platform.get("users"), []):
        for part in OF_USERS:
            place = f"{ROOT}.users[{user}].{part}"
            for index, options in _dictionaries(place, args.get(part), mistakes):
                owner = str(args.get("username"))
                more = {"owner": owner} if part in WITH_OWNER else {}
                found[part].append(
                    PlatformItem(part, f"{place}[{index}]", index, {**options, **more}, user=user, owner=owner)
                )
    items = [item for part in KINDS for item in found[part]]
    return items, [*mistakes, *_twice(items), *_in_channels_of_others(items)]


def _dictionaries(place: str, given: Any, mistakes: list[Mistake]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the items of a list with their indices, without options that are not given."""
    for index, item in _items(place, given, mistakes):
        if isinstance(item, Mapping):
            yield index, {name: value for name, value in item.items() if value is not None}
        else:
            mistakes.append(Mistake(f"{place}[{index}]", "it must be a dictionary."))


def _items(place: str, given: Any, mistakes: list[Mistake]) -> Iterator[tuple[int, Any]]:
    """Yield the items of a list with their indices."""
    if isinstance(given, list):
        yield from enumerate(given)
    elif given is not None:
        mistakes.append(Mistake(place, "it must be a list."))


def _twice(items: list[PlatformItem]) -> Iterator[Mistake]:
    """Yield the items that an earlier one describes already."""
    seen: dict[tuple[str | None, ...], str] = {}
    for item in items:
        first = seen.setdefault(item.identity, item.place_of(item.kind.named_by))
        if first != item.place_of(item.kind.named_by) and item.kind.named_by in item.args:
            yield Mistake(item.place_of(item.kind.named_by), f"this is the same as {first}.")


def _in_channels_of_others(items: list[PlatformItem]) -> Iterator[Mistake]:
    """Yield the items that are in a channel which the dictionary gives to another user."""
    owners = {item.name: item.owner for item in items if item.part == "channels"}
    for item in items:
        channel = item.args.get("channel")
        owner = owners.get(str(channel))
        if item.kind.in_channel and channel and owner not in (None, item.owner):
            yield Mistake(item.place_of("channel"), f"channel {channel} belongs to user {owner}, not to {item.owner}.")
