# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The corpus, as the sandbox sees it: written apart from the modules, it comes to the same result."""

from __future__ import annotations

import pytest

from sandbox.errors import Invalid
from sandbox.reseller import ssh_format
from tests.support.corpus import Input, inputs, name_of

#: What a server may take although modules refuse it: it is about what people read.
MODULES_ONLY = {"comment-bidi.pub"}


@pytest.mark.parametrize("one", [one for one in inputs("keys") if one.path.name not in MODULES_ONLY], ids=name_of)
def test_key(one: Input) -> None:
    if one.is_taken:
        assert ssh_format.fingerprint(one.text).count(":") == 15
    else:
        with pytest.raises(Invalid):
            ssh_format.fingerprint(one.text)
