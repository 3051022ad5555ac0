# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin against a sandbox with customers."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.launcher import SandboxProcess
from tests.support.playing import ROOT, Player, run_program

# The seeded packs: Linux, mail only, Linux, Windows, Linux.
LINUX = ["seed-00001.example", "seed-00003.example", "seed-00005.example"]
WINDOWS = ["seed-00004.example"]
VAULT_PASSWORD = "vault0geheim"


@pytest.fixture(scope="module")
def fleet() -> Iterator[SandboxProcess]:
    """A sandbox with five customers."""
    # A hyphen at its beginning would be an option for ansible-vault.
    secret = "s" + secrets.token_urlsafe(24) + "{{x}}"
    with SandboxProcess(api_key="fleet", api_secret=secret, seed_accounts=5, rate_limit="100000/60") as sandbox:
        yield sandbox


@dataclass
class Run:
    """A finished run of ``ansible-inventory`` or ``ansible``."""

    code: int
    output: str
    errors: str
    requests: list[str]

    @property
    def json(self) -> Any:
        """The parsed output."""
        assert self.code == 0, self.errors
        return json.loads(self.output)

    @property
    def hostvars(self) -> dict[str, dict[str, Any]]:
        """The hosts with their variables; values marked as unsafe are plain text here."""
        plain = {"__ansible_unsafe": str}
        found: dict[str, dict[str, Any]] = json.loads(
            json.dumps(self.json["_meta"]["hostvars"]),
            object_hook=lambda item: item["__ansible_unsafe"] if item.keys() == plain.keys() else item,
        )
        return found

    def group(self, name: str) -> list[str]:
        """Return the hosts of a group."""
        return sorted(self.json.get(name, {}).get("hosts", []))


class Inventory:
    """Writes inventory files and runs Ansible on them; no secret of the sandbox may be in its output."""

    def __init__(self, sandbox: SandboxProcess, folder: Path) -> None:
        sandbox.set_faults([])
        self.sandbox = sandbox
        self.folder = folder
        (folder / "ansible.cfg").touch()
        self.environment = Player(sandbox, folder).environment(folder)

    def write(self, name: str = "test.reseller.yml", **options: Any) -> str:
        """Write an inventory file of the plugin."""
        text = yaml.safe_dump({"plugin": "reseller.toolkit.reseller", **options}, sort_keys=False)
        (self.folder / name).write_text(text, encoding="utf-8")
        return name

    def run(self, *words: str, env: Mapping[str, str | None] | None = None) -> Run:
        """Run a command of Ansible."""
        before = len(self.sandbox.exchanges())
        changed = {**self.environment, **(env or {})}
        environment = {name: value for name, value in changed.items() if value is not None}
        code, output, errors = run_program(words, self.folder, environment)
        assert self.sandbox.api_secret not in output + errors
        assert "Traceback" not in output + errors
        new = self.sandbox.exchanges()[before:]
        requests = [f"{exchange['method']} {exchange['path'].removeprefix('/v2')}" for exchange in new]
        return Run(code, output, errors, requests)

    def list(self, *files: str, env: Mapping[str, str | None] | None = None) -> Run:
        """``ansible-inventory --list`` of files."""
        sources = [word for file in files for word in ("-i", file)]
        return self.run("ansible-inventory", *sources, "--list", env=env)

    def listed(self, **options: Any) -> Run:
        """``ansible-inventory --list`` of one file with these options."""
        return self.list(self.write(**options))

    def refused(self, *, env: Mapping[str, str | None] | None = None, **options: Any) -> str:
        """Return the output when a file can't be used."""
        strict = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"}
        enabled = {"ANSIBLE_INVENTORY_ENABLED": "reseller.toolkit.reseller"}
        run = self.list(self.write(**options), env={**strict, **enabled, **(env or {})})
        assert run.code != 0
        return " ".join(run.errors.split())


@pytest.fixture
def inventory(fleet: SandboxProcess, tmp_path: Path) -> Inventory:
    """Reads the customers of the sandbox."""
    return Inventory(fleet, tmp_path)


def test_one_request_lists_all_hostings(inventory: Inventory) -> None:
    run = inventory.listed(keyed_groups=[{"prefix": "pack", "key": "reseller_servicepack_id | string"}])
    assert sorted(run.hostvars) == LINUX and run.requests == ["GET /linuxhostings"]
    assert run.group("pack_1001") == LINUX[:1] and run.group("pack_1002") == LINUX[1:]
    host = run.hostvars[LINUX[0]]
    assert host["reseller_resource"] == "linux_hostings" and host["reseller_domain_name"] == LINUX[0]
    assert "reseller_php_version" not in host
    graph = inventory.run("ansible-inventory", "-i", "test.reseller.yml", "--graph")
    assert graph.code == 0 and "@pack_1002:" in graph.output and "WARN" not in graph.errors


def test_details_take_one_request_a_hosting(inventory: Inventory) -> None:
    run = inventory.listed(
        details=True,
        compose={
            "ansible_host": "reseller_ssh_host",
            "ansible_user": "reseller_ssh_username",
            "sites": "reseller_sites | length > 0",
        },
        groups={"current_php": "reseller_php_version is version('8', '>=')", "nobody": "false"},
        keyed_groups=[{"prefix": "php", "key": "reseller_php_version"}],
    )
    assert run.requests == ["GET /linuxhostings", *[f"GET /linuxhostings/{name}" for name in LINUX]]
    host = run.hostvars[LINUX[0]]
    assert host["ansible_host"] == host["reseller_ssh_host"] and str(host["sites"]) == "True"
    assert host["reseller_php_version"] and host["reseller_sites"][0]["name"] == LINUX[0]
    assert run.group("current_php") == LINUX and run.group("nobody") == []
    assert [name for name in run.json if name.startswith("php_")]


def test_other_resources(inventory: Inventory) -> None:
    windows = inventory.listed(resources=["windows_hostings"], details=True)
    assert sorted(windows.hostvars) == WINDOWS
    assert windows.requests == ["GET /windowshostings", f"GET /windowshostings/{WINDOWS[0]}"]
    both = inventory.listed(resources=["linux_hostings", "windows_hostings"])
    assert sorted(both.hostvars) == sorted(LINUX + WINDOWS)
    accounts = inventory.listed(resources=["accounts"], details=True)
    assert len(accounts.hostvars) == 5 and len(accounts.requests) == 6
    assert accounts.hostvars["seed-00002.example"]["reseller_servicepack"]["id"] == 1003


def test_filters(inventory: Inventory) -> None:
    run = inventory.listed(include=["*-0000[13].*", "nobody"], details=True)
    assert sorted(run.hostvars) == LINUX[:2] and len(run.requests) == 3
    assert sorted(inventory.listed(exclude=["*00003*"]).hostvars) == [LINUX[0], LINUX[2]]
    assert sorted(inventory.listed(servicepacks=[1002]).hostvars) == LINUX[1:]
    assert inventory.listed(include=[]).hostvars == {}


def caching(inventory: Inventory) -> dict[str, Any]:
    """Return the options that cache what was read in a folder."""
    return {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(inventory.folder / "kept"),
        "cache_timeout": 3600,
    }


def test_cache(inventory: Inventory) -> None:
    kept = caching(inventory)
    first = inventory.listed(details=True, **kept)
    second = inventory.listed(details=True, **kept)
    assert len(first.requests) == 4 and second.requests == []
    assert second.hostvars == first.hostvars and second.json == first.json
    (inventory.folder / "play.yml").write_text("- hosts: all\n  gather_facts: false\n")
    flushed = inventory.run("ansible-playbook", "-i", "test.reseller.yml", "play.yml", "--flush-cache")
    assert flushed.code == 0 and len(flushed.requests) == 4
    # With other options there is a separate cache.
    assert sorted(inventory.listed(**kept).hostvars) == LINUX
    texts = [path.read_text() for path in (inventory.folder / "kept").iterdir()]
    assert texts and not [text for text in texts if inventory.sandbox.api_secret in text]


def test_two_files_are_two_accounts(inventory: Inventory) -> None:
    with SandboxProcess(api_key="other", api_secret="other0geheim", rate_limit="100000/60") as other:
        other.seed(8)
        here = inventory.write("a.reseller.yml", compose={"reseller": "'here'"})
        there = inventory.write(
            "b.reseller.yaml",
            api_url=other.url,
            api_key="{{ lookup('ansible.builtin.env', 'OTHER_KEY') }}",
            api_secret="{{ lookup('ansible.builtin.env', 'OTHER_SECRET') }}",
            include=["seed-00008.*"],
            compose={"reseller": "'there'"},
        )
        run = inventory.list(here, there, env={"OTHER_KEY": "other", "OTHER_SECRET": other.api_secret})
        assert other.api_secret not in run.output + run.errors
    assert {name: host["reseller"] for name, host in run.hostvars.items()} == {
        **dict.fromkeys(LINUX, "here"),
        "seed-00008.example": "there",
    }


def test_extra_variables_are_seen_by_templates(inventory: Inventory) -> None:
    """Two accounts have separate caches, and no variable ends up in a host."""
    name = inventory.write(
        api_key="{{ agency_key }}",
        api_secret="{{ agency_secret | default(lookup('ansible.builtin.env', 'OTHER_SECRET')) }}",
        api_url="{{ agency_url }}",
        compose={"seen": "agency_key | default('nothing')"},
        **caching(inventory),
    )
    env = {"RESELLER_API_KEY": None, "RESELLER_API_SECRET": None, "OTHER_SECRET": inventory.sandbox.api_secret}
    words = ["ansible-inventory", "-i", name, "--list", "-e", "agency_key=fleet"]
    first = inventory.run(*words, "-e", f"agency_url={inventory.sandbox.url}", env=env)
    assert sorted(first.hostvars) == LINUX and first.requests == ["GET /linuxhostings"]
    assert {host["seen"] for host in first.hostvars.values()} == {"nothing"}
    with SandboxProcess(api_key="fleet", api_secret="other0geheim", seed_accounts=1, rate_limit="100000/60") as other:
        given = ["-e", f"agency_url={other.url}", "-e", "agency_secret=other0geheim"]
        assert sorted(inventory.run(*words, *given, env=env).hostvars) == LINUX[:1]
    again = inventory.run(*words, "-e", f"agency_url={inventory.sandbox.url}", env=env)
    assert sorted(again.hostvars) == LINUX and again.requests == []


def test_secret_from_a_vault(inventory: Inventory) -> None:
    (inventory.folder / "password").write_text(VAULT_PASSWORD)
    vault = ["--vault-password-file", "password"]
    sealed = inventory.run(
        "ansible-vault", "encrypt_string", *vault, "-n", "api_secret", "--", inventory.sandbox.api_secret
    )
    assert sealed.code == 0, sealed.errors
    (inventory.folder / "v.reseller.yml").write_text("plugin: reseller.toolkit.reseller\n" + sealed.output)
    run = inventory.run(
        "ansible-inventory", "-i", "v.reseller.yml", "--list", *vault, env={"RESELLER_API_SECRET": None}
    )
    assert sorted(run.hostvars) == LINUX


@pytest.mark.parametrize("cache", [False, True])
def test_what_the_server_says_is_no_template(inventory: Inventory, cache: bool) -> None:
    evil = "{{ 7 * 191 }}"
    found = inventory.listed(details=True).hostvars[LINUX[0]]
    body = {name.removeprefix("reseller_"): value for name, value in found.items() if name != "reseller_resource"}
    body |= {"php_version": evil, "sites": [{"name": evil}]}
    match = {"method": "GET", "path": f"/v2/linuxhostings/{LINUX[0]}"}
    inventory.sandbox.set_faults([{"match": match, "fault": "edit", "body": body}])
    file = inventory.write(
        details=True,
        include=[LINUX[0]],
        compose={"composed": "reseller_php_version"},
        keyed_groups=[{"prefix": "php", "key": "reseller_php_version"}],
        cache=cache,
        cache_plugin="ansible.builtin.jsonfile",
        cache_connection=str(inventory.folder / "kept"),
    )
    say = "msg='{{ reseller_php_version }} {{ reseller_sites[0].name }} {{ composed }}'"
    for _time in range(2):
        run = inventory.run("ansible", "all", "-i", file, "-m", "ansible.builtin.debug", "-a", say)
        assert run.code == 0, run.errors
        assert run.output.count(evil) == 3 and str(7 * 191) not in run.output


def test_strictness(inventory: Inventory) -> None:
    wrong = {"ansible_host": "nothing_of_this_name.at_all"}
    assert sorted(inventory.listed(compose=wrong).hostvars) == LINUX
    assert "nothing_of_this_name" in inventory.refused(strict=True, compose=wrong)


def test_mistakes_are_reported(inventory: Inventory) -> None:
    text = inventory.refused(api_secret="wrong0geheim")
    assert "GET /v2/linuxhostings: HTTP 401" in text and "Check api_key and api_secret" in text
    assert "wrong0geheim" not in text
    assert "api_url: 'ftp://x' is not an address" in inventory.refused(api_url="ftp://x")
    text = inventory.refused(env={"RESELLER_API_SECRET": None})
    assert "api_secret" in text and "required" in text.lower()
    assert "everything" in inventory.refused(resources=["everything"])


def test_error_half_way_leaves_no_half_inventory(inventory: Inventory) -> None:
    match = {"method": "GET", "path": f"/v2/linuxhostings/{LINUX[1]}"}
    inventory.sandbox.set_faults([{"match": match, "fault": "status", "status": 403}])
    assert "403" in inventory.refused(details=True)
    run = inventory.listed(details=True)
    assert run.hostvars == {}


def test_hosting_removed_in_the_meantime(inventory: Inventory) -> None:
    match = {"method": "GET", "path": f"/v2/linuxhostings/{LINUX[1]}"}
    inventory.sandbox.set_faults([{"match": match, "fault": "status", "status": 404}])
    assert sorted(inventory.listed(details=True).hostvars) == [LINUX[0], LINUX[2]]


def test_only_files_of_its_name(inventory: Inventory) -> None:
    run = inventory.list(inventory.write("customers.yml"))
    assert run.json["_meta"]["hostvars"] == {} and run.requests == []


def test_examples_are_read(inventory: Inventory) -> None:
    home = inventory.folder / "home"
    env = {"HOME": str(home), "OTHER_KEY": inventory.sandbox.api_key, "OTHER_SECRET": inventory.sandbox.api_secret}
    text = (ROOT / "plugins/inventory/reseller.py").read_text().split('EXAMPLES = r"""')[1].split('"""')[0]
    examples = text.split("\n---\n")
    assert len(examples) == 4
    for example in examples:
        (inventory.folder / "test.reseller.yml").write_text(example)
        run = inventory.list("test.reseller.yml", env=env)
        assert set(run.hostvars) >= set(LINUX) and "WARN" not in run.errors
        (option,) = yaml.safe_load(example).get("keyed_groups", [{"prefix": ""}])
        assert [name for name in run.json if name.startswith(option["prefix"])]
    assert [*home.glob(".cache/reseller/*")]
