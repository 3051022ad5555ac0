# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of abuse, and their messages."""

from __future__ import annotations

from sandbox.peertube import actors, rules, video_access, video_shown
from sandbox.peertube.ask import MODERATOR, Ask, short_uuid
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_STATES = {1: "Pending", 2: "Rejected", 3: "Accepted"}
_REASONS = {
    "violentOrRepulsive": 1,
    "hatefulOrAbusive": 2,
    "spamOrMisleading": 3,
    "privacy": 4,
    "rights": 5,
    "serverRules": 6,
    "thumbnails": 7,
    "captions": 8,
}
_RIGHT = 6
_TEXT = rules.text(2, 3000)
_LISTED_ACCOUNT = ("url", "name", "host", "avatars", "id", "hostRedundancyAllowed", "displayName")
_LISTED_CHANNEL = (*_LISTED_ACCOUNT, "banners", "description", "isLocal")

routes = Routes()
router = routes.router


@routes.add("POST", "/abuses")
def report(ask: Ask) -> Row:
    """Report a video, a comment or an account."""
    ask.check("body", {"reason": _TEXT}, optional={"predefinedReasons": rules.each(rules.one_of(*_REASONS))})
    given = {name: (ask.body.get(name) or {}).get("id") for name in ("video", "account", "comment")}
    if not any(given.values()):
        raise problem(400, "video id or account id or comment id is required.")
    video = video_access.by_id(ask, given["video"]) if given["video"] else None
    comment = ask.tables.comments.get(given["comment"]) if given["comment"] else None
    account = ask.tables.accounts.get(given["account"]) if given["account"] else None
    for name, row in (("comment", comment), ("account", account)):
        if given[name] and row is None:
            raise not_found("Video comment" if name == "comment" else "Account")
    flagged = account
    if video is not None:
        flagged = actors.account_of_channel(ask, video_shown.channel_of(ask, video))
    elif comment is not None:
        flagged = ask.tables.accounts.get(comment["account_id"])
    row = ask.tables.abuses.insert(
        account_id=actors.account_of(ask, ask.me)["id"],
        flagged_id=flagged["id"] if flagged else None,
        video_id=video["id"] if video else None,
        comment_id=comment["id"] if comment else None,
        reason=ask.body["reason"],
        predefinedReasons=ask.body.get("predefinedReasons") or [],
        startAt=(ask.body.get("video") or {}).get("startAt"),
        endAt=(ask.body.get("video") or {}).get("endAt"),
        state=1,
        moderationComment=None,
        createdAt=ask.time,
        updatedAt=ask.time,
    )
    return {"abuse": {"id": row["id"]}}


def _account(ask: Ask, number: object, names: tuple[str, ...] = _LISTED_ACCOUNT) -> Row | None:
    account = ask.tables.accounts.get(number)
    if account is None:
        return None
    shown = actors.account_shown(ask, account)
    return {name: shown[name] for name in names}


def _video(ask: Ask, row: Row, *, all_reports: bool) -> Row | None:
    video = ask.tables.videos.get(row["video_id"]) if row["video_id"] else None
    if video is None:
        return None
    channel = actors.channel_shown(ask, video_shown.channel_of(ask, video))
    shown = {
        **{name: video[name] for name in ("id", "uuid", "name", "nsfw", "thumbnailPath")},
        "startAt": row["startAt"],
        "endAt": row["endAt"],
        "deleted": False,
        "blacklisted": ask.tables.video_blocks.one(video_id=video["id"]) is not None,
        "channel": {name: channel[name] for name in _LISTED_CHANNEL},
    }
    if ask.newer:
        shown |= {"shortUUID": short_uuid(video["uuid"])}
        shown["thumbnails"] = actors.thumbnails(ask, video["thumbnailPath"])
    if all_reports:
        same = [other["id"] for other in ask.tables.abuses.all(video_id=video["id"])]
        shown |= {"countReports": len(same), "nthReport": same.index(row["id"]) + 1}
    return shown


def _comment(ask: Ask, row: Row) -> Row | None:
    comment = ask.tables.comments.get(row["comment_id"]) if row["comment_id"] else None
    video = ask.tables.videos.get(comment["video_id"]) if comment else None
    if comment is None or video is None:
        return None
    about = {name: video[name] for name in ("id", "name", "uuid")}
    names = {"id": comment["id"], "threadId": comment["thread_id"], "text": comment["text"]}
    return {**names, "deleted": comment["deleted"], "video": about}


def _shown(ask: Ask, row: Row) -> Row:
    return {
        **{name: row[name] for name in ("id", "reason", "predefinedReasons", "createdAt", "updatedAt")},
        "flaggedAccount": _account(ask, row["flagged_id"]),
        "state": {"id": row["state"], "label": _STATES[row["state"]]},
        "countMessages": len(ask.tables.abuse_messages.all(abuse_id=row["id"])),
        "video": _video(ask, row, all_reports=False),
        "comment": _comment(ask, row),
    }


def _shown_to_moderators(ask: Ask, row: Row) -> Row:
    reports = ask.tables.abuses.all()
    return {
        **_shown(ask, row),
        "video": _video(ask, row, all_reports=True),
        "moderationComment": row["moderationComment"],
        "reporterAccount": _account(ask, row["account_id"]),
        "countReportsForReporter": len([one for one in reports if one["account_id"] == row["account_id"]]),
        "countReportsForReportee": len([one for one in reports if one["flagged_id"] == row["flagged_id"]]),
    }


@routes.add("GET", "/abuses", role=MODERATOR, right=_RIGHT, docs="getAbuses")
def list_abuses(ask: Ask) -> Row:
    """Return the reports."""
    ask.check(
        "query",
        optional={
            "id": rules.number(1),
            "state": rules.one_of(*_STATES),
            "filter": rules.one_of("video", "comment", "account"),
            "predefinedReason": rules.one_of(*_REASONS),
        },
    )
    rows = ask.tables.abuses.all()
    for name in ("id", "state"):
        if name in ask.query:
            rows = [row for row in rows if str(row[name]) == ask.query[name]]
    kind = ask.query.get("filter")
    if kind in ("video", "comment"):
        rows = [row for row in rows if row[f"{kind}_id"]]
    elif kind == "account":
        rows = [row for row in rows if not row["video_id"] and not row["comment_id"]]
    reason = ask.query.get("predefinedReason")
    rows = [row for row in rows if reason is None or reason in row["predefinedReasons"]]
    if ask.query.get("search"):
        rows = [row for row in rows if _is_found(ask, row)]
    return ask.page(rows, lambda row: _shown_to_moderators(ask, row), "id", "createdAt", "state")


def _is_found(ask: Ask, row: Row) -> bool:
    """Return whether a name in a report contains the searched text; its reason does not count."""
    video, account = ask.tables.videos.get(row["video_id"]), ask.tables.accounts.get(row["flagged_id"])
    names = [str(video["name"]) if video else "", str(account["name"]) if account else ""]
    return any(ask.query["search"].lower() in name.lower() for name in names)


@routes.add("GET", "/users/me/abuses")
def list_mine(ask: Ask) -> Row:
    """Return the caller's reports."""
    rows = ask.tables.abuses.all(account_id=actors.account_of(ask, ask.me)["id"])
    return ask.page(rows, lambda row: _shown(ask, row), "id", "createdAt", "state")


def _find(ask: Ask) -> Row:
    row = ask.tables.abuses.get(ask.number())
    if row is None:
        raise not_found("Abuse")
    return row


@routes.add("PUT", "/abuses/{id}", role=MODERATOR, right=_RIGHT)
def change(ask: Ask) -> None:
    """Decide on a report."""
    ask.check("body", optional={"state": rules.one_of(*_STATES), "moderationComment": _TEXT})
    row = _find(ask)
    row |= {name: ask.body[name] for name in ("state", "moderationComment") if name in ask.body}
    ask.tables.abuses.save({**row, "updatedAt": ask.time})


@routes.add("DELETE", "/abuses/{id}", role=MODERATOR, right=_RIGHT)
def remove(ask: Ask) -> None:
    """Remove a report."""
    row = _find(ask)
    ask.tables.abuse_messages.delete_all(abuse_id=row["id"])
    ask.tables.abuses.delete(row)


def _open(ask: Ask) -> Row:
    row = _find(ask)
    if row["account_id"] != actors.account_of(ask, ask.me)["id"] and not ask.has_role(MODERATOR):
        raise problem(403, f"User {ask.me['username']} does not have right to get abuse {row['id']}")
    return row


@routes.add("GET", "/abuses/{id}/messages")
def list_messages(ask: Ask) -> Row:
    """Return the messages of a report."""
    row = _open(ask)

    def show(message: Row) -> Row:
        account = ask.tables.accounts.get(message["account_id"])
        names = {name: message[name] for name in ("id", "createdAt", "byModerator", "message")}
        return {**names, "account": actors.account_summary(ask, account) if account else None}

    rows = ask.tables.abuse_messages.all(abuse_id=row["id"])
    return {"total": len(rows), "data": [show(message) for message in rows]}


@routes.add("POST", "/abuses/{id}/messages")
def add_message(ask: Ask) -> Row:
    """Write a message to a report."""
    ask.check(message=_TEXT)
    row = _open(ask)
    account = actors.account_of(ask, ask.me)
    message = ask.tables.abuse_messages.insert(
        abuse_id=row["id"],
        account_id=account["id"],
        message=ask.body["message"],
        byModerator=account["id"] != row["account_id"],
        createdAt=ask.time,
    )
    return {"abuseMessage": {"id": message["id"]}}


@routes.add("DELETE", "/abuses/{id}/messages/{message}")
def remove_message(ask: Ask) -> None:
    """Remove a message."""
    row = _open(ask)
    message = ask.tables.abuse_messages.get(ask.params["message"])
    if message is None or message["abuse_id"] != row["id"]:
        raise not_found("Abuse message")
    if message["account_id"] != actors.account_of(ask, ask.me)["id"] and not ask.has_role(MODERATOR):
        raise problem(403, "Cannot delete the abuse message of another user")
    ask.tables.abuse_messages.delete(message)
