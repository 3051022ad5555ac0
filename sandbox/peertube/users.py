# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Users: created and changed by administrators and moderators."""

from __future__ import annotations

import secrets
from typing import Any

from sandbox.context import Context
from sandbox.peertube import actors, oauth, removal, rules
from sandbox.peertube.ask import ADMINISTRATOR, MODERATOR, USER, Ask, new_uuid
from sandbox.peertube.errors import crash, not_found, plain_not_found, problem
from sandbox.peertube.routing import Routes, is_newer
from sandbox.peertube.tables import Row, Tables

ROLES = {0: "Administrator", 1: "Moderator", 2: "User"}
ROOT = "root"

routes = Routes()
router = routes.router

_NOTIFICATIONS = {
    **dict.fromkeys(("newCommentOnMyVideo", "newVideoFromSubscription"), 1),
    **dict.fromkeys(("abuseAsModerator", "videoAutoBlacklistAsModerator", "blacklistOnMyVideo"), 3),
    **dict.fromkeys(("myVideoPublished", "myVideoImportFinished", "newUserRegistration", "commentMention"), 1),
    **dict.fromkeys(("newFollow", "newInstanceFollower", "autoInstanceFollowing"), 1),
    **dict.fromkeys(("abuseNewMessage", "abuseStateChange", "newPeerTubeVersion"), 3),
    **dict.fromkeys(("myVideoStudioEditionFinished", "myVideoTranscriptionGenerated", "newPluginVersion"), 1),
}

SETTINGS = (
    "p2pEnabled",
    "videosHistoryEnabled",
    "autoPlayVideo",
    "autoPlayNextVideo",
    "autoPlayNextVideoPlaylist",
    "noInstanceConfigWarningModal",
    "noWelcomeModal",
    "noAccountSetupWarningModal",
)
"""The settings of users that are true or false."""

_EMPTY_STATS = dict.fromkeys(
    ("videosCount", "abusesCount", "abusesAcceptedCount", "abusesCreatedCount", "videoCommentsCount"), 0
)


def begin(context: Context) -> None:
    """Create the administrator and the account of the instance in an empty state."""
    tables = Tables(context.store)
    if tables.users.all():
        return
    ask = Ask(context, "", "", {}, {}, b"", is_newer(context), context.clock.now(), "")
    tables.accounts.insert(**actors.new_actor(ask, "peertube", "peertube", user_id=None))
    create(ask, ROOT, context.options.api_secret, "root@peertube.example", ADMINISTRATOR, emailVerified=True)


def create(ask: Ask, username: str, password: str, email: str, role: int = USER, **more: Any) -> tuple[Row, Row]:
    """Create a user with account, first channel and the playlist for later; return the user and the account.

    :param more: further fields of the user, and ``channelName``, ``channelDisplayName``, ``displayName``.
    """
    notifications = {**_NOTIFICATIONS, **({"automaticBlocklist": 1} if ask.newer else {})}
    display_name = more.pop("displayName", None) or username
    channel_name = more.pop("channelName", None)
    channel_display_name = more.pop("channelDisplayName", None) or channel_name or f"Main {username} channel"
    fields = {
        "username": username,
        "password": password,
        "email": email,
        "role": role,
        "theme": "instance-default",
        "pendingEmail": None,
        "emailPublic": False,
        "emailVerified": None,
        "nsfwPolicy": "do_not_list",
        "p2pEnabled": not ask.newer,
        **dict.fromkeys(("videosHistoryEnabled", "autoPlayVideo", "autoPlayNextVideoPlaylist"), True),
        "autoPlayNextVideo": False,
        **dict.fromkeys(SETTINGS[5:], False),
        "videoLanguages": None,
        "language": None,
        "videoQuota": -1,
        "videoQuotaDaily": -1,
        "blocked": False,
        "blockedReason": None,
        "notificationSettings": notifications,
        "createdAt": ask.time,
        "pluginAuth": None,
        "lastLoginDate": None,
        "otp": None,
        "adminFlags": 0,
        "newFeaturesInfoRead": 1,
        "resetString": secrets.token_hex(32),
        "verifyString": secrets.token_hex(32),
        **{name: value for name, value in more.items() if value is not None},
    }
    user = ask.tables.users.insert(**fields)
    account = ask.tables.accounts.insert(**actors.new_actor(ask, username, display_name, user_id=user["id"]))
    actors.new_channel(ask, account, channel_name or f"{username}_channel", channel_display_name)
    ask.tables.playlists.insert(
        uuid=new_uuid(),
        displayName="Watch later",
        description=None,
        privacy=3,
        type=2,
        thumbnailPath=None,
        account_id=account["id"],
        channel_id=None,
        createdAt=ask.time,
        updatedAt=ask.time,
    )
    return user, account


def used(ask: Ask, user: Row) -> int:
    """Return the number of bytes of the videos of a user."""
    mine = {row["id"] for row in ask.tables.channels.all(account_id=actors.account_of(ask, user)["id"])}
    videos = {row["id"] for row in ask.tables.videos.all(lambda row: row["channel_id"] in mine)}
    return sum(row["size"] for row in ask.tables.video_files.all(lambda row: row["video_id"] in videos))


def shown(ask: Ask, user: Row, *, sizes: bool = False, stats: bool = False, channels: bool = True) -> Row:
    """Return a user as it is shown.

    :param sizes: whether the space that is used is shown.
    :param stats: whether the numbers of videos, comments and reports are shown.
    :param channels: whether the channels are shown, or an empty list.
    """
    names = ("id", "username", "email", "theme", "pendingEmail", "emailVerified", "nsfwPolicy", *SETTINGS)
    further = ("videoLanguages", "videoQuota", "videoQuotaDaily", "blocked", "blockedReason", "createdAt")
    result = {name: user[name] for name in (*names, *further, "pluginAuth", "lastLoginDate", "adminFlags")}
    result["role"] = {"id": user["role"], "label": ROLES[user["role"]]}
    result["twoFactorEnabled"] = bool(user["otp"])
    account = actors.account_of(ask, user)
    result["account"] = actors.account_shown(ask, account)
    found = ask.tables.channels.all(account_id=account["id"]) if channels else []
    result["videoChannels"] = [actors.channel_shown(ask, row) for row in found]
    if ask.newer:
        hidden = dict.fromkeys(("nsfwFlagsDisplayed", "nsfwFlagsHidden", "nsfwFlagsWarned", "nsfwFlagsBlurred"), 0)
        result |= {**hidden, "language": user["language"], "newFeaturesInfoRead": user["newFeaturesInfoRead"]}
    else:
        result["emailPublic"] = user["emailPublic"]
    if sizes:
        size = used(ask, user)
        result |= {"totalVideoFileSize": size, "videoQuotaUsed": size, "videoQuotaUsedDaily": size}
    if stats:
        result |= _EMPTY_STATS
        mine = {row["id"] for row in found}
        result["videosCount"] = len(ask.tables.videos.all(lambda row: row["channel_id"] in mine))
        result["videoCommentsCount"] = len(ask.tables.comments.all(account_id=account["id"]))
    return result


def _find(ask: Ask) -> Row:
    user = ask.tables.users.get(ask.number())
    if user is None:
        raise plain_not_found() if ask.newer else not_found("User")
    is_allowed = ask.has_role(ADMINISTRATOR) or user["role"] == USER or ask.method == "GET"
    if ask.has_role(MODERATOR) and not is_allowed and not (user["username"] == ROOT and ask.path.endswith("/block")):
        raise problem(403, "Users can only be managed by moderators or admins.")
    return user


def check_unique(ask: Ask, username: str, email: str) -> None:
    """Refuse the name or the address of another user."""

    def is_same(row: Row) -> bool:
        same_address = row["email"].lower() == email.lower() if ask.newer else row["email"] == email
        return row["username"] == username or same_address

    if ask.tables.users.all(is_same):
        raise problem(409, "User with this username or email already exists.")
    if actors.is_used(ask, username):
        raise problem(409, actors.NAME_TAKEN)


_ROLE = rules.one_of(*ROLES)
_OPTIONAL = {
    "videoQuota": rules.number(-1),
    "videoQuotaDaily": rules.number(-1),
    "adminFlags": rules.one_of(0, 1),
}


@routes.add("POST", "/users", role=MODERATOR)
def add_user(ask: Ask) -> Row:
    """Create a user."""
    ask.check(
        username=rules.username,
        password=lambda value: value == "" or rules.PASSWORD(value),
        email=rules.EMAIL,
        optional={**_OPTIONAL, "channelName": rules.CHANNEL_NAME},
        role=_ROLE,
    )
    body = ask.body
    check_unique(ask, body["username"], body["email"])
    if not ask.has_role(ADMINISTRATOR) and int(body["role"]) != USER:
        raise problem(403, "You can only create users (and not administrators or moderators)")
    name = body.get("channelName")
    if name == body["username"]:
        raise problem(400, "Channel name cannot be the same as user username.")
    if name and actors.is_used(ask, name):
        raise problem(409, f"Channel with name {name} already exists.")
    more = {key: body.get(key) for key in (*_OPTIONAL, "channelName")}
    user, account = create(ask, body["username"], body["password"], body["email"], int(body["role"]), **more)
    return {"user": {"id": user["id"], "account": {"id": account["id"]}}}


@routes.add("GET", "/users/autocomplete", login=None)
def complete_name(ask: Ask) -> list[str]:
    """Return names that begin with a text."""
    ask.check("query", search=rules.text(1, 100))
    return [row["username"] for row in ask.tables.users.all() if row["username"].startswith(ask.query["search"])]


@routes.add("GET", "/users", role=MODERATOR)
def list_users(ask: Ask) -> Row:
    """Return users."""
    ask.check("query", optional={"blocked": rules.boolean, "search": rules.anything})
    rows = ask.search(ask.tables.users.all(), "username", "email")
    if "blocked" in ask.query:
        rows = [row for row in rows if row["blocked"] == rules.as_bool(ask.query["blocked"])]
    sorts = ("id", "username", "videoQuotaUsed", "createdAt", "lastLoginDate", "role")

    def show(row: Row) -> Row:
        notifications = {"notificationSettings": row["notificationSettings"]}
        return {**shown(ask, row, sizes=True, channels=False), **notifications}

    return ask.page(rows, show, *sorts)


@routes.add("GET", "/users/{id}", role=MODERATOR)
def read_user(ask: Ask) -> Row:
    """Return one user."""
    ask.check("query", optional={"withStats": rules.boolean})
    stats = ask.query.get("withStats") == "true"
    return shown(ask, _find(ask), sizes=stats, stats=stats)


@routes.add("PUT", "/users/{id}", role=MODERATOR)
def change_user(ask: Ask) -> None:
    """Change a user."""
    ask.number()
    ask.check(
        optional={
            "password": rules.PASSWORD,
            "email": rules.EMAIL,
            "emailVerified": rules.boolean,
            "role": _ROLE,
            "pluginAuth": rules.anything,
            **_OPTIONAL,
        }
    )
    user, body = _find(ask), ask.body
    if user["username"] == ROOT and body.get("role") not in (None, user["role"]):
        raise problem(400, "Cannot change root role.")
    email = body.get("email")
    if email and ask.tables.users.all(lambda row: row["email"] == email and row["id"] != user["id"]):
        if ask.newer:
            raise problem(409, "User with this username or email already exists.")
        raise crash("Validation error", "SequelizeUniqueConstraintError")
    names = ("password", "email", "emailVerified", "role", "videoQuota", "videoQuotaDaily", "adminFlags")
    user |= {name: body[name] for name in names if body.get(name) is not None}
    if "pluginAuth" in body:
        user["pluginAuth"] = body["pluginAuth"]
    ask.tables.users.save(user)
    if body.get("password") or (body.get("role") is not None):
        oauth.forget_tokens(ask, user["id"])


@routes.add("POST", "/users/{id}/block", role=MODERATOR)
def block(ask: Ask) -> None:
    """Block a user."""
    ask.number()
    ask.check(optional={"reason": rules.text(3, 250)})
    user = _find(ask)
    if user["username"] == ROOT:
        raise problem(400, "Cannot block the root user")
    user |= {"blocked": True, "blockedReason": ask.body.get("reason")}
    ask.tables.users.save(user)
    oauth.forget_tokens(ask, user["id"])


@routes.add("POST", "/users/{id}/unblock", role=MODERATOR)
def unblock(ask: Ask) -> None:
    """Unblock a user."""
    user = _find(ask)
    user |= {"blocked": False, "blockedReason": None}
    ask.tables.users.save(user)


@routes.add("DELETE", "/users/{id}", role=MODERATOR)
def remove_user(ask: Ask) -> None:
    """Remove a user with everything that belongs to the account."""
    user = _find(ask)
    if user["username"] == ROOT:
        raise problem(400, "Cannot remove the root user")
    removal.remove_account(ask, actors.account_of(ask, user))


@routes.add("POST", "/users/ask-reset-password", login=None)
def ask_reset(ask: Ask) -> None:
    """Accept every address: no e-mail is sent."""
    ask.check(email=rules.EMAIL)


@routes.add("POST", "/users/{id}/reset-password", login=None)
def reset_password(ask: Ask) -> None:
    """Set a password with the text of an e-mail, once."""
    ask.check(verificationString=rules.anything, password=rules.PASSWORD)
    user = _find(ask)
    if ask.body["verificationString"] != user["resetString"]:
        raise problem(403, "Invalid verification string.")
    user |= {"password": ask.body["password"], "resetString": secrets.token_hex(32)}
    ask.tables.users.save(user)
