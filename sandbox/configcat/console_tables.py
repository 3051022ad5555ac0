# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The content of the console: the flags of each config with their values in each environment, and how to connect."""

from __future__ import annotations

from sqlite3 import Row

from sandbox.configcat import configs, console_values, environments, flags
from sandbox.console.tables import Cell, Group, Guide, Step, Table
from sandbox.context import Context

_EXPORTS = """\
export CONFIGCAT_API_URL={{url}}
export CONFIGCAT_API_USER={user}
read -rs CONFIGCAT_API_PASSWORD && export CONFIGCAT_API_PASSWORD"""
_OPTIONS = """\
module_defaults:
  group/reseller.toolkit.configcat:
    api_url: {{url}}
    api_user: {user}
    api_password: "{{{{ vault_configcat_password }}}}\""""
_PLAY = """\
- name: My first product
  hosts: localhost
  connection: local
  gather_facts: false
  tasks:
    - name: Ensure the product exists
      reseller.toolkit.configcat_product:
        name: My first product

    - name: Ensure the config exists
      reseller.toolkit.configcat_config:
        product: My first product
        name: Web site

    - name: Ensure the environment exists
      reseller.toolkit.configcat_environment:
        product: My first product
        name: test

    - name: Ensure the flag exists
      reseller.toolkit.configcat_flag:
        product: My first product
        config: Web site
        key: new_checkout"""


def guide(context: Context) -> Guide:
    """Return how to connect to the sandbox, and a first playbook. The password is named, never shown."""
    user = context.options.api_key
    steps = [
        Step(
            "Set the URL, the user and the password in the shell. The password is that of --api-secret or "
            "SANDBOX_API_SECRET when the sandbox was started, sandbox-secret if neither was given.",
            _EXPORTS.format(user=user),
        ),
        Step("Or set the options api_url, api_user and api_password in the play.", _OPTIONS.format(user=user)),
        Step("Save a first playbook as first.yml, and run it: ansible-playbook first.yml", _PLAY),
    ]
    return Guide("Nothing yet. New objects appear here.", steps)


def groups(context: Context) -> list[Group]:
    """Return a group for each product, with a table for each config."""
    return [_group(context, product) for product in context.store.all("SELECT * FROM products ORDER BY rowid")]


def _group(context: Context, product: Row) -> Group:
    places = environments.of_product(context, product["product_id"])
    found = configs.of_product(context, product["product_id"])
    return Group(
        product["name"],
        product["description"] or f"{_count(found, 'config')}, {_count(places, 'environment')}",
        [_table(context, config, places) for config in found],
        "No configs yet.",
    )


def _count(rows: list[Row], noun: str) -> str:
    return f"{len(rows)} {noun if len(rows) == 1 else f'{noun}s'}"


def _table(context: Context, config: Row, places: list[Row]) -> Table:
    rows = [
        [_name(context, flag), *(console_values.cell(context, flag, place["environment_id"]) for place in places)]
        for flag in flags.of_config(context, config["config_id"])
    ]
    columns = ["Flag", *(place["name"] for place in places)]
    note = " · ".join(filter(None, (f"evaluation version {config['evaluation_version']}", config["description"])))
    return Table(config["name"], note, columns, rows, "No flags yet.")


def _name(context: Context, flag: Row) -> Cell:
    tagged = [f"#{tag['name']}" for tag in flags.tags_of(context, flag["setting_id"])]
    return Cell(flag["key"], "name", notes=[flag["name"], " ".join([flag["type"], *tagged])])
