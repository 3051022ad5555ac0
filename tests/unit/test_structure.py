# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the collection that must name the same modules do."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_check import SPEC

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for path in (ROOT / "plugins/modules").glob("*.py") if path.stem != "__init__")


#: Actions that run on the controller only: their module is documentation, and other modules do the work.
CONTROLLER_ONLY = {"reseller_hosting_check"}


def names(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"}


def literals(path: Path) -> dict[str, Any]:
    """The module's top-level strings, without importing it."""
    found = {}
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant):
            found.update({target.id: node.value.value for target in node.targets if isinstance(target, ast.Name)})
    return found


def runtime() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "meta/runtime.yml").read_text())
    return loaded


def test_there_are_modules() -> None:
    assert MODULES


def test_every_module_has_its_action_plugin_and_no_other_exists() -> None:
    assert names("plugins/action") == names("plugins/modules")


def test_every_module_is_in_exactly_one_action_group() -> None:
    members = [module for group in runtime()["action_groups"].values() for module in group]
    assert sorted(members) == sorted(names("plugins/modules"))


def test_action_group_is_the_service_that_the_name_begins_with() -> None:
    for group, members in runtime()["action_groups"].items():
        assert [module for module in members if not module.startswith(f"{group}_")] == []


def test_every_module_is_used_by_an_integration_test() -> None:
    files = [path for path in (ROOT / "tests/integration").rglob("*") if path.suffix in (".py", ".yml")]
    words = {word for path in files for word in re.findall(r"\w+", path.read_text())}
    assert [path.stem for path in MODULES if path.stem not in words] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_module_is_documented(module: Path) -> None:
    found = literals(module)
    for part in ("DOCUMENTATION", "EXAMPLES", "RETURN"):
        assert yaml.safe_load(found.get(part, "")), part
    documentation = yaml.safe_load(found["DOCUMENTATION"])
    assert documentation["module"] == module.stem
    assert set(documentation.get("extends_documentation_fragment", [])) & {
        f"reseller.toolkit.{group}" for group in runtime()["action_groups"]
    }


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_examples_use_full_names(module: Path) -> None:
    for task in yaml.safe_load(literals(module)["EXAMPLES"]):
        actions = [key for key in task if "." in key or key.startswith("reseller_")]
        assert all("." in action for action in actions), task.get("name")


def test_action_plugin_runs_the_module_of_its_name() -> None:
    for path in (ROOT / "plugins/action").glob("*.py"):
        if path.stem not in CONTROLLER_ONLY | {"__init__"}:
            assert f"module = {path.stem}\n" in path.read_text(), path.name


def test_module_of_the_controller_is_documentation_only() -> None:
    for name in CONTROLLER_ONLY:
        body = ast.parse((ROOT / f"plugins/modules/{name}.py").read_text()).body
        code = [node for node in body if not isinstance(node, (ast.Expr, ast.Assign, ast.ImportFrom))]
        assert code == []
        assert "module =" not in (ROOT / f"plugins/action/{name}.py").read_text()


def test_options_of_the_hosting_check_are_documented() -> None:
    documentation = yaml.safe_load(literals(ROOT / "plugins/modules/reseller_hosting_check.py")["DOCUMENTATION"])
    own = {name: option for name, option in SPEC["argument_spec"].items() if name not in connection_options()}
    documented = {
        name: {key: option[key] for key in ("type", "required", "default") if key in option}
        for name, option in documentation["options"].items()
    }
    assert documented == own


def test_execution_environments_install_what_the_modules_need() -> None:
    assert (ROOT / "meta/ee-requirements.txt").read_text() == (ROOT / "requirements.txt").read_text()
    environment = yaml.safe_load((ROOT / "meta/execution-environment.yml").read_text())
    assert all((ROOT / path).is_file() for path in environment["dependencies"].values())
