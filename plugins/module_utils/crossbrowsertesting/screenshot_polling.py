# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wait until a screenshot test is finished, and refuse one without all of its screenshots.

Private to the collection.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.client import (
    CrossBrowserTestingClient,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.crossbrowsertesting.screenshot_tests import (
    Test,
    find_test,
    is_active,
    name_of,
    newest_version,
    unsuccessful,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import number_in


class ScreenshotPolling(NamedTuple):
    """How long to wait for the screenshots, in seconds.

    Attributes:
        wait_timeout: at most this long in all.
        poll_interval: the pause between two status checks.
    """

    wait_timeout: float
    poll_interval: float


def wait_until_finished(
    client: CrossBrowserTestingClient,
    test: Test,
    waiting: ScreenshotPolling,
    *,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Test:
    """Wait until no screenshot of the newest version is pending, and return the test as it is then.

    Raises:
        ToolkitError: ``job_timeout``, or ``screenshot_failed``; both with the test as ``screenshot_test``.
    """
    test_id = number_in(test, "screenshot_test_id")
    deadline = monotonic() + waiting.wait_timeout
    while is_active(test):
        if monotonic() + waiting.poll_interval > deadline:
            raise ToolkitError(
                "job_timeout",
                f"The screenshot test {test_id} is not finished after {waiting.wait_timeout:g} s.",
                hint=f"Wait for it with screenshot_test_id: {test_id}, or raise wait_timeout.",
                screenshot_test=test,
            )
        sleep(waiting.poll_interval)
        test = find_test(client, test_id)
    check_finished(test)
    return test


def check_finished(test: Test) -> None:
    """Refuse a test without all of its screenshots, if it is finished.

    Raises:
        ToolkitError: ``screenshot_failed``.
    """
    failed = [] if is_active(test) else unsuccessful(test)
    if failed:
        raise ToolkitError(
            "screenshot_failed",
            f"The screenshot test {test['screenshot_test_id']} of {test.get('url')} could not take "
            f"{len(failed)} of {len(newest_version(test)['results'])}: {'; '.join(map(_failure, failed))}.",
            hint="Check that the page can be reached from the service, and take it again.",
            screenshot_test=test,
        )


def _failure(result: dict[str, Any]) -> str:
    why = result.get("description")
    return f"{window_name(result)}{f' ({why})' if isinstance(why, str) and why else ''}"


def window_name(result: dict[str, Any]) -> str:
    """Return the operating system, the browser and the resolution of a result, as far as it shows them."""
    names = [name_of(result, place) for place in ("os", "browser", "resolution")]
    return ", ".join(filter(None, names)) or str(result.get("result_id"))
