# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests of visitors for an account: find one by the name that it asks for, accept, reject or remove it.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import camel
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    Unreadable,
    number_in,
    text_in,
    value_in,
)

REGISTRATIONS_PATH = "/users/registrations"
PENDING = "pending"
#: The states by their numbers.
STATES = {1: PENDING, 2: "rejected", 3: "accepted"}
#: The calls that lead to a state.
DECISIONS = {"accepted": "accept", "rejected": "reject"}
#: The length of the response to the person, in characters.
RESPONSE_LENGTH = (2, 3000)


def find_registration(client: PeerTubeClient, username: str) -> Item | Absence:
    """Return the request for an account with this name, its state as a word, or the proof that there is none.

    Raises:
        ToolkitError: ``unproven``.
        Unreadable: the request has no known state.
    """
    title = f"registration {username}"
    # The search finds a part of a name or of an e-mail address, so the names are compared.
    reading = client.reading(REGISTRATIONS_PATH, search=username, sort="createdAt")
    found = client.evidence.find(title, reading, "id", lambda item: text_in(item, "username") == username)
    if isinstance(found, Absence):
        return found
    number = number_in(value_in(found, "state", dict), "id")
    if number not in STATES:
        raise Unreadable("state", number)
    return {**found, "state": STATES[number]}


def check_decision(registration: Item, state: str, response: str | None) -> None:
    """Refuse a decision that the server would refuse.

    Raises:
        ToolkitError: ``conflict`` if it was decided otherwise, ``invalid_option`` without a response to a new decision.
    """
    if registration["state"] == state:
        return
    if registration["state"] != PENDING:
        raise ToolkitError(
            "conflict",
            f"The registration of {registration['username']} is {registration['state']} already.",
            hint="Remove it with state: absent, so that the person can ask again.",
        )
    if not response:
        raise ToolkitError("invalid_option", f"moderation_response: it is required to make a registration {state}.")


def decide(client: PeerTubeClient, registration: Item, options: dict[str, Any]) -> Item:
    """Accept or reject a request; return the request afterwards.

    Args:
        client: sends it.
        registration: the request.
        options: ``state``, ``moderation_response`` and ``prevent_email_delivery``.
    """
    state, response = options["state"], options["moderation_response"]
    body = {"moderation_response": response}
    if options["prevent_email_delivery"]:
        body["prevent_email_delivery"] = True
    try:
        client.post_again(f"{_path(registration)}/{DECISIONS[state]}", camel(body))
    except ApiError as error:
        # A retry after a response that was lost is refused, as it is decided already.
        found = find_registration(client, registration["username"]) if error.status == 409 else None
        if found is None or isinstance(found, Absence) or found["state"] != state:
            raise
        return found
    return {**registration, "state": state, "moderation_response": response}


def remove_registration(client: PeerTubeClient, registration: Item) -> None:
    """Remove a request. The user that it led to stays."""
    client.delete(_path(registration))


def _path(registration: Item) -> str:
    return f"{REGISTRATIONS_PATH}/{number_in(registration, 'id')}"
