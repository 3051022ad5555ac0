# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparisons of the layouts of screenshots, in one form whatever was compared with what.

Private to the collection. A single comparison has a ``target``, a comparison of a version with one screenshot has
``targets``, and one of two versions is a list. Each may carry a message or an error instead of a difference.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.client import (
    CrossBrowserTestingClient,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.screenshot_tests import (
    PATH,
    Test,
    name_of,
    newest_version,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import is_collection, is_object
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    Unreadable,
    is_whole_number,
    number_in,
    object_in,
    objects_in,
)

#: How many comparisons, and how many elements of each, a message names.
NAMED = 3
LINKS = ("show_comparisons_web_url", "show_comparisons_public_url")
ELEMENT_LINKS = ("show_difference_web_url", "show_difference_public_url")
#: What is said of a screenshot that the API leaves out.
LEFT_OUT = {"message": "The API has not compared it."}

Comparison = dict[str, Any]


class Asked(NamedTuple):
    """What to compare with what.

    Attributes:
        test_id: the screenshot test of the target.
        version_id: its version.
        result_id: one screenshot of this version; None compares all of them.
        base_result_id: the screenshot to compare with; None if it is a version.
        base_version_id: the version to compare with, each screenshot with that of the same browser.
        tolerance: how many pixels a position or a size may differ; None leaves it to the API.
    """

    test_id: int
    version_id: int
    result_id: int | None
    base_result_id: int | None
    base_version_id: int | None
    tolerance: int | None


def compare(client: CrossBrowserTestingClient, asked: Asked) -> list[Comparison]:
    """Return the comparisons, one for each screenshot of the target.

    Raises:
        ApiError: something to compare does not exist.
        Unreadable: the response does not show what differs.
    """
    path, shape = f"{PATH}/{asked.test_id}/{asked.version_id}", is_object
    if asked.base_version_id is not None:
        path, shape = f"{path}/comparison/parallel/{asked.base_version_id}", is_collection
    elif asked.result_id is not None:
        path = f"{path}/{asked.result_id}/comparison/{asked.base_result_id}"
    else:
        path = f"{path}/comparison/{asked.base_result_id}"
    data = client.one(path, shape, tolerance=asked.tolerance)
    if asked.base_version_id is not None:
        return [_comparison(item, _target_in(item)) for item in data]
    if asked.result_id is not None:
        return [_comparison(data, _target_in(data))]
    if _failure_in(data) and not data.get("targets"):
        return [_comparison(data, {})]
    return [_comparison(data, target) for target in objects_in(data, "targets")]


def _target_in(item: dict[str, Any]) -> dict[str, Any]:
    """Return the target; an empty one if there is a message instead."""
    return {} if _failure_in(item) and item.get("target") is None else object_in(item, "target")


def _comparison(item: dict[str, Any], target: dict[str, Any]) -> Comparison:
    """Return one comparison.

    Args:
        item: what holds the base.
        target: the target with its comparison.

    Raises:
        Unreadable: it shows neither a difference nor a message.
    """
    found = target.get("comparison")
    told = found if isinstance(found, dict) else {}
    failure = _failure_in(told) or _failure_in(target) or _failure_in(item)
    is_error = any(one.get("error") for one in (told, target, item))
    differences = None
    if not failure or ("differences" in told and not is_error):
        differences = number_in(told, "differences")
        if differences < 0:
            raise Unreadable("differences", differences)
    elements = objects_in(told, "elements") if told.get("elements") is not None else []
    return {
        "result_id": _screenshot_id(target),
        "base_result_id": _screenshot_id(item.get("base")),
        "differences": differences,
        "tolerance": told.get("tolerance"),
        "elements": [_element(element) for element in elements],
        "message": failure or None,
        **{link: told.get(link) for link in LINKS},
    }


def _element(element: dict[str, Any]) -> dict[str, Any]:
    """Return an element that differs, with words for what the API does not say of it."""
    full_path = element.get("full_path")
    return {
        "short_path": element.get("short_path") or full_path or "an element",
        "full_path": full_path,
        "difference": element.get("difference") or "differs",
        **{link: element.get(link) for link in ELEMENT_LINKS},
    }


def _failure_in(data: dict[str, Any]) -> str:
    """Return why there is no difference, or what is said beside one; an empty text if nothing is."""
    message, error = data.get("message"), data.get("error")
    told = message if isinstance(message, str) and message.strip() else error
    if isinstance(told, str) and told.strip():
        return told
    return "The API reports an error and no reason." if error else ""


def _screenshot_id(side: Any) -> int | None:
    """Return the id of a screenshot; None if it is not shown."""
    screenshot = side.get("screenshot") if isinstance(side, dict) else None
    number = screenshot.get("screenshot_id") if isinstance(screenshot, dict) else None
    return number if is_whole_number(number) else None


def with_browsers(comparisons: list[Comparison], test: Test, asked: Asked) -> list[Comparison]:
    """Return the comparisons with the operating system, the browser and the resolution of each target.

    The API may leave out what has nothing to be compared with: such a target is added, without a difference.
    """
    versions = [one for one in objects_in(test, "versions") if one.get("version_id") == asked.version_id]
    shown = [result for version in versions for result in objects_in(version, "results")]
    results = {result["result_id"]: result for result in shown if is_whole_number(result.get("result_id"))}
    compared = {one["result_id"] for one in comparisons}
    # One that does not show its id may be any of them. The base is not compared with itself.
    is_complete = asked.result_id is not None or None in compared
    left_out = [] if is_complete else sorted(results.keys() - compared - {asked.base_result_id})
    added = [{**_comparison(LEFT_OUT, {}), "result_id": result_id} for result_id in left_out]
    places = ("os", "browser", "resolution")
    return [
        {**{place: name_of(results.get(one["result_id"], {}), place) for place in places}, **one}
        for one in [*comparisons, *added]
    ]


def version_of(test: Test, version_id: int | None) -> int:
    """Return the id of a version: this one, or that of the newest one if none is given.

    Raises:
        Unreadable: the test shows no version.
    """
    return number_in(newest_version(test), "version_id") if version_id is None else version_id


def check_differences(comparisons: list[Comparison], most: int) -> None:
    """Refuse layouts that differ, and those that could not be compared.

    Args:
        comparisons: the comparisons.
        most: how many differences each may have.

    Raises:
        ToolkitError: ``layout_differs``, or ``not_compared``; both with ``comparisons``.
    """
    differing = [one for one in comparisons if (one["differences"] or 0) > most]
    if differing:
        raise ToolkitError(
            "layout_differs",
            f"The layout differs in {len(differing)} of {len(comparisons)} screenshots: "
            f"{'; '.join(map(_told, differing[:NAMED]))}{'; …' if len(differing) > NAMED else ''}.",
            hint="Look at the comparison page. If the change is wanted, compare with a new base from now on.",
            comparisons=comparisons,
        )
    failed = [one for one in comparisons if one["differences"] is None]
    if failed or not comparisons:
        why = "; ".join(f"{_window(one)}: {one['message']}" for one in failed[:NAMED])
        raise ToolkitError(
            "not_compared",
            f"{len(failed)} of {len(comparisons)} screenshots could not be compared{f': {why}' if why else '.'}",
            hint="Wait until both are finished, and take them with the same browsers.",
            comparisons=comparisons,
        )


def _told(comparison: Comparison) -> str:
    """Return one comparison for a message."""
    elements = [f"{one['short_path']} {one['difference']}" for one in comparison["elements"][:NAMED]]
    more = len(comparison["elements"]) - len(elements)
    shown = ", ".join([*elements, *([f"{more} more"] if more > 0 else [])])
    link = comparison["show_comparisons_public_url"] or comparison["show_comparisons_web_url"]
    return (
        f"{_window(comparison)} has {comparison['differences']} ({shown or 'no element is named'})"
        f"{f', see {link}' if link else ''}"
    )


def _window(comparison: Comparison) -> str:
    """Return the browser of a comparison, or the id of its screenshot."""
    names = [comparison.get(place) for place in ("os", "browser", "resolution")]
    return ", ".join(name for name in names if name) or f"screenshot {comparison['result_id']}"
