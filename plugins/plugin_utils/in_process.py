# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module inside the controller's process, which saves the start of Python for each task.

Private to the collection. A task of an API module needs nothing from a target host, so with a local connection the
module runs in the Ansible worker. In all other cases (another host, ``become``, ``async``, no ``requests`` on the
controller, or the variable ``reseller_toolkit_in_process`` set to false) it runs as an ordinary module. Both ways
return the same result.

Nothing here relies on cleanup: when ansible-playbook is interrupted or killed, its workers run no handler.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any

from ansible import constants as C
from ansible.errors import AnsibleError
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator, ValidationResult
from ansible.module_utils.common.json import AnsibleJSONEncoder
from ansible.module_utils.errors import UnsupportedError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible.plugins.action import ActionBase
from ansible.utils.display import Display

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import Mistakes, invalid
from ansible_collections.reseller.toolkit.plugins.module_utils.given import doubts_in, with_whole_texts, without_doubts
from ansible_collections.reseller.toolkit.plugins.module_utils.missing_options import with_variables
from ansible_collections.reseller.toolkit.plugins.module_utils.odd_keys import odd_keys
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.check_reads import CheckReads
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import REQUESTS_ERROR
from ansible_collections.reseller.toolkit.plugins.module_utils.task import RUN_VARIABLE, Task, masked, result_of

#: The arguments of `AnsibleModule` that are constraints on several options.
CONSTRAINTS = ("mutually_exclusive", "required_together", "required_one_of", "required_if", "required_by")
#: The variable that disables running modules in this process.
IN_PROCESS = "reseller_toolkit_in_process"
#: The identity of this run of ansible-playbook, created in its process and inherited by its workers; and that process.
RUN = secrets.token_hex(8)
MADE_BY = os.getpid()


class InProcess(ActionBase):
    """The action plugin of a module. Subclasses only name the module.

    Attributes:
        module: the module, which has a ``SPEC`` and a ``run``.
        check_reads: the responses of the check that the module is part of; None if it is not part of one.
    """

    module: ModuleType
    check_reads: CheckReads | None = None
    _requires_connection = False
    _supports_async = True

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        """Return the task's result."""
        task_vars = task_vars or {}
        super().run(task_vars=task_vars)
        refused = refusal_of_keys(self._task.args)
        if refused:
            return refused
        args = plain(self._task.args)
        environment = self._task_environment()
        try:
            runs_here = self._runs_here(task_vars)
        except ToolkitError as error:
            return {"failed": True, "changed": False, **error.as_result()}
        if not runs_here:
            args = _with_controllers_environment(args, self.module.SPEC["argument_spec"], environment)
            self._task.environment = [*_as_list(self._task.environment), {RUN_VARIABLE: playbook_run()}]
            return self._execute_module(
                module_name=self._name, module_args=args, task_vars=task_vars, wrap_async=bool(self._task.async_val)
            )
        with applied(environment):
            return plain(self._result_here(args, task_vars))

    @property
    def _name(self) -> str:
        """Return the module's fully qualified name."""
        package, _plugins, _modules, name = self.module.__name__.rsplit(".", 3)
        return f"{package.removeprefix('ansible_collections.')}.{name}"

    def _runs_here(self, task_vars: dict[str, Any]) -> bool:
        """Return whether the module may run in this process: same host, same user, and not asynchronously.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        return (
            self._is_wanted_here(task_vars)
            and REQUESTS_ERROR is None
            and self._connection.transport == "local"
            and not self._play_context.become
            and not self._task.async_val
        )

    def _is_wanted_here(self, task_vars: dict[str, Any]) -> bool:
        """Return the value of the variable ``reseller_toolkit_in_process``.

        Raises:
            ToolkitError: ``invalid_option``.
        """
        given = task_vars.get(IN_PROCESS, True)
        try:
            return bool(boolean(self._templar.template(given)))
        except (AnsibleError, TypeError) as error:
            # An undefined variable of its template, or a value that is no boolean.
            raise invalid(IN_PROCESS, f"this variable must be true or false: {error}") from error

    def _task_environment(self) -> dict[str, str]:
        """Return the task's ``environment:``, templated."""
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        return {name: str(value) for name, value in environment.items()}

    def _result_here(self, args: dict[str, Any], task_vars: dict[str, Any]) -> dict[str, Any]:
        spec = self.module.SPEC
        validation = validated(spec, args)
        no_log = set(validation._no_log_values)
        if validation.error_messages:
            message = with_variables(validation.errors.msg, spec["argument_spec"])
            if isinstance(validation.errors[0], UnsupportedError):
                message = f"Unsupported parameters for ({self._name}) module: {message}"
            return {"failed": True, "msg": masked(message, no_log)}
        task = Task(
            params=validation.validated_parameters,
            check_mode=self._task.check_mode,
            name=self._name.rpartition(".")[2],
            verbosity=Display().verbosity,
            secrets=no_log,
            playbook_run=playbook_run(),
            given=args,
            doubts=doubts_in(spec, args),
            check_reads=self.check_reads,
        )
        for clash in validation._warnings:
            task.warn(f"Both option {clash['option']} and its alias {clash['alias']} are set.")
        if task.check_mode and not spec.get("supports_check_mode"):
            return {"skipped": True, "msg": f"remote module ({self._name}) does not support check mode"}
        result = result_of(without_doubts(self.module.run), task)
        if self._injects_invocation(task_vars):
            result["invocation"] = masked({"module_args": task.params}, task.secrets)
        if task.warnings:
            result["warnings"] = masked(task.warnings, task.secrets)
        if validation._deprecations:
            result["deprecations"] = masked(validation._deprecations, task.secrets)
        return result

    @staticmethod
    def _injects_invocation(task_vars: dict[str, Any]) -> bool:
        """Return whether this ansible-core adds the arguments to a result. Versions without the setting always do."""
        try:
            return bool(C.config.get_config_value("INJECT_INVOCATION", variables=task_vars))
        except AnsibleError:
            return True


def validated(spec: dict[str, Any], args: dict[str, Any]) -> ValidationResult:
    """Return the arguments as `AnsibleModule` validates them, or its error messages."""
    constraints = {name: spec[name] for name in CONSTRAINTS if name in spec}
    return ArgumentSpecValidator(spec["argument_spec"], **constraints).validate(with_whole_texts(spec, args))


def refusal_of_keys(args: dict[str, Any]) -> dict[str, Any] | None:
    """Return the failure for keys that are not texts, None if all are. JSON would silently convert them."""
    found = list(odd_keys(args))
    return {"failed": True, "changed": False, **Mistakes(found).as_result()} if found else None


def playbook_run() -> str:
    """Return the identity of the run that this worker belongs to; empty if ansible-playbook did not fork it."""
    return RUN if os.getppid() == MADE_BY else ""


def _as_list(environment: Any) -> list[Any]:
    """Return the task's ``environment:`` as a list. Ansible makes a list of several that apply."""
    return environment if isinstance(environment, list) else [environment]


def plain(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values as a module on another host receives and returns them: JSON types, vaulted texts decrypted."""
    return json.loads(json.dumps(values, cls=AnsibleJSONEncoder, vault_to_text=True))


def _with_controllers_environment(
    args: dict[str, Any], argument_spec: dict[str, Any], environment: dict[str, str]
) -> dict[str, Any]:
    """Return the arguments with the credentials from the controller's environment.

    Environment variables don't reach another host. Only texts are added: a path, and an option about it, has a meaning
    on that host only.
    """
    found = {}
    for name, option in argument_spec.items():
        if "fallback" not in option or option.get("type") != "str" or args.get(name) is not None:
            continue
        for variable in option["fallback"][1]:
            value = environment.get(variable, os.environ.get(variable))
            if value is not None:
                found[name] = value
                break
    return {**args, **found}


@contextmanager
def applied(environment: dict[str, str]) -> Iterator[None]:
    """Set the variables, and restore their previous values: the next item of a loop runs in the same process."""
    before = {name: os.environ.get(name) for name in environment}
    try:
        # A value that can't be set, such as one with NUL, may follow others that were set.
        os.environ.update(environment)
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
