# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Webhooks, which ConfigCat calls when a flag of a config changes in an environment, and their signing keys.

Private to the collection. A webhook is identified by its config, its environment and its URL. The API never returns the
values of secure headers. Source of names and lengths: the vendor's descriptions of the API.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid, line_of
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient, added_object
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import (
    CONFIG,
    ENVIRONMENT,
    PRODUCT,
    object_path,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.shown_properties import collection_in
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import Secret, changes, plain
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.client import segment
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import (
    nullable_in,
    number_in,
    string_in,
    text_in,
    value_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings

METHODS = ("get", "post")
#: The lengths of URLs, in characters.
URL_LENGTHS = (7, 1000)
#: The longest content, in characters.
LONGEST_CONTENT = 15_000
#: The longest names and values of headers, in characters.
LONGEST_HEADER, LONGEST_VALUE = 255, 1000
#: The name of a header (RFC 9110, 5.6.2).
HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
#: The properties of the API by their names in options, except for the headers.
PROPERTIES = {"url": "url", "http_method": "httpMethod", "content": "content"}
ID = "webhook_id"
#: What is remembered of a webhook.
SECURE = "secure_headers"


def webhook_path(number: int) -> str:
    """Return the path of a webhook."""
    return f"/webhooks/{segment(number)}"


def webhooks_path(parent: dict[str, Any]) -> str:
    """Return the path of all webhooks of a product."""
    return f"{object_path(PRODUCT, parent)}/webhooks"


def checked_url(option: str, text: str) -> str:
    """Return the address that is called.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    url = line_of(option, text)
    shortest, longest = URL_LENGTHS
    if not shortest <= len(url) <= longest:
        raise invalid(option, f"it has {len(url)} characters, but must have {shortest} to {longest}.")
    if not url.lower().startswith(("https://", "http://")) or " " in url:
        raise invalid(option, "it is not an address that begins with https:// or http://.")
    return url


def checked_headers(option: str, given: list[dict[str, Any]] | None) -> list[dict[str, str]] | None:
    """Return headers, sorted by their names; None if they are not given. No message shows a value.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if given is None:
        return None
    headers = []
    for number, one in enumerate(given):
        place = f"{option}[{number}]"
        name, value = line_of(f"{place}.name", one["name"]), line_of(f"{place}.value", one["value"])
        if not HEADER_NAME.fullmatch(name) or len(name) > LONGEST_HEADER:
            raise invalid(f"{place}.name", f"{name!r} is not the name of a header.")
        if not 1 <= len(value) <= LONGEST_VALUE:
            raise invalid(f"{place}.value", f"it has {len(value)} characters, but must have 1 to {LONGEST_VALUE}.")
        headers.append({"name": name, "value": value})
    return _sorted(headers)


def _sorted(headers: list[dict[str, str]]) -> list[dict[str, str]]:
    return sorted(headers, key=lambda one: (one["name"], one.get("value", "")))


def as_webhook(shown: dict[str, Any]) -> dict[str, Any]:
    """Return a webhook for comparison and for the result. Nothing stands for the value of a secure header.

    Raises:
        Unreadable: its content or a header is not shown as described.
    """
    listed = collection_in(shown, "web_hook_headers")
    secure = [one for one in listed if value_in(one, "is_secure", bool)]
    plain_ones = [one for one in listed if not one["is_secure"]]
    return {
        **{name: part for name, part in shown.items() if name != "web_hook_headers"},
        "content": nullable_in(shown, "content", string_in, ""),
        # A write of other headers sends these again, so their values must be known.
        "headers": _sorted([{"name": text_in(one, "key"), "value": value_in(one, "value", str)} for one in plain_ones]),
        SECURE: _sorted([{"name": text_in(one, "key")} for one in secure]),
    }


def webhooks_of(client: ConfigCatClient, product: dict[str, Any]) -> list[dict[str, Any]]:
    """Return all webhooks of a product."""
    return [as_webhook(one) for one in client.listed(webhooks_path(product))]


def webhook_by_id(client: ConfigCatClient, number: int) -> dict[str, Any] | None:
    """Return the webhook with an id; None if it does not exist."""
    shown = client.get(webhook_path(number))
    return None if shown is None else as_webhook(shown)


def find_webhook(
    client: ConfigCatClient, product: dict[str, Any], config: dict[str, Any], environment: dict[str, Any], url: str
) -> dict[str, Any] | Absence:
    """Return the webhook of a config and an environment that calls a URL, or the proof that it does not exist.

    Raises:
        ToolkitError: ``ambiguous`` if there are several.
        Unproven: one of the webhooks does not show what identifies it.
    """
    title = f"a webhook for {url}"
    with client.evidence.proving(title):
        items = client.listed(webhooks_path(product))
        found = client.evidence.find_in(
            title,
            items,
            ID,
            lambda one: text_in(value_in(one, "config", dict), CONFIG.id) == text_in(config, CONFIG.id),
            lambda one: (
                text_in(value_in(one, "environment", dict), ENVIRONMENT.id) == text_in(environment, ENVIRONMENT.id)
            ),
            lambda one: text_in(one, "url") == url,
        )
        return found if isinstance(found, Absence) else as_webhook(found)


class SecureHeaders:
    """The secure headers that a task wants of a webhook.

    Args:
        client: knows what was set from here.
        given: the headers with their values; None if they are not given.
        warn: shows a warning to the user.
    """

    def __init__(
        self, client: ConfigCatClient, given: list[dict[str, str]] | None, warn: Callable[[str], None]
    ) -> None:
        self._client = client
        self.given = given
        self._warn = warn

    def wanted(self, current: dict[str, Any] | None) -> Any:
        """Return the desired property: a `Secret` if the headers must be set, None if any are accepted."""
        if self.given is None:
            return None
        names = [{"name": one["name"]} for one in self.given]
        before = current[SECURE] if current else []
        if names == before and (not names or (current and self._memory(current).is_last(SECURE, self.given))):
            return names
        return Secret(self.given) if names else names

    def remember(self, number: int, write: Callable[[], Any]) -> Any:
        """Write a webhook, and remember the values of its secure headers; return what the write returns."""
        if not self.given:
            return write()
        told: list[Any] = []
        self._memory({ID: number}).set(SECURE, self.given, lambda: told.append(write()))
        return told[0]

    def _memory(self, webhook: dict[str, Any]) -> WriteOnlySettings:
        scope = f"{self._client.api_url} webhook {webhook[ID]}"
        return WriteOnlySettings(self._client.storage, scope, self._warn)


def check_headers_known(current: dict[str, Any] | None, wanted: dict[str, Any]) -> None:
    """Refuse to replace the headers of a webhook without the values of its secure ones: they would be lost.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if current and current[SECURE] and wanted[SECURE] is None and "headers" in changes(current, wanted):
        names = ", ".join(one["name"] for one in current[SECURE])
        raise invalid(
            SECURE,
            f"it is required to change headers: the webhook has the secure headers {names}, whose values the API never "
            "returns. An empty list removes them.",
        )


def to_send(current: dict[str, Any], wanted: dict[str, Any]) -> dict[str, Any]:
    """Return properties in the form of the API, with those of ``current`` for headers that are not given."""
    body = {sent: wanted[name] for name, sent in PROPERTIES.items() if wanted.get(name) is not None}
    if wanted.get("headers") is not None or wanted.get(SECURE) is not None:
        headers = current.get("headers", []) if wanted.get("headers") is None else wanted["headers"]
        secure = wanted.get(SECURE) or []
        body["webHookHeaders"] = [
            {"key": one["name"], "value": one["value"], "isSecure": is_secure}
            for is_secure, listed in ((False, headers), (True, secure))
            for one in listed
        ]
    return body


def add_webhook(
    client: ConfigCatClient,
    config: dict[str, Any],
    environment: dict[str, Any],
    wanted: dict[str, Any],
    secure: SecureHeaders,
    absence: Absence | None,
    find: Callable[[], dict[str, Any] | Absence],
) -> dict[str, Any]:
    """Add a webhook, at most once. If another run added it first, it is changed to the desired state.

    Args:
        client: sends the write.
        config: the config.
        environment: the environment.
        wanted: its desired properties.
        secure: its secure headers.
        absence: the proof that it does not exist.
        find: looks it up.

    Raises:
        ToolkitError: ``not_found`` if the API does not list what was added.
    """
    path = f"{object_path(CONFIG, config)}{object_path(ENVIRONMENT, environment)}/webhooks"
    made = client.add(path, to_send({}, plain(wanted)), absence, find)
    if made is not None:
        return as_webhook(secure.remember(number_in(made, ID), lambda: made))
    existing = added_object(f"The webhook for {wanted['url']}", find)
    desired = {**wanted, SECURE: secure.wanted(existing)}
    return change_webhook(client, existing, plain(changes(existing, desired)), secure)


def change_webhook(
    client: ConfigCatClient, current: dict[str, Any], changed: dict[str, Any], secure: SecureHeaders
) -> dict[str, Any]:
    """Change properties of a webhook.

    Only those are sent, because the others include values that nobody can read. If any header changes, all are sent.

    Args:
        client: sends the write.
        current: the webhook.
        changed: the properties that differ, secure headers with their values.
        secure: its secure headers.
    """
    if not changed:
        return current
    if secure.given is not None and {"headers", SECURE} & set(changed):
        changed = {**changed, SECURE: secure.given}
    patch = [{"op": "replace", "path": f"/{name}", "value": value} for name, value in to_send(current, changed).items()]
    number = number_in(current, ID)
    # Replacing a property by the same value twice does no harm.
    write = partial(client.write, "PATCH", webhook_path(number), patch, repeat=True)
    told = secure.remember(number, write) if SECURE in changed else write()
    if told:
        return as_webhook(told)
    names = {SECURE: [{"name": one["name"]} for one in changed[SECURE]]} if SECURE in changed else {}
    return {**current, **changed, **names}


def remove_webhook(client: ConfigCatClient, webhook: dict[str, Any]) -> None:
    """Remove a webhook."""
    client.delete(webhook_path(number_in(webhook, ID)))


def signing_keys(client: ConfigCatClient, webhook: dict[str, Any]) -> dict[str, Any]:
    """Return the keys with which the calls of a webhook are signed: ``key1``, and ``key2`` or None.

    Raises:
        ToolkitError: ``not_found`` if it was removed in the meantime.
    """
    number = number_in(webhook, ID)
    found = client.get(f"{webhook_path(number)}/keys")
    if found is None:
        raise ToolkitError("not_found", f"Webhook {number} has no signing keys.", hint="Run the task again.")
    return {name: found.get(name) for name in ("key1", "key2")}
