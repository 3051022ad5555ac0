# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Count the lines of code of a service: per module, and in total. ``python tests/tools/count_lines.py SERVICE``

Lines of code exclude empty lines, comments and docstrings. The documentation of a module for
its users (``DOCUMENTATION``, ``EXAMPLES``, ``RETURN``, documentation fragments) is counted apart.
"""

from __future__ import annotations

import argparse
import ast
import io
import sys
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NO_CODE = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
DOCUMENTS = {"DOCUMENTATION", "EXAMPLES", "RETURN"}


def lines_of(path: Path) -> tuple[int, int]:
    """Return the lines of code in a file, and those of documentation for users."""
    text = path.read_text(encoding="utf-8")
    docstrings: set[int] = set()
    documentation: set[int] = set()
    for first, last, is_docstring in texts_in(ast.parse(text), all_of_them=path.parent.name == "doc_fragments"):
        (docstrings if is_docstring else documentation).update(range(first, last + 1))
    code: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in NO_CODE:
            code.update(range(token.start[0], token.end[0] + 1))
    return len(code - docstrings - documentation), len(documentation)


def texts_in(tree: ast.Module, *, all_of_them: bool) -> Iterator[tuple[int, int, bool]]:
    """Yield the first and the last line of each text that is not code, and whether it is a docstring.

    Args:
        tree: the file.
        all_of_them: whether every text with a name is documentation, as in a documentation fragment.
    """
    for node in ast.walk(tree):
        value = getattr(node, "value", None)
        if not isinstance(value, ast.Constant) or not isinstance(value.value, str):
            continue
        if isinstance(node, ast.Expr):
            yield node.lineno, node.end_lineno or node.lineno, True
        elif isinstance(node, ast.Assign) and (all_of_them or getattr(node.targets[0], "id", "") in DOCUMENTS):
            yield node.lineno, node.end_lineno or node.lineno, False


def main() -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("service")
    service = parser.parse_args().service
    plugins = ROOT / "plugins"
    parts = {
        "modules": sorted(plugins.glob(f"modules/{service}_*.py")),
        "action plugins": sorted(plugins.glob(f"action/{service}_*.py")),
        "module_utils": sorted(plugins.glob(f"module_utils/{service}/*.py")),
        "documentation fragments": sorted(plugins.glob(f"doc_fragments/{service}.py")),
    }
    print("| | code | documentation |\n| --- | ---: | ---: |")
    for path in parts["modules"]:
        print("| `{}` | {} | {} |".format(path.stem, *lines_of(path)))
    total = [0, 0]
    for name, paths in parts.items():
        counted = [lines_of(path) for path in paths]
        code, documentation = (sum(column) for column in zip(*counted, strict=True)) if counted else (0, 0)
        total = [total[0] + code, total[1] + documentation]
        print(f"| {name}, {len(paths)} in all | {code} | {documentation} |")
    print(f"| **all** | **{total[0]}** | **{total[1]}** |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
