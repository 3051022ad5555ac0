# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Generate the documentation page that lists which module uses which operation of the API, from the exchange logs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.contract.contracts import CONTRACTS, Contract, header

USER = re.compile(r"reseller\.toolkit/\S+ \(Ansible collection; (\w+)\)")

BEGIN = """# Which module uses which operation

Made by `make operations` from the requests that the modules sent in the tests and that the sandbox carried out; `make
test` fails when it is no longer true. The module for raw calls of a service, such as `reseller_api`, can call every
operation, and is named only where no other module does; `inventory` is the inventory plugin.
"""
TITLES = {
    "reseller": "The reseller API (v2)",
    "configcat": "ConfigCat's public management API",
    "peertube": "PeerTube's API",
    "crossbrowsertesting": "CrossBrowserTesting's screenshot API (v3)",
    "departureboard": "The departureboard.io API (v2.0)",
    "dataflowkit": "Dataflow Kit's API",
}
#: The operations that log in. Which module is the first one in a test says nothing about it.
LOGIN = {"peertube": {"GET /oauth-clients/local", "POST /users/token", "GET /users/me"}}


def user_of(exchange: Mapping[str, Any]) -> str | None:
    """Return the module that sent the request, from its User-Agent; None for other clients."""
    found = USER.fullmatch(header(exchange["request_headers"], "user-agent"))
    return found and found.group(1)


def page(users: Mapping[str, Mapping[str, Iterable[str]]], services: Iterable[str]) -> str:
    """Return the page as Markdown.

    Args:
        users: the modules by service and operation.
        services: the services that have a section.
    """
    return BEGIN + "".join(_section(CONTRACTS[name], users[name]) for name in services)


def _section(contract: Contract, users: Mapping[str, Iterable[str]]) -> str:
    head = f"\n## {TITLES[contract.name]}\n\n| operation | used by |\n| --- | --- |\n"
    rows = [
        f"| `{operation}` | {_cell(contract, operation, users[operation])} |\n" for operation in contract.operations
    ]
    return head + "".join(rows)


def _cell(contract: Contract, operation: str, names: Iterable[str]) -> str:
    """Return the modules of an operation, or why none covers it; one for raw calls only without others."""
    if operation in LOGIN.get(contract.name, ()):
        return "every module, to log in"
    raw, found = f"{contract.name}_api", sorted(set(names))
    used = ", ".join(f"`{name}`" for name in found if name != raw or found == [raw])
    reason = contract.left_out.get(operation)
    is_left_out = reason and not set(found) - {raw}
    return f"left out: {reason}" if is_left_out else used or "nothing"
