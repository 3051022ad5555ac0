# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A callback plugin that writes each task's result to a file, one JSON object a line.

``RESULT_LINES`` names the file. ``EXCHANGE_LOG`` names the sandbox's log: its length when a task ended, written down
with the result, shows which requests the task caused.
"""

from __future__ import annotations

import json
import os
from typing import Any

from ansible.module_utils.common.json import AnsibleJSONEncoder
from ansible.plugins.callback import CallbackBase

DOCUMENTATION = """
name: result_lines
type: notification
short_description: Write results to a file
description: Writes each task's result to a file.
"""


class CallbackModule(CallbackBase):
    """Writes the results of tasks, without those of single items of a loop."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "result_lines"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self) -> None:
        super().__init__()
        self._exchanges = 0
        self._read_up_to = 0

    def v2_runner_on_ok(self, result: Any) -> None:
        self._write("ok", result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:
        self._write("failed", result)

    def v2_runner_on_skipped(self, result: Any) -> None:
        self._write("skipped", result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._write("unreachable", result)

    def _write(self, outcome: str, result: Any) -> None:
        # Until 2.18 the attributes had an underscore.
        task = getattr(result, "task", None) or result._task
        data = result.result if hasattr(result, "result") else result._result
        line = {
            "outcome": outcome,
            "name": task.name,
            "action": task.action,
            "data": data,
            "exchanges": self._log_length(),
        }
        with open(os.environ["RESULT_LINES"], "a", encoding="utf-8") as file:
            file.write(json.dumps(line, cls=AnsibleJSONEncoder) + "\n")

    def _log_length(self) -> int:
        """Return the number of exchanges in the log, of which only the new ones are read: they can be large."""
        try:
            with open(os.environ["EXCHANGE_LOG"], "rb") as file:
                file.seek(self._read_up_to)
                new = file.read()
            self._exchanges += new.count(b"\n")
            self._read_up_to += new.rfind(b"\n") + 1
        except FileNotFoundError:
            pass
        return self._exchanges
