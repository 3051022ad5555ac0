# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Read the JSON of error responses in the shapes that web APIs use.

Private to the collection; names no service. It covers a code with a text, complaints about single properties as a
list or by their names (ASP.NET's ``ModelState``), problem details (RFC 9457), a text, and a list of texts. It accepts
values of any type.
"""

from __future__ import annotations

from typing import Any, NamedTuple

#: Names of properties, in lower case: the first one with content counts.
CODES = ("error_code", "errorcode", "code")
TEXTS = ("error_text", "errortext", "detail", "message", "error_description", "title", "error")
COMPLAINTS = ("validation_errors", "validationerrors", "errors", "modelstate", "invalid-params")
#: Where a complaint about one property has its text.
COMPLAINT_TEXTS = (*TEXTS, "msg", "reason")
PROPERTIES = ("property", "property_name", "field", "key", "name")


class ErrorDetail(NamedTuple):
    """The content of an error body: its code, its text, and its complaints about single properties."""

    code: str | None = None
    text: str | None = None
    validation_errors: tuple[dict[str, Any], ...] = ()


def read_problem(data: Any) -> ErrorDetail:
    """Return what the JSON of an error response says; nothing for a shape that is not known.

    Args:
        data: the parsed body, None if there was none.
    """
    if isinstance(data, list):
        if any(isinstance(item, dict) for item in data):
            return ErrorDetail(None, None, _complaints(data))
        return ErrorDetail(None, _words(data) or None)
    if not isinstance(data, dict):
        return ErrorDetail(None, _words(data) or None)
    found = {str(name).lower(): value for name, value in data.items()}
    error = found.get("error")
    if isinstance(error, dict) and not set(found) & {*CODES, *COMPLAINTS}:
        return read_problem(error)
    if _is_model_state(found):
        return ErrorDetail(None, None, _complaints(data))
    complaints = next((found[name] for name in COMPLAINTS if found.get(name)), None)
    text = _first(found, TEXTS)
    if not isinstance(complaints, (dict, list)):
        return ErrorDetail(_first(found, CODES), text or _words(complaints) or None)
    return ErrorDetail(_first(found, CODES), text, _complaints(complaints))


def _is_model_state(found: dict[str, Any]) -> bool:
    """Return whether everything in it is a list of texts under the name of a property."""
    return bool(found) and not set(found) & {*CODES, *TEXTS, *COMPLAINTS} and all(map(_is_texts, found.values()))


def _is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _complaints(told: dict[str, Any] | list[Any]) -> tuple[dict[str, Any], ...]:
    """Return complaints about single properties, each with ``error_code`` and ``error_text``."""
    if isinstance(told, dict):
        return tuple({"error_code": str(name), "error_text": _about(value)} for name, value in told.items())
    return tuple(map(_complaint, told))


def _about(value: Any) -> str:
    """Return the complaint about one property: its text, without the refused value; everything if it has no text."""
    found = {str(name).lower(): inner for name, inner in value.items()} if isinstance(value, dict) else {}
    return _first(found, COMPLAINT_TEXTS) or _words(value)


def _complaint(item: Any) -> dict[str, Any]:
    if not isinstance(item, dict):
        return {"error_code": None, "error_text": _words(item)}
    found = {str(name).lower(): value for name, value in item.items()}
    code, text = _first(found, CODES), _first(found, COMPLAINT_TEXTS)
    more = {name: _words(value) for name, value in item.items() if str(name).lower() not in {*CODES, *COMPLAINT_TEXTS}}
    if not code and not text:
        text = _words(item)
    return {**more, "error_code": code or _first(found, PROPERTIES), "error_text": text}


def _first(found: dict[str, Any], names: tuple[str, ...]) -> str | None:
    return next((words for words in (_words(found.get(name)) for name in names) if words), None)


def _words(value: Any) -> str:
    """Return the content of a value of any type as one text."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, dict):
        parts = [
            f"{name}: {words}" for name, words in ((name, _words(inner)) for name, inner in value.items()) if words
        ]
        return ", ".join(parts)
    if isinstance(value, list):
        return " ".join(filter(None, map(_words, value)))
    return str(value)
