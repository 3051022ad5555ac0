# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All examples of all modules, and the playbooks of a README and of a page of the docs, run as printed.

The examples of the inventory plugin are tested in ``test_inventory.py``, which has customers to list; the README of the
collection is in ``tests/role/test_readme.py``.
"""

from __future__ import annotations

import ast
import itertools
import json
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sandbox.launcher import SandboxProcess
from tests.support.csr import make_csr
from tests.support.dataflowkit import PERSONS
from tests.support.films import film
from tests.support.playing import ORDERING, ROOT, Player, PlayResult, Result, Task, account_task, task
from tests.support.samples import REGISTRANT
from tests.support.site import Site, page

MODULES = sorted(path.stem for path in (ROOT / "plugins/modules").glob("*.py"))
PAGES = [ROOT / "docs/reliability.md", ROOT / "roles/hosting/README.md"]

API_SECRET = "Api0geheim79/+"
VAULT = {
    "vaulted_ftp_password": "Ftp0geheim71",
    "vaulted_auth_code": "Tr4nsfer-c0de-72",
    "vaulted_database_password": "Dbs0geheim73",
    "vaulted_datadog_key": "Ddk0geheim80",
    "vaulted_guest_password": "Gst0geheim81",
    "vaulted_film_password": "Flm0geheim82",
    "vaulted_mailbox_password": "Mbx0geheim74",
    "vaulted_new_database_password": "Dbs0geheim75",
    "vaulted_pfx_password": "Pfx0geheim76",
    "vaulted_reports_password": "Usr0geheim77",
    "vaulted_shop_password": "Dbs0geheim78",
    "vaulted_video_password": "Vid0geheim83",
    "vaulted_webhook_token": "Whk0geheim79",
}
"""The secrets that examples take from a vault."""

VARIABLES: dict[str, dict[str, Any]] = {
    "peertube_runner": {"vaulted_runner_token": "{{ runners.registration_tokens[1].registration_token }}"},
    "configcat_flag_value": {"vaulted_sdk_key": "{{ read.sdk_keys[0].primary }}"},
    "reseller_domain": {"customer": {"registrant": REGISTRANT}},
}
"""Other variables to which the examples of a module refer."""

SERVICES = ("configcat", "crossbrowsertesting", "dataflowkit", "departureboard", "peertube", "reseller")
REQUEST = {"type": "base", "url": "https://www.example.com/staff"}
"""The page of a payload that was made by pointing and clicking."""
CUSTOMERS = "customers"
SHOPS = "shops"
INSTANCE = "instance"
SCREENSHOTS = "screenshots"
SAVED = "saved pages"
TRAINS = "trains"
SERVICE_OF = {
    SHOPS: "configcat",
    INSTANCE: "peertube",
    SCREENSHOTS: "crossbrowsertesting",
    SAVED: "dataflowkit",
    TRAINS: "departureboard",
}
ALONE = {
    "reseller_account",
    "reseller_api",
    "reseller_domain",
    "reseller_hosting_check",
    "reseller_job",
    "reseller_journal",
    "reseller_journal_info",
    "reseller_windows_hosting_info",
}
"""Modules whose examples need an empty sandbox, or order what others depend on. The others of a service share one:
example.com is a customer with hosting, and Example shop is a product with a config, environments, a tag and a segment,
created again for each of them."""


def hook(method: str, path: str, body: Any) -> Task:
    """Return a task that does at the sandbox what a customer or the vendor does by other means."""
    request = {"url": f"{{{{ sandbox }}}}/_sandbox/{path}", "method": method, "body": body, "body_format": "json"}
    return {"name": f"{method} {path}", "ansible.builtin.uri": request}


def account(**options: Any) -> Task:
    """Return the task that creates the customer example.com."""
    return account_task("example.com", ftp_password="{{ vaulted_ftp_password }}", **options)


def lost_orders(*identifiers: str) -> list[Task]:
    """Return tasks that order accounts and never get a response."""
    orders = [
        account_task(identifier, ftp_password="{{ vaulted_ftp_password }}", settle_time=0) for identifier in identifiers
    ]
    rule = {"match": {"method": "POST", "path": "/accounts"}, "fault": "reset_before"}
    return [hook("PUT", "faults", [rule]), *(order | {"failed_when": False} for order in orders)]


def key_task(name: str) -> Task:
    """Return a task that installs a public key."""
    public_key = f"{{{{ lookup('ansible.builtin.file', '~/keys/{name}.pub') }}}}"
    return task("reseller_ssh_key", domain="example.com", public_key=public_key)


SHOP = task("reseller_mysql", account="example.com", name="shop", password="{{ vaulted_shop_password }}")
BACKUP = task(
    "reseller_scheduled_task",
    domain="example.com",
    script_location="/data/sites/web/examplecom/bin/backup.sh",
    cron_expression="0 5 * * *",
)
ADA = task("reseller_mailbox", address="ada@example.com", password="{{ vaulted_mailbox_password }}")
LIVE = [
    task("peertube_api", path="/users/me") | {"register": "me"},
    task(
        "peertube_api",
        method="POST",
        path="/videos/live",
        body={
            "name": "Opening of the shop",
            "channelId": "{{ me.data.videoChannels[0].id }}",
        },
    )
    | {"register": "live"},
    task(
        "peertube_api",
        method="PUT",
        path="/videos/{{ live.data.video.uuid }}",
        body={"privacy": 1, "commentsPolicy": 3},
    ),
]
"""A live in the channel of the administrator, whose comments are held for review."""
OLD_DOMAINS = ["example.net", "former.example"]
CERTIFICATE = task(
    "reseller_ssl",
    csr_path="~/certificates/www.example.com.csr",
    confirm_purchase="ssl standard domain_validated www.example.com",
    state="requested",
)

SITE: dict[str, Any] = {"product": "Example shop", "config": "Web site"}
SHOP_OF_CONFIGCAT = [
    task("configcat_product", name="Example shop", state="absent"),
    task("configcat_product", name="Example shop"),
    task("configcat_config", product="Example shop", name="Web site"),
    task("configcat_environment", product="Example shop", name="test"),
    task("configcat_environment", product="Example shop", name="production"),
    task("configcat_tag", product="Example shop", name="checkout"),
    task(
        "configcat_segment",
        product="Example shop",
        name="Testers",
        comparison_attribute="Email",
        comparator="contains",
        comparison_value="@example.com",
    ),
]
NEW_CHECKOUT = task("configcat_flag", key="new_checkout", tags=["checkout"], **SITE)
OLD_CHECKOUT = task("configcat_flag", key="old_checkout", **SITE)
BANNER = task("configcat_flag", key="banner_text", type="string", **SITE)
EDITORS = task("configcat_permission_group", product="Example shop", name="Editors", access_type="full")
SDK_KEYS = task("configcat_sdk_key_info", environment="production", **SITE) | {"register": "read"}


def agency(email: str, name: str = "Grace Hopper") -> list[Task]:
    """Return tasks that add someone to the organization."""
    of_agency = "organizations/{{ (found.organizations | first).organization_id }}/members"
    organizations = task("configcat_info", gather=["organizations"]) | {"register": "found"}
    return [organizations, hook("POST", of_agency, {"full_name": name, "email": email})]


def grace_in_the_shop() -> list[Task]:
    """Return tasks that make someone a member of the product."""
    email = "grace@example.com"
    joins = task("configcat_member", email=email, product="Example shop", permission_group="Editors")
    return [EDITORS, *agency(email), joins]


def in_another_shop(email: str) -> list[Task]:
    """Return tasks that make a member of the organization a member of another product."""
    product = "Former shop"
    return [
        task("configcat_product", name=product),
        task("configcat_permission_group", product=product, name="Editors", access_type="full"),
        task("configcat_member", product=product, email=email, permission_group="Editors"),
    ]


def scanned() -> list[Task]:
    """Return tasks that report where code mentions a registered flag."""
    line = {"file": "checkout.py", "referenceLine": {"lineNumber": 7, "lineText": "if new_checkout:"}}
    found = [{"settingId": "{{ flag.flag.setting_id }}", "references": [line]}]
    scan = {"configId": "{{ site.configs[0].config_id }}", "repository": "shop", "branch": "main"}
    return [
        task("configcat_info", gather=["configs"], product="Example shop") | {"register": "site"},
        task("configcat_api", method="POST", path="/v1/code-references", body={**scan, "flagReferences": found}),
    ]


CARD = task(
    "configcat_integration_link",
    environment="production",
    key="new_checkout",
    link_type="trello",
    link_key="kP2vXq7L",
    **SITE,
)

WEBHOOK = task("configcat_webhook", environment="production", url="https://shop.example.com/flags-changed", **SITE)


def user_of_instance(name: str) -> Task:
    """Return the task that creates a user of the PeerTube instance."""
    body = {"username": name, "email": f"{name}@example.com", "role": 2}
    password = {"password": "{{ vaulted_mailbox_password }}"}
    return task("peertube_api", method="POST", path="/users", body=body, secret_body=password)


def with_runner(name: str) -> list[Task]:
    """Return tasks with which a runner registers."""
    tokens = task("peertube_runner", show_tokens=True) | {"register": "before", "no_log": True}
    token = "{{ before.registration_tokens[0].registration_token }}"
    register: dict[str, Any] = {"path": "/runners/register", "body": {"name": name}}
    return [tokens, task("peertube_api", method="POST", secret_body={"registrationToken": token}, **register)]


def visitors(*names: str) -> list[Task]:
    """Return tasks with which visitors ask for an account, where that requires approval."""
    config = task("peertube_api", path="/config/custom") | {"register": "config"}
    signup = {"enabled": True, "requiresApproval": True}
    wanted = "{{ config.data | combine({'signup': config.data.signup | combine(signup)}) }}"
    allow = task("peertube_api", method="PUT", path="/config/custom", body=wanted) | {"vars": {"signup": signup}}
    asked = [
        task(
            "peertube_api",
            method="POST",
            path="/users/registrations/request",
            body={
                "username": name,
                "email": f"{name}@example.com",
                "registrationReason": "To publish films",
                "displayName": name,
                "channel": {"name": f"{name}_films", "displayName": f"Films of {name}"},
            },
            secret_body={"password": "{{ vaulted_video_password }}"},
        )
        for name in names
    ]
    return [config, allow, *asked]


SCREENSHOTS_BEFORE, SCREENSHOTS_AFTER = (
    task("crossbrowsertesting_screenshot", url="https://www.example.com/", browsers=["Win10|Chrome", "Win10|FF"])
    | {"register": name}
    for name in ("before", "after")
)
BEFORE: dict[str, list[Task]] = {
    CUSTOMERS: [account()],
    "crossbrowsertesting_comparison_info": [SCREENSHOTS_BEFORE, SCREENSHOTS_AFTER],
    "configcat_flag": [OLD_CHECKOUT],
    "configcat_flag_value": [NEW_CHECKOUT, BANNER, SDK_KEYS],
    "configcat_flag_value: Enable it for half of the testers of version 2, and only where the new design is on"
    " (V2 configs)": [
        task("configcat_config", product="Example shop", name="App"),
        task("configcat_flag", product="Example shop", config="App", key="new_checkout"),
        task("configcat_flag", product="Example shop", config="App", key="new_design"),
    ],
    "configcat_flags: Ensure these flags and no others": [OLD_CHECKOUT],
    "configcat_info": [
        NEW_CHECKOUT | {"register": "flag"},
        task("configcat_flag_value", environment="production", key="new_checkout", value=True, **SITE),
        *scanned(),
        OLD_CHECKOUT,
        WEBHOOK,
        hook("PUT", "clock", {"advance": 61 * 86_400}),
    ],
    "configcat_integration_link": [NEW_CHECKOUT],
    "configcat_integration_link_info": [NEW_CHECKOUT, CARD],
    "configcat_member": [
        *grace_in_the_shop(),
        *in_another_shop("grace@example.com"),
        *agency("linus@example.com", "Linus Member"),
    ],
    "configcat_predefined_variations": [BANNER],
    "configcat_signing_key_info": [WEBHOOK],
    "peertube_comment": [
        *LIVE,
        task(
            "peertube_api",
            method="POST",
            path="/users",
            body={"username": "guest", "email": "guest@example.com", "role": 2},
            secret_body={"password": "{{ vaulted_guest_password }}"},
        ),
        task(
            "peertube_comment",
            video="{{ live.data.video.uuid }}",
            text="When does it begin?",
            api_user="guest",
            api_password="{{ vaulted_guest_password }}",
        ),
    ],
    "peertube_info": [*LIVE, task("peertube_abuse", account="root", reason="It uses our logo.")],
    "peertube_follow": [
        hook("PUT", "federation", {"enabled": True, "hosts": ["video.example.org"]}),
        hook("POST", "followers/video.example.org", {}),
    ],
    "peertube_blocklist": [user_of_instance("rude_viewer")],
    "peertube_ownership": [*LIVE, user_of_instance("mara")],
    "peertube_redundancy": [
        hook("PUT", "federation", {"enabled": True, "hosts": ["video.example.org"]}),
        task("peertube_api", method="POST", path="/server/following", body={"hosts": ["video.example.org"]}),
        hook("POST", "finish", {}),
        *LIVE,
        hook("POST", "lives/{{ live.data.video.uuid }}/start", {}),
        hook("PUT", "videos/{{ live.data.video.uuid }}/host", {"host": "video.example.org"}),
    ],
    "peertube_redundancy: Remove the copy": [hook("POST", "finish", {})],
    "peertube_registration": visitors("ada", "mallory"),
    "peertube_runner": with_runner("transcoder-2"),
    "peertube_token": [task("peertube_token", state="absent")],
    "peertube_video_files": [
        task("peertube_video_import", channel="root_channel", target_url="https://media.example.com/films/files.mp4"),
    ],
    "peertube_video": [task("peertube_channel", name="holiday_films", display_name="Holidays")],
    "reseller_api": [account(), SHOP],
    "reseller_dns_zone": [
        task("reseller_dns_record", zone="example.com", record="old", type="TXT", value=["needed no more"]),
    ],
    "reseller_journal": lost_orders("example.net", "example.org"),
    "reseller_journal_info": lost_orders("example.com"),
    "reseller_linux_site: Ensure a separate shop exists": [
        hook("POST", "folders", {"domain": "example.com", "path": "/shop"})
    ],
    "reseller_mail_zone: Accept the mail of the old domain as well, and of no other": [
        task("reseller_mail_zone", domain="example.com", smtp_domains=[{"hostname": name} for name in OLD_DOMAINS]),
    ],
    "reseller_mailbox_info": [ADA],
    "reseller_mysql": [task("reseller_mysql", account="example.com", name="shop", state="absent")],
    "reseller_mysql_info": [SHOP],
    "reseller_mysql_user": [SHOP],
    "reseller_scheduled_task": [BACKUP],
    "reseller_scheduled_task_info": [BACKUP],
    "reseller_ssh_key": [key_task("ada"), key_task("former")],
    "reseller_ssh_key_info": [key_task("ada")],
    "reseller_ssl: Request verification and wait for the certificate": [
        hook("PUT", "sslcertificaterequests/{{ ordered.request.id }}", {"status": "validated"})
    ],
    "reseller_ssl_info": [CERTIFICATE],
    "reseller_windows_hosting_info": [account(servicepack="Windows Pro")],
}
"""The prerequisites of examples: tasks that run before all examples of a module, or before one of them."""

FINDS_NOTHING = {
    "List certificates that expire within a month",
    "Read the ten videos that were viewed most",
    "Read the transcoding jobs that failed",
    "Read the unread notifications",
}
"""Examples that read objects that a new sandbox does not have."""


@dataclass
class Step:
    """One task of the playbook.

    Attributes:
        module: whose example it is, or which module's examples it prepares.
        task: the task.
        is_example: whether it is an example.
    """

    module: str
    task: Task
    is_example: bool = False

    def problems(self, result: Result) -> Iterator[str]:
        """Return what is wrong with the result."""
        if result.outcome != "ok":
            yield f"{result.outcome}, {result.data.get('msg')}"
            return
        for told in ("warnings", "deprecations"):
            if result.data.get(told):
                yield f"{told}: {result.data[told]}"
        if not self.is_example:
            return
        writes = self._writes()
        if writes is not None and result.data.get("changed") is not writes:
            yield f"changed is not {writes}"
        if result.action.endswith("_info") and not (
            result.name in FINDS_NOTHING or self._is_hidden or found_in(result)
        ):
            yield "it finds nothing"

    @property
    def _is_hidden(self) -> bool:
        """Whether the result is hidden, as it is a secret."""
        return bool(self.task.get("no_log"))

    def _writes(self) -> bool | None:
        """Return whether the task must change something; None if it is not a task of this collection."""
        (module,) = (name for name in self.task if "." in name)
        options = self.task[module] or {}
        if not module.startswith("reseller.toolkit."):
            return None
        if module.endswith("_api"):
            return options.get("method", "GET") != "GET"
        if module.endswith("_job"):
            return options.get("state", "drained") != "drained"
        # Without a page, it reads a test that another task began.
        return not module.endswith(("_info", "_check")) and "screenshot_test_id" not in options


def found_in(result: Result) -> list[Any]:
    """Return what a reading task found."""
    return [
        value
        for name, value in result.data.items()
        if name != "invocation" and isinstance(value, (list, dict)) and value
    ]


def examples_of(module: str) -> list[Task]:
    """Return the examples in a module's documentation; at least one of them must use it."""
    tree = ast.parse((ROOT / f"plugins/modules/{module}.py").read_text(encoding="utf-8"))
    texts = [
        ast.literal_eval(node.value)
        for node in tree.body
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "EXAMPLES"
    ]
    examples = yaml.safe_load(texts[0]) if texts else []
    assert any(f"reseller.toolkit.{module}" in example for example in examples or []), f"{module} has no example"
    return examples


def steps_of(module: str) -> Iterator[Step]:
    """Return the examples of a module, with the prerequisites of each."""
    if module.startswith("configcat_") and module != "configcat_product":
        yield from (Step(module, before) for before in SHOP_OF_CONFIGCAT)
    yield from (Step(module, before) for before in BEFORE.get(module, []))
    for example in examples_of(module):
        yield from (Step(module, before) for before in BEFORE.get(f"{module}: {example['name']}", []))
        yield Step(module, example, is_example=True)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home folder with the files that examples read, and folders for the files that they write."""
    folder = tmp_path / "home"
    for name in ("certificates", "films", "keys", "report", ".ssh"):
        (folder / name).mkdir(parents=True)
    for name in ("www.example.com", "shop.example.net"):
        (folder / f"certificates/{name}.csr").write_text(make_csr(name))
    for name in ("keys/ada", "keys/grace", "keys/former", ".ssh/deploy"):
        key = Ed25519PrivateKey.generate().public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
        (folder / f"{name}.pub").write_text(f"{key.decode()} {name}\n")
    (folder / "report/staff.payload.json").write_text(json.dumps({**PERSONS, "request": REQUEST, "format": "csv"}))
    film(folder / "films/summer.mp4", 1000)
    (folder / "films/summer.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "films/summer.en.srt").write_text("1\n00:00:00,000 --> 00:00:02,000\nJune\n")
    return folder


@contextmanager
def pages() -> Iterator[tuple[str, ...]]:
    """Return the arguments of a sandbox for which the pages of the examples are on loopback."""
    with Site("www.example.com", others=("duckduckgo.com",)) as site:
        site.pages |= dict.fromkeys(("/", "/news", "/prices", "/shop", "/staff", "/?q=example+shop"), page())
        yield ("--engine", "stub", *site.words)


@contextmanager
def worlds_of(hosts: Iterable[str]) -> Iterator[dict[str, SandboxProcess]]:
    """Return the sandboxes of these hosts of the inventory."""
    names = sorted(set(map(world_of, hosts)))
    looking = {SCREENSHOTS, SAVED}
    with ThreadPoolExecutor() as pool, nullcontext(()) if looking.isdisjoint(names) else pages() as words:
        made = {
            name: SandboxProcess(
                *(words if name in looking else ()),
                service=SERVICE_OF.get(name, "reseller"),
                job_seconds=0.1,
                api_secret=API_SECRET,
            )
            for name in names
        }
        try:
            list(pool.map(SandboxProcess.start, made.values()))
            yield made
        finally:
            list(pool.map(SandboxProcess.stop, made.values()))


def playbooks_in(page: Path) -> list[dict[str, Any]]:
    """Return the plays on a page."""
    blocks = re.findall(r"^```yaml\n(.*?)^```$", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    shown = [yaml.safe_load(block) for block in blocks]
    return [play for block in shown if isinstance(block, list) for play in block]


def player_in(sandbox: SandboxProcess, folder: Path) -> Player:
    """Runs plays with the secrets of the vault."""
    player = Player(sandbox, folder / "runs")
    for name, value in VAULT.items():
        player.secret(name, value)
    return player


def check_silence(played: PlayResult) -> None:
    """Check that Ansible printed no warning."""
    assert "[WARNING]" not in played.output and "[DEPRECATION" not in played.output, played.output


def play_of(steps: list[Step], host: str, sandbox: SandboxProcess, player: Player) -> dict[str, Any]:
    """Return the play with these steps; it continues after a failure, so that one run reports all failures."""
    play = player.written(
        [step.task for step in steps],
        variables={"sandbox": sandbox.url, **VARIABLES.get(host, {})},
        hosts=host,
        ignore_errors=True,
    )
    play["module_defaults"] |= {
        "group/reseller.toolkit.configcat": {"api_url": sandbox.url},
        "group/reseller.toolkit.crossbrowsertesting": {"api_url": sandbox.url},
        "reseller.toolkit.crossbrowsertesting_screenshot": {"poll_interval": 0.2},
        "group/reseller.toolkit.dataflowkit": {"api_url": sandbox.url},
        "group/reseller.toolkit.departureboard": {"api_url": sandbox.url},
        "group/reseller.toolkit.peertube": {"api_url": sandbox.url, "api_user": "root"},
        "group/reseller.toolkit.reseller": {"api_url": sandbox.url},
        "reseller.toolkit.reseller_domain": ORDERING,
    }
    return play


def world_of(host: str) -> str:
    """Return the name of a host's sandbox."""
    if host in ALONE:
        return host
    worlds = {service: name for name, service in SERVICE_OF.items()}
    return worlds.get(host.partition("_")[0], CUSTOMERS)


def plays_of(service: str) -> dict[str, list[Step]]:
    """Return the examples of a service's modules, by the host on which they run.

    One host for each module, as registered variables belong to a host: no example sees those of another module.
    """
    modules = [module for module in MODULES if module.startswith(f"{service}_")]
    plays = {CUSTOMERS: [Step(CUSTOMERS, before) for before in BEFORE[CUSTOMERS]]} if service == "reseller" else {}
    plays.update((module, list(steps_of(module))) for module in modules)
    return plays


def test_tables_are_about_examples_that_there_are() -> None:
    plays = {host: steps for service in SERVICES for host, steps in plays_of(service).items()}
    assert {*plays} == {CUSTOMERS, *MODULES}
    examples = {(host, step.task["name"]) for host, steps in plays.items() for step in steps}
    assert {*BEFORE, *VARIABLES, *ALONE} <= {*plays, *map(": ".join, examples)}
    assert {name for _host, name in examples} >= FINDS_NOTHING


@pytest.mark.parametrize("service", SERVICES)
def test_examples_of_modules(service: str, tmp_path: Path, home: Path) -> None:
    plays = plays_of(service)
    with worlds_of(plays) as worlds:
        player = player_in(next(iter(worlds.values())), tmp_path)
        played = player.playbook(
            [play_of(steps, host, worlds[world_of(host)], player) for host, steps in plays.items()],
            inventory="\n".join(f"{host} ansible_connection=local" for host in plays),
            env={"HOME": str(home)},
        )
    assert played.code == 0, played.output
    problems = [
        f"{step.module}: {result.name}: {problem}"
        for step, result in zip(itertools.chain(*plays.values()), played, strict=True)
        for problem in step.problems(result)
    ]
    assert not problems, "\n".join(problems)
    check_silence(played)


def test_playbooks_of_the_pages(tmp_path: Path, home: Path) -> None:
    plays = [play for page in PAGES for play in playbooks_in(page)]
    assert len(plays) == 3
    # Jobs end at once: these plays set no poll interval, and the default is two seconds.
    with SandboxProcess(job_seconds=0, api_secret=API_SECRET) as sandbox:
        player = player_in(sandbox, tmp_path)
        variables = {"ansible_python_interpreter": "{{ ansible_playbook_python }}", **player.lookups}
        # The values that a workflow passes from its first play to its second.
        variables["account_job"] = "{{ (ordered.job or {}).id | default('') }}"
        host = " ".join(f'{name}="{value}"' for name, value in variables.items())
        played = player.playbook(plays, inventory=f"localhost ansible_connection=local {host}", env={"HOME": str(home)})
        state = sandbox.state()
    assert played.code == 0, played.output
    check_silence(played)
    waited = next(result for result in played if result.action == "reseller.toolkit.reseller_job")
    assert [job["status"] for job in waited.ok["jobs"]] == ["finished"]
    # All plays are about one customer, and the last one adds more of everything.
    made = {name: state[name] for name in ("accounts", "mysql_databases", "mysql_users", "mailboxes", "mail_aliases")}
    assert made == {"accounts": 1, "mysql_databases": 1, "mysql_users": 2, "mailboxes": 1, "mail_aliases": 1}
    assert state["ssh_keys"] == state["scheduled_tasks"] == state["ssl_certificates"] == 1
