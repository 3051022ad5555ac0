# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of other PeerTube servers in the corpus."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.hosts import checked_host
from tests.support.corpus import Input, check_read, inputs, name_of


@pytest.mark.parametrize("one", inputs("hosts"), ids=name_of)
def test_host(one: Input) -> None:
    check_read(one, lambda: checked_host("server", one.text))
