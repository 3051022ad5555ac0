# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The operations of each service that no module of the collection uses, and why. Raw calls can use them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

_SCANNER = "the vendor's code scanner sends what it found where the code is"
_JIRA = "needs a token that Atlassian gives to a plugin inside Jira"

CONFIGCAT: Mapping[str, str] = {
    "POST /v1/code-references": _SCANNER,
    "POST /v1/code-references/delete-reports": _SCANNER,
    "GET /v1/organizations/{organizationId}/members": "deprecated for the one of version 2",
    "GET /v1/settings/{settingId}": "a list of settings has the same properties, and a setting is found by its key",
    "PUT /v1/webhooks/{webhookId}": "a PATCH changes only what differs",
    "POST /v1/jira/connect": _JIRA,
    "POST /v1/jira/environments/{environmentId}/settings/{settingId}/integrationLinks/{key}": _JIRA,
}

_PEERTUBE: dict[str, tuple[str, ...]] = {
    "a player reports what it plays": (
        "POST /metrics/playback",
        "POST /server/logs/client",
        "POST /videos/{id}/views",
        "PUT /videos/{id}/watching",
    ),
    "a player needs it to read private files": ("POST /videos/{id}/token",),
    "a visitor signs up in the browser": (
        "POST /users/register",
        "POST /users/registrations/request",
        "POST /users/registrations/ask-send-verify-email",
        "POST /users/registrations/{registrationId}/verify-email",
    ),
    "a user follows the link of an e-mail": (
        "POST /users/ask-reset-password",
        "POST /users/ask-send-verify-email",
        "POST /users/{id}/reset-password",
        "POST /users/{id}/verify-email",
    ),
    "a user needs the device for the codes at hand": (
        "POST /users/{id}/two-factor/confirm-request",
        "POST /users/{id}/two-factor/request",
    ),
    "a rating is a viewer's opinion": (
        "GET /users/me/videos/{videoId}/rating",
        "PUT /videos/{id}/rate",
    ),
    "a viewer's history": (
        "DELETE /users/me/history/videos/{videoId}",
        "POST /users/me/history/videos/remove",
    ),
    "a page for viewers": (
        "GET /overviews/videos",
        "GET /videos/{id}/description",
        "GET /videos/{id}/storyboards",
    ),
    "modules read the collection itself": (
        "GET /blocklist/status",
        "GET /users/autocomplete",
        "GET /users/me/subscriptions/{subscriptionHandle}",
        "GET /users/me/video-playlists/videos-exist",
    ),
    "modules read comments below their video, and playlists below their account": (
        "GET /users/me/videos/comments",
        "GET /video-playlists",
        "GET /videos/comments",
    ),
    "a part of what another operation reads or writes": (
        "DELETE /videos/{id}/passwords/{videoPasswordId}",
        "DELETE /videos/{id}/webtorrent",
        "GET /plugins/{npmName}/public-settings",
        "GET /videos/{id}/live-session",
        "GET /videos/{id}/metadata/{videoFileId}",
    ),
    "a user reads notifications in the browser": (
        "POST /users/me/notifications/read",
        "POST /users/me/notifications/read-all",
    ),
    "each call starts it again, and no response says whether it was started before": (
        "POST /video-channel-syncs/{channelSyncId}/sync",
        "POST /video-channels/{channelHandle}/import-videos",
        "POST /videos/{id}/captions/generate",
    ),
    "each call removes again what others have written since": ("POST /bulk/remove-comments-of",),
    "no module replaces the file of a published video: what it was is lost": (
        "DELETE /videos/{id}/source/file",
        "DELETE /videos/{id}/source/replace-resumable",
        "POST /videos/{id}/source",
        "POST /videos/{id}/source/replace-resumable",
        "PUT /videos/{id}/source/replace-resumable",
    ),
    "no module sets the pictures of the instance": (
        "DELETE /config/instance-avatar",
        "DELETE /config/instance-banner",
        "POST /config/instance-avatar/pick",
        "POST /config/instance-banner/pick",
    ),
    "no module hands a video to another user": (
        "POST /videos/ownership/{id}/accept",
        "POST /videos/ownership/{id}/refuse",
        "POST /videos/{id}/give-ownership",
    ),
    "no module changes the files that were made of a video": (
        "DELETE /videos/{id}/hls",
        "DELETE /videos/{id}/hls/{videoFileId}",
        "DELETE /videos/{id}/web-videos",
        "POST /videos/{id}/transcoding",
    ),
    "visitors write to the administrators with it": ("POST /server/contact",),
    "tokens of feeds": ("GET /users/scoped-tokens", "POST /users/scoped-tokens"),
    "each call edits the video again, and no response says whether it was edited before": (
        "POST /videos/{id}/studio/edit",
    ),
    "a runner calls it": (
        "POST /runners/register",
        "POST /runners/unregister",
        "POST /runners/jobs/request",
        *(f"POST /runners/jobs/{{jobUUID}}/{action}" for action in ("abort", "accept", "error", "success", "update")),
    ),
    "the server makes and repeats the jobs of runners": (
        "DELETE /runners/jobs/{jobUUID}",
        "GET /runners/jobs",
        "POST /runners/jobs/{jobUUID}/cancel",
    ),
    "a user asks for an archive of the own account": (
        "DELETE /users/{id}/exports/{exportId}",
        "GET /users/{id}/exports",
        "GET /users/{id}/imports/latest",
        "POST /users/{id}/exports/request",
    ),
    "for the developers of PeerTube": ("GET /ping", "GET /server/debug", "POST /server/debug/run-command"),
    "sets all to the defaults; a play says what it wants": ("DELETE /config/custom",),
    "no module manages lists of watched words": (
        "GET /automatic-tags/accounts/{accountName}/available",
        "GET /automatic-tags/policies/accounts/{accountName}/comments",
        "PUT /automatic-tags/policies/accounts/{accountName}/comments",
        *(
            f"{method} /watched-words/{owner}/lists{item}"
            for owner in ("server", "accounts/{accountName}")
            for method, item in (("GET", ""), ("POST", ""), ("PUT", "/{listId}"), ("DELETE", "/{listId}"))
        ),
    ),
}


def _by_operation(by_reason: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, str]]:
    for reason, operations in by_reason.items():
        for operation in operations:
            yield operation, reason


PEERTUBE: Mapping[str, str] = dict(_by_operation(_PEERTUBE))
