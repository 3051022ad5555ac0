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

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import absolute, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.csr import pfx_fingerprint
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.endpoints.certificates import (
    download_ssl_certificate,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state import write_file

if TYPE_CHECKING:
    from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient

PRIVATE_MODE = 0o600


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


def check_pfx_path(path: str) -> None:
    """Refuse a path at which no file can be kept, before a certificate for it is paid for.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    folder = os.path.dirname(absolute("pfx_path", path))
    if os.path.isdir(path):
        raise invalid("pfx_path", f"{path} is a folder.")
    if not os.path.isdir(folder):
        raise invalid("pfx_path", f"the folder {folder} does not exist. Create it first.")
    # The file is replaced as a whole, by a new one beside it.
    if not os.access(folder, os.W_OK | os.X_OK):
        raise invalid("pfx_path", f"the folder {folder} is not writable.")
    if os.path.lexists(path) and not os.access(path, os.R_OK):
        raise invalid("pfx_path", f"{path} is not readable.")


def pfx_as_wanted(fingerprint: str) -> str:
    """What `pfx_state` says of a file that holds this certificate and is readable for its owner only."""
    return f"{fingerprint.lower()} {PRIVATE_MODE:04o}"


def pfx_state(path: str, password: str) -> str:
    """What the file holds, told by the fingerprint of the certificate inside, and its mode.

    The bytes tell nothing: they differ with each download.

    Raises:
        ToolkitError: ``file``, when it can't be read.
    """
    try:
        with open(path, "rb") as file:
            found = pfx_fingerprint(file.read(), password) or "not readable with this password"
            return f"{found} {stat.S_IMODE(os.fstat(file.fileno()).st_mode):04o}"
    except FileNotFoundError:
        return "absent"
    except OSError as error:
        raise ToolkitError("file", f"pfx_path: {path} can't be read: {error}.") from error


def write_pfx(client: ResellerClient, fingerprint: str, path: str, password: str, state: str) -> None:
    """Let the file hold the certificate and its chain, readable for its owner only.

    Args:
        client: downloads it.
        fingerprint: the certificate's SHA-1 fingerprint.
        path: the file.
        password: its password.
        state: what `pfx_state` said of it: if only the mode is wrong, nothing is downloaded.

    Raises:
        ToolkitError: ``file``, when it can't be written.
    """
    try:
        if state.split()[0] == fingerprint.lower():
            os.chmod(path, PRIVATE_MODE)
        else:
            write_file(path, download_ssl_certificate(client, fingerprint, password), durable=True)
    except OSError as error:
        raise ToolkitError("file", f"pfx_path: {path} can't be written: {error}.") from error
