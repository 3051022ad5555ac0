# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comments on videos."""

from __future__ import annotations

from sandbox.peertube import actors, rules, video_access, video_shown
from sandbox.peertube.ask import MODERATOR, Ask
from sandbox.peertube.errors import crash, not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_DISABLED, _HELD = 2, 3
_TEXT = rules.text(1, 10000)

routes = Routes()
router = routes.router


def _shown(ask: Ask, row: Row) -> Row:
    video = ask.tables.videos.get(row["video_id"])
    account = ask.tables.accounts.get(row["account_id"])
    assert video is not None
    below = [reply for reply in ask.tables.comments.all(thread_id=row["id"], deleted=False) if reply["id"] != row["id"]]
    author = actors.account_of_channel(ask, video_shown.channel_of(ask, video))["id"]
    names = ("id", "text", "createdAt", "updatedAt", "heldForReview")
    return {
        **{name: row[name] for name in names},
        "url": f"http://{ask.own_host}/videos/watch/{video['uuid']}/comments/{row['id']}",
        "threadId": row["thread_id"],
        "inReplyToCommentId": row["reply_to"],
        "videoId": row["video_id"],
        "deletedAt": row["deletedAt"],
        "isDeleted": row["deleted"],
        "totalRepliesFromVideoAuthor": len([reply for reply in below if reply["account_id"] == author]),
        "totalReplies": len(below),
        "account": actors.account_shown(ask, account) if account and not row["deleted"] else None,
    }


def _add(ask: Ask, video: Row, parent: Row | None) -> Row:
    if video["commentsPolicy"] == _DISABLED:
        raise problem(409, "Video comments are disabled for this video.")
    row = ask.tables.comments.insert(
        video_id=video["id"],
        account_id=actors.account_of(ask, ask.me)["id"],
        text=ask.body["text"],
        reply_to=parent["id"] if parent else None,
        thread_id=parent["thread_id"] if parent else None,
        heldForReview=video["commentsPolicy"] == _HELD and not ask.owns(video_shown.owner_of(ask, video)),
        deleted=False,
        deletedAt=None,
        createdAt=ask.time,
        updatedAt=ask.time,
    )
    if parent is None:
        row["thread_id"] = row["id"]
        ask.tables.comments.save(row)
    return {"comment": _shown(ask, row)}


def _find(ask: Ask, video: Row, name: str) -> Row:
    row = ask.tables.comments.get(ask.number(name))
    if row is None or row["video_id"] != video["id"]:
        raise not_found("Video comment thread")
    return row


@routes.add("GET", "/videos/{id}/comment-threads", login=False)
def list_threads(ask: Ask) -> Row:
    """Return the threads of a video."""
    video = video_access.readable(ask)
    comments = ask.tables.comments.all(video_id=video["id"])
    threads = [row for row in comments if row["reply_to"] is None and _is_visible(comments, row)]
    found = ask.page(threads, lambda row: _shown(ask, row), "createdAt", "totalReplies")
    return {**found, "totalNotDeletedComments": len([row for row in comments if not row["deleted"]])}


def _is_visible(comments: list[Row], row: Row) -> bool:
    return not row["deleted"] or any(reply["reply_to"] == row["id"] for reply in comments)


@routes.add("POST", "/videos/{id}/comment-threads")
def add_thread(ask: Ask) -> Row:
    """Begin a thread."""
    ask.check(text=_TEXT)
    return _add(ask, video_access.readable(ask), None)


@routes.add("GET", "/videos/{id}/comment-threads/{thread}", login=False)
def read_thread(ask: Ask) -> Row:
    """Return a thread as a tree."""
    row = _find(ask, video_access.readable(ask), "thread")
    if row["reply_to"] is not None:
        raise problem(400, "Video comment is not a thread.")
    return _tree(ask, row, ask.tables.comments.all(thread_id=row["id"]))


def _tree(ask: Ask, row: Row, comments: list[Row]) -> Row:
    replies = [reply for reply in comments if reply["reply_to"] == row["id"] and _is_visible(comments, reply)]
    return {"comment": _shown(ask, row), "children": [_tree(ask, reply, comments) for reply in replies]}


@routes.add("POST", "/videos/{id}/comments/{comment}")
def reply(ask: Ask) -> Row:
    """Reply to a comment."""
    ask.check(text=_TEXT)
    video = video_access.readable(ask)
    return _add(ask, video, _find(ask, video, "comment"))


@routes.add("DELETE", "/videos/{id}/comments/{comment}")
def remove_comment(ask: Ask) -> None:
    """Delete a comment; its place in the tree stays."""
    video = video_access.readable(ask)
    row = _find(ask, video, "comment")
    if row["deleted"]:
        raise problem(409, "This comment is already deleted")
    account = actors.account_of(ask, ask.me)
    is_allowed = row["account_id"] == account["id"] or ask.owns(video_shown.owner_of(ask, video))
    if not is_allowed and not ask.has_role(MODERATOR):
        raise problem(403, "Cannot remove video comment of another user")
    _delete(ask, row)


def _delete(ask: Ask, row: Row) -> None:
    ask.tables.comments.save({**row, "deleted": True, "deletedAt": ask.time, "updatedAt": ask.time, "text": ""})


@routes.add("POST", "/videos/{id}/comments/{comment}/approve")
def approve(ask: Ask) -> None:
    """Show a comment that was held for review."""
    row = _find(ask, video_access.managed(ask), "comment")
    if not row["heldForReview"]:
        raise problem(400, "This comment is not held for review")
    ask.tables.comments.save({**row, "heldForReview": False})


def _listed(ask: Ask, row: Row) -> Row:
    shown = _shown(ask, row)
    video = ask.tables.videos.get(row["video_id"])
    assert video is not None
    for name in ("deletedAt", "isDeleted", "totalReplies", "totalRepliesFromVideoAuthor"):
        del shown[name]
    return {**shown, "automaticTags": [], "video": {name: video[name] for name in ("id", "uuid", "name")}}


@routes.add("GET", "/videos/comments", role=MODERATOR, right=21)
def list_comments(ask: Ask) -> Row:
    """Return the comments of all videos."""
    rows = ask.search(ask.tables.comments.all(deleted=False), "text")
    return ask.page(rows, lambda row: _listed(ask, row), "createdAt")


@routes.add("GET", "/users/me/videos/comments")
def list_mine(ask: Ask) -> Row:
    """Fail, as both real servers did."""
    raise crash('column "publishedAt" does not exist', "SequelizeDatabaseError")


@routes.add("POST", "/bulk/remove-comments-of")
def remove_all_of(ask: Ask) -> None:
    """Delete the comments of an account, on the whole instance or on the caller's videos."""
    ask.check(accountName=rules.anything, scope=rules.one_of("instance", "my-videos"))
    account = actors.find_account(ask, ask.body["accountName"])
    if ask.body["scope"] == "instance" and not ask.has_role(MODERATOR):
        raise problem(403, "User cannot remove any comments of this instance.")
    for row in ask.tables.comments.all(account_id=account["id"], deleted=False):
        video = ask.tables.videos.get(row["video_id"])
        if ask.body["scope"] == "instance" or (video and ask.owns(video_shown.owner_of(ask, video))):
            _delete(ask, row)
