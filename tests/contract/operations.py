# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of the documentation that says which module uses which operation of the API, made from what was sent."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from tests.contract.checker import CONTRACT, header

#: It sends whatever it is told to, so that it says something only where no other module does.
RAW = "reseller_api"
USER = re.compile(r"reseller\.toolkit/\S+ \(Ansible collection; (\w+)\)")

BEGIN = """# Which module uses which operation

Made by `make operations` from the requests that the modules sent in the tests and that the sandbox carried out; `make
test` fails when it is no longer true. `reseller_api` can call every operation, and is named only where no other module
does; `inventory` is the inventory plugin.

| operation | used by |
| --- | --- |
"""


def user_of(exchange: Mapping[str, Any]) -> str | None:
    """The module that sent the request, as its User-Agent says; None for what is no module."""
    found = USER.fullmatch(header(exchange["request_headers"], "user-agent"))
    return found and found.group(1)


def page(users: Mapping[str, Iterable[str]]) -> str:
    """The page, as Markdown.

    Args:
        users: the modules by operation.
    """
    return BEGIN + "".join(f"| `{operation}` | {_cell(users[operation])} |\n" for operation in CONTRACT["operations"])


def _cell(names: Iterable[str]) -> str:
    found = sorted(set(names))
    return ", ".join(f"`{name}`" for name in found if name != RAW or found == [RAW]) or "nothing"
