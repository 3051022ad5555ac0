# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Helpers of handlers: strict bodies, queries, paging."""

from __future__ import annotations

from dataclasses import dataclass
from sqlite3 import Row
from typing import Annotated, Any, get_args, get_origin

from fastapi import Depends, Query, Request, Response
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from sandbox import unusual
from sandbox.context import Context
from sandbox.errors import Invalid, Problem

DEFAULT_TAKE = 25
MAX_TAKE = 1000


Int32 = Annotated[int, Field(ge=-(2**31), lt=2**31)]
"""Integers as in the contract."""


class Body(BaseModel):
    """A request body: no silent conversion of types, no unknown property unless the service is tolerant."""

    model_config = ConfigDict(extra="forbid", strict=True)

    @model_validator(mode="before")
    @classmethod
    def _drop_unknown(cls, data: Any) -> Any:
        if not isinstance(data, dict) or not unusual.is_taken():
            return data
        known = {field.alias or name for name, field in cls.model_fields.items()}
        for name in data.keys() - known:
            unusual.note(f"unknown property {name}")
        return {name: value for name, value in data.items() if name in known}

    @field_validator("*")
    @classmethod
    def _refuse_half_characters(cls, value: Any) -> Any:
        if isinstance(value, str):
            # Half of a surrogate pair is a string in JSON, but can't be stored: this raises a ValueError.
            value.encode()
        return value


def check_query(request: Request) -> None:
    """Refuse unknown query parameters, and repeated ones that are no lists; a tolerant service notes unknown ones."""
    route: APIRoute = request.scope["route"]
    parameters = _query_parameters(route.dependant)
    known = set(parameters)
    given = [name for name, _value in request.query_params.multi_items()]
    unknown = sorted(set(given) - known)
    wrong = {name: "repeated" for name in sorted(known) if given.count(name) > 1 and not parameters[name]}
    if unusual.is_taken():
        for name in unknown:
            unusual.note(f"unknown query parameter {name}")
    else:
        wrong |= dict.fromkeys(unknown, "unknown")
    if wrong:
        raise Invalid(
            problems=[Problem(f"{name}_{why}", f"{name}: {why} query parameter", name) for name, why in wrong.items()]
        )


def _query_parameters(dependant: Dependant) -> dict[str, bool]:
    """Return the names of the query parameters of a handler, each with whether it is a list."""
    found = {parameter.alias: _is_list(parameter.field_info.annotation) for parameter in dependant.query_params}
    for inner in dependant.dependencies:
        found |= _query_parameters(inner)
    return found


def _is_list(annotation: Any) -> bool:
    return get_origin(annotation) is list or any(_is_list(part) for part in get_args(annotation))


@dataclass
class Page:
    """The requested part of a list."""

    skip: int
    take: int


# A function instead of the class: older releases of the framework can't read the annotations of a class here.
def _page(
    skip: Annotated[int, Query(ge=0, lt=2**31)] = 0, take: Annotated[int, Query(ge=0, lt=2**31)] = DEFAULT_TAKE
) -> Page:
    return Page(skip, take)


Paging = Annotated[Page, Depends(_page)]
"""What a handler declares to get the requested page."""


def paged(
    context: Context, page: Page, response: Response, source: str, order: str, values: tuple[Any, ...] = ()
) -> list[Row]:
    """Read one page and set the paging headers.

    :param source: the part of the query after ``FROM``, with its conditions.
    :param order: the columns that define a unique order.
    """
    total = context.store.value(f"SELECT count(*) FROM {source}", *values)
    take = min(page.take, MAX_TAKE)
    rows = context.store.all(f"SELECT * FROM {source} ORDER BY {order} LIMIT ? OFFSET ?", *values, take, page.skip)
    response.headers["X-Paging-Skipped"] = str(page.skip)
    response.headers["X-Paging-Take"] = str(len(rows))
    response.headers["X-Paging-TotalResults"] = str(total)
    return rows


def shown(row: Row, *columns: str) -> dict[str, Any]:
    """Return some columns of a row as JSON properties."""
    return {column: row[column] for column in columns}


def accepted(location: str, *, retry_after: float = 0.0) -> Response:
    """Return 202 with the path of the job, and with ``Retry-After`` if the first poll can wait for some seconds."""
    hint = {"Retry-After": str(int(retry_after))} if int(retry_after) else {}
    return Response(status_code=202, headers={"Location": location, **hint})


def created(location: str) -> Response:
    """Return 201 with the path of the new object."""
    return Response(status_code=201, headers={"Location": location})
