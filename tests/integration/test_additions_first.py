# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A replacement is accepted before the old object is removed, or the old one is restored."""

from __future__ import annotations

from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, account_task, task
from tests.support.samples import SSH_KEY

OTHER_KEY = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJxV6xhM2u7Qm8b1M2cZ1yXkqS0q6n0m8r5w0v0m8r5w other"
SERVICE = {"prefix": "_sip._tcp", "type": "SRV"}


@pytest.mark.faults
def test_nothing_goes_when_its_successor_is_refused(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    zone = new_name()
    cron: dict[str, Any] = {"domain": zone, "script_location": "/bin/a.sh"}
    before = player.play(
        [
            account_task(zone),
            task("reseller_linux_hosting", domain=zone, ssh_enabled=True),
            task("reseller_ssh_key", domain=zone, keys=[SSH_KEY]),
            task("reseller_scheduled_task", **cron, cron_expression="0 3 * * *"),
            task("reseller_mail_zone", domain=zone, catch_all=["a@example.com"]),
            task("reseller_mail_zone", domain=zone, smtp_domains=[{"hostname": "old.example.com"}]),
            task("reseller_dns_zone", zone=zone, record_sets=[{**SERVICE, "value": ["1 1 5060 a.example"]}]),
        ]
    )
    assert [result.outcome for result in before] == ["ok"] * 7
    paths = ["/linuxhostings/*", "/mailzones/*", "/dns/*"]
    server.set_faults(
        [{"match": {"method": "POST", "path": f"/v2{path}"}, "fault": "status", "status": 400} for path in paths]
    )
    swaps = [
        task("reseller_ssh_key", domain=zone, keys=[OTHER_KEY], exclusive=True, max_delete_percent=100),
        task("reseller_mail_zone", domain=zone, catch_all=["b@example.com"]),
        task(
            "reseller_mail_zone",
            domain=zone,
            smtp_domains=[{"hostname": "new.example.com"}],
            purge_smtp_domains=True,
            max_delete_percent=100,
        ),
        task("reseller_dns_zone", zone=zone, record_sets=[{**SERVICE, "value": ["1 1 5060 b.example"]}]),
        # A replaced schedule is the same object, changed.
        task("reseller_scheduled_task", **cron, cron_expression="0 4 * * *", exclusive=True),
    ]
    *refused, changed = player.play(swaps)
    for result in refused:
        assert result.error["status"] == 400
        assert [write.split()[0] for write in result.writes] == ["POST"], result.writes
    assert changed.changed and [write.split()[0] for write in changed.writes] == ["PUT"]
    server.set_faults([])
    for result in player.play(swaps[:4]):
        assert result.changed and [write.split()[0] for write in result.writes] == ["POST", "DELETE"]
