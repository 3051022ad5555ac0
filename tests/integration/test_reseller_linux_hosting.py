# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reseller_linux_hosting``, ``reseller_linux_hosting_info`` and ``reseller_windows_hosting_info``."""

from __future__ import annotations

from typing import Any

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, Task, account_task, check_refusals, task

WRITE_ONLY: dict[str, Any] = {
    "memory_limit": 256,
    "apcu": {"enabled": True, "size": 32},
    "gzip": True,
    "ssh_enabled": True,
}


def hosting_task(domain: str, **options: Any) -> Task:
    """Return the task that manages a hosting's settings."""
    return task("reseller_linux_hosting", domain=domain, **options)


def test_life_of_settings(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    domain = new_name()
    played = player.play(
        [
            account_task(domain),
            task("reseller_linux_hosting_info", domain=domain, php_versions=True) | {"register": "info"},
            hosting_task(domain, php_version="{{ info.hostings[0].php_versions[0] }}", ftp_enabled=False, check=True),
            hosting_task(domain, php_version="{{ info.hostings[0].php_versions[0] }}", ftp_enabled=False),
            hosting_task(domain, php_version="{{ info.hostings[0].php_versions[0] }}", ftp_enabled=False),
            hosting_task(domain, **WRITE_ONLY, check=True),
            hosting_task(domain, **WRITE_ONLY),
            hosting_task(domain, **WRITE_ONLY),
            hosting_task(domain, **{**WRITE_ONLY, "gzip": False}),
            hosting_task(domain, gzip=False, force=True),
        ],
    )
    info, predicted, shown, shown_again, checked, hidden, hidden_again, one, forced = played.results[1:]
    path = f"/linuxhostings/{domain}"
    offered = info["hostings"][0]["php_versions"]
    assert len(offered) > 1 and info["hostings"][0]["php_version"] != offered[0]
    assert predicted.changed and predicted.requests == [f"GET {path}", f"GET {path}/phpsettings/availableversions"]
    assert shown.changed and shown.writes == [f"PUT {path}/phpsettings/version", f"PUT {path}/ftp/configuration"]
    assert shown["diff"] == predicted["diff"] and shown["hosting"] == predicted["hosting"]
    assert shown["hosting"]["php_version"] == offered[0] and shown["hosting"]["ftp_enabled"] is False
    assert not shown_again.changed and shown_again.requests == [f"GET {path}"]
    assert checked.changed and checked.writes == []
    assert hidden.changed and hidden["diff"] == checked["diff"]
    assert hidden["diff"] == {"before": dict.fromkeys(WRITE_ONLY), "after": WRITE_ONLY}
    assert hidden.writes == [
        f"PUT {path}/phpsettings/memorylimit",
        f"PUT {path}/phpsettings/apcu",
        f"PUT {path}/settings/gzipcompression",
        f"PUT {path}/ssh/configuration",
    ]
    assert not hidden_again.changed and hidden_again.writes == [] and hidden_again["hosting"]["memory_limit"] == 256
    assert one.changed and one.writes == [f"PUT {path}/settings/gzipcompression"]
    assert forced.changed and forced.writes == one.writes
    hidden_there = server.control("GET", f"hostings/{domain}")
    assert hidden_there["gzip"] == {"value": "False", "writes": 3} and hidden_there["memory_limit"]["writes"] == 1


def test_nothing_is_remembered_without_a_folder(player: Player, new_name: NewName) -> None:
    domain = new_name()
    player.state_dir.mkdir(parents=True)
    (player.state_dir / "remembered").touch()
    _owner, *played = player.play([account_task(domain), *[hosting_task(domain, gzip=True) for _time in range(2)]])
    for result in played:
        assert result.changed and len(result.writes) == 1 and "state_dir" in result["warnings"][0]


def test_failure_half_way_is_reported_and_repaired(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    domain = new_name()
    match = {"method": "PUT", "path": "/v2/linuxhostings/*/settings/gzipcompression", "nth": 1}
    server.set_faults([{"match": match, "fault": "status", "status": 400}])
    _owner, failed, mended = player.play(
        [account_task(domain), hosting_task(domain, **WRITE_ONLY), hosting_task(domain, **WRITE_ONLY)]
    )
    assert failed.outcome == "failed" and failed["changed"] is True and failed["error"]["status"] == 400
    assert failed["applied"] == ["memory_limit", "apcu"] and failed["failed_writes"] == ["gzip"]
    assert failed["not_attempted"] == ["ssh_enabled"]
    path = f"/linuxhostings/{domain}"
    assert mended.changed and mended.writes == [f"PUT {path}/settings/gzipcompression", f"PUT {path}/ssh/configuration"]


def test_refusals(player: Player, new_name: NewName) -> None:
    domain, nobody = new_name(), new_name()
    played = player.play(
        [
            hosting_task("not a domain"),
            hosting_task("fine.example", memory_limit=0),
            hosting_task("fine.example", apcu={"enabled": True, "size": 0}),
            hosting_task("fine.example", apcu={"enabled": False, "size": -1}),
            hosting_task("fine.example", apcu={"enabled": True}),
            account_task(domain),
            hosting_task(domain, php_version="4.0"),
            hosting_task(domain, php_version="4.0", check=True),
            hosting_task(nobody, gzip=True),
            hosting_task(nobody, gzip=True, php_version="8.3", check=True),
        ]
    )
    check_refusals(played.results[:5], ["domain", "memory_limit", "apcu", "apcu", "size"])
    unknown, unknown_checked, missing, missing_checked = played.results[6:]
    for result in (unknown, unknown_checked):
        assert result.error["kind"] == "invalid_option" and "4.0" in result.msg and result.writes == []
    assert missing.error["kind"] == "not_found" and missing.writes == []
    assert missing_checked.changed and "no Linux hosting" in missing_checked["warnings"][0]


def test_info(player: Player, new_name: NewName) -> None:
    linux, windows = new_name(), new_name()
    played = player.play(
        [
            account_task(linux),
            account_task(windows, servicepack="Windows Pro"),
            task("reseller_linux_hosting_info"),
            task("reseller_linux_hosting_info", domain=linux.upper()),
            task("reseller_linux_hosting_info", domain=windows),
            task("reseller_windows_hosting_info", check=True),
            task("reseller_windows_hosting_info", details=True),
            task("reseller_windows_hosting_info", domain=windows),
            task("reseller_windows_hosting_info", domain=linux),
        ]
    )
    all_linux, one_linux, no_linux, all_windows, detailed, one_windows, no_windows = played.results[2:]
    assert linux in {item["domain_name"] for item in all_linux.ok["hostings"]}
    assert one_linux.ok["hostings"][0]["sites"] and one_linux.requests == [f"GET /linuxhostings/{linux}"]
    assert no_linux.ok["hostings"] == no_windows.ok["hostings"] == []
    assert windows in {item["domain_name"] for item in all_windows.ok["hostings"]}
    assert all("application_pool" in item for item in detailed.ok["hostings"])
    assert one_windows.ok["hostings"][0]["domain_name"] == windows
    assert not any(result.changed for result in played.results[2:])
