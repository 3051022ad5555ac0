# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action ``reseller.toolkit.peertube_platform_check``, which runs on the controller only."""

from __future__ import annotations

from ansible_collections.reseller.toolkit.plugins.plugin_utils.platform_check import PlatformCheck


class ActionModule(PlatformCheck):
    """Compares a platform with the dictionary of the role ``video_platform``."""
