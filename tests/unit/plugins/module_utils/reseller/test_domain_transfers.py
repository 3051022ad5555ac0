# Copyright: the reseller.toolkit contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A transfer is done when its domain is listed, whatever the state of its job."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.domain_transfers import Transfers
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.domains import Purchase
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.jobs import Job
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.order import Placed
from ansible_collections.reseller.toolkit.plugins.module_utils.reseller.orders import Orders
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.errors import ToolkitError
from ansible_collections.reseller.toolkit.plugins.module_utils.rest.proof import Absence
from tests.support.fake_api import NOW, ORDERING, FakeApi, answer

NAME = "moved.example"
JOB = "11111111-2222-4333-8444-555555555555"


class Api(FakeApi):
    """An API with a transfer's job that never ends."""

    def __init__(self, state_dir: Path) -> None:
        super().__init__(state_dir)
        self.lists["/domains"] = []
        for kind in ("registrations", "transfers"):
            self.on[f"POST /domains/{kind}"] = lambda _body: answer(202, Location=f"/v2/provisioningjobs/{JOB}")
        self.on[f"GET /provisioningjobs/{JOB}"] = lambda _body: answer(200, {"id": JOB, "status": "ongoing"})

    def is_listed(self, after: float = 0.0, **shown: Any) -> None:
        """Show the domain after this number of seconds."""
        domain = {"domain_name": NAME, **shown}
        self.on[f"GET /domains/{NAME}"] = lambda _body: answer(*((200, domain) if self.now >= NOW + after else (404,)))

    def place(self, kind: str = "transfer", **options: Any) -> Placed:
        client = self.client()
        params = {**ORDERING, **options}
        orders = Orders(
            client, params, warn=self.warnings.append, clock=self.clock, monotonic=self.clock, sleep=self.sleep
        )
        return orders.place(Purchase(kind, NAME, {}, "code", []).order(client), Absence(NAME))

    def count(self, method: str, path: str) -> int:
        return sum((sent, at) == (method, path) for sent, at, _body in self.sent)


@pytest.fixture
def api(tmp_path: Path) -> Api:
    return Api(tmp_path)


def test_transfer_that_is_listed_is_done(api: Api) -> None:
    api.is_listed(after=20)
    placed = api.place()
    assert placed.item == {"domain_name": NAME} and placed.changed and placed.is_own and not placed.recovered
    assert placed.job is not None and (placed.job.id, placed.job.status) == (JOB, "ongoing")
    assert 20 <= api.now - NOW < 30
    # The list of all domains, which may be long, is not read.
    assert api.count("GET", f"/domains/{NAME}") == api.count("GET", f"/provisioningjobs/{JOB}")
    assert api.count("GET", "/domains") == 0
    again = api.place()
    assert again.item == {"domain_name": NAME} and not again.changed
    assert api.count("POST", "/domains/transfers") == 1


def test_transfer_whose_look_fails_is_waited_for(api: Api) -> None:
    """A response about another domain, or no response, is not conclusive."""
    answers = iter([answer(500), answer(200, {"domain_name": "x.example"}), answer(200, {"domain_name": NAME})])
    api.on[f"GET /domains/{NAME}"] = lambda _body: next(answers)
    assert api.place().item == {"domain_name": NAME}


def test_transfer_that_is_not_listed_times_out(api: Api) -> None:
    api.is_listed(after=1000)
    with pytest.raises(ToolkitError) as caught:
        api.place()
    assert caught.value.kind == "job_timeout"
    assert api.place(wait=False).item is None


def test_registration_is_done_with_its_job(api: Api) -> None:
    api.is_listed(after=20)
    with pytest.raises(ToolkitError) as caught:
        api.place("register")
    assert caught.value.kind == "job_timeout"


def transfers(api: Api, *job_ids: str) -> Transfers:
    return Transfers(api.client(), job_ids or (JOB,))


def test_job_of_a_transfer_is_known_from_the_journal(api: Api) -> None:
    assert not transfers(api).is_listed(JOB)
    api.place(wait=False)
    assert not transfers(api).is_listed(JOB)
    api.is_listed()
    assert transfers(api).is_listed(JOB)
    assert not transfers(api, "another").is_listed(JOB)
    assert not transfers(api).is_listed("another")
    api.on[f"GET /domains/{NAME}"] = lambda _body: answer(500)
    assert not transfers(api).is_listed(JOB)


def test_job_of_a_registration_is_no_transfer(api: Api) -> None:
    api.place("register", wait=False)
    api.is_listed()
    assert not transfers(api).is_listed(JOB)


def test_journal_that_cannot_be_read_knows_no_transfer(api: Api, tmp_path: Path) -> None:
    (tmp_path / "journal").write_text("")
    assert not transfers(api).is_listed(JOB)


def test_ongoing_transfer_has_the_path_of_its_domain(api: Api) -> None:
    api.place(wait=False)
    known = transfers(api)
    ongoing, finished, other = Job(JOB, "ongoing"), Job(JOB, "finished"), Job("another", "ongoing")
    assert known.with_links(ongoing).resource_links == (f"/v2/domains/{NAME}",)
    assert (known.with_links(finished), known.with_links(other)) == (finished, other)
