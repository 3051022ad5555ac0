# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a sandbox received every operation of a contract, and answered according to it."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any

from tests.contract.checker import check, is_success, operation_of
from tests.contract.contracts import Contract


def not_worked(contract: Contract, exchanges: list[dict[str, Any]]) -> set[str]:
    """Return the operations that never succeeded."""
    found = [operation_of(one["method"], one["path"]) for one in exchanges if is_success(one)]
    return set(contract.operations) - {operation.name for operation in found if operation}


def violations(exchanges: list[dict[str, Any]]) -> list[str]:
    """Return where answers violate the contract."""
    return [str(violation) for one in exchanges for violation in check(one)]


def violations_as_own(exchanges: list[dict[str, Any]]) -> list[str]:
    """Return where successful requests violate the contract: the checker may be too strict."""
    own = {"user-agent": "reseller.toolkit/1.0.0"}
    return violations(
        [{**one, "request_headers": {**one["request_headers"], **own}} for one in exchanges if is_success(one)]
    )


def never_shown(
    contract: Contract, exchanges: list[dict[str, Any]], unserved: Collection[str] = ()
) -> set[tuple[str, str]]:
    """Return schemas and properties that no response contained: a response without a property agrees with any
    contract. Operations that the sandbox does not serve are left out.
    """
    wanted: set[tuple[str, str]] = set()
    seen: set[tuple[str, str]] = set()
    for name, facts in contract.operations.items():
        if name in unserved:
            continue
        for status, answer in facts["answers"].items():
            if int(status) < 400:
                wanted |= set(_properties(contract, answer["body"], None))
    for one in filter(is_success, exchanges):
        operation = operation_of(one["method"], one["path"])
        schema = operation and operation.facts["answers"][str(one["status"])]["body"]
        if schema and schema.get("format") != "binary":
            seen |= set(_properties(contract, schema, [json.loads(one["response_body"])]))
    return wanted - seen


def _properties(
    contract: Contract, schema: dict[str, Any] | None, values: list[Any] | None
) -> Iterator[tuple[str, str]]:
    """Return the schemas and properties in values; without values, all possible ones."""
    if schema is None:
        return
    if "items" in schema:
        yield from _properties(contract, schema["items"], values and [item for value in values for item in value])
    elif "ref" in schema:
        for name, part in contract.schemas[schema["ref"]].get("properties", {}).items():
            inner = None if values is None else [value[name] for value in values if value.get(name) is not None]
            if inner is None or inner:
                yield schema["ref"], name
                yield from _properties(contract, part, inner)
