# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of PeerTube's objects that modules know, named as options are. Nothing else reaches a result.

Private to the collection. The API writes properties ``likeThis``, options are ``like_this``. Source: recorded responses
of PeerTube 6.3.0 and of a server derived from 8.2.1.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.property_names import PropertyNames
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import ANYTHING, Properties, known_at, limited
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import properties_of as _of

_NAMES = PropertyNames({"shortUUID": "short_uuid"})
snake, camel = _NAMES.snake, _NAMES.camel

#: What has a number and a label, such as a role, a privacy or a state.
_LABELED = _of("id label")
#: An avatar or a banner in one size.
_PICTURE = _of("width height path file_url created_at updated_at")
_THUMBNAIL = _of("width height aspect_ratio file_url")
_PICTURES = {"avatars": _PICTURE, "banners": _PICTURE}
_ACTOR_NAMES = (
    "id name display_name url host host_redundancy_allowed following_count followers_count created_at updated_at"
)
#: An account or a channel, as other objects show them.
_ACTOR = _of(_ACTOR_NAMES, **_PICTURES)
_ACCOUNT = _of(f"{_ACTOR_NAMES} description user_id", **_PICTURES)
_CHANNEL = _of(
    f"{_ACTOR_NAMES} description support is_local public_email owner_account_id owner_account_name videos_count "
    "total_views",
    **_PICTURES,
    owner_account=_ACCOUNT,
    views_per_day=_of("date views"),
)
_NOTIFICATION_SETTINGS = _of(
    "new_comment_on_my_video new_video_from_subscription abuse_as_moderator video_auto_blacklist_as_moderator "
    "blacklist_on_my_video my_video_published my_video_import_finished new_user_registration comment_mention "
    "new_follow new_instance_follower auto_instance_following abuse_new_message abuse_state_change "
    "new_peer_tube_version my_video_studio_edition_finished my_video_transcription_generated new_plugin_version "
    "automatic_blocklist"
)
_USER = _of(
    "id username email pending_email email_public email_verified theme nsfw_policy p2p_enabled videos_history_enabled "
    "auto_play_video auto_play_next_video auto_play_next_video_playlist video_languages video_quota video_quota_daily "
    "video_quota_used video_quota_used_daily total_video_file_size videos_count abuses_count abuses_accepted_count "
    "abuses_created_count video_comments_count no_instance_config_warning_modal no_welcome_modal "
    "no_account_setup_warning_modal blocked blocked_reason created_at plugin_auth last_login_date two_factor_enabled "
    "admin_flags nsfw_flags_displayed nsfw_flags_hidden nsfw_flags_warned nsfw_flags_blurred",
    role=_LABELED,
    account=_ACCOUNT,
    video_channels=_CHANNEL,
    notification_settings=_NOTIFICATION_SETTINGS,
    special_playlists=_of("id name type"),
)
_FILES = _of(
    "id width height size fps torrent_url torrent_download_url file_url file_download_url metadata_url has_audio "
    "has_video storage magnet_uri playlist_url",
    resolution=_LABELED,
)
_VIDEO = _of(
    "id uuid short_uuid url name nsfw nsfw_flags nsfw_summary truncated_description description support is_local "
    "duration aspect_ratio views viewers likes dislikes comments downloads tags thumbnail_path preview_path embed_path "
    "description_path created_at updated_at published_at originally_published_at is_live wait_transcoding blacklisted "
    "blacklisted_reason blocked_owner blocked_server comments_enabled download_enabled input_file_updated_at",
    category=_LABELED,
    licence=_LABELED,
    language=_LABELED,
    privacy=_LABELED,
    state=_LABELED,
    comments_policy=_LABELED,
    account=_ACCOUNT,
    channel=_CHANNEL,
    scheduled_update=_of("update_at privacy"),
    thumbnails=_THUMBNAIL,
    user_history=_of("current_time"),
    files=_FILES,
    streaming_playlists=_of("id type playlist_url segments_sha256_url", files=_FILES),
)
#: A video, as other objects name it.
_NAMED_VIDEO = _of("id uuid short_uuid name", channel=_ACTOR, state=_LABELED)
_COMMENT_NAMES = (
    "id url text thread_id in_reply_to_comment_id video_id created_at updated_at deleted_at is_deleted held_for_review "
    "automatic_tags total_replies total_replies_from_video_author"
)
_COMMENT = _of(_COMMENT_NAMES, account=_ACCOUNT, video=_NAMED_VIDEO)
#: A comment with the replies to it, and those with theirs.
_COMMENT_TREE: dict[str, Properties] = {"comment": _COMMENT}
_COMMENT_TREE["children"] = _COMMENT_TREE
_ABUSE = _of(
    "id reason predefined_reasons count_messages created_at updated_at moderation_comment count_reports_for_reporter "
    "count_reports_for_reportee",
    state=_LABELED,
    flagged_account=_ACTOR,
    reporter_account=_ACTOR,
    video=_of(
        "id uuid short_uuid name nsfw start_at end_at deleted blacklisted thumbnail_path count_reports nth_report",
        channel=_CHANNEL,
        thumbnails=_THUMBNAIL,
    ),
    comment=_of("id thread_id text deleted", video=_NAMED_VIDEO),
)
_PLAYLIST = _of(
    "id uuid short_uuid is_local url display_name description thumbnail_path embed_path videos_length created_at "
    "updated_at video_channel_position",
    privacy=_LABELED,
    type=_LABELED,
    owner_account=_ACTOR,
    video_channel=_ACTOR,
    thumbnails=_THUMBNAIL,
)
_FOLLOW = _of("id score state created_at updated_at", follower=_ACTOR, following=_ACTOR)
_BLOCK = _of("created_at", by_account=_ACCOUNT, blocked_account=_ACCOUNT, blocked_server=_of("host"))
_LIVE_SESSION = _of(
    "id start_date end_date ending_processed save_replay error",
    replay_settings=_of("privacy"),
    replay_video=_of("id uuid short_uuid"),
)
_RUNNER_JOB = _of(
    "uuid type progress priority failures error created_at updated_at",
    state=_LABELED,
    parent=_of("id uuid type", state=_LABELED),
    runner=_of("id name description"),
)
_REDUNDANCY = _of("id file_url expires_on created_at updated_at strategy size")

#: The known properties of resources, by their paths below the version. The first pattern that matches counts.
RESOURCES = {
    "/abuses|/users/me/abuses": _ABUSE,
    "/abuses/[^/]+/messages": _of("id created_at by_moderator message", account=_ACTOR),
    "/accounts(/[^/]+)?": _ACCOUNT,
    "/accounts/[^/]+/followers|/video-channels/[^/]+/followers|/server/(followers|following)": _FOLLOW,
    "/accounts/[^/]+/ratings": _of("rating", video=_VIDEO),
    "/accounts/[^/]+/video-channel-syncs": _of(
        "id external_channel_url created_at last_sync_at", state=_LABELED, channel=_ACTOR
    ),
    # Their names differ by version, and by the plugins that are installed.
    "/config(/about|/custom)?|/server/stats": ANYTHING,
    "/custom-pages/homepage/instance": _of("content"),
    # The data of other jobs, such as e-mails, can hold secrets.
    "/jobs(/[^/]+)?": _of(
        "id state type progress error created_at finished_on processed_on priority can_cancel",
        data=_of("type video_uuid video_id resolution fps video_channel_id external_channel_url"),
        parent=_of("id"),
    ),
    "/plugins|/plugins/peertube-[^/]+": _of(
        "name type version latest_version enabled uninstalled peertube_engine description homepage created_at "
        "updated_at"
    ),
    "/plugins/available": _of(
        "npm_name name description homepage created_at popularity latest_version official recommended installed"
    ),
    "/runners": _of("id name description ip last_contact created_at updated_at version"),
    "/runners/jobs": _RUNNER_JOB,
    # Whoever has the token itself can register a runner.
    "/runners/registration-tokens": _of("id created_at updated_at registered_runners_count"),
    "/server/audit-logs": _of("level message timestamp label"),
    "/server/logs": _of("level message timestamp label", err=_of("message name status status_code code stack")),
    "/(server|users/me)/blocklist/(accounts|servers)": _BLOCK,
    "/server/redundancy/videos": _of(
        "id name url uuid",
        redundancies=_of("", files=_REDUNDANCY, streaming_playlists=_REDUNDANCY),
    ),
    "/users/me/videos/imports": _of(
        "id target_url magnet_uri torrent_name error created_at updated_at attempts",
        state=_LABELED,
        video=_VIDEO,
        video_channel_sync=_of("id external_channel_url"),
    ),
    "/users/me/notifications": _of(
        "id type read created_at updated_at",
        video=_NAMED_VIDEO,
        video_import=_of("id target_url magnet_uri torrent_name", video=_NAMED_VIDEO),
        comment=_of("id thread_id held_for_review", account=_ACTOR, video=_NAMED_VIDEO),
        abuse=_of("id state", video=_NAMED_VIDEO, account=_ACTOR),
        video_blacklist=_of("id", video=_NAMED_VIDEO),
        account=_ACTOR,
        actor_follow=_of("id state", follower=_ACTOR, following=_of("type name display_name host")),
        plugin=_of("name type latest_version"),
        peertube=_of("latest_version"),
        registration=_of("id username"),
    ),
    "/users/me/subscriptions": _CHANNEL,
    "/users/me/(history/)?videos|/users/me/subscriptions/videos": _VIDEO,
    "/users/me/video-quota-used": _of("video_quota_used video_quota_used_daily"),
    "/users/registrations": _of(
        "id registration_reason moderation_response username email email_verified account_display_name channel_handle "
        "channel_display_name created_at updated_at",
        state=_LABELED,
        user=_of("id"),
    ),
    "/users(/me|/[0-9]+)?": _USER,
    "(/users/me|/video-channels/[^/]+)/(avatar|banner)/pick": _of("", **_PICTURES),
    "/video-channels(/[^/]+)?|/search/video-channels|/accounts/[^/]+/video-channels": _CHANNEL,
    "/video-playlists/[^/]+/videos": _of("id position start_timestamp stop_timestamp type", video=_VIDEO),
    "/video-playlists(/[^/]+)?|/search/video-playlists|/(accounts|video-channels)/[^/]+/video-playlists": _PLAYLIST,
    "/videos/blacklist": _of("id reason unfederated type created_at updated_at", video=_VIDEO),
    "/videos/comments|/videos/[^/]+/comment-threads": _COMMENT,
    "/videos/[^/]+/comment-threads/[^/]+": _COMMENT_TREE,
    "/videos/ownership": _of(
        "id status created_at", initiator_account=_ACCOUNT, next_owner_account=_ACCOUNT, video=_VIDEO, state=_LABELED
    ),
    "/videos/live/[^/]+": _of(
        "permanent_live save_replay latency_mode dvr_window schedules", replay_settings=_of("privacy")
    ),
    "/videos/live/[^/]+/sessions|/videos/[^/]+/live-session": _LIVE_SESSION,
    "/videos/[^/]+/captions": _of(
        "automatically_generated caption_path updated_at file_url m3u8_url", language=_LABELED
    ),
    "/videos/(categories|licences)": ANYTHING,
    "/videos/[^/]+/chapters": _of("", chapters=_of("timecode title")),
    "/videos/[^/]+/passwords": _of("id password"),
    "/videos/[^/]+/source": _of(
        "filename input_filename file_url file_download_url size width height fps created_at", resolution=_LABELED
    ),
    "/videos/[^/]+/stats/overall": _of(
        "total_watch_time average_watch_time total_viewers viewers_peak viewers_peak_date",
        countries=_of("iso_code viewers"),
        subdivisions=_of("name viewers"),
    ),
    "/videos/[^/]+/stats/retention": _of("", data=_of("second retention_percent")),
    "/videos/[^/]+/stats/timeseries/[^/]+": _of("group_interval", data=_of("date value")),
    "/videos(/[^/]+)?|/search/videos|/(accounts|video-channels)/[^/]+/videos": _VIDEO,
    "/watched-words/server/lists|/watched-words/accounts/[^/]+/lists": _of("id list_name words created_at updated_at"),
}


def shown(path: str, data: Any, properties: Properties | None = None) -> Any:
    """Return the properties in a response that modules know, named as options are.

    Args:
        path: where it was read or written, below the version.
        data: its body, an item or a list of them. A value of an unexpected type stays, for the code that checks it.
        properties: the properties to return; None for those of `RESOURCES`.
    """
    return limited(snake(data), known_at(RESOURCES, path) if properties is None else properties)
