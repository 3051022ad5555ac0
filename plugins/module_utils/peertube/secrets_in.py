# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets in PeerTube's responses.

Private to the collection. Seen in responses: tokens of logins, feeds, files, runners and their jobs, stream keys, the
secret and the address of a second factor, passwords of videos.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

#: Properties that hold a secret, by the end of their names.
SECRET = re.compile(r"(token|secret|password|passwords|streamkey)$", re.IGNORECASE)
#: How an address begins that contains the secret of a second factor.
OTP_ADDRESS = "otpauth:"


def secrets_in(data: Any) -> Iterator[str]:
    """Yield the secrets in the JSON of a response."""
    if isinstance(data, list):
        for item in data:
            yield from secrets_in(item)
    if not isinstance(data, dict):
        return
    for name, value in data.items():
        values = value if isinstance(value, list) else [value]
        for text in values:
            if isinstance(text, str) and text and (SECRET.search(str(name)) or text.startswith(OTP_ADDRESS)):
                yield text
        yield from secrets_in(value)
