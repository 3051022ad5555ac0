# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The version is the same wherever it is written."""

from __future__ import annotations

import ast
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def test_user_agent_tells_the_packages_version() -> None:
    (version,) = [
        ast.literal_eval(node.value)
        for node in ast.parse((ROOT / "plugins/module_utils/version.py").read_text()).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "VERSION"
    ]
    assert version == str(yaml.safe_load((ROOT / "galaxy.yml").read_text())["version"])
