# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The storage of the service: with ``output: file`` a response holds a link, which needs no key."""

from __future__ import annotations

import secrets

from fastapi import APIRouter, Request, Response

from sandbox.context import Context, CurrentContext
from sandbox.errors import not_found

SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    token TEXT PRIMARY KEY,
    name TEXT NOT NULL,
    media_type TEXT NOT NULL,
    content BLOB NOT NULL
);
"""
PATH = "/files/"

router = APIRouter()


def answer(context: Context, request: Request, output: str, content: bytes, media_type: str, name: str) -> Response:
    """Return the response with some content: itself, or a link to it."""
    if output == "buffer":
        return Response(content, media_type=media_type)
    token = secrets.token_urlsafe(24)
    context.store.insert("files", token=token, name=name, media_type=media_type, content=content)
    link = f"{str(request.base_url).rstrip('/')}{PATH}{token}/{name}"
    return Response(link, media_type="text/plain; charset=utf-8")


@router.get(PATH + "{token}/{name}")
async def download(context: CurrentContext, token: str, name: str) -> Response:
    """Return a stored file."""
    row = context.store.one("SELECT * FROM files WHERE token = ? AND name = ?", token, name)
    if row is None:
        raise not_found("file", name)
    return Response(row["content"], media_type=row["media_type"])
