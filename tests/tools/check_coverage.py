# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Compare the branch coverage of `plugins` with the values that it must not fall below.

python tests/tools/check_coverage.py REPORT

REPORT is what `coverage json` writes. The values are those of `tests/coverage.json`, in percent, for each folder and
for the files that order: lines and branches together, as coverage counts them. They are 95 for `rest` and
for the files that order, and for the others what was measured first.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections import defaultdict
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
LIMITS = ROOT / "tests/coverage.json"
PLUGINS = "toolkit/plugins/"
ORDERS = "orders and journal"
ORDERING = ("orders", "*_orders", "placing", "journal", "journal_*")
"""The files in `module_utils/reseller` that belong to the group ORDERS, as shell patterns."""


def group_of(path: str) -> str:
    """Return the group of a file: its folder below `plugins`, or ORDERS."""
    inner = Path(path.partition(PLUGINS)[2])
    folder = str(inner.parent)
    if folder == "module_utils/reseller" and any(fnmatchcase(inner.stem, pattern) for pattern in ORDERING):
        return ORDERS
    return folder


def measured(report: dict[str, Any]) -> dict[str, float]:
    """Return the share of each group in percent, rounded down to a tenth."""
    covered: dict[str, int] = defaultdict(int)
    counted: dict[str, int] = defaultdict(int)
    for path, file in report["files"].items():
        group, summary = group_of(path), file["summary"]
        covered[group] += summary["covered_lines"] + summary["covered_branches"]
        counted[group] += summary["num_statements"] + summary["num_branches"]
    groups = sorted(group for group in counted if counted[group])
    return {group: math.floor(1000 * covered[group] / counted[group]) / 10 for group in groups}


def main() -> int:
    """Print the shares; 1 if one is below its limit or has none."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("report", type=Path)
    given = parser.parse_args()
    shares = measured(json.loads(given.report.read_text(encoding="utf-8")))
    limits: dict[str, float] = json.loads(LIMITS.read_text(encoding="utf-8"))
    for group, share in shares.items():
        print(f"{share:6.1f} %  (at least {limits.get(group, math.inf):5.1f} %)  {group}")
    missing = sorted(set(limits) - set(shares))
    if missing:
        print(f"not measured: {', '.join(missing)}", file=sys.stderr)
    low = [group for group, share in shares.items() if share < limits.get(group, math.inf)]
    if low:
        print(f"below the limit, or without one in {LIMITS.relative_to(ROOT)}: {', '.join(low)}", file=sys.stderr)
    return bool(low or missing)


if __name__ == "__main__":
    sys.exit(main())
