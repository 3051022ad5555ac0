# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that a user names: read one, keep a certificate in one.

Private to the collection.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.csr import pfx_fingerprint
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.names import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import write_file

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
    from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

PRIVATE_MODE = 0o600


def absolute(option: str, path: str) -> str:
    """The path, if it means the same file wherever the task runs.

    Raises:
        ToolkitError: ``invalid_option``, for a relative path.
    """
    if not os.path.isabs(path):
        raise invalid(option, f"{path!r} must be absolute, or begin with ~.")
    return path


def read_text(option: str, path: str) -> str:
    """The file's text.

    Raises:
        ToolkitError: ``invalid_option``, when it can't be read.
    """
    try:
        with open(absolute(option, path), encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise invalid(option, f"{path} can't be read: {error}.") from error


def keep_pfx(task: Task, client: ResellerClient, fingerprint: str, path: str, password: str) -> tuple[str, str]:
    """See to it that a file holds the certificate and its chain, readable for its owner only.

    Whether it does is told by the certificate inside: the bytes differ with each download.

    Returns:
        what the file was and what it is, each a fingerprint with a mode; the same when nothing had to be done.

    Raises:
        ToolkitError: ``file``, when it can't be written.
    """
    wanted = f"{fingerprint.lower()} {PRIVATE_MODE:04o}"
    try:
        with open(path, "rb") as file:
            found = pfx_fingerprint(file.read(), password) or "not readable with this password"
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
        before = f"{found} {mode:04o}"
    except FileNotFoundError:
        found, before = "", "absent"
    except OSError as error:
        raise ToolkitError("file", f"pfx_path: {path} can't be read: {error}.") from error
    if before == wanted or task.check_mode:
        return before, wanted
    try:
        if found == fingerprint.lower():
            os.chmod(path, PRIVATE_MODE)
        else:
            write_file(path, client.ssl_certificate_pfx(fingerprint, password), durable=True)
    except OSError as error:
        raise ToolkitError("file", f"pfx_path: {path} can't be written: {error}.") from error
    return before, wanted
