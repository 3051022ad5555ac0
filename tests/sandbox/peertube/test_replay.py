# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The recorded exchanges of real servers, sent to the sandbox again: status, headers and the shape of the bodies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.contract import checker as contract
from tests.sandbox.peertube.replay import Outcome, Replay, recorded

RECORDED = Path(__file__).resolve().parents[4] / "shared" / "recorded"
FILES = {"6.3": "peertube-6.3.0.jsonl", "8.2": "peertube-8.2.1-fork.jsonl"}
#: What no module owns, by the path after the prefix, with the reason.
LEFT_OUT = {
    r"/videos/[^/]+/(views|watching)|/metrics/.*|/server/logs/client": "telemetry of players and browsers",
    r"/users/(register|ask-.*|\d+/(reset-password|verify-email))|/users/registrations/(request|ask-.*)": "by visitors",
    r"/users/registrations/\d+/verify-email|/server/contact": "by visitors",
    r"/videos/[^/]+/rate|/users/me/videos/[^/]+/rating|/users/me/history/videos/.*": "of viewers",
    r"/videos/[^/]+/studio/edit": "can't be compared or taken back",
    r"/runners/(register|unregister|jobs/.*)": "of runners and of their jobs",
    r"/users/\d+/(exports|imports).*|/watched-words/.*|/automatic-tags/.*": "not described",
    r"/overviews/.*|/users/autocomplete|/ping": "of viewers",
}
_LEFT_OUT = re.compile("|".join(f"(?:{pattern})" for pattern in LEFT_OUT))
SAMPLE = 205
"""How many exchanges are sent again by `make test`: logins, users, registrations, the configuration."""


def is_owned(outcome: Outcome) -> bool:
    """Return whether it is an exchange of the API that a module owns."""
    path = outcome.entry["path"]
    return path.startswith("/api/v1/") and not _LEFT_OUT.fullmatch(path.removeprefix("/api/v1"))


def replayed(version: str, most: int | None = None) -> list[Outcome]:
    """Send the exchanges of a version again."""
    file = RECORDED / FILES[version]
    if not file.is_file():
        pytest.skip("the recordings are not next to the project")
    replay = Replay(version)
    outcomes = list(replay.run(recorded(file)[:most]))
    replay.close()
    return outcomes


def check(outcomes: list[Outcome], owned_share: float = 0.0) -> None:
    """Fail unless 95 % of the owned exchanges are equal, and these are at least this share of all."""
    owned = [outcome for outcome in outcomes if is_owned(outcome)]
    different = [f"{outcome.title}: {outcome.differences[:3]}" for outcome in owned if outcome.differences]
    report = "\n".join([f"{len(owned)} of {len(outcomes)} owned, {len(different)} of them different", *different])
    print(report)
    assert len(different) <= 0.05 * len(owned), report
    assert len(owned) >= owned_share * len(outcomes), report
    api = [one for one in outcomes if contract.operation_of(one.entry["method"], one.entry["path"])]
    assert {f"{outcome.title}: {one}" for outcome in api for one in contract.check(outcome.exchange)} == set()


@pytest.mark.parametrize("version", FILES)
def test_first_recorded_exchanges_are_answered_alike(version: str) -> None:
    check(replayed(version, SAMPLE))


@pytest.mark.nightly
@pytest.mark.parametrize("version", FILES)
def test_recorded_exchanges_are_answered_alike(version: str) -> None:
    check(replayed(version), owned_share=0.85)
