# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts that a vendor's documentation has and the description of its API lacks: the schemas of responses, and whole
operations.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Documented:
    """What a description lacks.

    Attributes:
        answers: the schemas of successful responses, by operation.
        operations: operations with all their facts.
        schemas: the schemas of references.
    """

    answers: dict[str, Any] = field(default_factory=dict)
    operations: dict[str, Any] = field(default_factory=dict)
    schemas: dict[str, Any] = field(default_factory=dict)


_TEXT = {"type": "string"}
_NUMBER = {"type": "integer", "format": "int32"}
_FLAG = {"type": "boolean"}
_MOMENT = {"type": "string", "format": "date-time"}


def _or_null(facts: dict[str, Any]) -> dict[str, Any]:
    return {**facts, "nullable": True}


def _list_of(name: str) -> dict[str, Any]:
    return {"type": "array", "items": {"ref": name}}


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(sorted(properties.items()))}


def _texts(names: str) -> dict[str, Any]:
    """Return texts that can be null."""
    return {name: _or_null(_TEXT) for name in names.split()}


_SERVICE = {
    "serviceID": _TEXT,
    "serviceIDUrlSafe": _TEXT,
    "serviceType": {"type": "string", "enum": ["train", "bus", "ferry"]},
    "operator": _TEXT,
    "operatorCode": _TEXT,
    "length": _or_null(_NUMBER),
    **{name: _or_null(_FLAG) for name in ("isCancelled", "detachFront", "isReverseFormation")},
    **_texts("sta eta std etd platform rsid cancelReason delayReason adhocAlert"),
    "subsequentCallingPointsList": _or_null(_list_of("SubsequentCallingPoints")),
    "previousCallingPointsList": _or_null(_list_of("PreviousCallingPoints")),
}
_BOARD = {
    "nationalRailResponseTimeMilliseconds": _NUMBER,
    "locationName": _TEXT,
    "crs": _TEXT,
    **_texts("filterLocationName filtercrs filterType"),
    "nrccMessages": _or_null(_list_of("Message")),
    "platformAvailable": _FLAG,
    "areServicesAvailable": _or_null(_FLAG),
}
_NO_ANSWER: dict[str, Any] = {"headers": [], "body": None}

#: Source: the examples in the documentation of departureboard.io (https://api.departureboard.io/docs), which spells the
#: time of a response in two ways. Of the details of a station it says only that there are hundreds of properties.
DEPARTUREBOARD = Documented(
    answers={
        **{
            f"GET /get{name}ByCRS/{{CRS}}": {"ref": "Board"}
            for name in ("Arrivals", "ArrivalsAndDepartures", "Departures")
        },
        **{f"GET /get{name}DeparturesByCRS/{{CRS}}": {"ref": "DestinationBoard"} for name in ("Next", "Fastest")},
        "GET /getServiceDetailsByID/{serviceID}": {"ref": "ServiceDetails"},
    },
    operations={
        # A list, or one object with `stationCRS`.
        "GET /getStationBasicInfo": {
            "path": {},
            "query": {"station": _TEXT, "stationCRS": {"type": "string", "minLength": 3, "maxLength": 3}},
            "body": None,
            "answers": {"200": {"headers": [], "body": {}}, "400": _NO_ANSWER, "500": _NO_ANSWER},
        },
        "GET /getStationDetailsByCRS/{CRS}": {
            "path": {"CRS": {"type": "string", "minLength": 3, "maxLength": 3}},
            "query": {},
            "body": None,
            "answers": {"200": {"headers": [], "body": {}}, "400": _NO_ANSWER, "500": _NO_ANSWER},
        },
    },
    schemas={
        "Board": _object(
            generatedAt=_MOMENT,
            **_BOARD,
            **{f"{kind}Services": _or_null(_list_of("Service")) for kind in ("train", "bus", "ferry")},
        ),
        "DestinationBoard": _object(GeneratedAt=_MOMENT, **_BOARD, destination=_list_of("Destination")),
        "Destination": _object(crs=_TEXT, service={"ref": "Service", "nullable": True}),
        "Service": _object(
            **_SERVICE,
            filterLocationCancelled=_or_null(_FLAG),
            isCircularRoute=_or_null(_FLAG),
            origin=_list_of("Place"),
            destination=_list_of("Place"),
            currentOrigins=_or_null(_list_of("Place")),
            currentDestinations=_or_null(_list_of("Place")),
        ),
        "ServiceDetails": _object(
            GeneratedAt=_MOMENT,
            nationalRailResponseTimeMilliseconds=_NUMBER,
            locationName=_TEXT,
            **_SERVICE,
            **_texts("ata atd overdueMessage"),
        ),
        "Place": _object(
            locationName=_TEXT, crs=_TEXT, assocIsCancelled=_or_null(_FLAG), **_texts("via futureChangeTo")
        ),
        "CallingPoint": _object(locationName=_TEXT, crs=_TEXT, st=_TEXT, length=_or_null(_NUMBER), **_texts("et at")),
        "SubsequentCallingPoints": _object(subsequentCallingPoints=_list_of("CallingPoint")),
        "PreviousCallingPoints": _object(previousCallingPoints=_list_of("CallingPoint")),
        "Message": _object(message=_TEXT),
    },
)

#: Source: the vendor's sample scripts, and public clients of others. The vendor describes the comparisons only.
CROSSBROWSERTESTING = Documented(
    **json.loads(Path(__file__).with_name("crossbrowsertesting_undescribed.json").read_text(encoding="utf-8"))
)
