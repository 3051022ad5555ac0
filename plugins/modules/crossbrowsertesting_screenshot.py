# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``crossbrowsertesting_screenshot``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: crossbrowsertesting_screenshot
short_description: Take screenshots of a page with many browsers
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Takes a screenshot test at CrossBrowserTesting, which has one screenshot for each browser, and waits until it is
    finished. M(reseller.toolkit.crossbrowsertesting_comparison_info) compares the layouts of two such tests.
  - Each test costs. Its request is sent at most once, whatever fails. If the response is lost, the module looks for the
    test in the list of tests.
  - By default each run takes a new test. With O(max_age), a younger test of the same page with the same browsers is
    used instead.
options:
  url:
    description:
      - The address of the page. The service must be able to reach it.
      - Required unless O(screenshot_test_id) is given.
    type: str
  browsers:
    description:
      - The browsers, each as V(OS|BROWSER) or V(OS|BROWSER|WIDTHxHEIGHT) by the names of the API, such as
        V(Win10|Chrome-latest|1366x768). The sandbox has V(Linux|Chromium), and V(Linux|Firefox) where it is installed.
      - A text is split at commas.
      - Required with O(url).
    type: list
    elements: str
  delay:
    description: The seconds to wait after the page is loaded before its screenshot is taken.
    type: int
  screenshot_test_id:
    description: The id of an existing test to read, and to wait for if it is not finished. Nothing is taken.
    type: int
  max_age:
    description:
      - The greatest age of a test to use instead of a new one, in seconds. It must be of the same O(url) and
        O(browsers), and none of its screenshots may have failed. The O(delay) is not compared.
      - Set it to make a play repeatable, and to continue with a test whose run was interrupted. V(0) always takes a new
        test.
    type: float
    default: 0
  wait:
    description: >-
      Whether to wait until all screenshots are taken. If not, a later task can wait with O(screenshot_test_id).
    type: bool
    default: true
  wait_timeout:
    description: The longest time to wait for the screenshots, in seconds, after which the task fails.
    type: float
    default: 900
  poll_interval:
    description: The interval between two status checks, in seconds.
    type: float
    default: 5
  on_doubt:
    description:
      - What to do if the response to the request was lost and the API does not list the test within O(settle_time).
      - With V(fail) the task fails.
      - With V(resend) the request is sent again, so that two tests may be paid for.
    type: str
    choices: [fail, resend]
    default: fail
  settle_time:
    description: How long to look for the test if the response to the request was lost, in seconds.
    type: float
    default: 60
extends_documentation_fragment:
  - reseller.toolkit.crossbrowsertesting
  - reseller.toolkit.connection
  - reseller.toolkit.attributes
notes:
  - "API requests, excluding status checks: 2 to take a test, 1 if a younger one is used or read."
seealso:
  - module: reseller.toolkit.crossbrowsertesting_comparison_info
attributes:
  check_mode:
    support: full
    details:
      - No test is taken, since it would cost. A warning says so.
  diff_mode:
    support: none
  idempotent:
    support: partial
    details:
      - Only with O(max_age). Without it each run takes a new test.
"""

EXAMPLES = r"""
- name: Take screenshots of the new site, unless there are some of the last hour
  reseller.toolkit.crossbrowsertesting_screenshot:
    url: https://www.example.com/
    browsers:
      - Win10|Chrome-latest|1366x768
      - iPhone14-iOS16sim|MblSafari16.0|1170x2532
    max_age: 3600
  register: site

- name: Show where people can look at them
  ansible.builtin.debug:
    msg: "{{ site.screenshot_test.versions[0].show_results_public_url }}"

- name: Begin a test without waiting for it
  reseller.toolkit.crossbrowsertesting_screenshot:
    url: https://www.example.com/shop
    browsers: [Win10|FF-latest]
    wait: false
  register: shop

- name: Wait for it
  reseller.toolkit.crossbrowsertesting_screenshot:
    screenshot_test_id: "{{ shop.screenshot_test.screenshot_test_id }}"
"""

RETURN = r"""
screenshot_test:
  description:
    - The screenshot test, V(none) in check mode if it would be taken. Also returned if a screenshot failed, or was not
      taken in time.
  returned: success
  type: dict
  contains:
    screenshot_test_id:
      description: Its id.
      type: int
      sample: 1831622
    url:
      description: The address of the page.
      type: str
      sample: https://www.example.com/
    created_date:
      description: When it was created.
      type: str
      sample: "2026-11-27T08:47:51.000Z"
    archived:
      description: Whether it was archived.
      type: bool
      sample: false
    version_count:
      description: The number of its versions.
      type: int
      sample: 1
    versions:
      description: Its versions, each with its C(results), one for each browser, and with links for people.
      type: list
      elements: dict
      sample:
        - version_id: 1928735
          active: false
          show_results_public_url: https://app.crossbrowsertesting.com/public/i1/screenshots/z8
          results:
            - result_id: 10305095
              state: complete
              os: {"name": "Windows 10"}
              browser: {"name": "Chrome 120"}
              resolution: {"name": "1366x768"}
version_id:
  description: The id of the newest version, V(none) in check mode if the test would be taken.
  returned: success
  type: int
  sample: 1928735
recovered:
  description: Whether the response to the request was lost, and the test was found in the list.
  returned: success
  type: bool
  sample: false
"""

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import all_of, check_seconds, if_given, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.client import (
    CrossBrowserTestingClient,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.option_checks import (
    age_limit,
    checked_browsers,
    checked_delay,
    checked_id,
    checked_url,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.screenshot_polling import (
    ScreenshotPolling,
    check_finished,
    wait_until_finished,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.screenshot_tests import (
    Taken,
    Wanted,
    find_test,
    look_for_young,
    newest_version,
    take,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import number_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        "url": {"type": "str"},
        "browsers": {"type": "list", "elements": "str"},
        "delay": {"type": "int"},
        "screenshot_test_id": {"type": "int"},
        "max_age": {"type": "float", "default": 0},
        "wait": {"type": "bool", "default": True},
        "wait_timeout": {"type": "float", "default": 900},
        "poll_interval": {"type": "float", "default": 5},
        "on_doubt": {"type": "str", "choices": ["fail", "resend"], "default": "fail"},
        "settle_time": {"type": "float", "default": 60},
    },
    "required_one_of": [("url", "screenshot_test_id")],
    "mutually_exclusive": [("url", "screenshot_test_id"), ("browsers", "screenshot_test_id")],
    "required_by": {"url": ["browsers"]},
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Take the test, or read an existing one, and wait for it."""
    params = task.params
    url, browsers, test_id, *_rest = all_of(
        lambda: if_given(params["url"], lambda text: checked_url("url", text)),
        lambda: if_given(params["browsers"], lambda given: checked_browsers("browsers", given)),
        lambda: checked_id("screenshot_test_id", params["screenshot_test_id"]),
        lambda: checked_delay("delay", params["delay"]),
        lambda: age_limit("max_age", params["max_age"]),
        lambda: check_seconds(params, "wait_timeout", "poll_interval", "settle_time"),
    )
    # An option that is present but null passes Ansible's own check.
    if test_id is None and (url is None or browsers is None):
        raise invalid("url", "it is required, with browsers, unless screenshot_test_id is given.")
    client = CrossBrowserTestingClient.for_task(task)
    taken = Taken(find_test(client, test_id), is_new=False) if test_id else wanted_test(task, client, url, browsers)
    if taken is None:
        task.warn(
            "No screenshot test is taken in check mode, since it costs. So it is not known whether it would work."
        )
        return {"changed": True, "screenshot_test": None, "version_id": None, "recovered": False}
    return {"changed": taken.is_new, **finished(task, client, taken)}


def wanted_test(task: Task, client: CrossBrowserTestingClient, url: str, browsers: list[str]) -> Taken | None:
    """Return the test, which is taken unless there is a young one; None if check mode would take it."""
    params = task.params
    wanted = Wanted(url, browsers, params["delay"])
    if task.check_mode:
        young = look_for_young(client, wanted, params["max_age"])
        return None if young is None else Taken(young, is_new=False)
    resend = params["on_doubt"] == "resend"
    return take(client, wanted, max_age=params["max_age"], resend=resend, settle_time=params["settle_time"])


def finished(task: Task, client: CrossBrowserTestingClient, taken: Taken) -> dict[str, Any]:
    """Wait for the test if that is wanted, and return the task's result. An error names the test as well."""
    params, test = task.params, taken.test
    try:
        if params["wait"] and task.check_mode:
            check_finished(test)
        elif params["wait"]:
            test = wait_until_finished(client, test, ScreenshotPolling(params["wait_timeout"], params["poll_interval"]))
        version_id = number_in(newest_version(test), "version_id")
    except ToolkitError as error:
        error.facts.setdefault("screenshot_test", test)
        raise
    return {"screenshot_test": test, "version_id": version_id, "recovered": taken.recovered}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
