# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of ``reseller.toolkit.peertube_video_files``."""

from __future__ import annotations

from ansible_collections.reseller.toolkit.plugins.modules import peertube_video_files
from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """Runs ``peertube_video_files``."""

    module = peertube_video_files
