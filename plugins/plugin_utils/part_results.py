# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The results of a role's tasks in check mode, without running these tasks.

Private to the collection. An action that checks the input of a role gets them from the modules of the tasks.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import InProcess, plain

#: Errors that say nothing about the input. Further requests would only repeat them.
NOT_ABOUT_PARTS = frozenset({"connection", "tls", "protocol", "outcome_unknown", "internal", "missing_library"})


class PartResults(InProcess):
    """Runs other modules of the collection in check mode, where their own tasks would run."""

    _supports_async = False

    def _result_of(self, module: str, args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        """Return the result of a module in check mode.

        Args:
            module: its short name.
            args: its options.
            task_vars: the variables of the task.
        """
        task = self._task.copy(exclude_parent=False)
        task.args = args
        task.check_mode = True
        action = self._shared_loader_obj.action_loader.get(
            f"reseller.toolkit.{module}",
            task=task,
            connection=self._connection,
            play_context=self._play_context,
            loader=self._loader,
            templar=self._templar,
            shared_loader_obj=self._shared_loader_obj,
        )
        result: dict[str, Any] = action.run(task_vars=task_vars)
        # From ansible-core 2.19 on, the warnings of an ordinary module are objects, not texts.
        warnings = [str(getattr(getattr(one, "event", one), "msg", one)) for one in result.get("warnings") or []]
        kept = {name: value for name, value in result.items() if not name.startswith("_")}
        return {**kept, "warnings": warnings, "invocation": None, "deprecations": None}

    def _defaults_of(self, module: str) -> dict[str, Any]:
        """Return the ``module_defaults`` of a module. Those of the group apply to this action too."""
        found: dict[str, Any] = {}
        for defaults in self._task.module_defaults or []:
            found.update(defaults)
        return plain(self._templar.template(found.get(f"reseller.toolkit.{module}") or {}))
