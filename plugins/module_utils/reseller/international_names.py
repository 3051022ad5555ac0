# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Convert labels of names that are not in ASCII (IDNA 2008).

Private to the collection. `name_checks` imports it for such labels only.
"""

from __future__ import annotations

import unicodedata

from ansible.module_utils.basic import missing_required_lib

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError

#: What to do about a label that exists although IDNA 2008 refuses it, such as one with an emoji.
WRITE_ACE = "If it exists even so, write it as xn--…"


def idna_label_of(option: str, label: str, name: str) -> str:
    """Return a label by IDNA 2008 as it is sent.

    Args:
        option: the option's name, for the message.
        label: the label.
        name: the whole name, for the message.

    Raises:
        ToolkitError: ``invalid_option``, when IDNA refuses it; ``missing_library``.
    """
    try:
        return _idna_label(label)
    except ImportError as error:
        raise ToolkitError("missing_library", missing_required_lib("idna")) from error
    except UnicodeError as error:
        raise invalid(option, f"{name!r} is not a name that IDNA 2008 allows. {WRITE_ACE}") from error


def _idna_label(label: str) -> str:
    """Return the label by IDNA 2008.

    Raises:
        ImportError: `idna` is missing; it comes with `requests`.
        UnicodeError: it refuses the label.
    """
    import idna

    # The capital is mapped to ß, or to ss by the tables of older Unicode versions: that would be another name.
    mapped = label.replace("\u1e9e", "ß")
    encoded = idna.encode(mapped, uts46=True, transitional=False).decode("ascii")
    if "." in encoded:
        raise UnicodeError("a character is mapped to a dot")
    return encoded


def encoded_label(label: str) -> str:
    """Return a label that the API shows in ASCII; what IDNA refuses is encoded without its rules (RFC 3492)."""
    try:
        return _idna_label(label)
    except (ImportError, UnicodeError):
        folded = unicodedata.normalize("NFC", label.lower())
        return "xn--" + folded.encode("punycode").decode("ascii")
