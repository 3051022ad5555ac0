# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What one more module needs: the generator knows all of it, and the example in CONTRIBUTING is a real module."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from tests.tools.new_module import ROOT, missing, with_module, write

MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*_*.py") if path.stem != "__init__")
#: Run on the controller only, so their code is in their action plugins; and what the generator misses of each.
CONTROLLER_ONLY = {
    "reseller_hosting_check": ["plugins/modules/reseller_hosting_check.py", "tests/unit/text_options.yml"],
    "peertube_platform_check": ["plugins/modules/peertube_platform_check.py"],
}
NEW = "configcat_proxy"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return a copy of the files that the generator reads and writes."""
    for folder in ("plugins/action", "plugins/modules", "meta", "tests/unit", "tests/integration", "changelogs"):
        ignore = shutil.ignore_patterns("__pycache__", "plugins", "corpus")
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=ignore)
    shutil.copy(ROOT / "README.md", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", MODULES)
def test_no_module_lacks_anything(name: str) -> None:
    found = [line.partition(":")[0] for line in missing(ROOT, name)]
    assert found == CONTROLLER_ONLY.get(name, [])


def test_written_files_are_like_those_of_other_modules(root: Path) -> None:
    runtime = (root / "meta/runtime.yml").read_text()
    for name in MODULES:
        if name not in CONTROLLER_ONLY:
            assert write(root, name) == []
    assert (root / "meta/runtime.yml").read_text() == runtime


def test_new_module_is_registered_and_the_rest_is_named(root: Path) -> None:
    before = missing(root, NEW)
    assert write(root, NEW) == [f"plugins/action/{NEW}.py", "meta/runtime.yml"]
    left = missing(root, NEW)
    assert {line.partition(":")[0] for line in before} - {line.partition(":")[0] for line in left} == {
        f"plugins/action/{NEW}.py",
        "meta/runtime.yml",
    }
    assert [line.partition(":")[0] for line in left] == [
        f"plugins/modules/{NEW}.py",
        "tests/unit/text_options.yml",
        "tests/integration",
        "README.md",
        "changelogs/fragments",
    ]


def test_module_without_a_service_is_refused(root: Path) -> None:
    with pytest.raises(SystemExit, match="no action group webarchive"):
        with_module((root / "meta/runtime.yml").read_text(), "webarchive_fetch")


def test_example_in_the_guide_is_a_real_module() -> None:
    guide = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    section = guide[guide.index("## One more module") : guide.index("## One more service")]
    name = re.search(r"`plugins/modules/(\w+)\.py`", section)
    block = re.search(r"^ *```python\n(.*?)^ *```", section, re.MULTILINE | re.DOTALL)
    assert name and block
    source = (ROOT / f"plugins/modules/{name[1]}.py").read_text(encoding="utf-8")
    code = source[source.index("SPEC: ") : source.index("\n\ndef main()")]
    assert block[1].rstrip() == code.rstrip()
