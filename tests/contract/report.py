# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check all exchange logs of a folder against the contracts, and list the operations that the collection used.

python -m tests.contract.report FOLDER [--require SERVICE…] [--operations PAGE [--write]]
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
from tests.contract.checker import Violation, check, is_own, is_success, operation_of
from tests.contract.contracts import CONTRACTS, Contract


def exchanges(folder: Path) -> Iterator[dict[str, Any] | Violation]:
    """Return every line of every log; only the last line of a killed server may be incomplete."""
    for path in sorted(folder.rglob("*.jsonl")):
        text = path.read_text(encoding="utf-8")
        for number, line in enumerate(text.splitlines(keepends=True), 1):
            try:
                yield json.loads(line)
            except ValueError:
                if line.endswith("\n"):
                    yield Violation(f"{path.name}:{number}", "log", "not a line of JSON")


def main(words: list[str] | None = None) -> int:
    """Print the report; return 1 if anything disagrees, or a required operation is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--require",
        nargs="+",
        choices=list(CONTRACTS),
        default=[],
        metavar="SERVICE",
        help="the collection must have used every operation of it with success, but for those that it leaves out",
    )
    parser.add_argument(
        "--operations",
        type=Path,
        help="the page that must say which module uses which operation of the required services, else of all",
    )
    parser.add_argument("--write", action="store_true", help="write that page instead")
    options = parser.parse_args(words)
    seen = {name: _Seen(contract) for name, contract in CONTRACTS.items()}
    violations: Counter[Violation] = Counter()
    for exchange in exchanges(options.folder):
        if isinstance(exchange, Violation):
            violations[exchange] += 1
            continue
        violations.update(check(exchange))
        operation = operation_of(exchange["method"], exchange["path"])
        if operation and is_success(exchange):
            seen[operation.contract.name].add(operation.name, exchange)
    print("successful requests of the collection, and of others:")
    for one in seen.values():
        one.tell()
    for violation, count in sorted(violations.items(), key=lambda item: str(item[0])):
        print(f"{count:5d} x {violation}")
    print(f"{violations.total()} violations")
    missing = [operation for name in options.require for operation in seen[name].missing()]
    page = operations_page.page({name: one.users for name, one in seen.items()}, options.require or list(CONTRACTS))
    outdated = options.operations and not _is_current(options.operations, page, options.write)
    nothing = not any(one.by_us or one.by_others for one in seen.values())
    return 1 if violations or missing or outdated or nothing else 0


class _Seen:
    """The used operations of a service."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.by_us: Counter[str] = Counter()
        self.by_others: Counter[str] = Counter()
        self.users: defaultdict[str, set[str]] = defaultdict(set)

    def add(self, operation: str, exchange: dict[str, Any]) -> None:
        """Count a successful exchange."""
        (self.by_us if is_own(exchange) else self.by_others)[operation] += 1
        user = operations_page.user_of(exchange)
        self.users[operation] |= {user} if user else set()

    def tell(self) -> None:
        """Print how often each operation was used."""
        for operation in self.contract.operations:
            print(f"{self.by_us[operation]:7d} {self.by_others[operation]:7d}  {operation}")
        both, known = self.by_us.keys() | self.by_others.keys(), len(self.contract.operations)
        print(
            f"{self.contract.name}: {len(self.by_us)} of {known} operations used by the collection, "
            f"{len(both)} by anybody"
        )

    def missing(self) -> set[str]:
        """Return the operations that the collection should have used and has not."""
        return set(self.contract.operations) - self.contract.left_out.keys() - self.by_us.keys()


def _is_current(path: Path, page: str, write: bool) -> bool:
    """Return whether the page matches the logs; differing lines are printed."""
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
