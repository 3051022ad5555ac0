# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_profile``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_profile
short_description: Manage the own account of a PeerTube user
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Changes the account of the user who is logged in, with its avatar, its settings and those of its notifications. What
    is not given stays as it is.
  - To manage the accounts of other users, use M(reseller.toolkit.peertube_user) as an administrator.
options:
  display_name:
    description: The name that viewers see, with 1 to 120 characters.
    type: str
  description:
    description: The description, with 3 to 1000 characters. An empty text removes it.
    type: str
  email:
    description:
      - The e-mail address. If the instance verifies addresses, the new one counts once the user confirms it.
        Until then it is RV(profile.pending_email), which is not set again.
    type: str
  password:
    description:
      - The new password, with 6 to 255 characters. The API never returns it, so a hash of the password that was set
        last is stored in O(state_dir). It is set if it is another one, or if none was set from here.
    type: str
  current_password:
    description: The current password, which is required to change O(email) or O(password). By default O(api_password).
    type: str
  nsfw_policy:
    description: What to do with sensitive videos. V(warn) requires PeerTube 8.
    type: str
    choices: [do_not_list, warn, blur, display]
  video_languages:
    description:
      - Show only videos in these languages, such as V(en). An empty list shows all.
      - A text is split at commas.
    type: list
    elements: str
  theme:
    description: The theme, such as V(instance-default) or V(default). It must be installed.
    type: str
  auto_play_video:
    description: Whether a video plays as soon as its page opens.
    type: bool
  auto_play_next_video:
    description: Whether the next recommended video plays after a video.
    type: bool
  auto_play_next_video_playlist:
    description: Whether the next video of a playlist plays after a video.
    type: bool
  p2p_enabled:
    description: Whether the player exchanges parts of videos with other viewers.
    type: bool
  videos_history_enabled:
    description: Whether the server records which videos the user watched.
    type: bool
  email_public:
    description: Whether other instances may read the e-mail address. PeerTube 8 does not have this setting.
    type: bool
  notification_settings:
    description: How to send notifications. Those that are not given stay as they are.
    type: dict
    suboptions:
      abuse_as_moderator:
        description: For a new report, to moderators.
        type: str
        choices: &ways [none, web, email, web_and_email]
      abuse_new_message:
        description: For a message about a report.
        type: str
        choices: *ways
      abuse_state_change:
        description: For a decision about a report of the user.
        type: str
        choices: *ways
      auto_instance_following:
        description: If the instance follows another one automatically, to administrators.
        type: str
        choices: *ways
      automatic_blocklist:
        description: For a change of a block list to which the instance subscribes. PeerTube 6.3 does not have it.
        type: str
        choices: *ways
      blacklist_on_my_video:
        description: If a video of the user is blocked or unblocked.
        type: str
        choices: *ways
      comment_mention:
        description: If a comment mentions the user.
        type: str
        choices: *ways
      my_video_import_finished:
        description: If an import of the user ends.
        type: str
        choices: *ways
      my_video_published:
        description: If a video of the user is published after transcoding or as scheduled.
        type: str
        choices: *ways
      my_video_studio_edition_finished:
        description: If the edition of a video of the user ends.
        type: str
        choices: *ways
      my_video_transcription_generated:
        description: If the captions of a video of the user were generated.
        type: str
        choices: *ways
      new_comment_on_my_video:
        description: For a comment on a video of the user.
        type: str
        choices: *ways
      new_follow:
        description: For a new follower of the user or of a channel.
        type: str
        choices: *ways
      new_instance_follower:
        description: For a new follower of the instance, to administrators.
        type: str
        choices: *ways
      new_peer_tube_version:
        description: For a new version of PeerTube, to administrators.
        type: str
        choices: *ways
      new_plugin_version:
        description: For a new version of a plugin, to administrators.
        type: str
        choices: *ways
      new_user_registration:
        description: For a new user, to moderators.
        type: str
        choices: *ways
      new_video_from_subscription:
        description: For a new video in a channel to which the user subscribes.
        type: str
        choices: *ways
      video_auto_blacklist_as_moderator:
        description: If a video was blocked automatically, to moderators.
        type: str
        choices: *ways
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.peertube.avatar
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 1 if unchanged, and 1 each for changes of the account, of notifications and of the avatar."
seealso:
  - module: reseller.toolkit.peertube_channel
"""

EXAMPLES = r"""
- name: Ensure the account introduces its owner
  reseller.toolkit.peertube_profile:
    display_name: Example Ltd
    description: The studio of Example Ltd.

- name: Send an e-mail for each comment
  reseller.toolkit.peertube_profile:
    notification_settings:
      new_comment_on_my_video: web_and_email

- name: Stop to exchange parts of videos with other viewers
  reseller.toolkit.peertube_profile:
    p2p_enabled: false
"""

RETURN = r"""
profile:
  description: The account.
  returned: success
  type: dict
  contains:
    id:
      description: The id of the user.
      type: int
      sample: 4
    username:
      description: The name of the user.
      type: str
      sample: alice
    role:
      description: What the user may do.
      type: str
      sample: user
    email:
      description: The e-mail address.
      type: str
      sample: alice@example.com
    pending_email:
      description: The e-mail address that the user has not confirmed yet.
      type: str
    display_name:
      description: The name that viewers see.
      type: str
      sample: Example Ltd
    description:
      description: The description, which may be empty.
      type: str
      sample: The studio of Example Ltd.
    avatar:
      description:
        - The SHA-256 of the file that was uploaded last from this machine, if the server still shows that picture.
        - An empty text if there is none, V(unknown) for any other picture.
      type: str
      sample: unknown
    nsfw_policy:
      description: What to do with sensitive videos.
      type: str
      sample: blur
    video_languages:
      description: The languages of the videos that are shown, an empty list for all.
      type: list
      elements: str
      sample: [en]
    theme:
      description: The theme.
      type: str
      sample: instance-default
    p2p_enabled:
      description: Whether the player exchanges parts of videos with other viewers. The other settings follow.
      type: bool
      sample: true
    notification_settings:
      description: How each notification is sent.
      type: dict
      sample: {"new_follow": "web"}
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, if_given, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import changes, converge
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.auth import ME_PATH
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.pictures import Pictures
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.profile import (
    NOTIFICATIONS,
    SWITCHES,
    WAY_NUMBERS,
    Profile,
    checked_email,
    checked_password,
    needs_password,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import (
    checked_language,
    checked_line,
    checked_text,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.steps import Step, carry_out
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "display_name": {"type": "str"},
        "description": {"type": "str"},
        "email": {"type": "str"},
        "password": {"type": "str", "no_log": True},
        "current_password": {"type": "str", "no_log": True},
        "nsfw_policy": {"type": "str", "choices": ["do_not_list", "warn", "blur", "display"]},
        "video_languages": {"type": "list", "elements": "str"},
        "theme": {"type": "str"},
        "avatar": {"type": "path"},
        **{name: {"type": "bool"} for name in SWITCHES},
        "notification_settings": {
            "type": "dict",
            "options": {name: {"type": "str", "choices": [*WAY_NUMBERS]} for name in NOTIFICATIONS},
        },
    },
    "numbers": ("display_name", "description"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the account into the desired state."""
    given = _checked(task.params)
    peertube = PeerTubeClient.for_task(task)
    pictures = Pictures(task, peertube, ME_PATH, "avatar")
    profile = Profile(task, peertube)
    profile.check_has(given)
    current = {**profile.current, **pictures.current(profile.account)}
    wanted = {**profile.wanted(given), **pictures.wanted}
    current_password = task.params["current_password"] or task.params["api_password"]
    if needs_password(changes(current, wanted)) and not current_password:
        raise invalid("current_password", "it is required to change email or password.")

    def update(_current: dict[str, Any], changed: dict[str, Any]) -> None:
        own = {name: value for name, value in changed.items() if name not in ("avatar", "notification_settings")}
        settings = changed.get("notification_settings")
        steps = [Step("account", lambda: profile.change(own, current_password))] if own else []
        if settings:
            steps.append(Step("notification_settings", lambda: profile.change_notifications(settings)))
        carry_out([*steps, *pictures.steps(changed)])

    return converge(task, "profile", current=current, wanted=wanted, update=update)


def _checked(params: dict[str, Any]) -> dict[str, Any]:
    """Return the properties that were given, in the form that is compared.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    display_name, description, email, password, theme, languages = all_of(
        lambda: checked_line("display_name", params["display_name"]),
        lambda: checked_text("description", params["description"]),
        lambda: checked_email("email", params["email"]),
        lambda: checked_password("password", params["password"]),
        lambda: checked_line("theme", params["theme"]),
        lambda: if_given(
            params["video_languages"], lambda items: [checked_language("video_languages", item) for item in items]
        ),
    )
    settings = params["notification_settings"]
    return {
        "display_name": display_name,
        "description": description,
        "email": email,
        "password": password,
        "nsfw_policy": params["nsfw_policy"],
        "video_languages": languages,
        "theme": theme,
        **{name: params[name] for name in SWITCHES},
        "notification_settings": if_given(settings, lambda ways: {name: way for name, way in ways.items() if way}),
    }


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
