# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Say why a file or folder can't be trusted, and which command repairs it.

Private to the collection. `trust` imports it when something is wrong.
"""

from __future__ import annotations

import os
import pwd
import shlex
import stat

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Finding


def file_finding(path: str, *, trust_group: bool) -> Finding | None:
    """Return what is wrong with a file of this user; None if nothing is, or if there is no file.

    Args:
        path: the file.
        trust_group: whether members of the process's groups may own and write to it.

    Raises:
        OSError: the file cannot be inspected.
    """
    try:
        status = os.lstat(path)
    except FileNotFoundError:
        return None
    if not stat.S_ISREG(status.st_mode):
        return Finding(path, "it is no regular file", f"rm -r {shlex.quote(path)}")
    # Unlike a folder above it, a file that root wrote is not this user's.
    if status.st_uid != os.geteuid() and not (trust_group and is_own_group(status)):
        return foreign(path, status)
    return writable(path, status, trust_group=trust_group)


def foreign(path: str, status: os.stat_result) -> Finding:
    """Return that a file or folder belongs to another user."""
    change = "chown -h" if stat.S_ISLNK(status.st_mode) else "chown"
    repair = f"{change} {shlex.quote(_user_name())} {shlex.quote(path)}"
    return Finding(path, f"it belongs to another user (uid {status.st_uid})", repair, is_own_group(status))


def writable(path: str, status: os.stat_result, *, trust_group: bool) -> Finding | None:
    """Return who else can write to a file or folder; None if nobody can."""
    repair = f"chmod g-w,o-w {shlex.quote(path)}"
    if status.st_mode & stat.S_IWOTH:
        return Finding(path, "every user can write to it", repair)
    if status.st_mode & stat.S_IWGRP and not (trust_group and is_own_group(status)):
        return Finding(path, f"its group (gid {status.st_gid}) can write to it", repair, is_own_group(status))
    return None


def is_own_group(status: os.stat_result) -> bool:
    """Return whether the process is a member of the group that a file belongs to."""
    return status.st_gid in {os.getegid(), *os.getgroups()}


def _user_name() -> str:
    """Return the name of the current user; the number if it has no name, as in a container."""
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        return str(os.geteuid())
