# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Credentials that no request can carry are refused before any request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.support.children import run_module

GOOD = {"api_user": "root", "api_password": "Root-geheim-71"}


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"api_user": ""}, "api_user"),
        ({"api_user": " root"}, "api_user"),
        ({"api_user": "root\n"}, "api_user"),
        ({"api_user": "ro\x1bot"}, "api_user"),
        ({"api_user": "ro\ud800ot"}, "api_user"),
        ({"api_password": ""}, "api_password"),
        ({"api_password": "half \ud800"}, "api_password"),
        ({"otp": "12 34 56"}, "otp"),
        ({"otp": "١٢٣٤٥٦"}, "otp"),
        ({"api_token": "a b"}, "api_token"),
        ({"api_token": "é"}, "api_token"),
    ],
)
def test_unusable_credentials_are_refused(options: dict[str, Any], named: str, tmp_path: Path) -> None:
    nobody = {"api_url": "http://127.0.0.1:9", "state_dir": str(tmp_path), "retry_timeout": 0}
    result = run_module("peertube_api", {**nobody, **GOOD, "path": "/users/me", **options})
    assert result["error"]["kind"] == "invalid_option", result
    assert named in result["msg"].partition(".")[0], result
