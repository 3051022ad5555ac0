# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Good options for PeerTube's modules, for tests with odd values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.profile import NOTIFICATIONS, SWITCHES
from tests.faults.options import Options

if TYPE_CHECKING:
    from tests.faults.odd_peertube import PeerTube

#: Another instance.
COPIES = "copies.example"
TEXT: Options = {"description": "Films of the studio"}


def _state(number: int) -> str:
    """Return by turns what creates an object and what removes it, so that each run writes."""
    return ("present", "absent")[number % 2]


def _api(service: PeerTube, number: int) -> list[Options]:
    return [
        {"method": "GET", "path": "/users", "query": {"search": "ada", "count": 3}},
        {"path": "/videos", "secret_query": {"search": "ada"}},
        {"method": "PUT", "path": "/api/v1/users/me", "body": TEXT},
        {"method": "PUT", "path": "/users/me", "secret_body": TEXT},
    ]


def _token(service: PeerTube, number: int) -> list[Options]:
    return [{"state": "present"}, {"state": "absent"}]


def _abuse(service: PeerTube, number: int) -> list[Options]:
    return [
        {"account": "root", "reason": f"Report {number}", "predefined_reasons": ["rights"]},
        {"video": service.video, "reason": f"Report {number}", "start_at": 1, "end_at": 2},
        {"comment": service.comment, "reason": f"Report {number}"},
        {"id": service.abuse, "abuse_state": "accepted", "moderation_comment": f"Decided {number}", "state": "present"},
        {"id": service.abuse, "message_text": f"Message {number}", "message_state": "present"},
    ]


def _comment(service: PeerTube, number: int) -> list[Options]:
    return [
        {"video": service.video, "text": f"Comment {number}", "state": "present"},
        {"video": service.video, "text": f"Reply {number}", "in_reply_to": service.comment, "thread": service.comment},
        {"video": service.video, "id": service.comment, "approved": True},
    ]


def _blocklist(service: PeerTube, number: int) -> list[Options]:
    return [
        {"account": "spare", "list": "own", "state": _state(number)},
        {"server": f"spam{number}.example", "list": "instance"},
        {"video": service.blocked, "reason": f"Reason {number}", "unfederate": False},
    ]


def _channel(service: PeerTube, number: int) -> list[Options]:
    texts = {
        "display_name": f"Films {number}",
        "description": f"Films of the year {number}",
        "support": f"Buy {number}",
    }
    pictures = {"avatar": service.files["picture"], "banner": service.files["picture"]}
    return [
        {"name": f"odd_{number}", **texts, **pictures},
        {"name": "root_channel", **texts, "support_in_videos": True, "state": "present"},
    ]


def _channel_sync(service: PeerTube, number: int) -> list[Options]:
    return [{"channel": "root_channel", "external_url": f"https://media.example.com/{number}", "state": "present"}]


def _config(service: PeerTube, number: int) -> list[Options]:
    return [{"config": {"instance": {"name": f"Videos {number}"}, "signup": {"minimum_age": 10 + number % 9}}}]


def _follow(service: PeerTube, number: int) -> list[Options]:
    other, follower = f"other{number}.example", f"follower{number}.example"
    service.server.control("PUT", "federation", {"enabled": True, "hosts": [other, follower, COPIES]})
    service.server.control("POST", f"followers/{follower}")
    return [{"following": other, "wait_timeout": 3}, {"follower": follower, "state": "accepted"}]


def _homepage(service: PeerTube, number: int) -> list[Options]:
    return [{"content": f"# Number {number}", "state": "present"}]


def _info(service: PeerTube, number: int) -> list[Options]:
    return [
        {"gather": ["users", "playlists"], "search": "root", "account": "root", "blocked": False, "sort": "-createdAt"},
        {"gather": ["videos", "playlist"], "channel": "root_channel", "playlist": service.playlist, "limit": 3},
        {"gather": ["video_timeseries", "logs"], "video": service.video, "metric": "watch_time", "log_level": "info"}
        | {"since": "2026-11-24T12:00:00Z", "until": "2099-11-24 12:00:00+01:00"},
        {"gather": ["abuses", "abuse_messages"], "abuse": service.abuse, "abuse_state": "pending"}
        | {"abuse_kind": "account"},
        {"gather": ["jobs", "following"], "job_state": "failed", "job_type": "video-import", "follow_state": "pending"},
        {"gather": ["notifications", "plugins"], "unread": True, "uninstalled": False, "plugin_type": "theme"},
        {"gather": ["imports", "redundancies"], "target_url": "https://media.example.com/1"}
        | {"redundancy_target": "remote"},
    ]


def _job(service: PeerTube, number: int) -> list[Options]:
    return [
        {"state": ("paused", "running")[number % 2]},
        {"state": "drained", "job_type": "video-redundancy", "job_states": ["waiting", "active"]}
        | {"wait_timeout": 1, "poll_min": 0.1, "poll_max": 0.2},
    ]


def _live(service: PeerTube, number: int) -> list[Options]:
    settings = {"privacy": "public", "save_replay": True, "replay_privacy": "unlisted", "latency_mode": "small"}
    return [
        {"name": f"Live {number}", "channel": "root_channel", **settings, "state": "present"},
        {"name": f"Weekly {number}", "id": service.live, "permanent_live": True, "show_stream_key": True},
    ]


def _ownership(service: PeerTube, number: int) -> list[Options]:
    offered = service.new_offer()
    return [
        {"video": service.video, "username": "spare", "again": True},
        {"video": offered, "channel": "root_channel", "state": "accepted"},
    ]


def _playlist(service: PeerTube, number: int) -> list[Options]:
    videos = [{"video": service.video, "start_timestamp": 1, "stop_timestamp": 2}]
    named = {"display_name": f"List {number}", "description": f"Description {number}"}
    return [
        {**named, "channel": "root_channel", "owner": "root", "privacy": "public", "state": "present"},
        {**named, "id": service.playlist, "thumbnail": service.files["picture"], "videos": videos},
        {"id": service.playlist, "videos": [{"channel": "root_channel", "key": "keyed"}]},
        {"id": service.playlist, "videos": [{"channel": "root_channel", "name": "Protected"}]},
    ]


def _plugin(service: PeerTube, number: int) -> list[Options]:
    hello = {"npm_name": "peertube-plugin-hello-world"}
    return [
        {**hello, "version": ("0.0.17", "0.0.25")[number % 2], "settings": {"user-name": f"Ada {number}"}},
        {**hello, "secret_settings": {"admin-name": f"Geheim-{number}"}, "state": "latest"},
    ]


def _profile(service: PeerTube, number: int) -> list[Options]:
    switches = {name: number % 2 == 0 for name in SWITCHES if name != "email_public"}
    notifications = dict.fromkeys(NOTIFICATIONS[:-1], ("web", "email")[number % 2])
    texts = {"display_name": f"Ada {number}", "description": f"About {number}"}
    email = {"email": f"ada{number}@example.com", "current_password": service.server.api_secret}
    return [
        {**texts, **switches, "nsfw_policy": "blur", "video_languages": ["en"], "theme": "default"},
        {**email, "email_public": number % 2 == 0, "avatar": service.files["picture"]},
        {"password": service.server.api_secret, "notification_settings": notifications},
    ]


def _redundancy(service: PeerTube, number: int) -> list[Options]:
    return [{"video": service.remote, "state": _state(number)}, {"host": COPIES, "redundancy_allowed": number % 2 == 0}]


def _registration(service: PeerTube, number: int) -> list[Options]:
    name = f"visitor{number}"
    body = {
        "username": name,
        "email": f"{name}@example.com",
        "password": "Besuch-71",
        "registrationReason": "To publish",
    }
    service.call("POST", "/users/registrations/request", body)
    return [
        {"username": name, "state": "rejected", "moderation_response": "No, thank you"}
        | {"prevent_email_delivery": True}
    ]


def _runner(service: PeerTube, number: int) -> list[Options]:
    token = service.new_runner_token()
    return [
        {"registration_tokens": 1, "show_tokens": True, "state": "present"},
        {"name": f"runner{number}", "state": "absent"},
        {"registration_token": token["registrationToken"], "state": "absent"},
        {"registration_token_id": token["id"], "state": "absent"},
    ]


def _subscription(service: PeerTube, number: int) -> list[Options]:
    return [{"uri": "spare_channel", "state": _state(number)}, {"uri": "root_channel", "wait": True, "wait_timeout": 5}]


def _user(service: PeerTube, number: int) -> list[Options]:
    name = f"ada{number}"
    return [
        {"username": name, "email": f"{name}@example.com", "password": "Geheim-71", "channel_name": f"{name}_films"}
        | {"role": "user", "video_quota": 10**9, "video_quota_daily": 10**8, "admin_flags": 1, "email_verified": True},
        {"username": "spare", "password": f"Geheim-{number}", "update_password": "always", "state": "present"}
        | {"blocked": number % 2 == 0, "plugin_auth": "", "two_factor_enabled": False},
        {"username": f"bo{number}", "email": f"bo{number}@example.com", "password": "Geheim-71", "blocked": True}
        | {"blocked_reason": "Unpaid"},
    ]


def _video(service: PeerTube, number: int) -> list[Options]:
    text = f"Number {number}"
    times = {
        "upload_timeout": 20,
        "settle_time": 0.2,
        "wait": True,
        "wait_timeout": 20,
        "poll_min": 0.1,
        "poll_max": 0.2,
    }
    return [
        {"channel": "root_channel", "key": f"film {number}", "name": text, "path": service.files["film"]}
        | {"owner": "root"}
        | {"privacy": "public", "resumable_above": 8, "chunk_size": 1, "wait_transcoding": False, **times}
        | {"schedule_update": {"update_at": "2090-01-01T00:00:00Z", "privacy": "internal"}},
        {"uuid": service.video, "name": text, "category": "Films", "licence": "Attribution", "language": "en"}
        | {"description": text, "support": text, "tags": [f"tag {number}"], "nsfw": number % 2 == 0, "wait": False}
        | {"comments_policy": "enabled", "download_enabled": number % 2 == 1, "purge_captions": True}
        | {"originally_published_at": "2019-05-05T00:00:00Z", "thumbnail": service.files["picture"]}
        | {"chapters": [{"timecode": 0, "title": text}], "state": "present"}
        | {"captions": [{"language": "en", "path": service.files["en"]}]},
        {"uuid": service.protected, "privacy": "password_protected", "passwords": [f"Geheim-{number}"], "wait": False},
    ]


def _video_files(service: PeerTube, number: int) -> list[Options]:
    times = {"wait_timeout": 9, "poll_min": 0.1, "poll_max": 0.2}
    return [{"video": service.video, "hls": True, "web_videos": number % 2 == 0, "transcode_again": True, **times}]


def _video_import(service: PeerTube, number: int) -> list[Options]:
    times = {"settle_time": 0.2, "wait": True, "wait_timeout": 20, "poll_min": 0.1, "poll_max": 0.2}
    return [
        {"channel": "root_channel", "target_url": f"https://media.example.com/{number}.mp4", "name": f"Number {number}"}
        | {"privacy": "public", "state": "present", **times}
    ]


#: The good options of each module.
BASES: dict[str, Callable[[PeerTube, int], list[dict[str, Any]]]] = {
    "peertube_abuse": _abuse,
    "peertube_api": _api,
    "peertube_blocklist": _blocklist,
    "peertube_channel": _channel,
    "peertube_channel_sync": _channel_sync,
    "peertube_comment": _comment,
    "peertube_config": _config,
    "peertube_follow": _follow,
    "peertube_homepage": _homepage,
    "peertube_info": _info,
    "peertube_job": _job,
    "peertube_live": _live,
    "peertube_ownership": _ownership,
    "peertube_playlist": _playlist,
    "peertube_plugin": _plugin,
    "peertube_profile": _profile,
    "peertube_redundancy": _redundancy,
    "peertube_registration": _registration,
    "peertube_runner": _runner,
    "peertube_subscription": _subscription,
    "peertube_token": _token,
    "peertube_user": _user,
    "peertube_video": _video,
    "peertube_video_files": _video_files,
    "peertube_video_import": _video_import,
}
