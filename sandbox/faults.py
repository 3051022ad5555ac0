# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Injected faults: rules that select requests and the fault of each.

A rule is ``{"match": {"method", "path", "nth"}, "fault": NAME, …parameters}``. Every part of ``match`` may be missing.
``path`` is exact or a shell pattern, with or without the API's version, without the query; ``nth`` is the number
(from 1) or the numbers of the requests that the other two match, counted for each rule.

================== ================================== ===========================================================
fault              parameters (default)               effect
================== ================================== ===========================================================
refuse             seconds (1)                        connection reset, new connections refused for that long;
                                                      a rule without ``match`` begins when it is set
reset_before                                          not executed; TCP reset instead of a response
reset_after                                           executed; TCP reset instead of a response
timeout_after      seconds (60)                       executed; silence, then a TCP reset
status             status (500), acted (false),       this status; ``acted`` says whether the request was executed
                   body, headers
rate_limit         retry_after (1; null: no header),  not executed; 429; ``reset`` is the seconds to the end of the
                   reset (as retry_after, if that     window in its other headers
                   is a number, else the true one)
truncate           keep (half of the body, bytes)     executed; true Content-Length, cut body, connection closed
not_json           body (a page of HTML)              executed; true status, this text instead of the body
drip               seconds (0.05 per byte)            executed; the body byte by byte
edit               status, body, headers              replaces these parts of the true response (a header with the value
                                                      null is removed, one with a list is sent once for each value)
double_header      name, value (null: the true one)   a header of the true response, repeated
total              value (null: no header)            another ``X-Paging-TotalResults`` in responses that have it
property           at, change (null), value           a part of the true body changed; ``at`` is a path such as
                                                      ``$[*].type`` or ``$[?@.id==7].name`` (sandbox/json_path.py)
no_body            content_type (null: no header)     true status, and no body
content_type       value (text/plain)                 another ``Content-Type``
nested             depth (200000), opening ([)        a body of this many openings that are never closed
page_cap           take (25)                          pages with this many items at most, whatever ``take`` is
delay              seconds (1)                        delayed, then as usual
clock_skew         seconds (3600)                     the server's clock (Date, signature window) is off by this
lower_case_rejected                                   only signatures of the target with its case kept are accepted
kept_case_rejected                                    only signatures of the lower-cased target are accepted
job_fail           until_polls (never)                the job fails at its end; finished after this many failed polls
job_cancel                                            the job is cancelled at its end
job_stall                                             the job stays ongoing
================== ================================== ===========================================================

The ``job_*`` faults concern the job that the matched POST starts, or (at once) the one that the matched GET reads.
``body`` is text, or JSON to be encoded. Of the faults up to ``drip`` the first one counts; the others can be combined.
Those from ``edit`` to ``nested`` alter the response to a request that was executed, in the order of the rules.

``change`` of a property is ``drop`` (the property or item is missing), ``null``, ``empty`` (of lists and objects; else
the empty text), ``other`` (another value of the same type), ``wrong_type``, or ``set`` (to ``value``). A path that
matches nothing changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from sandbox import fault_checks

ENDINGS: dict[str, dict[str, Any]] = {
    "refuse": {"seconds": 1.0},
    "reset_before": {},
    "reset_after": {},
    "timeout_after": {"seconds": 60.0},
    "status": {"status": 500, "acted": False, "body": None, "headers": {}},
    "rate_limit": {"retry_after": 1, "reset": None},
    "truncate": {"keep": None},
    "not_json": {"body": "<html><body>Service unavailable</body></html>"},
    "drip": {"seconds": 0.05},
}
"""Faults that end the exchange, with their parameters and defaults."""

ALTERATIONS: dict[str, dict[str, Any]] = {
    "edit": {"status": None, "body": None, "headers": {}},
    "double_header": {"name": None, "value": None},
    "total": {"value": None},
    "property": {"at": None, "change": "null", "value": None},
    "no_body": {"content_type": None},
    "content_type": {"value": "text/plain; charset=utf-8"},
    "nested": {"depth": 200_000, "opening": "["},
}
"""Faults that alter the response; any number of them apply, in order. ``sandbox/fault_alterations.py`` implements
them.
"""

CONDITIONS: dict[str, dict[str, Any]] = {
    "page_cap": {"take": 25},
    "delay": {"seconds": 1.0},
    "clock_skew": {"seconds": 3600.0},
    "lower_case_rejected": {},
    "kept_case_rejected": {},
    "job_fail": {"until_polls": None},
    "job_cancel": {},
    "job_stall": {},
}
"""Faults that change the conditions of a request; any number of them may apply at once."""

_PARAMETERS = {**ENDINGS, **ALTERATIONS, **CONDITIONS}


@dataclass
class FaultRule:
    """One rule and its counts."""

    fault: str
    parameters: dict[str, Any]
    method: str | None = None
    path: str | None = None
    nth: tuple[int, ...] = ()
    at_once: bool = False
    seen: int = 0
    fired: int = 0

    def meets(self, method: str, path: str, prefix: str) -> bool:
        """Count the request if it matches, with or without the prefix; return whether the fault applies to it."""
        if self.method and self.method != method:
            return False
        if self.path and not (fnmatchcase(path, self.path) or fnmatchcase(path.removeprefix(prefix), self.path)):
            return False
        self.seen += 1
        if self.nth and self.seen not in self.nth:
            return False
        self.fired += 1
        return True

    def shown(self) -> dict[str, Any]:
        """Return the rule as JSON, with its counts."""
        match = {"method": self.method, "path": self.path, "nth": list(self.nth) or None}
        kept = {name: value for name, value in match.items() if value is not None}
        return {"match": kept, "fault": self.fault, **self.parameters, "seen": self.seen, "fired": self.fired}


def parse_rule(raw: Any) -> FaultRule:
    """Parse a rule from JSON; raise ``ValueError`` with the mistake."""
    if not isinstance(raw, dict) or not isinstance(raw.get("fault"), str) or raw["fault"] not in _PARAMETERS:
        raise ValueError(f"a rule needs a fault, one of {', '.join(_PARAMETERS)}: {raw!r}")
    known = _PARAMETERS[raw["fault"]]
    parameters = {name: value for name, value in raw.items() if name not in ("fault", "match")}
    match = raw.get("match") or {}
    if not isinstance(match, dict):
        raise ValueError(f"match is an object: {match!r}")
    unknown = sorted({*parameters} - {*known} | {*match} - {"method", "path", "nth"})
    if unknown:
        raise ValueError(f"{raw['fault']} does not know {', '.join(unknown)}; parameters: {', '.join(known) or 'none'}")
    parameters = {**known, **parameters}
    fault_checks.check(raw["fault"], parameters)
    fault_checks.check_match(match)
    nth, method = match.get("nth", []), match.get("method")
    return FaultRule(
        fault=raw["fault"],
        parameters=parameters,
        method=method.upper() if method else None,
        path=match.get("path"),
        nth=tuple(nth) if isinstance(nth, list) else (nth,),
        at_once=raw["fault"] == "refuse" and "match" not in raw,
    )


@dataclass
class ActiveFaults:
    """The faults that apply to one request."""

    ending: FaultRule | None = None
    alterations: list[FaultRule] = field(default_factory=list)
    conditions: dict[str, FaultRule] = field(default_factory=dict)

    def seconds(self, condition: str) -> float:
        """Return the ``seconds`` of a condition, 0 if it does not apply."""
        rule = self.conditions.get(condition)
        return float(rule.parameters["seconds"]) if rule else 0.0

    @property
    def alters(self) -> str | None:
        """The names of the alterations; None without any."""
        return "+".join(dict.fromkeys(rule.fault for rule in self.alterations)) or None

    @property
    def page_cap(self) -> int | None:
        """The maximum number of items in a page."""
        rule = self.conditions.get("page_cap")
        return rule.parameters["take"] if rule else None

    @property
    def cases(self) -> tuple[bool, ...]:
        """The forms of the signed target that are accepted: True for lower-cased, False for its case kept."""
        refused = {"lower_case_rejected": True, "kept_case_rejected": False}
        return tuple(lower for name, lower in refused.items() if name not in self.conditions)


class Faults:
    """The fault rules of a service whose paths begin with ``prefix``."""

    def __init__(self, rules: Sequence[Any] = (), prefix: str = "") -> None:
        self._prefix = prefix
        self.rules: list[FaultRule] = []
        self.replace(rules)

    def replace(self, rules: Sequence[Any]) -> None:
        """Replace all rules by these, given as JSON; an invalid one raises ``ValueError`` and changes nothing."""
        self.rules = [parse_rule(raw) for raw in rules]

    def shown(self) -> list[dict[str, Any]]:
        """Return all rules as JSON, with their counts."""
        return [rule.shown() for rule in self.rules]

    def meet(self, method: str, path: str) -> ActiveFaults:
        """Count a request in all rules and collect those that fire."""
        active = ActiveFaults()
        for rule in self.rules:
            if rule.at_once or not rule.meets(method, path, self._prefix):
                continue
            if rule.fault in CONDITIONS:
                active.conditions.setdefault(rule.fault, rule)
            elif rule.fault in ALTERATIONS:
                active.alterations.append(rule)
            elif active.ending is None:
                active.ending = rule
        return active
