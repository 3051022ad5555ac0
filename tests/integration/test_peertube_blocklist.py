# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``peertube_blocklist``: accounts, servers and videos; the instance's list and the own one."""

from __future__ import annotations

import re
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.peertube import client
from sandbox.launcher import SandboxProcess
from tests.support.corpus import inputs
from tests.support.peertube import Instance, check_life, check_refused, login_of
from tests.support.playing import Player, task

BLOCKLIST = "peertube_blocklist"


@pytest.mark.parametrize(("of", "path"), [("instance", "/server"), ("own", "/users/me")])
def test_accounts_and_servers(instance: Instance, of: str, path: str) -> None:
    name = instance.add_user()
    own_host = instance.get(f"/accounts/{name}")["host"]
    host = f"{secrets.token_hex(4)}.example"
    for kind, value, again, body in (
        ("accounts", name, f"{name}@{own_host.upper()}", {"accountName": name}),
        ("servers", host, f" {host.upper()} ", {"host": host}),
    ):
        option = kind[:-1]
        # A name that contains the other one is a different entry.
        other = instance.add_user(f"{name}.x") if kind == "accounts" else f"x.{host}"
        given: dict[str, Any] = {option: value, "list": of}
        assert instance.run(BLOCKLIST, **{**given, option: other}).changed
        made = check_life(instance, BLOCKLIST, **given)
        assert made["block"] == {"list": of, option: value}
        assert made.requests == [f"GET {path}/blocklist/{kind}", f"POST {path}/blocklist/{kind}"]
        assert made.exchanges[1]["request_body"].replace(" ", "") == str(body).replace("'", '"').replace(" ", "")
        given[option] = again
        assert not instance.run(BLOCKLIST, **given).changed
        gone = check_life(instance, BLOCKLIST, **given, state="absent")
        assert gone["block"] is None and gone.writes == [f"DELETE {path}/blocklist/{kind}/{shown(value, own_host)}"]
        left = [str(entry) for entry in instance.get(f"{path}/blocklist/{kind}", count=100)["data"]]
        assert len([entry for entry in left if value in entry]) == 1
    status = instance.get("/blocklist/status", hosts=f"x.{host}")["hosts"][f"x.{host}"]
    assert status["blockedByServer" if of == "instance" else "blockedByUser"] is True


def shown(value: str, own_host: str) -> str:
    """Return how the path of an entry names it."""
    return value if value.endswith(".example") else quote(f"{value}@{own_host}")


def test_entry_beyond_one_page_is_found(instance: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "COUNT", 2)
    part = secrets.token_hex(4)
    for name in (part, f"a.{part}", f"b.{part}", f"c.{part}"):
        instance.send("POST", "/server/blocklist/servers", json={"host": f"{name}.example"})
    for name in (part, f"c.{part}"):
        found = instance.run(BLOCKLIST, server=f"{name}.example")
        assert not found.changed and len(found.requests) >= 2


def blocked_servers(instance: Instance) -> list[dict[str, str]]:
    """Return the newest servers that the instance blocks."""
    return [entry["blockedServer"] for entry in instance.get("/server/blocklist/servers", count=100)["data"]]


def test_hosts_of_the_corpus(instance: Instance) -> None:
    for one in inputs("hosts"):
        if one.is_taken:
            name = one.expected["taken"]
            instance.send("DELETE", f"/server/blocklist/servers/{name}")
            assert check_life(instance, BLOCKLIST, server=one.text)["block"]["server"] == name
            assert {"host": name} in blocked_servers(instance)
            check_life(instance, BLOCKLIST, server=one.text, state="absent")
        else:
            refused = instance.run(BLOCKLIST, server=one.text)
            assert re.search(one.expected["refused"], refused.msg) and refused.requests == []


def test_videos(instance: Instance) -> None:
    video = instance.person().upload("blocked")["uuid"]
    made = check_life(instance, BLOCKLIST, video=video, reason="Against the rules", unfederate=True)
    assert made["block"] == {"list": "instance", "video": video, "reason": "Against the rules"}
    assert made.requests == [f"GET /videos/{video}", f"POST /videos/{video}/blacklist"]
    assert "unfederate" in made.exchanges[1]["request_body"]
    assert not instance.run(BLOCKLIST, video=video).changed
    short, number = (str(instance.get(f"/videos/{video}")[name]) for name in ("shortUUID", "id"))
    assert not instance.run(BLOCKLIST, video=short).changed and not instance.run(BLOCKLIST, video=number).changed
    changed = check_life(instance, BLOCKLIST, video=video, reason="Another reason")
    assert changed["diff"] == {"before": {"reason": "Against the rules"}, "after": {"reason": "Another reason"}}
    cleared = check_life(instance, BLOCKLIST, video=video, reason="")
    assert cleared["block"]["reason"] == "" and instance.get(f"/videos/{video}")["blacklistedReason"] is None
    check_life(instance, BLOCKLIST, video=video, state="absent")
    assert instance.get(f"/videos/{video}")["blacklisted"] is False


def test_lost_answer_to_a_block_leads_to_one_block(instance: Instance) -> None:
    video = instance.person().upload("lost")["uuid"]
    rule = {"match": {"method": "POST", "path": f"/api/v1/videos/{video}/blacklist"}, "fault": "reset_after"}
    instance.server.set_faults([rule])
    made = instance.run(BLOCKLIST, video=video, reason="Spam")
    assert made.changed and made.writes == [f"POST /videos/{video}/blacklist"]
    instance.server.set_faults([])
    assert not instance.run(BLOCKLIST, video=video, reason="Spam").changed


def test_mistakes_and_errors(instance: Instance) -> None:
    cases: list[tuple[dict[str, Any], str]] = [
        ({"server": "https://bad.example"}, "server: 'https://bad.example' is not the name of a server"),
        ({"account": "a b@c.example"}, "account: 'a b@c.example' is not a name"),
        ({"account": "grace@bad host"}, "account: "),
        ({"video": "no-video"}, "video: 'no-video' is not a number"),
        ({"video": "1", "list": "own"}, "list: only the instance can block a video."),
        ({"video": "1", "reason": "x"}, "reason: it has 1 characters"),
        ({"server": "bad.example", "reason": "Spam"}, "reason: it applies only to a video."),
    ]
    for options, words in cases:
        refused = instance.run(BLOCKLIST, **options)
        check_refused(refused, words)
        assert refused.requests == []
    own_host = instance.get("/users/me")["account"]["host"]
    for options, status in (({"account": "nobody-here"}, 404), ({"account": "root"}, 409), ({"server": own_host}, 409)):
        assert instance.run(BLOCKLIST, **options).error["status"] == status
    assert not instance.run(BLOCKLIST, account="nobody-here", state="absent").changed
    missing = instance.run(BLOCKLIST, video="999999")
    assert missing.error["kind"] == "not_found" and "Check video" in missing.msg
    assert instance.run(BLOCKLIST, check=True, video="999999").changed
    assert not instance.run(BLOCKLIST, video="999999", state="absent").changed
    user = login_of(instance.add_user())
    assert instance.run(BLOCKLIST, server="bad.example", **user).error["status"] == 403
    assert instance.run(BLOCKLIST, server="bad.example", list="own", **user).changed


def test_in_a_play(peertube: SandboxProcess, tmp_path: Path) -> None:
    block = task(BLOCKLIST, server=f"{secrets.token_hex(4)}.example")
    first, again = Player(peertube, tmp_path).play([block, block])
    assert first.changed and not again.changed and again.writes == []
