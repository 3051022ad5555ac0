# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup plugin ``departureboard`` when something fails."""

from __future__ import annotations

import traceback
from typing import Any
from urllib.parse import quote

import pytest
from ansible.errors import AnsibleLookupError

from ansible_collections.reseller.toolkit.plugins.lookup import departureboard
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.client import DepartureBoardClient
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.options import (
    board_options,
    connection_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

KEY = "key/of+ada"
URL = f"https://api.example/api/v2.0/getDeparturesByCRS/KGX?apiKey={quote(KEY, safe='')}"


class Lookup(departureboard.LookupModule):
    """The lookup with these options, as Ansible would find them in its documentation."""

    def set_options(self, *_args: Any, direct: dict[str, Any], **_how: Any) -> None:
        options = {**connection_options(), **board_options()}
        defaults = {name: option.get("default") for name, option in options.items()}
        self._options = {**defaults, "board": "departures", **direct}

    def get_option(self, option: str, hostvars: Any = None) -> Any:
        return self._options[option]


def looked_up(*terms: Any) -> list[Any]:
    """Return what the lookup returns."""
    return Lookup().run(list(terms), {}, api_key=KEY, api_url="http://127.0.0.1:9")


@pytest.mark.parametrize(
    "error", [RuntimeError(URL), RecursionError(URL), SystemExit(URL), ToolkitError("protocol", f"Failed: {URL}")]
)
def test_no_failure_shows_the_key(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> None:
    def fail(*_args: Any) -> None:
        raise error

    monkeypatch.setattr(departureboard, "gathered", fail)
    with pytest.raises(AnsibleLookupError, match=r"getDeparturesByCRS/KGX\?apiKey=\*") as caught:
        looked_up("KGX")
    shown = "".join(traceback.format_exception(caught.value))
    assert KEY not in shown and quote(KEY, safe="") not in shown


def test_mistakes_of_any_type_are_refused_before_a_request(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DepartureBoardClient, "for_task", None)
    for term in (7, None, ["KGX", "PBO"], {"crs": "KGX"}, "", "London", "K\0X"):
        with pytest.raises(AnsibleLookupError, match="crs: "):
            looked_up("KGX", term)
