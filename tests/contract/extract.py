# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Create the contract of a service from the descriptions of its API: facts only, no prose.

python -m tests.contract.extract SERVICE FOLDER > tests/contract/SERVICE.json

The vendors' descriptions, in FOLDER, are not part of the project; the facts extracted from them are.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.contract.checker import JSONP
from tests.contract.documented import CROSSBROWSERTESTING, DEPARTUREBOARD, Documented

METHODS = ("get", "post", "put", "delete", "patch")
#: The types of answers that are JSON; of others, an answer names all that it can have.
JSON_TYPES = ("application/json", "application/hal+json", "text/json")
#: The facts of a schema that are taken over.
LIMITS = ("type", "enum", "format", "nullable", "minLength", "maxLength", "minimum", "maximum", "pattern")


@dataclass(frozen=True)
class Reading:
    """How to read a description.

    Attributes:
        description: the name of its file (OpenAPI 3).
        newer: the name of the file of newer requests, a list of operations with a JSON schema for each.
        prefix: the prefix of its paths, which the names of operations omit.
        nullable: properties, by schema, that can be null although the description does not say so.
        documented: what only the vendor's documentation says.
        required: the required properties of schemas whose examples contradict the description.
        more: properties of schemas that only its examples have.
        data_types: the types of successful answers by operation, where the description has them only in prose.
    """

    description: str = ""
    newer: str = ""
    prefix: str = ""
    nullable: frozenset[tuple[str, str]] = frozenset()
    documented: Documented = field(default_factory=Documented)
    required: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    more: Mapping[str, Mapping[str, dict[str, Any]]] = field(default_factory=dict)
    data_types: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


_EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_DATA = ("application/json", "application/x-ndjson", "application/xml", _EXCEL, "text/csv")
_OF_SOME_RECORDS = ("port", "priority", "protocol", "service", "target", "weight")
READINGS = {
    # Unknown is a separate state. Properties that do not apply to a record are shown as null.
    "reseller": Reading(
        description="reseller-v2.openapi.json",
        nullable=frozenset(
            {
                ("Domain", "will_renew"),
                ("DomainDetail", "will_renew"),
                ("SiteBinding", "cert_thumbprint"),
                *(("DnsRecord", name) for name in _OF_SOME_RECORDS),
            }
        ),
    ),
    "configcat": Reading(
        description="configcat-2024.openapi.json",
        newer="configcat-2026.operations.json",
        # A rule or a condition is of one of several kinds; the properties of the other kinds are null.
        nullable=frozenset(
            {
                ("RolloutRuleModel", "comparator"),
                ("RolloutRuleModel", "segmentComparator"),
                ("TargetingRuleModel", "value"),
                *(("ConditionModel", f"{kind}Condition") for kind in ("user", "segment", "prerequisiteFlag")),
            }
        ),
    ),
    "crossbrowsertesting": Reading(
        description="crossbrowsertesting-v3.openapi.json",
        documented=CROSSBROWSERTESTING,
    ),
    "departureboard": Reading(description="departureboard-v2.openapi.json", documented=DEPARTUREBOARD),
    "dataflowkit": Reading(
        description="dataflowkit-v1.openapi.json",
        # How to load the page is in ``request``; the details of a field have none.
        required={"parserequest": ("fields",)},
        more={"serprequest": {"commonParent": {"type": "string"}, "request": {"ref": "fetchrequest"}}},
        data_types={"POST /parse": _DATA, "POST /serp": _DATA},
    ),
}


def contract_in(folder: Path, service: str) -> dict[str, Any]:
    """Return the facts of the descriptions of a service, which are in this folder."""
    reading = READINGS[service]
    described, newer = (
        json.loads((folder / name).read_text(encoding="utf-8")) if name else {"operations": []}
        for name in (reading.description, reading.newer)
    )
    return contract_of(described, reading, newer["operations"])


def contract_of(description: dict[str, Any], reading: Reading, newer: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Return the facts of a description: operations with their parameters, bodies and answers, and the schemas they
    use.

    Args:
        description: the description.
        reading: how to read it.
        newer: operations of a newer description that covers requests only. Their requests replace the older ones.
    """
    documented = reading.documented
    schemas = {name: _schema(schema) for name, schema in description["components"]["schemas"].items()}
    schemas |= documented.schemas
    for owner, name in reading.nullable:
        schemas[owner]["properties"][name]["nullable"] = True
    for owner, required in reading.required.items():
        schemas[owner]["required"] = sorted(required)
    for owner, properties in reading.more.items():
        schemas[owner]["properties"] = dict(sorted({**schemas[owner]["properties"], **properties}.items()))
    keys = _keys_in_query(description)
    operations = {
        f"{method.upper()} {path.removeprefix(reading.prefix)}": _operation(path, operation)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    }
    for name, schema in documented.answers.items():
        operations[name]["answers"]["200"]["body"] = schema
    for facts in operations.values():
        facts["query"] = {**keys, **facts["query"]}
        if "callback" in facts["query"]:
            facts["answers"]["200"]["types"] = ["application/json", JSONP]
    operations |= documented.operations
    for name, data_types in reading.data_types.items():
        operations[name]["answers"]["200"] |= {"body": {}, "types": list(data_types)}
    names = {name.lower(): name for name in operations}
    for operation in newer:
        name = f"{operation['method']} {operation['path'].removeprefix(reading.prefix)}"
        name = names.get(name.lower(), name)
        # Nothing is known of the response to an operation that only the newer description has.
        known = operations.get(name, {"answers": {"200": {"headers": [], "body": {}}}})
        request = _newer_request(operation, known)
        for parameter, facts in request["query"].items():
            # Responses have the new values of a parameter, too.
            schema = schemas.get(known.get("query", {}).get(parameter, {}).get("ref"), {})
            if "enum" in schema and "enum" in facts:
                schema["enum"] = list(dict.fromkeys([*schema["enum"], *facts["enum"]]))
        operations[name] = {**known, **request}
    used = used_schemas(operations, schemas)
    kept = {name: facts for name, facts in sorted(schemas.items()) if name in used}
    return {"operations": dict(sorted(operations.items())), "schemas": kept}


def _keys_in_query(description: dict[str, Any]) -> dict[str, Any]:
    """Return the query parameters that authenticate each request."""
    schemes = description["components"].get("securitySchemes", {}).values()
    return {one["name"]: {"type": "string", "required": True} for one in schemes if one.get("in") == "query"}


def _newer_request(operation: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Return the parameters and the body of a newer operation; the forms of parameters of the path may be known."""
    given = {name: _newer_schema(schema) for name, schema in operation["input"]["properties"].items()}
    in_path = {name: given.pop(name) for name in re.findall(r"{(\w+)}", operation["path"])}
    body = given.pop("requestBody", None)
    required = operation["input"].get("required", ())
    query = {name: {**facts, **({"required": True} if name in required else {})} for name, facts in given.items()}
    return {"path": known.get("path", in_path), "query": query, "body": body}


def _newer_schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the facts of a JSON schema, in which null is one of the types."""
    if "anyOf" in schema:
        [other] = [one for one in schema["anyOf"] if one != {"type": "null"}]
        return {**_newer_schema(other), "nullable": True}
    facts = {name: schema[name] for name in LIMITS if name in schema}
    if isinstance(schema.get("type"), list):
        types = [one for one in schema["type"] if one != "null"]
        # A value of several types: any is accepted.
        facts = {**facts, "type": types[0], "nullable": True} if len(types) == 1 else {}
    if "items" in schema:
        facts["items"] = _newer_schema(schema["items"])
    if isinstance(schema.get("additionalProperties"), dict):
        facts["values"] = _newer_schema(schema["additionalProperties"])
    if "properties" in schema:
        facts["properties"] = {name: _newer_schema(part) for name, part in sorted(schema["properties"].items())}
        facts |= {"required": sorted(schema["required"])} if "required" in schema else {}
    return facts


def used_schemas(operations: dict[str, Any], schemas: dict[str, Any]) -> set[str]:
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
    types = [one.partition(";")[0] for one in answer.get("content", {})]
    return {**facts, "types": types} if set(types) - set(JSON_TYPES) else facts


def _content(holder: dict[str, Any]) -> Any:
    content = holder.get("content", {}).get("application/json")
    return _schema(content.get("schema", {})) if content else None


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the type, its parts and its limits; a reference by its name."""
    facts: dict[str, Any] = {}
    if "$ref" in schema or "allOf" in schema:
        reference = schema if "$ref" in schema else schema["allOf"][0]
        facts["ref"] = reference["$ref"].rpartition("/")[2]
    for source in LIMITS:
        # A value of several kinds: any is accepted.
        if source in schema and "anyOf" not in schema:
            facts[source] = schema[source]
    if "items" in schema:
        facts["items"] = _schema(schema["items"])
    if "properties" in schema:
        facts["properties"] = {name: _schema(part) for name, part in sorted(schema["properties"].items())}
    if isinstance(schema.get("additionalProperties"), dict):
        facts["values"] = _schema(schema["additionalProperties"])
    if isinstance(schema.get("required"), list):
        facts["required"] = sorted(schema["required"])
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
    name, place = sys.argv[1:]
    sys.stdout.write(written(contract_in(Path(place), name)))
