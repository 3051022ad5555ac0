# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documented options of all plugins and roles, with the versions that added them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("modules", "inventory", "callback", "filter", "lookup")
PREFIX = "reseller.toolkit."


@dataclass(frozen=True)
class Documented:
    """A plugin or a role.

    Attributes:
        added: its `version_added`; empty if it has none.
        options: the `version_added` of each option, that of the plugin's own where it has none. A suboption has its
            parents' names before its own, and their version if it has none.
        own: the options that name a version themselves.
    """

    added: str
    options: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)


def loaded(text: str) -> Any:
    """Return what a YAML text describes, with the parser in C where PyYAML has it."""
    return yaml.load(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader))


def constants(path: Path) -> dict[str, str]:
    """Return the texts that a source file assigns to names."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            found[ast.unparse(node.targets[0])] = node.value.value
    return found


def with_suboptions(options: dict[str, Any], added: str, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield each option with its dotted name, its version, and the version that it names itself."""
    for name, option in options.items():
        own = str((option or {}).get("version_added") or "")
        yield f"{prefix}{name}", own or added, own
        below = (option or {}).get("suboptions") or (option or {}).get("options") or {}
        yield from with_suboptions(below, own or added, f"{prefix}{name}.")


def merged(*options: dict[str, Any]) -> dict[str, Any]:
    """Return options from several places. Later descriptions of an option extend earlier ones, as in Ansible."""
    found: dict[str, Any] = {}
    for some in options:
        for name, option in some.items():
            found[name] = {**found.get(name, {}), **(option or {})}
    return found


def described(added: str, *options: dict[str, Any]) -> Documented:
    """Return a plugin with these options."""
    triples = list(with_suboptions(merged(*options), added))
    return Documented(
        added, {name: version for name, version, _own in triples}, {name: own for name, _version, own in triples if own}
    )


def fragments() -> dict[str, dict[str, Any]]:
    """Return the options of each documentation fragment, by the name that plugins extend."""
    found = {}
    for path in sorted((ROOT / "plugins/doc_fragments").glob("*.py")):
        for name, text in constants(path).items():
            part = "" if name == "DOCUMENTATION" else f".{name.lower()}"
            found[f"{PREFIX}{path.stem}{part}"] = (loaded(text) or {}).get("options") or {}
    return found


def all_documented() -> dict[str, Documented]:
    """Return all plugins and roles, by their folder and name, such as ``modules/reseller_account``."""
    shared = fragments()
    found = {}
    for kind in KINDS:
        for path in sorted((ROOT / "plugins" / kind).glob("*.py")):
            document = loaded(constants(path)["DOCUMENTATION"])
            extended = [shared[name] for name in document.get("extends_documentation_fragment") or [] if name in shared]
            own = document.get("options") or {}
            found[f"{kind}/{path.stem}"] = described(str(document.get("version_added") or ""), *extended, own)
    for path in sorted(ROOT.glob("roles/*/meta/argument_specs.yml")):
        entry = loaded(path.read_text(encoding="utf-8"))["argument_specs"]["main"]
        found[f"roles/{path.parts[-3]}"] = described(str(entry.get("version_added") or ""), entry["options"])
    return found
