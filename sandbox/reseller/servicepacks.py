# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The service packs that can be ordered: a fixed table."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AssetType = Literal["domain", "linux_hosting", "mysql", "dns", "mailbox", "windows_hosting"]

_DOMAIN: tuple[AssetType, ...] = ("domain", "dns", "mailbox")


@dataclass(frozen=True)
class Pack:
    """One service pack; sizes are in MB, the other numbers are the maxima for an account."""

    id: int
    name: str
    assets: tuple[AssetType, ...]
    databases: int = 0
    mailboxes: int = 0
    webspace_size: int = 0
    database_size: int = 1024
    mailbox_size: int = 2048

    @property
    def has_hosting(self) -> bool:
        """Whether an account of this pack has webspace, and so an FTP password."""
        return "linux_hosting" in self.assets or "windows_hosting" in self.assets


PACKS = {
    pack.id: pack
    for pack in (
        Pack(1001, "Linux Start", (*_DOMAIN, "linux_hosting", "mysql"), databases=1, mailboxes=5, webspace_size=10240),
        Pack(1002, "Linux Pro", (*_DOMAIN, "linux_hosting", "mysql"), databases=10, mailboxes=50, webspace_size=102400),
        Pack(1003, "Mail Only", _DOMAIN, mailboxes=10, mailbox_size=10240),
        Pack(1004, "Windows Pro", (*_DOMAIN, "windows_hosting"), mailboxes=50, webspace_size=102400),
        Pack(1005, "MySQL Only", ("mysql",), databases=10, database_size=10240),
    )
}
