# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Local time in the United Kingdom, in which a timetable is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone


def local(moment: float) -> datetime:
    """Return the local time of a moment in seconds since 1970, with its offset."""
    utc = datetime.fromtimestamp(moment, UTC)
    # Summer time is from the last Sunday of March to that of October, each at 01:00 UTC.
    begin, end = (_last_sunday(utc.year, month) + timedelta(hours=1) for month in (3, 10))
    return utc.astimezone(timezone(timedelta(hours=1 if begin <= utc < end else 0)))


def hours_and_minutes(minute: int) -> str:
    """Return the local time of a minute since 1970, as boards show it."""
    return local(minute * 60).strftime("%H:%M")


def written(moment: float) -> str:
    """Return the local time of a moment as the API writes it: with seven fractional digits and its offset."""
    text = local(moment).isoformat(timespec="microseconds")
    return f"{text[:-6]}4{text[-6:]}"


def _last_sunday(year: int, month: int) -> datetime:
    last = datetime(year, month, 31, tzinfo=UTC)
    return last - timedelta(days=(last.weekday() + 1) % 7)
