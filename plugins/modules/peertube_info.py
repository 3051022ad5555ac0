# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``peertube_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: peertube_info
short_description: Read the objects of a PeerTube instance
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reads any of the collections of the API, each page by page to its end, or the first items of it.
  - Passwords, tokens and stream keys are never returned.
options:
  gather:
    description:
      - What to read. The result has each under the same name.
      - V(config), V(about), V(stats), V(categories), V(licences), V(languages), V(privacies), V(playlist_privacies),
        V(homepage), V(followers), V(following), V(accounts), V(channels), V(videos), V(playlists) and what is found by
        O(search) require no special role.
      - V(users), V(registrations), V(abuses), V(video_blocks), V(account_blocks), V(server_blocks), V(watched_words),
        V(comments) of the instance and V(all_videos) require a moderator.
      - V(custom_config), V(plugins), V(available_plugins), V(jobs), V(logs), V(audit_logs), V(redundancies) and those
        of runners require an administrator.
      - V(me), V(quota), V(imports), V(ownership_changes), V(subscriptions), V(subscription_videos), V(history),
        V(notifications), V(own_videos), V(own_abuses), V(own_account_blocks) and V(own_server_blocks) are those of the
        user of the credentials.
      - V(account_followers), V(ratings) and V(channel_syncs) are those of O(account).
      - V(video), V(captions), V(chapters), V(video_source), V(video_stats), V(video_retention), V(video_timeseries),
        V(live) and V(live_sessions) are those of O(video).
      - V(logs) and V(audit_logs) require O(since).
      - V(found_videos), V(found_channels) and V(found_playlists) require O(search).
      - A text is split at commas.
    type: list
    elements: str
    required: true
    choices:
      - stats
      - config
      - about
      - custom_config
      - homepage
      - categories
      - licences
      - languages
      - privacies
      - playlist_privacies
      - plugins
      - available_plugins
      - jobs
      - logs
      - audit_logs
      - runners
      - runner_jobs
      - runner_registration_tokens
      - followers
      - following
      - redundancies
      - users
      - registrations
      - abuses
      - abuse_messages
      - video_blocks
      - account_blocks
      - server_blocks
      - watched_words
      - accounts
      - account_followers
      - ratings
      - channel_syncs
      - channels
      - channel
      - channel_followers
      - playlists
      - playlist
      - playlist_elements
      - videos
      - all_videos
      - video
      - captions
      - chapters
      - video_source
      - video_stats
      - video_retention
      - video_timeseries
      - live
      - live_sessions
      - comments
      - me
      - quota
      - own_videos
      - own_abuses
      - own_account_blocks
      - own_server_blocks
      - imports
      - ownership_changes
      - subscriptions
      - subscription_videos
      - history
      - notifications
      - found_videos
      - found_channels
      - found_playlists
  account:
    description:
      - The name of an account, with C(@) and the host if it is from another instance.
      - It narrows V(channels), V(playlists), V(videos) and V(all_videos). V(watched_words) are then those of the
        account.
    type: str
  channel:
    description:
      - The name of a channel, with C(@) and the host if it is from another instance.
      - It narrows V(playlists), V(videos) and V(all_videos).
    type: str
  playlist:
    description: The number, the UUID or the short UUID of a playlist.
    type: str
  video:
    description:
      - The number, the UUID or the short UUID of a video.
      - V(comments) are then its threads.
    type: str
  abuse:
    description: The number of the report whose V(abuse_messages) to read.
    type: int
  search:
    description:
      - Only items that the server finds with this text. It compares names and other texts, and also finds parts of
        them.
      - It narrows V(users), V(registrations), V(abuses), V(video_blocks), V(account_blocks), V(comments) of the
        instance, V(playlists) of O(account), V(account_followers), V(channel_followers), V(available_plugins),
        V(own_videos), V(imports) and V(history).
    type: str
  sort:
    description:
      - The property to sort by, as the API names it, such as V(createdAt). A hyphen before it reverses the order.
      - The server decides if it is not given, mostly the newest first.
    type: str
  limit:
    description:
      - The most items to read of each collection.
      - All are read if it is not given. That can be much for V(jobs), V(logs) and V(videos).
    type: int
  since:
    description: >-
      Only V(logs), V(audit_logs), V(video_stats) and V(video_timeseries) from this time on, in ISO 8601. Without a zone
      it is UTC.
    type: str
  until:
    description: Only those up to this time.
    type: str
  log_level:
    description: Only V(logs) of this level and more important ones.
    type: str
    choices: [debug, info, warn, error]
  job_state:
    description: Only V(jobs) in this state.
    type: str
    choices: [active, completed, failed, waiting, delayed, paused, prioritized, waiting-children]
  job_type:
    description: Only V(jobs) of this type, such as V(video-transcoding).
    type: str
  abuse_state:
    description: Only V(abuses) in this state.
    type: str
    choices: [pending, rejected, accepted]
  abuse_kind:
    description: Only V(abuses) about this.
    type: str
    choices: [video, comment, account]
  follow_state:
    description: Only V(followers) and V(following) in this state.
    type: str
    choices: [pending, accepted, rejected]
  blocked:
    description: Whether to read only V(users) that are blocked, or that are not.
    type: bool
  unread:
    description: Whether to read only V(notifications) that were not read.
    type: bool
  uninstalled:
    description: Whether to read V(plugins) that were uninstalled.
    type: bool
  plugin_type:
    description: Only V(plugins) and V(available_plugins) of this type.
    type: str
    choices: [plugin, theme]
  target_url:
    description: Only V(imports) of this address.
    type: str
  redundancy_target:
    description: >-
      Whether to read V(redundancies) of V(local) videos on other instances, or of V(remote) videos on this one.
    type: str
    choices: [local, remote]
    default: local
  metric:
    description: What V(video_timeseries) shows.
    type: str
    choices: [viewers, watch_time]
    default: viewers
extends_documentation_fragment:
  - reseller.toolkit.peertube
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
notes:
  - "API requests: 1 for each 100 items."
  - V(jobs), V(notifications) and what is read with O(limit) are those on each page when it was read. Other collections
    are read again if they change in the meantime.
"""

EXAMPLES = r"""
- name: Read the configuration, the numbers and the users of the instance
  reseller.toolkit.peertube_info:
    gather: [config, stats, users]

- name: Read the channels and the public videos of an account
  reseller.toolkit.peertube_info:
    gather: [channels, videos]
    account: root

- name: Read the ten videos that were viewed most
  reseller.toolkit.peertube_info:
    gather: [videos]
    sort: -views
    limit: 10

- name: Read all videos of the instance, also private and blocked ones
  reseller.toolkit.peertube_info:
    gather: [all_videos]
  register: instance

- name: Show how much space they need
  ansible.builtin.debug:
    msg: "{{ instance.all_videos | length }} videos"

- name: Find reports that wait for a decision
  reseller.toolkit.peertube_info:
    gather: [abuses]
    abuse_state: pending

- name: Read the transcoding jobs that failed
  reseller.toolkit.peertube_info:
    gather: [jobs]
    job_state: failed
    job_type: video-transcoding

- name: Read what the server logged since yesterday
  reseller.toolkit.peertube_info:
    gather: [logs, audit_logs]
    since: "{{ '%Y-%m-%dT%H:%M:%SZ' | strftime(now().timestamp() - 86400) }}"

- name: Read the unread notifications
  reseller.toolkit.peertube_info:
    gather: [notifications]
    unread: true
"""

RETURN = r"""
stats:
  description: The numbers of the instance. The server counts them every few hours.
  returned: when O(gather) includes it
  type: dict
  sample: {"total_users": 12, "total_local_videos": 340, "total_local_video_files_size": 2672081}
config:
  description: The configuration that everyone sees, with the version of the server.
  returned: when O(gather) includes it
  type: dict
  sample: {"server_version": "6.3.0", "signup": {"allowed": false}}
about:
  description: The description of the instance, its terms and its pictures.
  returned: when O(gather) includes it
  type: dict
  sample: {"instance": {"name": "Agency video", "short_description": "Films of our customers"}}
custom_config:
  description: The configuration that an administrator can change.
  returned: when O(gather) includes it
  type: dict
  sample: {"instance": {"name": "Agency video"}, "signup": {"enabled": false}}
homepage:
  description: The home page, V(none) if there is none.
  returned: when O(gather) includes it
  type: dict
  sample: {"content": "# Welcome"}
categories:
  description: The categories of videos.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 2, "label": "Films"}]
licences:
  description: The licenses of videos.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 1, "label": "Attribution"}]
languages:
  description: The languages of videos.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": "nl", "label": "Dutch"}]
privacies:
  description: The privacies of videos.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 1, "label": "Public"}]
playlist_privacies:
  description: The privacies of playlists.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 1, "label": "Public"}]
plugins:
  description: The plugins and themes, without their settings.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"name": "hello-world", "type": 1, "version": "0.0.22", "uninstalled": false}]
available_plugins:
  description: The plugins and themes of the index that the server uses.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"npm_name": "peertube-plugin-hello-world", "installed": false}]
jobs:
  description: The jobs. Of their data, only what names a video, a channel or a resolution.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": "42", "type": "video-transcoding", "state": "active", "progress": 30}]
logs:
  description: The entries of the log of the server, the oldest first.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"level": "warn", "message": "Login error", "timestamp": "2026-11-24T12:00:00.000Z"}]
audit_logs:
  description: The changes that users made. C(message) is the JSON text of the change.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"level": "audit", "message": "{}", "timestamp": "2026-11-24T12:00:00.000Z"}]
runners:
  description: The remote runners, without their tokens.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 1, "name": "encoder", "ip": "192.0.2.7", "last_contact": "2026-11-24T12:00:00.000Z"}]
runner_jobs:
  description: The jobs of remote runners.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"uuid": "17296b2f-7623-431e-a86b-8eaacb8dfe6a", "state": {"id": 1, "label": "Pending"}}]
runner_registration_tokens:
  description: When registration tokens of runners were created, without the tokens.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 1, "registered_runners_count": 2}]
followers:
  description: The instances that follow this one.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 3, "state": "accepted", "follower": {"name": "peertube", "host": "video.example.org"}}]
following:
  description: The instances and accounts that this one follows.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 4, "state": "accepted", "following": {"name": "peertube", "host": "video.example.org"}}]
redundancies:
  description: The videos that are mirrored.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: []
users:
  description: The users, with the space that they use.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 7, "username": "bakery", "email": "ada@bakery.example", "video_quota_used": 2672081}]
registrations:
  description: The requests for registration.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 5, "username": "florist", "state": {"id": 1, "label": "Pending"}}]
abuses:
  description: The reports, as M(reseller.toolkit.peertube_abuse) returns them.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 5, "reason": "Not ours", "state": {"id": 1, "label": "Pending"}}]
abuse_messages:
  description: The messages of the report O(abuse).
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 9, "message": "Which part?", "by_moderator": true}]
video_blocks:
  description: The blocked videos.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 2, "reason": "Copyright", "video": {"name": "First film"}}]
account_blocks:
  description: The accounts that the instance blocks.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"blocked_account": {"name": "spammer", "host": "bad.example"}}]
server_blocks:
  description: The instances that the instance blocks.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"blocked_server": {"host": "bad.example"}}]
watched_words:
  description: The lists of watched words.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 1, "list_name": "Offers", "words": ["bargain"]}]
accounts:
  description: The accounts that the instance knows.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 4, "name": "bakery", "host": "video.example.com", "display_name": "The bakery"}]
account_followers:
  description: Who follows channels of the account.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: []
ratings:
  description: The ratings of the account.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"rating": "like", "video": {"name": "First film"}}]
channel_syncs:
  description: The synchronizations of the channels of the account.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 1, "external_channel_url": "https://videos.example/bakery"}]
channels:
  description: The channels. Those of an account have their numbers of views.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 20, "name": "bakery_channel", "display_name": "The bakery"}]
channel:
  description: The channel O(channel), V(none) if it does not exist.
  returned: when O(gather) includes it
  type: dict
  sample: {"id": 20, "name": "bakery_channel", "display_name": "The bakery"}
channel_followers:
  description: Who follows the channel.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: []
playlists:
  description: The playlists.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 3, "display_name": "Courses", "videos_length": 4}]
playlist:
  description: The playlist O(playlist), V(none) if it does not exist.
  returned: when O(gather) includes it
  type: dict
  sample: {"id": 3, "display_name": "Courses", "privacy": {"id": 1, "label": "Public"}}
playlist_elements:
  description: The elements of the playlist, in their order.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 8, "position": 1, "video": {"name": "First film"}}]
videos:
  description: The public videos.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"uuid": "1e4f1b26-6878-4041-bfb3-a3045729ba8d", "name": "First film", "views": 17}]
all_videos:
  description: All local videos, also private, unpublished and blocked ones.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"uuid": "1e4f1b26-6878-4041-bfb3-a3045729ba8d", "state": {"id": 2, "label": "To transcode"}}]
video:
  description: The video O(video) with its files, V(none) if it does not exist.
  returned: when O(gather) includes it
  type: dict
  sample: {"uuid": "1e4f1b26-6878-4041-bfb3-a3045729ba8d", "name": "First film", "duration": 6}
captions:
  description: The captions of the video.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"language": {"id": "nl", "label": "Dutch"}, "caption_path": "/lazy-static/video-captions/1.vtt"}]
chapters:
  description: The chapters of the video.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"timecode": 0, "title": "Start"}]
video_source:
  description: The file that was uploaded, V(none) if it was removed.
  returned: when O(gather) includes it
  type: dict
  sample: {"filename": "film.mp4", "size": 90210}
video_stats:
  description: How long and by how many the video was watched.
  returned: when O(gather) includes it
  type: dict
  sample: {"total_watch_time": 120, "average_watch_time": 6, "total_viewers": 20}
video_retention:
  description: The share of viewers for each second of the video.
  returned: when O(gather) includes it
  type: dict
  sample: {"data": [{"second": 0, "retention_percent": 100}]}
video_timeseries:
  description: The course of O(metric) over time.
  returned: when O(gather) includes it
  type: dict
  sample: {"group_interval": "1 day", "data": [{"date": "2026-11-24T00:00:00.000Z", "value": 4}]}
live:
  description: The live O(video), without its stream key, V(none) if there is none.
  returned: when O(gather) includes it
  type: dict
  sample: {"permanent_live": true, "save_replay": false}
live_sessions:
  description: The sessions of the live.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 1, "start_date": "2026-11-24T12:00:00.000Z", "error": null}]
comments:
  description: The threads of the video, or all comments of the instance.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 8, "text": "Good", "account": {"name": "bakery"}, "held_for_review": false}]
me:
  description: The user of the credentials, with settings and channels.
  returned: when O(gather) includes it
  type: dict
  sample: {"id": 7, "username": "bakery", "role": {"id": 2, "label": "User"}}
quota:
  description: The space that the user of the credentials uses, in bytes.
  returned: when O(gather) includes it
  type: dict
  sample: {"video_quota_used": 2672081, "video_quota_used_daily": 0}
own_videos:
  description: The videos of the user of the credentials.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"uuid": "1e4f1b26-6878-4041-bfb3-a3045729ba8d", "privacy": {"id": 3, "label": "Private"}}]
own_abuses:
  description: The reports that the user of the credentials made.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 5, "reason": "Not ours", "state": {"id": 1, "label": "Pending"}}]
own_account_blocks:
  description: The accounts that the user of the credentials blocks.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"blocked_account": {"name": "spammer"}}]
own_server_blocks:
  description: The instances that the user of the credentials blocks.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"blocked_server": {"host": "bad.example"}}]
imports:
  description: The imports of the user of the credentials.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 2, "target_url": "https://videos.example/1", "state": {"id": 2, "label": "Success"}}]
ownership_changes:
  description: The videos that were offered to the user of the credentials.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 1, "status": "WAITING", "video": {"name": "First film"}}]
subscriptions:
  description: The channels that the user of the credentials follows.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 20, "name": "bakery_channel", "host": "video.example.com"}]
subscription_videos:
  description: The videos of these channels.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"name": "First film"}]
history:
  description: The videos that the user of the credentials watched.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"name": "First film"}]
notifications:
  description: The notifications of the user of the credentials.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"id": 29, "type": 10, "read": false}]
found_videos:
  description: The videos that O(search) finds, also of other instances.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"name": "First film"}]
found_channels:
  description: The channels that O(search) finds, also of other instances.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"name": "bakery_channel"}]
found_playlists:
  description: The playlists that O(search) finds, also of other instances.
  returned: when O(gather) includes it
  type: list
  elements: dict
  sample: [{"display_name": "Courses"}]
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.client import PeerTubeClient
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.gather import (
    ABUSE_STATES,
    FOLLOW_STATES,
    JOB_STATES,
    LOG_LEVELS,
    METRICS,
    PLUGIN_TYPES,
    REDUNDANCY_TARGETS,
    SOURCES,
    InstanceReads,
    checked_gather_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "gather": {"type": "list", "elements": "str", "required": True, "choices": list(SOURCES)},
        "account": {"type": "str"},
        "channel": {"type": "str"},
        "playlist": {"type": "str"},
        "video": {"type": "str"},
        "abuse": {"type": "int"},
        "search": {"type": "str"},
        "sort": {"type": "str"},
        "limit": {"type": "int"},
        "since": {"type": "str"},
        "until": {"type": "str"},
        "log_level": {"type": "str", "choices": list(LOG_LEVELS)},
        "job_state": {"type": "str", "choices": list(JOB_STATES)},
        "job_type": {"type": "str"},
        "abuse_state": {"type": "str", "choices": list(ABUSE_STATES)},
        "abuse_kind": {"type": "str", "choices": ["video", "comment", "account"]},
        "follow_state": {"type": "str", "choices": list(FOLLOW_STATES)},
        "blocked": {"type": "bool"},
        "unread": {"type": "bool"},
        "uninstalled": {"type": "bool"},
        "plugin_type": {"type": "str", "choices": list(PLUGIN_TYPES)},
        "target_url": {"type": "str"},
        "redundancy_target": {"type": "str", "choices": list(REDUNDANCY_TARGETS), "default": "local"},
        "metric": {"type": "str", "choices": list(METRICS), "default": "viewers"},
    },
    "numbers": ("playlist", "search", "video"),
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Read what was requested."""
    params = checked_gather_options(task.params)
    reads = InstanceReads(task, PeerTubeClient.for_task(task), params)
    return {name: reads.gather(name) for name in dict.fromkeys(params["gather"])}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
