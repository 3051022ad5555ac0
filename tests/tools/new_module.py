# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Register a new module, and print what it still lacks: ``python tests/tools/new_module.py configcat_proxy``.

It writes what can be derived from the name: the action plugin, and the entry in ``meta/runtime.yml``.
"""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]
ACTION = '''\
# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The action plugin of ``reseller.toolkit.{name}``."""

from __future__ import annotations

from ansible_collections.reseller.toolkit.plugins.modules import {name}
from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import InProcess


class ActionModule(InProcess):
    """Runs ``{name}``."""

    module = {name}
'''
#: What a module's file must assign and define.
PARTS = {"DOCUMENTATION", "EXAMPLES", "RETURN", "SPEC", "run", "main"}


def with_module(runtime: str, name: str) -> str:
    """Return ``meta/runtime.yml`` with a module in the action group of its service, in alphabetical order."""
    service = name.partition("_")[0]
    group = re.search(rf"^  {service}:\n((?:    - \w+\n)+)", runtime, re.MULTILINE)
    if group is None:
        raise SystemExit(f"meta/runtime.yml has no action group {service}. Add it first: this is a new service.")
    members = sorted({*re.findall(r"\w+", group[1]), name})
    return runtime[: group.start(1)] + "".join(f"    - {member}\n" for member in members) + runtime[group.end(1) :]


def write(root: Path, name: str) -> list[str]:
    """Write what can be derived from the name, and return the files that changed."""
    written = []
    runtime = root / "meta/runtime.yml"
    for path, text in (
        (root / f"plugins/action/{name}.py", ACTION.format(name=name)),
        (runtime, with_module(runtime.read_text(encoding="utf-8"), name)),
    ):
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            written.append(str(path.relative_to(root)))
    return written


def defined(path: Path) -> set[str]:
    """Return the names that a source file assigns, defines or imports at its top level."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body if path.exists() else ():
        if isinstance(node, (ast.Assign, ast.AnnAssign)):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            found.update(ast.unparse(target) for target in targets)
        elif isinstance(node, ast.FunctionDef):
            found.add(node.name)
        elif isinstance(node, ast.ImportFrom):
            found.update(alias.asname or alias.name for alias in node.names)
    return found


def takes_texts(module: Path) -> bool:
    """Return whether a module documents an option that holds a text, apart from those in fragments."""
    found = re.search(r'^DOCUMENTATION = r"""\n(.*?)^"""', module.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    options = (yaml.safe_load(found[1]).get("options") or {}).values() if found else ()
    return any({option.get("type"), option.get("elements")} & {"str", "path"} for option in options)


def mentions(paths: list[Path], name: str) -> bool:
    """Return whether one of these files has the name as a word."""
    return any(re.search(rf"\b{name}\b", path.read_text(encoding="utf-8")) for path in paths)


def missing(root: Path, name: str) -> list[str]:
    """Return what a module lacks, one line each."""
    module = root / f"plugins/modules/{name}.py"
    parts = PARTS - defined(module)
    action_groups = yaml.safe_load((root / "meta/runtime.yml").read_text(encoding="utf-8"))["action_groups"]
    options = yaml.safe_load((root / "tests/unit/text_options.yml").read_text(encoding="utf-8"))
    integration = sorted((root / "tests/integration").glob("*.py"))
    changelog = [*(root / "changelogs/fragments").glob("*.yml"), root / "changelogs/changelog.yaml"]
    wanted = {
        f"plugins/modules/{name}.py: {', '.join(sorted(parts))}": not parts,
        f"plugins/action/{name}.py": (root / f"plugins/action/{name}.py").exists(),
        f"meta/runtime.yml: {name} in its action group": any(name in members for members in action_groups.values()),
        f"tests/unit/text_options.yml: the class of each option that holds a text, below {name}": (
            name in options or (module.exists() and not takes_texts(module))
        ),
        "tests/integration: a play that creates, changes and removes it": mentions(integration, name),
        "README.md: a row in the table of modules": mentions([root / "README.md"], name),
        "changelogs/fragments: an entry that names it": mentions(changelog, name),
    }
    return [line for line, there in wanted.items() if not there]


def main() -> None:
    """Write what can be written, and print what is missing."""
    if len(sys.argv) != 2 or not re.fullmatch(r"[a-z]+(_[a-z]+)+", sys.argv[1]):
        raise SystemExit("usage: python tests/tools/new_module.py SERVICE_NAME, such as configcat_proxy")
    name = sys.argv[1]
    for path in write(ROOT, name):
        print(f"written: {path}")
    lines = missing(ROOT, name)
    for line in lines:
        print(f"missing: {line}")
    print("Then run the unit tests, and `make test operations`." if not lines else "Run this again afterwards.")


if __name__ == "__main__":
    main()
