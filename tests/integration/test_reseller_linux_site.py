# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``reseller_linux_site`` against the sandbox."""

from __future__ import annotations

from typing import Any

from sandbox.launcher import SandboxProcess
from tests.support.playing import NewName, Player, Task, account_task, check_refusals, task


def site_task(domain: str, **options: Any) -> Task:
    """Return the task that manages a site."""
    return task("reseller_linux_site", domain=domain, **options)


def hosting_with_folder(player: Player, server: SandboxProcess, domain: str, path: str) -> None:
    """Create a hosting with a folder for a subsite: the API creates no folders."""
    player.play([account_task(domain)])
    server.control("POST", "folders", {"domain": domain, "path": path})


def test_life_of_a_subsite(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    domain = new_name()
    shop, store = f"shop.{domain}", f"store.{domain}"
    wanted = {"site": shop, "path": "/shop", "host_headers": [store]}
    hosting_with_folder(player, server, domain, "/shop")
    played = player.play(
        [
            site_task(domain, **wanted, check=True),
            site_task(domain, **wanted),
            site_task(domain, **wanted),
            site_task(domain, site=shop, letsencrypt=True, https_redirect=True, check=True),
            site_task(domain, site=shop, letsencrypt=True, https_redirect=True),
            site_task(domain, site=shop, letsencrypt=True, https_redirect=True),
            site_task(domain, site=shop, path="/elsewhere"),
            site_task(domain, site=shop, state="absent", check=True),
            site_task(domain, site=shop, state="absent"),
            site_task(domain, site=shop, state="absent"),
        ],
    )
    path = f"/linuxhostings/{domain}"
    predicted, made, again, https_checked, https, https_again, moved, gone_checked, gone, gone_again = played
    assert predicted.changed and predicted.requests == [f"GET {path}"]
    assert made.changed and made["diff"] == predicted["diff"] and made["site"] == predicted["site"]
    assert made.writes == [f"POST {path}/subsites", f"POST {path}/sites/{shop}/hostheaders"]
    assert not again.changed and again.requests == [f"GET {path}"]
    assert {header["name"] for header in again["site"]["host_headers"]} >= {shop, store}
    assert https_checked.changed and https_checked.writes == []
    assert https.changed and https["diff"] == https_checked["diff"]
    settings = [f"PUT {path}/sslsettings/{host}" for host in (shop, store)]
    assert https.writes == [f"{one}/letsencrypt" for one in settings] + [f"{one}/autoredirect" for one in settings]
    assert not https_again.changed and https_again.requests == [f"GET {path}"]
    assert https_again["site"]["https_redirect_enabled"] is True
    assert moved.error["kind"] == "path_differs" and moved.writes == []
    assert gone_checked.changed and gone_checked.writes == [] and gone["diff"] == gone_checked["diff"]
    assert gone.changed and gone.writes == [f"DELETE {path}/subsites/{shop}"] and gone["site"] is None
    assert not gone_again.changed and gone_again.writes == []


def test_main_site_gets_https_and_http2(player: Player, new_name: NewName) -> None:
    domain = new_name()
    _owner, refused, encrypted, swift, swift_again, plain = player.play(
        [
            account_task(domain),
            site_task(domain, http2=True),
            site_task(domain, letsencrypt=True),
            site_task(domain, http2=True),
            site_task(domain, http2=True),
            site_task(domain, http2=False),
        ]
    )
    path = f"/linuxhostings/{domain}/sites/{domain}/http2/configuration"
    assert refused.error["kind"] == "ssl_needed" and refused.writes == []
    assert encrypted.changed and len(encrypted.writes) == 2
    assert swift.changed and swift.writes == [f"PUT {path}"]
    assert swift["diff"]["after"]["http2_enabled"] is True
    assert not swift_again.changed and swift_again["site"]["http2_enabled"] is True
    assert plain.changed and plain.writes == [f"PUT {path}"]


def test_redirection_that_was_cut_off_is_finished(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    domain = new_name()
    match = {"method": "PUT", "path": "/v2/linuxhostings/*/sslsettings/www.*/autoredirect", "nth": 1}
    server.set_faults([{"match": match, "fault": "status", "status": 400}])
    _owner, failed, mended, again = player.play(
        [account_task(domain), *[site_task(domain, https_redirect=True) for _time in range(3)]]
    )
    assert failed.outcome == "failed" and failed["changed"] is True and len(failed["applied"]) == 1
    assert mended.changed and mended.writes == [f"PUT /linuxhostings/{domain}/sslsettings/www.{domain}/autoredirect"]
    assert not again.changed


def test_lost_response_of_a_new_subsite(player: Player, server: SandboxProcess, new_name: NewName) -> None:
    domain = new_name()
    server.set_faults([{"match": {"method": "POST", "path": "*/subsites", "nth": 1}, "fault": "reset_after"}])
    hosting_with_folder(player, server, domain, f"/subsites/shop.{domain}")
    made, again, elsewhere = player.play(
        [
            *[site_task(domain, site=f"shop.{domain}") for _time in range(2)],
            site_task(domain, site=f"blog.{domain}", path="/missing"),
        ]
    )
    assert elsewhere.error["status"] == 400 and "path_not_found" in elsewhere.msg
    assert made.changed and made.writes == [f"POST /linuxhostings/{domain}/subsites"]
    assert not again.changed


def test_refusals(player: Player, new_name: NewName) -> None:
    domain, nobody = new_name(), new_name()
    played = player.play(
        [
            site_task("not a domain"),
            site_task("fine.example", site="a b"),
            site_task("fine.example", path="shop"),
            site_task("fine.example", host_headers=["-"]),
            site_task("fine.example", hostnames=[]),
            site_task("fine.example", site="fine.example", state="absent"),
            site_task("fine.example", state="absent"),
            account_task(domain),
            site_task(nobody, http2=True),
            site_task(nobody, http2=True, check=True),
            site_task(nobody, site=f"shop.{nobody}", state="absent"),
            site_task(domain, letsencrypt=True, hostnames=["elsewhere.example"]),
        ]
    )
    check_refusals(played.results[:7], ["domain", "site", "path", "host_headers", "hostnames", "site", "site"])
    missing, missing_checked, absent, elsewhere = played.results[8:]
    assert missing.error["kind"] == "not_found" and missing.writes == []
    assert missing_checked.changed and missing_checked.writes == []
    assert not absent.changed and absent.writes == []
    assert elsewhere.error["status"] in {400, 404}
