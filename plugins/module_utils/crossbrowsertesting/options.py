# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that CrossBrowserTesting modules share.

Private to the collection. Their documentation is in ``doc_fragments/crossbrowsertesting.py`` and
``doc_fragments/connection.py``.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.basic_login import login_options

#: The address of the vendor's service, which may no longer exist.
DEFAULT_URL = "https://crossbrowsertesting.com"


def connection_options() -> dict[str, dict[str, Any]]:
    """Return the options of the connection, which every module has."""
    return login_options("CROSSBROWSERTESTING", DEFAULT_URL)
