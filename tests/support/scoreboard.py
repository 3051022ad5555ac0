# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fault table as a scoreboard: a plugin for pytest (``-p tests.support.scoreboard``).

A test of a row of the table has a mark for each row and kind of call,
``@pytest.mark.row(number, call)``. At the end of the run the table is printed with the outcomes of its tests, and
written as Markdown with ``--scoreboard FILE``. The run fails if a cell of the table has no passed test, and if the
verdicts differ from those in ``--compare-with FILE``. How many tests confirm a cell, and what they order, is not
compared: that changes with each case that is added.

Tests report purchases with ``record_property``: ``bought`` is how many things of one intent the server holds at the
end (``things``: of several intents), ``wanted`` how many orders were allowed (without it, one for each ``bought``),
``orders`` how many reached the server, whatever their outcome, and ``too_many`` how many of those that were not
clearly refused exceeded the allowed number. ``policy`` (`PolicyRun`) is the number of purchases of a retry policy under
a fault, for the comparison below the table.

Some of these tests belong to ``make test``. There ``--keep-rows FILE`` stores their outcomes without a table, and
``--kept-rows FILE`` adds them to the table of a later run that does not include these tests.
"""

from __future__ import annotations

import difflib
import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

CALLS = ("read", "put", "delete", "free post", "paying post")
ANY = "any"
WRITES = CALLS[1:]
POSTS = ("free post", "paying post")
PAYING = ("paying post",)
#: The columns that count what the tests did: they say nothing about the collection.
COUNTS = ("allowed", "orders sent", "bought")
NUMBER_OF_TESTS = re.compile(r"\bpass \d+")

ROWS: dict[int, tuple[str, tuple[str, ...]]] = {
    1: ("no connection: refused, no such host, connecting takes too long", CALLS),
    2: ("executed, and the answer is lost", CALLS),
    3: ("lost before it was executed", CALLS),
    4: ("500, 502, 503, 504 although it was executed", WRITES),
    5: ("500, 502, 503, 504 and not executed", CALLS),
    6: ("429 with Retry-After", CALLS),
    7: ("many processes at an exhausted rate limit", ("read", "paying post")),
    8: ("Retry-After missing, negative, a date, garbage, enormous", ("read", "paying post")),
    9: ("job that takes longer than wait_timeout", PAYING),
    10: ("run killed between its order and the job's end", PAYING),
    11: ("job that failed", PAYING),
    12: ("job that was cancelled", PAYING),
    13: ("job that ends with no link, with several, or without a 201", PAYING),
    14: ("job that is not known at first", PAYING),
    15: ("job with an unknown state", PAYING),
    16: ("thing that is visible only after its job has ended", PAYING),
    17: ("answer to a certificate's order lost", PAYING),
    18: ("certificate request that is ongoing, issued, or gone", PAYING),
    19: ("redirection, or Location, to another origin", CALLS),
    20: ("Location that is relative, without /v2, or absolute", PAYING),
    21: ("clock that is wrong by hours", CALLS),
    22: ("wrong key, or an address that is not allowed", CALLS),
    23: ("body truncated, empty, a web page, of another type, with a byte order mark", CALLS),
    24: ("body of gigabytes, plain or compressed", ("read", "paying post")),
    25: ("certificate expired, for another host, self-signed; no TLS", (ANY,)),
    26: ("proxy that refuses or fails", (ANY,)),
    27: ("pages that are short, repeat themselves or shift", ("read",)),
    28: ("two runs create the same thing at once", POSTS),
    29: ("many records, and a failure half way", ("free post",)),
    30: ("removing more than allowed, or the provider's records", ("delete",)),
    31: ("check mode under each of these faults", CALLS),
    32: ("secrets in output, results, files", CALLS),
    33: ("journal damaged, unreadable, read-only, of another owner; disk full", PAYING),
    34: ("open entry of another day, key or user", PAYING),
    35: ("answer that arrives a byte at a time", CALLS),
    36: ("kept connection that closes as the request arrives", CALLS),
    37: ("key replaced between a kill and the next run", PAYING),
    38: ("read answered with another 2xx, or 200 without body or with another content type", POSTS),
    39: ("total missing, doubled, too small, not a number; pages shorter than requested", PAYING),
    40: ("listed, but its details are missing or empty", PAYING),
    41: ("property that identifies or decides is missing, null, of another type, empty, unknown", POSTS),
    42: ("journal that can't be written after the order was accepted", PAYING),
    43: ("recovered, awaited, or existing: with another pack, password or owner than desired", PAYING),
    44: ("valid certificate of another key", PAYING),
    45: ("raw call and module for one thing; spellings of a path", PAYING),
    46: ("clock set by an hour during a wait, and between two runs", ("free post", "paying post")),
    47: ("one API under several spellings of its address", ("read", "paying post")),
    48: ("state folder that others can change; a trusted group; an arbitrary user", ("read", "paying post")),
    49: (
        "plain bytes, alert, bad record, close: before, during, after the TLS handshake",
        ("read", "free post", "paying post"),
    ),
    50: ("JSON nested without end, wrong types inside, error bodies of other shapes", ("read", *POSTS)),
    51: ("one mistake in a customer's dictionary", PAYING),
    52: ("more orders than max_orders", PAYING),
}
"""The fault table: faults, and the kinds of calls that must be tested under each."""


@dataclass(frozen=True)
class PolicyRun:
    """The outcome of a retry policy under a fault.

    Attributes:
        policy: the policy in a few words.
        fault: the fault in a few words.
        bought: how many things exist for the one that was ordered.
    """

    policy: str
    fault: str
    bought: int

    def record(self, record_property: Any) -> None:
        """Record the outcome for the scoreboard."""
        record_property("policy", [self.policy, self.fault, self.bought])


@dataclass
class Cell:
    """The outcomes of the tests of one row and one kind of call."""

    passed: int = 0
    failed: int = 0

    def __str__(self) -> str:
        if self.failed:
            return f"FAILED {self.failed}/{self.failed + self.passed}"
        return f"pass {self.passed}" if self.passed else "MISSING"

    @property
    def good(self) -> bool:
        """Whether at least one test passed and none failed."""
        return self.passed > 0 and not self.failed


@dataclass
class Purchases:
    """The purchases in the tests of a row."""

    wanted: int = 0
    orders: int = 0
    too_many: int = 0
    bought: int = 0
    twice: int = 0


@dataclass
class Score:
    """The outcomes of all tests."""

    cells: dict[tuple[int, str], Cell] = field(default_factory=lambda: defaultdict(Cell))
    purchases: dict[int, Purchases] = field(default_factory=lambda: defaultdict(Purchases))
    policies: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def add(self, passed: bool, properties: Iterable[tuple[str, Any]]) -> None:
        """Count a test with its properties."""
        told: dict[str, list[Any]] = defaultdict(list)
        for name, value in properties:
            told[name].append(value)
        marks = set(map(tuple, told["row"]))
        for mark in marks:
            if passed:
                self.cells[mark].passed += 1
            else:
                self.cells[mark].failed += 1
        for number in {number for number, _call in marks}:
            row = self.purchases[number]
            row.wanted += sum(told["wanted"]) if told["wanted"] else len(told["bought"])
            row.orders += sum(told["orders"])
            row.too_many += sum(told["too_many"])
            row.bought += sum(told["bought"]) + sum(told["things"])
            row.twice += sum(max(0, count - 1) for count in told["bought"])
        for policy, fault, bought in told["policy"]:
            self.policies[policy][fault] += max(0, bought - 1)

    def row_passed(self, number: int) -> bool:
        """Return whether each cell of the row passed, without an order too many and without a double purchase."""
        row = self.purchases[number]
        return not (row.twice or row.too_many) and all(
            self.cells[number, call].good for call in {*ROWS[number][1], *self._shown_of(number)}
        )

    @property
    def passed(self) -> bool:
        """Whether every row passed."""
        return all(self.row_passed(number) for number in ROWS)

    def _shown_of(self, number: int) -> set[str]:
        return {call for row, call in self.cells if row == number}

    def table(self) -> list[list[str]]:
        """Return the fault table, its header first."""
        lines = [["#", "fault", *CALLS, ANY, "result", "allowed", "orders sent", "too many", "bought", "twice"]]
        for number, (fault, calls) in ROWS.items():
            wanted = {*calls, *self._shown_of(number)}
            cells = [str(self.cells[number, call]) if call in wanted else "" for call in (*CALLS, ANY)]
            row = self.purchases[number]
            counts = [row.wanted, row.orders, row.too_many, row.bought, row.twice]
            result = "pass" if self.row_passed(number) else "FAIL"
            lines.append([str(number), fault, *cells, result, *map(str, counts)])
        return lines

    def comparison(self) -> list[list[str]]:
        """Return the number of surplus purchases of each policy by fault, the header first."""
        # Sorted, as the order must not depend on which test ends first.
        faults = sorted({fault for counts in self.policies.values() for fault in counts})
        lines = [["policy", *faults, "all"]]
        for policy, counts in sorted(self.policies.items()):
            lines.append([policy, *(str(counts[fault]) for fault in faults), str(sum(counts.values()))])
        return lines

    def summary(self) -> str:
        """Return a summary in one line."""
        good = sum(self.row_passed(number) for number in ROWS)
        twice = sum(row.twice for row in self.purchases.values())
        too_many = sum(row.too_many for row in self.purchases.values())
        return f"{good} of {len(ROWS)} rows pass; orders too many: {too_many}; bought twice: {twice}."


def as_markdown(score: Score) -> str:
    """Return the scoreboard as Markdown for the documentation."""
    parts = [
        "# Faults and purchases",
        "Made by `make faults`, which fails when a verdict on this page is no longer true. Each cell shows how many "
        "tests confirmed the right outcome for this fault and this kind of call when the page was written, with real "
        "processes and a real server. *allowed* counts the orders that might be sent in "
        "these tests: one for each intent, and one more after each confirmation by a person or cancellation by the"
        " vendor. *orders sent* counts each paying POST whose headers reached the server, whatever its outcome; "
        "clearly refused ones (401, 429) may be resent, and all others count as *too many* above the allowed "
        "number. *bought* is what the server holds at the end; less than allowed is right where an order must not "
        "be repeated.",
        "The server accepts duplicate orders, as this reveals them. Each row with paying calls is also tested with"
        " a server that refuses them.",
        score.summary(),
        _markdown_table(score.table()),
    ]
    if score.policies:
        parts += [
            "## The same faults under common retry policies",
            "The number of surplus purchases, with one desired purchase in each test.",
            _markdown_table(score.comparison()),
        ]
    return "\n\n".join(parts) + "\n"


def differences(page: str, made: str) -> list[str]:
    """Return the lines in which the verdicts of two pages differ."""
    lines = difflib.ndiff(_verdicts(page), _verdicts(made))
    return [line for line in lines if line.startswith(("-", "+"))]


def _verdicts(page: str) -> list[str]:
    """Return the lines of a page without the number of tests and without the columns that count what they did."""
    lines: list[str] = []
    counted: list[int] = []
    for line in page.splitlines():
        cells = line.split(" | ")
        if set(COUNTS) <= set(cells):
            counted = [cells.index(name) for name in COUNTS]
        elif not line.startswith("|"):
            counted = []
        kept = [cell for index, cell in enumerate(cells) if index not in counted]
        lines.append(NUMBER_OF_TESTS.sub("pass", " | ".join(kept)))
    return lines


def _markdown_table(lines: Sequence[Sequence[str]]) -> str:
    head, *rest = (f"| {' | '.join(line)} |" for line in lines)
    return "\n".join([head, "|" + " --- |" * len(lines[0]), *rest])


def _aligned(lines: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return ["  ".join(f"{cell:{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines]


class Ends:
    """Tracks whether tests passed."""

    def __init__(self) -> None:
        self._failed: set[str] = set()
        self._skipped: set[str] = set()

    def passed(self, report: pytest.TestReport) -> bool | None:
        """Return whether a test passed; None before its end and for a skipped test."""
        if report.failed:
            self._failed.add(report.nodeid)
        if report.skipped:
            self._skipped.add(report.nodeid)
        if report.when != "teardown" or report.nodeid in self._skipped:
            return None
        return report.nodeid not in self._failed


class Scoreboard:
    """Collects outcomes from the worker processes, or from this process."""

    def __init__(self, file: str | None, kept: str | None = None, compared: str | None = None) -> None:
        self.score = Score()
        self._file = file
        self._compared = compared
        self._ends = Ends()
        for passed, properties in json.loads(Path(kept).read_text(encoding="utf-8")) if kept else []:
            self.score.add(passed, properties)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Count a test at its end."""
        passed = self._ends.passed(report)
        if passed is not None:
            self.score.add(passed, report.user_properties)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the table, and fail the run unless every row passed."""
        if self._file:
            Path(self._file).write_text(as_markdown(self.score), encoding="utf-8")
        if (not self.score.passed or self._differences()) and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def _differences(self) -> list[str]:
        if not self._compared:
            return []
        return differences(Path(self._compared).read_text(encoding="utf-8"), as_markdown(self.score))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table, and its differences from the table to compare with."""
        terminalreporter.section("fault table")
        for line in _aligned(self.score.table()):
            terminalreporter.write_line(line)
        if self.score.policies:
            terminalreporter.write_line("")
            for line in _aligned(self.score.comparison()):
                terminalreporter.write_line(line)
        terminalreporter.write_line("")
        terminalreporter.write_line(self.score.summary())
        if found := self._differences():
            terminalreporter.write_line(f"{self._compared} differs; `make fault-table` writes it again:")
            for line in found:
                terminalreporter.write_line(line)


class RowKeeper:
    """Stores the outcomes of the tests of rows, for the table of a later run."""

    def __init__(self, file: str) -> None:
        self._file = Path(file)
        self._ends = Ends()
        self._said: list[tuple[bool, list[tuple[str, Any]]]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep a test at its end."""
        passed = self._ends.passed(report)
        if passed is not None and any(name == "row" for name, _value in report.user_properties):
            self._said.append((passed, report.user_properties))

    def pytest_sessionfinish(self) -> None:
        """Write the outcomes."""
        self._file.write_text(json.dumps(self._said), encoding="utf-8")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    parser.addoption("--scoreboard", metavar="FILE", help="write the fault table as Markdown")
    parser.addoption("--compare-with", metavar="FILE", help="a fault table as Markdown that must say the same")
    parser.addoption("--keep-rows", metavar="FILE", help="keep what tests of rows said, and print no table")
    parser.addoption("--kept-rows", metavar="FILE", help="add what such a run has kept to the table")


def pytest_configure(config: pytest.Config) -> None:
    """Register the plugin in the process that receives all results."""
    if hasattr(config, "workerinput"):
        return
    if keep := config.getoption("keep_rows"):
        config.pluginmanager.register(RowKeeper(keep), "row keeper")
    else:
        config.pluginmanager.register(
            Scoreboard(*(config.getoption(name) for name in ("scoreboard", "kept_rows", "compare_with"))), "scoreboard"
        )


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Attach the rows to the results of each test: marks are not passed between processes."""
    for item in items:
        for mark in item.iter_markers("row"):
            number, call = mark.args
            if number not in ROWS or call not in (*CALLS, ANY):
                raise pytest.UsageError(f"{item.nodeid}: the fault table has no row {number} for {call}")
            item.user_properties.append(("row", [number, call]))
