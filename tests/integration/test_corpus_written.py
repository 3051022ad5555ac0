# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options of the corpus as people write them in YAML, and texts, through their life with the real modules.

See `test_corpus.py`, which has the other kinds. Refused values are in separate tasks, exactly as written.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from sandbox.launcher import SandboxProcess
from tests.sdk.sdks import PythonSdk
from tests.support import judges
from tests.support.configcat import Client
from tests.support.corpus import Input
from tests.support.lives import bodies, check_refused_tasks, check_steps, over, refused, step, taken
from tests.support.playing import BOTH_WAYS, JOB_SECONDS, ORDERING, NewName, Player, Task, account_task, orders_of, task
from tests.support.samples import REGISTRANT
from tests.support.shop import Shop

pytestmark = pytest.mark.faults

BOTH = pytest.mark.parametrize("in_process", BOTH_WAYS, ids=["here", "apart"])


def written(one: Input) -> Any:
    """Parse YAML 1.1, as Ansible does."""
    return yaml.safe_load(one.text)


@BOTH
def test_crons(player: Player, new_name: NewName, in_process: bool) -> None:
    domain = new_name()

    def cron(one: Input) -> dict[str, Any]:
        return {"script_location": f"/bin/{one.path.stem}.sh", **written(one)}

    def of_item(**options: Any) -> Task:
        wanted: dict[str, Any] = {name: "{{ item." + name + " }}" for name in ("script_location", "cron_expression")}
        return task("reseller_scheduled_task", domain=domain, **wanted, **options)

    items = [cron(one) for one in taken("crons")]
    played = player.play(
        [
            account_task(domain),
            *step(items, of_item()),
            *step(items, of_item(enabled=False)),
            *step(items, of_item(state="absent")),
            *(task("reseller_scheduled_task", domain=domain, **cron(one)) for one in refused("crons")),
        ],
        in_process=in_process,
    )
    _account, *lives = played.results[:10]
    made, changed, removed = check_steps(lives)
    expected = [
        (one.expected["taken"], item["script_location"]) for one, item in zip(taken("crons"), items, strict=True)
    ]
    for result, method, enabled in ((made, "POST", True), (changed, "PUT", False)):
        sent = bodies(result, method)
        assert [(body["cron_expression"], body["script_location"]) for body in sent] == expected
        assert {body["enabled"] for body in sent} == {enabled}
    assert len(removed.writes) == len(items)
    check_refused_tasks(refused("crons"), played.results[10:])


@pytest.fixture
def keeping(tmp_path: Path) -> Iterator[SandboxProcess]:
    """A sandbox with its state in the folder ``kept``."""
    with SandboxProcess(job_seconds=JOB_SECONDS, rate_limit="100000/60", state=tmp_path / "kept") as sandbox:
        yield sandbox


def kept(folder: Path, query: str) -> list[str]:
    """Return a column of a table of that sandbox."""
    with sqlite3.connect(folder / "kept/sandbox.sqlite3") as store:
        return [row[0] for row in store.execute(query)]


@pytest.mark.nightly
@BOTH
def test_passwords(keeping: SandboxProcess, tmp_path: Path, new_name: NewName, in_process: bool) -> None:
    """For mailboxes and database users. No response contains them, so the hashes in the sandbox are checked."""
    player, domain = Player(keeping, tmp_path), new_name()
    entries = taken("passwords")
    for number, one in enumerate(entries):
        player.secret(f"given{number}", one.expected["taken"])
    for name in ("ftp_password", "password"):
        player.secret(name, "Ftp0geheim71")
    # A loop over secrets would print them.
    password = "{{ lookup('ansible.builtin.vars', 'given' ~ item) }}"
    numbers = list(range(len(entries)))
    here: dict[str, Any] = {"account": domain, "database": "shop"}
    mailbox: dict[str, Any] = {"address": f"m{{{{ item }}}}@{domain}", "password": password}
    user: dict[str, Any] = {**here, "name": "u{{ item }}", "password": password}
    _account, _database, *lives = player.play(
        [
            account_task(domain),
            task("reseller_mysql", account=domain, name="shop", password="{{ password }}"),
            *step(numbers, task("reseller_mailbox", **mailbox)),
            *step(numbers, task("reseller_mysql_user", **user)),
        ],
        in_process=in_process,
    )
    check_steps(lives)
    of_users = "SELECT password_hash FROM mysql_users WHERE rights = 'read_only' ORDER BY rowid"
    for query in ("SELECT password_hash FROM mailboxes ORDER BY rowid", of_users):
        for one, found in zip(entries, kept(tmp_path, query), strict=True):
            assert judges.is_password(one.expected["taken"], found), one.path.name
    turned: dict[str, Any] = {**mailbox, "address": f"m{{{{ {len(numbers) - 1} - item }}}}@{domain}"}
    lives = player.play(
        [
            *step(
                numbers,
                task("reseller_mailbox", **turned, update_password="always"),
                task("reseller_mailbox", **mailbox),
            ),
            *step(numbers, task("reseller_mysql_user", **user, enabled=False)),
            *step(numbers, task("reseller_mysql_user", **here, name="u{{ item }}", state="absent")),
        ],
        in_process=in_process,
    ).results
    changed, _disabled, _removed = check_steps(lives)
    assert [write.rpartition("/")[2] for write in changed.writes] == ["password"] * len(entries)
    hashes = kept(tmp_path, "SELECT password_hash FROM mailboxes ORDER BY rowid DESC")
    for one, found in zip(entries, hashes, strict=True):
        assert judges.is_password(one.expected["taken"], found), one.path.name
    assert kept(tmp_path, of_users) == []


@pytest.mark.nightly
@BOTH
def test_refused_passwords(player: Player, new_name: NewName, in_process: bool) -> None:
    domain = new_name()
    places: list[tuple[str, dict[str, Any]]] = [
        ("reseller_mailbox", {"address": f"ada@{domain}"}),
        ("reseller_mysql_user", {"account": domain, "database": "shop", "name": "ro"}),
    ]
    tasks = [task(module, **options, **written(one)) for module, options in places for one in refused("passwords")]
    played = player.play(tasks, in_process=in_process)
    check_refused_tasks(refused("passwords") * len(places), played.results)
    # No message contains the value either.
    for one in refused("passwords"):
        for word in re.findall(r"[A-Za-z0-9]{8,}", one.text.partition(": ")[2]):
            assert not any(word in result.msg for result in played), one.path.name


def buy(name: str, registrant: Any, sentence: str, **options: Any) -> Task:
    """Return the task that registers a domain name."""
    wanted = {"registration": "register", "registrant": registrant, "confirm_purchase": sentence}
    return task("reseller_domain", name=name, **wanted, **ORDERING, **options)


def check_registrants(
    player: Player, new_name: NewName, entries: list[Input], wrong: list[Input], given: list[Any], *, in_process: bool
) -> list[dict[str, Any]]:
    """Buy a domain name with each registrant, check that the last ones are refused, and return the requests."""
    registrants = [
        json.dumps({**REGISTRANT, **json.loads(fields)}) if isinstance(fields, str) else {**REGISTRANT, **fields}
        for fields in given
    ]
    names = [new_name() for _one in entries]
    items = [
        {"name": name, "sentence": f"domain register {name}", "registrant": registrant}
        for name, registrant in zip(names, registrants[: len(entries)], strict=True)
    ]
    of_item = [f"{{{{ item.{name} }}}}" for name in ("name", "registrant", "sentence")]
    name, start = new_name(), len(player.sandbox.exchanges())
    played = player.play(
        [
            *step(items, buy(*of_item)),
            *step(items, buy(*of_item, will_renew=False)),
            *(buy(name, one, f"domain register {name}") for one in registrants[len(entries) :]),
        ],
        in_process=in_process,
    ).results
    made, changed = check_steps(played[:6])
    assert [write.rpartition("/")[2] for write in changed.writes] == ["renew"] * len(items)
    check_refused_tasks(wrong, played[6:])
    orders = bodies(made, "POST", "/registrations")
    assert len(orders) == orders_of(player.sandbox, "/domains/registrations", since=start) == len(items)
    return [order["registrant"] for order in orders]


@BOTH
def test_registrants(player: Player, new_name: NewName, in_process: bool) -> None:
    """Each is paid for once."""
    entries, wrong = taken("registrants"), refused("registrants")
    given = [written(one) for one in entries + wrong]
    sent = check_registrants(player, new_name, entries, wrong, given, in_process=in_process)
    assert sent == [{**REGISTRANT, **one.expected["taken"]} for one in entries]


@pytest.mark.nightly
@BOTH
def test_texts_of_registrants(player: Player, new_name: NewName, in_process: bool) -> None:
    entries, wrong = [one for one in taken("texts") if one.expected["taken"] == "line"], refused("texts")
    given = [{"city": one.text} for one in entries + wrong]
    sent = check_registrants(player, new_name, entries, wrong, given, in_process=in_process)
    assert sent == [{**REGISTRANT, "city": one.text} for one in entries]


@pytest.mark.nightly
@BOTH
def test_texts(player: Player, new_name: NewName, in_process: bool) -> None:
    """As automatic replies with a subject of one line."""
    domain = new_name()
    usual = {"enabled": True, "subject": "Away", "text": "Back in May."}

    def reply(one: Input) -> dict[str, Any]:
        is_line = one.expected.get("taken") == "line"
        return {**usual, "text": one.text, **({"subject": one.text} if is_line else {})}

    def mailbox(**options: Any) -> Task:
        return task("reseller_mailbox", password="{{ password }}", **options)

    replies = [reply(one) for one in taken("texts")]
    items = [{"address": f"m{number}@{domain}", "reply": one} for number, one in enumerate(replies)]
    several = [one for one in taken("texts") if one.expected["taken"] == "lines"]
    address, texts = "{{ item.address }}", refused("texts")
    wrong = [{**usual, "text": one.text} for one in texts]
    wrong += [{**usual, "subject": one.text} for one in texts + several]
    played = player.play(
        [
            account_task(domain),
            *step(items, mailbox(address=address, auto_reply="{{ item.reply }}")),
            *step(items, mailbox(address=address, auto_reply=usual)),
            *step(items, mailbox(address=address, state="absent")),
            *(mailbox(address=f"ada@{domain}", auto_reply=one) for one in wrong),
        ],
        in_process=in_process,
    ).results
    made, changed, _removed = check_steps(played[1:10])
    for wanted, body in zip(replies, bodies(made, "PUT", "/autoreply"), strict=True):
        assert (body["subject"], body["message"]) == (wanted["subject"], wanted["text"].strip())
    assert len(bodies(changed, "PUT", "/autoreply")) == len(items)
    check_refused_tasks(texts + texts, played[10 : 10 + 2 * len(texts)])
    for result in played[10 + 2 * len(texts) :]:
        assert result.error["kind"] == "invalid_option" and "line break" in result.msg and result.requests == []


@pytest.mark.nightly
@BOTH
def test_flags(shop: Shop, configcat: SandboxProcess, in_process: bool) -> None:
    """Each in a separate config; ConfigCat's SDK evaluates the values."""
    api, entries = Client(configcat), taken("flags")
    of_product = f"/products/{shop.product_id}/configs"
    configs = [api.make(of_product, name=one.path.stem, evaluationVersion="v1")["configId"] for one in entries]
    items = [{"config": one.path.stem, "environments": {}, **written(one)} for one in entries]
    for item in items:
        item["changed"] = {key: {**(flag or {}), "name": "Changed"} for key, flag in item["flags"].items()}
    flags = [
        {"config": item["config"], "key": key, "tags": (flag or {}).get("tags")}
        for item in items
        for key, flag in item["flags"].items()
    ]
    values = [
        {"config": item["config"], "environment": name, "key": key, "value": value}
        for item in items
        for name, served in item["environments"].items()
        for key, value in served.items()
        if not isinstance(value, dict)
    ]

    def many(config: str, flags: Any, **options: Any) -> Task:
        return shop.flags(config=config, flags=flags, environments="{{ item.environments }}", **options)

    played = shop.play(
        [
            *step(items, many("{{ item.config }}", "{{ item.flags }}")),
            # The state from one module is the desired state of the others.
            over(flags, shop.flag("{{ item.key }}", config="{{ item.config }}")),
            over(
                values,
                shop.value("{{ item.key }}", **{name: f"{{{{ item.{name} }}}}" for name in values[0] if name != "key"}),
            ),
            *step(items, many("{{ item.config }}", "{{ item.changed }}")),
            *(shop.flags(**written(one)) for one in refused("flags")),
        ],
        in_process=in_process,
    ).results
    check_steps([*played[:3], *played[5:8]])
    for result in played[3:5]:
        assert not result.changed and result.writes == []
    check_refused_tasks(refused("flags"), played[8:])
    for one, config in zip(entries, configs, strict=True):
        served = {key: value["test"] for key, value in one.expected["taken"].items() if "test" in value}
        sdk_key = api.get(f"/configs/{config}/environments/{shop.environments['test']}")["primary"]
        sdk = PythonSdk(sdk_key, configcat.url, None)
        sdk.refresh()
        assert {key: sdk.values(key, None, [None])[0] for key in served} == served, one.path.name
        sdk.close()
    nothing = shop.flags(config="{{ item.config }}", flags={}, purge=True, max_delete_percent=100)
    check_steps(shop.play(step(items, nothing), in_process=in_process).results)
