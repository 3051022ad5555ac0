# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Everything that a person reads is in plain English, without the phrases that this project avoids, and in its
forms.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
FILES = [
    "README.md",
    "CONTRIBUTING.md",
    "Makefile",
    "galaxy.yml",
    ".ci/*",
    "docs/*.md",
    "docs/examples/**/*.yml",
    "plugins/**/*.py",
    "roles/**/*.md",
    "roles/**/*.yml",
    "roles/**/*.j2",
    "playbooks/**/*.yml",
    "sandbox/**/*.py",
    "sandbox/console/console.*",
    "tests/**/*.py",
    "tests/corpus/README.md",
    "changelogs/fragments/*",
    "extensions/**/*.yml",
    "meta/*.yml",
]
RELEASED_FRAGMENTS = {
    name
    for release in yaml.safe_load((ROOT / "changelogs/changelog.yaml").read_text(encoding="utf-8"))["releases"].values()
    for name in release.get("fragments", ())
}
"""Fragments whose text a release has taken up: history, which nobody rewrites."""

PAGES = sorted(
    {
        path
        for pattern in FILES
        for path in ROOT.glob(pattern)
        if path.is_file() and path.name not in RELEASED_FRAGMENTS and path != Path(__file__).resolve()
    }
)
AVOIDED = {
    r"shall": "must, ensure",
    r"sees? to|(is|are) seen to": "ensure, manage",
    r"tells? of|told of": "report, say",
    r"tells? (all|which|whether|what|when|where|how)": "report, say",
    r"lets? (him|her|them|it|users?|somebody|nobody|people)? ?in|(is|are) let in": "allow, enable",
    r"(keeps?|keeping|kept)( him| her| them| users?)? out": "disable, refuse",
    r"switch(es|ed|ing)? (on|off)": "enable, disable",
    r"none such": "name the thing",
    r"what there is": "what exists",
    r"(is|are|was|were) to be": "must be",
    r"mend(s|ed|ing)?": "fix, repair",
    r"meanwhile": "while, in the meantime",
    r"needed (is|are)": "requires",
    r"anew": "again",
    r"the world": "the current state",
    r"under way|on (its|their) way": "pending",
    r"tak(e|es|en|ing) away|took away": "remove",
    r"of (its|their) own": "own, separate",
    r"(is|are|was|were) at it": "holds the lock",
    r"faults? (of|in) reseller\.toolkit": "bug in reseller.toolkit",
    r"as good as": "count as, incomplete",
    r"who may call": "credentials, allowed clients",
    r"once more": "again",
    r"lost sight of": "forgotten",
    r"(takes?|processes) \w+ after each other": "in batches",
    r"where an? \w+( \w+)? belongs to": "identified by",
    r"ha(s|ve) it so|made so": "ensure",
    r"go(es)? on": "continue, be pending",
    r"brings? about": "cause, apply",
    r"by way of": "with, through",
    r"as it shall": "as desired",
    r"behaviour|colour|favour|honour|neighbour|organisation|recognise\w*": "American spelling",
}
"""Phrases as regular expressions, and what to write instead."""

_AVOIDED = {re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE): words for pattern, words in AVOIDED.items()}

# fmt: off
VERBS = {
    "accept", "add", "alter", "bound", "change", "check", "compare", "compute", "configure", "convert", "count",
    "create", "distinguish", "do", "document", "drop", "fail", "find", "fix", "ignore", "keep", "leave", "let",
    "list", "manage", "mask", "match", "name", "never", "normalize", "order", "place", "poll", "process", "put",
    "queue", "read", "record", "refuse", "remove", "replace", "report", "restore", "return", "send", "set", "show",
    "sign", "start", "take", "treat", "understand", "update", "warn",
}
"""Verbs with which an entry of the changelog begins."""

ACTIONS = {
    "Accept", "Add", "Allow", "Audit", "Begin", "Block", "Call", "Change", "Check", "Compare", "Copy", "Count",
    "Create", "Deliver", "Deny", "Disable", "Enable", "Ensure", "Fail", "Filter", "Find", "Forget", "Leave", "Link",
    "List", "Manage", "Move", "Order", "Pause", "Point", "Provision", "Read", "Record", "Register", "Release", "Remove",
    "Rename", "Report", "Request", "Resolve", "Run", "Save", "Send", "Serve", "Set", "Show", "Stop", "Summarize",
    "Take", "Transfer", "Use", "Wait", "Watch", "Write",
}
"""Verbs with which the name of a task or the short description of a module begins."""
# fmt: on


def prose_of(source: str) -> Iterator[str]:
    """Yield the comments, docstrings and names of tests in Python code."""
    first = True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.string.lstrip("#: ")
        elif token.type == tokenize.STRING and first and token.string.endswith('"""'):
            yield token.string
        elif token.type == tokenize.NAME and token.string.startswith("test_"):
            yield token.string.replace("_", " ")
        if token.type not in (tokenize.NL, tokenize.COMMENT):
            first = token.type in (tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)


def text_of(page: Path) -> str:
    """Return what a person reads in a file, with spaces for line ends; of tests without their data."""
    text = page.read_text(encoding="utf-8")
    if page.suffix == ".py" and page.is_relative_to(ROOT / "tests"):
        text = "\n".join(prose_of(text))
    # The end of a line separates words like a space, also in a comment.
    return re.sub(r"[\s#]+", " ", text)


def phrases_in(text: str) -> dict[str, str]:
    """Return the phrases to avoid in a text, with what to write instead."""
    return {match[0]: words for pattern, words in _AVOIDED.items() for match in pattern.finditer(text)}


def unreleased_entries() -> Iterator[tuple[str, str]]:
    """Yield each entry of the fragments that no release contains, with the name of its file."""
    for path in sorted((ROOT / "changelogs/fragments").iterdir()):
        if path.name not in RELEASED_FRAGMENTS:
            for entries in yaml.safe_load(path.read_text(encoding="utf-8")).values():
                for entry in [] if isinstance(entries, str) else entries:
                    yield path.name, entry


def constant_of(path: Path, name: str) -> Any:
    """Return the parsed YAML in a constant of a Python file, None without it."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return yaml.safe_load(ast.literal_eval(node.value))
    return None


class Loader(yaml.SafeLoader):
    """Reads the YAML of playbooks, ignoring tags such as ``!vault``."""


Loader.add_multi_constructor("!", lambda loader, suffix, node: None)


def names_in(data: Any) -> Iterator[str]:
    """Yield the names of plays, blocks and tasks at any depth."""
    if isinstance(data, list):
        for item in data:
            yield from names_in(item)
    elif isinstance(data, dict):
        is_task = any("." in key or key in ("block", "hosts", "vars") for key in data)
        if is_task and isinstance(data.get("name"), str):
            yield data["name"]
        for value in data.values():
            yield from names_in(value)


def task_names() -> Iterator[tuple[str, str]]:
    """Yield the name of each task in roles, playbooks and examples, with its file."""
    for pattern in ("roles/*/tasks/*.yml", "playbooks/*.yml", "docs/examples/**/*.yml"):
        for path in sorted(ROOT.glob(pattern)):
            for name in names_in(yaml.load(path.read_text(encoding="utf-8"), Loader)):
                yield str(path.relative_to(ROOT)), name
    for path in sorted((ROOT / "plugins/modules").glob("*.py")):
        for name in names_in(constant_of(path, "EXAMPLES")):
            yield str(path.relative_to(ROOT)), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_no_phrase_to_avoid(page: Path) -> None:
    assert phrases_in(text_of(page)) == {}


def test_phrases_are_found_in_comments_across_lines_and_in_names_of_tests() -> None:
    source = (
        '"""Text.\n\nIt is to\nbe done.\n"""\nx = "anew"\n\n\ndef test_it_goes_on():  # tell\n    # of it\n    pass\n'
    )
    found = phrases_in(re.sub(r"[\s#]+", " ", "\n".join(prose_of(source))))
    assert found.keys() == {"is to be", "goes on", "tell of"}


def test_changelog_entries_name_what_changed_and_begin_with_a_verb() -> None:
    entries = [*unreleased_entries()]
    assert len(entries) > 100
    form = re.compile(r"[\w, *`]+ - (?P<verb>[a-z]+),? .*\.", re.DOTALL)
    matches = [(file, entry, form.fullmatch(entry)) for file, entry in entries]
    assert [(file, entry) for file, entry, match in matches if match is None or match["verb"] not in VERBS] == []


@pytest.mark.parametrize("module", sorted((ROOT / "plugins/modules").glob("*.py")), ids=lambda module: module.stem)
def test_short_description_is_imperative_short_and_without_full_stop(module: Path) -> None:
    text = constant_of(module, "DOCUMENTATION")["short_description"]
    assert len(text) <= 60
    assert not text.endswith(".")
    assert re.split(r"[ ,]", text)[0] in ACTIONS


def test_task_names_begin_with_a_verb_and_have_no_full_stop() -> None:
    names = [*task_names()]
    assert len(names) > 150
    assert [(file, name) for file, name in names if name.endswith(".") or name.split()[0] not in ACTIONS] == []
