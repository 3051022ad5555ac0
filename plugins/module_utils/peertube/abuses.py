# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of videos, comments and accounts: find one, make one, decide on it, and its messages.

Private to the collection. The API accepts the same report, and the same message, any number of times. So a report is
looked up by who made it, what it is about and its reason, and a message by its author and its text. Source: recorded
responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import missing
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import checked_handle, checked_id, has_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.once_only import created_in, found_again
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import camel
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_text
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    Unreadable,
    nullable_in,
    number_in,
    object_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

ABUSES_PATH = "/abuses"
OWN_ABUSES_PATH = "/users/me/abuses"
#: The numbers of the states, by their words in options.
STATES = {"pending": 1, "rejected": 2, "accepted": 3}
PREDEFINED_REASONS = (
    "violentOrRepulsive",
    "hatefulOrAbusive",
    "spamOrMisleading",
    "privacy",
    "rights",
    "serverRules",
    "thumbnails",
    "captions",
)
#: What a report can be about.
SUBJECTS = ("video", "comment", "account")
#: The fewest and the most characters of reasons, moderation comments and messages.
TEXT_LENGTH = (2, 3000)
#: What only moderators see and set.
DECISION = ("abuse_state", "moderation_comment")


def checked_abuse(params: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a report in the form that is compared.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["id"] is None and params["reason"] is None:
        raise invalid("reason", "it is required unless id is given.")
    if params["id"] is None and all(params[subject] is None for subject in SUBJECTS):
        raise invalid("video", "it, comment or account is required unless id is given.")
    for option in ("id", "comment"):
        if params[option] is not None:
            check_number(option, params[option], 1)
    for option in ("start_at", "end_at"):
        if params[option] is not None:
            check_number(option, params[option], 0)
    checked = dict(params)
    for option in ("reason", "moderation_comment", "message_text"):
        if params[option] == "":
            raise invalid(option, "it is empty.")
        checked[option] = checked_text(option, params[option], *TEXT_LENGTH)
    if params["video"] is not None:
        checked["video"] = checked_id("video", params["video"])
    if params["account"] is not None:
        checked["account"] = checked_handle("account", params["account"])
    return checked


def as_abuse(shown: Item) -> Item:
    """Return a report for comparison and for the result.

    Raises:
        Unreadable: its state is unknown.
    """
    state = value_in(shown, "state", dict)
    words = [word for word, number in STATES.items() if number == state.get("id")]
    if not words:
        raise Unreadable("state", state)
    return {**shown, "abuse_state": words[0]}


def abuse_path(number: int) -> str:
    """Return the path of a report."""
    return f"{ABUSES_PATH}/{segment(number)}"


def messages_path(number: int) -> str:
    """Return the path of the messages of a report."""
    return f"{abuse_path(number)}/messages"


def abuse_by_id(client: PeerTubeClient, number: int) -> Item | None:
    """Return the report with an id, of all for moderators, of the own ones for other users; None if there is none."""
    try:
        items = client.collection(ABUSES_PATH, id=number)
    except ApiError as error:
        if error.status != 403:
            raise
        items = client.collection(OWN_ABUSES_PATH)
    found = [item for item in items if number_in(item, "id") == number]
    return as_abuse(found[0]) if found else None


def find_abuse(client: PeerTubeClient, params: dict[str, Any]) -> Item | Absence:
    """Return the own report with this subject and this reason, decided or not, or the proof that there is none.

    Raises:
        ToolkitError: ``ambiguous``.
        Unproven: a report does not show its subject.
    """
    title = f"a report with the reason {params['reason']!r}"
    reading = client.reading(OWN_ABUSES_PATH)
    found = client.evidence.find(
        title, reading, "id", lambda item: text_in(item, "reason") == params["reason"], partial(is_of, params)
    )
    return found if isinstance(found, Absence) else as_abuse(found)


def is_of(params: dict[str, Any], item: Item) -> bool:
    """Return whether a report is about the subject that the options name.

    Raises:
        Unreadable: it does not show its subject.
    """
    video, comment = (nullable_in(item, name, object_in, None) for name in ("video", "comment"))
    if params["video"] is not None:
        return video is not None and has_id(video, params["video"])
    if params["comment"] is not None:
        return comment is not None and number_in(comment, "id") == params["comment"]
    return video is None and comment is None and _is_about(params["account"], item)


def _is_about(handle: str, item: Item) -> bool:
    account = value_in(item, "flagged_account", dict)
    name = text_in(account, "name")
    return handle in (name, f"{name}@{text_in(account, 'host')}")


def add_abuse(client: PeerTubeClient, params: dict[str, Any], absence: Absence | None) -> Item:
    """Report something, at most once; return the report."""
    about: dict[str, Any] = {}
    if params["video"] is not None:
        times = {option: params[option] for option in ("start_at", "end_at") if params[option] is not None}
        given = params["video"]
        about["video"] = {"id": int(given) if given.isdigit() else given, **times}
    if params["comment"] is not None:
        about["comment"] = {"id": params["comment"]}
    if params["account"] is not None:
        about["account"] = {"id": account_id(client, params["account"])}
    find = partial(find_abuse, client, params)
    wanted = {"reason": params["reason"], "predefined_reasons": params["predefined_reasons"] or []}
    response = client.post_free(ABUSES_PATH, camel({**wanted, **about}), absence, find)
    created = created_in(response, "abuse")
    if created is None:
        return found_again(f"The report with the reason {params['reason']!r}", find)
    return {"id": created["id"], **wanted, "abuse_state": "pending"}


def account_id(client: PeerTubeClient, handle: str) -> int:
    """Return the number of an account.

    Raises:
        ToolkitError: ``not_found``.
    """
    found = client.get(f"/accounts/{segment(handle)}")
    if found is None:
        raise ToolkitError("not_found", f"There is no account {handle}.", hint="Check its name.")
    return number_in(found, "id")


def decide(client: PeerTubeClient, abuse: Item, changed: dict[str, Any]) -> None:
    """Change the state or the moderation comment of a report."""
    body = {"state": STATES[changed["abuse_state"]]} if "abuse_state" in changed else {}
    if "moderation_comment" in changed:
        body["moderationComment"] = changed["moderation_comment"]
    client.put(abuse_path(number_in(abuse, "id")), body)


def remove_abuse(client: PeerTubeClient, abuse: Item) -> None:
    """Remove a report with its messages."""
    client.delete(abuse_path(number_in(abuse, "id")))


def find_message(client: PeerTubeClient, number: int, text: str, author: int | None) -> Item | Absence:
    """Return a message of a report, or the proof that there is none.

    Args:
        client: reads.
        number: the report.
        text: the message.
        author: the number of its author's account; None for any.

    Raises:
        ToolkitError: ``ambiguous``.
    """
    criteria: list[Callable[[Item], bool]] = [lambda item: value_in(item, "message", str) == text]
    if author is not None:
        criteria.append(lambda item: number_in(value_in(item, "account", dict), "id") == author)
    reading = client.reading(messages_path(number), identity=None)
    return client.evidence.find(f"the message {text!r}", reading, "id", *criteria)


def ensure_message(task: Task, client: PeerTubeClient, number: int, text: str, *, present: bool) -> dict[str, Any]:
    """Add a message of the user who is logged in, at most once, or remove the message with this text.

    Returns:
        ``changed``, and the ``message`` or None.
    """
    author = client.own_account() if present else None
    find = partial(find_message, client, number, text, author)
    found = find()
    if isinstance(found, Absence):
        if not present:
            return {"changed": False, "message": None}
        message = {"message": text} if task.check_mode else _add_message(client, number, text, found, find)
        return {"changed": True, "message": message}
    if present:
        return {"changed": False, "message": found}
    if not task.check_mode:
        client.delete(f"{messages_path(number)}/{segment(number_in(found, 'id'))}")
    return {"changed": True, "message": None}


def _add_message(
    client: PeerTubeClient, number: int, text: str, absence: Absence, find: Callable[[], Item | Absence]
) -> Item:
    response = client.post_free(messages_path(number), {"message": text}, absence, find)
    created = created_in(response, "abuseMessage")
    return {"id": created["id"], "message": text} if created else found_again(f"The message {text!r}", find)


def missing_abuse(task: Task, number: int) -> None:
    """Report that there is no report with this id; in check mode only warn.

    Raises:
        ToolkitError: ``not_found``.
    """
    missing(task, f"report {number}", "Users see only the reports that they made.")
