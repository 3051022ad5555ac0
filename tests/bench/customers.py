# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Customers with everything (``customer.yml``): inventories of them, and a quick way to create them at a sandbox.

The quick way calls the modules' code in one process for each processor, one call for each task of the role. It leaves
the same state as the role, including the state files: if a run of the role then changes something, the measurement
fails.
"""

from __future__ import annotations

import importlib
import json
import os
import secrets
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from tests.bench.plays import ROOT, Place
from tests.support.csr import make_csr
from tests.support.samples import SSH_KEY

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator  # isort: skip
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, result_of  # isort: skip

CUSTOMER = ROOT / "tests/bench/customer.yml"
MODULES = "ansible_collections.reseller.toolkit.plugins.modules"
ORDERING: dict[str, Any] = {"poll_min": 0.1, "poll_max": 0.2}


def customer_names(number: int) -> list[str]:
    """Return the names of this number of customers."""
    return [f"customer-{index:04}.example" for index in range(1, number + 1)]


def inventory(place: Place, names: Sequence[str]) -> Path:
    """Return an inventory of these customers; a second call for a place extends the first inventory."""
    path = place.folder / "customers.yml"
    known = yaml.safe_load(path.read_text())["all"] if path.exists() else None
    shared = known["vars"] if known else {"password": f"a1{secrets.token_hex(8)}", "ssh_key": SSH_KEY}
    hosts = known["hosts"] if known else {}
    for name in names:
        hosts.setdefault(name, {"csr": make_csr(name, name, f"www.{name}")})
    described = {**yaml.safe_load(CUSTOMER.read_text()), "customer": "{{ inventory_hostname }}"}
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump({"all": {"vars": {**described, **shared}, "hosts": hosts}}))
    return path


def have_customers(place: Place, names: Sequence[str]) -> Path:
    """Create the customers quickly, and return their inventory."""
    path = inventory(place, names)
    written = yaml.safe_load(path.read_text())["all"]
    described = [filled(written["vars"], name, written["hosts"][name]["csr"]) for name in names]
    connection = {
        "api_url": place.sandbox.url,
        "api_key": place.sandbox.api_key,
        "api_secret": place.sandbox.api_secret,
        "state_dir": place.environment["RESELLER_STATE_DIR"],
    }
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(partial(have_customer, connection), described))
    return path


def filled(variables: dict[str, Any], name: str, csr: str) -> dict[str, Any]:
    """Return the customer's ``hosting`` with its variables filled in."""
    text = json.dumps(variables["hosting"])
    values = {"customer": name, "csr": csr, "password": variables["password"], "ssh_key": variables["ssh_key"]}
    for variable, value in values.items():
        text = text.replace(f"{{{{ {variable} }}}}", json.dumps(value)[1:-1])
    hosting: dict[str, Any] = json.loads(text)
    return hosting


def have_customer(connection: dict[str, Any], hosting: dict[str, Any]) -> None:
    """Create one customer."""
    for module, options in tasks_of(hosting):
        run = importlib.import_module(f"{MODULES}.{module}")
        validation = ArgumentSpecValidator(run.SPEC["argument_spec"]).validate({**connection, **options})
        assert not validation.error_messages, validation.error_messages
        result = result_of(run.run, Task(validation.validated_parameters, check_mode=False, name=module))
        if result.get("failed"):
            raise RuntimeError(f"{module}: {result['msg']}")


def tasks_of(hosting: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Return the modules that the role calls for such a customer, with their options."""
    name = hosting["identifier"]
    account = {part: hosting[part] for part in ("identifier", "servicepack", "ftp_password")}
    yield "reseller_account", {**account, **ORDERING}
    yield "reseller_linux_hosting", {"domain": name, **hosting["linux"]}
    for site in hosting["sites"]:
        yield "reseller_linux_site", {"domain": name, "host_headers": site["host_headers"]}
    yield "reseller_ssh_key", {"domain": name, "keys": hosting["ssh_keys"]}
    yield "reseller_scheduled_task", {"domain": name, "tasks": hosting["scheduled_tasks"]}
    for database in hosting["databases"]:
        named = {"account": name, "name": database["name"], "password": database["password"]}
        yield "reseller_mysql", {**named, **ORDERING}
        if "users" in database:
            users = {"account": name, "database": database["name"], "users": database["users"]}
            yield "reseller_mysql_user", {**users, **ORDERING}
    yield "reseller_dns_zone", {"zone": name, "record_sets": hosting["dns"]["record_sets"]}
    yield "reseller_mailbox", {"mailboxes": hosting["mailboxes"]}
    yield "reseller_mail_alias", {"aliases": hosting["mail_aliases"]}
    yield "reseller_mail_zone", {"domain": name, **hosting["mail_zone"]}
    yield "reseller_ssl", {**hosting["ssl"], **ORDERING}
    for site in hosting["sites"]:
        yield "reseller_linux_site", {"domain": name, **site}
