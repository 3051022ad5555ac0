# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The parts of the collection that must name the same modules do, and imports go downwards only."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.plugin_utils.hosting_check import SPEC

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path for path in (ROOT / "plugins/modules").glob("*.py") if path.stem != "__init__")


#: Actions that run on the controller only: their module is documentation, and other modules do the work.
CONTROLLER_ONLY = {"reseller_hosting_check", "peertube_platform_check"}


def names(folder: str) -> set[str]:
    return {path.stem for path in (ROOT / folder).glob("*.py")} - {"__init__"}


def literals(path: Path) -> dict[str, Any]:
    """Return the module's top-level strings, without importing it."""
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


#: What all files of the collection are imported by.
COLLECTION = "ansible_collections.reseller.toolkit."
SERVICES = ("configcat", "crossbrowsertesting", "dataflowkit", "departureboard", "peertube", "reseller")
#: The layers: what the files of a folder may import of plugins; a folder stands for the files directly in it.
MAY_IMPORT = {
    "plugins/module_utils/rest": {"plugins/module_utils/rest"},
    "plugins/module_utils": {"plugins/module_utils", "plugins/module_utils/rest"},
    **{
        f"plugins/module_utils/{service}": {
            "plugins/module_utils",
            "plugins/module_utils/rest",
            f"plugins/module_utils/{service}",
        }
        for service in SERVICES
    },
    "plugins/modules": {"plugins/module_utils", "plugins/module_utils/rest"},
    "plugins/plugin_utils": {
        "plugins/module_utils",
        "plugins/module_utils/rest",
        "plugins/module_utils/peertube",
        "plugins/module_utils/reseller",
        "plugins/modules",
        "plugins/plugin_utils",
    },
    "plugins/action": {"plugins/modules", "plugins/plugin_utils"},
    **{
        folder: {
            "plugins/module_utils",
            "plugins/module_utils/rest",
            "plugins/module_utils/reseller",
            "plugins/plugin_utils",
        }
        for folder in ("plugins/callback", "plugins/filter", "plugins/inventory")
    },
    "plugins/lookup": {
        "plugins/module_utils",
        "plugins/module_utils/rest",
        "plugins/module_utils/departureboard",
    },
    "plugins/doc_fragments": set(),
}
#: What a client of a service offers to send requests, which is for the files of the service.
REQUESTS = {
    *("get", "items", "put", "delete", "post", "post_free", "post_again"),
    *("request", "reading", "collection", "total", "cached_get", "listed"),
}


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


@cache
def imports(path: Path) -> frozenset[str]:
    """Everything of this project that a file imports, also inside functions and for type checkers only."""
    package = module_name(path) if path.stem == "__init__" else module_name(path).rpartition(".")[0]
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {name.name for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: 1 - node.level or None] if node.level else []
            base = ".".join([*above, *filter(None, [node.module])])
            found |= {base, *(f"{base}.{name.name}" for name in node.names)}
    return known_modules() & {name.removeprefix(COLLECTION) for name in found}


@cache
def known_modules() -> frozenset[str]:
    return frozenset(module_name(path) for path in sources("plugins", "sandbox"))


def folder_of(module: str) -> str:
    return module.rpartition(".")[0].replace(".", "/")


def test_every_folder_of_plugins_has_a_layer() -> None:
    assert {folder_of(module_name(path)) for path in sources("plugins") if path.stem != "__init__"} == MAY_IMPORT.keys()


@pytest.mark.parametrize("folder", MAY_IMPORT)
def test_imports_go_downwards_only(folder: str) -> None:
    upwards = [
        f"{path.name}: {name}"
        for path in sorted((ROOT / folder).glob("*.py"))
        for name in sorted(imports(path))
        if folder_of(name) not in MAY_IMPORT[folder] | services_of(path)
    ]
    assert upwards == []


def services_of(path: Path) -> set[str]:
    """The service packages that a module may import: that of its name."""
    service = path.stem.partition("_")[0]
    return {f"plugins/module_utils/{service}"} if path.parent.name == "modules" else set()


def test_sandbox_and_plugins_share_nothing() -> None:
    for path in sources("plugins", "sandbox"):
        own = module_name(path).partition(".")[0]
        assert {name for name in imports(path) if name.partition(".")[0] != own} == set(), path


def test_imports_go_in_no_circle() -> None:
    """Modules without remaining imports or importers are removed repeatedly: circles remain."""
    left = {module_name(path): set(imports(path)) - {module_name(path)} for path in sources("plugins", "sandbox")}
    while True:
        imported = {name for names in left.values() for name in names}
        inside = {name: names & left.keys() for name, names in left.items() if names & left.keys() and name in imported}
        if inside == left:
            break
        left = inside
    assert {name: sorted(names) for name, names in left.items()} == {}


def test_only_the_storage_knows_the_state_folder() -> None:
    """Everything else gets a `Storage`, behind which there may be something else one day."""
    implementation = module_name(ROOT / "plugins/module_utils/rest/file_storage.py")
    importing = {module_name(path) for path in sources("plugins") if implementation in imports(path)}
    # Those that are told the folder.
    told = {
        "plugins.module_utils.connection",
        "plugins.callback.progress",
    }
    assert importing == told


def test_class_names_are_unique() -> None:
    classes = Counter(
        node.name
        for path in sources("plugins/module_utils", "plugins/plugin_utils")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef)
    )
    assert [name for name, number in classes.items() if number > 1] == []


@pytest.mark.parametrize("package", ["", "rest", *SERVICES])
def test_limit_names_are_unique(package: str) -> None:
    """Two services may limit the same thing; one service does not mean two things by one name."""
    limits = Counter(
        target.id
        for path in (ROOT / "plugins/module_utils" / package).glob("*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.startswith(("LONGEST_", "LARGEST_", "MOST_"))
    )
    assert [name for name, number in limits.items() if number > 1] == []


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_module_sends_no_request_itself(module: Path) -> None:
    """Paths, and what is sent to them, belong to the files of the service."""
    tree = ast.parse(module.read_text())
    documentation = {id(node.value) for node in tree.body if isinstance(node, ast.Assign)}
    clients = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and ast.unparse(node.value).endswith("Client.for_task(task)")
        for target in node.targets
        if isinstance(target, ast.Name)
    } | {
        argument.arg
        for node in ast.walk(tree)
        if isinstance(node, ast.arguments)
        for argument in node.args
        if argument.annotation is not None and ast.unparse(argument.annotation).endswith("Client")
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            # It encodes a part of a path.
            assert "segment" not in {name.name for name in node.names}
        if isinstance(node, ast.Attribute) and ast.unparse(node.value).removesuffix(".rest") in clients:
            assert node.attr not in REQUESTS, ast.unparse(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documentation:
            assert not re.match(r"/(?!v\d)[a-z]", node.value), node.value
