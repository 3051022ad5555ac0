# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of the paths of a service, whose API may have several versions."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.service import Service

RATE = RateLimitHeaders("R", "S")


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/a", "https://api.example/x/v1/a"),
        ("/v2/a/b", "https://api.example/x/v2/a/b"),
        ("/v3/a", "https://api.example/x/v3/a"),
        ("/v2a/b", "https://api.example/x/v1/v2a/b"),
        ("/v2", "https://api.example/x/v1/v2"),
        ("/a/v2/b", "https://api.example/x/v1/a/v2/b"),
        ("/v1/a", "https://api.example/x/v1/v1/a"),
    ],
)
def test_path_of_another_version_is_beside_the_first(path: str, url: str) -> None:
    assert Service("https://api.example/x/v1", RATE, lambda *_: "", ("/v2", "/v3")).url_of(path) == url


def test_service_of_one_version() -> None:
    assert Service("https://api.example/v1", RATE, lambda *_: "").url_of("/v2/a") == "https://api.example/v1/v2/a"


def test_paths_outside_of_the_api_are_below_its_root() -> None:
    service = Service(
        "https://a.example/api/v1", RATE, lambda *_: "", root_url="https://a.example", root_paths=("/static/",)
    )
    assert service.url_of("/static/b") == "https://a.example/static/b"
    assert service.url_of("/statics/b") == "https://a.example/api/v1/statics/b"
