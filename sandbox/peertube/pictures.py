# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Avatars and banners that are uploaded."""

from __future__ import annotations

from pathlib import PurePath

from sandbox.peertube import actors, files
from sandbox.peertube.ask import Ask
from sandbox.peertube.errors import crash
from sandbox.peertube.tables import Row

_EXTENSIONS = (".png", ".jpeg", ".jpg", ".gif", ".webp")
_WIDTHS = {"avatars": (1500, 600, 120, 48), "banners": (1920, 600)}


def received(ask: Ask, kind: str) -> list[Row]:
    """Store a picture of a form and return the entries of its sizes.

    :param kind: ``avatars`` or ``banners``.
    """
    name = f"{kind.removesuffix('s')}file"
    if any(other != name for other in ask.files):
        raise crash("Unexpected field", "MulterError")
    file = ask.files.get(name)
    extension = PurePath(file.name).suffix.lower() if file else ""
    most = (8 if ask.newer else 4) * 1024 * 1024
    if file is None or extension not in _EXTENSIONS or len(file.content) > most:
        ask.wrong(**{name: None})
    assert file is not None
    found = actors.pictures(ask, kind, _WIDTHS[kind], extension)
    for entry in found:
        files.write(ask.context, entry["path"], file.content)
    return found


def shown(ask: Ask, kind: str, entries: list[Row]) -> Row:
    """Return the response to a new picture."""
    return {kind: [actors.picture_shown(ask, entry) for entry in entries]}
