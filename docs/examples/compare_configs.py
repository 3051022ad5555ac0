# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare what two configs serve to the same users, as ConfigCat's SDK for Python evaluates them.

It requires ``configcat-client``. ``move_config_to_v2.yml`` runs it, with an object of JSON in the standard input:

- ``before`` and ``after``: the SDK keys of the configs, as ``configcat_sdk_key_info`` returns them.
- ``feature_flags`` and ``segments``: as ``configcat_info`` returns them. Their rules say which users to compare for.
- ``users``: further users, with ``identifier``, and optionally ``email``, ``country`` and ``custom``.
- ``numbered_users``: how many identifiers ``user-0``, ``user-1`` and so on to compare for.
- ``base_url``: the server that the SDK reads from; if empty, ConfigCat's own.

It exits with status 1 if a user is served different values. SDK keys are never printed.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from typing import Any

from configcatclient.configcatclient import ConfigCatClient
from configcatclient.configcatoptions import ConfigCatOptions
from configcatclient.pollingmode import PollingMode
from configcatclient.user import User

MOST_SHOWN = 20
PREDEFINED = {"Identifier": "identifier", "Email": "email", "Country": "country"}

Person = dict[str, Any]


def main() -> None:
    """Compare in each environment, and report."""
    logging.disable(logging.CRITICAL)
    given = json.load(sys.stdin)
    people = [None, *people_to_compare(given)]
    before, after = ({key["environment"]: key["primary"] for key in given[name]} for name in ("before", "after"))
    if set(before) != set(after):
        sys.exit("The SDK keys are not those of the same environments.")
    differences = [
        f"{environment}: {line}"
        for environment in before
        for line in compared(before[environment], after[environment], given["base_url"], people)
    ]
    for line in differences[:MOST_SHOWN]:
        print(line)
    print(f"{len(people)} users in {len(before)} environments: {len(differences)} differences")
    sys.exit(1 if differences else 0)


def people_to_compare(given: dict[str, Any]) -> Iterator[Person]:
    """Yield the users: those given, numbered ones, and one for each value that a rule or a segment compares with."""
    yield from given["users"]
    yield from ({"identifier": f"user-{number}"} for number in range(given["numbered_users"]))
    for condition in (*given["segments"], *conditions(given["feature_flags"]["environments"])):
        attribute = condition.get("comparison_attribute")
        for value in values_of(condition.get("comparison_value")) if attribute else ():
            named = PREDEFINED.get(attribute)
            yield {"identifier": "somebody", **({named: value} if named else {"custom": {attribute: value}})}


def conditions(part: Any) -> Iterator[dict[str, Any]]:
    """Yield the conditions at any depth of the dictionary."""
    if isinstance(part, dict):
        if "comparison_attribute" in part:
            yield part
        for inner in part.values():
            yield from conditions(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from conditions(inner)


def values_of(comparison: Any) -> list[str]:
    """Return the values in a comparison value, which is a list, a text with commas, or a number."""
    items = comparison if isinstance(comparison, list) else str(comparison).split(",")
    return [str(item).strip() for item in items]


def compared(before: str, after: str, base_url: str, people: list[Person | None]) -> Iterator[str]:
    """Yield a line for each user and flag whose value differs between two SDK keys."""
    clients = [opened(key, base_url) for key in (before, after)]
    for person in people:
        user = User(**person) if person else None
        old, new = ({key: repr(value) for key, value in client.get_all_values(user).items()} for client in clients)
        for key in sorted(old.keys() | new.keys()):
            if old.get(key) != new.get(key):
                yield f"{key}: {old.get(key)} before, {new.get(key)} after, for {person or 'no user'}"


def opened(sdk_key: str, base_url: str) -> ConfigCatClient:
    """Return the SDK with the current values of an SDK key."""
    options = ConfigCatOptions(base_url=base_url or None, polling_mode=PollingMode.manual_poll())
    client = ConfigCatClient.get(sdk_key, options)
    result = client.force_refresh()
    if not result.is_success:
        sys.exit("The SDK could not read the values. Check the network and move_cdn_url.")
    return client


if __name__ == "__main__":
    main()
