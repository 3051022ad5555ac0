# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signing request that the role ``hosting`` creates with openssl if ``hosting.ssl.key_path`` is given.

Private to the collection. The role and its check pass the same arguments to openssl.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.csr import read_csr
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import ascii_domain
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError


def names_of_request(ssl: dict[str, Any]) -> list[str]:
    """Return the names of the request in canonical form, each once, the common name first."""
    return list(dict.fromkeys(map(_canonical, [ssl.get("common_name", ""), *ssl.get("names", [])])))


def request_arguments(ssl: dict[str, Any]) -> list[str]:
    """Return the arguments of ``openssl req`` that describe the subject and the names."""
    names = names_of_request(ssl)
    attributes = sorted((ssl.get("subject") or {}).items(), key=lambda item: str(item[0]).lower())
    subject = "".join(f"/{name}={_escaped(str(value))}" for name, value in [("CN", names[0]), *attributes])
    return ["-utf8", "-subj", subject, "-addext", f"subjectAltName=DNS:{',DNS:'.join(names)}"]


def fits(pem: str, ssl: dict[str, Any]) -> bool:
    """Return whether an existing request has exactly the desired names."""
    try:
        found = read_csr("csr_path", pem)
        wanted = [ascii_domain("names", name, wildcard=True) for name in names_of_request(ssl)]
    except ToolkitError:
        return False
    return found.common_name == wanted[0] and sorted(found.names) == sorted(set(wanted))


def _canonical(name: str) -> str:
    """Return a name as `ascii_domain` returns it. Other texts stay, and are reported elsewhere."""
    try:
        return ascii_domain("names", name, wildcard=True)
    except ToolkitError:
        return name


def _escaped(value: str) -> str:
    """Return a value with escapes for ``-subj``, where a slash begins the next attribute and a plus sign joins two."""
    return "".join(f"\\{character}" if character in "\\/+" else character for character in value)
