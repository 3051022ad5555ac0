# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files that a user names: read a text, and store a certificate.

Private to the collection.
"""

from __future__ import annotations

import os
import stat
from typing import Any, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import absolute, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificate_names import (
    SigningRequest,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import download_ssl_certificate
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.csr import Leaf, leaf_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.atomic_files import write_file
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import text_in

PRIVATE_MODE = 0o600


def read_text(option: str, path: str) -> str:
    """Return the file's text.

    Raises:
        ToolkitError: ``invalid_option``, when it can't be read.
    """
    try:
        with open(absolute(option, path), encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise invalid(option, f"{path} can't be read: {error}.") from error


def check_new_pfx_password(password: str) -> None:
    """Refuse a password that the API may not accept, before the certificate is paid for.

    It is sent in the query of the download. How the API signs characters there is undocumented, and clients in
    production differ in three of them.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    if set(password) & set(" +~"):
        raise invalid(
            "pfx_password",
            "it holds a space, a plus sign or a tilde, with which the download may fail. Choose another password "
            "before the certificate is ordered.",
        )


class KeptPfx(NamedTuple):
    """The content of a file at ``pfx_path``.

    Attributes:
        state: the fingerprint of the certificate inside and the file's mode. The bytes can't be compared, because they
            differ with each download.
        leaf: the certificate inside; None if none can be read with the password.
    """

    state: str
    leaf: Leaf | None = None


def pfx_as_wanted(fingerprint: str) -> str:
    """Return the state of a file that holds this certificate and that only its owner can read."""
    return f"{fingerprint.lower()} {PRIVATE_MODE:04o}"


def kept_pfx(path: str, password: str) -> KeptPfx:
    """Return the content of the file.

    Raises:
        ToolkitError: ``file``, when it can't be read.
    """
    try:
        with open(path, "rb") as file:
            leaf = leaf_in(file.read(), password)
            told = leaf.fingerprint if leaf else "not readable with this password"
            return KeptPfx(f"{told} {stat.S_IMODE(os.fstat(file.fileno()).st_mode):04o}", leaf)
    except FileNotFoundError:
        return KeptPfx("absent")
    except OSError as error:
        raise ToolkitError("file", f"pfx_path: {path} can't be read: {error}.") from error


def compared_pfx(
    client: ResellerClient, certificate: dict[str, Any], csr: SigningRequest, kept: KeptPfx, password: str
) -> bytes | None:
    """Return the PFX to write for a certificate whose key is that of the signing request.

    The certificate itself is checked: in the file, if it already holds this certificate, or in the download.

    Args:
        client: downloads it.
        certificate: as the API lists it.
        csr: the signing request.
        kept: the content of the file.
        password: the file's password.

    Returns:
        the PFX; None if the file already holds the certificate, so that nothing was downloaded.

    Raises:
        ToolkitError: ``key_differs``; ``protocol``, when the download is not this certificate.
    """
    fingerprint = text_in(certificate, "sha1_fingerprint")
    content, leaf = None, kept.leaf
    if leaf is None or leaf.fingerprint != fingerprint.lower():
        content = download_ssl_certificate(client, fingerprint, password)
        leaf = leaf_in(content, password)
        if leaf is None or leaf.fingerprint != fingerprint.lower():
            told = f"certificate {leaf.fingerprint}" if leaf else "nothing that can be opened with pfx_password"
            raise ToolkitError(
                "protocol",
                f"The download of certificate {fingerprint} holds {told}. It was not written to pfx_path.",
                hint="Download it in the control panel, and contact the vendor's support if that is no better.",
            )
    if leaf.public_key != csr.public_key:
        raise ToolkitError(
            "key_differs",
            f"Certificate {fingerprint} of {csr.common_name} is valid, and belongs to another key than the signing "
            "request. It was not written to pfx_path.",
            hint="Use the signing request of the certificate's own key. If that key is lost, remove or replace the "
            "certificate in the control panel, and run the task again. Another one is never ordered by itself.",
            certificate=certificate,
        )
    return content


def write_pfx(path: str, content: bytes | None) -> None:
    """Write the certificate and its chain to the file, so that only its owner can read it.

    Args:
        path: the file.
        content: the new content; None if only the file's mode is wrong.

    Raises:
        ToolkitError: ``file``, when it can't be written.
    """
    try:
        if content is None:
            os.chmod(path, PRIVATE_MODE)
        else:
            write_file(path, content, durable=True)
    except OSError as error:
        raise ToolkitError("file", f"pfx_path: {path} can't be written: {error}.") from error
