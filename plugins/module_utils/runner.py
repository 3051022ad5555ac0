# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module as an ordinary Ansible module: in a separate process, on any host.

Private to the collection. The other runner, inside the controller's process, is ``plugin_utils/in_process.py``; both
give the same result for the same input.
"""

from __future__ import annotations

import gc
import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proxies import proxy_secrets
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import REQUESTS_ERROR
from ansible_collections.reseller.toolkit.plugins.module_utils.task import RUN_VARIABLE, Run, Task, masked, result_of

#: What a ``SPEC`` declares that is no argument of `AnsibleModule` (`given`).
DECLARATIONS = ("whole_texts", "numbers", "versions")
#: The types of options that are neither texts nor hold any.
TEXTLESS = ("bool", "int", "float")


class Module(AnsibleModule):
    """An Ansible module that knows what the user wrote, and hides the password in ``proxy`` when options are refused.

    Args:
        spec: the module's ``SPEC``.

    Attributes:
        given: the options before Ansible converts them.
        doubts: an error for each of them that is no text where one is wanted.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        self.given: dict[str, Any] = {}
        self.doubts: list[ToolkitError] = []
        super().__init__(**arguments(spec))

    def _load_params(self) -> None:
        """Load the options; Ansible calls this before it looks at them."""
        super()._load_params()
        self.given = self.params
        if not is_plain(self._spec["argument_spec"], self.given):
            # Imported lazily: an ordinary module of which only plain options are used saves 2 ms.
            from ansible_collections.reseller.toolkit.plugins.module_utils.given import doubts_in, with_whole_texts

            self.given = with_whole_texts(self._spec, self.given)
            self.doubts = doubts_in(self._spec, self.given)
        self.params: dict[str, Any] = dict(self.given)

    def fail_json(self, msg: str, **more: Any) -> None:
        """End the process with a failure."""
        # Imported lazily: most tasks never fail.
        from ansible_collections.reseller.toolkit.plugins.module_utils.missing_options import with_variables

        proxy = self.params.get("proxy")
        self.no_log_values |= proxy_secrets(proxy if isinstance(proxy, str) else None)
        super().fail_json(with_variables(msg, self._spec["argument_spec"]), **more)


def run_module(spec: dict[str, Any], run: Run) -> None:
    """Run a module and end the process with its result.

    Args:
        spec: the arguments of `AnsibleModule`, that is options and how they go together, and declarations (`given`).
        run: the module's work.
    """
    # The process ends with this task. Python would search all that was imported for garbage, above all at its end.
    gc.freeze()
    module = Module(spec)
    if REQUESTS_ERROR is not None:
        module.fail_json(msg=missing_required_lib("requests"), exception=REQUESTS_ERROR)
    task = Task(
        params=module.params,
        check_mode=module.check_mode,
        name=module._name.rpartition(".")[2],
        verbosity=module._verbosity,
        secrets=set(module.no_log_values),
        playbook_run=os.environ.get(RUN_VARIABLE, ""),
        given=module.given,
        doubts=module.doubts,
    )
    if task.doubts:
        # Imported lazily, as above.
        from ansible_collections.reseller.toolkit.plugins.module_utils.given import without_doubts

        run = without_doubts(run)
    result = result_of(run, task)
    for warning in masked(task.warnings, task.secrets):
        module.warn(warning)
    module.no_log_values |= task.secrets
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)


def arguments(spec: dict[str, Any]) -> dict[str, Any]:
    """Return the part of a module's ``SPEC`` that `AnsibleModule` takes."""
    return {name: value for name, value in spec.items() if name not in DECLARATIONS}


def is_plain(options: dict[str, Any], given: dict[str, Any]) -> bool:
    """Return whether a task uses no option whose value `given` may have to complain about or to convert.

    Args:
        options: the module's ``argument_spec``.
        given: what the user wrote.
    """
    return all(_is_plain(option, given.get(name)) for name, option in options.items())


def _is_plain(option: dict[str, Any], value: Any) -> bool:
    kind = option.get("type", "str")
    if value is None:
        return not option.get("required")
    return kind in TEXTLESS or (kind in ("str", "path") and isinstance(value, str))
