# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of ``reseller.toolkit.crossbrowsertesting_screenshot``."""

from __future__ import annotations

from ansible_collections.reseller.toolkit.plugins.modules import crossbrowsertesting_screenshot
from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """Runs ``crossbrowsertesting_screenshot``."""

    module = crossbrowsertesting_screenshot
