# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks remember of an API between runs: where an order is noted (`journal`), which case of a signature it takes.

Private to the collection.
"""

from __future__ import annotations

import os

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import (
    fingerprint,
    private_dir,
    read_json,
    write_json,
)


def order_id(api_url: str, endpoint: str, key: str) -> str:
    """The name under which an order is noted; see `Intent` for its parts."""
    return fingerprint(f"{api_url} {endpoint} {key}")


def journal_dir(state_dir: str) -> str:
    """The folder in which orders are noted."""
    return os.path.join(state_dir, "journal")


def order_file(folder: str, name: str) -> str:
    """The file in the journal's folder that an order of this name (`order_id`) is noted in."""
    return os.path.join(folder, name + ".json")


def learned_case(state_dir: str, api_url: str) -> bool:
    """Whether this API is known to want the case of a target kept when it is signed."""
    try:
        return bool((read_json(_path(state_dir, api_url)) or {}).get("keep_case"))
    except (OSError, ValueError, AttributeError):
        return False


def remember_case(state_dir: str, api_url: str, keep_case: bool) -> None:
    """Keep what was learned for the next tasks. It only saves a request, so a failure to write does not matter."""
    path = _path(state_dir, api_url)
    try:
        private_dir(os.path.dirname(path))
        write_json(path, {"api_url": api_url, "keep_case": keep_case}, durable=False)
    except OSError:
        pass


def _path(state_dir: str, api_url: str) -> str:
    return os.path.join(state_dir, "signing", fingerprint(api_url) + ".json")
