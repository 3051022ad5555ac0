# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON of boards, of services and of their calling points."""

from __future__ import annotations

import zlib
from typing import Any, NamedTuple

from sandbox.departureboard.network import MESSAGES, STATIONS, Stop
from sandbox.departureboard.timetable import CANCELLED, DELAYED, Visit, url_safe
from sandbox.departureboard.uk_time import hours_and_minutes, written


class View(NamedTuple):
    """What of the services at a station is shown."""

    departures: bool
    arrivals: bool
    calling_points: bool


def board_head(
    crs: str, now: float, *, filter_crs: str | None = None, filter_type: str | None = None
) -> dict[str, Any]:
    """Return what every board begins with, except for the time at which it was generated."""
    messages = MESSAGES.get(crs)
    return {
        "nationalRailResponseTimeMilliseconds": _milliseconds(now),
        "locationName": STATIONS[crs],
        "filterLocationName": STATIONS[filter_crs] if filter_crs else None,
        "filtercrs": filter_crs,
        "filterType": filter_type,
        "crs": crs,
        "nrccMessages": [{"message": text} for text in messages] if messages else None,
        "platformAvailable": True,
        "areServicesAvailable": None,
    }


def board(crs: str, visits: list[Visit], now: float, view: View, **filters: str | None) -> dict[str, Any]:
    """Return the board of a station."""
    by_kind = {
        f"{kind}Services": [service(visit, now, view) for visit in visits if visit.run.line.kind == kind] or None
        for kind in ("train", "bus", "ferry")
    }
    return {"generatedAt": written(now), **board_head(crs, now, **filters), **by_kind}


def service(visit: Visit, now: float, view: View) -> dict[str, Any]:
    """Return a service at a station as boards show it."""
    minute, run = int(now // 60), visit.run
    times: dict[str, str | None] = {}
    scheduled, expected = hours_and_minutes(visit.minute), run.expected(visit.minute, minute)
    # A station where a service starts has no time of arrival, and one where it ends none of departure.
    if view.departures:
        times |= {"std": scheduled, "etd": expected} if visit.after else {"std": None, "etd": None}
    if view.arrivals:
        times |= {"sta": scheduled, "eta": expected} if visit.before else {"sta": None, "eta": None}
    return {
        **_about(visit, minute),
        "filterLocationCancelled": None,
        **times,
        "isCircularRoute": None,
        "origin": [_place(crs) for crs in visit.starts],
        "destination": [_place(crs) for crs in visit.ends],
        "currentOrigins": None,
        "currentDestinations": None,
        **calling_points(visit, minute, view),
    }


def details(visit: Visit, now: float) -> dict[str, Any]:
    """Return a service at a station as ``getServiceDetailsByID`` shows it."""
    minute, run = int(now // 60), visit.run
    scheduled, actual = hours_and_minutes(visit.minute), run.actual(visit.minute, minute)
    expected = None if actual else run.expected(visit.minute, minute)
    times = {"s": scheduled, "e": expected, "a": actual}
    return {
        "GeneratedAt": written(now),
        "nationalRailResponseTimeMilliseconds": _milliseconds(now),
        "locationName": STATIONS[visit.crs],
        **_about(visit, minute),
        "overdueMessage": None,
        **{f"{kind}ta": time if visit.before else None for kind, time in times.items()},
        **{f"{kind}td": time if visit.after else None for kind, time in times.items()},
        **calling_points(visit, minute, View(True, True, True)),
    }


def calling_points(visit: Visit, minute: int, view: View) -> dict[str, Any]:
    """Return the lists of stops after and before a station."""

    def point(stop: Stop) -> dict[str, Any]:
        scheduled = visit.run.start + stop.minute
        actual = visit.run.actual(scheduled, minute)
        return {
            "locationName": STATIONS[stop.crs],
            "crs": stop.crs,
            "st": hours_and_minutes(scheduled),
            "et": None if actual else visit.run.expected(scheduled, minute),
            "at": actual,
            "length": None,
        }

    def lists(name: str, parts: list[tuple[Stop, ...]]) -> list[dict[str, Any]] | None:
        return [{name: [point(stop) for stop in part]} for part in parts] or None if view.calling_points else None

    found: dict[str, Any] = {}
    if view.departures:
        found["subsequentCallingPointsList"] = lists("subsequentCallingPoints", visit.after)
    if view.arrivals:
        found["previousCallingPointsList"] = lists("previousCallingPoints", visit.before)
    return found


def _about(visit: Visit, minute: int) -> dict[str, Any]:
    """Return what boards and details say about a service."""
    run = visit.run
    is_cancelled, delay = run.is_cancelled(minute), run.delay(minute)
    return {
        "serviceID": visit.service_id,
        "serviceIDUrlSafe": url_safe(visit.service_id),
        "serviceType": run.line.kind,
        "isCancelled": is_cancelled or None,
        "cancelReason": CANCELLED if is_cancelled else None,
        "delayReason": DELAYED if delay and not is_cancelled else None,
        "adhocAlert": None,
        "platform": run.platform(visit.crs, visit.minute, minute),
        "operator": run.line.operator,
        "operatorCode": run.line.code,
        "length": run.line.length,
        "detachFront": None,
        "isReverseFormation": None,
        "rsid": None,
    }


def _place(crs: str) -> dict[str, Any]:
    return {
        "locationName": STATIONS[crs],
        "crs": crs,
        "via": "via Ely" if crs == "NRW" else None,
        "futureChangeTo": None,
        "assocIsCancelled": None,
    }


def _milliseconds(now: float) -> int:
    return 90 + zlib.crc32(repr(now).encode()) % 60
