# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The caller's own account: settings, avatar, notifications' settings."""

from __future__ import annotations

from sandbox.peertube import actors, config, pictures, removal, rules, users
from sandbox.peertube.ask import Ask
from sandbox.peertube.errors import problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

routes = Routes()
router = routes.router


@routes.add("GET", "/users/me")
def read_me(ask: Ask) -> Row:
    """Return the caller."""
    lists = ask.tables.playlists.all(account_id=actors.account_of(ask, ask.me)["id"], type=2)
    shown = {
        **users.shown(ask, ask.me),
        "notificationSettings": ask.me["notificationSettings"],
        "specialPlaylists": [{"id": row["id"], "name": row["displayName"], "type": 2} for row in lists],
    }
    if ask.newer:
        shown["videoChannelCollaborations"] = []
    return shown


def _themes(ask: Ask) -> list[str]:
    return [row["name"] for row in ask.tables.plugins.all(type=2, uninstalled=False)]


@routes.add("PUT", "/users/me")
def change_me(ask: Ask) -> None:
    """Change the caller."""
    policies = ("do_not_list", "blur", "display", *(("warn",) if ask.newer else ()))
    ask.check(
        optional={
            "displayName": rules.DISPLAY_NAME,
            "description": rules.LONG_TEXT,
            "password": rules.PASSWORD,
            "email": rules.EMAIL,
            "nsfwPolicy": rules.one_of(*policies),
            "videoLanguages": rules.text_list,
            "theme": rules.one_of("default", "instance-default", *_themes(ask)),
            **dict.fromkeys(users.SETTINGS, rules.boolean),
        }
    )
    body = ask.body
    if body.get("password") or body.get("email"):
        if not body.get("currentPassword"):
            raise problem(400, "currentPassword parameter is missing")
        if body["currentPassword"] != ask.me["password"]:
            raise problem(401, "currentPassword is invalid.", "current_password_is_invalid")
    if body.get("email") and config.value(ask.context, "signup.requiresEmailVerification"):
        # The address counts once it is confirmed.
        ask.me["pendingEmail"] = body.pop("email")
    names = ("password", "email", "emailPublic", "nsfwPolicy", "videoLanguages", "theme", "language", *users.SETTINGS)
    ask.tables.users.save({**ask.me, **{name: body[name] for name in names if name in body}})
    account = actors.account_of(ask, ask.me)
    changed = {name: body[name] for name in ("displayName", "description") if name in body}
    if changed:
        ask.tables.accounts.save({**account, **changed, "updatedAt": ask.time})


@routes.add("DELETE", "/users/me")
def remove_me(ask: Ask) -> None:
    """Remove the caller's account."""
    if ask.me["username"] == users.ROOT:
        raise problem(400, "You cannot delete your root account.")
    removal.remove_account(ask, actors.account_of(ask, ask.me))


@routes.add("POST", "/users/me/avatar/pick")
def set_avatar(ask: Ask) -> Row:
    """Replace the caller's avatar."""
    found = pictures.received(ask, "avatars")
    ask.tables.accounts.save({**actors.account_of(ask, ask.me), "avatars": found})
    return pictures.shown(ask, "avatars", found)


@routes.add("DELETE", "/users/me/avatar")
def remove_avatar(ask: Ask) -> Row:
    """Remove the caller's avatar."""
    ask.tables.accounts.save({**actors.account_of(ask, ask.me), "avatars": []})
    return {"avatars": []}


_NEEDED_NOTIFICATIONS = (
    "newVideoFromSubscription",
    "newCommentOnMyVideo",
    "abuseAsModerator",
    "videoAutoBlacklistAsModerator",
    "blacklistOnMyVideo",
    "myVideoImportFinished",
    "myVideoPublished",
    "commentMention",
    "newFollow",
    "newUserRegistration",
    "newInstanceFollower",
    "autoInstanceFollowing",
)


@routes.add("PUT", "/users/me/notification-settings")
def change_notifications(ask: Ask) -> None:
    """Replace the settings of notifications."""
    settings = ask.me["notificationSettings"]
    rule = rules.one_of(0, 1, 2, 3)
    further = {name: rule for name in settings if name not in _NEEDED_NOTIFICATIONS}
    ask.check("body", dict.fromkeys(_NEEDED_NOTIFICATIONS, rule), optional=further)
    changed = {name: ask.body[name] for name in settings if name in ask.body}
    ask.tables.users.save({**ask.me, "notificationSettings": {**settings, **changed}})


@routes.add("GET", "/users/me/video-quota-used")
def read_used(ask: Ask) -> Row:
    """Return how much space the caller uses."""
    size = users.used(ask, ask.me)
    return {"videoQuotaUsed": size, "videoQuotaUsedDaily": size}
