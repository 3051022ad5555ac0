# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks of the codes of stations and of the ids of services, before any request is sent.

Private to the collection. Source: the vendor's documentation.
"""

from __future__ import annotations

import re

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of

#: The code of a station in the Computer Reservation System of National Rail.
CRS = re.compile(r"[A-Za-z]{3}")
#: An id as National Rail writes it (Base64), or in the form for URLs.
SERVICE_ID = re.compile(r"[A-Za-z0-9+/=_!-]{1,100}")
#: What stands for the characters of an id in a URL.
URL_SAFE = str.maketrans("=/+", "-_!")
#: How many stations a board of destinations has, at most.
MOST_DESTINATIONS = 20
#: The longest part of a station's name to search for, in characters.
LONGEST_STATION_NAME = 100


def checked_crs(option: str, text: str) -> str:
    """Return the code of a station in upper case.

    Raises:
        ToolkitError: ``invalid_option``, also for the name of a station.
    """
    crs = line_of(option, text)
    # In upper case, other letters can become these.
    if not CRS.fullmatch(crs):
        raise invalid(option, f"{text!r} is not the CRS code of a station, which has three letters, such as KGX.")
    return crs.upper()


def checked_destinations(option: str, texts: list[str]) -> list[str]:
    """Return the codes of 1 to 20 different stations.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    codes = list(dict.fromkeys(checked_crs(option, text) for text in texts))
    if not 1 <= len(codes) <= MOST_DESTINATIONS:
        raise invalid(option, f"it has {len(codes)} stations, but must have 1 to {MOST_DESTINATIONS}.")
    return codes


def checked_service_id(option: str, text: str) -> str:
    """Return the id of a service in its form for URLs.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    service_id = line_of(option, text)
    if not SERVICE_ID.fullmatch(service_id):
        raise invalid(option, f"{text!r} is not the id of a service, such as qsec4O8LW7k8ITcOt_ir4Q--.")
    return service_id.translate(URL_SAFE)


def checked_station_name(option: str, text: str) -> str:
    """Return a part of a station's name.

    Raises:
        ToolkitError: ``invalid_option``, also for an empty one, which would stand for all stations.
    """
    name = line_of(option, text)
    if not 1 <= len(name) <= LONGEST_STATION_NAME:
        raise invalid(option, f"it has {len(name)} characters, but must have 1 to {LONGEST_STATION_NAME}.")
    return name
