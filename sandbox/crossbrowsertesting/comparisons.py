# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparisons of the layouts of screenshots: one with another, a version with one, a version with another."""

from __future__ import annotations

from sqlite3 import Row
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response

from sandbox.context import CurrentContext
from sandbox.crossbrowsertesting.engine import elements_in
from sandbox.crossbrowsertesting.layout import Difference, Element, differences
from sandbox.crossbrowsertesting.responses import Format, shown
from sandbox.crossbrowsertesting.tables import COMPLETE, find_result, find_version, results_of

router = APIRouter()

DEFAULT_TOLERANCE = 30
Tolerance = Annotated[int, Query(ge=0, le=100)]
"""How many pixels a position or a size may differ."""


@router.get("/screenshots/{target_test_id}/{target_version_id}/comparison/parallel/{base_version_id}")
async def compare_versions(
    request: Request,
    context: CurrentContext,
    target_test_id: int,
    target_version_id: int,
    base_version_id: int,
    form: Format,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
) -> Response:
    """Compare each result of a version with that of the same browser in another version."""
    find_version(context, target_version_id, target_test_id)
    find_version(context, base_version_id)
    bases = {_window(row): row["result_id"] for row in results_of(context, base_version_id)}
    address = str(request.base_url)
    compared = []
    for row in results_of(context, target_version_id):
        target = find_result(context, row["result_id"])
        base_id = bases.get(_window(row))
        base = None if base_id is None else find_result(context, base_id)
        compared.append(
            {**({} if base is None else _base(base)), "target": _target(target, base, tolerance, address)},
        )
    return shown(form, compared)


@router.get("/screenshots/{target_test_id}/{target_version_id}/comparison/{base_result_id}")
async def compare_with_one(
    request: Request,
    context: CurrentContext,
    target_test_id: int,
    target_version_id: int,
    base_result_id: int,
    form: Format,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
) -> Response:
    """Compare each result of a version with one result."""
    find_version(context, target_version_id, target_test_id)
    base, address = find_result(context, base_result_id), str(request.base_url)
    targets = [
        _target(find_result(context, row["result_id"]), base, tolerance, address)
        for row in results_of(context, target_version_id)
        if row["result_id"] != base_result_id
    ]
    return shown(form, {**_base(base), "targets": targets})


@router.get("/screenshots/{target_test_id}/{target_version_id}/{target_result_id}/comparison/{base_result_id}")
async def compare_two(
    request: Request,
    context: CurrentContext,
    target_test_id: int,
    target_version_id: int,
    target_result_id: int,
    base_result_id: int,
    form: Format,
    tolerance: Tolerance = DEFAULT_TOLERANCE,
) -> Response:
    """Compare one result with another."""
    find_version(context, target_version_id, target_test_id)
    target = find_result(context, target_result_id, target_version_id)
    base = find_result(context, base_result_id)
    return shown(form, {**_base(base), "target": _target(target, base, tolerance, str(request.base_url))})


def layout_differences(target: Row, base: Row, tolerance: int) -> list[Difference]:
    """Return the differences of two taken screenshots."""
    now, before = ([Element.of(stored) for stored in elements_in(row["elements"])] for row in (target, base))
    return differences(now, before, tolerance)


def page_of(target: Row, base: Row, tolerance: int, address: str) -> str:
    """Return the address of the page that shows a comparison."""
    return f"{address}comparisons/{target['result_hash']}/{base['result_hash']}?tolerance={tolerance}"


def _window(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in ("os", "browser", "width", "height"))


def _base(row: Row) -> dict[str, Any]:
    return {"base": {"screenshot": {"screenshot_id": row["result_id"]}}}


def _target(target: Row, base: Row | None, tolerance: int, address: str) -> dict[str, Any]:
    """Return the comparison of a result, or why there is none."""
    return {
        "screenshot": {"screenshot_id": target["result_id"]},
        "comparison": _comparison(target, base, tolerance, address),
    }


def _comparison(target: Row, base: Row | None, tolerance: int, address: str) -> dict[str, Any]:
    if base is None:
        return {"error": True, "message": "The base version has no screenshot with this OS, browser and resolution."}
    for side, row in (("target", target), ("base", base)):
        if row["state"] != COMPLETE:
            return {"error": True, "message": f"The {side} screenshot {row['result_id']} is {row['state']}."}
    page = page_of(target, base, tolerance, address)
    found = layout_differences(target, base, tolerance)
    return {
        "differences": len(found),
        "elements": [
            {
                "full_path": difference.element.full_path,
                "short_path": difference.element.short_path,
                "difference": difference.text,
                "show_difference_web_url": f"{page}#difference-{number}",
                "show_difference_public_url": f"{page}#difference-{number}",
            }
            for number, difference in enumerate(found, 1)
        ],
        "error": False,
        "tolerance": tolerance,
        "show_comparisons_web_url": page,
        "show_comparisons_public_url": page,
    }
