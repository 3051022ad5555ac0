# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module without check mode that requires one of two options."""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        "one": {"type": "str"},
        "two": {"type": "str"},
        "needed": {"type": "str", "required": True},
    },
    "required_one_of": [("one", "two")],
}


def run(task: Task) -> dict[str, Any]:
    """Succeed."""
    return {"changed": True, "needed": task.params["needed"]}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
