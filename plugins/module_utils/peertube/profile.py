# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The own account: its settings, those of its notifications, its password, and the writes that change them.

Private to the collection. Source: recorded responses of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.auth import ME_PATH, role_number
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import ROLES, PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.shown_properties import camel, shown, snake
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import null_for_empty
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ApiError, ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    nullable_in,
    string_in,
    text_in,
    texts_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

NOTIFICATIONS_PATH = f"{ME_PATH}/notification-settings"
#: Settings that are true or false.
SWITCHES = (
    "auto_play_next_video",
    "auto_play_next_video_playlist",
    "auto_play_video",
    "email_public",
    "p2p_enabled",
    "videos_history_enabled",
)
#: The notifications of both versions; 6.3 does not have the last one.
NOTIFICATIONS = (
    "abuse_as_moderator",
    "abuse_new_message",
    "abuse_state_change",
    "auto_instance_following",
    "blacklist_on_my_video",
    "comment_mention",
    "my_video_import_finished",
    "my_video_published",
    "my_video_studio_edition_finished",
    "my_video_transcription_generated",
    "new_comment_on_my_video",
    "new_follow",
    "new_instance_follower",
    "new_peer_tube_version",
    "new_plugin_version",
    "new_user_registration",
    "new_video_from_subscription",
    "video_auto_blacklist_as_moderator",
    "automatic_blocklist",
)
#: How a notification is sent, by its number.
WAYS = {0: "none", 1: "web", 2: "email", 3: "web_and_email"}
WAY_NUMBERS = {way: number for number, way in WAYS.items()}
#: What only newer servers have, by the property that shows that a server does.
NSFW_WARN_SHOWN_BY = "nsfw_flags_warned"
CURRENT_PASSWORD_HINT = "Set current_password to the password that the user has now."


def checked_password(option: str, password: str | None) -> str | None:
    """Return a password that the server accepts; None if it is not given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if password is not None and not 6 <= len(password) <= 255:
        raise invalid(option, "it must have 6 to 255 characters.")
    return password


def checked_email(option: str, email: str | None) -> str | None:
    """Return an e-mail address; None if it is not given.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if email is None:
        return None
    address = line_of(option, email)
    name, _at, domain = address.rpartition("@")
    if not name or "." not in domain or " " in address:
        raise invalid(option, f"{email!r} is not an e-mail address.")
    return address


class Profile:
    """The own account as the server shows it.

    Attributes:
        current: its properties, in the form of options and results.

    Raises:
        ApiError: it can't be read.
    """

    def __init__(self, task: Task, client: PeerTubeClient) -> None:
        self._client = client
        self._warn = task.warn
        me = client.rest.request("GET", ME_PATH, shape=is_object).data
        #: All notifications that the server has, also those of newer versions: a change must send all of them.
        self._notifications: dict[str, Any] = snake(value_in(me, "notificationSettings", dict))
        self.account = value_in(snake(me), "account", dict)
        self.current = current_of(shown(ME_PATH, me), self.account)
        self.current["notification_settings"] = {
            name: WAYS.get(number, number) for name, number in self._notifications.items() if name in NOTIFICATIONS
        }

    def check_has(self, wanted: dict[str, Any]) -> None:
        """Refuse settings that this version of the server does not have; it would ignore them silently.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        settings = wanted["notification_settings"] or {}
        lacking = [name for name in SWITCHES if wanted.get(name) is not None and name not in self.current]
        lacking += [f"notification_settings.{name}" for name in settings if name not in self._notifications]
        if wanted["nsfw_policy"] == "warn" and NSFW_WARN_SHOWN_BY not in self.current:
            lacking.append("nsfw_policy warn")
        if lacking:
            raise ToolkitError(
                "invalid_option",
                f"{', '.join(lacking)}: this version of PeerTube does not have it.",
                hint="Leave it out for this server.",
            )

    def wanted(self, params: dict[str, Any]) -> dict[str, Any]:
        """Return the desired properties in the form in which they are compared.

        Args:
            params: the properties that were given, after their checks.
        """
        wanted = dict(params)
        if wanted["email"] is not None and wanted["email"] == self.current.get("pending_email"):
            # It counts once the user confirms it.
            wanted["email"] = None
        if wanted["notification_settings"] is not None:
            wanted["notification_settings"] = {
                **self.current["notification_settings"],
                **params["notification_settings"],
            }
        password = wanted.pop("password")
        if password is not None and not self._passwords().is_last("password", password):
            wanted["password"] = Secret(password)
        return wanted

    def change(self, changed: dict[str, Any], current_password: str | None) -> None:
        """Change properties of the account, all in one request.

        Raises:
            ApiError: also for a wrong current password.
        """
        body = null_for_empty(
            {name: value for name, value in changed.items() if name != "video_languages"}, "description"
        )
        if "video_languages" in changed:
            body["video_languages"] = changed["video_languages"] or None
        if needs_password(changed):
            body["current_password"] = current_password

        def write() -> None:
            try:
                self._client.put(ME_PATH, camel(body))
            except ApiError as error:
                if error.code == "current_password_is_invalid":
                    error.hint = CURRENT_PASSWORD_HINT
                raise

        if "password" in changed:
            self._passwords().set("password", changed["password"], write)
        else:
            write()

    def change_notifications(self, settings: dict[str, Any]) -> None:
        """Change how notifications are sent. The server takes all of them only."""
        numbers = {name: WAY_NUMBERS.get(way, way) for name, way in settings.items()}
        self._client.put(NOTIFICATIONS_PATH, camel({**self._notifications, **numbers}))

    def _passwords(self) -> WriteOnlySettings:
        scope = f"{self._client.api_url} password of {self.current['username']}"
        return WriteOnlySettings(self._client.storage, scope, self._warn)


def needs_password(changed: dict[str, Any]) -> bool:
    """Return whether the server wants the current password to change these properties."""
    return "email" in changed or "password" in changed


def current_of(me: dict[str, Any], account: dict[str, Any]) -> dict[str, Any]:
    """Return the own user in the form of options and results, with the properties of its account.

    Raises:
        Unreadable: one that a task can set is missing.
    """
    number = role_number(me)
    about = {
        "display_name": text_in(account, "display_name"),
        "description": nullable_in(account, "description", string_in, ""),
    }
    left_out = ("account", "video_channels", "special_playlists")
    found = {**{name: value for name, value in me.items() if name not in left_out}, **about}
    found["role"] = ROLES.get(number) if number is not None else None
    languages: list[str] = nullable_in(me, "video_languages", texts_in, [])
    return {**found, "video_languages": languages}
