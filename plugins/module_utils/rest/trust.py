# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check that no other user can change a file or folder that decisions depend on.

Private to the collection. The rules are those of OpenSSH's ``StrictModes`` (``safe_path`` in ``misc.c``): each folder
from the root down belongs to root or to this user, and nobody else may write to it. Two things differ. A folder above
may be writable if it is sticky, as ``/tmp`` is, because what lies in it then has to belong to root or to this user. And
a group can be declared trusted.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    # An annotation only.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Finding


#: How many symbolic links are followed before a path counts as a loop, as in Linux.
MOST_LINKS = 40
#: The mode of what others than its owner can change.
OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def folder_findings(path: str, *, trust_group: bool) -> list[Finding]:
    """Return what is wrong with a folder, the folders above it, and those that hold a symbolic link on the way.

    What does not exist yet is acceptable, because this user will create it.

    Args:
        path: an absolute path.
        trust_group: whether members of the process's groups may own and write to the folders.

    Raises:
        OSError: a folder cannot be inspected.
    """
    findings = [_folder_finding("/", os.lstat("/"), is_last=False, trust_group=trust_group)]
    names = _names(path)
    here, links = "/", 0
    while names:
        name = names.pop(0)
        here = os.path.dirname(here) if name == ".." else os.path.join(here, name)
        try:
            status = os.lstat(here)
        except FileNotFoundError:
            break
        if stat.S_ISLNK(status.st_mode):
            links += 1
            if links > MOST_LINKS:
                raise OSError(f"{path}: too many symbolic links")
            findings.append(_owner_finding(here, status, trust_group=trust_group))
            target = os.readlink(here)
            here = "/" if os.path.isabs(target) else os.path.dirname(here)
            names = _names(target) + names
        else:
            findings.append(_folder_finding(here, status, is_last=not names, trust_group=trust_group))
    return list(dict.fromkeys(finding for finding in findings if finding))


def _names(path: str) -> list[str]:
    return [name for name in path.split("/") if name not in ("", ".")]


def _folder_finding(path: str, status: os.stat_result, *, is_last: bool, trust_group: bool) -> Finding | None:
    finding = _owner_finding(path, status, trust_group=trust_group)
    if finding is None and status.st_mode & OTHERS_WRITE and (is_last or not status.st_mode & stat.S_ISVTX):
        # Imported lazily: hardly a folder is open to others, and an ordinary module saves 1 ms.
        from ansible_collections.reseller.toolkit.plugins.module_utils.rest.trust_findings import writable

        finding = writable(path, status, trust_group=trust_group)
    return finding


def _owner_finding(path: str, status: os.stat_result, *, trust_group: bool) -> Finding | None:
    """Return what is wrong with the owner. A symbolic link has an owner, but no meaningful mode."""
    if status.st_uid in (0, os.geteuid()):
        return None
    # Imported lazily, as in `_folder_finding`.
    from ansible_collections.reseller.toolkit.plugins.module_utils.rest.trust_findings import foreign, is_own_group

    return None if trust_group and is_own_group(status) else foreign(path, status)
