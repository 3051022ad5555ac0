# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Fixtures that run the role ``hosting`` for one customer and ``feature_flags`` for one product."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.integration.conftest import (
    configcat,
    new_name,
    peertube,
    peertube_of,
    running,
    running_configcat,
    server,
    shop,
)
from tests.support.csr import make_csr
from tests.support.playing import NewName, Player, PlayResult

__all__ = [
    "configcat",
    "new_name",
    "peertube",
    "peertube_of",
    "running",
    "running_configcat",
    "server",
    "shop",
]

SECRETS = {
    "ftp_password": "Ftp0geheim71",
    "shop_password": "Dbs0geheim72#!",
    "blog_password": "Dbs0geheim73=/",
    "user_password": "Usr0geheim74?;",
    "pfx_password": "Pfx0/geheim75&",
}


@dataclass
class Customer:
    """A customer and the plays that provision it.

    Attributes:
        identifier: its domain name.
        player: runs the plays.
        folder: where its key, request and PFX go.
    """

    identifier: str
    player: Player
    folder: Path

    @property
    def databases(self) -> list[dict[str, Any]]:
        users = [{"name": "reports", "password": "{{ user_password }}", "enabled": False}]
        return [
            {"name": "shop", "password": "{{ shop_password }}", "users": users},
            {"name": "blog", "password": "{{ blog_password }}"},
        ]

    @property
    def ssl(self) -> dict[str, Any]:
        return self.ssl_for(self.identifier)

    def ssl_for(self, name: str) -> dict[str, Any]:
        """Return a certificate of this name, for which the role creates key and request."""
        return {
            "key_path": str(self.folder / "private.key"),
            "csr_path": str(self.folder / "request.csr"),
            "common_name": name,
            "names": [f"www.{name}"],
            "subject": {"C": "BE", "O": "A Shop, Ünlimited"},
            "confirm_purchase": f"ssl standard domain_validated {name} www.{name}",
            "pfx_path": str(self.folder / "certificate.pfx"),
            "pfx_password": "{{ pfx_password }}",
        }

    def requested_for(self, name: str) -> dict[str, Any]:
        """Return a certificate of this name with an existing request: the role has less to do."""
        return {
            "csr_content": make_csr(name, name, f"www.{name}"),
            "confirm_purchase": f"ssl standard domain_validated {name} www.{name}",
        }

    def play(self, *words: str, check: bool = False, **parts: Any) -> PlayResult:
        """Run the role with these parts and the account.

        Args:
            words: additional arguments of the command line.
            check: in check mode.
            parts: more of the dictionary ``hosting``.
        """
        hosting = {
            "identifier": self.identifier,
            "servicepack": "Linux Pro",
            "ftp_password": "{{ ftp_password }}",
            **parts,
        }
        return self.player.play(
            [],
            roles=[{"role": "reseller.toolkit.hosting"}],
            variables={"hosting": hosting},
            check_mode=check,
            words=words,
        )


@pytest.fixture
def make_customer(server: SandboxProcess, tmp_path: Path, new_name: NewName) -> Callable[[], Customer]:
    """Creates customers with secrets that must not show anywhere."""

    def make() -> Customer:
        identifier = new_name()
        folder = tmp_path / identifier
        folder.mkdir()
        player = Player(server, folder / "runs")
        for name, value in SECRETS.items():
            player.secret(name, value)
        return Customer(identifier, player, folder)

    return make


@pytest.fixture
def customer(make_customer: Callable[[], Customer]) -> Customer:
    return make_customer()


def result_of(played: PlayResult) -> dict[str, Any]:
    """Return the role's result."""
    assert played.code == 0, played.output
    facts = [result.data["ansible_facts"] for result in played if "ansible_facts" in result.data]
    found = [fact["hosting_result"] for fact in facts if "hosting_result" in fact]
    assert len(found) == 1
    assert not any(secret in json.dumps(found) for secret in SECRETS.values())
    return found[0]
