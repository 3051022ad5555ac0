# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tasks of one run share what they read, other runs don't, and no decision depends on shared reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, Result, Task, account_task, task


def hosting_task(domain: str, **options: Any) -> Task:
    return task("reseller_linux_hosting", domain=domain, ftp_enabled=True, **options)


def reads(results: list[Result], domain: str) -> list[int]:
    """Return how often each task read the hosting."""
    return [result.requests.count(f"GET /linuxhostings/{domain}") for result in results]


@pytest.mark.parametrize("in_process", [True, False])
def test_a_run_reads_once_and_the_next_one_again(in_process: bool, player: Player, new_name: NewName) -> None:
    domain = new_name()
    assert player.play([account_task(domain)])[0].changed
    for _number in range(2):
        played = player.play([hosting_task(domain)] * 2, in_process=in_process).results
        assert (reads(played, domain), [result.changed for result in played]) == ([1, 0], [False, False])


def test_it_can_be_disabled(player: Player, new_name: NewName) -> None:
    domain = new_name()
    assert player.play([account_task(domain)])[0].changed
    played = player.play([hosting_task(domain), hosting_task(domain, read_cache=False)] * 2).results
    assert reads(played, domain) == [1, 1, 0, 1]


def test_missing_or_different_object_is_requested_again(player: Player, new_name: NewName) -> None:
    domain = new_name()
    shop = task("reseller_mysql", account=domain, name="shop", password="{{ password }}")
    off = task("reseller_linux_hosting", domain=domain, ftp_enabled=False)
    assert player.play([account_task(domain)])[0].changed
    played = player.play([hosting_task(domain), shop, shop, off, off, hosting_task(domain)]).results
    assert [result.changed for result in played] == [False, True, False, True, False, True]
    asked = f"GET /linuxhostings/{domain}"
    assert played[1].requests.index(asked) < played[1].requests.index("POST /mysqldatabases")
    # A resource that was written to is read again for a while.
    assert reads(played, domain) == [1, 1, 1, 1, 1, 1]


def test_info_modules_return_the_current_state(player: Player, new_name: NewName) -> None:
    domain = new_name()
    assert player.play([account_task(domain)])[0].changed
    info = task("reseller_linux_hosting_info", domain=domain)
    assert reads(player.play([hosting_task(domain), info, info]).results, domain) == [1, 1, 1]


def test_a_change_from_elsewhere_is_seen_by_the_next_run(
    server: SandboxProcess, player: Player, tmp_path: Path, new_name: NewName
) -> None:
    domain = new_name()
    elsewhere = Player(server, tmp_path / "elsewhere")
    assert player.play([account_task(domain)])[0].changed
    assert not player.play([hosting_task(domain)])[0].changed
    assert elsewhere.play([task("reseller_linux_hosting", domain=domain, ftp_enabled=False)])[0].changed
    assert player.play([hosting_task(domain)])[0].changed


def test_a_state_folder_that_is_none_costs_requests_only(player: Player, new_name: NewName) -> None:
    domain = new_name()
    assert player.play([account_task(domain)])[0].changed
    file = player.folder / "file"
    file.touch()
    played = player.play([hosting_task(domain)] * 2, env={"RESELLER_STATE_DIR": str(file)}).results
    assert (reads(played, domain), [result.changed for result in played]) == ([1, 1], [False, False])
