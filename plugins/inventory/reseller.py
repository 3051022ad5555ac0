# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin ``reseller``."""

from __future__ import annotations

DOCUMENTATION = r"""
name: reseller
short_description: Customers' hostings as hosts
version_added: 1.1.0
author:
  - The reseller.toolkit contributors (@reseller-toolkit)
description:
  - Adds a host for each Linux or Windows hosting, or each account, of the reseller API.
  - The name of its file ends in C(reseller.yml) or C(reseller.yaml). Use one file for each account at the vendor.
  - The connection options may be templates. They can use lookups and, since 2.0.0, extra variables (C(-e)). No other
    variables exist when Ansible reads inventories.
extends_documentation_fragment:
  - reseller.toolkit.reseller
  - reseller.toolkit.connection
  - constructed
  - inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [reseller.toolkit.reseller]
  api_key:
    env:
      - name: RESELLER_API_KEY
  api_secret:
    env:
      - name: RESELLER_API_SECRET
  api_url:
    env:
      - name: RESELLER_API_URL
  ca_path:
    env:
      - name: REQUESTS_CA_BUNDLE
  state_dir:
    env:
      - name: RESELLER_STATE_DIR
  state_dir_group:
    env:
      - name: RESELLER_STATE_DIR_GROUP
  resources:
    description: The resources to add as hosts.
    type: list
    elements: str
    choices: [linux_hostings, windows_hostings, accounts]
    default: [linux_hostings]
  details:
    description:
      - Read the details of each hosting or account, such as its address, its user for SSH, its PHP version, its sites
        and its databases. This takes one request for each, while a list takes one in total. Use it with the cache.
    type: bool
    default: false
  include:
    description: Only hosts whose name matches one of these shell patterns. If not set, all hosts are included.
    type: list
    elements: str
  exclude:
    description: Exclude hosts whose name matches one of these shell patterns.
    type: list
    elements: str
    default: []
  servicepacks:
    description: Only hosts with one of these service packs, by id.
    type: list
    elements: int
"""

EXAMPLES = r"""
# customers.reseller.yml: one list, one request
plugin: reseller.toolkit.reseller
keyed_groups:
  - prefix: servicepack
    key: reseller_servicepack_id | string

---
# Another account at the vendor
plugin: reseller.toolkit.reseller
api_key: "{{ lookup('ansible.builtin.env', 'OTHER_KEY') }}"
api_secret: "{{ lookup('ansible.builtin.env', 'OTHER_SECRET') }}"

---
# The account that ansible-playbook -e agency_key=… -e @agency-secret.yml names
plugin: reseller.toolkit.reseller
api_key: "{{ agency_key | default(lookup('ansible.builtin.env', 'OTHER_KEY')) }}"
api_secret: "{{ agency_secret | default(lookup('ansible.builtin.env', 'OTHER_SECRET')) }}"

---
# With all details, cached for an hour
plugin: reseller.toolkit.reseller
resources:
  - linux_hostings
  - windows_hostings
details: true
exclude:
  - "*.test"
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_timeout: 3600
cache_connection: ~/.cache/reseller
compose:
  ansible_host: reseller_ssh_host
  ansible_user: reseller_ssh_username
groups:
  old_php: reseller_php_version is defined and reseller_php_version is version('8.2', '<')
keyed_groups:
  - prefix: php
    key: reseller_php_version
"""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from ansible.errors import AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.module_utils.basic import missing_required_lib
from ansible.parsing.dataloader import DataLoader
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible.utils.unsafe_proxy import wrap_var

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.accounts import get_account, list_accounts
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.hostings import (
    get_linux_hosting,
    get_windows_hosting,
    list_linux_hostings,
    list_windows_hostings,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.name_checks import (
    readable_name,
    shown_name,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.options import connection_options
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.properties import name_in, text_in
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proxies import proxy_secrets
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.transport import REQUESTS_ERROR
from ansible_collections.reseller.toolkit.plugins.module_utils.task import Task, masked


class Resource(NamedTuple):
    """One kind of the API's resources.

    Attributes:
        name: the property that names the host.
        identity: the property by which the API knows one.
        list: lists all of them, without details.
        get: reads the details of one.
    """

    name: str
    identity: str
    list: Callable[[ResellerClient], list[dict[str, Any]]]
    get: Callable[[ResellerClient, str], dict[str, Any] | None]


#: The resources by their names in the options.
RESOURCES = {
    "linux_hostings": Resource("domain_name", "domain_name", list_linux_hostings, get_linux_hosting),
    "windows_hostings": Resource("domain_name", "domain_name", list_windows_hostings, get_windows_hosting),
    "accounts": Resource("identifier", "id", list_accounts, get_account),
}
#: The options that affect what is read from the API.
READ_BY = ("resources", "details", "include", "exclude", "servicepacks")


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    """Adds customers' hostings as hosts."""

    NAME = "reseller.toolkit.reseller"

    def verify_file(self, path: str) -> bool:
        """Return whether the file is one of this plugin's."""
        return super().verify_file(path) and path.endswith(("reseller.yml", "reseller.yaml"))

    def parse(self, inventory: InventoryData, loader: DataLoader, path: str, cache: bool = True) -> None:
        """Add the hosts that the file describes.

        Raises:
            AnsibleParserError: the options are wrong, or the API can't be read.
        """
        super().parse(inventory, loader, path, cache)
        config = self._read_config_data(path)
        # No other variables exist yet, and Ansible passes the templar none by itself.
        self.templar.available_variables = dict(self._vars)
        if REQUESTS_ERROR is not None:
            raise AnsibleParserError(missing_required_lib("requests"))
        found = self._cached(path, config, cache)
        for resource in self.get_option("resources"):
            for item in found[resource]:
                self._add(resource, item)

    def _cached(self, path: str, config: dict[str, Any], cache: bool) -> dict[str, list[dict[str, Any]]]:
        """Return what the API lists, from the cache if it is enabled and fresh."""
        self.load_cache_plugin()
        # Data that was read with other options must not be used.
        decisive = [self._connection_option(name, config) for name in ("api_url", "api_key")]
        decisive += [self.get_option(name) for name in READ_BY]
        key = self.get_cache_key(path + repr(decisive))
        use_cache = self.get_option("cache") and cache
        if use_cache:
            try:
                return self._cache[key]
            except KeyError:
                pass
        found = self._read(config)
        if self.get_option("cache"):
            self._cache[key] = found
        return found

    def _read(self, config: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
        params = {name: self._connection_option(name, config) for name in connection_options()}
        secret = params["api_secret"] = str(params["api_secret"])
        # As in check mode: an inventory only reads.
        task = Task(params, check_mode=True, name="inventory", secrets={secret} | proxy_secrets(params["proxy"]))
        try:
            client = ResellerClient.for_task(task)
            return {resource: self._items(client, resource) for resource in self.get_option("resources")}
        except ToolkitError as error:
            raise AnsibleParserError(masked(str(error), task.secrets)) from None

    def _connection_option(self, name: str, config: dict[str, Any]) -> Any:
        """Return an option's value. A value from the file may be a template, a value from the environment is none."""
        value = self.get_option(name)
        # A vaulted text has its own type, and is not a template either.
        return self.templar.template(value) if isinstance(config.get(name), str) else value

    def _items(self, client: ResellerClient, resource: str) -> list[dict[str, Any]]:
        kind = RESOURCES[resource]
        items = [item for item in kind.list(client) if self._is_wanted(item, text_in(item, kind.name))]
        if not self.get_option("details"):
            return items
        details = [kind.get(client, name_in(item, kind.identity)) for item in items]
        return [{**item, **detail} for item, detail in zip(items, details) if detail is not None]

    def _is_wanted(self, item: dict[str, Any], name: str) -> bool:
        include, packs = self.get_option("include"), self.get_option("servicepacks")
        # The API may return a name in Unicode or in ASCII, and a pattern may use either.
        forms = {name, shown_name(name), readable_name(name)}

        def matches(patterns: list[str]) -> bool:
            return any(fnmatchcase(form, pattern) for form in forms for pattern in patterns)

        return (
            (include is None or matches(include))
            and not matches(self.get_option("exclude"))
            and (packs is None or item.get("servicepack_id") in packs)
        )

    def _add(self, resource: str, item: dict[str, Any]) -> None:
        """Add one host with its variables. Values from the server are never templated."""
        name = item[RESOURCES[resource].name]
        self.inventory.add_host(name)
        variables = {f"reseller_{key}": wrap_var(value) for key, value in item.items()}
        variables["reseller_resource"] = resource
        for key, value in variables.items():
            self.inventory.set_variable(name, key, value)
        strict = self.get_option("strict")
        self._set_composite_vars(self.get_option("compose"), variables, name, strict=strict)
        self._add_host_to_composed_groups(self.get_option("groups"), variables, name, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, name, strict=strict)
