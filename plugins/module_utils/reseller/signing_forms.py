# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Remember between tasks which form of a signed target an API accepts (`SigningForm`).

Private to the collection.
"""

from __future__ import annotations

import os

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.auth import SigningForm
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.state_files import (
    fingerprint,
    private_dir,
    read_json,
    write_json,
)


def read_signing_form(state_dir: str, api_url: str) -> SigningForm:
    """Return the form of a signed target that this API is known to accept; the usual one if unknown."""
    try:
        noted = read_json(_path(state_dir, api_url)) or {}
        return SigningForm(**{name: noted[name] for name in SigningForm._fields if isinstance(noted.get(name), bool)})
    except (OSError, ValueError, AttributeError):
        return SigningForm()


def store_signing_form(state_dir: str, api_url: str, form: SigningForm) -> None:
    """Store what was learned for later tasks. This only saves requests, so a failure to write does not matter."""
    path = _path(state_dir, api_url)
    try:
        private_dir(os.path.dirname(path))
        write_json(path, {"api_url": api_url, **form._asdict()}, durable=False)
    except OSError:
        pass


def _path(state_dir: str, api_url: str) -> str:
    return os.path.join(state_dir, "signing", fingerprint(api_url) + ".json")
