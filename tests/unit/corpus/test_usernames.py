# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The names of PeerTube's users in the corpus. Channels have the same names."""

from __future__ import annotations

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.texts import checked_actor_name
from ansible_collections.reseller.toolkit.plugins.module_utils.peertube.users import checked_username
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from tests.support.corpus import Input, check_read, inputs, name_of


@pytest.mark.parametrize("one", inputs("usernames"), ids=name_of)
def test_username(one: Input) -> None:
    check_read(one, lambda: checked_username("username", one.text))
    if one.is_taken:
        assert checked_actor_name("name", one.text) == one.expected["taken"]
    else:
        with pytest.raises(ToolkitError, match=r"^name: .* is not a name: it must have 1 to 50 characters"):
            checked_actor_name("name", one.text)
