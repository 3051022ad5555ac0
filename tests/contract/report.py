# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Hold all exchange logs of a folder against the contract, and list the operations that the collection used.

python -m tests.contract.report FOLDER [--require-all]
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
    options = parser.parse_args(words)
    by_us: Counter[str] = Counter()
    by_others: Counter[str] = Counter()
    violations: Counter[Violation] = Counter()
    for exchange in exchanges(options.folder):
        if isinstance(exchange, Violation):
            violations[exchange] += 1
            continue
        violations.update(check(exchange))
        operation = operation_of(exchange["method"], exchange["path"])
        if operation and is_success(exchange):
            (by_us if is_own(exchange) else by_others)[operation] += 1
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
    return 1 if violations or missing or not both else 0


if __name__ == "__main__":
    sys.exit(main())
