# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create the contract of a service from a description of its API (OpenAPI 3): facts only, no prose.

python -m tests.contract.extract SERVICE DESCRIPTION > tests/contract/SERVICE.json

The vendors' descriptions are not part of the project; the facts extracted from them are.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

METHODS = ("get", "post", "put", "delete", "patch")
HAL = "application/hal+json"
#: A link of HAL is an object; generated descriptions show a text.
LINK = {"type": "object", "properties": {"href": {"type": "string"}}}


@dataclass(frozen=True)
class Reading:
    """How to read a description.

    Attributes:
        prefix: the prefix of its paths, which the names of operations omit.
        schemas: corrected schemas, by name.
        nullable: properties, by schema, that can be null although the description does not say so.
    """

    prefix: str = ""
    schemas: dict[str, Any] = field(default_factory=dict)
    nullable: frozenset[tuple[str, str]] = frozenset()


_OF_SOME_RECORDS = ("port", "priority", "protocol", "service", "target", "weight")
READINGS = {
    # Unknown is a separate state. Properties that do not apply to a record are shown as null.
    "reseller": Reading(
        nullable=frozenset(
            {
                ("Domain", "will_renew"),
                ("DomainDetail", "will_renew"),
                ("SiteBinding", "cert_thumbprint"),
                *(("DnsRecord", name) for name in _OF_SOME_RECORDS),
            }
        )
    ),
    "configcat": Reading(
        prefix="/v1",
        schemas={
            # The description shows the internals of a library instead of RFC 6902.
            "JsonPatch": {"type": "array", "items": {"ref": "PatchOperation"}},
            "PatchOperation": {
                "type": "object",
                "properties": {
                    "from": {"type": "string"},
                    "op": {"ref": "OperationType"},
                    "path": {"type": "string"},
                    "value": {},
                },
                "required": ["op", "path"],
            },
        },
        # A rule is of one of two kinds; the properties of the other kind are null.
        nullable=frozenset({("RolloutRuleModel", "comparator"), ("RolloutRuleModel", "segmentComparator")}),
    ),
}


def contract_of(description: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """Return the facts of a description: operations with their parameters, bodies and answers, and the schemas they
    use.
    """
    schemas = {name: _schema(schema) for name, schema in description["components"]["schemas"].items()}
    schemas |= reading.schemas
    for owner, name in reading.nullable:
        schemas[owner]["properties"][name]["nullable"] = True
    operations = {
        f"{method.upper()} {path.removeprefix(reading.prefix)}": _operation(path, operation)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    }
    used = _used(operations, schemas)
    kept = {name: facts for name, facts in sorted(schemas.items()) if name in used}
    return {"operations": dict(sorted(operations.items())), "schemas": kept}


def _used(operations: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
    """Return the names of the schemas that operations refer to, directly or indirectly."""
    used: set[str] = set()
    waiting = _references(operations)
    while waiting:
        used |= waiting
        waiting = {name for one in waiting for name in _references(schemas[one])} - used
    return used


def _references(facts: Any) -> set[str]:
    if isinstance(facts, dict):
        own = {facts["ref"]} if isinstance(facts.get("ref"), str) else set()
        return own.union(*map(_references, facts.values()))
    return set().union(*map(_references, facts)) if isinstance(facts, list) else set()


def _operation(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    given = {(entry["in"], entry["name"]): entry for entry in operation.get("parameters", [])}
    in_path = {}
    for name in re.findall(r"{(\w+)}", path):
        # Each parameter of a path is listed again as one of the query, in other letters: no parameter in truth,
        # but only there the type is the true one.
        artefact = given.pop(("query", _snake(name)), None)
        in_path[name] = _schema((artefact or given["path", name])["schema"])
    query = {
        name: {**_schema(entry["schema"]), **({"required": True} if entry.get("required") else {})}
        for (place, name), entry in given.items()
        if place == "query"
    }
    facts = {
        "path": in_path,
        "query": query,
        "body": _content(operation.get("requestBody", {})),
        "answers": {status: _answer(answer) for status, answer in operation["responses"].items()},
    }
    headers = sorted(name for place, name in given if place == "header")
    return {**facts, "headers": headers} if headers else facts


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    facts = {"headers": sorted(answer.get("headers", {})), "body": _content(answer)}
    hal = _content(answer, HAL)
    return {**facts, "hal": hal} if hal else facts


def _content(holder: dict[str, Any], kind: str = "application/json") -> Any:
    content = holder.get("content", {}).get(kind)
    return _schema(content.get("schema", {})) if content else None


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the type, its parts and its limits; a reference by its name."""
    facts: dict[str, Any] = {}
    if "$ref" in schema or "allOf" in schema:
        reference = schema if "$ref" in schema else schema["allOf"][0]
        facts["ref"] = reference["$ref"].rpartition("/")[2]
    for source in ("type", "enum", "format", "nullable", "maxLength", "pattern"):
        if source in schema:
            facts[source] = schema[source]
    if "items" in schema:
        facts["items"] = _schema(schema["items"])
    if "properties" in schema:
        facts["properties"] = {name: _part(name, part) for name, part in sorted(schema["properties"].items())}
    if isinstance(schema.get("required"), list):
        facts["required"] = sorted(schema["required"])
    return facts


def _part(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    facts = _schema(schema)
    if name == "_links":
        facts["properties"] = dict.fromkeys(facts["properties"], LINK)
    return facts


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def written(contract: dict[str, Any]) -> str:
    """Return the contract as JSON with one line for each operation and each schema."""
    parts = [
        f'"{part}": {{\n'
        + ",\n".join(f"{json.dumps(name)}: {json.dumps(facts)}" for name, facts in entries.items())
        + "\n}"
        for part, entries in contract.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    service, file = sys.argv[1:]
    sys.stdout.write(written(contract_of(json.loads(Path(file).read_text(encoding="utf-8")), READINGS[service])))
