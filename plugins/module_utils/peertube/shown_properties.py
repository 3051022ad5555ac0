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
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import known_at, limited
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import properties_of as _of

_NAMES = PropertyNames({"shortUUID": "short_uuid"})
snake, camel = _NAMES.snake, _NAMES.camel

#: What has a number and a label, such as a role, a privacy or a state.
_LABELED = _of("id label")
#: An account or a channel, as other objects show them.
_ACTOR = _of("id name display_name host url")
#: A user, as administrators and moderators see it.
_USER = _of(
    "id username email pending_email email_verified video_quota video_quota_daily video_quota_used "
    "video_quota_used_daily blocked blocked_reason admin_flags plugin_auth two_factor_enabled created_at "
    "last_login_date",
    role=_LABELED,
    account=_ACTOR,
)
#: An avatar or a banner in one size.
_PICTURE = _of("width height path file_url")
_CHANNEL = _of(
    "id name display_name description support host url followers_count created_at updated_at",
    avatars=_PICTURE,
    banners=_PICTURE,
    owner_account=_ACTOR,
)

#: The known properties of resources, by their paths below the version.
RESOURCES = {
    r"/users(/\d+)?": _USER,
    "/users/me": _of(
        "id username email pending_email email_public email_verified nsfw_policy nsfw_flags_warned theme p2p_enabled "
        "videos_history_enabled auto_play_video auto_play_next_video auto_play_next_video_playlist video_languages",
        role=_LABELED,
        account=_ACTOR,
    ),
    "/video-channels/[^/]+": _CHANNEL,
    "(/users/me|/video-channels/[^/]+)/(avatar|banner)/pick": _of("", avatars=_PICTURE, banners=_PICTURE),
}


def shown(path: str, data: Any) -> Any:
    """Return the properties in a response that modules know, named as options are.

    Args:
        path: where it was read or written, below the version.
        data: its body, an item or a list of them. A value of an unexpected type stays, for the code that checks it.
    """
    return limited(snake(data), known_at(RESOURCES, path))
