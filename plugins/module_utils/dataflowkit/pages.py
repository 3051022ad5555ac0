# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What to load and how: the part of a request's body that describes a page.

Private to the collection. Source: the vendor's description of the API.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import (
    check_number,
    holds_control,
    holds_line_break_or_control,
    invalid,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proxies import secrets_in
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

#: The names of actions in the API by those without capital letters and underscores.
ACTIONS = {
    name.lower(): name
    for name in (
        *("input", "sendKeys", "click", "doubleClick", "jsclick", "submit", "waitVisible", "waitNotVisible"),
        *("waitFor", "pause", "execute", "loop", "getcontent", "scroll"),
    )
}
#: The properties of cookies whose names in the API are not in plain camel case.
COOKIE_NAMES = {"store_id": "storeID"}
#: Shorter texts that are typed into pages, and passwords in their addresses, are not hidden: they would hide parts of
#: other texts.
SHORTEST_SECRET = 6
#: The control characters in texts of several lines, such as scripts.
LINES = "\t\n\r"
LONGEST_DELAY = 3600


def page_request(task: Task, *, required: bool = True) -> dict[str, Any]:
    """Return the properties of a request that say what to load and how.

    Args:
        task: its options are `page_options`.
        required: whether there must be a URL.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    params = task.params
    body: dict[str, Any] = {}
    task.secrets |= url_secrets(params["url"])
    if params["url"] is not None or required:
        body["url"] = checked_url("url", params["url"])
    if params["page_proxy"] is not None:
        body["proxy"] = checked_proxy(params["page_proxy"])
    if params["wait_delay"] is not None:
        if not 0 <= params["wait_delay"] <= LONGEST_DELAY:
            raise invalid("wait_delay", f"it must be 0 to {LONGEST_DELAY} s, and is {params['wait_delay']:g}.")
        body["waitDelay"] = params["wait_delay"]
    if params["ignore_http_status_codes"]:
        body["ignoreHTTPStatusErrCodes"] = True
    check_texts("initial_cookies", params["initial_cookies"])
    check_texts("actions", params["actions"], allowed=LINES)
    if params["initial_cookies"]:
        for number in (cookie["id"] for cookie in params["initial_cookies"] if cookie["id"] is not None):
            check_number("initial_cookies.id", number, 0)
        body["initialCookies"] = [_cookie(cookie) for cookie in params["initial_cookies"]]
    if params["actions"]:
        body["actions"] = checked_actions("actions", params["actions"])
        task.secrets |= typed_texts(body["actions"])
    return body


def check_texts(option: str, value: Any, *, allowed: str = "") -> None:
    """Refuse control characters in a text, and in all texts of a list or a dictionary.

    Args:
        option: the option.
        value: what is given for it.
        allowed: control characters that are welcome there.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if isinstance(value, str) and (
        holds_control(value, allowed) or (not allowed and holds_line_break_or_control(value))
    ):
        raise invalid(option, "it contains a control character.")
    if isinstance(value, dict):
        for name, item in value.items():
            check_texts(option, str(name), allowed=allowed)
            check_texts(option, item, allowed=allowed)
    elif isinstance(value, list):
        for item in value:
            check_texts(option, item, allowed=allowed)


def checked_url(option: str, url: Any) -> str:
    """Return the address of a page.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    try:
        address = urlsplit(url or "")
        good = address.scheme in {"http", "https"} and bool(address.hostname) and address.port != 0
    except (ValueError, AttributeError, TypeError):
        good = False
    if not good or holds_line_break_or_control(url) or " " in url:
        raise invalid(option, f"{url!r} is not an address such as https://www.example.com/.")
    return str(url)


def checked_proxy(proxy: str) -> str:
    """Return the country of the service's proxy.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if not re.fullmatch("country-(any|[A-Za-z]{2})", proxy):
        raise invalid("page_proxy", f"{proxy!r} is not country-any or a country such as country-sk.")
    return proxy


def camel(name: str) -> str:
    """Return a name in camel case; one that is in camel case already stays."""
    first, *others = name.split("_")
    return first + "".join(other.capitalize() for other in others)


def _cookie(cookie: dict[str, Any]) -> dict[str, Any]:
    given = {name: value for name, value in cookie.items() if value is not None and "ID" not in name}
    known = {name: value for name, value in given.items() if name == name.lower()}
    return {COOKIE_NAMES.get(name, camel(name)): value for name, value in known.items()}


def checked_actions(option: str, actions: list[Any]) -> list[dict[str, Any]]:
    """Return actions with the API's names.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    found = []
    for index, action in enumerate(actions):
        place = f"{option}[{index}]"
        if not isinstance(action, dict) or len(action) != 1:
            raise invalid(place, "an action is a dictionary with its name as the only key.")
        [(given, properties)] = action.items()
        name = ACTIONS.get(str(given).replace("_", "").lower())
        if name is None:
            raise invalid(place, f"{given} is no action. Those are {', '.join(sorted(ACTIONS.values()))}.")
        if properties is None:
            properties = {}
        if not isinstance(properties, dict):
            raise invalid(f"{place}.{given}", "its properties are a dictionary.")
        found.append({name: _action_properties(f"{place}.{given}", name, properties)})
    return found


def _action_properties(place: str, name: str, properties: dict[str, Any]) -> dict[str, Any]:
    body = {camel(str(key)): value for key, value in properties.items()}
    if name == "loop":
        actions = body.get("actions", [])
        if not isinstance(actions, list):
            raise invalid(f"{place}.actions", "it is a list of actions.")
        return {**body, "actions": checked_actions(f"{place}.actions", actions)}
    # The description has this number of milliseconds as a text.
    return {**body, "waitDelay": str(body["waitDelay"])} if name == "pause" and "waitDelay" in body else body


def url_secrets(url: Any) -> set[str]:
    """Return the password in the address of a page, in all forms that may show: the API repeats addresses.

    Args:
        url: that of a payload can be of any type.
    """
    login = re.match("[^/?#]*//[^/?#]*@", url) if isinstance(url, str) else None
    return {secret for secret in secrets_in(login[0]) if len(secret) >= SHORTEST_SECRET} if login else set()


def typed_texts(actions: Any) -> set[str]:
    """Return the texts that actions type into pages: they may be passwords.

    Args:
        actions: those of a payload can be of any type.
    """
    found: set[str] = set()
    for action in actions if isinstance(actions, list) else ():
        for name, properties in action.items() if isinstance(action, dict) else ():
            if not isinstance(properties, dict):
                continue
            if name == "loop":
                found |= typed_texts(properties.get("actions"))
            elif name in {"input", "sendKeys"} and len(str(properties.get("value", ""))) >= SHORTEST_SECRET:
                found.add(str(properties["value"]))
    return found
