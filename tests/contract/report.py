# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold all exchange logs of a folder against the contract, and list the operations that the collection used.

python -m tests.contract.report FOLDER [--require-all] [--operations PAGE [--write]]
"""

from __future__ import annotations

import argparse
import difflib
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.contract import operations as operations_page
from tests.contract.checker import CONTRACT, Violation, check, is_own, is_success, operation_of


def exchanges(folder: Path) -> Iterator[dict[str, Any] | Violation]:
    """Every line of every log; only the last line of a server that was killed may be cut."""
    for path in sorted(folder.rglob("*.jsonl")):
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(keepends=True), 1):
            try:
                yield json.loads(line)
            except ValueError:
                if line.endswith("\n"):
                    yield Violation(f"{path.name}:{number}", "log", "not a line of JSON")


def main(words: list[str] | None = None) -> int:
    """Print the report; 1 if anything disagrees, or an operation is missing that should not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--require-all", action="store_true", help="the collection must have used every operation with success"
    )
    parser.add_argument("--operations", type=Path, help="the page that must say which module uses which operation")
    parser.add_argument("--write", action="store_true", help="write that page instead")
    options = parser.parse_args(words)
    by_us: Counter[str] = Counter()
    by_others: Counter[str] = Counter()
    users: defaultdict[str, set[str]] = defaultdict(set)
    violations: Counter[Violation] = Counter()
    for exchange in exchanges(options.folder):
        if isinstance(exchange, Violation):
            violations[exchange] += 1
            continue
        violations.update(check(exchange))
        operation = operation_of(exchange["method"], exchange["path"])
        if operation and is_success(exchange):
            (by_us if is_own(exchange) else by_others)[operation] += 1
            user = operations_page.user_of(exchange)
            users[operation] |= {user} if user else set()
    operations = CONTRACT["operations"]
    print("successful requests of the collection, and of others:")
    for operation in operations:
        print(f"{by_us[operation]:7d} {by_others[operation]:7d}  {operation}")
    both = by_us.keys() | by_others.keys()
    print(f"{len(by_us)} of {len(operations)} operations used by the collection, {len(both)} by anybody")
    for violation, count in sorted(violations.items(), key=lambda item: str(item[0])):
        print(f"{count:5d} x {violation}")
    print(f"{violations.total()} violations")
    missing = options.require_all and len(by_us) < len(operations)
    outdated = options.operations and not _is_current(options.operations, operations_page.page(users), options.write)
    return 1 if violations or missing or outdated or not both else 0


def _is_current(path: Path, page: str, write: bool) -> bool:
    """Whether the page says what was seen; the lines that differ are printed."""
    if write:
        path.write_text(page, encoding="utf-8")
        return True
    said = path.read_text(encoding="utf-8") if path.exists() else ""
    differences = list(difflib.unified_diff(said.splitlines(), page.splitlines(), str(path), "seen", n=0, lineterm=""))
    for line in differences:
        print(line)
    return not differences


if __name__ == "__main__":
    sys.exit(main())
