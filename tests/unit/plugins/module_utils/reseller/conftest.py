# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A client for logic that plans and sends nothing."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient


@pytest.fixture
def client(tmp_path: Path) -> ResellerClient:
    """Any request through it would fail: it has no HTTP client."""
    return ResellerClient(cast(Any, None), api_url="https://api.example", key_fingerprint="", state_dir=str(tmp_path))
