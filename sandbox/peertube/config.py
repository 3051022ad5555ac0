# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration of the instance: what administrators change, what everybody reads, and the homepage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from sandbox.context import Context
from sandbox.peertube import actors, pictures, rules
from sandbox.peertube.ask import ADMINISTRATOR, Ask, dig, invalid
from sandbox.peertube.errors import crash, problem
from sandbox.peertube.routing import Routes, is_newer
from sandbox.peertube.tables import Row
from sandbox.store import Setting

CONFIG = Setting("config", "")
_HOMEPAGE = Setting("homepage", "")
_PICTURES = Setting("instance_pictures", '{"avatars": [], "banners": []}')
_RIGHT, _RIGHT_OF_PAGES = 8, 9

routes = Routes()
router = routes.router

_OLD_TEXTS = (
    "codeOfConduct",
    "creationReason",
    "moderationInformation",
    "administrator",
    "maintenanceLifetime",
    "businessModel",
    "hardwareInformation",
    "languages",
    "categories",
    "isNSFW",
)
_MAY_BE_MISSING = (
    "autoBlacklist",
    "client",
    "followings",
    "import.videoChannelSynchronization.maxPerUser",
    "live.latencySetting",
    "live.transcoding.profile",
    "live.transcoding.resolutions.0p",
    "storyboards",
    "transcoding.allowAudioFiles",
    "transcoding.hls.splitAudioAndVideo",
    "transcoding.profile",
    "user.defaultChannelName",
    "videoTranscription",
)
_MAY_BE_MISSING_NEWER = (
    "defaults.publish.downloadEnabled",
    "defaults.publish.licence",
    "theme.customization",
    "transcoding.alwaysTranscodePodcastOptimizedAudio",
)
_RULES: dict[str, rules.Rule] = {
    "instance.defaultNSFWPolicy": rules.one_of("do_not_list", "warn", "blur", "display"),
    "user.videoQuota": rules.number(-1),
    "user.videoQuotaDaily": rules.number(-1),
}
_PUBLIC = {
    "instance.name": "instance.name",
    "instance.shortDescription": "instance.shortDescription",
    "instance.isNSFW": "instance.isNSFW",
    "instance.defaultNSFWPolicy": "instance.defaultNSFWPolicy",
    "instance.defaultClientRoute": "instance.defaultClientRoute",
    "instance.customizations": "instance.customizations",
    "signup.minimumAge": "signup.minimumAge",
    "signup.requiresApproval": "signup.requiresApproval",
    "signup.requiresEmailVerification": "signup.requiresEmailVerification",
    "user.videoQuota": "user.videoQuota",
    "user.videoQuotaDaily": "user.videoQuotaDaily",
    "videoChannels.maxPerUser": "videoChannels.maxPerUser",
    "live.enabled": "live.enabled",
    "live.maxUserLives": "live.maxUserLives",
    "theme.default": "theme.default",
    "broadcastMessage": "broadcastMessage",
}
"""Names of the public configuration and where an administrator changes them."""


@cache
def _default(name: str, *, newer: bool) -> str:
    folder = Path(__file__).with_name("defaults")
    return (folder / f"{name}_{'8_2' if newer else '6_3'}.json").read_text(encoding="utf-8")


def default(context: Context, name: str) -> Any:
    """Return a configuration as a new instance has it: ``custom``, ``public`` or ``about``."""
    return json.loads(_default(name, newer=is_newer(context)))


def read(context: Context) -> Any:
    """Return the configuration."""
    text = CONFIG.read(context.store)
    return json.loads(text) if text else default(context, "custom")


def value(context: Context, name: str) -> Any:
    """Return one value of the configuration, by its dotted name."""
    return dig(read(context), name)


def _leaves(source: Any, before: str = "") -> Iterator[str]:
    for name, inner in source.items():
        if isinstance(inner, dict) and inner:
            yield from _leaves(inner, f"{before}{name}.")
        else:
            yield f"{before}{name}"


def _may_be_missing(ask: Ask, name: str) -> bool:
    names = [*_MAY_BE_MISSING, *(_MAY_BE_MISSING_NEWER if ask.newer else ())]
    if not ask.newer:
        names += [f"instance.{text}" for text in _OLD_TEXTS]
    return any(name == known or name.startswith(f"{known}.") for known in names)


@routes.add("GET", "/config", login=None)
def read_public(ask: Ask) -> Any:
    """Return what every client needs to know."""
    found, custom = default(ask.context, "public"), read(ask.context)
    for name, source in _PUBLIC.items():
        *parents, last = name.split(".")
        place = found
        for parent in parents:
            place = place[parent]
        place[last] = dig(custom, source)
    found["signup"]["allowed"] = bool(dig(custom, "signup.enabled"))
    found["homepage"]["enabled"] = _HOMEPAGE.read(ask.context.store) not in ("", '""')
    return found


@routes.add("GET", "/config/about", login=None)
def read_about(ask: Ask) -> Any:
    """Return the texts about the instance."""
    found, custom = default(ask.context, "about"), read(ask.context)
    for name in found["instance"]:
        if name in custom["instance"]:
            found["instance"][name] = custom["instance"][name]
    kept = json.loads(_PICTURES.read(ask.context.store))
    found["instance"] |= {kind: [actors.picture_shown(ask, entry) for entry in kept[kind]] for kind in kept}
    return found


@routes.add("GET", "/config/custom", role=ADMINISTRATOR, right=_RIGHT, docs="getCustomConfig")
def read_custom(ask: Ask) -> Any:
    """Return what an administrator can change."""
    return read(ask.context)


@routes.add("PUT", "/config/custom", role=ADMINISTRATOR, right=_RIGHT, docs="putCustomConfig")
def change_custom(ask: Ask) -> Any:
    """Replace the configuration."""
    known, given = default(ask.context, "custom"), ask.body
    missing = [
        name
        for name in _leaves(known)
        if dig(given, name) is None and dig(known, name) is not None and not _may_be_missing(ask, name)
    ]
    checked = {name: dig(given, name) for name in _RULES if name not in missing}
    wrong = {name: found for name, found in checked.items() if not _RULES[name](found)}
    if missing or wrong:
        raise invalid(ask.path, "body", {**dict.fromkeys(missing), **wrong})
    transcoding = given["transcoding"]
    if transcoding["enabled"] and not transcoding["webVideos"]["enabled"] and not transcoding["hls"]["enabled"]:
        raise problem(400, "You need to enable at least web_videos transcoding or hls transcoding")
    if ask.newer and "client" not in given:
        raise crash("Cannot read properties of undefined (reading 'header')")
    changed = _merge(read(ask.context), given)
    CONFIG.write(ask.context.store, json.dumps(changed))
    return changed


def _merge(current: Any, given: Any) -> Any:
    """Return the configuration with the given values; unknown names are dropped."""
    if not isinstance(current, dict) or not isinstance(given, dict):
        return given
    return {name: _merge(inner, given[name]) if name in given else inner for name, inner in current.items()}


@routes.add("DELETE", "/config/custom", role=ADMINISTRATOR, right=_RIGHT, docs="delCustomConfig")
def reset_custom(ask: Ask) -> Any:
    """Return to the configuration of the files."""
    CONFIG.write(ask.context.store, "")
    return read(ask.context)


def _keep_pictures(ask: Ask, kind: str, found: list[Row]) -> None:
    kept = json.loads(_PICTURES.read(ask.context.store))
    kept[kind] = found
    _PICTURES.write(ask.context.store, json.dumps(kept))


@routes.add("POST", "/config/instance-{kind}/pick", role=ADMINISTRATOR, right=_RIGHT)
def set_picture(ask: Ask) -> None:
    """Replace the avatar or the banner of the instance."""
    kind = f"{ask.params['kind']}s"
    _keep_pictures(ask, kind, pictures.received(ask, kind))


@routes.add("DELETE", "/config/instance-{kind}", role=ADMINISTRATOR, right=_RIGHT)
def remove_picture(ask: Ask) -> None:
    """Remove the avatar or the banner of the instance."""
    _keep_pictures(ask, f"{ask.params['kind']}s", [])


@routes.add("GET", "/custom-pages/homepage/instance", login=None)
def read_homepage(ask: Ask) -> Any:
    """Return the homepage."""
    text = _HOMEPAGE.read(ask.context.store)
    if not text:
        raise problem(404, "Instance homepage could not be found")
    return {"content": json.loads(text)}


@routes.add("PUT", "/custom-pages/homepage/instance", role=ADMINISTRATOR, right=_RIGHT_OF_PAGES)
def write_homepage(ask: Ask) -> None:
    """Replace the homepage."""
    _HOMEPAGE.write(ask.context.store, json.dumps(ask.body.get("content")))
