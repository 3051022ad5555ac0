# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Follows between instances, and redundancy. Other instances exist in the sandbox by name only."""

from __future__ import annotations

from fastapi.responses import JSONResponse

from sandbox.peertube import jobs, rules
from sandbox.peertube.ask import ADMINISTRATOR, Ask
from sandbox.peertube.errors import not_found, problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row
from sandbox.peertube.video_access import by_id
from sandbox.peertube.video_shown import url_of
from sandbox.store import Setting

FEDERATION = Setting("federation", "")
"""Not empty if the instance has HTTPS, without which it follows nobody."""
KNOWN_HOSTS = Setting("known_hosts", "other.example")
"""The instances that can be reached, separated by spaces."""
_RIGHT, _RIGHT_TO_REDUNDANCY, _RIGHT_TO_VIDEOS = 2, 5, 24
_STATES = ("pending", "accepted", "rejected")
_HANDLE = rules.matching(r"[a-zA-Z0-9._-]+@[a-zA-Z0-9.-]+(:\d+)?")
_SORTS = ("createdAt", "state", "score", "redundancyAllowed")

routes = Routes()
router = routes.router


def _actor(ask: Ask, host: str, name: str = "peertube", *, allowed: bool = False) -> Row:
    kind = "accounts" if name == "peertube" else "video-channels"
    return {
        "url": f"https://{host}/{kind}/{name}",
        "name": name,
        "host": host,
        "avatars": [],
        "id": 1 if host == ask.own_host else 2,
        "hostRedundancyAllowed": allowed,
        "followingCount": 0,
        "followersCount": 0,
        "createdAt": ask.time,
        "banners": [],
    }


def _is_allowed(ask: Ask, host: str) -> bool:
    return bool((ask.tables.redundancies.one(host=host) or {}).get("allowed"))


def _following_shown(ask: Ask, row: Row) -> Row:
    other = _actor(ask, row["host"], row["name"], allowed=_is_allowed(ask, row["host"]))
    return _shown(row, _actor(ask, ask.own_host), other)


def _follower_shown(ask: Ask, row: Row) -> Row:
    return _shown(row, _actor(ask, row["host"]), _actor(ask, ask.own_host))


def _shown(row: Row, follower: Row, following: Row) -> Row:
    names = ("id", "score", "state", "createdAt", "updatedAt")
    return {**{name: row[name] for name in names}, "follower": follower, "following": following}


def _filtered(ask: Ask, rows: list[Row]) -> list[Row]:
    kinds = rules.one_of("Application", "Group", "Person")
    ask.check("query", optional={"state": rules.one_of(*_STATES), "actorType": kinds})
    state, kind = ask.query.get("state"), ask.query.get("actorType")
    found = [row for row in rows if state in (None, row["state"]) and kind in (None, row["kind"])]
    return ask.search(found, "host", "name")


@routes.add("GET", "/server/following", login=None)
def list_following(ask: Ask) -> Row:
    """Return whom the instance follows."""
    rows = _filtered(ask, ask.tables.following.all())
    return ask.page(rows, lambda row: _following_shown(ask, row), *_SORTS)


@routes.add("GET", "/server/followers", login=None)
def list_followers(ask: Ask) -> Row:
    """Return who follows the instance."""
    rows = _filtered(ask, ask.tables.followers.all())
    return ask.page(rows, lambda row: _follower_shown(ask, row), *_SORTS)


def _listed(ask: Ask, name: str) -> list[str]:
    given = ask.body.get(name) or []
    return given if isinstance(given, list) else [given]


@routes.add("POST", "/server/following", role=ADMINISTRATOR, right=_RIGHT)
def follow(ask: Ask) -> JSONResponse | None:
    """Begin to follow instances, channels or accounts."""
    if not FEDERATION.read(ask.context.store):
        return JSONResponse({"error": "Cannot follow on a non HTTPS web server."}, 500)
    hosts, handles = _listed(ask, "hosts"), _listed(ask, "handles")
    wrong = {}
    if not all(map(rules.HOST, hosts)):
        wrong["hosts"] = hosts
    if not all(map(_HANDLE, handles)):
        wrong["handles"] = handles
    if wrong:
        ask.wrong("body", **wrong)
    if not hosts and not handles:
        return JSONResponse({"error": "You must provide at least one handle or one host."}, 400)
    for target in (*hosts, *handles):
        jobs.begin(ask, "activitypub-follow-instance", {"target": target}, seconds=1)
    return None


@jobs.effect("activitypub-follow-instance")
def followed(ask: Ask, data: Row) -> None:
    """Add what is followed, if it can be reached; the other instance agrees at once."""
    name, has_name, host = data["target"].rpartition("@")
    if host not in KNOWN_HOSTS.read(ask.context.store).split():
        return
    entry = {"host": host, "name": name if has_name else "peertube"}
    if not ask.tables.following.one(**entry):
        kind = "Group" if has_name else "Application"
        times = {"createdAt": ask.time, "updatedAt": ask.time}
        ask.tables.following.insert(**entry, kind=kind, state="accepted", score=10000, **times)


@routes.add("DELETE", "/server/following/{target}", role=ADMINISTRATOR, right=_RIGHT)
def unfollow(ask: Ask) -> None:
    """Stop to follow."""
    target = ask.params["target"]
    name, _at, host = target.rpartition("@")
    row = ask.tables.following.one(host=host, name=name or "peertube")
    if row is None:
        raise problem(404, f"Follow {target} not found.")
    ask.tables.following.delete(row)
    if not ask.tables.following.one(host=host):
        ask.tables.redundancies.delete_all(host=host)


def add_follower(ask: Ask, host: str) -> None:
    """Let another instance ask to follow."""
    times = {"createdAt": ask.time, "updatedAt": ask.time}
    ask.tables.followers.insert(host=host, name="peertube", kind="Application", state="pending", score=1000, **times)


def _follower(ask: Ask) -> Row:
    handle = ask.params["handle"]
    if not _HANDLE(handle):
        ask.wrong("params", **{"handle" if ask.newer else "nameWithHost": handle})
    name, _at, host = handle.partition("@")
    row = ask.tables.followers.one(host=host, name=name)
    if row is None:
        raise problem(404, f"Follower {handle} not found.")
    return row


def _decide(ask: Ask, state: str, others: tuple[str, str]) -> None:
    row = _follower(ask)
    if row["state"] not in others:
        raise problem(400, f"Follow is not in {'/'.join(others)} state.")
    ask.tables.followers.save({**row, "state": state, "updatedAt": ask.time})


@routes.add("POST", "/server/followers/{handle}/accept", role=ADMINISTRATOR, right=_RIGHT)
def accept(ask: Ask) -> None:
    """Accept a follower."""
    _decide(ask, "accepted", ("pending", "rejected"))


@routes.add("POST", "/server/followers/{handle}/reject", role=ADMINISTRATOR, right=_RIGHT)
def reject(ask: Ask) -> None:
    """Reject a follower; it stays in the list."""
    _decide(ask, "rejected", ("pending", "accepted"))


@routes.add("DELETE", "/server/followers/{handle}", role=ADMINISTRATOR, right=_RIGHT)
def remove_follower(ask: Ask) -> None:
    """Remove a follower."""
    ask.tables.followers.delete(_follower(ask))


def _mirror_shown(ask: Ask, row: Row) -> Row:
    video = ask.tables.videos.get(row["video_id"]) or {}
    address = f"http://{ask.own_host}/static/redundancy/hls/{video['uuid']}"
    times = {"createdAt": row["createdAt"], "updatedAt": row["createdAt"], "expiresOn": None}
    copied = {"id": row["id"], "fileUrl": address, "strategy": "manual", "size": 90_210, **times}
    shown = {name: video[name] for name in ("id", "uuid", "name")}
    return {**shown, "url": url_of(ask, video), "redundancies": {"files": [], "streamingPlaylists": [copied]}}


@routes.add("GET", "/server/redundancy/videos", role=ADMINISTRATOR, right=_RIGHT_TO_VIDEOS)
def list_redundancies(ask: Ask) -> Row:
    """Return the copies of videos of other instances. No other instance copies videos of this one."""
    ask.check("query", target=rules.one_of("my-videos", "remote-videos"))
    rows = ask.tables.mirrors.all() if ask.query["target"] == "remote-videos" else []
    return ask.page(rows, lambda row: _mirror_shown(ask, row), "name")


@routes.add("POST", "/server/redundancy/videos", role=ADMINISTRATOR, right=_RIGHT_TO_VIDEOS)
def mirror(ask: Ask) -> None:
    """Begin to copy a video of another instance; a repetition is accepted, too."""
    ask.check(videoId=rules.is_video_id)
    video = by_id(ask, ask.body["videoId"])
    if not video.get("host"):
        raise problem(400, "Cannot create a redundancy on a local video")
    jobs.begin(ask, "video-redundancy", {"videoId": video["id"]})


@jobs.effect("video-redundancy")
def mirrored(ask: Ask, data: Row) -> None:
    """Add the copy, once."""
    if not ask.tables.mirrors.one(video_id=data["videoId"]):
        video = ask.tables.videos.get(data["videoId"]) or {}
        ask.tables.mirrors.insert(video_id=data["videoId"], name=video.get("name"), createdAt=ask.time)


@routes.add("DELETE", "/server/redundancy/videos/{redundancyId}", role=ADMINISTRATOR, right=_RIGHT_TO_VIDEOS)
def remove_mirror(ask: Ask) -> None:
    """Remove a copy."""
    row = ask.tables.mirrors.get(ask.number("redundancyId"))
    if row is None:
        raise not_found("Video redundancy")
    ask.tables.mirrors.delete(row)


@routes.add("PUT", "/server/redundancy/{host}", role=ADMINISTRATOR, right=_RIGHT_TO_REDUNDANCY)
def allow(ask: Ask) -> None:
    """Allow or forbid to mirror the videos of an instance."""
    ask.check(redundancyAllowed=rules.boolean)
    host = ask.params["host"]
    if (
        not ask.tables.following.one(host=host)
        and not ask.tables.server_blocks.one(host=host)
        and not _was_known(ask, host)
    ):
        raise not_found("Server")
    ask.tables.redundancies.delete_all(host=host)
    ask.tables.redundancies.insert(host=host, allowed=rules.as_bool(ask.body["redundancyAllowed"]))


def _was_known(ask: Ask, host: str) -> bool:
    """Return whether a user has ever named this instance, which makes it known."""
    return host in KNOWN_HOSTS.read(ask.context.store).split()
