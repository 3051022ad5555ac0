# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the coverage of files becomes that of groups."""

from __future__ import annotations

import pytest

from tests.tools.check_coverage import ORDERS, group_of, measured


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("x/toolkit/plugins/module_utils/rest/client.py", "module_utils/rest"),
        ("x/toolkit/plugins/module_utils/reseller/accounts.py", "module_utils/reseller"),
        ("x/toolkit/plugins/module_utils/reseller/orders.py", ORDERS),
        ("x/toolkit/plugins/module_utils/reseller/database_orders.py", ORDERS),
        ("x/toolkit/plugins/module_utils/reseller/journal_admin.py", ORDERS),
        ("x/toolkit/plugins/modules/reseller_journal.py", "modules"),
    ],
)
def test_group_of_a_file(path: str, group: str) -> None:
    assert group_of(path) == group


def summary(statements: int, lines: int, branches: int, covered: int) -> dict[str, dict[str, int]]:
    counts = {"num_statements": statements, "covered_lines": lines, "num_branches": branches}
    return {"summary": {**counts, "covered_branches": covered}}


def test_lines_and_branches_count_together_and_are_rounded_down() -> None:
    folder = "x/toolkit/plugins/module_utils/rest"
    files = {
        f"{folder}/a.py": summary(10, 10, 2, 1),
        f"{folder}/b.py": summary(6, 4, 0, 0),
        f"{folder}/__init__.py": summary(0, 0, 0, 0),
        "x/toolkit/plugins/__init__.py": summary(0, 0, 0, 0),
    }
    assert measured({"files": files}) == {"module_utils/rest": 83.3}
