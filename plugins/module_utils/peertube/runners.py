# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remote runners, which transcode for an instance, and the tokens with which they register.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import properties_of
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.paging import Reading
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import Item, number_in, text_in

RUNNERS_PATH = "/runners"
TOKENS_PATH = "/runners/registration-tokens"
#: The property of a token that is secret.
TOKEN = "registration_token"
#: The properties of a token. Other modules never read the secret one.
TOKEN_PROPERTIES = properties_of(f"id {TOKEN} registered_runners_count created_at updated_at")
#: The largest number of tokens that a task may ask for.
MOST_TOKENS = 100


def list_runners(client: PeerTubeClient) -> list[Item]:
    """Return all runners."""
    return client.collection(RUNNERS_PATH, sort="createdAt")


def list_tokens(client: PeerTubeClient) -> list[Item]:
    """Return all registration tokens."""
    return _reading_tokens(client).items()


def _reading_tokens(client: PeerTubeClient) -> Reading:
    return client.reading(TOKENS_PATH, properties=TOKEN_PROPERTIES, sort="createdAt")


def find_runner(client: PeerTubeClient, name: str) -> Item | None:
    """Return the runner with this name, which no two runners have; None if there is none.

    Raises:
        ToolkitError: ``unproven``.
    """
    reading = client.reading(RUNNERS_PATH, sort="createdAt")
    found = client.evidence.find(f"runner {name}", reading, "id", lambda runner: text_in(runner, "name") == name)
    return None if isinstance(found, Absence) else found


def find_token(client: PeerTubeClient, wanted: dict[str, Any]) -> Item | None:
    """Return the registration token with this ``id`` or this ``registration_token``; None if there is none.

    Raises:
        ToolkitError: ``unproven``.
    """

    def is_wanted(token: Item) -> bool:
        if wanted["id"] is not None:
            return number_in(token, "id") == wanted["id"]
        return text_in(token, TOKEN) == wanted[TOKEN]

    found = client.evidence.find("the registration token", _reading_tokens(client), "id", is_wanted)
    return None if isinstance(found, Absence) else found


def remove_runner(client: PeerTubeClient, runner: Item) -> None:
    """Remove a runner; its jobs go to others."""
    client.delete(f"{RUNNERS_PATH}/{number_in(runner, 'id')}")


def remove_token(client: PeerTubeClient, token: Item) -> None:
    """Remove a registration token, and with it the runners that registered with it."""
    client.delete(f"{TOKENS_PATH}/{number_in(token, 'id')}")


def add_tokens(client: PeerTubeClient, existing: int, wanted: int) -> None:
    """Create registration tokens until there are so many.

    A token has nothing by which it can be recognized, so after a response that was lost their number decides.

    Args:
        client: reads and creates them.
        existing: how many there are, at least.
        wanted: how many must exist.

    Raises:
        ToolkitError: ``unproven`` if they can't be counted.
    """
    for number in range(existing + 1, wanted + 1):
        find = partial(_nth_token, client, number)
        found = find()
        if isinstance(found, Absence):
            client.post_free(f"{TOKENS_PATH}/generate", None, found, find)


def _nth_token(client: PeerTubeClient, number: int) -> Item | Absence:
    """Return the token with this number in the list, or the proof that there are fewer."""
    title = f"registration token number {number}"
    with client.evidence.proving(title):
        tokens = _reading_tokens(client).all_items()
    return tokens[number - 1] if len(tokens) >= number else client.evidence.absent(title)
