# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The lookup plugin ``departureboard``."""

from __future__ import annotations

DOCUMENTATION = r"""
name: departureboard
short_description: Boards of UK stations for templates
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Reads the board of one or several stations from departureboard.io, with one request for each.
  - A lookup runs on the controller, and again each time its template is evaluated. Assign its result to a variable with
    C(set_fact), or use M(reseller.toolkit.departureboard_info), to read it once.
extends_documentation_fragment:
  - reseller.toolkit.departureboard
  - reseller.toolkit.departureboard.board
  - reseller.toolkit.connection
options:
  _terms:
    description: The CRS codes of the stations.
    type: list
    elements: str
    required: true
  board:
    description: The board to read.
    type: str
    choices: [departures, arrivals, arrivals_and_departures, next_departures, fastest_departures]
    default: departures
  api_key:
    env:
      - name: DEPARTUREBOARD_API_KEY
  api_url:
    env:
      - name: DEPARTUREBOARD_API_URL
  ca_path:
    env:
      - name: REQUESTS_CA_BUNDLE
  state_dir:
    env:
      - name: RESELLER_STATE_DIR
  state_dir_group:
    env:
      - name: RESELLER_STATE_DIR_GROUP
seealso:
  - module: reseller.toolkit.departureboard_info
"""

EXAMPLES = r"""
- name: Show when the next train to Peterborough leaves
  ansible.builtin.debug:
    msg: "{{ board.location_name }}: {{ board.services | map(attribute='std') | first | default('no train') }}"
  vars:
    board: "{{ lookup('reseller.toolkit.departureboard', 'KGX', filter_station='PBO') }}"

- name: Show what arrives at two stations
  ansible.builtin.debug:
    msg: "{{ item.location_name }}: {{ item.services | length }} services arrive in the next hour"
  loop: "{{ query('reseller.toolkit.departureboard', 'KGX', 'PBO', board='arrivals', time_window=60) }}"
  loop_control:
    label: "{{ item.crs }}"
"""

RETURN = r"""
_raw:
  description: One board for each station, as M(reseller.toolkit.departureboard_info) returns it.
  type: list
  elements: dict
"""

from typing import Any

from ansible.errors import AnsibleLookupError
from ansible.module_utils.basic import missing_required_lib
from ansible.plugins.lookup import LookupBase
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.gather import (
    checked_gather_options,
    gathered,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.departureboard.options import (
    board_options,
    connection_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import REQUESTS_ERROR
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, result_of


class LookupModule(LookupBase):
    """Reads the boards of stations."""

    def run(self, terms: list[Any], variables: dict[str, Any] | None = None, **options: Any) -> list[Any]:
        """Return the board of each station; no text in it is a template.

        Raises:
            AnsibleLookupError: an option is wrong, or the API can't be read.
        """
        self.set_options(var_options=variables, direct=options)
        if REQUESTS_ERROR is not None:
            raise AnsibleLookupError(missing_required_lib("requests"))
        names = [*connection_options(), *board_options()]
        params = {name: plain(self.get_option(name)) for name in names}
        board = self.get_option("board")

        def read(task: Task) -> dict[str, Any]:
            """Read a board for each term."""
            others = {"gather": [board], "service_id": None, "station_name": None}
            wanted = [checked_gather_options({**params, **others, "crs": plain(term)}) for term in terms]
            return {"boards": [gathered(task, one)[board] for one in wanted]}

        # As in check mode: a lookup only reads.
        secrets = {str(params["api_key"] or "")} - {""}
        result = result_of(read, Task(params, check_mode=True, name="lookup", secrets=secrets))
        if result.get("failed"):
            raise AnsibleLookupError(result["msg"])
        return [wrap_var(one) for one in result["boards"]]


def plain(value: Any) -> Any:
    """Return an option without the types that Ansible marks texts with."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
