# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check where a module is to write a file.

Private to the collection.
"""

from __future__ import annotations

import os

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import absolute, invalid


def check_new_file(option: str, path: str) -> str:
    """Return a path where a file can be stored; refuse others before the content is paid for.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    folder = os.path.dirname(absolute(option, path))
    if os.path.isdir(path):
        raise invalid(option, f"{path} is a folder.")
    if not os.path.isdir(folder):
        raise invalid(option, f"the folder {folder} does not exist. Create it first.")
    # A new file is written beside it and replaces it as a whole.
    if not os.access(folder, os.W_OK | os.X_OK):
        raise invalid(option, f"the folder {folder} is not writable.")
    if os.path.lexists(path) and not os.access(path, os.R_OK):
        raise invalid(option, f"{path} is not readable.")
    return path
