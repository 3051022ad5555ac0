# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Forms with files: ``multipart/form-data`` (RFC 7578).

Private to the collection; names no service.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class FilePart(NamedTuple):
    """A file in a form.

    Attributes:
        name: the file's name that the server is told.
        content: the file's content.
        content_type: its media type.
    """

    name: str
    content: bytes
    content_type: str = "application/octet-stream"


def encoded(fields: Mapping[str, str], files: Mapping[str, FilePart]) -> tuple[bytes, str]:
    """Return a form as the body of a request, and the value of its ``Content-Type``.

    Args:
        fields: the values of fields by their names.
        files: the files by the names of their fields. They follow the fields, because a server that reads the form as
            a stream must know the fields first.
    """
    # `requests` brings it; without that, this file must still be importable.
    from urllib3.filepost import encode_multipart_formdata

    body, content_type = encode_multipart_formdata([*fields.items(), *files.items()])
    return body, str(content_type)
