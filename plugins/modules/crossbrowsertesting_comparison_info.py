# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``crossbrowsertesting_comparison_info``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: crossbrowsertesting_comparison_info
short_description: Compare the layouts of screenshots
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Compares screenshots that M(reseller.toolkit.crossbrowsertesting_screenshot) has taken. It returns the elements
    whose positions or sizes differ, with links to pages that show them.
  - With O(result_id) and O(base_result_id), it compares two screenshots. With O(base_result_id) alone, it compares all
    screenshots of a version with this one, for example all browsers with one of them. With O(base_version_id), it
    compares each screenshot of a version with that of the same operating system, browser and resolution in another
    version, for example of before a release.
  - With O(max_differences), the task fails if a layout differs by more.
options:
  screenshot_test_id:
    description: The id of the screenshot test to compare, which is the target.
    type: int
    required: true
  version_id:
    description: The id of the version to compare. The newest version of the test is compared if this is not set.
    type: int
  result_id:
    description: The id of a single screenshot to compare. Requires O(base_result_id).
    type: int
  base_result_id:
    description: The id of the screenshot to compare with. It can be of another test.
    type: int
  base_version_id:
    description: The id of the version to compare with. It can be of another test.
    type: int
  tolerance:
    description:
      - By how many pixels a position or a size may differ, from 0 to 100. The API uses 30 if this is not set.
    type: int
  max_differences:
    description:
      - How many differences each comparison may have. If one has more, the task fails with the error
        C(layout_differs), whose message names the elements.
      - Screenshots that could not be compared then fail the task too, with the error C(not_compared). Otherwise they
        are returned with a O(ignore:message), with a warning.
    type: int
extends_documentation_fragment:
  - reseller.toolkit.crossbrowsertesting
  - reseller.toolkit.connection
  - reseller.toolkit.attributes.reads
notes:
  - "API requests: 2."
seealso:
  - module: reseller.toolkit.crossbrowsertesting_screenshot
"""

EXAMPLES = r"""
- name: Fail if a release has moved something, in any browser
  reseller.toolkit.crossbrowsertesting_comparison_info:
    screenshot_test_id: "{{ after.screenshot_test.screenshot_test_id }}"
    base_version_id: "{{ before.version_id }}"
    max_differences: 0

- name: Compare all browsers with one of them
  reseller.toolkit.crossbrowsertesting_comparison_info:
    screenshot_test_id: "{{ after.screenshot_test.screenshot_test_id }}"
    base_result_id: "{{ after.screenshot_test.versions[0].results[0].result_id }}"
    tolerance: 50
  register: browsers

- name: Compare two screenshots
  reseller.toolkit.crossbrowsertesting_comparison_info:
    screenshot_test_id: "{{ after.screenshot_test.screenshot_test_id }}"
    result_id: "{{ after.screenshot_test.versions[0].results[0].result_id }}"
    base_result_id: "{{ before.screenshot_test.versions[0].results[0].result_id }}"
"""

RETURN = r"""
comparisons:
  description: >-
    The comparisons, one for each screenshot of the target. Also returned if the task fails by O(max_differences).
  returned: success
  type: list
  elements: dict
  contains:
    result_id:
      description: The id of the screenshot of the target.
      type: int
      sample: 10305097
    base_result_id:
      description: The id of the screenshot that it was compared with, V(none) if there is none.
      type: int
      sample: 10305095
    os:
      description: The operating system of the target.
      type: str
      sample: Windows 10
    browser:
      description: Its browser.
      type: str
      sample: Chrome 120
    resolution:
      description: The size of its window.
      type: str
      sample: 1366x768
    differences:
      description: The number of differences, V(none) if the screenshots could not be compared.
      type: int
      sample: 1
    tolerance:
      description: By how many pixels a position or a size may differ.
      type: int
      sample: 30
    elements:
      description: The elements that differ, with paths, the difference, and a link to the page that shows it.
      type: list
      elements: dict
      sample:
        - short_path: button#buy
          full_path: html > body > main > button#buy
          difference: moved 80px to the right
          show_difference_web_url: https://app.crossbrowsertesting.com/screenshots/1831623/compare
          show_difference_public_url: https://app.crossbrowsertesting.com/public/i1/compare/z9
    message:
      description: What the API says instead of a difference, or that it left out the screenshot; V(none) without that.
      type: str
    show_comparisons_web_url:
      description: The page of the comparison for users of the account.
      type: str
      sample: https://app.crossbrowsertesting.com/screenshots/1831623/compare
    show_comparisons_public_url:
      description: The page of the comparison for everybody who has this address.
      type: str
      sample: https://app.crossbrowsertesting.com/public/i1/compare/z9
version_id:
  description: The id of the version that was compared.
  returned: success
  type: int
  sample: 1928736
differences:
  description: The number of differences of all comparisons.
  returned: success
  type: int
  sample: 1
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, check_number, if_given, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.client import (
    CrossBrowserTestingClient,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.comparisons import (
    Asked,
    check_differences,
    compare,
    version_of,
    with_browsers,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.option_checks import (
    LARGEST_TOLERANCE,
    checked_id,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.screenshot_tests import find_test
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "screenshot_test_id": {"type": "int", "required": True},
        "version_id": {"type": "int"},
        "result_id": {"type": "int"},
        "base_result_id": {"type": "int"},
        "base_version_id": {"type": "int"},
        "tolerance": {"type": "int"},
        "max_differences": {"type": "int"},
    },
    "required_one_of": [("base_result_id", "base_version_id")],
    "mutually_exclusive": [("base_result_id", "base_version_id"), ("result_id", "base_version_id")],
    "supports_check_mode": True,
}
IDS = ("screenshot_test_id", "version_id", "result_id", "base_result_id", "base_version_id")


def run(task: Task) -> dict[str, Any]:
    """Compare."""
    params = task.params
    all_of(
        *(lambda option=option: checked_id(option, params[option]) for option in IDS),
        lambda: if_given(params["tolerance"], lambda pixels: check_number("tolerance", pixels, 0, LARGEST_TOLERANCE)),
        lambda: if_given(params["max_differences"], lambda number: check_number("max_differences", number, 0)),
    )
    # An option that is present but null passes Ansible's own check.
    if params["base_result_id"] is None and params["base_version_id"] is None:
        raise invalid("base_version_id", "it is required unless base_result_id is given.")
    client = CrossBrowserTestingClient.for_task(task)
    test = find_test(client, params["screenshot_test_id"])
    version_id = version_of(test, params["version_id"])
    bases = (params["result_id"], params["base_result_id"], params["base_version_id"])
    asked = Asked(params["screenshot_test_id"], version_id, *bases, params["tolerance"])
    comparisons = with_browsers(compare(client, asked), test, asked)
    if params["max_differences"] is not None:
        check_differences(comparisons, params["max_differences"])
    failed = sum(one["differences"] is None for one in comparisons)
    if failed or not comparisons:
        task.warn(f"{failed} of {len(comparisons)} screenshots could not be compared.")
    differences = sum(one["differences"] or 0 for one in comparisons)
    return {"comparisons": comparisons, "version_id": version_id, "differences": differences}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
