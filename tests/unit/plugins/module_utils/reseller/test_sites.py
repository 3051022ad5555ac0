# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The writes to the desired state of a site, with shown and write-only settings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.sites import (
    SitePlan,
    SitePlanner,
    WantedSite,
    find_site,
    is_of_provider,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

WWW, SHOP = "www.example.com", "shop.example.com"


def site(name: str = "example.com", *headers: str, **changed: Any) -> dict[str, Any]:
    return {
        "name": name,
        "path": "/www",
        "host_headers": [{"name": header, "enabled": True} for header in (name, *headers)],
        "ssl_enabled": True,
        "https_redirect_enabled": False,
        "http2_enabled": False,
        **changed,
    }


def wish(name: str | None = None, **changed: Any) -> WantedSite:
    nothing: dict[str, Any] = {
        "path": None,
        "host_headers": [],
        "http2": None,
        "letsencrypt": None,
        "https_redirect": None,
    }
    return WantedSite(
        **{"domain": "example.com", "name": name, "hostnames": None, "force": False, **nothing, **changed}
    )


class SiteTask:
    """A task, a client, and remembered settings."""

    def __init__(self, client: ResellerClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.task = Task(params={}, check_mode=False)

    @property
    def remembered(self) -> WriteOnlySettings:
        return WriteOnlySettings(FileStorage(str(self.folder)), "hosting example.com", self.task.warn)

    def was_set(self, setting: str, value: bool) -> None:
        self.remembered.set(setting, value, lambda: None)

    def plan(self, current: dict[str, Any] | None, wanted: WantedSite) -> SitePlan:
        found = self.client.evidence.absent(wanted.title) if current is None else current
        return SitePlanner(self.task, self.client, wanted, self.remembered).present(found)

    def writes(self, current: dict[str, Any] | None, wanted: WantedSite) -> list[str]:
        return [step.title for step in self.plan(current, wanted).steps]


@pytest.fixture
def site_task(client: ResellerClient, tmp_path: Path) -> SiteTask:
    return SiteTask(client, tmp_path)


def test_nothing_wanted_is_nothing_written(site_task: SiteTask) -> None:
    assert site_task.writes(site(), wish()) == []
    assert site_task.writes(site("example.com", WWW), wish(path="/www/", host_headers=[WWW], http2=False)) == []


def test_order_of_writes_of_a_new_site(site_task: SiteTask) -> None:
    wanted = wish(
        SHOP, path="/shop", host_headers=["store.example.com"], letsencrypt=True, https_redirect=True, http2=True
    )
    plan = site_task.plan(None, wanted)
    assert [step.title for step in plan.steps] == [
        f"add {SHOP}",
        "add host header store.example.com",
        f"enable Let's Encrypt for {SHOP}",
        "enable Let's Encrypt for store.example.com",
        f"enable redirection to https for {SHOP}",
        "enable redirection to https for store.example.com",
        "enable HTTP/2",
    ]
    assert plan.before == {} and plan.site is not None and plan.site["http2_enabled"] is True
    assert plan.after["host_headers"] == [SHOP, "store.example.com"] and plan.after["path"] == "/shop"


def test_https_goes_after_what_needs_it(site_task: SiteTask) -> None:
    current = site(https_redirect_enabled=True, http2_enabled=True)
    assert site_task.writes(current, wish(letsencrypt=False, https_redirect=False, http2=False)) == [
        "disable redirection to https for example.com",
        "disable HTTP/2",
        "disable Let's Encrypt for example.com",
    ]


def test_letsencrypt_is_remembered_for_each_host_name(site_task: SiteTask) -> None:
    current = site("example.com", WWW)
    site_task.was_set("letsencrypt example.com", True)
    assert site_task.writes(current, wish(letsencrypt=True)) == [f"enable Let's Encrypt for {WWW}"]
    assert site_task.writes(current, wish(letsencrypt=True, hostnames=["example.com"])) == []
    assert len(site_task.writes(current, wish(letsencrypt=True, force=True))) == 2
    assert len(site_task.writes(current, wish(letsencrypt=False))) == 2
    # A new site has none of the settings of the deleted one.
    site_task.was_set(f"letsencrypt {SHOP}", True)
    assert len(site_task.writes(None, wish(SHOP, letsencrypt=True))) == 2


def redirected(
    site_task: SiteTask, current: dict[str, Any], wanted: bool, *hostnames: str, **changed: Any
) -> list[str]:
    titles = site_task.writes(current, wish(https_redirect=wanted, hostnames=list(hostnames) or None, **changed))
    return [title.split()[-1] for title in titles]


def test_redirection_where_nothing_is_remembered_is_what_the_api_says_of_the_site(site_task: SiteTask) -> None:
    off, on = site("example.com", WWW), site("example.com", WWW, https_redirect_enabled=True)
    assert redirected(site_task, off, True) == redirected(site_task, on, False) == ["example.com", WWW]
    assert redirected(site_task, off, False) == redirected(site_task, on, True) == []
    assert redirected(site_task, on, True, force=True) == ["example.com", WWW]
    assert redirected(site_task, on, True, host_headers=["new.example.com"]) == ["new.example.com"] * 2


def test_redirection_that_was_cut_off_is_finished(site_task: SiteTask) -> None:
    on = site("example.com", WWW, https_redirect_enabled=True)
    site_task.was_set("https_redirect example.com", True)
    assert redirected(site_task, on, True) == [WWW]
    site_task.was_set(f"https_redirect {WWW}", True)
    assert redirected(site_task, on, True) == []


def test_redirection_that_someone_else_changed_is_set_again(site_task: SiteTask) -> None:
    for host in ("example.com", WWW):
        site_task.was_set(f"https_redirect {host}", True)
    off = site("example.com", WWW)
    assert redirected(site_task, off, True) == ["example.com", WWW]
    # For a subset of the host names the setting of the site is not conclusive.
    assert redirected(site_task, off, True, WWW) == []


def test_folder_cannot_be_changed(site_task: SiteTask) -> None:
    with pytest.raises(ToolkitError, match="/other") as caught:
        site_task.plan(site(), wish(path="/other"))
    assert caught.value.kind == "path_differs"


def test_http2_needs_https(site_task: SiteTask) -> None:
    plain = site(ssl_enabled=False)
    with pytest.raises(ToolkitError, match="letsencrypt") as caught:
        site_task.plan(plain, wish(http2=True))
    assert caught.value.kind == "ssl_needed"
    assert site_task.writes(plain, wish(http2=True, letsencrypt=True))[-1] == "enable HTTP/2"
    assert site_task.writes(plain, wish(http2=False)) == [] and site_task.task.warnings == []
    site_task.plan(plain, wish(https_redirect=True))
    assert "https" in site_task.task.warnings[0]


def test_in_check_mode_https_may_be_pending(site_task: SiteTask) -> None:
    site_task.task.check_mode = True
    assert site_task.writes(site(ssl_enabled=False), wish(http2=True)) == ["enable HTTP/2"]
    (warning,) = site_task.task.warnings
    assert warning.startswith("There is no https at site example.com") and warning.endswith("yet.")


def test_main_site_of_a_hosting_that_is_not_there_yet(site_task: SiteTask) -> None:
    assert site_task.writes(None, wish(http2=True)) == ["enable HTTP/2"]


def test_main_site_is_found_by_name_or_by_what_it_serves(client: ResellerClient) -> None:
    other, main = site(SHOP), site("Example.com")
    assert find_site(client, {"sites": [other, main]}, wish()) is main
    renamed = site("default", "example.com")
    assert find_site(client, {"sites": [other, renamed]}, wish()) is renamed
    assert find_site(client, {"sites": [other, renamed]}, wish(SHOP)) is other
    assert find_site(client, {"sites": [main]}, wish(SHOP)) == Absence(wish(SHOP).title)
    assert find_site(client, None, wish()) == find_site(client, {"sites": []}, wish()) == Absence(wish().title)
    with pytest.raises(ToolkitError) as caught:
        find_site(client, {"sites": [renamed, site("second", "example.com")]}, wish())
    assert caught.value.kind == "ambiguous"


@pytest.mark.parametrize(
    ("host", "is_theirs"),
    [
        ("examplecom.hosting.provider.example", True),
        ("examplecom.provider.example", True),
        ("example.com", False),
        ("www.example.com", False),
        ("examplecom.example.com", False),
        ("examplecom-shop.provider.example", False),
        ("shop.examplecom.example", False),
    ],
)
def test_host_name_below_the_providers_domain(host: str, is_theirs: bool) -> None:
    assert is_of_provider("example.com", host) is is_theirs
