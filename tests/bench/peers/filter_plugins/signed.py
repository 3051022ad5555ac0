# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signature of the reseller API, as one would write it without a collection: for playbooks, and to import."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import time
import uuid
from urllib.parse import quote


def signed(call: str, body: str = "") -> str:
    """Return the header ``Authorization`` of a call such as ``GET /v2/accounts``, with credentials from the
    environment.
    """
    key, secret = os.environ["RESELLER_API_KEY"], os.environ["RESELLER_API_SECRET"]
    method, target = call.split(" ", 1)
    moment, nonce = str(int(time.time())), uuid.uuid4().hex
    content = base64.b64encode(hashlib.md5(body.encode()).digest()).decode() if body else ""
    text = key + method.lower() + quote(target.lower(), safe="") + moment + nonce + content
    signature = base64.b64encode(hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()).decode()
    return f"hmac {key}:{signature}:{nonce}:{moment}"


class FilterModule:
    """Registers the filter."""

    def filters(self) -> dict[str, object]:
        """Return the filters of this file."""
        return {"signed": signed}
