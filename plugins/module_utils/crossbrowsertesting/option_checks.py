# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the options of CrossBrowserTesting modules before any request is sent.

Private to the collection.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.address_checks import is_host
from ansible_collections.reseller.toolkit.plugins.module_utils.checks import check_number, invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.task import LARGEST_INTEGER

#: An operating system and a browser by the names of the API, and a resolution.
BROWSER = re.compile(r"[^|,\s]+\|[^|,\s]+(\|[0-9]{2,5}x[0-9]{2,5})?")
LONGEST_DELAY = 300  # seconds
LARGEST_TOLERANCE = 100  # pixels


def checked_url(option: str, text: str) -> str:
    """Return the address of a page.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    url = line_of(option, text)
    try:
        parts = urlsplit(url)
        good = parts.scheme in {"http", "https"} and is_host(parts.hostname or "") and parts.port != 0
    except ValueError:
        good = False
    if not good or re.search(r"\s", url):
        raise invalid(option, "it is not an address such as https://www.example.com/.")
    if "@" in parts.netloc:
        raise invalid(option, "it holds credentials, which would be listed with the test.")
    return url


def checked_browsers(option: str, given: list[str]) -> list[str]:
    """Return the browsers.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    browsers = [line_of(option, text) for text in given]
    if not browsers:
        raise invalid(option, "it is empty.")
    wrong = next((browser for browser in browsers if not BROWSER.fullmatch(browser)), None)
    if wrong is not None:
        raise invalid(option, f"{wrong!r} is not of the form OS|BROWSER or OS|BROWSER|1366x768.")
    twice = next((browser for browser in browsers if browsers.count(browser) > 1), None)
    if twice:
        raise invalid(option, f"{twice!r} is listed twice.")
    return browsers


def checked_delay(option: str, seconds: int | None) -> int | None:
    """Return the delay.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if seconds is not None:
        check_number(option, seconds, 0, LONGEST_DELAY)
    return seconds


def age_limit(option: str, seconds: float) -> float:
    """Return the greatest age of a test in seconds.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if isinstance(seconds, bool) or seconds < 0:
        raise invalid(option, "it is a number of seconds, at least 0.")
    return seconds


def checked_id(option: str, number: int | None) -> int | None:
    """Return an id.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if number is not None:
        check_number(option, number, 1, LARGEST_INTEGER)
    return number
