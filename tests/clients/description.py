# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's description of the reseller API, which is not part of the project: its path, and how to read it.

python -m tests.clients.description: exit with 0 if it exists.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from tests.contract.extract import METHODS, READINGS

ROOT = Path(__file__).resolve().parents[2]


def find() -> Path | None:
    """Return the file of the description beside the project, None without one."""
    return next((ROOT / "../shared/specs").resolve().glob("reseller-v*.openapi.json"), None)


def strip(description: dict[str, Any]) -> int:
    """Remove the query parameters that repeat parameters of the path in other letters; return how many there were."""
    removed = 0
    for operations in description["paths"].values():
        for method in operations.keys() & set(METHODS):
            given = operations[method].get("parameters", [])
            in_path = {_letters(entry["name"]) for entry in given if entry["in"] == "path"}
            kept = [entry for entry in given if entry["in"] != "query" or _letters(entry["name"]) not in in_path]
            removed += len(given) - len(kept)
            operations[method]["parameters"] = kept
    return removed


def _letters(name: str) -> str:
    return name.replace("_", "").lower()


def allow_what_was_seen(description: dict[str, Any]) -> None:
    """Add recorded properties of the API that contradict the description.

    Nulls, a time without a zone, and the file of a certificate as binary instead of JSON.
    """
    schemas = description["components"]["schemas"]
    del schemas["CompletionEstimation"]["properties"]["estimate"]["format"]
    download = description["paths"]["/sslcertificates/{sha1Fingerprint}/download"]["get"]["responses"]["200"]
    download["content"] = {"*/*": download["content"]["application/json"]}
    for owner, name in READINGS["reseller"].nullable:
        schemas[owner]["properties"][name] = _nullable(schemas[owner]["properties"][name])


def _nullable(schema: dict[str, Any]) -> dict[str, Any]:
    return {"allOf": [schema], "nullable": True} if "$ref" in schema else {**schema, "nullable": True}


if __name__ == "__main__":
    sys.exit(0 if find() else 1)
