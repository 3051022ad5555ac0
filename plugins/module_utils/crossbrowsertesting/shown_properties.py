# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of CrossBrowserTesting's objects that modules know. Nothing else reaches a result.

Private to the collection. The API writes properties as options are written. Source: the vendor's description of
comparisons; for screenshot tests its sample scripts, and public clients of others.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import known_at, limited
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.known import properties_of as _of

_PICTURES = _of("windowed fullpage chromeless")
_RESULT = _of(
    "result_id state successful description initialized_date start_date finish_date show_result_web_url "
    "show_result_public_url",
    os=_of("name type version api_name device requested_api_name"),
    browser=_of("name type version api_name requested_api_name"),
    resolution=_of("name width height requested_name"),
    images=_PICTURES,
    thumbs=_PICTURES,
)
_VERSION = _of(
    "version_id start_date description active show_results_web_url show_results_public_url show_comparisons_web_url "
    "show_comparisons_public_url",
    result_count=_of("total running successful failed cancelled"),
    results=_RESULT,
)
_TEST = _of("screenshot_test_id url created_date archived version_count", versions=_VERSION)
_FAILURE = "error message"
_COMPARISON = _of(
    f"{_FAILURE} differences tolerance show_comparisons_web_url show_comparisons_public_url",
    elements=_of("difference full_path short_path show_difference_web_url show_difference_public_url"),
)
_SCREENSHOT = _of("screenshot_id")
_TARGET = _of(_FAILURE, screenshot=_SCREENSHOT, comparison=_COMPARISON)
_COMPARED = _of(_FAILURE, base=_of("", screenshot=_SCREENSHOT), target=_TARGET, targets=_TARGET)

#: The known properties, by the paths (regular expressions) that they are read from.
RESOURCES = {
    # A new one is shown where all of them are listed.
    "/screenshots": {**_TEST, "screenshots": _TEST},
    "/screenshots/[0-9]+": _TEST,
    "/screenshots/[0-9/]+/comparison/.*": _COMPARED,
}


def shown(path: str, data: Any) -> Any:
    """Return the properties in a response that modules know.

    Args:
        path: where it was read or written, below the version.
        data: its body. A value of an unexpected type stays, for the code that checks it.
    """
    return limited(data, known_at(RESOURCES, path))
