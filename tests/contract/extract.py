# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Make ``contract.json`` from a description of the API (OpenAPI 3): facts only, no prose.

python -m tests.contract.extract DESCRIPTION > tests/contract/contract.json

The description is the vendor's and is not part of the project; what is made from it is.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

METHODS = ("get", "post", "put", "delete", "patch")


def contract_of(description: dict[str, Any]) -> dict[str, Any]:
    """The facts of a description: operations with their parameters, bodies and answers, and the schemas they use."""
    schemas = {name: _schema(schema) for name, schema in description["components"]["schemas"].items()}
    operations = {
        f"{method.upper()} {path}": _operation(path, operation)
        for path, operations in description["paths"].items()
        for method, operation in operations.items()
        if method in METHODS
    }
    return {"operations": dict(sorted(operations.items())), "schemas": dict(sorted(schemas.items()))}


def _operation(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    given = {(entry["in"], entry["name"]): entry for entry in operation.get("parameters", [])}
    in_path = {}
    for name in re.findall(r"{(\w+)}", path):
        # Each parameter of a path is listed once more as one of the query, in other letters: no parameter in truth,
        # but only there the type is the true one.
        artefact = given.pop(("query", _snake(name)), None)
        in_path[name] = _schema((artefact or given["path", name])["schema"])
    query = {
        name: {**_schema(entry["schema"]), **({"required": True} if entry.get("required") else {})}
        for (place, name), entry in given.items()
        if place == "query"
    }
    answers = {status: _answer(answer) for status, answer in operation["responses"].items()}
    return {"path": in_path, "query": query, "body": _content(operation.get("requestBody", {})), "answers": answers}


def _answer(answer: dict[str, Any]) -> dict[str, Any]:
    return {"headers": sorted(answer.get("headers", {})), "body": _content(answer)}


def _content(holder: dict[str, Any]) -> Any:
    content = holder.get("content", {}).get("application/json")
    return _schema(content.get("schema", {})) if content else None


def _schema(schema: dict[str, Any]) -> dict[str, Any]:
    """The type, its parts and its enum; a reference by its name."""
    if "$ref" in schema:
        return {"ref": schema["$ref"].rpartition("/")[2]}
    facts: dict[str, Any] = {}
    for source in ("type", "enum", "format"):
        if source in schema:
            facts[source] = schema[source]
    if "items" in schema:
        facts["items"] = _schema(schema["items"])
    if "properties" in schema:
        facts["properties"] = {name: _schema(part) for name, part in sorted(schema["properties"].items())}
    return facts


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])([A-Z])", r"_\1", name).lower()


def written(contract: dict[str, Any]) -> str:
    """The contract as JSON with a line for each operation and each schema."""
    parts = [
        f'"{part}": {{\n'
        + ",\n".join(f"{json.dumps(name)}: {json.dumps(facts)}" for name, facts in entries.items())
        + "\n}"
        for part, entries in contract.items()
    ]
    return "{\n" + ",\n".join(parts) + "\n}\n"


if __name__ == "__main__":
    sys.stdout.write(written(contract_of(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))))
