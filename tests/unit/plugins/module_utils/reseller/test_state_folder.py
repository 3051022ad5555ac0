# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state folder keeps its names and formats: what version 1 wrote is read, and the same is written.

The files are those that version 1 wrote for the calls of `write_all`.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.journal import Journal
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.signing_forms import (
    SigningForm,
    read_signing_form,
    store_signing_form,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.waiting_jobs import (
    publish_waiting_jobs,
    read_waiting_jobs,
)
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.file_storage import FileStorage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.pacing import Pacer, RateLimitHeaders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.process_lock import process_lock
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.read_cache import ReadCache
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage import fingerprint
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.storage_interface import Storage
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.write_only_settings import WriteOnlySettings

NOW = 1_760_000_000.0
URL = "https://api.example"
FORM = SigningForm(keep_case=False, rfc3986=True)
RATE_LIMIT = RateLimitHeaders("X-Remaining", "X-Reset", "X-Limit")
USER = "0011223344556677"
PROCESS = str(os.getpid())
FILES = {
    "signing/e91cdb47052c095b.json": """{
 "api_url": "https://api.example",
 "keep_case": false,
 "rfc3986": true
}""",
    "pacing/621045a7fd30b490.json": (
        '{"until": 1760000601.0, "after": 1760000599.0, "told": true, "left": 3.0, "limit": 100.0, "given": 1, '
        '"last": 1760000000.0, "waiting": {}}'
    ),
    "journal/1a547fde2db0b980.json": """{
 "answered": true,
 "api_url": "https://api.example",
 "closed_at": null,
 "endpoint": "POST /accounts",
 "format": 1,
 "gone": false,
 "key": "example.com",
 "key_fingerprint": "0123456789abcdef",
 "location": "/provisioningjobs/0ca5",
 "opened_at": 1760000000.0,
 "resend": false,
 "verified": false
}""",
    "journal/1a547fde2db0b980.json.lock": "",
    f"following/{PROCESS}": "[\n 1760000000.0,\n null\n]",
    "remembered/key": "2d5bda49b081b51fe93ce1de71367ad18f4da122f1548276b7471db6a78a0b01",
    "remembered/lock": "",
    "remembered/f254b47271681487.json": """{
 "format": 1,
 "settings": {
  "gzip": "450c25852aa8ccf72d33747aeff7e9098f8aca00a7d86ccf8de0fea9f50c579a"
 }
}""",
    f"reads/{USER}/writes/b61d65d463e456da": "",
    f"reads/{USER}/run1/f25ac5729736df47.json": '{"at": 1760000000.0, "value": [{"id": 1}]}',
    f"reads/{USER}/run1/f25ac5729736df47.json.lock": "",
    f"reads/{USER}/run1/4c06cdeb53c6f6de.json.asked": ".",
    f"reads/{USER}/run1/writes/b61d65d463e456da": "",
    "turns/ab": "a 1760000000.0",
}


def settings(storage: Storage) -> WriteOnlySettings:
    return WriteOnlySettings(storage, f"{URL} linux hosting example.com", pytest.fail)


def cache(storage: Storage, after: float = 0.0) -> ReadCache:
    return ReadCache(storage, USER, "run1", clock=lambda: NOW + after)


def pacer(storage: Storage, after: float = 0.0) -> Pacer:
    return Pacer(RATE_LIMIT, storage, fingerprint(f"{URL} key") + ".json", clock=lambda: NOW + after)


def turn(storage: Storage, who: str) -> bool:
    times: dict[str, Any] = {"since": NOW - 1, "began": 0, "clock": lambda: NOW, "monotonic": lambda: 0}
    with process_lock(storage, "ab", who=who, timeout=1, **times) as another_was_here:
        return another_was_here


def write_all(storage: Storage) -> None:
    """Leave something of each kind."""
    journal = Journal(storage, clock=lambda: NOW)
    intent = journal.intent(URL, "POST /accounts", "example.com", "0123456789abcdef")
    with journal.lock(intent, timeout=0):
        journal.write(intent, location="/provisioningjobs/0ca5", answered=True)
    store_signing_form(storage, URL, FORM)
    settings(storage).set("gzip", True, lambda: None)
    budget = pacer(storage)
    assert budget.delay() == 0
    budget.learn({"X-Remaining": "3", "X-Reset": "600", "X-Limit": "100"})
    turn(storage, "a")
    cache(storage).get("/accounts", "/accounts", lambda: [{"id": 1}], lambda _answer: True)
    cache(storage).listed("/ssh", "/x", list)
    cache(storage).wrote("/linuxhostings/example.com/x")
    publish_waiting_jobs(storage, [NOW, None])


@pytest.fixture
def old(tmp_path: Path) -> Storage:
    """The folder that version 1 left."""
    for name, content in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(content)
        path.chmod(0o600)
    return FileStorage(str(tmp_path))


def test_order_is_known(old: Storage) -> None:
    journal = Journal(old)
    intent = journal.intent(URL, "POST /accounts", "example.com", "another")
    known = journal.read(intent)
    assert known is not None and known.is_open and known.answered
    assert (known.location, known.opened_at) == ("/provisioningjobs/0ca5", NOW)


def test_form_of_signatures_is_known(old: Storage) -> None:
    assert read_signing_form(old, URL) == FORM


def test_write_only_setting_is_known(old: Storage) -> None:
    assert settings(old).is_last("gzip", True) and not settings(old).is_last("gzip", False)


def test_budget_is_known(old: Storage) -> None:
    assert [pacer(old, 1).delay() for _request in range(3)] == [0, 0, 0]
    assert pacer(old, 1).delay() > 500


def test_turn_of_another_is_known(old: Storage) -> None:
    assert turn(old, "a") is False
    assert turn(old, "b") is True


def test_cached_response_is_known_unless_something_was_written(old: Storage) -> None:
    assert cache(old, 1).get("/accounts", "/accounts", list, lambda _answer: True) == [{"id": 1}]
    # The time of a write was that of its file.
    path = "/linuxhostings/example.com"
    cache(old, 1).get(path, path, lambda: "old", lambda _answer: True)
    assert cache(old, 2).get(path, path, lambda: "new", lambda _answer: True) == "new"


def test_waiting_jobs_are_known(old: Storage) -> None:
    assert read_waiting_jobs(old) == [NOW, None]


def test_same_files_are_written(tmp_path: Path) -> None:
    write_all(FileStorage(str(tmp_path)))
    found = {str(path.relative_to(tmp_path)): path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    # Version 1 counted without a lock.
    del found[f"reads/{USER}/run1/4c06cdeb53c6f6de.json.asked.lock"]
    assert found.keys() == FILES.keys()
    # What differs each time, and the time of a write, which earlier versions read from the file's own time.
    apart = {"remembered/key", "remembered/f254b47271681487.json", *(name for name in FILES if "/writes/" in name)}
    assert {name: found[name] for name in FILES.keys() - apart} == {name: FILES[name] for name in FILES.keys() - apart}
