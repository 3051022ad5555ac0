# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of a certificate: the requested ones, and whether a certificate covers them.

Private to the collection. Separate from the code that reads requests and certificates, so that tasks which only compare
names do not import cryptography.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import shown_name


@dataclass(frozen=True)
class SigningRequest:
    """The content of a certificate signing request.

    Attributes:
        pem: the request as it is sent.
        common_name: in canonical form.
        names: all names, the common name first, the others sorted.
        missing: the subject's recommended attributes that it lacks, by their codes.
        public_key: its key, as `csr.key_digest` names it.
    """

    pem: str
    common_name: str
    names: tuple[str, ...]
    missing: tuple[str, ...]
    public_key: str


def covers(certificate_names: Iterable[str], wanted: Iterable[str]) -> bool:
    """Return whether a certificate for these names covers all desired ones.

    A wildcard stands for exactly one label (RFC 6125, 6.4.3), and only the same wildcard covers a desired wildcard.
    """
    names = set(map(shown_name, certificate_names))
    return all(name in names or (not name.startswith("*.") and _wildcard_of(name) in names) for name in wanted)


def _wildcard_of(name: str) -> str:
    return "*." + name.partition(".")[2]
