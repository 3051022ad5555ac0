# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Check the dictionary of a role: run the modules of its tasks in check mode, without running these tasks.

Private to the collection. The actions ``reseller_hosting_check`` and ``peertube_platform_check`` are subclasses.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Collection, Mapping
from typing import Any, ClassVar, NamedTuple

from ansible_collections.reseller.toolkit.plugins.module_utils.missing_options import with_variables
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.check_reads import CheckReads
from ansible_collections.reseller.toolkit.plugins.module_utils.task import masked
from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import (
    InProcess,
    applied,
    plain,
    refusal_of_keys,
    validated,
)
from ansible_collections.reseller.toolkit.plugins.plugin_utils.mistakes import secret_options, secrets_in

#: Errors that say nothing about the input. Further requests would only repeat them.
NOT_ABOUT_PARTS = frozenset({"connection", "tls", "protocol", "outcome_unknown", "internal", "missing_library"})


class CheckInput(NamedTuple):
    """The options of the check.

    Attributes:
        args: the options as they were given.
        params: the validated options.
        connection: the given options of the connection, which all modules receive unchanged.
        secrets: what no result may contain.
    """

    args: dict[str, Any]
    params: dict[str, Any]
    connection: dict[str, Any]
    secrets: set[str]


class PartResults(InProcess):
    """Runs other modules of the collection in check mode, where their own tasks would run.

    Attributes:
        spec: the argument specification of the check.
        root: the option that has the dictionary.
        connection: the names of the options of the connection.
        secret_names: the names of the options in the dictionary that hold a secret.
    """

    _supports_async = False
    spec: ClassVar[dict[str, Any]]
    root: ClassVar[str]
    connection: ClassVar[Collection[str]]
    secret_names: ClassVar[Collection[str]]

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return what a run of the role would change, or every mistake."""
        task_vars = task_vars or {}
        self.check_reads = CheckReads()
        super(InProcess, self).run(task_vars=task_vars)
        refused = refusal_of_keys(self._task.args)
        if refused:
            return refused
        args = plain(self._task.args)
        options = self.spec["argument_spec"]
        secrets = {*secrets_in(args.get(self.root), self.secret_names), *secrets_in(args, {*secret_options(options)})}
        with applied(self._task_environment()):
            validation = validated(self.spec, args)
        secrets |= set(validation._no_log_values)
        if validation.error_messages:
            return {"failed": True, "msg": masked(with_variables(validation.errors.msg, options), secrets)}
        connection = {name: args[name] for name in self.connection if args.get(name) is not None}
        return self._checked(CheckInput(args, validation.validated_parameters, connection, secrets), task_vars)

    @abstractmethod
    def _checked(self, given: CheckInput, task_vars: dict[str, Any]) -> dict[str, Any]:
        """Return the result for valid options."""

    def _stopped(self, place: str, result: Mapping[str, Any]) -> dict[str, Any] | None:
        """Return the failure if a module's result says nothing about its part, so that further requests are useless.

        Args:
            place: the place of the part in the dictionary.
            result: has failed.
        """
        error, message = result.get("error") or {}, str(result.get("msg"))
        is_option_of_connection = message.partition(":")[0] in self.connection
        if error.get("status") or error.get("kind") in NOT_ABOUT_PARTS or is_option_of_connection:
            return {"failed": True, "changed": False, "msg": f"{place}: {message}", "error": error}
        return None

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
        action.check_reads = self.check_reads
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
