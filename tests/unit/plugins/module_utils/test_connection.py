# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses of services: accepted ones and their canonical form."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.connection import canonical_url, rest_client, storage_of
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

canonical = partial(canonical_url, version="/v2", example="https://api.example")


@pytest.mark.parametrize(
    "url",
    [
        "https://api.example",
        "https://api.example/",
        "https://api.example/v2",
        "https://API.example/v2/",
        " https://api.example ",
        "https://api.example:443",
        "https://api.example:0443/v2",
        "https://api.example:",
        "https://api.example.",
        "HTTPS://API.EXAMPLE.:443/",
    ],
)
def test_address_means_the_same_however_it_ends(url: str) -> None:
    assert canonical(url) == "https://api.example"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "api.example",
        "ftp://api.example",
        "https://u:p@api.example",
        "https://@api.example",
        "https://a.example?x",
        "https://a.example?",
        "https://a.example#",
        "https://a.example:0",
        "https://a.example:65536",
        "https://a.example:x",
        "https://a..example",
        "https://.example",
        "https://a.example..",
        "https://.",
        "https://",
        "https://a b.example",
        "https://a%2eexample",
        "https://a.example/%61",
        "https://a.example/../b",
        "https://a.example/./b",
        "https://a.example//b",
        "https://[::1",
        "https://[1:2]",
        "https://[::1%251]",
        "https://b\u0301\u2024.\u2260",
        "http://api.example",
        "http://[::2]",
    ],
)
def test_no_address(url: str) -> None:
    with pytest.raises(ToolkitError, match="api_url"):
        canonical(url)


@pytest.mark.parametrize(
    ("url", "form"),
    [
        ("https://api.example:8443", "https://api.example:8443"),
        ("https://api.example:08443", "https://api.example:8443"),
        ("https://api.example:80", "https://api.example:80"),
        ("http://LOCALHOST.:080/", "http://localhost"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("http://127.0.0.1:443", "http://127.0.0.1:443"),
        ("http://[::1]:8080", "http://[::1]:8080"),
        ("http://[0:0:0:0:0:0:0:1]:80", "http://[::1]"),
        ("https://[2001:DB8::0:1]", "https://[2001:db8::1]"),
        ("https://b\u00fccher.example", "https://xn--bcher-kva.example"),
        ("https://B\u00dcCHER.Example.:443", "https://xn--bcher-kva.example"),
        ("https://xn--bcher-kva.example", "https://xn--bcher-kva.example"),
        ("https://api.example/Proxy/v2", "https://api.example/Proxy"),
        ("https://api.example:443/a/b/", "https://api.example/a/b"),
        ("https://api_x.example", "https://api_x.example"),
    ],
)
def test_address_has_one_form(url: str, form: str) -> None:
    assert canonical(url) == form
    assert canonical(form) == form


@pytest.mark.parametrize(
    ("mode", "trusted", "told"), [(0o700, False, 0), (0o775, False, 1), (0o775, True, 0), (0o777, True, 1)]
)
def test_folder_that_others_can_change_is_warned_of(tmp_path: Path, mode: int, trusted: bool, told: int) -> None:
    tmp_path.chmod(mode)
    params = {"state_dir": str(tmp_path), "state_dir_group": trusted, "rate_limit_reserve": 0, "ca_path": None}
    params |= {"proxy": None, "timeout": 1, "retry_timeout": 1, "rate_limit_timeout": 1}
    task, anything = Task(params, check_mode=True), cast(Any, None)
    service = Service("https://api.example/v2", *[anything] * 2)
    rest_client(task, service, anything, storage=storage_of(params), budget="x")
    assert len(task.warnings) == told
    assert all(f"Run: chmod g-w,o-w {tmp_path}" in warning for warning in task.warnings)
