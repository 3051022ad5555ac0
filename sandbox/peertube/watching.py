# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Views, history, ratings and statistics of videos."""

from __future__ import annotations

from sandbox.peertube import accounts, actors, rules, video_access, video_shown
from sandbox.peertube.ask import Ask
from sandbox.peertube.errors import problem
from sandbox.peertube.routing import Routes
from sandbox.peertube.tables import Row

_METRICS = ("viewers", "aggregateWatchTime")

routes = Routes()
router = routes.router


def _watched(ask: Ask) -> None:
    ask.check("params", id=rules.is_video_id)
    ask.check(currentTime=rules.NUMBER)
    video = video_access.find(ask)
    seconds = int(ask.body["currentTime"])
    if seconds > video["duration"]:
        about = f"(video {video['uuid']} duration: {video['duration']})"
        raise problem(400, f"Current time {seconds} is invalid {about}")
    if ask.user is not None and ask.user["videosHistoryEnabled"]:
        ask.tables.history.delete_all(user_id=ask.user["id"], video_id=video["id"])
        ask.tables.history.insert(user_id=ask.user["id"], video_id=video["id"], currentTime=seconds)


@routes.add("POST", "/videos/{id}/views", login=False, docs="addView")
def add_view(ask: Ask) -> None:
    """Note how far a video was watched."""
    _watched(ask)


@routes.add("PUT", "/videos/{id}/watching", login=False)
def set_watching(ask: Ask) -> None:
    """Note the same, under an older path."""
    _watched(ask)


@routes.add("GET", "/users/me/history/videos")
def list_history(ask: Ask) -> Row:
    """Return what the caller watched."""

    def show(row: Row) -> Row:
        video = ask.tables.videos.get(row["video_id"])
        assert video is not None
        return {**video_shown.listed(ask, video), "userHistory": {"currentTime": row["currentTime"]}}

    wanted = str(ask.query.get("search") or "").lower()
    rows = [
        row
        for row in ask.tables.history.all(user_id=ask.me["id"])
        if wanted in (ask.tables.videos.get(row["video_id"]) or {"name": ""})["name"].lower()
    ]
    return ask.page(rows, show, "id", default="-id")


@routes.add("DELETE", "/users/me/history/videos/{videoId}")
def forget_video(ask: Ask) -> None:
    """Remove one video of the history, if it is in it."""
    ask.tables.history.delete_all(user_id=ask.me["id"], video_id=ask.number("videoId"))


@routes.add("POST", "/users/me/history/videos/remove")
def forget(ask: Ask) -> None:
    """Remove the history, up to a date if one is given."""
    ask.check(optional={"beforeDate": rules.date})
    if not ask.body.get("beforeDate"):
        ask.tables.history.delete_all(user_id=ask.me["id"])


@routes.add("PUT", "/videos/{id}/rate")
def rate(ask: Ask) -> None:
    """Rate a video."""
    ask.check(rating=rules.one_of("like", "dislike", "none"))
    video = video_access.readable(ask)
    account = actors.account_of(ask, ask.me)
    ask.tables.ratings.delete_all(account_id=account["id"], video_id=video["id"])
    if ask.body["rating"] != "none":
        ask.tables.ratings.insert(account_id=account["id"], video_id=video["id"], rating=ask.body["rating"])


@routes.add("GET", "/users/me/videos/{id}/rating")
def read_rating(ask: Ask) -> Row:
    """Return the caller's rating of a video."""
    video = video_access.readable(ask)
    row = ask.tables.ratings.one(account_id=actors.account_of(ask, ask.me)["id"], video_id=video["id"])
    return {"videoId": video["id"], "rating": row["rating"] if row else "none"}


@routes.add("GET", "/accounts/{name}/ratings")
def list_ratings(ask: Ask) -> Row:
    """Return the caller's ratings."""
    account = accounts.own_account(ask)
    wanted = ask.query.get("rating")
    rows = ask.tables.ratings.all(lambda row: wanted in (None, row["rating"]), account_id=account["id"])

    def show(row: Row) -> Row:
        video = ask.tables.videos.get(row["video_id"])
        assert video is not None
        shown = {**video_shown.listed(ask, video), "thumbnailPath": None, "previewPath": None}
        if ask.newer:
            shown["thumbnails"] = []
        return {"video": shown, "rating": row["rating"]}

    return ask.page(rows, show, "createdAt")


@routes.add("GET", "/videos/{id}/stats/overall")
def read_overall(ask: Ask) -> Row:
    """Return how much a video was watched."""
    video_access.managed(ask)
    numbers = dict.fromkeys(("totalWatchTime", "averageWatchTime", "totalViewers", "viewersPeak"), 0)
    return {**numbers, "viewersPeakDate": None, "countries": [], "subdivisions": []}


@routes.add("GET", "/videos/{id}/stats/retention")
def read_retention(ask: Ask) -> Row:
    """Return how many watched each second."""
    video = video_access.managed(ask)
    seconds = range(video["duration"])
    return {"data": [{"second": second, "retentionPercent": 0} for second in seconds]}


@routes.add("GET", "/videos/{id}/stats/timeseries/{metric}")
def read_series(ask: Ask) -> Row:
    """Return a value over time."""
    ask.check("params", metric=rules.one_of(*_METRICS))
    video = video_access.managed(ask)
    return {"groupInterval": "1 minute", "data": [{"date": video["publishedAt"], "value": 0}]}


@routes.add("POST", "/metrics/playback", login=False)
def add_metrics(ask: Ask) -> None:
    """Accept the measurements of a player."""
