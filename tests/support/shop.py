# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A ConfigCat product with everything that flags need, and the tasks that manage its flags."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sandbox.launcher import SandboxProcess
from tests.support.configcat import Client
from tests.support.playing import Player, PlayResult, Task, task

_numbers = itertools.count(1)


@dataclass
class Shop:
    """A product with a config, the environments ``test`` and ``production``, the tags ``checkout`` and ``web``, and the
    segment ``Testers``, whose e-mail addresses are those of bakery.example.

    Attributes:
        player: runs plays.
        product: the product's name.
        product_id: its id.
        config: the config's name.
        config_id: its id.
        environments: the ids of the environments by their names.
        segment_id: the segment's id.
    """

    player: Player
    product: str
    product_id: str
    config: str
    config_id: str
    environments: dict[str, str]
    segment_id: str

    def play(self, tasks: list[Task], **options: Any) -> PlayResult:
        """Run the tasks; see `Player.play`."""
        return self.player.play(tasks, **options)

    def flag(self, key: str, **options: Any) -> Task:
        """Return the task that manages a flag."""
        return task("configcat_flag", **{"product": self.product, "config": self.config, "key": key, **options})

    def value(self, key: str, **options: Any) -> Task:
        """Return the task that manages what a flag serves, in production unless it says otherwise."""
        place = {"product": self.product, "config": self.config, "environment": "production"}
        return task("configcat_flag_value", **{**place, "key": key, **options})

    def flags(self, **options: Any) -> Task:
        """Return the task that manages many flags."""
        return task("configcat_flags", **{"product": self.product, "config": self.config, **options})

    def link(self, key: str, **options: Any) -> Task:
        """Return the task that manages a link with a card, in production unless it says otherwise."""
        place = {"product": self.product, "config": self.config, "environment": "production"}
        card = {"link_type": "trello", "link_key": "1"}
        return task("configcat_integration_link", **{**place, **card, "key": key, **options})

    def audit(self) -> list[dict[str, Any]]:
        """Return the product's audit log."""
        found: list[dict[str, Any]] = call(self.player.sandbox, "GET", f"/products/{self.product_id}/auditlogs")
        return found


def call(sandbox: SandboxProcess, method: str, path: str, body: Any = None) -> Any:
    """Send a call without the collection, and return the API's response."""
    answer = Client(sandbox).call(method, path, body)
    answer.raise_for_status()
    return answer.json()


def make_shop(sandbox: SandboxProcess, folder: Path, name: str | None = None) -> Shop:
    """Create a product, by default with a name that no other test uses."""
    name = name or f"Shop {next(_numbers)} {secrets.token_hex(4)}"
    api = Client(sandbox)
    organization = api.get("/organizations")[0]["organizationId"]
    product = api.make(f"/organizations/{organization}/products", name=name)["productId"]
    config = api.make(f"/products/{product}/configs", name="Web site", evaluationVersion="v1")["configId"]
    environments = {
        one: api.make(f"/products/{product}/environments", name=one)["environmentId"] for one in ("test", "production")
    }
    for tag in ("checkout", "web"):
        api.make(f"/products/{product}/tags", name=tag)
    compared = {"comparisonAttribute": "Email", "comparator": "contains", "comparisonValue": "@bakery.example"}
    segment_id = api.make(f"/products/{product}/segments", name="Testers", **compared)["segmentId"]
    return Shop(Player(sandbox, folder), name, product, "Web site", config, environments, segment_id)
