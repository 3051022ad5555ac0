# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the corpus as people write them: read by Ansible's loader, then passed to a module's checks."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from ansible.parsing.dataloader import DataLoader

from ansible_collections.reseller.toolkit.plugins.module_utils.checks import raise_found
from ansible_collections.reseller.toolkit.plugins.module_utils.configcat.flag_plan import (
    named_environments,
    wanted_flags,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.given import doubts_in
from ansible_collections.reseller.toolkit.plugins.module_utils.odd_keys import odd_keys
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.registrants import wanted_registrant
from ansible_collections.reseller.toolkit.plugins.modules import (
    configcat_flags,
    reseller_domain,
    reseller_mysql,
    reseller_scheduled_task,
)
from ansible_collections.reseller.toolkit.plugins.plugin_utils.in_process import plain, validated
from tests.support.corpus import Input, check_read, inputs, name_of
from tests.support.samples import REGISTRANT

LOGINS = ({"api_key": "k", "api_secret": "s"}, {"api_user": "u", "api_password": "s"})


def written(one: Input) -> Any:
    """Return the options as Ansible loads them."""
    return DataLoader().load(one.text)


def checked(spec: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Return a task's options as a module gets them, after all checks of the written form.

    Raises:
        ToolkitError: ``invalid_option``.
    """
    raise_found(list(odd_keys(options)))
    login = next(one for one in LOGINS if set(one) <= set(spec["argument_spec"]))
    args = plain({**login, **options})
    validation = validated(spec, args)
    raise_found(doubts_in(spec, args))
    assert not validation.error_messages
    params: dict[str, Any] = validation.validated_parameters
    return params


def password(one: Input) -> Any:
    params = checked(reseller_mysql.SPEC, {"account": "example.com", "name": "shop", **written(one)})
    reseller_mysql.check(params)
    return params["password"]


def registrant(one: Input) -> Any:
    fields = written(one)
    given = fields if isinstance(fields, str) else {**REGISTRANT, **fields}
    params = checked(reseller_domain.SPEC, {"name": "example.com", "registrant": given})
    sent = wanted_registrant("example.com", params["registrant"])
    return {field: sent[field] for field in one.expected.get("taken", {})}


def cron(one: Input) -> Any:
    script = {"script_location": "/bin/backup.sh"}
    params = checked(reseller_scheduled_task.SPEC, {"domain": "example.com", **script, **written(one)})
    _domain, tasks = reseller_scheduled_task.check(params)
    (key,) = tasks
    return key.cron_expression


def flags(one: Input) -> Any:
    params = checked(configcat_flags.SPEC, {"product": "Shop", "config": "Site", **written(one)})
    wanted = wanted_flags(params["flags"], named_environments(params["environments"]))
    return {
        flag.key: {name: flag.value_in(name, flag.what["setting_type"]).value for name in flag.values}
        for flag in wanted
    }


READERS: dict[str, Callable[[Input], Any]] = {
    "passwords": password,
    "registrants": registrant,
    "crons": cron,
    "flags": flags,
}
ALL = [(kind, one) for kind in READERS for one in inputs(kind)]


@pytest.mark.parametrize(("kind", "one"), ALL, ids=lambda value: name_of(value) if isinstance(value, Input) else value)
def test_what_people_write(kind: str, one: Input) -> None:
    refusal = check_read(one, lambda: READERS[kind](one))
    secrets = re.findall(r"[A-Za-z0-9]{8,}", one.text.partition(": ")[2]) if kind == "passwords" else []
    assert refusal is None or not any(secret in str(refusal) for secret in secrets)
