# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The Ansible module ``configcat_integration``."""

from __future__ import annotations

DOCUMENTATION = r"""
module: configcat_integration
short_description: Manage an integration of a ConfigCat product
version_added: 2.0.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Creates, changes or removes an integration with another service, such as Datadog or Slack, which gets to know of
    changes of flags.
  - To link one flag with a card or an issue, use M(reseller.toolkit.configcat_integration_link).
options:
  type:
    description:
      - The service.
      - Required to create an integration. The task fails if the existing one has another type.
      - ConfigCat calls its support of V(pubNub) work in progress.
    type: str
    choices: [dataDog, slack, amplitude, mixPanel, segment, pubNub]
  parameters:
    description:
      - All parameters that are not secret, with the names that ConfigCat gives them. If not given, the existing ones
        stay.
      - C(site) (V(Us), V(Eu), V(Us1Fed), V(Us3) or V(Us5)) of V(dataDog).
      - C(serviceAccountUserName) and C(projectId) of V(mixPanel), which are required, and C(server)
        (V(StandardServer) or V(EUResidencyServer)).
      - C(server) (V(Us) or V(Eu)) of V(segment), and C(channel) of V(pubNub), which is required.
    type: dict
  secret_parameters:
    description:
      - All parameters that are secret. They are never shown. If not given, the existing ones stay.
      - C(apikey) of V(dataDog), C(incoming_webhook.url) of V(slack), C(apiKey) and C(secretKey) of V(amplitude),
        C(serviceAccountSecret) of V(mixPanel), C(writeKey) of V(segment), C(pubKey) and C(subKey) of V(pubNub). All are
        required.
    type: dict
  configs:
    description:
      - The names or the ids of the configs that it applies to. If not given, the existing ones stay, and a new
        integration applies to all.
      - An empty list means all. A text is split at commas.
    type: list
    elements: str
  environments:
    description:
      - The names or the ids of the environments that it applies to. If not given, the existing ones stay, and a new
        integration applies to all.
      - An empty list means all. A text is split at commas.
    type: list
    elements: str
extends_documentation_fragment:
  - reseller.toolkit.configcat
  - reseller.toolkit.configcat.object
  - reseller.toolkit.connection
  - reseller.toolkit.reseller.proof
  - reseller.toolkit.attributes.writes
notes:
  - "API requests: 3 to create or change, 2 if unchanged, and 1 more with O(configs) and with O(environments)."
  - The user of the credentials needs the permission C(can_manage_integrations).
seealso:
  - module: reseller.toolkit.configcat_integration_link
  - module: reseller.toolkit.configcat_webhook
"""

EXAMPLES = r"""
- name: Report changes in production to Datadog
  reseller.toolkit.configcat_integration:
    product: Example shop
    name: Datadog of Example Ltd
    type: dataDog
    parameters:
      site: Eu
    secret_parameters:
      apikey: "{{ vaulted_datadog_key }}"
    environments: [production]

- name: Report the changes in all environments
  reseller.toolkit.configcat_integration:
    product: Example shop
    name: Datadog of Example Ltd
    environments: []

- name: Remove the integration
  reseller.toolkit.configcat_integration:
    product: Example shop
    name: Datadog of Example Ltd
    state: absent
"""

RETURN = r"""
integration:
  description: The integration, V(none) if it is absent. In check mode, a new one has only the given properties.
  returned: success
  type: dict
  contains:
    integration_id:
      description: Its id.
      type: str
      sample: 08d86d63-2726-47cd-8bfc-59608ecb91e2
    name:
      description: Its name.
      type: str
      sample: Datadog of Example Ltd
    integration_type:
      description: The service.
      type: str
      sample: dataDog
    parameters:
      description: The parameters that are not secret.
      type: dict
      sample: {"site": "Eu"}
    secret_parameters:
      description: The names of the secret parameters, sorted.
      type: list
      elements: str
      sample: [apikey]
    config_ids:
      description: The ids of the configs that it applies to, sorted. Empty if it applies to all.
      type: list
      elements: str
    environment_ids:
      description: The ids of the environments that it applies to, sorted. Empty if it applies to all.
      type: list
      elements: str
      sample: ["08d86d63-272c-4355-8027-4b52787bc1bd"]
    product:
      description: The product that it belongs to.
      type: dict
      sample: {"product_id": "08d86d63-2721-4da6-8c06-584521d516bc", "name": "Example shop"}
"""

from functools import partial
from typing import Any

from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.client import ConfigCatClient
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.integrations import (
    INTEGRATION,
    PARAMETERS,
    SECRET_PARAMETERS,
    TYPES,
    add_integration,
    change_integration,
    check_new,
    check_type,
    checked_parameters,
    find_integration,
    ids_of,
    integration_by_id,
    remove_integration,
    wanted_secrets,
    without_values,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.kinds import CONFIG, ENVIRONMENT
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.name_checks import checked_name
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.objects import checked_object, unknown_id
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.options import (
    OBJECT_CONSTRAINTS,
    connection_options,
    object_options,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.parents import (
    find_product,
    parent_product,
    parents_in_product,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.connection import proof_options
from ansible_collections.reseller.toolkit.plugins.module_utils.convergence import converge
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import value_in
from ansible_collections.reseller.toolkit.plugins.module_utils.runner import run_module
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task

SPEC: dict[str, Any] = {
    "argument_spec": {
        **connection_options(),
        **proof_options(),
        **object_options(),
        "type": {"type": "str", "choices": list(TYPES)},
        "parameters": {"type": "dict"},
        "secret_parameters": {"type": "dict", "no_log": True},
        "configs": {"type": "list", "elements": "str"},
        "environments": {"type": "list", "elements": "str"},
    },
    **OBJECT_CONSTRAINTS,
    "supports_check_mode": True,
}


def run(task: Task) -> dict[str, Any]:
    """Bring the integration into the desired state."""
    params = checked_object(task.params)
    absent = params["state"] == "absent"
    parameters, secrets = (
        checked_parameters(option, params[option], params["type"]) for option in (PARAMETERS, SECRET_PARAMETERS)
    )
    places = {
        option: None if params[option] is None else [checked_name(option, name) for name in params[option]]
        for option in ("configs", "environments")
    }
    configcat = ConfigCatClient.for_task(task)
    found, product = look_up(task, configcat, params)
    current = None if isinstance(found, Absence) else found
    find = partial(find_integration, configcat, product, params["name"], task.secrets)
    if absent:
        return shown(
            converge(task, "integration", current=current, wanted=None, delete=partial(remove_integration, configcat))
        )
    if current is None:
        check_new(params["type"], parameters, secrets)
    else:
        check_type(current, params["type"])
    ids = {
        f"{kind.key}_ids": None
        if given is None
        else ids_of(kind, parents_in_product(task, configcat, kind, product, given))
        for kind, given in ((CONFIG, places["configs"]), (ENVIRONMENT, places["environments"]))
    }
    wanted = {
        "name": params["name"],
        "integration_type": params["type"],
        PARAMETERS: parameters,
        SECRET_PARAMETERS: wanted_secrets(current, secrets),
        **ids,
    }
    absence = found if isinstance(found, Absence) else None
    return shown(
        converge(
            task,
            "integration",
            current=current,
            wanted=wanted,
            create=lambda: {"integration": add_integration(configcat, product, wanted, absence, find)},
            update=partial(change_integration, configcat),
        )
    )


def look_up(
    task: Task, configcat: ConfigCatClient, params: dict[str, Any]
) -> tuple[dict[str, Any] | Absence | None, dict[str, Any]]:
    """Return the integration, or the proof that it does not exist, and its product; None and an empty dict if missing.

    Raises:
        ToolkitError: ``not_found`` or ``ambiguous``.
    """
    if params["id"] is not None:
        found = integration_by_id(configcat, params["id"], task.secrets)
        if found is None and params["state"] == "present":
            raise unknown_id(INTEGRATION.title, params["id"])
        return found, value_in(found, "product", dict) if found else {}
    if params["state"] == "absent":
        product = find_product(configcat, params["product"]) or {}
    else:
        product = parent_product(task, configcat, params["product"])
    return find_integration(configcat, product, params["name"], task.secrets) if product else None, product


def shown(result: dict[str, Any]) -> dict[str, Any]:
    """Return the task's result without the values of secret parameters."""
    diff = {side: without_values(values) for side, values in result["diff"].items()}
    integration = result["integration"]
    return {**result, "diff": diff, "integration": integration and without_values(integration)}


def main() -> None:
    """Run as an ordinary module."""
    run_module(SPEC, run)


if __name__ == "__main__":
    main()
