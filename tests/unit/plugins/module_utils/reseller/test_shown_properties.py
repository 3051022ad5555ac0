# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The properties of a response in a result: exactly those that the vendor describes and the modules document."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.accounts import get_account
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.certificates import (
    get_ssl_certificate_request,
    list_ssl_certificate_requests,
    ssl_certificate_request_in,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.client import ResellerClient
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.servicepacks import list_servicepacks
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.shown_properties import (
    only_shown,
    properties_at,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.responses import Response
from tests.support.described import described, example, united

ROOT = next(folder for folder in Path(__file__).resolve().parents if (folder / "tests/contract/reseller.json").exists())
CONTRACT = json.loads((ROOT / "tests/contract/reseller.json").read_text(encoding="utf-8"))
#: Never returned unchanged: a job is read property by property, and a file is not JSON.
OTHERS = {"/provisioningjobs/{jobId}", "/sslcertificates/{sha1Fingerprint}/download"}
#: Properties that modules add to what they read.
ADDED = {("reseller_linux_hosting_info", "php_versions"), ("reseller_mysql_info", "users")}
#: The results with read objects, each with the path of the read.
RESULTS = [
    ("reseller_account", "account", "/accounts"),
    ("reseller_account_info", "accounts", "/accounts"),
    ("reseller_domain", "domain", "/domains"),
    ("reseller_domain_info", "domains", "/domains"),
    ("reseller_linux_hosting", "hosting", "/linuxhostings"),
    ("reseller_linux_hosting_info", "hostings", "/linuxhostings"),
    ("reseller_mail_zone_info", "mail_zone", "/mailzones"),
    ("reseller_mailbox", "mailbox", "/mailboxes"),
    ("reseller_mailbox_info", "mailboxes", "/mailboxes"),
    ("reseller_mysql", "database", "/mysqldatabases"),
    ("reseller_mysql_info", "databases", "/mysqldatabases"),
    ("reseller_mysql_user", "user", "/mysqldatabases/x/users"),
    ("reseller_scheduled_task_info", "scheduled_tasks", "/linuxhostings/x/scheduledtasks"),
    ("reseller_servicepack_info", "servicepacks", "/servicepacks"),
    ("reseller_ssh_key_info", "ssh_keys", "/ssh"),
    ("reseller_ssl", "certificate", "/sslcertificates"),
    ("reseller_ssl_info", "certificates", "/sslcertificates"),
    ("reseller_windows_hosting_info", "hostings", "/windowshostings"),
]


def reads() -> dict[str, Any]:
    """Return the described bodies, by the paths of the reads whose results are shown."""
    gets = {name.partition(" ")[2]: facts for name, facts in CONTRACT["operations"].items() if name.startswith("GET ")}
    return {path: facts["answers"]["200"]["body"] for path, facts in gets.items() if path not in OTHERS}


def test_known_values_are_those_of_the_vendor() -> None:
    # A list shows fewer or other properties of an item than the item's path.
    families: dict[str, dict[str, Any]] = {}
    for path, body in reads().items():
        collection = re.sub(r"/\{[^}]*\}$", "", path)
        families[collection] = united(families.get(collection, {}), described(body, CONTRACT["schemas"]))
    assert len(families) == 16
    for collection, properties in families.items():
        assert properties_at(re.sub(r"\{[^}]*\}", "x", collection)) == properties, collection


@pytest.mark.parametrize("path", sorted(reads()))
def test_a_new_property_is_dropped_wherever_it_comes(path: str) -> None:
    properties = described(reads()[path], CONTRACT["schemas"])
    place = re.sub(r"\{[^}]*\}", "some.name", path)
    marked = example(properties, {"provider_portal_url": "https://ca.example/enter?token=Secret"})
    assert only_shown(place, [marked]) == [example(properties)]
    first = sorted(properties)[0]
    assert only_shown(place, {first: None}) == {first: None}


@pytest.mark.parametrize(("module", "result", "path"), RESULTS)
def test_what_a_module_documents_is_known(module: str, result: str, path: str) -> None:
    tree = ast.parse((ROOT / f"plugins/modules/{module}.py").read_text(encoding="utf-8"))
    texts = {
        node.targets[0].id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and isinstance(node.value, ast.Constant)
    }
    documented = yaml.safe_load(str(texts["RETURN"]))[result]["contains"].keys()
    assert documented and documented - properties_at(path).keys() <= {name for one, name in ADDED if one == module}


class Server:
    """Answers each request with one text."""

    def __init__(self, content: Any) -> None:
        self.answer = Response(200, "", {"X-Paging-TotalResults": "1"}, json.dumps(content).encode())

    def request(self, _method: str, _path: str, **_more: Any) -> Response:
        return self.answer


def test_no_way_to_read_shows_a_new_property() -> None:
    request = {"id": 17, "validations": [{"dns_name": "example.com", "type": "dns"}]}
    told = {**request, "provider_portal_url": "https://ca.example/enter?token=Secret"}

    def client(content: Any) -> ResellerClient:
        return ResellerClient(cast(Any, Server(content)), key_fingerprint="", api_url="", storage=FileStorage(""))

    assert list_ssl_certificate_requests(client([told])) == [request]
    assert ssl_certificate_request_in(get_ssl_certificate_request(client(told), 17)) == request
    account = {"id": 1, "identifier": "example.com"}
    assert get_account(client({**account, "login_url": "https://x.example"}), 1) == account
    assert list_servicepacks(client([{"id": 1, "name": "Basic", "url": "x"}])) == [{"id": 1, "name": "Basic"}]
