# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print the plugins and roles with their options, for ``tests/unit/released.yml`` after a release."""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.support.documented_options import all_documented

print("""---
# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# The plugins and roles of the latest release with their options. `test_version.py` compares the sources with it.
# After a release: python tests/tools/released.py > tests/unit/released.yml""")
for name, documented in sorted(all_documented().items()):
    print(f"{name}:")
    options = f"[{', '.join(sorted(documented.options))}]"
    # yamllint wants the items of a flow sequence below each other.
    print(
        textwrap.fill(
            options,
            118,
            initial_indent="  ",
            subsequent_indent="   ",
            break_on_hyphens=False,
            break_long_words=False,
        )
    )
