# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every spelling of the API's address means the same API: for the journal, the rate limit and remembered settings."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from tests.faults.conftest import ACCOUNT, CERTIFICATE, DATABASE, DOMAIN, READ, USER, Bench, Call, cases

pytestmark = pytest.mark.faults

#: Other ways to write the address of a sandbox, ``http://127.0.0.1:PORT``.
SPELLINGS: dict[str, Callable[[str], str]] = {
    "zeros": lambda url: url.replace(":", ":000").replace(":000//", "://"),
    "case": lambda url: url.replace("http", "HTTP"),
    "slash": lambda url: url + "/",
    "version": lambda url: f"  {url}/v2/ ",
    "dot": lambda url: f"http://127.0.0.1.:{urlsplit(url).port}",
}


@pytest.mark.parametrize("spelling", SPELLINGS)
@pytest.mark.parametrize("call", cases(47, [ACCOUNT, DOMAIN, CERTIFICATE]))
def test_order_in_doubt_is_found_under_every_spelling(bench: Bench, call: Call, spelling: str) -> None:
    bench.fault("reset_before")
    assert bench.run(settle_time=0).error["kind"] == "outcome_unknown"
    bench.server.set_faults([])
    bench.connection["api_url"] = SPELLINGS[spelling](bench.server.url)
    again = bench.run(settle_time=0)
    assert again.error["kind"] == "outcome_unknown" and again.writes == []
    bench.check_done(bench.run(on_doubt="resend"))
    assert bench.orders() == 1
    for folder in ("journal", "pacing"):
        assert len(list((bench.state_dir / folder).glob("*.json"))) == 1, folder


@pytest.mark.parametrize("call", cases(47, [ACCOUNT, DATABASE, USER, DOMAIN, CERTIFICATE]))
def test_order_that_an_earlier_version_noted_under_another_spelling_is_known(bench: Bench, call: Call) -> None:
    bench.fault("reset_before")
    assert bench.run(settle_time=0).error["kind"] == "outcome_unknown"
    (entry,) = (bench.state_dir / "journal").glob("*.json")
    noted = json.loads(entry.read_text()) | {"api_url": SPELLINGS["zeros"](bench.server.url)}
    entry.unlink()
    # The file name of version 1.
    name = hashlib.sha256(f"{noted['api_url']} {noted['endpoint']} {noted['key']}".encode()).hexdigest()[:16]
    old = entry.with_name(f"{name}.json")
    old.write_text(json.dumps(noted))
    old.chmod(0o600)
    again = bench.again(settle_time=0)
    assert again.error["kind"] == "outcome_unknown" and again.writes == []
    assert [path.name for path in (bench.state_dir / "journal").glob("*.json")] == [entry.name]
    bench.check_done(bench.again(on_doubt="resend"))
    assert bench.orders() == 1


@pytest.mark.parametrize("call", cases(47, [READ]))
def test_reads_under_every_spelling_share_one_budget(bench: Bench, call: Call) -> None:
    for spell in SPELLINGS.values():
        bench.connection["api_url"] = spell(bench.server.url)
        assert bench.run().ok["changed"] is False
    assert len(list((bench.state_dir / "pacing").glob("*.json"))) == 1
