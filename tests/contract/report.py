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

from tests.contract.checker import CONTRACT, OWN_AGENT, Violation, check, header, operation_of


def exchanges(folder: Path) -> Iterator[dict[str, Any]]:
    """Every line of every log; the last line of a server that was killed may be cut."""
    for path in sorted(folder.rglob("*.jsonl")):
        for line in path.read_text().splitlines():
            try:
                yield json.loads(line)
            except ValueError:
                continue


def main(words: list[str] | None = None) -> int:
    """Print the report; 1 if anything disagrees, or an operation is missing that should not be."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--require-all", action="store_true", help="every operation must have been used")
    options = parser.parse_args(words)
    used: Counter[str] = Counter()
    violations: Counter[Violation] = Counter()
    for exchange in exchanges(options.folder):
        violations.update(check(exchange))
        operation = operation_of(exchange["method"], exchange["path"])
        if operation and header(exchange["request_headers"], "user-agent").startswith(OWN_AGENT):
            used[operation] += 1
    operations = CONTRACT["operations"]
    for operation in operations:
        print(f"{used[operation]:7d}  {operation}")
    print(f"{len(used)} of {len(operations)} operations used by the collection")
    for violation, count in sorted(violations.items(), key=lambda item: str(item[0])):
        print(f"{count:5d} x {violation}")
    print(f"{sum(violations.values())} violations")
    missing = options.require_all and len(used) < len(operations)
    return 1 if violations or missing or not used else 0


if __name__ == "__main__":
    sys.exit(main())
