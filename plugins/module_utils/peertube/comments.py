# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments on videos: find one, write, approve and delete it.

Private to the collection. The API accepts the same comment any number of times. So one is looked up by its video, its
author, its text and the comment that it replies to. It shows no single comment, only the first ones of all threads, and
all comments of one thread. A deleted one keeps its place there, without a text. Source: recorded responses of PeerTube
6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.ids import checked_id
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.once_only import created_in, found_again
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import shown
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_text
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Item,
    number_in,
    objects_in,
    value_in,
)

#: The fewest and the most characters of a comment.
TEXT_LENGTH = (1, 10_000)


def checked_comment(params: dict[str, Any]) -> dict[str, Any]:
    """Return the options of a comment in the form that is compared.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if params["id"] is None and params["text"] is None:
        raise invalid("text", "it is required unless id is given.")
    for option in ("id", "in_reply_to", "thread"):
        if params[option] is not None:
            check_number(option, params[option], 1)
    # As a server may do, so that the text that was sent is the one that is found.
    text = None if params["text"] is None else params["text"].strip()
    if text == "":
        raise invalid("text", "it is empty.")
    checked = {"video": checked_id("video", params["video"]), "text": checked_text("text", text, *TEXT_LENGTH)}
    return {**params, **checked}


def threads_path(video: str) -> str:
    """Return the path of the threads of a video."""
    return f"/videos/{segment(video)}/comment-threads"


def comment_path(video: str, number: int) -> str:
    """Return the path of a comment, which can't be read there."""
    return f"/videos/{segment(video)}/comments/{segment(number)}"


def find_comment(client: PeerTubeClient, params: dict[str, Any], author: int | None) -> Item | Absence:
    """Return the comment that the options name, or the proof that there is none.

    Args:
        client: reads.
        params: the task's options, from `checked_comment`.
        author: the number of the account that wrote it; None if ``id`` is given.

    Raises:
        ToolkitError: ``ambiguous``; ``invalid_option`` if a reply is named without its thread.
        Unproven: a comment can't be read.
    """
    criteria: list[Callable[[Item], bool]]
    if params["id"] is not None:
        title = f"comment {params['id']}"
        criteria = [lambda item: number_in(item, "id") == params["id"], _is_kept]
    else:
        title = f"a comment with the text {params['text'][:40]!r}"
        criteria = [
            lambda item: value_in(item, "text", str).strip() == params["text"],
            lambda item: _parent_of(item) == params["in_reply_to"],
            _is_kept,
            lambda item: number_in(value_in(item, "account", dict), "id") == author,
        ]
    thread = params["thread"] or params["in_reply_to"] or params["id"]
    if thread is None:
        return _find_thread(client, params, title, criteria)
    with client.evidence.proving(title):
        comments = _comments_in(client, params["video"], thread)
        _check_parent(comments, params)
        return client.evidence.find_in(title, comments, "id", *criteria)


def _find_thread(
    client: PeerTubeClient, params: dict[str, Any], title: str, criteria: list[Callable[[Item], bool]]
) -> Item | Absence:
    try:
        return client.evidence.find(title, client.reading(threads_path(params["video"])), "id", *criteria)
    except ApiError as error:
        if error.status != 404 or params["state"] == "present":
            raise
        # Without its video, no comment exists.
        return client.evidence.absent(title)


def _check_parent(comments: list[Item], params: dict[str, Any]) -> None:
    """Refuse a reply to what does not exist.

    Raises:
        ToolkitError: ``not_found``.
    """
    parent = params["in_reply_to"]
    if parent is None or params["state"] == "absent":
        return
    if parent not in [number_in(comment, "id") for comment in comments]:
        raise ToolkitError("not_found", f"There is no comment {parent} in this thread.", hint="Check in_reply_to.")


def _comments_in(client: PeerTubeClient, video: str, thread: int) -> list[Item]:
    """Return all comments of a thread; none if it does not exist.

    Raises:
        ToolkitError: ``invalid_option`` if it is a reply.
    """
    try:
        tree = client.get(f"{threads_path(video)}/{segment(thread)}")
    except ApiError as error:
        if error.status != 400 or error.validation_errors:
            raise
        raise invalid("thread", f"it is required, because comment {thread} is a reply.") from error
    return [] if tree is None else list(_flat(tree))


def _flat(tree: Item) -> Iterator[Item]:
    yield value_in(tree, "comment", dict)
    for child in objects_in(tree, "children"):
        yield from _flat(child)


def _is_kept(item: Item) -> bool:
    return not value_in(item, "is_deleted", bool)


def _parent_of(item: Item) -> int | None:
    name = "in_reply_to_comment_id"
    # A missing one is not taken for the null of a thread.
    return None if item.get(name, 0) is None else number_in(item, name)


def add_comment(client: PeerTubeClient, params: dict[str, Any], absence: Absence | None, author: int | None) -> Item:
    """Write a comment or a reply, at most once; return it."""
    video, parent = params["video"], params["in_reply_to"]
    path = threads_path(video) if parent is None else comment_path(video, parent)
    find = partial(find_comment, client, params, author)
    response = client.post_free(path, {"text": params["text"]}, absence, find)
    created = created_in(response, "comment")
    comment: Item = shown(threads_path(video), created) if created else found_again("The comment", find)
    if params["approved"] and is_held(comment):
        approve(client, params, comment)
        return {**comment, "held_for_review": False}
    return comment


def approve(client: PeerTubeClient, params: dict[str, Any], comment: Item) -> None:
    """Show a comment that is held for review."""
    number = number_in(comment, "id")
    try:
        client.rest.request("POST", f"{comment_path(params['video'], number)}/approve", repeat=True)
    except ApiError as error:
        # It was approved in the meantime, or by a request whose response was lost.
        if error.status != 400 or is_held(find_comment(client, {**params, "id": number}, None)):
            raise


def is_held(found: Item | Absence) -> bool:
    """Return whether a comment exists and is held for review."""
    return not isinstance(found, Absence) and value_in(found, "held_for_review", bool)


def delete_comment(client: PeerTubeClient, params: dict[str, Any], comment: Item) -> None:
    """Delete a comment. One that was deleted in the meantime (404, 409) is no error."""
    path = comment_path(params["video"], number_in(comment, "id"))
    client.rest.request("DELETE", path, expect=(200, 204, 404, 409))
