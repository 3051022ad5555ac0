# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run a module as an ordinary Ansible module: in a separate process, on any host.

Private to the collection. The other runner, inside the controller's process, is ``plugin_utils/in_process.py``; both
give the same result for the same input.
"""

from __future__ import annotations

import os
from typing import Any

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ansible_collections.reseller.toolkit.plugins.module_utils.given import arguments, doubts_in, with_whole_texts
from ansible_collections.reseller.toolkit.plugins.module_utils.missing_options import with_variables
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proxies import proxy_secrets
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import REQUESTS_ERROR
from ansible_collections.reseller.toolkit.plugins.module_utils.task import RUN_VARIABLE, Run, Task, masked, result_of


class Module(AnsibleModule):
    """An Ansible module that knows what the user wrote, and hides the password in ``proxy`` when options are refused.

    Args:
        spec: the module's ``SPEC``.

    Attributes:
        given: the options before Ansible converts them.
    """

    def __init__(self, spec: dict[str, Any]) -> None:
        self._spec = spec
        self.given: dict[str, Any] = {}
        super().__init__(**arguments(spec))

    def _load_params(self) -> None:
        """Load the options; Ansible calls this before it looks at them."""
        super()._load_params()
        self.given = with_whole_texts(self._spec, self.params)
        self.params: dict[str, Any] = dict(self.given)

    def fail_json(self, msg: str, **more: Any) -> None:
        """End the process with a failure."""
        proxy = self.params.get("proxy")
        self.no_log_values |= proxy_secrets(proxy if isinstance(proxy, str) else None)
        super().fail_json(with_variables(msg, self._spec["argument_spec"]), **more)


def run_module(spec: dict[str, Any], run: Run) -> None:
    """Run a module and end the process with its result.

    Args:
        spec: the arguments of `AnsibleModule`, that is options and how they go together, and declarations (`given`).
        run: the module's work.
    """
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
        doubts=doubts_in(spec, module.given),
    )
    result = result_of(run, task)
    for warning in masked(task.warnings, task.secrets):
        module.warn(warning)
    module.no_log_values |= task.secrets
    if result.pop("failed", False):
        module.fail_json(**result)
    module.exit_json(**result)
