# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A module that returns what it gets from its runner, and fails in all the ways that a module can."""

from __future__ import annotations

import base64
import os
import sys
import time
from typing import Any
from urllib.parse import quote, quote_plus

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        "act": {"type": "str", "default": "report", "choices": ["report", "raise", "exit", "sleep", "leak", "refuse"]},
        "text": {"type": "str", "aliases": ["words", "old_words"]},
        "number": {"type": "int"},
        "data": {"type": "dict"},
        "things": {"type": "list", "elements": "str"},
        "secret": {"type": "str", "no_log": True},
        "old": {"type": "str", "removed_in_version": "9.0.0", "removed_from_collection": "testing.probe"},
        "variable": {"type": "str"},
        "one": {"type": "str"},
        "two": {"type": "str"},
    },
    "mutually_exclusive": [("one", "two")],
    "required_together": [("number", "things")],
    "required_if": [("act", "refuse", ("text",))],
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Do what ``act`` says."""
    params = task.params
    act = params["act"]
    if act == "raise":
        raise ValueError(f"broken with {params['secret']}")
    if act == "exit":
        sys.exit(f"left with {params['secret']}")
    if act == "sleep":
        time.sleep(30)
    if act == "leak":
        return _leaked(task)
    if act == "refuse":
        secret = str(params["secret"])
        raise ToolkitError("refused", f"refused {secret}", hint=f"not {quote_plus(secret)}", facts=[secret])
    return {
        "params": params,
        "types": {name: _type_of(value) for name, value in params.items() if value is not None},
        "environment": os.environ.get(params["variable"] or "", "unset"),
        "program": os.path.basename(sys.argv[0]),
        "check_mode": task.check_mode,
    }


def _leaked(task: Task) -> dict[str, Any]:
    """Show the secret, and one created here, in all forms."""
    made = "made" + "/in run ~1"
    task.secrets.add(made)
    shown = []
    for secret in (task.params["secret"], made):
        encoded = base64.b64encode(secret.encode()).decode()
        shown += [secret, quote(secret), quote(secret, safe=""), quote_plus(secret), encoded]
    task.warn("Look: " + " ".join(shown))
    return {"msg": " ".join(shown), "shown": shown, "deep": [{"er": {"value": text}} for text in shown]}


def _type_of(value: Any) -> Any:
    """Return the exact type, since tagged texts are subclasses of `str`; for dicts and lists with the types inside."""
    if isinstance(value, dict):
        return {name: [_type_of(name), _type_of(item)] for name, item in value.items()}
    if isinstance(value, list):
        return [_type_of(item) for item in value]
    return type(value).__name__


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
